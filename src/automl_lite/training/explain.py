"""What matters to a trained model: shuffled columns on measured rows, and TreeSHAP where the trees allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl_lite.domain.columns import Task
from automl_lite.training.boosters import TreeModel
from automl_lite.training.clock import Clock
from automl_lite.training.config import TrainConfig
from automl_lite.training.engine import Trained
from automl_lite.training.evaluation import Evaluation
from automl_lite.training.features import raw_columns, rows_of
from automl_lite.training.importance import permutation_importance, shap_summary
from automl_lite.training.logs import LogTargetModel
from automl_lite.training.pipeline import Member, Pipeline
from automl_lite.training.verify import OnnxModel

Floats = npt.NDArray[np.float64]

TIME_SHARE = 0.03  # of the budget, for shuffling
SHAP_ROWS = 300
SHAP_LEAF_SUMS = 3e8  # rows × leaves × depth that TreeSHAP may visit; it grows with the square of the depth


def explain(
    evaluation: Evaluation, trained: Trained, frame: pd.DataFrame, config: TrainConfig, clock: Clock
) -> Evaluation:
    """Add importances and SHAP values to ``evaluation``; each is bounded in time."""
    rows = trained.measured_rows
    raw = raw_columns(frame.iloc[rows], trained.pipeline.columns)
    some = rows_of(raw, np.random.default_rng(config.seed).permutation(len(rows))[:SHAP_ROWS])
    shap = _shap(trained.pipeline, some)
    limit_s = max(1.0, min(clock.share_s(TIME_SHARE), 0.5 * clock.remaining_s))
    importance = permutation_importance(
        _measured(trained),
        _by_size(raw, shap),
        trained.y_measured,
        task=trained.target.task,
        metric=trained.metric,
        max_seconds=limit_s,
        threshold=trained.pipeline.threshold,
        seed=config.seed,
    )
    return evaluation.with_explanation(importance.as_dict(), shap)


def _by_size(raw: Mapping[str, npt.NDArray[Any]], shap: dict[str, Any] | None) -> dict[str, npt.NDArray[Any]]:
    """Put the columns that push predictions most first: with little time only the first are shuffled."""
    pushing = [entry["column"] for entry in shap["columns"]] if shap else []
    return {name: raw[name] for name in dict.fromkeys([*pushing, *raw]) if name in raw}


def _measured(trained: Trained) -> Any:
    """Predict rows with models that have not seen them."""
    if trained.how != "test split":
        return _out_of_fold(trained)
    if trained.judge is trained.pipeline:
        return _from_file(trained)
    # those of one fold instead of all: as good to see what matters, in a fraction of the time
    last = [replace(m, model=c.models[-1]) for m, c in zip(trained.pipeline.members, trained.used, strict=True)]
    return replace(trained.judge, members=last).predict


def _from_file(trained: Trained) -> Any:
    """Predict with the exported file: what is explained is what is served."""
    session = OnnxModel(trained.onnx, trained.contract["outputs"])
    wanted = "probabilities" if trained.target.task.is_classification else "prediction"

    def predict(columns: Mapping[str, npt.NDArray[Any]]) -> Floats:
        return np.asarray(session.run(columns)[wanted], np.float64)

    return predict


def _out_of_fold(trained: Trained) -> Any:
    """Predict each row with the models that never saw it, since without a test set the blend has seen every row."""
    whole = trained.pipeline
    place = {row: i for i, row in enumerate(trained.measured_rows)}
    folds = []
    for k, (_, valid) in enumerate(trained.split.folds):
        inside = np.array([place[row] for row in trained.split.train[valid] if row in place], np.int64)
        members = [
            Member(m.name, m.family, models[min(k, len(models) - 1)], m.weight)
            for m, models in zip(whole.members, trained.fold_models, strict=True)
        ]
        part = Pipeline(
            columns=whole.columns,
            encoder=whole.encoder,
            problem=whole.problem,
            members=members,
            classes=whole.classes,
            temperature=whole.temperature,
            mean=whole.mean,
            scale=whole.scale,
        )
        folds.append((inside, part))

    def predict(columns: Mapping[str, npt.NDArray[Any]]) -> Floats:
        matrix = whole.encoder.transform(columns)
        shape = (len(matrix), len(whole.classes)) if whole.task.is_classification else (len(matrix),)
        out = np.full(shape, np.nan)
        for inside, part in folds:
            out[inside] = part.predict_matrix(matrix[inside])
        return out

    return predict


def _shap(pipeline: Pipeline, raw: Mapping[str, npt.NDArray[Any]]) -> dict[str, Any] | None:
    """TreeSHAP of the heaviest boosted member; None if the blend has none."""
    boosted = []
    for member in pipeline.members:
        model = member.model.inner if isinstance(member.model, LogTargetModel) else member.model
        if isinstance(model, TreeModel) and model.kind != "forest":
            boosted.append((member, model))
    if not boosted:
        return None
    member, model = max(boosted, key=lambda found: found[0].weight)
    cost = model.size_bytes / 32 * 64  # leaves × depth², at a depth of about 8
    n_rows = int(min(len(next(iter(raw.values()))), SHAP_LEAF_SUMS // max(cost, 1)))
    if n_rows < 20:
        return None
    few = rows_of(raw, np.arange(n_rows))
    matrix = pipeline.encoder.transform(few)
    contributions = model.contributions(matrix)
    if contributions is None:
        return None
    scale, unit = pipeline.scale, _unit(pipeline)
    if isinstance(member.model, LogTargetModel):
        scale, unit = member.model.scale.log_scale, "in logarithms of the target: 0.1 is about 10 %"
    summary = shap_summary(
        contributions if pipeline.problem.n_outputs > 1 else contributions[:, :, 0] * scale,
        pipeline.encoder.column_of_,
        values=few,
        unit=unit,
    )
    return summary | {"model": member.name, "weight": member.weight}


def _unit(pipeline: Pipeline) -> str:
    if pipeline.task is Task.REGRESSION:
        return "in the unit of the target"
    return f"log-odds of {pipeline.classes[1]}" if pipeline.task is Task.BINARY else "log-odds"
