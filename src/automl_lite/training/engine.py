"""One training run in memory: typed frame in; pipeline, ONNX file, and everything measured about them out."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from automl_lite.training.encoders import Fold, Targets
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
    learns_from_test,
    ranked,
    subset,
)
from automl_lite.training.on_ray import RayPlace
from automl_lite.training.pipeline import Member, Pipeline
from automl_lite.training.problem import FoldModel, Problem
from automl_lite.training.search import Search
from automl_lite.training.selection import LIMITS, Blender
from automl_lite.training.split import Split, assign_folds, make_split
from automl_lite.training.target import Target, UnusableTarget, read_target, strata, target_means
from automl_lite.training.verify import Agreement, OnnxModel, in_chunks
from automl_lite.training.whole import Basis

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float64]

CURVE_SHARE = 0.05  # of the budget, for the learning curve of few rows


@dataclass(slots=True, kw_only=True)
class Trained(Measured):
    """What a run found, before anything is written."""

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
    folds_judge = learns_from_test(split, config) and not split.by_time
    encoder = FeatureEncoder(inputs, seed=config.seed)
    means = Targets(target_means(target, y_train), fold)
    began = time.monotonic()
    matrix = encoder.fit(raw, means)
    fit_s = time.monotonic() - began
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
        refits=_refits(split, config),
        test_passes=1 + len(split.folds) if folds_judge else 2,
        max_models=config.max_models,
        by_time=split.by_time,
        least_rate=limits.rate,
        log_scale=LogScale.of(target.y[train], mean, scale) if target.task is Task.REGRESSION else None,
        on_candidate=on_candidate,
        of_folds=encoder.of_folds(raw, means, split.folds),
    )
    search.after_s = fit_s * (_refits(split, config) if learns_from_test(split, config) else 0)
    if with_curve:
        search.after_s += CURVE_SHARE * config.budget_s
    candidates = search.run()
    tell("blend", f"Blending {len(candidates)} models")
    chosen = Blender(candidates, y_train, target, metric, mean, scale, limits)
    weights = chosen.weights(np.ones(len(y_train), bool))
    used = [c for c, w in zip(candidates, weights, strict=True) if w > 0]
    out_of_fold = chosen.cross_fitted(split, weights)
    tell("blend", "Fitting the chosen models on all rows" if folds_judge else "Fitting the chosen models")
    linear = next((c for c in candidates if c.config.family == "Linear"), None)
    shares = weights[weights > 0]
    basis = Basis(rows=train, raw=raw, encoder=encoder, matrix=matrix, y=y_train)
    judge = Pipeline(
        columns=encoder.columns,
        encoder=encoder,
        problem=problem,
        members=[
            Member(c.config.name, c.config.family, model, w / len(c.models))
            for c, w in zip(used, shares, strict=True)
            for model in c.models
        ],
        classes=target.classes,
        temperature=chosen.temperature(weights),
        mean=mean,
        scale=scale,
    )
    began = time.monotonic()
    models: list[FoldModel | None] = []
    if folds_judge and not clock.stopped:
        whole = Basis.whole(frame, inputs, split, target, mean=mean, scale=scale, seed=config.seed)
        models = search.on(whole.matrix, whole.y).refit(used)
        if all(model is not None for model in models):
            basis = whole
    if basis.encoder is encoder:
        models = search.refit([*used, linear] if linear is not None else used)
    fit_s += time.monotonic() - began
    members = [
        Member(c.config.name, c.config.family, c.models[-1] if model is None else model, float(w))
        for c, w, model in zip(used, shares, models[: len(used)], strict=True)
    ]
    pipeline = replace(judge, columns=basis.encoder.columns, encoder=basis.encoder, members=members)
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
    began = time.monotonic()
    contract = described(pipeline, basis, target, inputs, dropped, target_column, config)
    onnx, contract = to_onnx(pipeline, contract)
    fit_s += time.monotonic() - began

    tell("evaluate", "Opening the test rows" if len(split.test) else "Measuring by cross-validation")
    judge = replace(judge, threshold=pipeline.threshold, intervals=pipeline.intervals) if folds_judge else pipeline
    if len(split.test):
        test_raw = raw_columns(frame.iloc[split.test], inputs)
        y_measured, measured_rows, how = target.y[split.test], split.test, "test split"
        if folds_judge:
            features = judge.encoder.transform(test_raw)
            parts = in_chunks(lambda rows: judge.predict_matrix(features[rows]), len(features), workers)
            prediction = np.concatenate(parts)
            intervals = None if judge.intervals is None else judge.intervals.apply(prediction)
        else:
            outputs = OnnxModel(onnx, contract["outputs"]).run(test_raw, workers=workers)
            wanted = "probabilities" if target.task.is_classification else "prediction"
            prediction, intervals = np.asarray(outputs[wanted], np.float64), outputs.get("interval")
        linear_prediction = None
        if linear is not None:
            lines = linear.models
            if not folds_judge and models[-1] is not None:
                lines = [models[-1]]
            alone = [Member("Linear", "Linear", line, 1 / len(lines)) for line in lines]
            linear_prediction = replace(judge, members=alone, temperature=1.0).predict(test_raw)
        codes = judge.labels(prediction) if target.task.is_classification else np.empty(0)
        contract |= {"predictions": describe_predictions(target.task, prediction, codes, target.classes)}
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
        judge=judge,
        learnt_from="training" if basis.encoder is encoder else "all",
        threshold=pipeline.threshold,
        search=search,
        used=used,
        fit_s=fit_s,
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
        dropped=list(dropped),
        notices=search.notices,
        failures=search.failures,
    )


def _refits(split: Split, config: TrainConfig) -> float:
    """How often, as a share of the training rows, the chosen models are fitted after the search."""
    if not learns_from_test(split, config):
        return 1.0
    whole = 1 + len(split.test) / len(split.train)
    return 1.0 + whole if split.by_time else whole


def described(
    pipeline: Pipeline,
    basis: Basis,
    target: Target,
    inputs: Sequence[Column],
    dropped: Sequence[Dropped],
    target_column: Column,
    config: TrainConfig,
) -> dict[str, Any]:
    """The input contract of a pipeline that was fitted on ``basis``."""
    return build_contract(
        pipeline.columns,
        basis.raw,
        target_column.name,
        subset(target, basis.rows),
        dropped,
        model=describe(pipeline.members),
        threshold=pipeline.threshold,
        interval_level=INTERVAL_LEVEL if pipeline.intervals is not None else None,
        unit=target_column.unit,
        seed=config.seed,
        order=[c.name for c in inputs],
    )


def _standardised(target: Target, y: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], float, float]:
    if target.task is not Task.REGRESSION:
        return y, 0.0, 1.0
    mean, scale = float(y.mean()), float(y.std()) or 1.0
    return (y - mean) / scale, mean, scale


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
