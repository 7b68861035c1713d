"""Every setting of server and workers: five URLs that choose the adapters, and limits.

Command line > environment (``AUTOML_LITE_…``) > file (``automl-lite.toml``) > default.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import TomlConfigSettingsSource

from automl_lite.places import default_data_dir

MB = 1024 * 1024
CONFIG_FILE_ENV = "AUTOML_LITE_CONFIG"


class Settings(BaseSettings):
    """Settings of one server or worker; sizes are bytes or MiB and times seconds, as the names say."""

    model_config = SettingsConfigDict(env_prefix="AUTOML_LITE_", extra="ignore", validate_default=True)

    data_dir: Path = Field(default_factory=default_data_dir, description="Folder of the default store and blobs.")
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    public_url: str = Field(default="", description="How callers reach this server, if not by its Host header.")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Host names, besides loopback ones, that requests may be addressed to."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Origins of other sites whose pages may call the API; none by default."
    )

    store_url: str = Field(default="", description="memory:// · sqlite:///FILE · postgresql://… · dynamodb://PREFIX")
    blobs_url: str = Field(default="", description="memory:// · file:///FOLDER · s3://BUCKET")
    runner_url: str = Field(
        default="process://", description="inline:// · process:// · batch://JOB_QUEUE/JOB_DEFINITION"
    )
    auth_url: str = Field(default="none://", description="none:// · oidc://ISSUER?audience=NAME · gateway://")
    notify_url: str = Field(default="log://", description="log://")
    webhook_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Hosts in private networks that webhooks of alerts may call."
    )
    secret: SecretStr | None = Field(
        default=None, description="Key of signed links; by default a random one, kept in the data folder."
    )

    log_format: Literal["json", "text"] = Field(default="json", description="Lines of JSON, or text for people.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least severe to log.")

    max_body_bytes: int = Field(default=16 * MB, ge=1024, description="Largest JSON body.")
    max_upload_bytes: int = Field(default=2048 * MB, ge=1, description="Largest uploaded file.")
    max_unpacked_bytes: int = Field(default=8192 * MB, ge=1, description="Largest size after decompression.")
    max_unpack_ratio: float = Field(default=200.0, gt=1, description="Largest decompression ratio.")
    max_columns: int = Field(default=10_000, ge=1, description="Most columns of a table.")
    max_rows: int = Field(default=50_000_000, ge=1, description="Most rows of a table.")
    max_cell_bytes: int = Field(default=1 * MB, ge=16, description="Largest cell.")
    max_predict_rows: int = Field(default=10_000, ge=1, description="Most rows of one prediction request.")
    part_threshold_bytes: int = Field(default=100 * MB, ge=1, description="Files from this size on get parts.")
    part_bytes: int = Field(default=32 * MB, ge=1, description="Size of a part.")
    link_seconds: int = Field(default=3600, ge=60, le=604_800, description="How long signed links work.")

    engine_workers: Literal["threads", "ray"] = Field(
        default="threads", description="Where a training's fits run: its own threads, or a Ray cluster."
    )
    autogluon_python: str = Field(
        default="", description="Python that has AutoGluon; by default the one of automl-lite engines install."
    )

    analyses: int = Field(default=2, ge=1, description="Files read side by side.")
    analysis_memory_mb: int = Field(default=1024, ge=256, description="Memory that reading one file may use.")
    analysis_seconds: float = Field(default=900, gt=0, description="Longest reading of a file.")
    confirm_wait_seconds: float = Field(default=110, gt=0, description="After this, confirm answers 202 and goes on.")

    concurrency: int = Field(default=0, ge=0, description="Trainings side by side; 0: one for every two cores.")
    streaming: bool = Field(default=True, description="False where answers cannot be streamed: clients poll.")
    serve_jobs: bool = Field(default=True, description="False: this server trains nothing; start automl-lite worker.")
    job_memory_mb: int = Field(default=0, ge=0, description="Memory limit of a training; 0: a share of this machine's.")
    job_attempts: int = Field(default=2, ge=1, le=10, description="How often a job whose worker died is started.")
    heartbeat_seconds: float = Field(default=5.0, gt=0, description="A worker that is silent twice as long is dead.")
    cancel_grace_seconds: float = Field(default=20.0, ge=0, description="After this a cancelled worker is killed.")
    overtime_seconds: float = Field(default=180.0, ge=0, description="Hard limit: 1.5 × the budget and this.")
    poll_seconds: float = Field(default=0.5, gt=0, description="How often queue and progress are looked at.")

    batch_concurrency: int = Field(default=1, ge=1, description="Files scored side by side, beside the trainings.")
    batch_seconds: float = Field(default=6 * 3600.0, gt=0, description="Hard limit of scoring one file.")
    batch_function: str = Field(
        default="", description="Lambda function that scores small files; by default a process beside the server."
    )
    inline_batch_bytes: int = Field(
        default=4 * MB, ge=0, description="Files up to this size are scored at once, beside the queue."
    )
    batch_retention_days: float = Field(
        default=0, ge=0, description="After this a batch and its results are deleted; 0 keeps them."
    )

    prices_file: Path | None = Field(default=None, description="Price table for estimates on AWS, instead of ours.")
    analysis_function: str = Field(
        default="", description="Lambda function that reads large files; by default they are read where they arrive."
    )
    inline_analysis_bytes: int = Field(
        default=8 * MB, ge=0, description="Files up to this size are read at once even so; larger ones by the function."
    )

    model_cache_bytes: int = Field(default=1024 * MB, ge=0, description="Model files kept loaded for predictions.")
    deployed_seconds: float = Field(default=2.0, ge=0, description="How long a deployed state may be out of date.")

    @field_validator("allowed_hosts", "cors_origins", "webhook_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    def model_post_init(self, context: Any, /) -> None:
        """Derive the default store and blobs from the data folder."""
        if not self.store_url:
            self.store_url = f"sqlite:///{self.data_dir / 'automl-lite.db'}"
        if not self.blobs_url:
            self.blobs_url = f"file://{self.data_dir / 'blobs'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources; the file is ``$AUTOML_LITE_CONFIG`` or ``automl-lite.toml`` in the current folder."""
        file = Path(os.environ.get(CONFIG_FILE_ENV) or "automl-lite.toml")
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)

    @property
    def lease_seconds(self) -> float:
        """How long a silent worker keeps its job: two heartbeats."""
        return 2 * self.heartbeat_seconds

    @property
    def n_concurrent(self) -> int:
        """Trainings that run side by side on this machine."""
        return self.concurrency or max(1, (os.cpu_count() or 2) // 2)
