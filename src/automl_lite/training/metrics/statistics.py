"""Scores as functions of row weights, so that a score and its bootstrap share one definition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]


@runtime_checkable
class Statistic(Protocol):
    """A metric bound to its rows.

    Called with weights of shape (n_resamples, n_rows), each row of whole numbers, it returns one score per resample
    as float64 of shape (n_resamples,); called without, the score of the rows themselves, shape (1,). A score that
    is not defined (one class only, a constant target, …) is nan; nothing warns.
    """

    def __call__(self, weights: FloatArray | None = None) -> FloatArray:
        """Score each resample."""


@runtime_checkable
class Studentised(Statistic, Protocol):
    """A statistic with a standard error of its own, and so with a bootstrap-t interval."""

    def pivots(self, weights: FloatArray) -> FloatArray:
        """Return (estimate* - estimate) / error* per resample, nan where the error* is 0."""

    def at_pivot(self, pivot: float) -> float:
        """Return the score that lies ``pivot`` standard errors below the estimate."""


class Mean:
    """The mean of non-negative per-row ``values``, shape (n_rows,); its square root if ``rooted``."""

    def __init__(self, values: FloatArray, *, rooted: bool = False) -> None:
        self._values = values
        self._rooted = rooted

    def __call__(self, weights: FloatArray | None = None) -> FloatArray:
        """Score each resample."""
        means = self._values.mean(keepdims=True) if weights is None else _means(self._values[None], weights)[0]
        return np.sqrt(means) if self._rooted else means

    def pivots(self, weights: FloatArray) -> FloatArray:
        """Return the studentised distance of each resample."""
        first, second = _means(np.stack([self._values, np.square(self._values)]), weights)
        return _ratio(first - self._values.mean(), np.sqrt(np.maximum(second - first**2, 0) / (len(self._values) - 1)))

    def at_pivot(self, pivot: float) -> float:
        """Return the score at a studentised distance."""
        values = self._values
        mean = max(float(values.mean() - pivot * values.std() / np.sqrt(len(values) - 1)), 0.0)
        return float(np.sqrt(mean)) if self._rooted else mean


class Explained:
    """R²: one minus the mean squared error over the variance of the truth.

    The bootstrap-t works on the logarithm of that ratio, whose influence values are error²/mean - deviation²/variance.
    """

    def __init__(self, y: FloatArray, prediction: FloatArray) -> None:
        self._centred = y - y.mean()
        self._missed = np.square(y - prediction)

    def __call__(self, weights: FloatArray | None = None) -> FloatArray:
        """Score each resample."""
        columns = np.stack([self._missed, self._centred, np.square(self._centred)])
        missed, mean, square = columns.mean(axis=1, keepdims=True) if weights is None else _means(columns, weights)
        return 1 - _ratio(missed, square - mean**2)

    def pivots(self, weights: FloatArray) -> FloatArray:
        """Return the studentised distance of each resample."""
        a, b = self._missed, np.square(self._centred)
        m_a, m_b, m_aa, m_ab, m_bb = _means(np.stack([a, b, a * a, a * b, b * b]), weights)
        with np.errstate(divide="ignore", invalid="ignore"):
            moved = np.log(m_a / m_b) - np.log(a.mean() / b.mean())
            variance = m_aa / m_a**2 - 2 * m_ab / (m_a * m_b) + m_bb / m_b**2
        return _ratio(moved, np.sqrt(np.maximum(variance, 0) / (len(a) - 1)))

    def at_pivot(self, pivot: float) -> float:
        """Return the score at a studentised distance."""
        a, b = self._missed, np.square(self._centred)
        if a.mean() == 0:
            return 1.0
        error = np.sqrt(np.mean(np.square(a / a.mean() - b / b.mean())) / (len(a) - 1))
        # R² falls as the ratio rises, so the sign of the pivot turns.
        # With a handful of rows the exponent can pass what a float holds; e^600 says "as low as you like" all the same.
        return float(1 - a.mean() / b.mean() * np.exp(np.minimum(-pivot * error, 600)))


class GroupGaps:
    """The sum over groups of |mean over all rows of (gap in this group)|; gaps and groups of shape (n_rows,)."""

    def __init__(self, gaps: FloatArray, groups: IntArray) -> None:
        self._columns = np.zeros((int(groups.max()) + 1, len(gaps)))
        self._columns[groups, np.arange(len(gaps))] = gaps

    def __call__(self, weights: FloatArray | None = None) -> FloatArray:
        """Score each resample."""
        means = self._columns.mean(axis=1, keepdims=True) if weights is None else _means(self._columns, weights)
        return np.asarray(np.abs(means).sum(axis=0), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Cells:
    """A function of confusion matrices (n_resamples, n_classes, n_classes), true class first."""

    true: IntArray
    chosen: IntArray
    n_classes: int
    combine: Callable[[FloatArray], FloatArray]

    def __call__(self, weights: FloatArray | None = None) -> FloatArray:
        """Score each resample."""
        k = self.n_classes
        cell = self.true * k + self.chosen
        rows = [None] if weights is None else weights
        counts = np.stack([np.bincount(cell, weights=row, minlength=k * k) for row in rows]).astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.combine(counts.reshape(-1, k, k))


class Ranking:
    """A function of how one class is ranked against the rest: ``curve`` is ``"roc"`` or ``"pr"``.

    Rows are sorted once, by falling score; equal scores form one step. ROC AUC is the Mann-Whitney statistic with
    half a point for a tie; average precision is the sum of precision over the steps in recall, not interpolated.
    """

    def __init__(self, is_class: NDArray[np.bool_], score: FloatArray, curve: str) -> None:
        order = np.argsort(-score, kind="stable")
        ranked = score[order]
        self._order = order
        self._starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
        self._hit = is_class[order].astype(np.float64)
        self._curve = curve

    def __call__(self, weights: FloatArray | None = None) -> FloatArray:
        """Score each resample."""
        sorted_weights = np.ones((1, len(self._order))) if weights is None else weights[:, self._order]
        hits = self._steps(sorted_weights * self._hit)
        others = self._steps(sorted_weights) - hits
        caught = hits.cumsum(axis=1)
        n_hits = caught[:, -1]
        with np.errstate(divide="ignore", invalid="ignore"):
            if self._curve == "roc":
                above = caught - hits / 2
                return (others * above).sum(axis=1) / (n_hits * others.sum(axis=1))
            flagged = caught + others.cumsum(axis=1)
            precision = np.where(flagged > 0, caught / np.maximum(flagged, 1), 0.0)
            return (hits * precision).sum(axis=1) / n_hits

    def _steps(self, rows: FloatArray) -> FloatArray:
        if len(self._starts) == rows.shape[1]:
            return rows
        return np.add.reduceat(rows, self._starts, axis=1)


@dataclass(frozen=True, slots=True)
class Average:
    """The mean of several statistics of the same rows."""

    parts: tuple[Statistic, ...]

    def __call__(self, weights: FloatArray | None = None) -> FloatArray:
        """Score each resample."""
        total = sum((part(weights) for part in self.parts), start=np.zeros(1))
        return np.asarray(total, dtype=np.float64) / len(self.parts)


class Median:
    """The median of non-negative per-row ``values``."""

    def __init__(self, values: FloatArray) -> None:
        self._order = np.argsort(values, kind="stable")
        self._sorted = values[self._order]

    def __call__(self, weights: FloatArray | None = None) -> FloatArray:
        """Score each resample."""
        if weights is None:
            return np.array([np.median(self._sorted)])
        reached = weights[:, self._order].cumsum(axis=1)
        half = reached[:, -1:] / 2
        low = (reached >= half).argmax(axis=1)
        high = (reached > half).argmax(axis=1)
        return np.asarray((self._sorted[low] + self._sorted[high]) / 2, dtype=np.float64)


def _means(columns: FloatArray, weights: FloatArray) -> FloatArray:
    """Weighted means of columns (n_columns, n_rows) under weights (n_resamples, n_rows)."""
    return (columns @ weights.T) / weights.sum(axis=1)


def _ratio(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """Divide where it can be done; nan elsewhere, without a warning."""
    return np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0)
