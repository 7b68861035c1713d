"""Prediction intervals that hold: conformal, from out-of-fold residuals, with a width that follows the estimate.

The residuals of rows that a model had not seen are sorted, and the interval takes the ranks that a new row falls
between with the promised probability (Vovk, Gammerman and Shafer 2005; Lei et al. 2018, "Distribution-free predictive
inference for regression"). Rows are binned by estimate, and each bin has its own ranks, so that dear houses get wider
intervals than cheap ones (Boström and Johansson 2020, "Mondrian conformal regressors"). Lower and upper side take half
of the risk each, so that skewed errors get skewed intervals (Romano, Patterson and Candès 2019). Out-of-fold
residuals stand in for a held-out set, as in the jackknife+ and CV+ (Barber et al. 2021): the final model averages
the fold models, or is fitted on more rows than any of them, errs slightly less, and so the intervals lean to the safe
side. Rows of a series are not exchangeable, and its latest period may be harder than those before: there the widths are
scaled until every fold, each a period of its own, is covered as promised.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Self

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.integer]
MAX_BINS = 10
_RESIDUALS_PER_TAIL = 3  # a bin needs so many residuals beyond each end, or its ends are mere outliers


@dataclass(frozen=True, slots=True)
class ConformalIntervals:
    """Intervals as plain arrays, so that a graph of comparisons and one table look-up can compute them.

    Parameters
    ----------
    edges : array of shape (n_bins - 1,)
        Rising. The bin of an estimate is the number of edges that it is strictly greater than.
    low, high : array of shape (n_bins,)
        What to add to an estimate for the lower end (0 or less) and the upper end (0 or more) of its interval.
    level : float in (0, 1)
        The share of new rows whose truth should lie inside.
    reachable : float in (0, 1]
        ``level``, or less where there were too few residuals to promise as much: with 5 of them no more than 4/6.
    """

    edges: FloatArray
    low: FloatArray
    high: FloatArray
    level: float
    reachable: float

    @classmethod
    def fit(
        cls, y: NDArray[np.floating], oof_prediction: NDArray[np.floating], level: float = 0.9, bins: int = MAX_BINS
    ) -> ConformalIntervals:
        """Learn intervals from rows judged by models that had not seen them.

        Parameters
        ----------
        y, oof_prediction : array of shape (n_rows,)
            True values and out-of-fold estimates, finite; at least one row.
        level : float in (0, 1), default=0.9
            The share of new rows to cover.
        bins : int, default=10
            At most so many bins; fewer where a bin would have too few residuals in its tails (60 rows at 0.9).
        """
        truth = np.asarray(y, dtype=np.float64)
        estimate = np.asarray(oof_prediction, dtype=np.float64)
        if not 0 < level < 1:
            raise ValueError(f"level must be within (0, 1), got {level!r}.")
        if truth.shape != estimate.shape or truth.ndim != 1 or not len(truth):
            raise ValueError(
                f"y {truth.shape} and oof_prediction {estimate.shape} must be equally long, 1 row or more."
            )
        residual = truth - estimate
        if not np.isfinite(residual).all():
            raise ValueError("y and oof_prediction must be finite.")
        edges = _edges(estimate, level, bins)
        of_row = _bin_of(estimate, edges)
        tails = [_tails(residual[of_row == code], level) for code in range(len(edges) + 1)]
        low, high = np.array(tails).T
        smallest = int(np.bincount(of_row).min())
        return cls(edges, low, high, level, min(level, _reach(smallest)))

    def covering(self, y: NDArray[np.floating], prediction: NDArray[np.floating], period: IntArray) -> Self:
        """Widen the intervals until each period by itself is covered at the level.

        Parameters
        ----------
        y, prediction : array of shape (n_rows,)
            True values and out-of-fold estimates.
        period : int array of shape (n_rows,)
            Which period each row belongs to.
        """
        residual = np.asarray(y, np.float64) - np.asarray(prediction, np.float64)
        ends = self.apply(prediction) - np.asarray(prediction, np.float64)[:, None]
        width = np.where(residual < 0, -ends[:, 0], ends[:, 1])
        # by how much a row's interval would have to be wider to hold it
        factor = np.divide(np.abs(residual), width, out=np.ones(len(residual)), where=width > 0)
        widest = 1.0
        for code in np.unique(period):
            ranked = np.sort(factor[period == code])
            rank = min(ceil((len(ranked) + 1) * self.level - 1e-9), len(ranked))
            widest = max(widest, float(ranked[rank - 1]))
        return replace(self, low=self.low * widest, high=self.high * widest)

    def apply(self, prediction: NDArray[np.floating]) -> FloatArray:
        """Return lower and upper ends, shape (n_rows, 2), for estimates of shape (n_rows,)."""
        estimate = np.asarray(prediction, dtype=np.float64)
        code = _bin_of(estimate, self.edges)
        return np.column_stack([estimate + self.low[code], estimate + self.high[code]])


def cross_intervals(
    y: NDArray[np.floating],
    oof_prediction: NDArray[np.floating],
    *,
    level: float = 0.9,
    bins: int = MAX_BINS,
    n_splits: int = 5,
    seed: int = 0,
) -> FloatArray:
    """Return intervals of shape (n_rows, 2), each row's learned from the other folds.

    For an honest coverage where there is no test split: intervals judged on the residuals that made them always
    look right. With fewer than two rows per fold there are fewer folds; one row alone gets its own.
    """
    truth = np.asarray(y, dtype=np.float64)
    estimate = np.asarray(oof_prediction, dtype=np.float64)
    n_folds = min(n_splits, len(truth))
    if n_folds < 2:
        return ConformalIntervals.fit(truth, estimate, level, bins).apply(estimate)
    fold = np.random.default_rng(seed).permutation(len(truth)) % n_folds
    ends = np.empty((len(truth), 2))
    for code in range(n_folds):
        inside = fold == code
        ends[inside] = ConformalIntervals.fit(truth[~inside], estimate[~inside], level, bins).apply(estimate[inside])
    return ends


def _edges(estimate: FloatArray, level: float, bins: int) -> FloatArray:
    """Cut the estimates into bins of like size, halfway between neighbours so that rounding cannot move a row."""
    least = ceil(_RESIDUALS_PER_TAIL / ((1 - level) / 2) - 1e-9)
    n_bins = int(np.clip(len(estimate) // least, 1, max(bins, 1)))
    ranked = np.sort(estimate)
    below = np.arange(1, n_bins) * len(ranked) // n_bins
    cuts = [(ranked[i - 1] + ranked[i]) / 2 for i in below if ranked[i - 1] < ranked[i]]
    return np.unique(np.array(cuts, dtype=np.float64))


def _bin_of(estimate: FloatArray, edges: FloatArray) -> NDArray[np.intp]:
    return np.searchsorted(edges, estimate, side="left")


def _tails(residual: FloatArray, level: float) -> tuple[float, float]:
    """Return the residuals at ranks floor((n + 1) risk / 2) and ceil((n + 1) (1 - risk / 2)), made to include 0."""
    n, risk = len(residual), 1 - level
    ranked = np.sort(residual)
    # The 1e-9 keeps 19.999999 from becoming rank 19. Ranks beyond the sample fall back to its extremes.
    lower = max(floor((n + 1) * risk / 2 + 1e-9), 1)
    upper = min(ceil((n + 1) * (1 - risk / 2) - 1e-9), n)
    return min(float(ranked[lower - 1]), 0.0), max(float(ranked[upper - 1]), 0.0)


def _reach(n: int) -> float:
    """Return the coverage of the interval from the smallest to the largest of n residuals."""
    return (n - 1) / (n + 1)
