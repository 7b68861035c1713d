"""A training job: its one state machine, its lease with a fencing token, and what it reports."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from automl_lite.domain.errors import Failure, JobStateError, LeaseLost

MAX_CURVE_POINTS = 200
MAX_LEADERBOARD_ROWS = 60


class JobState(StrEnum):
    """Where a job is."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """True where nothing happens any more unless somebody asks for a retry."""
        return self in _OVER


_OVER = {JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED}
_NEXT = {
    JobState.PENDING: {JobState.RUNNING, JobState.FAILED, JobState.CANCELLED},
    # Back to pending: its worker died or was stopped with its server, and the job has attempts left.
    JobState.RUNNING: {JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED, JobState.PENDING},
    JobState.FAILED: {JobState.PENDING},
    JobState.CANCELLED: {JobState.PENDING},
    JobState.COMPLETED: set(),
}


class Cancel(StrEnum):
    """What was asked of a running job."""

    NONE = ""
    STOP = "stop"  # end the search, keep the best model so far
    CANCEL = "cancel"  # end without a model


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A worker's claim on a job until ``expires_at``.

    ``token`` grows with every claim of the job: a write that carries an old token is refused (fencing).
    ``handle`` is what the runner calls the process, ``host`` where it runs.
    """

    worker: str
    token: int
    expires_at: datetime
    handle: str = ""
    host: str = ""


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
class Progress:
    """Where a running job stands; ``share`` is 0–1, times are seconds."""

    stage: str = "queued"
    share: float = 0.0
    elapsed_s: float = 0.0
    remaining_s: float | None = None
    message: str = ""
    best_name: str = ""
    best_score: float | None = None
    n_models: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file that the job left in the blob store, under ``jobs/{id}/{name}``."""

    name: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a completed job found, small enough for a list; everything else is in evaluation.json."""

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
    artifacts: tuple[Artifact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """The heavier half of a job, left out of pages."""

    notes: str = ""
    leaderboard: tuple[LeaderboardRow, ...] = ()
    curve: tuple[CurvePoint, ...] = ()
    stages: tuple[StageRun, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One training of a model that predicts ``target``; times are UTC, sizes bytes, durations seconds.

    ``version`` counts the writes (compare-and-set), ``attempt`` the claims. ``handle`` is what a runner with a queue of
    its own calls the job. The full configuration is the blob
    ``jobs/{id}/config.json``, since lists of columns can be long; what lists show of it stands here.
    """

    id: str
    user_id: str
    dataset_id: str
    dataset_name: str
    name: str
    target: str
    task: str
    metric: str
    budget_s: float
    created_at: datetime
    seed: int = 0
    memory_mb: int = 0
    estimated_s: float = 0.0
    state: JobState = JobState.PENDING
    version: int = 0
    attempt: int = 0
    max_attempts: int = 1
    handle: str = ""
    queued_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    lease: Lease | None = None
    cancel: Cancel = Cancel.NONE
    cancel_at: datetime | None = None
    progress: Progress = field(default_factory=Progress)
    result: Result | None = None
    error: Failure | None = None
    tags: tuple[str, ...] = ()
    deployed_at: datetime | None = None
    cloned_from: str = ""
    detail: Detail = field(default_factory=Detail)

    def key(self, name: str) -> str:
        """Return the blob key of one of this job's files, such as ``model.onnx``."""
        return f"jobs/{self.id}/{name}"

    def light(self) -> Job:
        """Return the job as pages show it: without ``detail``."""
        return replace(self, detail=Detail())

    def _to(self, state: JobState, verb: str) -> Job:
        if state not in _NEXT[self.state]:
            raise JobStateError(self.id, self.state, verb)
        return replace(self, state=state)

    def claimed(self, *, worker: str, host: str, now: datetime, lease_s: float) -> Job:
        """Return the running job under a new lease. Raises JobStateError unless it is pending."""
        attempt = self.attempt + 1
        lease = Lease(
            worker=worker, host=host, token=attempt, expires_at=now + timedelta(seconds=lease_s), handle=self.handle
        )
        job = self._to(JobState.RUNNING, "started")
        return replace(
            job, attempt=attempt, lease=lease, started_at=now, progress=Progress(stage="starting"), error=None
        )

    def handed_over(self, handle: str) -> Job:
        """Return the job with its handle, also in the lease of a worker that was faster than this note."""
        lease = replace(self.lease, handle=handle) if self.lease and not self.lease.handle else self.lease
        return replace(self, handle=handle, lease=lease)

    def held_by(self, token: int) -> Job:
        """Return the job if the lease with this token still holds it. Raises LeaseLost if not."""
        if self.state is not JobState.RUNNING or self.lease is None or self.lease.token != token:
            raise LeaseLost(self.id)
        return self

    def beaten(self, *, now: datetime, lease_s: float) -> Job:
        """Return the job with its lease extended to ``lease_s`` seconds from now."""
        if self.lease is None:
            raise LeaseLost(self.id)
        return replace(self, lease=replace(self.lease, expires_at=now + timedelta(seconds=lease_s)))

    def completed(self, result: Result, *, now: datetime) -> Job:
        """Return the job with its model."""
        job = self._to(JobState.COMPLETED, "completed")
        progress = replace(self.progress, stage="done", share=1.0, remaining_s=0.0)
        return replace(job, result=result, finished_at=now, lease=None, progress=progress)

    def failed(self, error: Failure, *, now: datetime) -> Job:
        """Return the job ended by an error."""
        job = self._to(JobState.FAILED, "failed")
        return replace(job, error=error, finished_at=now, lease=None)

    def cancelled(self, *, now: datetime) -> Job:
        """Return the job ended without a model, as its owner asked."""
        job = self._to(JobState.CANCELLED, "cancelled")
        return replace(job, finished_at=now, lease=None)

    def died(self, error: Failure, *, now: datetime) -> Job:
        """Return what becomes of a job whose worker is gone: cancelled if asked, else queued again or failed."""
        if self.cancel is not Cancel.NONE:
            return self.cancelled(now=now)
        if self.attempt < self.max_attempts:
            return self.released(now=now, error=error)
        return self.failed(error, now=now)

    def released(self, *, now: datetime, error: Failure | None = None) -> Job:
        """Return the running job to the queue; without an error (its server shuts down) that costs no attempt."""
        job = self._to(JobState.PENDING, "queued")
        return replace(
            job,
            lease=None,
            queued_at=now,
            max_attempts=self.max_attempts + (error is None),
            progress=Progress(),
            error=error,
            detail=_reset(self.detail),
        )

    def retried(self, *, now: datetime) -> Job:
        """Return a failed or cancelled job to the queue with one attempt more. Raises JobStateError otherwise."""
        if self.state not in (JobState.FAILED, JobState.CANCELLED):
            raise JobStateError(self.id, self.state, "retried")
        job = self._to(JobState.PENDING, "retried")
        return replace(
            job,
            max_attempts=self.attempt + max(1, self.max_attempts - self.attempt),
            queued_at=now,
            started_at=None,
            finished_at=None,
            cancel=Cancel.NONE,
            cancel_at=None,
            progress=Progress(),
            result=None,
            error=None,
            detail=_reset(self.detail),
        )

    def asked_to_stop(self, how: Cancel, *, now: datetime) -> Job:
        """Return the job with its cancel request; a pending one ends at once. Raises JobStateError if it is over."""
        if self.state is JobState.PENDING:
            return replace(self.cancelled(now=now), cancel=how, cancel_at=now)
        if self.state is not JobState.RUNNING:
            raise JobStateError(self.id, self.state, "cancelled")
        # Cancel outranks an earlier "stop and keep the best"; asking again never restarts the grace period.
        if self.cancel is Cancel.CANCEL or (self.cancel is how):
            return self
        return replace(self, cancel=how, cancel_at=now)

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


def _reset(detail: Detail) -> Detail:
    """Keep what people wrote, drop what the last attempt reported."""
    return Detail(notes=detail.notes)
