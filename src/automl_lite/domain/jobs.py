"""A training job: what is asked of it, what it reports and what it found."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from automl_lite.domain.errors import NoPortableModel, NotTrained
from automl_lite.domain.work import Artifact, Cancel, JobState, Lease, Progress, Work

__all__ = [
    "MAX_CURVE_POINTS",
    "MAX_LEADERBOARD_ROWS",
    "Artifact",
    "Cancel",
    "CurvePoint",
    "Detail",
    "Duel",
    "Job",
    "JobFilter",
    "JobState",
    "LeaderboardRow",
    "Lease",
    "Progress",
    "Result",
    "StageRun",
]

MAX_CURVE_POINTS = 200
MAX_LEADERBOARD_ROWS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderboardRow:
    """One model that has been tried; ``score`` is out-of-fold, in the metric's own direction."""

    name: str
    family: str
    score: float
    seconds: float
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """The best score known ``elapsed_s`` seconds after the start, and the model that reached it."""

    elapsed_s: float
    score: float
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRun:
    """When a stage began, in seconds after the start, and how long it took (None: it is running)."""

    name: str
    started_s: float
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a completed job found, small enough for a list; everything else is in evaluation.json.

    ``portable`` is False where another engine made the model: there is no model.onnx.
    """

    model: str
    metric: str
    metric_label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    baseline: float | None = None
    linear: float | None = None
    greater_is_better: bool = True
    verdict: str = ""
    how: str = ""
    n_train_rows: int = 0
    n_test_rows: int = 0
    model_bytes: int = 0
    portable: bool = True
    artifacts: tuple[Artifact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """The heavier half of a job, left out of pages."""

    notes: str = ""
    leaderboard: tuple[LeaderboardRow, ...] = ()
    curve: tuple[CurvePoint, ...] = ()
    stages: tuple[StageRun, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """How a retrained model did against its champion on rows that neither was trained on.

    ``verdict`` is ``"better"``, ``"worse"``, ``"no real difference"`` or empty where they could not be compared;
    ``promoted`` says that the challenger was deployed in the champion's place.
    """

    champion_id: str
    metric: str = ""
    champion: float | None = None
    challenger: float | None = None
    n_rows: int = 0
    verdict: str = ""
    message: str = ""
    promoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Work):
    """One training of a model that predicts ``target``; sizes are bytes, durations seconds.

    The full configuration is the blob ``jobs/{id}/config.json``, since lists of columns can be long; what lists show
    of it stands here. ``champion_id`` is the model that this one was retrained to replace, ``promote`` the rule:
    ``"better"`` (beyond chance), ``"always"`` or empty (people decide). ``append_to`` names data sets whose rows are
    trained on too; they have to stay until the job is over.
    """

    kind_of_work: ClassVar[str] = "train"

    dataset_id: str
    dataset_name: str
    target: str
    task: str
    metric: str
    budget_s: float
    seed: int = 0
    estimated_s: float = 0.0
    result: Result | None = None
    tags: tuple[str, ...] = ()
    deployed_at: datetime | None = None
    cloned_from: str = ""
    champion_id: str = ""
    promote: str = ""
    append_to: tuple[str, ...] = ()
    duel: Duel | None = None
    detail: Detail = field(default_factory=Detail)

    def key(self, name: str) -> str:
        """Return the blob key of one of this job's files, such as ``model.onnx``."""
        return f"jobs/{self.id}/{name}"

    def check_servable(self) -> None:
        """Raise NotTrained or NoPortableModel if there is no model file to answer with."""
        if self.state is not JobState.COMPLETED or self.result is None:
            raise NotTrained(self.id, self.state)
        if not self.result.portable:
            raise NoPortableModel(self.result.model.partition(":")[0])

    def light(self) -> Job:
        """Return the job as pages show it: without ``detail``."""
        return replace(self, detail=Detail())

    def completed(self, result: Result, *, now: datetime) -> Job:
        """Return the job with its model."""
        return replace(self.done(now=now), result=result)

    def _anew(self) -> Job:
        """Keep what people wrote, drop what the last attempt reported."""
        return replace(self, result=None, duel=None, detail=Detail(notes=self.detail.notes))

    def matches(self, filters: JobFilter) -> bool:
        """Tell whether a list with these filters shows this job."""
        return (
            (filters.state is None or self.state is filters.state)
            and (filters.deployed is None or (self.deployed_at is not None) is filters.deployed)
            and (not filters.tag or filters.tag in self.tags)
            and (not filters.dataset_id or self.dataset_id == filters.dataset_id)
            and filters.text.casefold() in self.search_text()
        )

    def search_text(self) -> str:
        """Return what a text filter looks in, case-folded: the job's, data set's, target's and model's names."""
        model = self.result.model if self.result else ""
        return "\n".join((self.name, self.dataset_name, self.target, model, *self.tags)).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which jobs a list shows; the defaults show all."""

    state: JobState | None = None
    deployed: bool | None = None
    tag: str = ""
    dataset_id: str = ""
    text: str = ""
