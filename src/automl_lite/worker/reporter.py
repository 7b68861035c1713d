"""What a worker tells the store while it trains: progress, stages, leaderboard; and what it is told: to stop."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from automl_lite.blobs import Blobs
from automl_lite.domain.jobs import (
    MAX_CURVE_POINTS,
    MAX_LEADERBOARD_ROWS,
    CurvePoint,
    Detail,
    Job,
    LeaderboardRow,
    Progress,
    StageRun,
)
from automl_lite.domain.runs import JobSpec, is_better
from automl_lite.store import Store
from automl_lite.worker.heart import Heart

log = logging.getLogger("automl_lite.worker")


class Event(Protocol):
    """A progress event of the training."""

    stage: str
    share: float
    elapsed_s: float
    remaining_s: float | None
    message: str
    leaderboard: Sequence[Any]


class Reporter(Heart[Job]):
    """The heart of a training."""

    def __init__(
        self, spec: JobSpec, job: Job, store: Store, blobs: Blobs, log_file: Path, leave: Callable[[int], None] | None
    ) -> None:
        super().__init__(spec, job, store.jobs, blobs, log_file, leave)
        self._metric = job.metric
        self._detail = Detail()

    def __call__(self, event: Event) -> None:
        """Take a progress event from the training. Raises Cancelled to unwind it."""
        self.check()
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
