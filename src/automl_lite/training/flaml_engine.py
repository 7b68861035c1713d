"""FLAML alone (Wang et al., 2021): it chooses one learner of its classic list and the learner's settings.

What it chose is then fitted on each fold, like any candidate, so that scores, calibration and intervals mean the same
as with the product's own search.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import wait
from typing import Any

import numpy as np
from sklearn.base import clone

from automl_lite.domain.columns import Task
from automl_lite.training.boosters import TreeModel
from automl_lite.training.candidate import Candidate, loss_on
from automl_lite.training.pool import FitPool
from automl_lite.training.portfolio import Config
from automl_lite.training.problem import FoldModel, link
from automl_lite.training.search import GRACE_S, Search

log = logging.getLogger(__name__)

LEARNERS = {"lgbm": "lightgbm", "xgboost": "xgboost", "rf": "forest", "extra_tree": "forest"}
TIME_SHARE = 0.6  # of the search: the rest is for fitting what was chosen on every fold


class FlamlSearch(Search):
    """One candidate: the best learner that FLAML finds; the portfolio's first two where it finds none in time."""

    def run(self) -> list[Candidate]:
        """See ``Search.run``."""
        pool = FitPool(1)
        search = pool.submit(self._choose)
        pool.close()
        _, late = wait([search], timeout=self.clock.search_s * TIME_SHARE + GRACE_S)
        chosen = None if late else search.result()
        if chosen is None:
            self.failures.append("FLAML found no model in its time")
            self.max_models = 2
            return super().run()
        self.estimator, learner = chosen
        self.kind = LEARNERS[learner]
        started = time.monotonic()
        models: list[FoldModel] = [self._fitted(train, k) for k, (train, _) in enumerate(self.folds)]
        shape = (len(self.y), self.problem.n_classes) if self.problem.task.is_classification else (len(self.y),)
        prediction = np.full(shape, np.nan)
        config = Config(f"FLAML {learner}", {"rf": "Random forest", "extra_tree": "Extra trees"}.get(learner, "FLAML"))
        candidate = Candidate(config, models, prediction, np.nan, time.monotonic() - started, number=1)
        for k, (model, (_, valid)) in enumerate(zip(models, self.folds, strict=True)):
            raw = model.raw(self.of_folds.rows(self.matrix, valid, k))
            prediction[valid] = link(self.problem, raw, shares=candidate.shares)
        rows = np.concatenate([valid for _, valid in self.folds])
        candidate.loss = loss_on(self.problem, candidate, rows, self.y)
        self._keep(candidate)
        return self.candidates

    def _choose(self) -> tuple[Any, str] | None:
        import flaml

        automl = flaml.AutoML()
        automl.fit(
            self.matrix,
            self.y,
            task="regression" if self.problem.task is Task.REGRESSION else "classification",
            metric=self._metric(),
            time_budget=max(1, int(self.clock.search_s * TIME_SHARE)),
            max_iter=self.max_models,
            estimator_list=list(LEARNERS),
            n_jobs=self.workers,
            seed=self.problem.seed,
            retrain_full=False,
            verbose=0,
        )
        if automl.best_estimator is None or automl.model is None:
            return None
        log.info("FLAML chose %s with %s", automl.best_estimator, automl.best_config)
        return automl.model.estimator, automl.best_estimator

    def _metric(self) -> str:
        if self.problem.task is Task.REGRESSION:
            return "mae" if self.problem.absolute else "rmse"
        return "log_loss"

    def _refitted(self, candidate: Candidate, threads: int = 1) -> FoldModel | None:
        if not hasattr(self, "estimator"):
            return super()._refitted(candidate, threads)
        return self._fitted(np.arange(len(self.y)))

    def _fitted(self, rows: Any, fold: int | None = None) -> TreeModel:
        estimator = clone(self.estimator).set_params(n_jobs=1)
        if self.kind == "xgboost":
            # what TreeModel reads has no base score, so that trees are all there is
            estimator.set_params(base_score=0.5 if self.problem.task.is_classification else 0.0)
        x = self.matrix[rows] if fold is None else self.of_folds.rows(self.matrix, rows, fold)
        estimator.fit(x, self.y[rows])
        if self.kind == "lightgbm":
            booster = estimator.booster_
            return TreeModel("lightgbm", booster, self.problem.n_outputs, booster.current_iteration())
        if self.kind == "xgboost":
            booster = estimator.get_booster()
            return TreeModel("xgboost", booster, self.problem.n_outputs, booster.num_boosted_rounds())
        return TreeModel("forest", list(estimator.estimators_), self.problem.n_outputs, len(estimator.estimators_))
