"""One training run in memory: typed frame in; pipeline, ONNX file, and everything measured about them out."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl_lite.domain.columns import Column, Task
from automl_lite.errors import shorten
from automl_lite.training import metrics
from automl_lite.training.basis import Basis, Table
from automl_lite.training.candidate import Candidate
from automl_lite.training.chosen import Chosen, Fits, fit_to_keep
from automl_lite.training.clock import Clock
from automl_lite.training.config import LeaderboardRow, TrainConfig
from automl_lite.training.conformal import cross_intervals
from automl_lite.training.contract import build_contract, describe_predictions
from automl_lite.training.encoders import Fold
from automl_lite.training.export import to_onnx, with_contract
from automl_lite.training.fitting import Place
from automl_lite.training.flaml_engine import FlamlSearch
from automl_lite.training.inputs import Dropped
from automl_lite.training.learning_curve import MAX_ROWS, MIN_ROWS, N_FOLDS, LearningCurve, learning_curve
from automl_lite.training.logs import LogScale
from automl_lite.training.measured import (
    INTERVAL_LEVEL,
    Measured,
    Reporter,
    baseline,
    learns_from_test,
    ranked,
    subset,
)
from automl_lite.training.on_ray import RayPlace
from automl_lite.training.pipeline import Member, Pipeline
from automl_lite.training.problem import FoldModel
from automl_lite.training.search import Search
from automl_lite.training.selection import LIMITS
from automl_lite.training.split import Split, assign_folds
from automl_lite.training.target import strata
from automl_lite.training.verify import Agreement, OnnxModel, in_chunks

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float64]

CURVE_SHARE = 0.05  # of the budget, for the learning curve of few rows
FITTING = "Fitting the chosen models"


@dataclass(slots=True, kw_only=True)
class Trained(Measured):
    """What a run found, before anything is written."""

    table: Table
    pipeline: Pipeline
    judge: Pipeline  # what was measured: the same, or the models of all folds, which did not see the test rows
    search: Search
    used: list[Candidate]  # the pipeline's members, in its order
    fit_s: float  # what the features, the refits and the export took
    onnx: bytes
    agreement: Agreement | None = None
    learning_curve: LearningCurve | None = None

    @property
    def fold_models(self) -> list[list[FoldModel]]:
        """Of each member of the pipeline, in the order of the folds."""
        return [c.models for c in self.used]


def train_frame(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    inputs: Sequence[Column],
    dropped: Sequence[Dropped],
    target_column: Column,
    task: Task,
    config: TrainConfig,
    clock: Clock,
    tell: Reporter,
    place: Place | None = None,
) -> Trained:
    """Train on ``frame`` (see ``ingest.load_frame`` for its types), whose target has no missing values."""
    tell("prepare", "Preparing the columns")
    table = Table.of(frame, columns, inputs, target_column, task, config)
    split, training = table.split, table.training
    n, n_features = training.matrix.shape
    log.info("%d training rows, %d features from %d columns, %s", n, n_features, len(inputs), split.kind)
    workers = config.workers or os.cpu_count() or 1
    fits_at_once = workers
    if isinstance(place, RayPlace):
        tell("search", "Waiting for the workers of the cluster")
        fits_at_once = min(config.workers or place.n, place.n)
    tell("search", "Looking for the best models")
    search = _search(table, config, clock, fits_at_once, place, on_candidate=_telling(table, tell))
    with_curve = split.kind == "random" and config.engine == "portfolio" and MIN_ROWS <= n < MAX_ROWS
    if with_curve:
        search.after_s += CURVE_SHARE * config.budget_s
    candidates = search.run()

    tell("blend", f"Blending {len(candidates)} models")
    in_time = not (config.max_models or clock.stopped)
    left_s = clock.remaining_s - clock.wrap_up_s - search.after_s if in_time else np.inf
    chosen = Chosen.of(candidates, table, LIMITS[config.quality], search.ending, left_s)
    with_test = learns_from_test(split, config) and not split.by_time
    tell("blend", f"{FITTING} on all rows" if with_test else FITTING)
    fits = fit_to_keep(chosen, table, search, with_test=with_test)
    curve = None
    if with_curve:
        tell("evaluate", "Looking whether more rows would help")
        curve = _curve(table, chosen.heaviest, search, config, clock)

    tell("export", "Writing the ONNX file")
    began = time.monotonic()
    contract = described(fits.pipeline, fits.basis, table, dropped, config)
    onnx, contract = to_onnx(fits.pipeline, contract)
    export_s = time.monotonic() - began

    tell("evaluate", "Opening the test rows" if len(split.test) else "Measuring by cross-validation")
    measured = _on_test(table, fits, onnx, contract, workers) if len(split.test) else _out_of_fold(table, chosen)
    if len(split.test):
        codes = fits.judge.labels(measured.prediction) if table.target.task.is_classification else np.empty(0)
        told = describe_predictions(table.target.task, measured.prediction, codes, table.target.classes)
        contract |= {"predictions": told}
        onnx = with_contract(onnx, contract)
    return Trained(
        table=table,
        pipeline=fits.pipeline,
        judge=fits.judge,
        learnt_from="training" if fits.basis is training else "all",
        threshold=fits.pipeline.threshold,
        search=search,
        used=chosen.used,
        fit_s=training.seconds + fits.seconds + export_s,
        contract=contract,
        onnx=onnx,
        split=split,
        target=table.target,
        metric=table.metric,
        how="test split" if len(split.test) else "cross-validation",
        measured_rows=measured.rows,
        y_measured=table.target.y[measured.rows],
        prediction=measured.prediction,
        baseline=baseline(table.target, split.train, len(measured.rows), absolute=table.problem.absolute),
        linear=measured.linear,
        intervals=measured.intervals,
        learning_curve=curve,
        leaderboard=ranked(
            [_row(c, table, w) for c, w in zip(candidates, chosen.weights.tolist(), strict=True)], table.metric
        ),
        dropped=list(dropped),
        notices=search.notices,
        failures=search.failures,
    )


def described(
    pipeline: Pipeline, basis: Basis, table: Table, dropped: Sequence[Dropped], config: TrainConfig
) -> dict[str, Any]:
    """The input contract of a pipeline that was fitted on ``basis``."""
    return build_contract(
        pipeline.columns,
        basis.raw,
        table.target_column.name,
        subset(table.target, basis.rows),
        dropped,
        model=describe(pipeline.members),
        threshold=pipeline.threshold,
        interval_level=INTERVAL_LEVEL if pipeline.intervals is not None else None,
        unit=table.target_column.unit,
        seed=config.seed,
        order=[c.name for c in table.inputs],
    )


def describe(members: Sequence[Member]) -> str:
    """The model in words."""
    if len(members) == 1:
        return members[0].name
    parts = sorted(members, key=lambda m: -m.weight)
    return shorten(f"Blend of {len(members)}: " + ", ".join(f"{m.name} {m.weight:.0%}" for m in parts), 300)


def _search(
    table: Table,
    config: TrainConfig,
    clock: Clock,
    workers: int,
    place: Place | None,
    *,
    on_candidate: Callable[[Candidate], None],
) -> Search:
    split, training = table.split, table.training
    with_test = learns_from_test(split, config)
    limits = LIMITS[config.quality]
    log_scale = None
    if table.target.task is Task.REGRESSION:
        log_scale = LogScale.of(table.target.y[split.train], table.mean, table.scale)
    refits = _refits(split, config)
    found = (FlamlSearch if config.engine == "flaml" else Search)(
        table.problem,
        training.matrix,
        training.y,
        split.folds,
        clock=clock,
        workers=workers,
        place=place,
        n_test=len(split.test) or len(split.train),
        refits=refits,
        folds_judge=with_test and not split.by_time,
        may_leave_folds=len(split.test) > 0 and split.kind == "random",
        max_models=config.max_models,
        by_time=split.by_time,
        least_rate=limits.rate,
        log_scale=log_scale,
        on_candidate=on_candidate,
        of_folds=training.of_folds(split.folds),
    )
    found.after_s = training.seconds * refits if with_test else 0.0
    return found


def _refits(split: Split, config: TrainConfig) -> float:
    """How often, as a share of the training rows, the chosen models are fitted after the search."""
    if not learns_from_test(split, config):
        return 1.0
    whole = 1 + len(split.test) / len(split.train)
    return 1.0 + whole if split.by_time else whole


def _telling(table: Table, tell: Reporter) -> Callable[[Candidate], None]:
    rows: list[LeaderboardRow] = []

    def on_candidate(candidate: Candidate) -> None:
        row = _row(candidate, table)
        rows.append(row)
        tell.leaderboard = tuple(ranked(rows, table.metric))
        log.info("%s: %s %.5g in %.1f s", row.name, table.metric, row.score, row.seconds)
        tell("search", f"{row.name} finished")

    return on_candidate


def _row(candidate: Candidate, table: Table, weight: float = 0.0) -> LeaderboardRow:
    """A candidate with its out-of-fold score."""
    p, y = table.unscaled(candidate.prediction), table.unscaled(table.training.y)
    known = np.isfinite(p).reshape(len(p), -1).all(axis=1)
    return LeaderboardRow(
        name=candidate.config.name,
        family=candidate.config.family,
        score=metrics.score(table.metric, y[known], p[known]),
        seconds=candidate.seconds,
        weight=weight,
    )


def _curve(
    table: Table, heaviest: Candidate, search: Search, config: TrainConfig, clock: Clock
) -> LearningCurve | None:
    until_s = clock.elapsed_s + (clock.remaining_s if config.max_models else CURVE_SHARE * config.budget_s)
    classifies, training = table.target.task.is_classification, table.training

    def fit(folds: Sequence[Fold]) -> Floats | None:
        limit_s = max(until_s - clock.elapsed_s, 0.0)
        found = search.only(heaviest.config, folds, training.of_folds(folds), limit_s)
        return None if found is None else found.prediction * (1.0 if classifies else table.scale)

    return learning_curve(
        heaviest.config.name,
        table.target.task,
        training.y if classifies else table.scale * training.y,
        assign_folds(strata(table.target)[training.rows], N_FOLDS, np.random.default_rng([config.seed, 1])),
        fit,
        absolute=table.problem.absolute,
        seed=config.seed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Predicted:
    """What is measured: ``rows`` of the table, their predictions and, of a number, intervals; a simple model's."""

    rows: npt.NDArray[np.int64]
    prediction: Floats
    intervals: Floats | None
    linear: Floats | None


def _on_test(table: Table, fits: Fits, onnx: bytes, contract: Mapping[str, Any], workers: int) -> _Predicted:
    raw, judge = table.test_columns(), fits.judge
    if judge is fits.pipeline:
        outputs = OnnxModel(onnx, contract["outputs"]).run(raw, workers=workers)
        wanted = "probabilities" if table.target.task.is_classification else "prediction"
        prediction, intervals = np.asarray(outputs[wanted], np.float64), outputs.get("interval")
    else:
        features = judge.encoder.transform(raw)
        parts = in_chunks(lambda rows: judge.predict_matrix(features[rows]), len(features), workers)
        prediction = np.concatenate(parts)
        intervals = None if judge.intervals is None else judge.intervals.apply(prediction)
    linear = None if fits.linear is None else fits.linear.predict(raw)
    return _Predicted(rows=table.split.test, prediction=prediction, intervals=intervals, linear=linear)


def _out_of_fold(table: Table, chosen: Chosen) -> _Predicted:
    known = chosen.known
    rows, prediction = table.split.train[known], chosen.out_of_fold[known]
    intervals = None
    if table.target.task is Task.REGRESSION:
        intervals = cross_intervals(table.target.y[rows], prediction, level=INTERVAL_LEVEL, seed=table.problem.seed)
    linear = None if chosen.linear is None else table.unscaled(chosen.linear.prediction[known])
    return _Predicted(rows=rows, prediction=prediction, intervals=intervals, linear=linear)
