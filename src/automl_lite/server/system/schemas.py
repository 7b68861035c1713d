"""JSON about the server itself."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from automl_lite.server.schemas import EngineName, Out


class HealthOut(Out):
    """The server answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok", "version": "0.1.0"}]})

    status: Literal["ok"]
    version: str


class ReadyOut(Out):
    """Whether requests can be served."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "ready", "checks": {"store": "ok", "blobs": "ok", "runner": "ok"}}]}
    )

    status: Literal["ready", "not-ready"]
    checks: dict[str, str] = Field(description="`ok`, or the code of what is wrong, by part.")


class LimitsOut(Out):
    """Limits in force."""

    max_upload_bytes: int
    part_threshold_bytes: int
    max_columns: int
    max_rows: int
    max_predict_rows: int
    max_body_bytes: int
    max_tags: int
    max_notes_chars: int


class MachineOut(Out):
    """Where training runs."""

    kind: str = Field(description="`local`: this computer.")
    cores: int
    memory_total_bytes: int | None
    memory_used_bytes: int | None
    concurrency: int = Field(description="Trainings that run side by side.")


class ServingCostOut(Out):
    """What a month of answering costs here, and on an endpoint that always runs."""

    currency: str
    per_million: float = Field(description="For a million predictions.")
    idle_per_month: float = Field(description="Without a single prediction.")
    basis: str = Field(description="What the price is made of, as a sentence.")
    always_on_per_month: float
    always_on_basis: str


class JobCountsOut(Out):
    """How many jobs there are in each state."""

    pending: int
    running: int
    completed: int
    failed: int
    cancelled: int


class SystemOut(Out):
    """What this server is and can do."""

    version: str
    auth: str = Field(description="Scheme of the auth adapter: none, local, oidc.")
    machine: MachineOut
    limits: LimitsOut
    serving: ServingCostOut
    jobs: JobCountsOut
    engines: list[EngineName] = Field(description="Engines that a training may ask for here.")
    events: bool = Field(description="True where GET /jobs/{id}/events streams; polling always works.")
