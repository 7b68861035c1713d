"""A batch: one file of rows and what a model said about it, with or without the true answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from automl_lite.domain.errors import BatchStateError, JobStateError
from automl_lite.domain.work import Artifact, JobState, Work

SEVERITIES = ("none", "slight", "moderate", "strong")
MAX_TOLD_COLUMNS = 30
MAX_TOLD_LABELS = 20


class BatchKind(StrEnum):
    """What is done with the rows."""

    PREDICT = "predict"
    VALIDATE = "validate"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSummary:
    """How far a column has drifted; ``psi`` is None where no distribution is kept."""

    column: str
    severity: str
    psi: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftSummary:
    """Drift of a batch in a few numbers; ``drift.json`` has the rest.

    ``columns`` holds those that drifted, the worst first, at most ``MAX_TOLD_COLUMNS``; ``prediction`` is the severity
    of the answers' own drift (empty: not watched). ``accuracy`` is estimated from the probabilities, without labels.
    """

    severity: str
    verdict: str
    n_columns: int = 0
    n_drifted: int = 0
    columns: tuple[ColumnSummary, ...] = ()
    prediction: str = ""
    accuracy: float | None = None
    accuracy_low: float | None = None
    accuracy_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A label and its share (0–1) of the answers."""

    label: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricChange:
    """The main metric at test time and now; ``verdict`` is better, worse, no real difference or empty."""

    name: str
    label: str
    before: float | None
    now: float | None
    low: float | None = None
    high: float | None = None
    greater_is_better: bool = True
    verdict: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """What came of a batch, small enough for a list; the rest is in its files.

    ``n_errors`` counts rows without an answer, ``n_rejected`` lines of the file that are no rows at all,
    ``n_left_out`` rows that could not be measured. ``winner`` is the id of the better of two models, or empty.
    """

    n_rows: int
    n_errors: int = 0
    n_rejected: int = 0
    n_left_out: int = 0
    verdict: str = ""
    seconds: float = 0.0
    labels: tuple[Share, ...] = ()
    mean: float | None = None
    drift: DriftSummary | None = None
    metric: MetricChange | None = None
    winner: str = ""
    artifacts: tuple[Artifact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Work):
    """One file through the model of ``job_id``; for a duel, also through that of ``challenger_id``.

    ``allow_problems`` scores a file although it does not fit the model. After ``expires_at`` the batch and its files
    are deleted (None: kept).
    """

    kind_of_work: ClassVar[str] = "batch"
    wrong_state: ClassVar[type[JobStateError]] = BatchStateError

    job_id: str
    dataset_id: str
    dataset_name: str
    kind: BatchKind = BatchKind.PREDICT
    model_name: str = ""
    target: str = ""
    task: str = ""
    metric: str = ""
    challenger_id: str = ""
    challenger_name: str = ""
    allow_problems: bool = False
    expires_at: datetime | None = None
    n_done: int = 0
    n_rows: int = 0
    result: BatchResult | None = None

    def key(self, name: str) -> str:
        """Return the blob key of one of this batch's files, such as ``results.csv``."""
        return f"batches/{self.id}/{name}"

    def completed(self, result: BatchResult, *, now: datetime) -> Batch:
        """Return the batch with its result."""
        return replace(self.done(now=now), result=result)

    def _anew(self) -> Batch:
        return replace(self, result=None)

    @property
    def severity(self) -> str:
        """How far the rows have drifted; empty where that is not known."""
        return self.result.drift.severity if self.result and self.result.drift else ""

    def matches(self, filters: BatchFilter) -> bool:
        """Tell whether a list with these filters shows this batch."""
        return (
            (not filters.job_id or filters.job_id == self.job_id)
            and (not filters.dataset_id or filters.dataset_id == self.dataset_id)
            and (filters.kind is None or filters.kind is self.kind)
            and (filters.state is None or filters.state is self.state)
            and filters.text.casefold() in self.search_text()
        )

    def search_text(self) -> str:
        """Return what a text filter looks in, case-folded: the names of batch, file and models."""
        return "\n".join((self.name, self.dataset_name, self.model_name, self.challenger_name)).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFilter:
    """Which batches a list shows; the defaults show all."""

    job_id: str = ""
    dataset_id: str = ""
    kind: BatchKind | None = None
    state: JobState | None = None
    text: str = ""
