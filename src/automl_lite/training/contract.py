"""The input contract that travels inside the ONNX file: what the model takes, gives and was trained on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from automl_lite.domain.columns import NUMERIC_KINDS, Column, Kind, Task
from automl_lite.inference.sketch import Sketch
from automl_lite.training.encoders import FALSE_SPELLINGS, TRUE_SPELLINGS, Values
from automl_lite.training.features import RawColumns
from automl_lite.training.inputs import Dropped
from automl_lite.training.target import Target

FORMAT = 1
MAX_VALUES = 1_000
MAX_TEXT = 200
N_BACKGROUND = 32  # rows against which a prediction is explained…
MAX_BACKGROUND_CELLS = 16_000  # …fewer where they are wide
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def build_contract(
    columns: Sequence[Column],
    raw: RawColumns,
    target_name: str,
    target: Target,
    dropped: Sequence[Dropped],
    *,
    model: str,
    threshold: float,
    interval_level: float | None,
    unit: str,
    seed: int,
    order: Sequence[str] = (),
) -> dict[str, Any]:
    """Describe the model from its training rows; plain JSON values, nothing that depends on the time of day.

    ``order`` names the columns as they stand in the table, where that is not their order in the graph. ``outputs`` is
    added by the exporter, which names them.
    """
    inputs = [_describe(c, raw[c.name]) for c in columns]
    n = len(target.y)
    n_background = max(1, min(N_BACKGROUND, MAX_BACKGROUND_CELLS // len(columns)))
    background = np.sort(np.random.default_rng(seed).permutation(n)[:n_background])
    contract: dict[str, Any] = {
        "format": FORMAT,
        "task": target.task.value,
        "target": target_name,
        "unit": unit,
        "classes": target.classes,
        "class_kind": target.class_kind,
        "inputs": inputs,
        "order": list(order) or [c.name for c in columns],
        "ignored": [{"name": d.column, "reason": d.reason} for d in dropped],
        "model": model,
        "n_training_rows": n,
        "example": {i["name"]: i["example"] for i in inputs},
        "background": [{c.name: _plain(c, raw[c.name][row]) for c in columns} for row in background],
    }
    if target.task is Task.REGRESSION:
        y = target.y
        contract |= {
            "interval_level": interval_level,
            "target_range": {"min": y.min(), "max": y.max(), "mean": y.mean(), "std": y.std()},
        }
        contract["target_range"] = {k: _number(v) for k, v in contract["target_range"].items()}
    else:
        shares = np.bincount(target.y, minlength=len(target.classes)) / n
        contract |= {"threshold": threshold, "class_shares": [_number(s) for s in shares]}
        if target.task is Task.BINARY:
            contract["positive"] = target.classes[1]
    return contract


def describe_predictions(
    task: Task, prediction: np.ndarray[Any, Any], codes: np.ndarray[Any, Any], classes: Sequence[str]
) -> dict[str, Any]:
    """Describe the answers to rows that the model had not seen, which later answers are compared with.

    ``prediction`` is [n, K] or [n]: a histogram of the positive probability or of the number; with more than two
    classes the number of rows that got each label, by its code.
    """
    if task is Task.MULTICLASS:
        found, counts = np.unique(codes, return_counts=True)
        return {"labels": {classes[code]: int(n) for code, n in zip(found, counts, strict=True)}}
    return Sketch.of(prediction[:, 1] if task is Task.BINARY else prediction).as_dict()


def _describe(column: Column, values: Values) -> dict[str, Any]:
    about: dict[str, Any] = {"name": column.name, "kind": column.kind.value}
    if column.kind in NUMERIC_KINDS:
        known = values[np.isfinite(values)].astype(np.float64)
        about |= {"type": "float", "integer": column.kind is Kind.INTEGER, "unit": column.unit}
        about["missing_share"] = _number(1 - len(known) / max(len(values), 1))
        if len(known):
            about |= {"min": _number(known.min()), "max": _number(known.max()), "mean": _number(known.mean())}
            about["quantiles"] = [_number(q) for q in np.quantile(known, QUANTILES)]
            about["histogram"] = Sketch.of(known).as_dict()
        middle = float(np.quantile(known, 0.5, method="nearest")) if len(known) else None
        return about | {"example": None if middle is None else _number(middle)}
    about["type"] = "string"
    if column.kind is Kind.DATETIME:
        known = values[~np.isnat(values)]
        about["missing_share"] = _number(1 - len(known) / max(len(values), 1))
        if len(known):
            middle = np.sort(known)[len(known) // 2]
            about |= {k: str(v) for k, v in (("min", known.min()), ("max", known.max()), ("median", middle))}
        return about | {"example": about.get("median", "")}
    known = values[values != ""]
    about["missing_share"] = _number(1 - len(known) / max(len(values), 1))
    if column.kind is Kind.TEXT:
        lengths = [len(v) for v in known]
        if lengths:
            about["length"] = {"mean": _number(float(np.mean(lengths))), "max": max(lengths)}
        return about | {"example": min(known, key=lambda v: (abs(len(v) - 60), v), default="")[:MAX_TEXT]}
    if column.kind is Kind.BOOLEAN:
        known = np.array([_boolean(v) for v in known], object)
    levels, counts = np.unique(known.astype(str), return_counts=True) if len(known) else (np.array([]), np.array([]))
    order = np.lexsort((levels, -counts))[:MAX_VALUES]
    if column.kind is Kind.BOOLEAN:
        order = np.argsort(levels)  # false before true
        about |= {"spellings": list(column.formats)} if len(column.formats) == 2 else {}
    about |= {
        "values": [str(levels[i]) for i in order],
        "shares": [_number(counts[i] / len(known)) for i in order],
        "n_values": len(levels),
    }
    return about | {"example": str(levels[counts.argmax()]) if len(levels) else ""}


def _boolean(spelling: str) -> str:
    if spelling in TRUE_SPELLINGS:
        return TRUE_SPELLINGS[0]
    return FALSE_SPELLINGS[0] if spelling in FALSE_SPELLINGS else spelling


def _plain(column: Column, value: Any) -> Any:
    if column.kind in NUMERIC_KINDS:
        return _number(value) if np.isfinite(value) else None
    if column.kind is Kind.DATETIME:
        return None if np.isnat(value) else str(value)
    if column.kind is Kind.BOOLEAN:
        return _boolean(value) or None
    return value[:MAX_TEXT] or None


def _number(value: Any) -> float | int:
    """A JSON number of at most 9 significant digits, which any float32 survives."""
    number = float(f"{float(value):.9g}")
    return int(number) if math.isfinite(number) and number.is_integer() and abs(number) < 2**53 else number
