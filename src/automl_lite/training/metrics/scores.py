"""What each metric computes from true values and predictions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl_lite.training.metrics.statistics import (
    Average,
    Cells,
    Explained,
    FloatArray,
    GroupGaps,
    IntArray,
    Mean,
    Median,
    Ranking,
    Statistic,
)

CALIBRATION_GROUPS = 10
_ROWS_PER_GROUP = 20


def prepare(
    name: str, y: NDArray[Any], prediction: FloatArray, *, threshold: float = 0.5, positive: int = 1
) -> Statistic:
    """Bind the metric ``name`` to its rows.

    Parameters
    ----------
    name : str
        A name in ``METRICS``, already resolved.
    y : array of shape (n_rows,)
        Class codes 0 … n_classes - 1, or true numbers for regression.
    prediction : array of shape (n_rows, n_classes) or (n_rows,)
        Probabilities whose rows add up to 1, or predicted numbers for regression.
    threshold : float in [0, 1], default=0.5
        With two classes, the probability from which a row is given the positive class.
    positive : int, default=1
        The code of the positive class; used with two classes only.
    """
    if prediction.ndim == 1:
        return _VALUES[name](np.asarray(y, dtype=np.float64), np.asarray(prediction, dtype=np.float64))
    codes = np.asarray(y, dtype=np.intp)
    if name in _CHOICES:
        chosen = choose(prediction, threshold=threshold, positive=positive)
        k = prediction.shape[1]
        return Cells(codes, chosen, k, _CHOICES[name] if name not in _POSITIVE else _of_positive(name, k, positive))
    return _PROBABILITIES[name](codes, prediction, positive)


def choose(prediction: FloatArray, *, threshold: float = 0.5, positive: int = 1) -> IntArray:
    """Return the class codes that probabilities of shape (n_rows, n_classes) lead to.

    With two classes the positive one is chosen from ``threshold`` on; with more, the most probable one.
    """
    if prediction.shape[1] == 2:
        flagged = prediction[:, positive] >= threshold
        return np.where(flagged, positive, 1 - positive).astype(np.intp)
    return prediction.argmax(axis=1).astype(np.intp)


def calibration_groups(confidence: FloatArray) -> IntArray:
    """Put rows into up to ten groups of equal size by predicted probability, at least 20 rows in each.

    Groups of equal size (Nixon et al. 2019, "Measuring calibration in deep learning") keep each group's noise alike;
    groups of equal width leave most of them nearly empty. Equal predictions stay together.
    """
    n_groups = int(np.clip(len(confidence) // _ROWS_PER_GROUP, 1, CALIBRATION_GROUPS))
    inner = np.arange(1, n_groups) / n_groups
    edges = np.unique(np.quantile(confidence, inner, method="inverted_cdf"))
    return np.unique(np.searchsorted(edges, confidence, side="left"), return_inverse=True)[1].astype(np.intp)


def confidence_and_hit(y: IntArray, prediction: FloatArray, positive: int) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return the probability that calibration is about, and whether it came true.

    With two classes the probability of the positive class; with more, that of the class chosen (Guo et al. 2017).
    """
    if prediction.shape[1] == 2:
        return prediction[:, positive].astype(np.float64), y == positive
    return prediction.max(axis=1).astype(np.float64), y == prediction.argmax(axis=1)


def _log_loss(y: IntArray, prediction: FloatArray, positive: int) -> Statistic:
    # Clipped at the float type's own resolution, as scikit-learn does: a sure miss costs much, never infinity.
    given = np.maximum(prediction[np.arange(len(y)), y], np.finfo(prediction.dtype).eps).astype(np.float64)
    return Mean(np.maximum(-np.log(given), 0.0))


def _brier(y: IntArray, prediction: FloatArray, positive: int) -> Statistic:
    wide = prediction.astype(np.float64)
    if prediction.shape[1] == 2:
        return Mean(np.square(wide[:, positive] - (y == positive)))
    given = wide[np.arange(len(y)), y]
    return Mean(np.maximum(np.square(wide).sum(axis=1) - 2 * given + 1, 0.0))


def _ece(y: IntArray, prediction: FloatArray, positive: int) -> Statistic:
    confidence, hit = confidence_and_hit(y, prediction, positive)
    return GroupGaps(confidence - hit, calibration_groups(confidence))


def _ranking(curve: str) -> Callable[[IntArray, FloatArray, int], Statistic]:
    def build(y: IntArray, prediction: FloatArray, positive: int) -> Statistic:
        if prediction.shape[1] == 2:
            return Ranking(y == positive, prediction[:, positive], curve)
        present = np.unique(y)
        return Average(tuple(Ranking(y == code, prediction[:, code], curve) for code in present))

    return build


def _accuracy(cells: FloatArray) -> FloatArray:
    return np.trace(cells, axis1=1, axis2=2) / cells.sum(axis=(1, 2))


def _class_mean(per_class: FloatArray, cells: FloatArray) -> FloatArray:
    """Average over the classes that have true rows; nan where there is none."""
    present = cells.sum(axis=2) > 0
    return np.where(present, per_class, 0.0).sum(axis=1) / present.sum(axis=1)


def _hits(cells: FloatArray) -> FloatArray:
    return np.diagonal(cells, axis1=1, axis2=2)


def _macro_recall(cells: FloatArray) -> FloatArray:
    return _class_mean(_hits(cells) / cells.sum(axis=2), cells)


def _macro_precision(cells: FloatArray) -> FloatArray:
    flagged = cells.sum(axis=1)
    # A class that is never chosen has no right flags to its name: 0, as in scikit-learn with zero_division=0.
    return _class_mean(np.where(flagged > 0, _hits(cells) / flagged, 0.0), cells)


def _macro_f1(cells: FloatArray) -> FloatArray:
    return _class_mean(2 * _hits(cells) / (cells.sum(axis=1) + cells.sum(axis=2)), cells)


def _mcc(cells: FloatArray) -> FloatArray:
    # Gorodkin 2004; 0 where either side has one class only, by convention.
    n = cells.sum(axis=(1, 2))
    true, chosen = cells.sum(axis=2), cells.sum(axis=1)
    covariance = np.trace(cells, axis1=1, axis2=2) * n - (true * chosen).sum(axis=1)
    spread = (n**2 - (true**2).sum(axis=1)) * (n**2 - (chosen**2).sum(axis=1))
    return np.where(spread > 0, covariance / np.sqrt(np.maximum(spread, 1e-300)), 0.0)


def _of_positive(name: str, n_classes: int, positive: int) -> Callable[[FloatArray], FloatArray]:
    """Precision, recall or F1 of the positive class; macro averages with more than two classes."""
    if n_classes > 2:
        return _CHOICES[name]

    def combine(cells: FloatArray) -> FloatArray:
        hit, flagged, real = cells[:, positive, positive], cells[:, :, positive].sum(1), cells[:, positive].sum(1)
        if name == "precision":
            return hit / flagged
        return hit / real if name == "recall" else np.where(real > 0, 2 * hit / (flagged + real), np.nan)

    return combine


_POSITIVE = frozenset({"precision", "recall", "f1"})
_CHOICES: dict[str, Callable[[FloatArray], FloatArray]] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _macro_recall,
    "recall": _macro_recall,
    "precision": _macro_precision,
    "f1": _macro_f1,
    "f1_macro": _macro_f1,
    "mcc": _mcc,
}
_PROBABILITIES: dict[str, Callable[[IntArray, FloatArray, int], Statistic]] = {
    "log_loss": _log_loss,
    "brier": _brier,
    "ece": _ece,
    "roc_auc": _ranking("roc"),
    "average_precision": _ranking("pr"),
}


def _relative(y: FloatArray, p: FloatArray) -> FloatArray:
    """Absolute error as a share of the truth; nan in every row if any truth is 0, since no share of 0 exists."""
    if not np.all(y):
        return np.full(len(y), np.nan)
    return np.abs(y - p) / np.abs(y)


def _within(y: FloatArray, p: FloatArray) -> FloatArray:
    relative = _relative(y, p)
    return np.where(np.isnan(relative), np.nan, relative <= 0.2)


def _rmsle(y: FloatArray, p: FloatArray) -> Statistic:
    if np.any(y < 0):
        return Mean(np.full(len(y), np.nan))
    return Mean(np.square(np.log1p(y) - np.log1p(np.maximum(p, 0.0))), rooted=True)


_VALUES: dict[str, Callable[[FloatArray, FloatArray], Statistic]] = {
    "rmse": lambda y, p: Mean(np.square(y - p), rooted=True),
    "mae": lambda y, p: Mean(np.abs(y - p)),
    "median_absolute_error": lambda y, p: Median(np.abs(y - p)),
    "r2": Explained,
    "mape": lambda y, p: Mean(_relative(y, p)),
    "median_relative_error": lambda y, p: Median(_relative(y, p)),
    "within_20": lambda y, p: Mean(_within(y, p)),
    "rmsle": _rmsle,
}
