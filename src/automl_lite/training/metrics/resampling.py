"""The 95 % range of every metric and of the gap between two systems, from one shared set of bootstrap resamples.

Which interval suits which metric was settled by simulation (true values known, 30 to 900 rows): plain percentiles
covered as little as 25 % of the time for recall of a rare class and 63 % for a ROC AUC near 1; the rules below keep
between 92 and 98 %, except for squared errors with very heavy tails, where no method does.

- shares of counted rows (accuracy, recall, precision, within_20): Wilson (1927), as Brown, Cai and DasGupta (2001)
  advise; averages of shares over classes: the square-and-add rule of Zou and Donner (2008);
- other scores within 0 to 1 (ROC AUC, average precision, F1, MCC): Wilson at the effective number of rows that the
  bootstrap's spread implies (Korn and Graubard 1998), never above what the counts of the classes can give
  (Boyd, Eng and Page 2013 for average precision);
- means of errors and R²: bootstrap-t (Efron and Tibshirani 1993, chapter 12);
- medians and gaps: expanded percentiles (Hesterberg 2015);
- calibration error: its estimate is biased upwards, so the range reaches down to 0 unless a perfectly calibrated
  model would hardly show as much (consistency resampling, Bröcker and Smith 2007).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite, sqrt
from statistics import NormalDist
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from automl_lite.training.metrics.scores import calibration_groups, choose, confidence_and_hit
from automl_lite.training.metrics.statistics import FloatArray, IntArray, Statistic, Studentised

LEVEL = 0.95
MAX_RESAMPLES = 1000
_Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)
_MIN_RESAMPLES = 20
_BUDGET = 20_000_000  # rows drawn in all: about 2 s for a dozen metrics of three systems on one core
_CHUNK = 1_000_000  # rows drawn at once: 8 MB of weights
_MAX_UNDEFINED = 0.2
_FEW_ROWS_DIFFER = 6  # an exact sign test of five rows cannot reach 5 %

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % range and how it was made; ``low`` and ``high`` are None with a ``reason`` where there is none."""

    low: float | None
    high: float | None
    method: str = ""
    reason: str = ""

    def wider(self, factor: float, value: float, least: float | None, most: float | None) -> Interval:
        """The range with both ends ``factor`` times as far from ``value``, but not beyond ``least`` and ``most``."""
        if self.low is None or self.high is None or factor == 1.0:
            return self
        low, high = value - factor * (value - self.low), value + factor * (self.high - value)
        return replace(
            self, low=low if least is None else max(low, least), high=high if most is None else min(high, most)
        )


@dataclass(frozen=True, slots=True)
class Draws:
    """Scores per resample (nan where undefined), and pivots of those statistics that have them."""

    values: Mapping[Any, FloatArray]
    pivots: Mapping[Any, FloatArray]
    n_resamples: int
    cut_short: bool


def resample(
    statistics: Mapping[Key, Statistic],
    n_rows: int,
    *,
    seed: int = 0,
    max_seconds: float = 20.0,
    cost: int = 1,
    max_resamples: int = MAX_RESAMPLES,
) -> Draws:
    """Compute every statistic on the same multinomial resamples of the rows.

    Parameters
    ----------
    statistics : mapping
        Statistics of the same ``n_rows`` rows by any key.
    n_rows : int
        At least 1.
    seed : int, default=0
        Fixes the resamples.
    max_seconds : float, default=20
        Stop after this time, but not before 20 resamples.
    cost : int, default=1
        How many times dearer than two classes one row is; there are 1,000 resamples up to 20,000 rows at cost 1,
        then fewer.
    max_resamples : int, default=1000
        No more than this many.
    """
    n_resamples = min(int(np.clip(_BUDGET // (n_rows * cost), 100, MAX_RESAMPLES)), max_resamples)
    values: dict[Key, list[FloatArray]] = {key: [] for key in statistics}
    pivots: dict[Key, list[FloatArray]] = {k: [] for k, each in statistics.items() if isinstance(each, Studentised)}
    stop_at, done = time.monotonic() + max_seconds, 0
    for weights in _weights(n_rows, n_resamples, seed, cost):
        for key, statistic in statistics.items():
            values[key].append(statistic(weights))
            if n_rows > 1 and isinstance(statistic, Studentised):
                pivots[key].append(statistic.pivots(weights))
        done += len(weights)
        if done >= _MIN_RESAMPLES and time.monotonic() > stop_at:
            break
    return Draws(
        {key: np.concatenate(parts) for key, parts in values.items()},
        {key: np.concatenate(parts) for key, parts in pivots.items() if parts},
        done,
        done < n_resamples,
    )


def _weights(n_rows: int, n_resamples: int, seed: int, cost: int) -> Iterator[FloatArray]:
    """Yield how often each row is drawn, in chunks of shape (n_chunk, n_rows), the smaller the dearer a row is."""
    rng = np.random.default_rng(seed)
    size = max(1, _CHUNK // (n_rows * cost))
    for start in range(0, n_resamples, size):
        n = min(size, n_resamples - start)
        drawn = rng.integers(0, n_rows, size=(n, n_rows)) + np.arange(n)[:, None] * n_rows
        yield np.bincount(drawn.ravel(), minlength=n * n_rows).reshape(n, n_rows).astype(np.float64)


def interval(
    name: str,
    statistic: Statistic,
    key: Any,
    draws: Draws,
    y: NDArray[Any],
    prediction: FloatArray,
    *,
    threshold: float = 0.5,
    positive: int = 1,
) -> Interval:
    """Return the 95 % range of the metric ``name`` by the rule that suits it (see the module)."""
    estimate = float(statistic()[0])
    if not isfinite(estimate):
        return Interval(None, None)
    n_rows = len(y)
    if prediction.ndim == 2 and name in _COUNTED:
        chosen = choose(prediction, threshold=threshold, positive=positive)
        return _counted(name, y, chosen, prediction.shape[1], positive)
    if name == "within_20":
        return Interval(*wilson(estimate, n_rows), method="Wilson")
    if n_rows < 2:
        return Interval(None, None, reason="One test row has no spread to judge by.")
    values = draws.values[key]
    values = values[np.isfinite(values)]
    mostly_undefined = len(values) < (1 - _MAX_UNDEFINED) * draws.n_resamples
    if name in _BOUNDED:
        spread = None if mostly_undefined else float(values.std())
        return _effective(name, estimate, spread, y, prediction, threshold, positive)
    if mostly_undefined:
        return Interval(None, None, reason="Too few test rows: many resamples have no such rows at all.")
    if name == "ece":
        return _calibration(estimate, values, y, prediction, positive, draws.n_resamples)
    if isinstance(statistic, Studentised):
        found = _studentised(statistic, draws.pivots[key], n_rows)
        # Probabilities of two classes miss by at most 1, so their mean square does too.
        if name == "brier" and found.high is not None:
            return Interval(found.low, min(found.high, 1.0 if prediction.shape[1] == 2 else 2.0), found.method)
        return found
    return Interval(*percentiles(values, n_rows), method="percentile bootstrap")


def gap_interval(gaps: FloatArray, n_rows: int, *, n_differing: int | None = None) -> Interval:
    """Return the 95 % range of a paired gap from its resamples, shape (n_resamples,).

    ``n_differing`` is the number of rows to which two systems give different classes, where only classes count: with
    fewer than six, no test can tell the systems apart at 5 %, so the range is made to reach 0.
    """
    finite = gaps[np.isfinite(gaps)]
    if n_rows < 2 or len(finite) < (1 - _MAX_UNDEFINED) * len(gaps):
        return Interval(None, None, reason="Too few test rows to compare.")
    low, high = percentiles(finite, n_rows)
    if n_differing is not None and n_differing < _FEW_ROWS_DIFFER:
        low, high = min(low, 0.0), max(high, 0.0)
    return Interval(low, high, method="percentile bootstrap")


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a ``share`` of ``n`` rows; ``n`` may be an effective number."""
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    # Rounding must not put the estimate itself outside, nor the range outside 0 to 1.
    return min(max(middle - half, 0.0), share), max(min(middle + half, 1.0), share)


def percentiles(values: FloatArray, n_rows: int) -> tuple[float, float]:
    """Return expanded percentiles: widened for few rows as the t distribution is; normal for under 200 resamples."""
    reach = float(stdtrit(n_rows - 1, 0.5 + LEVEL / 2)) * sqrt(n_rows / (n_rows - 1))
    if len(values) < 200:
        middle, spread = float(values.mean()), float(values.std())
        return middle - reach * spread, middle + reach * spread
    tail = NormalDist().cdf(-reach)
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


_COUNTED = frozenset({"accuracy", "balanced_accuracy", "recall", "precision"})
_BOUNDED = frozenset({"roc_auc", "average_precision", "f1", "f1_macro", "mcc"})


def _counted(name: str, y: NDArray[Any], chosen: IntArray, n_classes: int, positive: int) -> Interval:
    right = y == chosen
    if name == "accuracy":
        return Interval(*wilson(float(right.mean()), len(y)), method="Wilson")
    side = chosen if name == "precision" else y
    if name != "balanced_accuracy" and n_classes == 2:
        return Interval(*wilson(float(right[side == positive].mean()), int((side == positive).sum())), method="Wilson")
    total, below, above = 0.0, 0.0, 0.0
    present = np.unique(y)
    for code in present:
        rows = side == code
        if not rows.any():  # a class never chosen: its precision counts as 0 but could be anything
            above += 1.0
            continue
        share = float(right[rows].mean())
        low, high = wilson(share, int(rows.sum()))
        total, below, above = total + share, below + (share - low) ** 2, above + (high - share) ** 2
    k = len(present)
    return Interval(max((total - sqrt(below)) / k, 0.0), min((total + sqrt(above)) / k, 1.0), method="Wilson, added up")


def _effective(
    name: str,
    estimate: float,
    spread: float | None,
    y: NDArray[Any],
    prediction: FloatArray,
    threshold: float,
    positive: int,
) -> Interval:
    """Wilson at the rows that ``spread`` implies; at the fewest rows possible where the bootstrap cannot tell."""
    # MCC runs from -1 to 1; every other score here from 0 to 1.
    scale, shift = (2.0, 1.0) if name == "mcc" else (1.0, 0.0)
    share = (estimate + shift) / scale
    most, least = _row_limits(name, y, prediction, threshold, positive)
    if spread is None or not 0 < share < 1:
        n = least
    elif spread == 0:
        return Interval(None, None, reason="All resamples give the same score, so its range cannot be judged.")
    else:
        n = min(share * (1 - share) / (spread / scale) ** 2 * (len(y) - 1) / len(y), most)
    low, high = wilson(share, max(n, 1.0))
    return Interval(low * scale - shift, high * scale - shift, method="Wilson, effective rows from the bootstrap")


def _row_limits(
    name: str, y: NDArray[Any], prediction: FloatArray, threshold: float, positive: int
) -> tuple[float, float]:
    """Return how many rows a score can at most rest on, and how many it rests on if it is perfect."""
    n_rows, n_classes = len(y), prediction.shape[1]
    counts = np.bincount(np.asarray(y, dtype=np.intp), minlength=n_classes).astype(np.float64)
    counts = counts[counts > 0]
    if name in {"roc_auc", "average_precision"}:
        if n_classes == 2:
            n_positive = float((y == positive).sum())
            rows = 4 * n_positive * (n_rows - n_positive) / n_rows if name == "roc_auc" else n_positive
            return rows, float(counts.min()) if name == "roc_auc" else n_positive
        each = 4 * counts * (n_rows - counts) / n_rows if name == "roc_auc" else counts
        return float(len(each) ** 2 / (1 / each).sum()), float(counts.min())
    if name == "f1":
        n_positive = int((y == positive).sum())
        flagged = int((choose(prediction, threshold=threshold, positive=positive) == positive).sum())
        return n_positive + flagged, max(min(n_positive, flagged) or n_positive, 1)
    if name == "mcc" and n_classes == 2:  # with a rare class it rests on the few rows that are or are called so
        chosen = choose(prediction, threshold=threshold, positive=positive)
        touched = [int(((y == code) | (chosen == code)).sum()) for code in (0, 1)]
        return 2.0 * min(touched), float(counts.min())
    return n_rows, float(counts.min())


def _studentised(statistic: Studentised, pivots: FloatArray, n_rows: int) -> Interval:
    pivots = pivots[np.isfinite(pivots)]
    if len(pivots) < 2:
        return Interval(None, None, reason="All errors are the same, so their range cannot be judged.")
    if len(pivots) < 200:
        reach = float(stdtrit(n_rows - 1, 0.5 + LEVEL / 2))
        tails = [-reach, reach]
    else:
        tails = [float(q) for q in np.quantile(pivots, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2])]
    ends = sorted(statistic.at_pivot(tail) for tail in tails)
    return Interval(ends[0], ends[1], method="bootstrap-t")


def _calibration(
    estimate: float, values: FloatArray, y: NDArray[Any], prediction: FloatArray, positive: int, n_resamples: int
) -> Interval:
    low, high = percentiles(values, len(y))
    perfect = perfect_calibration_error(y, prediction, positive=positive)
    low = 0.0 if estimate <= perfect[1] else max(2 * estimate - high, 0.0)
    return Interval(low, max(high, estimate), method="bootstrap, bias turned")


def perfect_calibration_error(
    y: NDArray[Any], prediction: FloatArray, *, positive: int = 1, seed: int = 0
) -> tuple[float, float]:
    """Return the mean and the 95th percentile of the ECE that a perfectly calibrated model shows on so many rows.

    Each group's outcomes are drawn as if its mean probability were the truth (500 draws).
    """
    confidence, _ = confidence_and_hit(np.asarray(y, dtype=np.intp), prediction, positive)
    groups = calibration_groups(confidence)
    sizes = np.bincount(groups)
    means = np.clip(np.bincount(groups, weights=confidence) / sizes, 0.0, 1.0)
    hits = np.random.default_rng(seed).binomial(sizes, means, size=(500, len(sizes)))
    errors = np.abs(hits - sizes * means).sum(axis=1) / len(confidence)
    return float(errors.mean()), float(np.quantile(errors, LEVEL))
