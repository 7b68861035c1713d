"""The search: portfolio first, then FLAML's cost-frugal search, folds side by side, until time or models run out."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from automl_lite.domain.columns import Notice, Task
from automl_lite.training import pace
from automl_lite.training.candidate import Candidate, Fitted
from automl_lite.training.clock import Clock
from automl_lite.training.constant import CONSTANT, constant_model
from automl_lite.training.encoders import Fold, FoldFeatures, Matrix
from automl_lite.training.families import BOOSTERS, load
from automl_lite.training.fitting import FitTask, Place, RunFit, Shared, Threads
from automl_lite.training.gathering import Running, gathered, hopeless
from automl_lite.training.logs import LogScale
from automl_lite.training.pool import FitPool
from automl_lite.training.portfolio import Config, Learns
from automl_lite.training.problem import FoldModel, Problem, Stop
from automl_lite.training.proposals import Proposal, Proposals
from automl_lite.training.scaling import Scales

log = logging.getLogger(__name__)

GRACE_S = 1.0  # how long fits that were told to stop may take to hand over
PROBE_SHARE = 0.05  # of the budget, at the most
STUCK_FACTOR = 2.5  # times its limit: then a fit is left behind
MORE_ROUNDS = 1.15  # of a refit, which has more rows to learn from (docs/adr/0007)


class Search:
    """Fits configurations on folds.

    Parameters
    ----------
    problem : Problem
    matrix : float32 array of shape (n, n_features)
    y : array of shape (n,)
    folds : sequence of (training rows, validation rows)
    clock : Clock
    workers : int
        Fits side by side.
    n_test : int
        Rows that will be predicted after the search, for which it leaves time.
    refits : float
        What comes after the search, for which it leaves time: rows fitted as a share of the training rows.
    folds_judge : bool
        Afterwards the models of all folds predict ``n_test`` rows; else the model kept does so once more.
    may_leave_folds : bool
        Where time is short, fewer folds are fitted: not every row needs a prediction out of fold.
    max_models : int, optional
        Configurations to fit; with it neither speed nor order of completion changes the result.
    by_time : bool
        Folds go forward in time.
    log_scale : LogScale, optional
        For a number that is also learnt on its logarithm.
    least_rate : float
        Smallest learning rate.
    on_candidate : callable, optional
        Called with every finished candidate, in this thread.
    place : Place, optional
        Where fits run; in threads of this process by default.
    of_folds : FoldFeatures, optional
        What takes the place of features that are learnt from the target.
    """

    def __init__(
        self,
        problem: Problem,
        matrix: Matrix,
        y: npt.NDArray[Any],
        folds: Sequence[Fold],
        *,
        clock: Clock,
        workers: int,
        n_test: int = 0,
        refits: float = 1.0,
        folds_judge: bool = False,
        may_leave_folds: bool = False,
        max_models: int | None = None,
        by_time: bool = False,
        log_scale: LogScale | None = None,
        least_rate: float = 0.0,
        on_candidate: Callable[[Candidate], None] | None = None,
        place: Place | None = None,
        of_folds: FoldFeatures | None = None,
    ) -> None:
        self.problem = problem
        self.matrix = matrix
        self.of_folds = of_folds or FoldFeatures(np.empty(0, np.int64), ())
        self.y = y
        self.folds = folds
        self.clock = clock
        self.workers = workers
        self.n_test = n_test
        self.refits = refits
        self.folds_judge = folds_judge
        self.may_leave_folds = may_leave_folds
        self.max_models = max_models
        self.by_time = by_time
        self.log_scale = log_scale
        self.most_rows: int | None = None  # for a refit, where time is too short for all rows
        self.on_candidate = on_candidate
        self.place = place or Threads()
        self._data: Shared | None = None
        self._run_fit: RunFit | None = None
        self._sharing = threading.Lock()
        self.scales = Scales.of(matrix, extrapolate=by_time)
        self.after_s = 0.0  # for what comes after the search besides refits and predictions
        self.after_refit_s = 0.8 * clock.wrap_up_s
        self.more_rounds = MORE_ROUNDS
        self.candidates: list[Candidate] = []
        self.failures: list[str] = []
        self.notices: list[Notice] = []
        self.least_rate = least_rate
        self.rate = max(pace.STEADY_RATE, least_rate)

    def run(self) -> list[Candidate]:
        """Candidates in the order in which they were proposed; at least one, a constant model if need be."""
        load()
        pool = FitPool(self.workers)
        if not self.max_models:
            self._set_pace()
        with threadpool_limits(limits=1, user_api="blas"):
            try:
                self._loop(pool)
            except KeyboardInterrupt:
                log.info("Interrupted: keeping the best so far.")
                self.clock.stop_event.set()
            finally:
                pool.close()
        if not self.candidates:
            self.candidates.append(constant_model(self.problem, self.scales.columns, self.matrix, self.y))
        return sorted(self.candidates, key=lambda c: c.number)

    @property
    def ending(self) -> pace.Ending:
        """What comes after it, once it is known how many folds there are."""
        return pace.Ending(
            n_test=self.n_test,
            n_judges=len(self.folds) if self.folds_judge else 1,
            workers=self.workers,
            refits=self.refits,
        )

    def refit(self, candidates: Sequence[Candidate]) -> list[FoldModel | None]:
        """Fit candidates once more, side by side, each on all training rows for as many rounds as its folds took.

        None stands for a fit that failed, or that time cut short: it would know less than the models of the folds.
        """
        pool = FitPool(self.workers)
        slow = sum(c.config.family != "Linear" for c in candidates)
        # the same bytes on every machine only with one thread
        threads = 1 if self.max_models or not self.place.here else max(1, self.workers // max(slow, 1))
        with threadpool_limits(limits=1, user_api="blas"):
            futures = [pool.submit(partial(self._refitted, c, threads)) for c in candidates]
            pool.close()
            try:
                wait(futures, timeout=max(self._refit_s, 0) + GRACE_S)
            except KeyboardInterrupt:
                log.info("Interrupted: what is not fitted yet stays as it is.")
                self.clock.stop_event.set()
        models: list[FoldModel | None] = []
        for candidate, future in zip(candidates, futures, strict=True):
            error = future.exception() if future.done() else None
            if error is not None:
                self.failures.append(f"{candidate.config.name}, fitted on all rows: {type(error).__name__}: {error}")
            models.append(future.result() if future.done() and error is None else None)
        return models

    def on(self, matrix: Matrix, y: npt.NDArray[Any]) -> Self:
        """The same search with more rows to refit on, once it is over; it takes all the time that is left."""
        other = copy(self)
        other.more_rounds = MORE_ROUNDS * float(np.sqrt(len(y) / len(self.y)))
        other.matrix, other.y, other.scales = matrix, y, Scales.of(matrix, extrapolate=self.by_time)
        other.folds, other.of_folds = (), FoldFeatures(np.empty(0, np.int64), ())
        other._data = other._run_fit = None
        return other

    def only(self, config: Config, folds: Sequence[Fold], of_folds: FoldFeatures, limit_s: float) -> Candidate | None:
        """One configuration on other folds, after the search and within ``limit_s``; None where that was too short."""
        other = copy(self)
        other.folds, other.of_folds = folds, of_folds
        other.clock = Clock(limit_s + min(limit_s, 3.0), self.clock.stop_event)  # half or 3 s of it are its reserve
        other.max_models = 1
        other._data = other._run_fit = None
        pool = FitPool(self.workers)
        running = other._submitted(pool, Proposal(config, 1))
        pool.close()
        with threadpool_limits(limits=1, user_api="blas"):
            done, late = wait(running.futures, timeout=limit_s + GRACE_S)
        if late or other._over():
            return None
        other._collect(running, done)
        cut_short = any(fit.was_stopped for fit in running.fitted.values())
        return None if running.error or cut_short else other._candidate(running)

    @property
    def _refit_s(self) -> float:
        return 0.0 if self.clock.stopped else self.clock.remaining_s - self.after_refit_s

    def _refitted(self, candidate: Candidate, threads: int = 1) -> FoldModel | None:
        """The candidate's model of all training rows, None where there is no time for it."""
        config = candidate.config
        if config.name == CONSTANT or self._refit_s <= 0:
            return None
        rounds = [model.rounds for model in candidate.models]
        # the last of folds that go forward in time trains on rows most like all of them
        length = rounds[-1] if self.by_time else float(np.mean(rounds))
        task = FitTask(
            config=config,
            params=self._params(config),
            rounds=max(round(length * (self.more_rounds if config.family in BOOSTERS else 1)), 1),
            # only these take something from the fold models, which would be sent to a cluster for nothing
            of_folds=() if config.learns == "target" else tuple(candidate.models),
            threads=threads,
        )
        fitted = self._fit_task(task, lambda: self._refit_s <= 0)
        return None if fitted.was_stopped else fitted.model

    def _fit_task(self, task: FitTask, stop: Stop) -> Fitted:
        with self._sharing:
            # once the pace is set: it may have thinned the folds
            self._run_fit = self._run_fit or self.place.share(self._shared())
        return self._run_fit(task, stop)

    def _shared(self) -> Shared:
        if self._data is None:
            self._data = Shared(
                problem=self.problem,
                matrix=self.matrix,
                y=self.y,
                folds=tuple(self.folds),
                of_folds=self.of_folds,
                rows=pace.drawn(np.arange(len(self.y)), self.most_rows or len(self.y), self.problem.seed),
                scales=self.scales,
                log_scale=self.log_scale,
            )
        return self._data

    @property
    def _learns(self) -> Learns:
        if self.problem.task is Task.REGRESSION and self.by_time:
            return "rest"
        return "logs" if self.log_scale is not None else "target"

    def _params(self, config: Config) -> dict[str, Any]:
        return dict(config.params) | ({"learning_rate": self.rate} if config.uses_rate else {})

    def _set_pace(self) -> None:
        """Set the learning rate, folds and their rows, by what a few rounds take."""
        most_s = PROBE_SHARE * self.clock.budget_s
        round_s = pace.seconds_per_round(self.problem, self.matrix, self.y, self.folds[0][0], self.scales, most_s)
        found = pace.choose(
            round_s,
            self.folds,
            self.clock.search_s,
            workers=self.workers,
            refits=self.refits,
            may_leave_folds=self.may_leave_folds,
        )
        self.rate = max(found.rate, self.least_rate)
        self.folds = pace.left(self.folds, found.n_folds, self.problem.seed)
        if found.share < 1:
            n = len(self.folds[0][0])
            self.most_rows = round(found.share * n)
            self.folds = pace.fewer_rows(self.folds, self.most_rows, self.problem.seed)
            self.notices.append(pace.thinned(self.most_rows, n))

    def _over(self) -> bool:
        return self.clock.stopped or self.clock.search_s <= 0

    def _loop(self, pool: FitPool) -> None:
        running: list[Running] = []
        proposals = self._proposals = Proposals(
            self.problem.seed,
            self.max_models,
            self._learns,
            n_rows=len(self.y),
            n_outputs=self.problem.n_outputs,
        )
        while True:
            waiting = sum(not f.running() and not f.done() for r in running for f in r.futures)
            while waiting < self.workers and not self._over():
                proposal = proposals.next({c.config.family for c in self.candidates}, n_open=len(running))
                if proposal is None:
                    break
                running.append(self._submitted(pool, proposal))
                waiting += len(running[-1].futures)
            if not running:
                return
            timeout = self.clock.search_s if not self.clock.stopped else 0
            futures = [f for r in running for f in r.futures]
            done, _ = wait(futures, timeout=min(timeout, 0.25), return_when=FIRST_COMPLETED)
            for r in list(running):
                self._collect(r, done)
                if not r.futures:
                    running.remove(r)
                    self._finish(r)
            if self._over():
                self._wind_up(running)
                return
            self._give_up_stuck(pool, running)

    def _submitted(self, pool: FitPool, proposal: Proposal) -> Running:
        running = Running(proposal)
        limit_s = pace.fit_limit_s(self.clock.search_s, len(self.folds), self.workers, self.refits)
        for k in range(len(self.folds)):
            running.futures[pool.submit(partial(self._fit, running, k, limit_s))] = k
        return running

    def _fit(self, running: Running, k: int, limit_s: float) -> Fitted:
        config = running.proposal.config
        give_up_s = max(STUCK_FACTOR * limit_s, GRACE_S)
        if not self.max_models and self.place.here:
            running.give_up_at[k] = time.monotonic() + give_up_s
        task = FitTask(config=config, params=self._params(config), fold=k)
        if not self.max_models:
            task = replace(task, limit_s=limit_s, give_up_s=give_up_s)
        return self._fit_task(task, self._over)

    def _collect(self, running: Running, done: set[Future[Any]]) -> None:
        for future in [f for f in running.futures if f in done]:
            k = running.futures.pop(future)
            if future.cancelled():
                continue
            error = future.exception()
            if error is None:
                running.fitted[k] = future.result()
            else:
                running.error = f"{running.proposal.config.name}: {type(error).__name__}: {error}"
        if running.error or (not self.max_models and hopeless(self._shared(), running, self.candidates)):
            for future in [f for f in running.futures if f.cancel()]:
                del running.futures[future]

    def _give_up_stuck(self, pool: FitPool, running: list[Running]) -> None:
        """Leave fits behind that ignore their limit, and put other threads in their place."""
        now = time.monotonic()
        for r in list(running):
            stuck = [f for f, k in r.futures.items() if now > r.give_up_at.get(k, np.inf)]
            if not stuck:
                continue
            for future in r.futures:
                future.cancel()
            pool.grow(len(stuck))
            running.remove(r)
            r.error = f"{r.proposal.config.name}: a fit did not end in time"
            self._finish(r)

    def _finish(self, running: Running) -> None:
        if running.error:
            self.failures.append(running.error)
            log.warning("Left out %s", running.error)
        if len(running.fitted) < len(self.folds):
            self._proposals.told(running.proposal)
            return
        candidate = self._candidate(running)
        self._proposals.told(running.proposal, candidate.loss, candidate.seconds)
        if not np.isfinite(candidate.loss):
            self.failures.append(f"{running.proposal.config.name}: its loss is not finite")
            return
        self._keep(candidate)

    def _keep(self, candidate: Candidate) -> None:
        self.candidates.append(candidate)
        self.clock.finish_s = self.after_s + self.ending.likely_s(self.candidates)
        if self.on_candidate:
            self.on_candidate(candidate)

    def _wind_up(self, running: list[Running]) -> None:
        """Time is up: take what running fits hand over within the grace, leave the rest."""
        for r in running:
            for future in [f for f in r.futures if f.cancel()]:
                del r.futures[future]
        futures = [f for r in running for f in r.futures]
        done, _ = wait(futures, timeout=GRACE_S)
        for r in running:
            self._collect(r, done)
            partly = bool(r.fitted) and not self.candidates
            if (len(r.fitted) == len(self.folds) or partly) and not r.error:
                candidate = self._candidate(r)
                if np.isfinite(candidate.loss):
                    self._keep(candidate)

    def _candidate(self, running: Running) -> Candidate:
        return gathered(self._shared(), running, by_time=self.by_time)
