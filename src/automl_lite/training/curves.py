"""What is drawn beside the scores: curves, tables and groups, computed from test rows and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl_lite.training.metrics.resampling import perfect_calibration_error, wilson
from automl_lite.training.metrics.scores import calibration_groups, confidence_and_hit, prepare
from automl_lite.training.metrics.statistics import FloatArray, IntArray

MAX_POINTS = 200
MAX_SAMPLE = 500
_HISTOGRAM_BINS = 25
_RESIDUAL_BINS = 40
_MAX_GROUPS = 10
_ROWS_PER_GROUP = 20


def confusion(y: IntArray, chosen: IntArray, classes: Sequence[str]) -> dict[str, Any]:
    """Count rows by true class (rows of the matrix) and predicted class (columns)."""
    k = len(classes)
    counts = np.bincount(y * k + chosen, minlength=k * k).reshape(k, k)
    return {"labels": list(classes), "matrix": counts.tolist()}


def per_class(y: IntArray, chosen: IntArray, classes: Sequence[str]) -> list[dict[str, Any]]:
    """Return the recall and precision of each class with 95 % Wilson ranges; None where there are no rows."""
    table = []
    for code, name in enumerate(classes):
        real, said = y == code, chosen == code
        both = int((real & said).sum())
        table.append(
            {"class": name, "n": int(real.sum()), "n_predicted": int(said.sum())}
            | _share("recall", both, int(real.sum()))
            | _share("precision", both, int(said.sum()))
        )
    return table


def roc(is_class: NDArray[np.bool_], score: FloatArray) -> dict[str, list[float]] | None:
    """Return the ROC curve in at most 200 points, or None if there is only one class."""
    caught, flagged_wrong = _steps(is_class, score)
    if not caught[-1] or not flagged_wrong[-1]:
        return None
    fpr, tpr = flagged_wrong / flagged_wrong[-1], caught / caught[-1]
    keep = _thin(fpr, tpr)
    return {"fpr": _plain(fpr[keep]), "tpr": _plain(tpr[keep])}


def precision_recall(is_class: NDArray[np.bool_], score: FloatArray) -> dict[str, Any] | None:
    """Return the precision-recall curve in at most 200 points with its ``baseline``, the share of the class."""
    caught, flagged_wrong = _steps(is_class, score)
    if not caught[-1]:
        return None
    recall = caught[1:] / caught[-1]
    precision = caught[1:] / (caught[1:] + flagged_wrong[1:])
    keep = _thin(recall, precision)
    return {
        "recall": _plain(recall[keep]),
        "precision": _plain(precision[keep]),
        "baseline": _number(float(is_class.mean())),
    }


def calibration(y: IntArray, prediction: FloatArray, positive: int) -> dict[str, Any]:
    """Compare predicted percentages with what happened, in groups of like predictions.

    ``observed`` has 95 % Wilson ranges. ``expected_if_perfect`` and ``limit_if_perfect`` say what ECE a perfectly
    calibrated model shows on so many rows on average, and in all but 5 of 100 cases.
    """
    confidence, hit = confidence_and_hit(y, prediction, positive)
    groups = calibration_groups(confidence)
    sizes = np.bincount(groups)
    predicted = np.bincount(groups, weights=confidence) / sizes
    hits = np.bincount(groups, weights=hit)
    ranges = [wilson(float(n_hit / n), int(n)) for n_hit, n in zip(hits, sizes, strict=True)]
    expected, limit = perfect_calibration_error(y, prediction, positive=positive)
    return {
        "predicted": _plain(predicted),
        "observed": _plain(hits / sizes),
        "low": _plain([low for low, _ in ranges]),
        "high": _plain([high for _, high in ranges]),
        "n": sizes.tolist(),
        "ece": _number(float(prepare("ece", y, prediction, positive=positive)()[0])),
        "expected_if_perfect": _number(expected),
        "limit_if_perfect": _number(limit),
    }


def threshold_table(y: IntArray, score: FloatArray, positive: int, chosen: float) -> list[dict[str, Any]]:
    """Count what each threshold on the positive class's probability would do, so that any costs can be laid on it.

    The thresholds are 0 to 1 by hundredths, the one ``chosen``, and 50 that split the rows evenly, for scores that
    lie close together.
    """
    spread = np.quantile(score, np.linspace(0.01, 0.99, 50), method="inverted_cdf").astype(np.float64)
    grid = np.unique(np.r_[np.arange(101) / 100, np.floor(spread * 1e4) / 1e4, chosen])
    real = np.sort(score[y == positive])
    other = np.sort(score[y != positive])
    tp = len(real) - np.searchsorted(real, grid, side="left")
    fp = len(other) - np.searchsorted(other, grid, side="left")
    return [
        {
            "threshold": _number(float(threshold)),
            "tp": int(hit),
            "fp": int(wrong),
            "tn": len(other) - int(wrong),
            "fn": len(real) - int(hit),
            "precision": _number(hit / (hit + wrong)) if hit + wrong else None,
            "recall": _number(hit / len(real)) if len(real) else None,
        }
        for threshold, hit, wrong in zip(grid, tp, fp, strict=True)
    ]


def cheapest_threshold(table: Sequence[dict[str, Any]], *, miss_cost: float, false_alarm_cost: float) -> dict[str, Any]:
    """Return the row of a threshold table with the lowest total cost, the highest threshold on a tie, plus ``cost``.

    Found on the same rows that it is judged by, so the cost on new rows will be a little higher.
    """
    rows = [row | {"cost": row["fn"] * miss_cost + row["fp"] * false_alarm_cost} for row in table]
    return min(rows, key=lambda row: (row["cost"], -row["threshold"]))


def score_histogram(y: IntArray, prediction: FloatArray, classes: Sequence[str], positive: int) -> dict[str, Any]:
    """Count in 25 bins the positive class's probabilities by true class, or the chosen class's by right and wrong."""
    edges = np.linspace(0.0, 1.0, _HISTOGRAM_BINS + 1)
    confidence, hit = confidence_and_hit(y, prediction, positive)
    if prediction.shape[1] == 2:
        parts = [(classes[1 - positive], y != positive), (classes[positive], y == positive)]
    else:
        parts = [("wrong", ~hit), ("right", hit)]
    inside = np.clip(confidence, 0.0, 1.0)
    series = [{"name": name, "counts": np.histogram(inside[rows], edges)[0].tolist()} for name, rows in parts]
    return {"of": "class" if prediction.shape[1] == 2 else "outcome", "edges": _plain(edges), "series": series}


def residuals(y: FloatArray, p: FloatArray, intervals: FloatArray | None, level: float) -> dict[str, Any]:
    """Describe estimate minus truth: histogram, quantiles, and up to ten groups of rows by estimate.

    Groups are by estimate, not by truth: grouping by truth makes every model look too high at the bottom and too low
    at the top. Errors are shares of the truth (``relative``) where every truth is above 0.
    """
    relative = bool(np.all(y > 0))
    error = (p - y) / y if relative else p - y
    reach = float(np.quantile(np.abs(error), 0.99)) or 1.0
    edges = np.linspace(-reach, reach, _RESIDUAL_BINS + 1)
    counts, _ = np.histogram(np.clip(error, -reach, reach), edges)
    quantiles = np.quantile(p - y, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])
    return {
        "relative": relative,
        "edges": _plain(edges),
        "counts": counts.tolist(),
        "n_beyond": int((np.abs(error) > reach).sum()),
        "quantiles": dict(zip(("q01", "q05", "q25", "q50", "q75", "q95", "q99"), _plain(quantiles), strict=True)),
        "groups": _groups(y, p, error, intervals, level),
    }


def interval_summary(y: FloatArray, intervals: FloatArray, level: float) -> dict[str, Any]:
    """Return the share of truths inside their intervals with its 95 % Wilson range, and how wide the intervals are."""
    inside = (intervals[:, 0] <= y) & (y <= intervals[:, 1])
    width = intervals[:, 1] - intervals[:, 0]
    low, high = wilson(float(inside.mean()), len(y))
    return {
        "level": level,
        "coverage": _number(float(inside.mean())),
        "coverage_low": _number(low),
        "coverage_high": _number(high),
        "mean_width": _number(float(width.mean())),
        "median_width": _number(float(np.median(width))),
    }


def predicted_vs_actual(
    y: FloatArray, p: FloatArray, intervals: FloatArray | None, seed: int
) -> list[dict[str, float]]:
    """Return at most 500 rows drawn at random, each with its truth, its estimate and its interval if there is one."""
    rows = np.arange(len(y))
    if len(rows) > MAX_SAMPLE:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MAX_SAMPLE, replace=False))
    points = [{"actual": _number(y[i]), "predicted": _number(p[i])} for i in rows]
    if intervals is not None:
        for point, i in zip(points, rows, strict=True):
            point |= {"low": _number(intervals[i, 0]), "high": _number(intervals[i, 1])}
    return points


def _groups(
    y: FloatArray, p: FloatArray, error: FloatArray, intervals: FloatArray | None, level: float
) -> list[dict[str, Any]]:
    n_groups = int(np.clip(len(y) // _ROWS_PER_GROUP, 1, _MAX_GROUPS))
    edges = np.unique(np.quantile(p, np.arange(1, n_groups) / n_groups, method="inverted_cdf"))
    of_row = np.searchsorted(edges, p, side="left")
    groups = []
    for code in np.unique(of_row):
        rows = of_row == code
        above = float((error[rows] > 0).mean() + (error[rows] == 0).mean() / 2)
        low, high = wilson(above, int(rows.sum()))
        group: dict[str, Any] = {
            "from": _number(float(p[rows].min())),
            "to": _number(float(p[rows].max())),
            "n": int(rows.sum()),
            "typical_error": _number(float(np.median(np.abs(p - y)[rows]))),
            "tilt": _number(float(np.median(error[rows]))),
            # Sign test: a tilt is real if more than half of the estimates lie to one side beyond chance.
            "tilt_is_real": low > 0.5 or high < 0.5,
            "coverage": None,
        }
        if intervals is not None:
            summary = interval_summary(y[rows], intervals[rows], level)
            group |= {key: summary[key] for key in ("coverage", "coverage_low", "coverage_high")}
        groups.append(group)
    return groups


def _steps(is_class: NDArray[np.bool_], score: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Count hits and others at or above each distinct score, falling; both start with 0."""
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.r_[np.diff(score[order]) != 0, True])
    caught = is_class[order].cumsum()[ends]
    return np.r_[0.0, caught], np.r_[0.0, ends + 1 - caught]


def _thin(x: FloatArray, y: FloatArray) -> IntArray:
    """Choose at most 200 points of a curve, evenly along its drawn length, ends included."""
    if len(x) <= MAX_POINTS:
        return np.arange(len(x))
    along = np.r_[0.0, (np.abs(np.diff(x)) + np.abs(np.diff(y))).cumsum()]
    wanted = np.linspace(0.0, along[-1], MAX_POINTS)
    return np.unique(np.r_[0, np.searchsorted(along, wanted[1:-1]), len(x) - 1])


def _share(name: str, hits: int, n: int) -> dict[str, float | None]:
    if n == 0:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    low, high = wilson(hits / n, n)
    return {name: _number(hits / n), f"{name}_low": _number(low), f"{name}_high": _number(high)}


def _number(value: float) -> float:
    """Round to seven significant digits: enough for any chart, and half the file."""
    return float(f"{float(value):.7g}")


def _plain(values: Sequence[float] | FloatArray) -> list[float]:
    return [_number(value) for value in values]
