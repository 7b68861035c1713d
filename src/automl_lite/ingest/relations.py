"""How the target differs along one column: what a chart of the column beside the target needs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from automl_lite.domain.columns import Kind
from automl_lite.ingest.association import Truth, bins
from automl_lite.ingest.sample import Codes, Drawn, Floats
from automl_lite.ingest.statistics import label

N_BINS = 10
N_LEVELS = 12
N_CLASSES = 5
_EPOCH = datetime(1970, 1, 1)


def relation(drawn: Drawn, truth: Truth, strength: float, classes: list[str]) -> dict[str, Any]:
    """Return the strength of a column's relation to the target, and the target along its values.

    ``strength`` (0–1) is the share of the target's variation that the column explains by itself on rows not learnt
    from. Each of ``groups`` has its ``label``, ``n`` (rows) and either ``mean`` (of a numeric target) or ``shares``
    (of the classes in ``classes``); numbers and times are cut into bins of about equally many rows.
    """
    if truth.classes is None:
        outputs, shown = truth.values[:, :1], []
    else:
        shown = classes[:N_CLASSES]
        outputs = truth.values[:, : len(shown)]
    codes, labels = _labelled(drawn, truth)
    groups = []
    for code, text in labels:
        inside = outputs[codes == code]
        group: dict[str, Any] = {"label": text, "n": len(inside)}
        if truth.classes is None:
            group["mean"] = float(f"{inside.mean():.6g}")
        else:
            group["shares"] = [round(float(share), 4) for share in inside.mean(axis=0)]
        groups.append(group)
    return {"strength": strength_of(strength), "classes": shown, "groups": groups}


def strength_of(skill: float) -> float:
    """Return a skill as the share (0-1) that is shown."""
    return round(max(0.0, min(1.0, skill)), 4)


def _labelled(drawn: Drawn, truth: Truth) -> tuple[Codes, list[tuple[int, str]]]:
    missing = drawn.missing[truth.known]
    if drawn.numbers is not None and drawn.column.kind is not Kind.BOOLEAN:
        numbers = drawn.numbers[truth.known]
        codes = bins(numbers, N_BINS)
        found = [
            (int(code), "missing" if np.isnan(inside).any() else _range(inside, drawn))
            for code in np.unique(codes)
            for inside in (numbers[codes == code],)
        ]
        return codes, found
    codes = drawn.codes[truth.known]
    levels, counts = np.unique(codes, return_counts=True)
    frequent = levels[np.argsort(-counts, kind="stable")][:N_LEVELS]
    return codes, [(int(code), _level(int(code), drawn, codes, missing)) for code in frequent]


def _level(code: int, drawn: Drawn, codes: Codes, missing: np.ndarray[Any, Any]) -> str:
    first = int(np.argmax(codes == code))
    if missing[first]:
        return "missing"
    if drawn.numbers is None:
        return label(drawn.levels[code] or "", drawn.column)
    place = int(np.argmax(drawn.codes == code))
    return label("true" if drawn.numbers[place] else "false", drawn.column)


def _range(inside: Floats, drawn: Drawn) -> str:
    low, high = float(inside.min()), float(inside.max())
    if drawn.column.kind is Kind.DATETIME:
        ends = [(_EPOCH + timedelta(microseconds=end)).date().isoformat() for end in (low, high)]
    else:
        ends = [f"{end:.4g}" if abs(end) < 1e4 else f"{end:,.0f}" for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} – {ends[1]}"
