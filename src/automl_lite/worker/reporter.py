"""What a worker tells the store while it trains: heartbeats, progress, its log; and what it is told: to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from automl_lite.blobs import Blobs
from automl_lite.domain.errors import BackendUnavailable, Failure, JobNotFound, LeaseLost, StaleRecord
from automl_lite.domain.jobs import (
    MAX_CURVE_POINTS,
    MAX_LEADERBOARD_ROWS,
    Cancel,
    CurvePoint,
    Detail,
    Job,
    LeaderboardRow,
    Progress,
    StageRun,
)
from automl_lite.domain.records import utcnow
from automl_lite.domain.runs import JobSpec, is_better
from automl_lite.services.records import change
from automl_lite.store import Store

log = logging.getLogger("automl_lite.worker")

TICK_S = 0.25
# Progress is written at most so often; a heartbeat comes anyway.
PROGRESS_S = 1.0
LOG_S = 2.0
# After its lease is lost a process gets so long to leave by itself.
LEAVE_S = 10.0


class Cancelled(Exception):
    """Unwinds a training that was asked to end without a model."""


class Event(Protocol):
    """A progress event of the training."""

    stage: str
    share: float
    elapsed_s: float
    remaining_s: float | None
    message: str
    leaderboard: Sequence[Any]


class Reporter:
    """A thread that keeps job and store in step.

    ``leave`` ends the process at once; where there is none (a thread of the server), the stop event has to do.
    """

    def __init__(
        self, spec: JobSpec, job: Job, store: Store, blobs: Blobs, log_file: Path, leave: Callable[[int], None] | None
    ) -> None:
        self._spec = spec
        self._metric = job.metric
        self._store = store
        self._blobs = blobs
        self._log_file = log_file
        self._log_key = job.key("log.txt")
        self._leave = leave
        self._token = spec.token or (job.lease.token if job.lease else 0)
        self._lock = threading.Lock()
        self._progress = job.progress
        self._detail = Detail()
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

    def __call__(self, event: Event) -> None:
        """Take a progress event from the training. Raises Cancelled to unwind it."""
        if self.lost or self.cancel is Cancel.CANCEL:
            raise Cancelled
        rows = tuple(
            LeaderboardRow(name=r.name, family=r.family, score=r.score, seconds=r.seconds, weight=r.weight)
            for r in event.leaderboard
        )
        with self._lock:
            self._detail = self._told(event, rows)
            best = self._best(rows)
            before = self._progress
            self._progress = Progress(
                stage=event.stage,
                share=min(1.0, max(before.share, event.share)),
                elapsed_s=round(event.elapsed_s, 2),
                remaining_s=None if event.remaining_s is None else round(event.remaining_s, 1),
                message=event.message[:500],
                best_name=best.name if best else before.best_name,
                best_score=best.score if best else before.best_score,
                n_models=max(before.n_models, len(rows)),
            )
            self._changed = True
        if event.message and event.message != before.message:
            log.info("%s", event.message)

    def filled(self, job: Job) -> Job:
        """Return ``job`` with the progress told so far."""
        with self._lock:
            detail = replace(self._detail, notes=job.detail.notes)
            return replace(job, progress=self._progress, detail=detail)

    @property
    def token(self) -> int:
        """The fencing token that every write carries."""
        return self._token

    def _told(self, event: Event, rows: tuple[LeaderboardRow, ...]) -> Detail:
        detail, elapsed_s = self._detail, round(event.elapsed_s, 2)
        stages = detail.stages
        if event.stage != "done" and (not stages or stages[-1].name != event.stage):
            if stages:
                stages = (*stages[:-1], replace(stages[-1], seconds=round(elapsed_s - stages[-1].started_s, 2)))
            stages = (*stages, StageRun(name=event.stage, started_s=elapsed_s))
        elif event.stage == "done" and stages:
            stages = (*stages[:-1], replace(stages[-1], seconds=round(elapsed_s - stages[-1].started_s, 2)))
        curve, best = detail.curve, self._best(rows)
        if best is not None and (not curve or is_better(self._metric, best.score, curve[-1].score)):
            curve = (*curve, CurvePoint(elapsed_s=elapsed_s, score=best.score, name=best.name))
        return replace(
            detail,
            stages=stages,
            leaderboard=rows[:MAX_LEADERBOARD_ROWS] or detail.leaderboard,
            curve=curve[-MAX_CURVE_POINTS:],
        )

    def _best(self, rows: Sequence[LeaderboardRow]) -> LeaderboardRow | None:
        best: LeaderboardRow | None = None
        for row in rows:
            if best is None or is_better(self._metric, row.score, best.score):
                best = row
        return best

    def _loop(self) -> None:
        beat_at = told_at = logged_at = 0.0
        while not self._done.wait(TICK_S):
            now = time.monotonic()
            if self._spec.time_limit_s and now - self._started > self._spec.time_limit_s:
                self._out_of_time()
            if self.release_asked:
                self._release()
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

        def beat(current: Job) -> Job:
            held = current.held_by(self._token)
            return self.filled(held.beaten(now=utcnow(), lease_s=self._spec.lease_s))

        try:
            job = change(self._store.jobs, self._spec.job_id, beat)
        except (LeaseLost, JobNotFound):
            self._lose()
            return
        except (BackendUnavailable, StaleRecord) as err:
            log.warning("a heartbeat could not be written: %s", err.message)
            return
        if job.cancel is not Cancel.NONE and job.cancel is not self.cancel:
            self.cancel = job.cancel
            log.info("asked to %s", "stop and keep the best" if job.cancel is Cancel.STOP else "cancel")
            self.stop.set()

    def _lose(self) -> None:
        if not self.lost:
            log.warning("the claim on this job is over; ending")
            self.lost = True
            self.stop.set()
            if self._leave is not None:
                threading.Timer(LEAVE_S, self._leave, (4,)).start()

    def _out_of_time(self) -> None:
        failure = Failure(
            code="time-limit",
            message=f"The training was ended after {self._spec.time_limit_s:.0f} seconds, far beyond its budget.",
            hint="Retry it; give it fewer columns or rows if that happens again.",
        )
        self._finish(lambda job: job.failed(failure, now=utcnow()))

    def _release(self) -> None:
        self._finish(lambda job: job.released(now=utcnow()))

    def _finish(self, how: Callable[[Job], Job]) -> None:
        try:
            change(self._store.jobs, self._spec.job_id, lambda job: how(job.held_by(self._token)))
        except (LeaseLost, JobNotFound, BackendUnavailable, StaleRecord) as err:
            log.warning("the end of the job could not be written: %s", err.message)
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
