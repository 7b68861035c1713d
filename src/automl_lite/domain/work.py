"""Work that waits in a queue for a worker: its one state machine and its lease with a fencing token."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Self

from automl_lite.domain.errors import Failure, JobStateError, LeaseLost


class JobState(StrEnum):
    """Where a job (or a batch) is."""

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
class Progress:
    """Where running work stands; ``share`` is 0–1, times are seconds."""

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
    """A file that finished work left in the blob store, under its own key."""

    name: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What every record in a queue has; times are UTC.

    ``version`` counts the writes (compare-and-set), ``attempt`` the claims. ``handle`` is what a runner with a queue of
    its own calls the work.
    """

    kind_of_work: ClassVar[str] = ""
    wrong_state: ClassVar[type[JobStateError]] = JobStateError

    id: str
    user_id: str
    name: str
    created_at: datetime
    memory_mb: int = 0
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
    error: Failure | None = None

    def _to(self, state: JobState, verb: str) -> Self:
        if state not in _NEXT[self.state]:
            raise self.wrong_state(self.id, self.state, verb)
        return replace(self, state=state)

    def _anew(self) -> Self:
        """Return the record without what the last attempt reported."""
        return self

    def claimed(self, *, worker: str, host: str, now: datetime, lease_s: float) -> Self:
        """Return the running work under a new lease. Raises JobStateError unless it is pending."""
        attempt = self.attempt + 1
        lease = Lease(
            worker=worker, host=host, token=attempt, expires_at=now + timedelta(seconds=lease_s), handle=self.handle
        )
        work = self._to(JobState.RUNNING, "started")
        return replace(
            work, attempt=attempt, lease=lease, started_at=now, progress=Progress(stage="starting"), error=None
        )

    def handed_over(self, handle: str) -> Self:
        """Return the work with its handle, also in the lease of a worker that was faster than this note."""
        lease = replace(self.lease, handle=handle) if self.lease and not self.lease.handle else self.lease
        return replace(self, handle=handle, lease=lease)

    def held_by(self, token: int) -> Self:
        """Return the work if the lease with this token still holds it. Raises LeaseLost if not."""
        if self.state is not JobState.RUNNING or self.lease is None or self.lease.token != token:
            raise LeaseLost(self.id)
        return self

    def beaten(self, *, now: datetime, lease_s: float) -> Self:
        """Return the work with its lease extended to ``lease_s`` seconds from now."""
        if self.lease is None:
            raise LeaseLost(self.id)
        return replace(self, lease=replace(self.lease, expires_at=now + timedelta(seconds=lease_s)))

    def done(self, *, now: datetime) -> Self:
        """Return the work ended well; what came of it is the caller's to add."""
        work = self._to(JobState.COMPLETED, "completed")
        progress = replace(self.progress, stage="done", share=1.0, remaining_s=0.0)
        return replace(work, finished_at=now, lease=None, progress=progress)

    def failed(self, error: Failure, *, now: datetime) -> Self:
        """Return the work ended by an error."""
        return replace(self._to(JobState.FAILED, "failed"), error=error, finished_at=now, lease=None)

    def cancelled(self, *, now: datetime) -> Self:
        """Return the work ended without a result, as its owner asked."""
        return replace(self._to(JobState.CANCELLED, "cancelled"), finished_at=now, lease=None)

    def died(self, error: Failure, *, now: datetime) -> Self:
        """Return what becomes of work whose worker is gone: cancelled if asked, else queued again or failed."""
        if self.cancel is not Cancel.NONE:
            return self.cancelled(now=now)
        if self.attempt < self.max_attempts:
            return self.released(now=now, error=error)
        return self.failed(error, now=now)

    def released(self, *, now: datetime, error: Failure | None = None) -> Self:
        """Return the running work to the queue; without an error (its server shuts down) that costs no attempt."""
        return replace(
            self._to(JobState.PENDING, "queued")._anew(),
            lease=None,
            queued_at=now,
            max_attempts=self.max_attempts + (error is None),
            progress=Progress(),
            error=error,
        )

    def retried(self, *, now: datetime) -> Self:
        """Return failed or cancelled work to the queue with one attempt more. Raises JobStateError otherwise."""
        if self.state not in (JobState.FAILED, JobState.CANCELLED):
            raise self.wrong_state(self.id, self.state, "retried")
        return replace(
            self._to(JobState.PENDING, "retried")._anew(),
            max_attempts=self.attempt + max(1, self.max_attempts - self.attempt),
            queued_at=now,
            started_at=None,
            finished_at=None,
            cancel=Cancel.NONE,
            cancel_at=None,
            progress=Progress(),
            error=None,
        )

    def asked_to_stop(self, how: Cancel, *, now: datetime) -> Self:
        """Return the work with its cancel request; pending work ends at once. Raises JobStateError if it is over."""
        if self.state is JobState.PENDING:
            return replace(self.cancelled(now=now), cancel=how, cancel_at=now)
        if self.state is not JobState.RUNNING:
            raise self.wrong_state(self.id, self.state, "cancelled")
        # Cancel outranks an earlier "stop and keep the best"; asking again never restarts the grace period.
        if self.cancel is Cancel.CANCEL or (self.cancel is how):
            return self
        return replace(self, cancel=how, cancel_at=now)


def out_of_time(kind_of_work: str, limit_s: float) -> Failure:
    """Return the reason of work that was ended after ``limit_s`` seconds."""
    if kind_of_work == "train":
        return Failure(
            code="time-limit",
            message=f"The training was ended after {limit_s:.0f} seconds, far beyond its budget.",
            hint="Retry it; give it fewer columns or rows if that happens again.",
        )
    return Failure(
        code="time-limit",
        message=f"The batch was ended after {limit_s:.0f} seconds.",
        hint="Retry it: finished parts are kept. Raise AUTOML_LITE_BATCH_SECONDS for files that need longer.",
    )
