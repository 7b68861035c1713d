"""From candidates to models: the blend as the models of all folds give it, and as it is fitted to be kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from automl_lite.domain.columns import Task
from automl_lite.training.basis import Basis, Table
from automl_lite.training.candidate import Candidate
from automl_lite.training.conformal import ConformalIntervals
from automl_lite.training.measured import INTERVAL_LEVEL, THRESHOLD_METRICS, best_threshold
from automl_lite.training.pace import Ending
from automl_lite.training.pipeline import Member, Pipeline
from automl_lite.training.portfolio import LINEAR
from automl_lite.training.problem import FoldModel
from automl_lite.training.search import Search
from automl_lite.training.selection import Blender, Limits

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Candidates, the ``weights`` of their blend, and the blend of their fold models, calibrated out of fold.

    ``out_of_fold`` are its predictions of the training rows in the target's scale; ``known`` are the positions of
    those rows that have one.
    """

    candidates: Sequence[Candidate]
    weights: Floats
    out_of_fold: Floats
    known: npt.NDArray[np.intp]
    of_folds: Pipeline

    @classmethod
    def of(
        cls, candidates: Sequence[Candidate], table: Table, limits: Limits, ending: Ending, left_s: float = np.inf
    ) -> Self:
        """Choose weights, temperature, threshold and intervals; the members have ``left_s`` for their ``ending``."""
        y, split, task = table.training.y, table.split, table.target.task
        blender = Blender(
            candidates,
            y,
            table.target,
            table.metric,
            table.mean,
            table.scale,
            limits,
            seconds=[ending.member_s(c) for c in candidates],
            left_s=left_s,
        )
        weights = blender.weights(np.ones(len(y), bool))
        out_of_fold = blender.cross_fitted(split, weights)
        known = np.flatnonzero(blender.known)
        pipeline = Pipeline(
            columns=table.training.encoder.columns,
            encoder=table.training.encoder,
            problem=table.problem,
            members=[
                Member(c.config.name, c.config.family, model, w / len(c.models))
                for c, w in zip(candidates, weights, strict=True)
                if w > 0
                for model in c.models
            ],
            classes=table.target.classes,
            temperature=blender.temperature(weights),
            mean=table.mean,
            scale=table.scale,
        )
        actual, predicted = table.target.y[split.train][known], out_of_fold[known]
        if task is Task.REGRESSION:
            pipeline.intervals = ConformalIntervals.fit(actual, predicted, level=INTERVAL_LEVEL)
            if split.by_time:
                pipeline.intervals = pipeline.intervals.covering(actual, predicted, split.validated_in[known])
        elif task is Task.BINARY and table.metric in THRESHOLD_METRICS:
            pipeline.threshold = best_threshold(table.metric, actual, predicted)
        return cls(candidates=candidates, weights=weights, out_of_fold=out_of_fold, known=known, of_folds=pipeline)

    @property
    def used(self) -> list[Candidate]:
        """The members of the blend."""
        return [c for c, w in zip(self.candidates, self.weights, strict=True) if w > 0]

    @property
    def heaviest(self) -> Candidate:
        """The member with the largest weight."""
        return self.candidates[int(self.weights.argmax())]

    @property
    def linear(self) -> Candidate | None:
        """The simple model that is measured beside the blend, if there was time for it."""
        return next((c for c in self.candidates if c.config == LINEAR), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """The models that are kept, the ``basis`` they were fitted on, and the seconds that took.

    ``judge`` is what is to be measured on test rows, and ``linear`` the simple model beside it: the models kept, or
    those of all folds where the models kept have learnt from the test rows. Without test rows, neither is asked.
    """

    pipeline: Pipeline
    judge: Pipeline
    linear: Pipeline | None
    basis: Basis
    seconds: float


def fit_to_keep(chosen: Chosen, table: Table, search: Search, *, with_test: bool) -> Fits:
    """Fit each member once more, with the test rows if so wanted and if time is enough, else on the training rows.

    Where even that time is not there, a member keeps the model of its last fold.
    """
    began = time.monotonic()
    used, linear = chosen.used, chosen.linear
    if with_test and not search.clock.stopped:
        basis = table.whole()
        found = search.on(basis.matrix, basis.y).refit(used)
        models = [model for model in found if model is not None]
        if len(models) == len(used):
            return Fits(
                pipeline=_pipeline(chosen, basis, models),
                judge=chosen.of_folds,
                linear=_alone(chosen.of_folds, linear.models) if linear else None,
                basis=basis,
                seconds=time.monotonic() - began,
            )
    found = search.refit([*used, linear] if linear else used)
    models = [c.models[-1] if model is None else model for c, model in zip(used, found[: len(used)], strict=True)]
    pipeline = _pipeline(chosen, table.training, models)
    beside = None
    if linear:
        beside = _alone(pipeline, linear.models if found[-1] is None else [found[-1]])
    return Fits(
        pipeline=pipeline,
        judge=pipeline,
        linear=beside,
        basis=table.training,
        seconds=time.monotonic() - began,
    )


def _pipeline(chosen: Chosen, basis: Basis, models: Sequence[FoldModel]) -> Pipeline:
    shares = chosen.weights[chosen.weights > 0]
    members = [
        Member(c.config.name, c.config.family, model, float(w))
        for c, w, model in zip(chosen.used, shares, models, strict=True)
    ]
    return replace(chosen.of_folds, columns=basis.encoder.columns, encoder=basis.encoder, members=members)


def _alone(pipeline: Pipeline, models: Sequence[FoldModel]) -> Pipeline:
    members = [Member(LINEAR.name, LINEAR.family, model, 1 / len(models)) for model in models]
    return replace(pipeline, members=members, temperature=1.0)
