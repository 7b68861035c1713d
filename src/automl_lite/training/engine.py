"""One training run in memory: typed frame in; pipeline, ONNX file, and everything measured about them out."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl_lite.domain.columns import Column, Task
from automl_lite.errors import shorten
from automl_lite.training import metrics
from automl_lite.training.candidate import Candidate
from automl_lite.training.clock import Clock
from automl_lite.training.config import LeaderboardRow, TrainConfig
from automl_lite.training.conformal import ConformalIntervals, cross_intervals
from automl_lite.training.contract import build_contract, describe_predictions
from automl_lite.training.encoders import MAX_TARGETS, Fold, Targets
from automl_lite.training.export import to_onnx, with_contract
from automl_lite.training.features import FeatureEncoder, raw_columns
from automl_lite.training.fitting import Place
from automl_lite.training.flaml_engine import FlamlSearch
from automl_lite.training.inputs import Dropped
from automl_lite.training.learning_curve import MAX_ROWS, MIN_ROWS, N_FOLDS, LearningCurve, learning_curve
from automl_lite.training.logs import LogScale
from automl_lite.training.measured import (
    ABSOLUTE_METRICS,
    INTERVAL_LEVEL,
    THRESHOLD_METRICS,
    Measured,
    Reporter,
    baseline,
    best_threshold,
    ranked,
    subset,
)
from automl_lite.training.on_ray import RayPlace
from automl_lite.training.pipeline import Member, Pipeline
from automl_lite.training.problem import FoldModel, Problem
from automl_lite.training.search import Search
from automl_lite.training.selection import LIMITS, Blender
from automl_lite.training.split import assign_folds, make_split
from automl_lite.training.target import Target, UnusableTarget, read_target, strata
from automl_lite.training.verify import Agreement, OnnxModel, verify

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float64]

CURVE_SHARE = 0.05  # of the budget, for the learning curve of few rows


@dataclass(slots=True, kw_only=True)
class Trained(Measured):
    """What a run found, before anything is written."""

    pipeline: Pipeline
    fold_models: list[list[FoldModel]]  # of each member of the pipeline, in the order of the folds
    onnx: bytes
    agreement: Agreement
    learning_curve: LearningCurve | None


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
    target = read_target(frame[target_column.name], target_column, task)
    found = metrics.resolve_metric(config.metric, target.task)
    metrics.check_target(found, target.y)
    metric = found.name
    split = make_split(frame, columns, strata(target), config, target.n_outputs)
    if not split.folds:
        raise UnusableTarget(
            f'No class of "{shorten(target_column.name)}" has a second row, so nothing can be checked.',
            hint="Add rows: each class should have ten or more.",
        )
    train = split.train
    fold = split.fold
    y_train, mean, scale = _standardised(target, target.y[train])
    raw = raw_columns(frame.iloc[train], inputs)
    encoder = FeatureEncoder(inputs, seed=config.seed)
    means = Targets(_target_means(target, y_train), fold)
    matrix = encoder.fit(raw, means)
    problem = Problem(
        task=target.task, n_classes=len(target.classes), absolute=metric in ABSOLUTE_METRICS, seed=config.seed
    )
    log.info("%d training rows, %d features from %d columns, %s", len(train), matrix.shape[1], len(inputs), split.kind)

    names: list[LeaderboardRow] = []

    def on_candidate(candidate: Candidate) -> None:
        rows, score = _measured(candidate, y_train, metric, target, mean, scale)
        names.append(_row(candidate, score))
        tell.leaderboard = tuple(ranked(names, metric))
        log.info("%s: %s %.5g in %.1f s over %d rows", candidate.config.name, metric, score, candidate.seconds, rows)
        tell("search", f"{candidate.config.name} finished")

    with_curve = split.kind == "random" and config.engine == "portfolio" and MIN_ROWS <= len(train) < MAX_ROWS
    workers = config.workers or os.cpu_count() or 1
    fits_at_once = workers
    if isinstance(place, RayPlace):
        tell("search", "Waiting for the workers of the cluster")
        fits_at_once = min(config.workers or place.n, place.n)
    tell("search", "Looking for the best models")
    limits = LIMITS[config.quality]
    make_search = FlamlSearch if config.engine == "flaml" else Search
    search = make_search(
        problem,
        matrix,
        y_train,
        split.folds,
        clock=clock,
        workers=fits_at_once,
        place=place,
        n_test=len(split.test) or len(train),
        max_models=config.max_models,
        by_time=split.by_time,
        least_rate=limits.rate,
        log_scale=LogScale.of(target.y[train], mean, scale) if target.task is Task.REGRESSION else None,
        on_candidate=on_candidate,
        of_folds=encoder.of_folds(raw, means, split.folds),
    )
    if with_curve:
        search.after_s = CURVE_SHARE * config.budget_s
    candidates = search.run()
    tell("blend", f"Blending {len(candidates)} models")
    chosen = Blender(candidates, y_train, target, metric, mean, scale, limits)
    weights = chosen.weights(np.ones(len(y_train), bool))
    used = [c for c, w in zip(candidates, weights, strict=True) if w > 0]
    out_of_fold = chosen.cross_fitted(split, weights)
    tell("blend", "Fitting the chosen models on all training rows")
    linear = next((c for c in candidates if c.config.family == "Linear"), None)
    again = [c for c, w in zip(candidates, weights, strict=True) if w > 0 or c is linear]
    final = {c.number: model for c, model in zip(again, search.refit(again), strict=True)}
    members = [
        Member(c.config.name, c.config.family, final[c.number], float(w))
        for c, w in zip(used, weights[weights > 0], strict=True)
    ]
    pipeline = Pipeline(
        columns=encoder.columns,
        encoder=encoder,
        problem=problem,
        members=members,
        classes=target.classes,
        temperature=chosen.temperature(weights),
        mean=mean,
        scale=scale,
    )
    curve = None
    if with_curve:
        tell("evaluate", "Looking whether more rows would help")
        heaviest = candidates[int(weights.argmax())].config
        until_s = clock.elapsed_s + (clock.remaining_s if config.max_models else CURVE_SHARE * config.budget_s)

        def fit(folds: Sequence[Fold]) -> Floats | None:
            limit_s = max(until_s - clock.elapsed_s, 0.0)
            found = search.only(heaviest, folds, encoder.of_folds(raw, means, folds), limit_s)
            return None if found is None else found.prediction * (1.0 if target.task.is_classification else scale)

        fold_of = assign_folds(strata(target)[train], N_FOLDS, np.random.default_rng([config.seed, 1]))
        actual = y_train if target.task.is_classification else scale * y_train
        curve = learning_curve(
            heaviest.name, target.task, actual, fold_of, fit, absolute=problem.absolute, seed=config.seed
        )
    known = np.flatnonzero(chosen.known)
    if target.task is Task.REGRESSION:
        actual = target.y[train][known]
        pipeline.intervals = ConformalIntervals.fit(actual, out_of_fold[known], level=INTERVAL_LEVEL)
        if split.by_time:
            pipeline.intervals = pipeline.intervals.covering(actual, out_of_fold[known], split.validated_in[known])
    elif target.task is Task.BINARY and metric in THRESHOLD_METRICS:
        pipeline.threshold = best_threshold(metric, y_train[known], out_of_fold[known])

    tell("export", "Writing the ONNX file")
    contract = build_contract(
        encoder.columns,
        raw,
        target_column.name,
        subset(target, train),
        dropped,
        model=describe(members),
        threshold=pipeline.threshold,
        interval_level=INTERVAL_LEVEL if pipeline.intervals is not None else None,
        unit=target_column.unit,
        seed=config.seed,
        order=[c.name for c in inputs],
    )
    onnx, contract = to_onnx(pipeline, contract)
    session = OnnxModel(onnx, contract["outputs"])
    test_raw = raw_columns(frame.iloc[split.test], inputs) if len(split.test) else raw
    agreement, outputs = verify(pipeline, session, test_raw, seed=config.seed, workers=workers)

    tell("evaluate", "Opening the test rows" if len(split.test) else "Measuring by cross-validation")
    if len(split.test):
        y_measured, measured_rows, how = target.y[split.test], split.test, "test split"
        prediction = np.asarray(outputs["probabilities" if target.task.is_classification else "prediction"], np.float64)
        linear_prediction = None
        if linear is not None:
            alone = Pipeline(
                columns=encoder.columns, encoder=encoder, problem=problem, classes=target.classes, mean=mean,
                scale=scale, members=[Member("Linear", "Linear", final[linear.number], 1.0)],
            )  # fmt: skip
            linear_prediction = alone.predict(test_raw)
        intervals = outputs.get("interval")
        contract = contract | {"predictions": describe_predictions(target.task, prediction, outputs)}
        onnx = with_contract(onnx, contract)
    else:
        y_measured, measured_rows, how = target.y[train][known], train[known], "cross-validation"
        prediction = out_of_fold[known]
        linear_prediction = None
        if linear is not None:
            values = linear.prediction[known]
            linear_prediction = values if target.task.is_classification else mean + scale * values
        intervals = None
        if target.task is Task.REGRESSION:
            intervals = cross_intervals(y_measured, prediction, level=INTERVAL_LEVEL, seed=config.seed)
    return Trained(
        pipeline=pipeline,
        threshold=pipeline.threshold,
        fold_models=[c.models for c in used],
        contract=contract,
        onnx=onnx,
        split=split,
        target=target,
        metric=metric,
        how=how,
        measured_rows=measured_rows,
        y_measured=y_measured,
        prediction=prediction,
        baseline=baseline(target, train, len(y_measured), absolute=problem.absolute),
        linear=linear_prediction,
        intervals=intervals,
        learning_curve=curve,
        leaderboard=ranked(
            [
                _row(c, _measured(c, y_train, metric, target, mean, scale)[1], float(w))
                for c, w in zip(candidates, weights, strict=True)
            ],
            metric,
        ),
        agreement=agreement,
        dropped=list(dropped),
        notices=search.notices,
        failures=search.failures,
    )


def _standardised(target: Target, y: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], float, float]:
    if target.task is not Task.REGRESSION:
        return y, 0.0, 1.0
    mean, scale = float(y.mean()), float(y.std()) or 1.0
    return (y - mean) / scale, mean, scale


def _target_means(target: Target, y: npt.NDArray[Any]) -> Floats:
    """What target encoding averages: the number, the positive class, or the most frequent classes; (n, n_targets)."""
    if target.task is Task.MULTICLASS:
        frequent = np.argsort(-np.bincount(y), kind="stable")[:MAX_TARGETS]
        return np.asarray(y[:, None] == np.sort(frequent)[None, :], np.float64)
    return np.asarray(y, np.float64)[:, None]


def _measured(
    candidate: Candidate, y: npt.NDArray[Any], metric: str, target: Target, mean: float, scale: float
) -> tuple[int, float]:
    """Number of rows and out-of-fold score of one candidate."""
    p = candidate.prediction
    known = np.isfinite(p).reshape(len(p), -1).all(axis=1)
    if target.task is Task.REGRESSION:
        return int(known.sum()), metrics.score(metric, mean + scale * y[known], mean + scale * p[known])
    return int(known.sum()), metrics.score(metric, y[known], p[known])


def _row(candidate: Candidate, score: float, weight: float = 0.0) -> LeaderboardRow:
    return LeaderboardRow(
        name=candidate.config.name,
        family=candidate.config.family,
        score=score,
        seconds=candidate.seconds,
        weight=weight,
    )


def describe(members: Sequence[Member]) -> str:
    """The model in words."""
    if len(members) == 1:
        return members[0].name
    parts = sorted(members, key=lambda m: -m.weight)
    return shorten(f"Blend of {len(members)}: " + ", ".join(f"{m.name} {m.weight:.0%}" for m in parts), 300)
