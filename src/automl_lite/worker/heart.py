"""What keeps a worker and the record of its work in step: heartbeats, progress, the log, and the order to stop."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Generic, TypeVar

from automl_lite.blobs import Blobs
from automl_lite.domain.batches import Batch
from automl_lite.domain.errors import BackendUnavailable, LeaseLost, NotFound, StaleRecord
from automl_lite.domain.jobs import Cancel, Job, JobState, Progress
from automl_lite.domain.records import utcnow
from automl_lite.domain.runs import JobSpec
from automl_lite.domain.work import Work, out_of_time
from automl_lite.services.records import change
from automl_lite.store import WorkTable

log = logging.getLogger("automl_lite.worker")

TICK_S = 0.25
# Progress is written at most so often; a heartbeat comes anyway.
PROGRESS_S = 1.0
LOG_S = 2.0
# After its lease is lost a process gets so long to leave by itself.
LEAVE_S = 10.0

W = TypeVar("W", Job, Batch)


class Cancelled(Exception):
    """Unwinds work that was asked to end without a result."""


class Heart(Generic[W]):
    """A thread that beats for one record.

    ``leave`` ends the process at once; where there is none (a thread of the server), the stop event has to do.
    """

    def __init__(
        self,
        spec: JobSpec,
        work: W,
        table: WorkTable[W],
        blobs: Blobs,
        log_file: Path,
        leave: Callable[[int], None] | None,
    ) -> None:
        self._spec = spec
        self._table: WorkTable[W] = table
        self._blobs = blobs
        self._log_file = log_file
        self._log_key = work.key("log.txt")
        self._leave = leave
        self._token = spec.token or (work.lease.token if work.lease else 0)
        self._lock = threading.Lock()
        self._progress = work.progress
        self._changed = False
        self._started = time.monotonic()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="reporter", daemon=True)
        self._log_size = -1
        self.stop = threading.Event()
        self.cancel = Cancel.NONE
        self.lost = False
        self.release_asked = False

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def close(self) -> None:
        """Stop beating and write the rest of the log."""
        self._done.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)
        if not self.lost:
            self._store_log()

    def check(self) -> None:
        """Raise Cancelled if the work shall end."""
        if self.lost or self.cancel is Cancel.CANCEL:
            raise Cancelled

    def tell(self, stage: str, share: float, message: str = "") -> None:
        """Note where the work stands; the share never falls. Raises Cancelled if it shall end."""
        self.check()
        elapsed_s = time.monotonic() - self._started
        with self._lock:
            share = min(1.0, max(self._progress.share, share))
            self._progress = Progress(
                stage=stage,
                share=share,
                elapsed_s=round(elapsed_s, 2),
                remaining_s=round(elapsed_s * (1 - share) / share, 1) if share > 0 else None,
                message=message[:500],
            )
            self._changed = True

    def filled(self, work: W) -> W:
        """Return the record with what has been told so far."""
        with self._lock:
            return replace(work, progress=self._progress)

    @property
    def token(self) -> int:
        """The fencing token that every write carries."""
        return self._token

    @property
    def elapsed_s(self) -> float:
        """Seconds since the work began here."""
        return time.monotonic() - self._started

    def _loop(self) -> None:
        beat_at = told_at = logged_at = 0.0
        while not self._done.wait(TICK_S):
            now = time.monotonic()
            if self._spec.time_limit_s and now - self._started > self._spec.time_limit_s:
                self._out_of_time()
            if self.release_asked:
                self._finish(lambda work: work.released(now=utcnow()))
            due = now - beat_at >= self._spec.heartbeat_s
            news = self._changed and now - told_at >= PROGRESS_S
            if due or news:
                beat_at = told_at = now
                self._beat()
            if now - logged_at >= LOG_S and not self.lost:
                logged_at = now
                self._store_log()

    def _beat(self) -> None:
        self._changed = False

        def beat(current: W) -> W:
            held = current.held_by(self._token)
            return self.filled(held.beaten(now=utcnow(), lease_s=self._spec.lease_s))

        try:
            work = change(self._table, self._spec.job_id, beat)
        except (LeaseLost, NotFound):
            self._lose()
            return
        except (BackendUnavailable, StaleRecord) as err:
            log.warning("a heartbeat could not be written: %s", err.message)
            return
        if work.cancel is not Cancel.NONE and work.cancel is not self.cancel:
            self.cancel = work.cancel
            log.info("asked to %s", "stop and keep the best" if work.cancel is Cancel.STOP else "cancel")
            self.stop.set()

    def _lose(self) -> None:
        if not self.lost:
            log.warning("the claim on this work is over; ending")
            self.lost = True
            self.stop.set()
            if self._leave is not None:
                threading.Timer(LEAVE_S, self._leave, (4,)).start()

    def _out_of_time(self) -> None:
        failure = out_of_time(self._spec.kind, self._spec.time_limit_s)
        self._finish(lambda work: work.failed(failure, now=utcnow()))

    def _finish(self, how: Callable[[W], W]) -> None:
        try:
            change(self._table, self._spec.job_id, lambda work: how(work.held_by(self._token)))
        except (LeaseLost, NotFound, BackendUnavailable, StaleRecord) as err:
            log.warning("the end of the work could not be written: %s", err.message)
        self.lost = True
        self.stop.set()
        self._done.set()
        if self._leave is not None:
            self._leave(3)

    def _store_log(self) -> None:
        try:
            data = self._log_file.read_bytes()
            if len(data) != self._log_size:
                self._blobs.put(self._log_key, data)
                self._log_size = len(data)
        except OSError as err:
            log.warning("the log could not be stored: %s", err.strerror)


def claim(spec: JobSpec, table: WorkTable[W]) -> W:
    """Return the record under the lease of ``spec``, or under a new one. Raises NotFound, JobStateError, LeaseLost."""
    if spec.token:
        return table.get(spec.job_id).held_by(spec.token)
    worker = f"{socket.gethostname()}-{os.getpid()}"

    def take(work: W) -> W:
        now = utcnow()
        free = work.released(now=now) if _is_own_earlier_try(work) else work
        return free.claimed(worker=worker, host=socket.gethostname(), now=now, lease_s=spec.lease_s)

    return change(table, spec.job_id, take)


def _is_own_earlier_try(work: Work) -> bool:
    """Tell whether AWS Batch started this container in place of the one that holds the work and was reclaimed."""
    batch_id = os.environ.get("AWS_BATCH_JOB_ID", "")
    again = int(os.environ.get("AWS_BATCH_JOB_ATTEMPT", "1")) > 1
    return work.state is JobState.RUNNING and work.lease is not None and again and work.lease.handle == batch_id


@contextmanager
def logging_to(file: Path) -> Iterator[None]:
    """Write what the product logs in this process to the log of the work as well."""
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S"))
    logger = logging.getLogger("automl_lite")
    before = logger.level
    logger.addHandler(handler)
    if logger.getEffectiveLevel() > logging.INFO:
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
        handler.close()


def watch_signals(heart: Heart[Job] | Heart[Batch], leave: Callable[[int], None] | None) -> None:
    """SIGTERM (a host that shuts down, a Spot reclaim) gives the work back to the queue."""
    if leave is None or threading.current_thread() is not threading.main_thread():
        return
    import signal

    def release(signum: int, frame: object) -> None:
        heart.release_asked = True

    signal.signal(signal.SIGTERM, release)
