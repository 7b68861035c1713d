"""A model against what really happened: beside its test-time scores, where it fails most, and against a rival."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl_lite.domain.columns import Kind, Task
from automl_lite.errors import shorten
from automl_lite.inference.pvalues import chi_square_tail, holm, two_shares
from automl_lite.training.metrics.measuring import Comparison, Judgement, compare
from automl_lite.training.metrics.registry import resolve_metric
from automl_lite.training.metrics.scores import choose, prepare
from automl_lite.training.metrics.statistics import FloatArray
from automl_lite.training.verdict import in_words

MIN_ROWS = 30  # a segment of fewer rows says nothing
ALPHA = 0.05  # chance of naming any segment where there is none
_MAX_LEVELS = 50
_N_PARTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One metric at test time and now.

    ``gap`` is above 0 where it is better now, whatever the metric's direction; ``gap_low`` and ``gap_high`` are its
    95 % range. ``verdict`` is ``"better"``, ``"no real difference"``, ``"worse"`` or None where a range is missing.
    """

    name: str
    before: float
    now: float
    gap: float
    gap_low: float | None
    gap_high: float | None
    verdict: Judgement | None
    message: str


def changes(evaluation: Mapping[str, Any], before: Mapping[str, Any], *, unit: str = "") -> list[Change]:
    """Set every metric of an evaluation beside that of an earlier one on other rows (both as ``as_dict`` gives them).

    The range of the difference of two independent estimates comes from their own ranges by square-and-add (Zou and
    Donner 2008), so that the earlier rows are not needed.
    """
    earlier = {m["name"]: m for m in before.get("metrics") or ()}
    found = []
    for now in evaluation["metrics"]:
        then = earlier.get(now["name"])
        if then is not None and then.get("value") is not None and now.get("value") is not None:
            found.append(_change(now, then, unit))
    return found


def _change(now: Mapping[str, Any], then: Mapping[str, Any], unit: str) -> Change:
    turn = 1.0 if now["greater_is_better"] else -1.0
    gap = turn * (now["value"] - then["value"])
    low = high = None
    said: Judgement | None = None
    if None not in (now["low"], now["high"], then["low"], then["high"]):
        (now_low, now_high), (then_low, then_high) = _ends(now, turn), _ends(then, turn)
        a, b = turn * now["value"], turn * then["value"]
        low = gap - sqrt((a - now_low) ** 2 + (then_high - b) ** 2)
        high = gap + sqrt((now_high - a) ** 2 + (b - then_low) ** 2)
        said = "better" if low > 0 else "worse" if high < 0 else "no real difference"
    figures = " → ".join(in_words(v, now.get("unit", "score"), unit) for v in (then["value"], now["value"]))
    ending = ", beyond chance" if said in ("better", "worse") else ""
    message = f"{said or 'not comparable'}: {_term(now)} {figures}{ending}"
    return Change(
        name=now["name"], before=then["value"], now=now["value"], gap=gap, gap_low=low, gap_high=high,
        verdict=said, message=message,
    )  # fmt: skip


def _term(metric: Mapping[str, Any]) -> str:
    """Return the field's short term for a metric."""
    return re.split("[,;]", metric["term"])[0]


def _ends(metric: Mapping[str, Any], turn: float) -> tuple[float, float]:
    """Return the ends of a metric's range, turned so that more is better."""
    low, high = sorted((turn * metric["low"], turn * metric["high"]))
    return low, high


def overall(found: Sequence[Change], primary: str) -> str:
    """Say in a sentence whether the model is as good as at test time, by the metric that it was chosen by."""
    told = next((c for c in found if c.name == primary), found[0] if found else None)
    if told is None:
        return "Nothing to compare with: the model's folder holds no evaluation."
    worse = [c for c in found if c.verdict == "worse" and c is not told]
    also = f" Also {'; '.join(c.message for c in worse[:3])}." if worse else ""
    return f"{told.message[:1].upper()}{told.message[1:]}.{also}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Rows that share a value and on which the model does worse than on the rest, beyond chance.

    ``score`` and ``rest`` are accuracies (classification) or mean absolute errors of the segment and of all other
    rows; ``p_value`` is adjusted for all segments looked at (Holm 1979).
    """

    column: str
    value: str
    n_rows: int
    score: float
    rest: float
    p_value: float
    message: str


def row_errors(task: Task, y: NDArray[Any], prediction: FloatArray, *, threshold: float, positive: int) -> FloatArray:
    """Return what the model did wrong in each row: 1 or 0 for classes, the absolute error for numbers."""
    if task.is_classification:
        return (choose(prediction, threshold=threshold, positive=positive) != y).astype(np.float64)
    return np.abs(np.asarray(y, np.float64) - prediction)


def worst_segments(
    columns: Mapping[str, NDArray[Any]], kinds: Mapping[str, Kind], task: Task, errors: FloatArray, *, limit: int = 10
) -> list[Segment]:
    """Find the values of single columns where a model fails most.

    Parameters
    ----------
    columns : mapping of str to array of shape (n_rows,)
        Floats with NaN, or text with "", as a graph takes them.
    kinds : mapping
        Kind of each column; numbers are cut into quarters, texts, dates and identifiers are left out.
    errors : array of shape (n_rows,)
        See ``row_errors``.
    limit : int, default=10
        At most so many, those with the largest loss in all (rows × gap) first.
    """
    tried = [(name, value, rows) for name, values in columns.items() for value, rows in _parts(values, kinds[name])]
    tried = [t for t in tried if MIN_ROWS <= t[2].sum() <= len(errors) - MIN_ROWS]
    p = [_p_value(errors[rows], errors[~rows], task) for _, _, rows in tried]
    found = []
    for (name, value, rows), adjusted in zip(tried, holm(p), strict=True):
        inside, outside = float(errors[rows].mean()), float(errors[~rows].mean())
        if adjusted <= ALPHA and inside > outside:
            found.append(
                (int(rows.sum()) * (inside - outside), _segment(name, value, rows, inside, outside, adjusted, task))
            )
    return [segment for _, segment in sorted(found, key=lambda pair: -pair[0])[:limit]]


def _segment(
    name: str, value: str, rows: NDArray[np.bool_], inside: float, outside: float, p: float, task: Task
) -> Segment:
    n = int(rows.sum())
    where = f"{shorten(name, 40)!r} {value}"
    if task.is_classification:
        inside, outside = 1 - inside, 1 - outside
        message = f"Where {where} ({n:,} rows) {inside:.1%} of answers are right, elsewhere {outside:.1%}."
    else:
        message = f"Where {where} ({n:,} rows) answers miss by {inside:.4g} on average, elsewhere by {outside:.4g}."
    return Segment(column=name, value=value, n_rows=n, score=inside, rest=outside, p_value=p, message=message)


def _parts(values: NDArray[Any], kind: Kind) -> list[tuple[str, NDArray[np.bool_]]]:
    if kind in (Kind.NUMBER, Kind.INTEGER):
        numbers = values.astype(np.float64)
        known = np.isfinite(numbers)
        parts = [("is missing", ~known)]
        if not known.any():
            return parts
        edges = np.unique(np.quantile(numbers[known], np.arange(1, _N_PARTS) / _N_PARTS, method="inverted_cdf"))
        where = np.searchsorted(edges, numbers, side="left")
        for i in range(len(edges) + 1):
            words = f"is above {edges[i - 1]:.4g}" if i else f"is at most {edges[0]:.4g}"
            if 0 < i < len(edges):
                words += f" and at most {edges[i]:.4g}"
            parts.append((words, known & (where == i)))
        return parts
    if kind not in (Kind.CATEGORY, Kind.BOOLEAN):
        return []
    levels, counts = np.unique(values.astype(str), return_counts=True)
    commonest = levels[np.argsort(-counts, kind="stable")[:_MAX_LEVELS]]
    return [(f"is {shorten(str(v), 40)!r}" if v else "is missing", values == v) for v in commonest]


def _p_value(inside: FloatArray, outside: FloatArray, task: Task) -> float:
    n, m = len(inside), len(outside)
    if task.is_classification:
        return two_shares(int(outside.sum()), m, int(inside.sum()), n)
    spread = inside.var(ddof=1) / n + outside.var(ddof=1) / m  # Welch's test; normal, as no part has under 30 rows
    return chi_square_tail(float((inside.mean() - outside.mean()) ** 2 / spread), 1) if spread > 0 else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """A challenger against the champion on the same rows; ``promote`` only if it is better beyond chance."""

    metric: str
    champion: float | None
    challenger: float | None
    comparison: Comparison
    promote: bool
    message: str


def duel(
    task: Task,
    metric: str,
    y: NDArray[Any],
    champion: FloatArray,
    challenger: FloatArray,
    *,
    thresholds: tuple[float, float] = (0.5, 0.5),
    positive: int = 1,
    seed: int = 0,
    max_seconds: float = 10.0,
) -> Duel:
    """Let two models answer the same rows and say which is better, by a paired bootstrap.

    Of two models of the same quality the challenger is promoted in 2.5 % of cases: the end of a 95 % range.

    Parameters
    ----------
    champion, challenger : array of shape (n_rows, n_classes) or (n_rows,)
        Probabilities in the same order of classes, or numbers.
    thresholds : tuple of float
        From which probability champion and challenger say the positive class.
    """
    chosen = resolve_metric(metric, task)
    if chosen.needs == "labels" and task is Task.BINARY:  # each by its own threshold
        k = champion.shape[1]
        champion, challenger = (
            np.eye(k)[choose(p, threshold=t, positive=positive)]
            for p, t in zip((champion, challenger), thresholds, strict=True)
        )
    comparison = compare(
        task, chosen.name, y, challenger, champion, positive=positive, seed=seed, max_seconds=max_seconds
    )
    values = [_score(chosen.name, y, p, positive) for p in (champion, challenger)]
    term = _term({"term": chosen.term})
    figures = " against ".join("–" if v is None else f"{v:.4g}" for v in reversed(values))
    if comparison.verdict == "better":
        message = f"The challenger is better: {term} {figures}, beyond chance."
    elif comparison.verdict == "worse":
        message = f"The champion is better: {term} of the challenger {figures}, beyond chance."
    elif comparison.verdict is None:
        message = f"The two cannot be compared: {comparison.reason}"
    else:
        message = f"No real difference: {term} of the challenger {figures}; the champion stays."
    return Duel(
        metric=chosen.name, champion=values[0], challenger=values[1], comparison=comparison,
        promote=comparison.verdict == "better", message=message,
    )  # fmt: skip


def _score(name: str, y: NDArray[Any], prediction: FloatArray, positive: int) -> float | None:
    value = float(prepare(name, y, prediction, positive=positive)()[0])
    return value if isfinite(value) else None
