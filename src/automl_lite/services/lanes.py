"""A queue of work at one dispatcher: what waits is started while there is room, what must end is ended."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar
from uuid import uuid4

from automl_lite.domain.batches import Batch
from automl_lite.domain.errors import Failure, LeaseLost, NotFound, StaleRecord
from automl_lite.domain.jobs import Cancel, Job, JobState
from automl_lite.domain.records import utcnow
from automl_lite.domain.work import out_of_time
from automl_lite.errors import AutoMLLiteError
from automl_lite.notify import Event, Notifier
from automl_lite.runners import Runner
from automl_lite.services.records import change
from automl_lite.services.specs import SpecWriter
from automl_lite.store import WorkTable

log = logging.getLogger("automl_lite.dispatch")

# A worker process that lives but has not said so for this many leases hangs; it is ended.
SILENT_LEASES = 12

W = TypeVar("W", Job, Batch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Who dispatches, and where."""

    host: str
    worker: str

    @classmethod
    def now(cls) -> Here:
        """Return a new name for this process."""
        host = socket.gethostname()
        return cls(host=host, worker=f"{host}-{uuid4().hex[:8]}")


class Lane(Generic[W]):
    """The work of one table; ``concurrency`` is how much of it runs here at a time.

    ``follow`` is told the id of everything that is started here.
    """

    def __init__(
        self,
        table: WorkTable[W],
        runner: Runner,
        specs: SpecWriter,
        notifier: Notifier,
        here: Here,
        *,
        concurrency: int,
        cancel_grace_s: float,
        follow: Callable[[str], None] = lambda record_id: None,
    ) -> None:
        self._follow = follow
        self._table: WorkTable[W] = table
        self._runner = runner
        self._specs = specs
        self._notifier = notifier
        self._host, self._worker = here.host, here.worker
        self._concurrency = concurrency
        self._cancel_grace_s = cancel_grace_s
        self._lease_s = 2 * specs.heartbeat_s

    def hand_back(self) -> None:
        """Return what runs here to the queue and end its workers."""
        for work in self._table.running():
            if work.lease is None or work.lease.worker != self._worker:
                continue
            self._end(work, lambda current: current.released(now=utcnow()), "the server is shutting down")

    def look(self) -> None:
        """Look at everything that runs, once."""
        now = utcnow()
        for work in self._table.running():
            try:
                self._look_after(work, now)
            except (StaleRecord, NotFound, LeaseLost):
                continue  # somebody else dealt with it in this very moment

    def worker_ended(self, record_id: str, handle: str, reason: str) -> bool:
        """Take the news that a runner's own queue has ended a worker; return whether the record is of this lane."""
        try:
            work = self._table.get(record_id)
        except NotFound:
            return False
        try:
            if work.handle == handle and not work.state.is_over:
                self._died(work, reason, utcnow())
        except (StaleRecord, NotFound, LeaseLost):
            log.info("the work was dealt with meanwhile", extra={"job_id": record_id})
        return True

    def start_here(self, work: W) -> W:
        """Start work that this process has claimed for itself, beside the queue; return it as it stands then."""
        self._launch(work)
        return self._table.get(work.id)

    def claimed(self, work: W) -> W:
        """Return new work under a lease of this process, to be stored and given to ``start_here``."""
        return work.claimed(worker=self._worker, host=self._host, now=utcnow(), lease_s=self._lease_s)

    def _is_here(self, work: W) -> bool:
        if work.lease is None or not work.lease.handle:
            return False
        # A queue like Batch answers everybody, about what it was given; a process only those on its machine.
        if self._runner.queues:
            return work.lease.handle == work.handle
        return work.lease.host == self._host

    def fill(self) -> None:
        """Start what there is room for."""
        if self._runner.queues:
            return
        here = sum(work.lease is not None and work.lease.host == self._host for work in self._table.running())
        for _ in range(self._concurrency - here):
            work = self._table.claim(worker=self._worker, host=self._host, now=utcnow(), lease_s=self._lease_s)
            if work is None:
                return
            self._launch(work)

    def _launch(self, work: W) -> None:
        token = _token(work)
        try:
            handle = self._runner.start(self._specs.write(work))
        except AutoMLLiteError as err:
            log.error("a worker could not be started: %s", err.message, extra={"job_id": work.id})
            failure = Failure(code="worker-not-started", message="The worker could not be started.", hint=err.hint)
            change(self._table, work.id, lambda current: current.held_by(token).died(failure, now=utcnow()))
            return
        log.info("started attempt %d", work.attempt, extra={"job_id": work.id})
        self._follow(work.id)

        def note(current: W) -> W:
            lease = current.held_by(token).lease
            return replace(current, lease=replace(lease, handle=handle)) if lease else current

        try:
            change(self._table, work.id, note)
        except (NotFound, LeaseLost):
            log.info("the job was over before its worker began", extra={"job_id": work.id})

    def _look_after(self, work: W, now: datetime) -> None:
        lease = work.lease
        if lease is None:
            self._died(work, "it has no lease", now)
            return
        # Only the machine that runs a worker can ask about it; elsewhere the heartbeat alone counts.
        look = self._runner.look(lease.handle) if self._is_here(work) else None
        if look is not None and look.alive is False:
            self._died(work, look.reason, now)
            return
        if self._is_here(work) and self._is_due(work, now):
            return
        late_s = (now - lease.expires_at).total_seconds()
        allowed_s = SILENT_LEASES * self._lease_s if look is not None and look.alive else 0.0
        if late_s > allowed_s:
            self._died(work, f"it has been silent for {late_s + self._lease_s:.0f} seconds", now)

    def _is_due(self, work: W, now: datetime) -> bool:
        """End the job if it was cancelled or is out of time; tell whether it was."""
        if work.cancel is Cancel.CANCEL and _since(work.cancel_at, now) > self._cancel_grace_s:
            self._end(work, lambda current: current.cancelled(now=now), "it was cancelled")
            return True
        limit_s = self._specs.time_limit_s(work)
        if _since(work.started_at, now) > limit_s:
            failure = out_of_time(work.kind_of_work, limit_s)
            self._end(work, lambda current: current.failed(failure, now=now), "it is out of time")
            return True
        return False

    def _end(self, work: W, how: Callable[[W], W], why: str) -> None:
        """Change the job first, so that its worker can write no more, then end the worker."""
        token = _token(work)
        try:
            ended = change(self._table, work.id, lambda current: how(current.held_by(token)))
        except (NotFound, LeaseLost):
            return
        if work.lease:
            self._runner.stop(work.lease.handle, hard=True)
        log.info("ended the worker: %s", why, extra={"job_id": work.id})
        self._tell(ended)

    def _died(self, work: W, reason: str, now: datetime) -> None:
        if work.state is JobState.PENDING:
            self._never_began(work, reason, now)
            return
        token = _token(work)
        failure = Failure(
            code="worker-died",
            message=f"The worker died during {work.progress.stage or 'its work'}: {reason}.",
            hint="It is started again while attempts are left. If it keeps dying, use less data or add memory.",
        )
        ended = change(
            self._table,
            work.id,
            lambda current: (current.held_by(token) if token else current).died(failure, now=now),
        )
        if work.lease and self._is_here(work):
            self._runner.stop(work.lease.handle, hard=True)
        log.warning("%s", failure.message, extra={"job_id": work.id})
        if ended.state is JobState.PENDING:
            self._specs.hand_over(ended, self._table)
        self._tell(ended)

    def _never_began(self, work: W, reason: str, now: datetime) -> None:
        failure = Failure(
            code="worker-not-started",
            message=f"The worker could not be started: {reason}.",
            hint="Retry the job; if that happens again, look at the log of its container.",
        )
        log.warning("%s", failure.message, extra={"job_id": work.id})
        self._tell(change(self._table, work.id, lambda current: current.failed(failure, now=now)))

    def _tell(self, work: W) -> None:
        if work.state.is_over:
            self._notifier.send(ending(work))


def ending(work: Job | Batch) -> Event:
    """Return what people are told of work that is over."""
    text = work.error.message if work.error else work.result.verdict if work.result else ""
    if isinstance(work, Job):
        return Event(kind=f"job-{work.state}", user_id=work.user_id, job_id=work.id, title=work.name, text=text)
    return Event(
        kind=f"batch-{work.state}",
        user_id=work.user_id,
        job_id=work.job_id,
        batch_id=work.id,
        title=work.name,
        text=text,
    )


def _token(work: Job | Batch) -> int:
    return work.lease.token if work.lease else 0


def _since(then: datetime | None, now: datetime) -> float:
    return (now - then).total_seconds() if then else 0.0
