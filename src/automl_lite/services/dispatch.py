"""The dispatcher: starts pending jobs while there is room, ends what must end, and sweeps up what died."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from automl_lite.domain.errors import Failure, JobNotFound, LeaseLost, StaleRecord
from automl_lite.domain.jobs import Cancel, Job, JobState
from automl_lite.domain.records import utcnow
from automl_lite.errors import AutoMLLiteError
from automl_lite.notify import Event, Notifier
from automl_lite.runners import Runner
from automl_lite.services.records import change
from automl_lite.services.specs import SpecWriter
from automl_lite.store import Store

log = logging.getLogger("automl_lite.dispatch")

# A worker process that lives but has not said so for this many leases hangs; it is ended.
SILENT_LEASES = 12


class Dispatcher:
    """One per server or ``automl-lite worker``; any number of them may share a store.

    Every decision is a compare-and-set on the job, so two dispatchers never start or end a job twice.
    """

    def __init__(
        self,
        store: Store,
        runner: Runner,
        specs: SpecWriter,
        notifier: Notifier,
        *,
        concurrency: int,
        cancel_grace_s: float,
        poll_s: float,
        free_stuck: Callable[[], int] = lambda: 0,
    ) -> None:
        self._store = store
        self._runner = runner
        self._specs = specs
        self._notifier = notifier
        self._concurrency = concurrency
        self._cancel_grace_s = cancel_grace_s
        self._poll_s = poll_s
        self._free_stuck = free_stuck
        self._host = socket.gethostname()
        self._worker = f"{self._host}-{uuid4().hex[:8]}"
        self._lease_s = 2 * specs.heartbeat_s
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work in a thread."""
        self._thread = threading.Thread(target=self._loop, name="dispatcher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop starting jobs, hand running ones back to the queue, and end their workers."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        for job in self._store.jobs.running():
            if job.lease is None or job.lease.worker != self._worker:
                continue
            self._end(job, lambda current: current.released(now=utcnow()), "the server is shutting down")

    def step(self) -> None:
        """Look at every running job once, then start what there is room for."""
        now = utcnow()
        for job in self._store.jobs.running():
            try:
                self._look_after(job, now)
            except (StaleRecord, JobNotFound, LeaseLost):
                continue  # somebody else dealt with it in this very moment
        self._free_stuck()
        self._fill()

    def worker_ended(self, job_id: str, handle: str, reason: str) -> None:
        """Take the news that a runner's own queue has ended a worker; a job that is over stays as it is."""
        try:
            job = self._store.jobs.get(job_id)
            if job.handle == handle and not job.state.is_over:
                self._died(job, reason, utcnow())
        except (StaleRecord, JobNotFound, LeaseLost):
            log.info("the job was dealt with meanwhile", extra={"job_id": job_id})

    def _loop(self) -> None:
        while not self._stop.wait(self._poll_s):
            try:
                self.step()
            except AutoMLLiteError as err:
                log.warning("the dispatcher could not work: %s", err.message)
                self._stop.wait(2.0)
            except Exception:
                # A bug here must not end the loop: every queued job depends on it.
                log.exception("the dispatcher met an unexpected error")
                self._stop.wait(2.0)

    def _is_here(self, job: Job) -> bool:
        # A queue like Batch answers everybody; a process only those on its machine.
        reachable = job.lease is not None and (self._runner.queues or job.lease.host == self._host)
        return reachable and bool(job.lease and job.lease.handle)

    def _fill(self) -> None:
        if self._runner.queues:
            return
        here = sum(job.lease is not None and job.lease.host == self._host for job in self._store.jobs.running())
        for _ in range(self._concurrency - here):
            job = self._store.jobs.claim(worker=self._worker, host=self._host, now=utcnow(), lease_s=self._lease_s)
            if job is None:
                return
            self._launch(job)

    def _launch(self, job: Job) -> None:
        token = _token(job)
        try:
            handle = self._runner.start(self._specs.write(job))
        except AutoMLLiteError as err:
            log.error("a worker could not be started: %s", err.message, extra={"job_id": job.id})
            failure = Failure(code="worker-not-started", message="The worker could not be started.", hint=err.hint)
            change(self._store.jobs, job.id, lambda current: current.held_by(token).died(failure, now=utcnow()))
            return
        log.info("started attempt %d", job.attempt, extra={"job_id": job.id})

        def note(current: Job) -> Job:
            lease = current.held_by(token).lease
            return replace(current, lease=replace(lease, handle=handle)) if lease else current

        try:
            change(self._store.jobs, job.id, note)
        except (JobNotFound, LeaseLost):
            log.info("the job was over before its worker began", extra={"job_id": job.id})

    def _look_after(self, job: Job, now: datetime) -> None:
        lease = job.lease
        if lease is None:
            self._died(job, "it has no lease", now)
            return
        # Only the machine that runs a worker can ask about it; elsewhere the heartbeat alone counts.
        look = self._runner.look(lease.handle) if self._is_here(job) else None
        if look is not None and look.alive is False:
            self._died(job, look.reason, now)
            return
        if self._is_here(job) and self._is_due(job, now):
            return
        late_s = (now - lease.expires_at).total_seconds()
        allowed_s = SILENT_LEASES * self._lease_s if look is not None and look.alive else 0.0
        if late_s > allowed_s:
            self._died(job, f"it has been silent for {late_s + self._lease_s:.0f} seconds", now)

    def _is_due(self, job: Job, now: datetime) -> bool:
        """End the job if it was cancelled or is out of time; tell whether it was."""
        if job.cancel is Cancel.CANCEL and _since(job.cancel_at, now) > self._cancel_grace_s:
            self._end(job, lambda current: current.cancelled(now=now), "it was cancelled")
            return True
        limit_s = self._specs.time_limit_s(job)
        if _since(job.started_at, now) > limit_s:
            failure = Failure(
                code="time-limit",
                message=f"The training was ended after {limit_s:.0f} seconds, far beyond its budget.",
                hint="Retry it; give it fewer columns or rows if that happens again.",
            )
            self._end(job, lambda current: current.failed(failure, now=now), "it is out of time")
            return True
        return False

    def _end(self, job: Job, how: Callable[[Job], Job], why: str) -> None:
        """Change the job first, so that its worker can write no more, then end the worker."""
        token = _token(job)
        try:
            ended = change(self._store.jobs, job.id, lambda current: how(current.held_by(token)))
        except (JobNotFound, LeaseLost):
            return
        if job.lease:
            self._runner.stop(job.lease.handle, hard=True)
        log.info("ended the worker: %s", why, extra={"job_id": job.id})
        self._tell(ended)

    def _died(self, job: Job, reason: str, now: datetime) -> None:
        if job.state is JobState.PENDING:
            self._never_began(job, reason, now)
            return
        token = _token(job)
        failure = Failure(
            code="worker-died",
            message=f"The worker died during {job.progress.stage or 'the training'}: {reason}.",
            hint="It is started again while attempts are left. If it keeps dying, use less data or add memory.",
        )
        ended = change(
            self._store.jobs,
            job.id,
            lambda current: (current.held_by(token) if token else current).died(failure, now=now),
        )
        if job.lease and self._is_here(job):
            self._runner.stop(job.lease.handle, hard=True)
        log.warning("%s", failure.message, extra={"job_id": job.id})
        if ended.state is JobState.PENDING:
            self._specs.hand_over(ended, self._store)
        self._tell(ended)

    def _never_began(self, job: Job, reason: str, now: datetime) -> None:
        failure = Failure(
            code="worker-not-started",
            message=f"The worker could not be started: {reason}.",
            hint="Retry the job; if that happens again, look at the log of its container.",
        )
        log.warning("%s", failure.message, extra={"job_id": job.id})
        self._tell(change(self._store.jobs, job.id, lambda current: current.failed(failure, now=now)))

    def _tell(self, job: Job) -> None:
        if job.state.is_over:
            text = job.error.message if job.error else ""
            self._notifier.send(
                Event(kind=f"job-{job.state}", user_id=job.user_id, job_id=job.id, title=job.name, text=text)
            )


def _token(job: Job) -> int:
    return job.lease.token if job.lease else 0


def _since(then: datetime | None, now: datetime) -> float:
    return (now - then).total_seconds() if then else 0.0
