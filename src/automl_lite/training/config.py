"""What a training run is asked for and what it tells while it works; standard library only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from automl_lite.domain.columns import Kind, Task
from automl_lite.domain.runs import LEAST_AUTOGLUON_S
from automl_lite.errors import AutoMLLiteError

ENGINES = ("portfolio", "flaml", "autogluon")
FINAL_FITS = ("all", "training")
ENGINE_WORKERS = ("threads", "ray")
QUALITIES = ("fast", "balanced", "best")
STAGES = ("read", "profile", "prepare", "search", "blend", "evaluate", "explain", "export", "report", "done")


class InvalidSetting(AutoMLLiteError):
    """A training setting has a value outside its range."""

    code = "invalid-setting"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """The settings of one training run; the defaults suit most tables.

    Parameters
    ----------
    budget_s : float > 0
        Wall-clock seconds from the first byte read to the last file written.
    metric : str
        Name of the metric to optimise; ``"auto"`` is log-loss, or RMSE for regression.
    task : Task, optional
        Overrides the detected problem type.
    engine : {"portfolio", "flaml", "autogluon"}
        The product's own search, FLAML alone with its classic list of learners, or AutoGluon as a second opinion, which
        leaves no ONNX file (docs/adr/0050).
    quality : {"fast", "balanced", "best"}
        Accuracy against size and latency of the file: a model stays in the blend where it improves the loss by 1 %,
        0.1 % or at all; ``fast`` keeps the file under about 5 MB and learns in fewer, larger steps, ``balanced`` under
        30 MB.
    split : str
        ``"auto"``, ``"random"``, ``"time:COLUMN"`` (test rows are the latest) or ``"group:COLUMN"`` (no group is on
        both sides).
    test_share : float in (0, 0.5], optional
        Share of rows held back for the test; by default chosen from the number of rows.
    final_fit : {"all", "training"}
        What the file learns from once the test rows have served: from them as well, or from the training rows alone,
        so that the model that is handed over is the very one that was measured (docs/adr/0015).
    drop, keep : tuple of str
        Columns to leave out, and columns to take although they would be left out.
    kinds : mapping of column name to Kind
        Overrides what reading the file found.
    seed : int
        Same data, settings and seed give the same model when ``max_models`` bounds the search instead of the clock.
    max_models : int >= 1, optional
        Number of configurations to fit. With it the search no longer depends on the clock; the budget still ends it.
    eda : {"skrub", "sweetviz", "none"}
        Which data report to write.
    name : str, optional
        Shown in reports.
    workers : int >= 1, optional
        Fits that run side by side, one thread each; by default one for each core, of this machine or of the cluster.
    engine_workers : {"threads", "ray"}
        Where the portfolio's fits run: in threads of this process, or as tasks of a Ray cluster (docs/adr/0051).
    autogluon_python : str, optional
        A Python that has AutoGluon; by default the environment variable ``AUTOML_LITE_AUTOGLUON_PYTHON``, or what
        ``automl-lite engines install autogluon`` made.
    """

    budget_s: float = 60.0
    metric: str = "auto"
    task: Task | None = None
    engine: str = "portfolio"
    quality: str = "balanced"
    split: str = "auto"
    test_share: float | None = None
    final_fit: str = "all"
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    seed: int = 0
    max_models: int | None = None
    eda: str = "skrub"
    name: str | None = None
    workers: int | None = None
    engine_workers: str = "threads"
    autogluon_python: str | None = None

    def __post_init__(self) -> None:
        if not self.budget_s > 0:
            raise InvalidSetting(f"The budget must be more than 0 seconds, not {self.budget_s!r}.", hint="Try 60.")
        if self.engine not in ENGINES:
            raise InvalidSetting(f"There is no engine {self.engine!r}.", hint=f"Choose from {', '.join(ENGINES)}.")
        if self.quality not in QUALITIES:
            raise InvalidSetting(f"There is no quality {self.quality!r}.", hint=f"Choose from {', '.join(QUALITIES)}.")
        if self.final_fit not in FINAL_FITS:
            raise InvalidSetting(
                f"There is no final fit {self.final_fit!r}.", hint=f"Choose from {', '.join(FINAL_FITS)}."
            )
        if self.engine_workers not in ENGINE_WORKERS:
            raise InvalidSetting(
                f"There are no engine workers {self.engine_workers!r}.",
                hint=f"Choose from {', '.join(ENGINE_WORKERS)}.",
            )
        if self.engine_workers == "ray" and self.engine != "portfolio":
            raise InvalidSetting(
                f"The engine {self.engine} does not run on Ray.", hint="Use the engine portfolio, or threads."
            )
        if self.engine == "autogluon" and self.max_models is not None:
            raise InvalidSetting("AutoGluon takes no number of models.", hint="Leave max_models out.")
        if self.engine == "autogluon" and self.budget_s < LEAST_AUTOGLUON_S:
            raise InvalidSetting(
                f"AutoGluon needs a budget of at least {LEAST_AUTOGLUON_S:.0f} seconds, not {self.budget_s:g}.",
                hint="It takes seconds to start, and fits its first models whole.",
            )
        if self.test_share is not None and not 0 < self.test_share <= 0.5:
            raise InvalidSetting(
                f"The test share must be above 0 and at most 0.5, not {self.test_share!r}.", hint="Try 0.2."
            )
        if self.max_models is not None and self.max_models < 1:
            raise InvalidSetting(f"max_models must be at least 1, not {self.max_models!r}.")
        kind, _, column = self.split.partition(":")
        if kind not in {"auto", "random", "time", "group"} or (kind in {"time", "group"}) != bool(column):
            raise InvalidSetting(
                f"The split {self.split!r} is not known.", hint="Use auto, random, time:COLUMN or group:COLUMN."
            )
        both = sorted(set(self.drop) & set(self.keep))
        if both:
            raise InvalidSetting(f"Column {both[0]!r} cannot be both dropped and kept.", hint="Name it in one list.")

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        plain = asdict(self)
        return plain | {
            "task": self.task.value if self.task else None,
            "drop": list(self.drop),
            "keep": list(self.keep),
            "kinds": {name: Kind(kind).value for name, kind in self.kinds.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderboardRow:
    """One fitted configuration: ``score`` is out-of-fold in the metric's own direction, ``seconds`` is fitting time."""

    name: str
    family: str
    score: float
    seconds: float
    weight: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a run stands: ``share`` done in [0, 1], times in seconds."""

    stage: str
    share: float
    elapsed_s: float
    remaining_s: float
    message: str = ""
    leaderboard: tuple[LeaderboardRow, ...] = ()


ProgressCallback = Callable[[Progress], None]
