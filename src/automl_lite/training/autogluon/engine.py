"""A run by AutoGluon: our rows, split and folds go over as typed Parquet, its predictions come back to be measured."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from automl_lite.domain.columns import NUMERIC_KINDS, Column, Kind, Notice, Task
from automl_lite.training import metrics
from automl_lite.training.autogluon import process
from automl_lite.training.autogluon.environment import python_for_runs
from automl_lite.training.clock import Clock
from automl_lite.training.config import InvalidSetting, LeaderboardRow, TrainConfig
from automl_lite.training.conformal import ConformalIntervals, cross_intervals
from automl_lite.training.contract import build_contract
from automl_lite.training.elsewhere import ElsewhereModel
from automl_lite.training.features import raw_columns
from automl_lite.training.inputs import Dropped
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
from automl_lite.training.memory import available_bytes
from automl_lite.training.split import Split, make_split
from automl_lite.training.target import Target, read_target, strata

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float64]

PRESETS = {"fast": "medium_quality", "balanced": "good_quality", "best": "best_quality"}
PLAIN = "medium_quality"  # the preset without bagging
SAVED = "autogluon.zip"
BAGS_FROM_S = 120.0  # of budget: in 60 s on two busy cores good_quality fitted no model whole
MEMORY_SHARE = 0.8
FAMILIES = {
    "LightGBM": "LightGBM", "CatBoost": "CatBoost", "XGBoost": "XGBoost", "RandomForest": "Random forest",
    "ExtraTrees": "Extra trees", "NeuralNet": "Neural network", "KNeighbors": "Neighbours", "Linear": "Linear",
    "WeightedEnsemble": "Blend",
}  # fmt: skip
_PLAIN_NAMES = ("log_loss", "accuracy", "balanced_accuracy", "mcc")
_METRICS = {
    Task.BINARY: {n: n for n in (*_PLAIN_NAMES, "f1", "precision", "recall", "roc_auc", "average_precision")},
    Task.MULTICLASS: {n: n for n in (*_PLAIN_NAMES, "f1_macro")}
    | {"roc_auc": "roc_auc_ovr_macro", "precision": "precision_macro", "recall": "recall_macro"},
    Task.REGRESSION: {
        "rmse": "root_mean_squared_error", "mae": "mean_absolute_error", "r2": "r2",
        "mape": "mean_absolute_percentage_error", "median_absolute_error": "median_absolute_error",
    },
}  # fmt: skip
_FITTING = re.compile(r"Fitting model: (\S+)")
_SCORE = re.compile(r"(-?[\d.]+)\s+= Validation score")
_SECONDS = re.compile(r"([\d.]+)s\s+= Training\s+runtime")


@dataclass(slots=True, kw_only=True)
class TrainedByAutoGluon(Measured):
    """What a run by AutoGluon found; ``model`` keeps its predictor as a zip."""

    model: ElsewhereModel


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
) -> TrainedByAutoGluon:
    """Have AutoGluon train on the rows that our own engine would train on, and predict the same test rows.

    Raises EngineMissing, EngineFailed, InvalidSetting for a metric that AutoGluon does not know.
    """
    python = python_for_runs(config.autogluon_python or "")
    tell("prepare", "Handing the rows to AutoGluon")
    target = read_target(frame[target_column.name], target_column, task)
    found = metrics.resolve_metric(config.metric, target.task)
    metrics.check_target(found, target.y)
    theirs = _METRICS[target.task].get(found.name)
    if theirs is None:
        raise InvalidSetting(
            f"AutoGluon cannot optimise {found.label.lower()}.",
            hint=f"Choose from {', '.join(_METRICS[target.task])}; every metric is measured whatever is optimised.",
        )
    split = make_split(frame, columns, strata(target), config, target.n_outputs)
    folder = Path(tempfile.mkdtemp(prefix="automl-lite-autogluon-"))
    try:
        settings = _hand_over(folder, frame, inputs, target_column, target, split, theirs, config, clock)
        _search(python, folder, settings, found.name, clock, tell)
        tell("evaluate", "Measuring AutoGluon's predictions")
        return _measured(folder, settings, frame, inputs, dropped, target_column, target, split, found.name, config)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _hand_over(
    folder: Path,
    frame: pd.DataFrame,
    inputs: Sequence[Column],
    target_column: Column,
    target: Target,
    split: Split,
    metric: str,
    config: TrainConfig,
    clock: Clock,
) -> dict[str, Any]:
    """Write rows and settings; the answers of the test rows stay here."""
    n_folds = len(split.folds)
    fold = split.validated_in + 1
    always = np.flatnonzero(fold == 0)  # rows that train in every fold of ours
    preset = PLAIN if split.by_time or config.budget_s < BAGS_FROM_S else PRESETS[config.quality]
    bagged = not split.by_time and (preset != PLAIN or not len(split.test)) and n_folds > 1
    if bagged:
        fold[always] = 1 + np.arange(len(always)) % n_folds  # AutoGluon holds every row out once
    answers = target.y if target.task is Task.REGRESSION else np.array(target.classes, object)[target.y]
    label = target_column.name
    fold_name = "__fold__"
    while fold_name in frame.columns:
        fold_name += "_"
    train = frame.iloc[split.train]
    _write(folder / "train.parquet", train, inputs, {label: answers[split.train], fold_name: fold})
    if len(split.test):
        _write(folder / "test.parquet", frame.iloc[split.test], inputs, {})
    settings = {
        "target": label,
        "fold": fold_name,
        "task": target.task.value,
        "classes": target.classes,
        "kinds": {c.name: c.kind.value for c in inputs},
        "metric": metric,
        "presets": preset,
        "bagged": bagged,
        "holdout": 0 if bagged else n_folds,  # the last fold; of a series that is the latest period
        "time_s": max(clock.remaining_s - clock.wrap_up_s, 1.0),
        "threads": config.workers or (os.cpu_count() or 1),
        "memory_bytes": int(MEMORY_SHARE * available_bytes()),
    }
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    return settings


def _write(file: Path, frame: pd.DataFrame, inputs: Sequence[Column], more: dict[str, npt.NDArray[Any]]) -> None:
    """Write typed Parquet: doubles, booleans, texts and timestamps; NULL is missing."""
    arrays, cells = {}, []
    for i, column in enumerate(inputs):
        arrays[f"c{i}"] = frame[column.name].to_numpy()
        cell = f"nullif(c{i}, 'nan'::DOUBLE)" if column.kind in NUMERIC_KINDS else f"CAST(c{i} AS {_SQL[column.kind]})"
        cells.append(f"{cell} AS {_quoted(column.name)}")
    for i, (name, values) in enumerate(more.items()):
        arrays[f"m{i}"] = values
        cells.append(f"m{i} AS {_quoted(name)}")
    with duckdb.connect(config={"threads": 1}) as db:
        db.register("rows", arrays)
        path = str(file).replace("'", "''")
        db.execute(f"COPY (SELECT {', '.join(cells)} FROM rows) TO '{path}' (FORMAT parquet)")  # noqa: S608


_SQL = {
    Kind.BOOLEAN: "BOOLEAN",
    Kind.CATEGORY: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.ID: "VARCHAR",
    Kind.DATETIME: "TIMESTAMP",
}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _read(file: Path) -> dict[str, npt.NDArray[Any]]:
    with duckdb.connect(config={"threads": 1}) as db:
        columns: Any = db.execute("SELECT * FROM read_parquet(?)", [str(file)]).fetchnumpy()
    return dict(columns)


def _search(python: Path, folder: Path, settings: dict[str, Any], metric: str, clock: Clock, tell: Reporter) -> None:
    """Run the process and tell what its log says; a model is on the board once its score and its time were said."""
    tell("search", "AutoGluon is starting")
    fitting, score = "", np.nan
    rows: list[dict[str, Any]] = []

    def on_line(line: str) -> None:
        nonlocal fitting, score
        log.info("AutoGluon: %s", line)
        if named := _FITTING.search(line):
            fitting = named[1]
            tell("search", f"AutoGluon is fitting {fitting}")
        elif scored := _SCORE.search(line):
            score = float(scored[1])
        elif fitting and (took := _SECONDS.search(line)):
            rows.append({"name": fitting, "score": score, "seconds": float(took[1])})
            tell.leaderboard = tuple(leaderboard_of({"leaderboard": rows, "weights": {}}, metric))
            tell("search", f"{fitting} finished")
        elif line == process.STOPPING:
            tell("search", "Stopping AutoGluon")
        elif line in ("Predicting", "Packing"):
            tell("blend", f"AutoGluon: {line.lower()}")

    process.run(python, folder, clock, finish_s=clock.wrap_up_s + 0.1 * settings["time_s"], on_line=on_line)


def _measured(
    folder: Path,
    settings: dict[str, Any],
    frame: pd.DataFrame,
    inputs: Sequence[Column],
    dropped: Sequence[Dropped],
    target_column: Column,
    target: Target,
    split: Split,
    metric: str,
    config: TrainConfig,
) -> TrainedByAutoGluon:
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    train = split.train
    rows, validated = _values(_read(folder / "validation.parquet"), target)
    ours = split.validated_in[rows] >= 0
    rows, validated = rows[ours], validated[ours]
    actual = target.y[train][rows]
    threshold, of_new = 0.5, None
    if target.task is Task.REGRESSION:
        of_new = ConformalIntervals.fit(actual, validated, level=INTERVAL_LEVEL)
    elif target.task is Task.BINARY and metric in THRESHOLD_METRICS:
        threshold = best_threshold(metric, actual, validated)
    if len(split.test):
        _, prediction = _values(_read(folder / "test_predictions.parquet"), target)
        y_measured, measured_rows, how = target.y[split.test], split.test, "test split"
        intervals = of_new.apply(prediction) if of_new else None
    else:
        y_measured, measured_rows, how, prediction = actual, train[rows], "cross-validation", validated
        intervals = cross_intervals(actual, validated, level=INTERVAL_LEVEL, seed=config.seed) if of_new else None
    board = leaderboard_of(result, metric)
    name = f"AutoGluon {result['version']}: {result['best']}"
    contract = build_contract(
        inputs,
        raw_columns(frame.iloc[train], inputs),
        target_column.name,
        subset(target, train),
        dropped,
        model=name,
        threshold=threshold,
        interval_level=INTERVAL_LEVEL if of_new else None,
        unit=target_column.unit,
        seed=config.seed,
    )
    kept = folder.with_suffix(".zip")
    shutil.move(folder / "predictor.zip", kept)
    shutil.rmtree(folder, ignore_errors=True)
    model = ElsewhereModel("AutoGluon", contract | {"outputs": {}, "engine": "autogluon"}, kept, SAVED)
    weakref.finalize(model, kept.unlink, missing_ok=True)
    return TrainedByAutoGluon(
        model=model,
        contract=model.contract,
        threshold=threshold,
        split=split,
        target=target,
        metric=metric,
        how=how,
        measured_rows=measured_rows,
        y_measured=y_measured,
        prediction=prediction,
        baseline=baseline(target, train, len(y_measured), absolute=metric in ABSOLUTE_METRICS),
        linear=None,
        intervals=intervals,
        leaderboard=board,
        dropped=list(dropped),
        notices=_notices(result, settings, split, config),
        versions={"autogluon": result["version"], "autogluon python": result["python"]},
    )


def _values(columns: dict[str, npt.NDArray[Any]], target: Target) -> tuple[npt.NDArray[np.int64], Floats]:
    """Row numbers (of validation) and predictions, (n,) or (n, n_classes)."""
    rows = np.asarray(columns.get("row", ()), np.int64)
    if target.task is Task.REGRESSION:
        return rows, np.asarray(columns["prediction"], np.float64)
    p = np.column_stack([columns[f"p{i}"] for i in range(len(target.classes))]).astype(np.float64)
    return rows, p


def leaderboard_of(result: dict[str, Any], metric: str) -> list[LeaderboardRow]:
    """AutoGluon's leaderboard in the metric's own direction, best first; its scores are always higher for better."""
    sign = 1 if metrics.METRICS[metric].greater_is_better else -1
    weights = {_plain_name(name): weight for name, weight in result["weights"].items()}
    return ranked(
        [
            LeaderboardRow(
                name=row["name"],
                family=next((ours for theirs, ours in FAMILIES.items() if row["name"].startswith(theirs)), "Other"),
                score=sign * row["score"],
                seconds=row["seconds"],
                weight=weights.get(row["name"], 0.0),
            )
            for row in result["leaderboard"]
        ],
        metric,
    )


def _plain_name(name: str) -> str:
    return name.removesuffix("_FULL")


def _notices(result: dict[str, Any], settings: dict[str, Any], split: Split, config: TrainConfig) -> list[Notice]:
    found = [
        Notice(
            code="no-portable-model",
            message="AutoGluon's models stay in AutoGluon: this run has no ONNX file, so it cannot be deployed, tried "
            "in the browser or scored in batches here.",
            severity="info",
            remedy=f"Take {SAVED} to an environment with AutoGluon {result['version']}, or deploy a run of our own.",
        )
    ]
    if result["interrupted"]:
        found.append(
            Notice(
                code="cut-short",
                message="AutoGluon was stopped before it was done; its best model so far was kept.",
                severity="info",
                remedy="Give more time.",
            )
        )
    if settings["presets"] == PLAIN and PRESETS[config.quality] != PLAIN and not split.by_time:
        found.append(
            Notice(
                code="preset-for-time",
                message=f"AutoGluon ran with its preset {PLAIN} instead of {PRESETS[config.quality]}, whose bags "
                f"do not fit into less than {BAGS_FROM_S:.0f} seconds.",
                severity="info",
                remedy="Give more time.",
            )
        )
    if split.by_time:
        found.append(
            Notice(
                code="not-bagged",
                message="Rows are split by time, which AutoGluon's bags do not know: it validated on the latest of "
                "the training rows.",
                severity="info",
            )
        )
    return found
