"""What a training job is asked to do (RunConfig) and the small JSON that starts its worker (JobSpec)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, ClassVar

from automl_lite.domain.errors import InvalidConfig
from automl_lite.domain.records import from_plain, to_plain

LEAST_AUTOGLUON_S = 20.0  # seconds; it starts slowly
LOWER_IS_BETTER = frozenset({"log_loss", "brier", "ece", "rmse", "mae", "mape", "median_absolute_error", "rmsle"})


def is_better(metric: str, score: float, than: float) -> bool:
    """Tell whether ``score`` beats ``than`` in the direction of ``metric``."""
    return score < than if metric in LOWER_IS_BETTER else score > than


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitConfig:
    """How the test rows are chosen: at random, the latest by ``column`` (time), or whole groups of ``column``."""

    by: str = "auto"
    column: str = ""
    test_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """The settings of one training; empty strings mean "choose for me", ``budget_s`` is wall-clock seconds.

    ``append_to`` names data sets whose rows come before those of the job's own.
    """

    budget_s: float
    task: str = ""
    metric: str = ""
    split: SplitConfig = field(default_factory=SplitConfig)
    final_fit: str = ""
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    seed: int = 0
    name: str = ""
    engine: str = ""
    quality: str = ""
    max_models: int | None = None
    eda: str = ""
    append_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """What a worker host decides about its trainings: where their fits run, and which Python has AutoGluon."""

    workers: str = "threads"
    autogluon_python: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSpec:
    """All that a worker is told, in one environment variable: ids, blob keys and limits, no secrets, no data.

    Parameters
    ----------
    token : int
        Fencing token of a lease that was taken for the worker, or 0 if the worker is to claim the job itself.
    kind : str
        ``"train"`` or ``"batch"``; ``job_id`` is then the batch's.
    attempt : int
        Number of the attempt that this spec is for, counted from 1.
    time_limit_s : float
        Wall-clock seconds after which the worker ends itself, whatever it is doing.
    memory_mb : int
        Address-space limit of the worker process in MiB; 0 means none.
    """

    ENV: ClassVar[str] = "AUTOML_LITE_JOBSPEC"
    MAX_BYTES: ClassVar[int] = 8192

    job_id: str
    dataset_id: str
    config_key: str
    kind: str = "train"
    version: int = 1
    token: int = 0
    attempt: int = 0
    worker: str = ""
    time_limit_s: float = 0.0
    memory_mb: int = 0
    threads: int = 0
    heartbeat_s: float = 5.0
    lease_s: float = 10.0

    def to_json(self) -> str:
        """Write the spec as one line of JSON, at most ``MAX_BYTES`` long."""
        return json.dumps(to_plain(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> JobSpec:
        """Read what ``to_json`` wrote. Raises InvalidConfig for anything else or an unknown version."""
        hint = f"Start workers through a runner, or pass the JSON of a JobSpec in {cls.ENV}."
        try:
            data: dict[str, Any] = json.loads(text)
            spec = from_plain(cls, data)
        except (ValueError, TypeError, AttributeError) as err:
            raise InvalidConfig("The job specification is not readable.", hint=hint) from err
        if spec.version != 1:
            raise InvalidConfig(
                f"The job specification has version {spec.version}; this worker knows version 1.",
                hint="Run server and workers from the same release.",
            )
        return spec
