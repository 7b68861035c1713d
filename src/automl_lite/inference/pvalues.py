"""The tests behind drift, with numpy alone: each returns the probability of such a difference by chance.

scipy has them too, but a model that is watched in the base install has no scipy; the tests of this module compare
with it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]
_TINY = 1e-300
_STEPS = 10_000
_FEW = 5.0  # expected counts below this make a chi-square test unreliable (Cochran 1954)
_ENOUGH = 10.0  # from this expected count on, chi-square stands in for the exact test


def chi_square_tail(x: float, df: int) -> float:
    """Return P(X ≥ x) of a chi-square variable: the incomplete gamma function Q(df/2, x/2).

    By its series below, by Lentz's continued fraction above the mean (Abramowitz and Stegun 6.5.29 and 6.5.31).

    Examples
    --------
    >>> round(chi_square_tail(3.841459, 1), 6)
    0.05
    """
    a, z = df / 2, x / 2
    if z <= 0:
        return 1.0
    front = math.exp(a * math.log(z) - z - math.lgamma(a))
    if z < a + 1:
        term = total = 1 / a
        for step in range(1, _STEPS):
            term *= z / (a + step)
            total += term
            if term < total * 1e-15:
                break
        return min(max(1 - front * total, 0.0), 1.0)
    b = z + 1 - a
    c, d = 1 / _TINY, 1 / b
    h = d
    for step in range(1, _STEPS):
        factor = -step * (step - a)
        b += 2
        d = 1 / (factor * d + b or _TINY)
        c = b + factor / c or _TINY
        h *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return min(max(front * h, 0.0), 1.0)


def homogeneity(a: Counts, b: Counts) -> float:
    """Return the p-value of Pearson's chi-square test that two samples, counted in the same cells, are alike.

    Both samples are finite. Cells in which either sample is expected to have fewer than 5 are joined, the rarest
    first.
    """
    n, m = float(a.sum()), float(b.sum())
    if not n or not m:
        return 1.0
    a, b = joined(a, b)
    if len(a) < 2:
        return 1.0
    pooled = (a + b) / (n + m)
    statistic = float(((a - n * pooled) ** 2 / (n * pooled) + (b - m * pooled) ** 2 / (m * pooled)).sum())
    return chi_square_tail(statistic, len(a) - 1)


def comparable_levels(a: Mapping[str, int], b: Mapping[str, int], rest_a: int, rest_b: int) -> list[str]:
    """Return the levels of two samples that may be compared one by one, the most frequent in ``a`` first.

    Each sample tells the counts of its commonest levels, and how many rows hold others. Which levels are compared may
    depend on both samples together, but not on one alone: levels chosen for being common in one are less common in the
    other also where nothing has changed. So these are the levels that no untold count could outnumber in both together;
    all of them where nothing is untold.
    """
    most_a, most_b = (min(c.values(), default=0) if rest else 0 for c, rest in ((a, rest_a), (b, rest_b)))
    if not rest_a and not rest_b:
        return [*a, *(level for level in b if level not in a)]
    only_a = max((n for level, n in a.items() if level not in b), default=0) if rest_b else 0
    only_b = max((n for level, n in b.items() if level not in a), default=0) if rest_a else 0
    most = max(most_a + most_b, only_a + most_b, only_b + most_a)
    return [level for level, n in a.items() if n + b.get(level, 0) > most and (level in b or not rest_b)]


def joined(a: Counts, b: Counts) -> tuple[Counts, Counts]:
    """Return the cells with those joined, the rarest first, in which either sample is expected to have fewer than 5."""
    n, m = float(a.sum()), float(b.sum())
    least = _FEW * (n + m) / max(min(n, m), 1.0)
    order = np.argsort(a + b, kind="stable")
    a, b = a[order], b[order]
    few = int((a + b < least).sum())
    while few and few < len(a) and (a[:few] + b[:few]).sum() < least:
        few += 1
    if not few:
        return a, b
    return np.r_[a[:few].sum(), a[few:]], np.r_[b[:few].sum(), b[few:]]


def kolmogorov(a: Counts, b: Counts) -> tuple[float, float]:
    """Return the two-sample Kolmogorov-Smirnov distance and its p-value, of numbers counted in the same ordered bins.

    The distance at the bins' edges is at most the true one, so the p-value errs on the safe side; its formula is that
    of Stephens (1970) for finite samples.
    """
    n, m = float(a.sum()), float(b.sum())
    if not n or not m:
        return 0.0, 1.0
    distance = float(np.abs(np.cumsum(a) / n - np.cumsum(b) / m).max())
    root = math.sqrt(n * m / (n + m))
    x = (root + 0.12 + 0.11 / root) * distance
    if x < 0.2:  # the tail is 1 to twelve digits
        return distance, 1.0
    tail = 2 * sum((-1) ** (k - 1) * math.exp(-2 * k**2 * x**2) for k in range(1, 101))
    return distance, min(max(tail, 0.0), 1.0)


def two_shares(k: int, n: int, j: int, m: int) -> float:
    """Return the two-sided p-value that ``k`` of ``n`` and ``j`` of ``m`` are shares of the same size.

    Chi-square with Yates's (1934) correction; Fisher's exact test, its smaller tail doubled, where counts are small.
    """
    total, hits = n + m, k + j
    if not n or not m or hits in (0, total):
        return 1.0
    if min(n, m) * min(hits, total - hits) / total >= _ENOUGH:
        gap = max(abs(k * (m - j) - j * (n - k)) - total / 2, 0)
        return chi_square_tail(total * gap**2 / (n * m * hits * (total - hits)), 1)
    low, high = max(0, hits - n), min(m, hits)
    logs = np.array([_log_hypergeometric(x, n, m, hits) for x in range(low, high + 1)])
    weights = np.exp(logs)
    below, above = float(weights[: j - low + 1].sum()), float(weights[j - low :].sum())
    return min(1.0, 2 * min(below, above))


def _log_hypergeometric(x: int, n: int, m: int, hits: int) -> float:
    return _log_choose(m, x) + _log_choose(n, hits - x) - _log_choose(n + m, hits)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def all_new(c: int, n: int, m: int) -> float:
    """Return the probability that ``c`` rows, spread at random over samples of ``n`` and ``m``, all fall in the second.

    Examples
    --------
    >>> round(all_new(1, 3, 1), 12)
    0.25
    """
    if c > m:
        return 0.0
    return min(1.0, math.exp(_log_choose(m, c) - _log_choose(n + m, c)))


def holm(p: Sequence[float]) -> list[float]:
    """Return p-values adjusted for all tests (Holm 1979): reject those below α, and a false alarm has at most chance α.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted, so_far = [0.0] * len(p), 0.0
    for rank, i in enumerate(sorted(range(len(p)), key=lambda i: p[i])):
        so_far = max(so_far, min(1.0, (len(p) - rank) * p[i]))
        adjusted[i] = so_far
    return adjusted


def psi(a: Counts, b: Counts) -> float:
    """Return the population stability index of two samples counted in the same cells (Siddiqi 2006).

    Σ (q - p) ln(q / p), half a row added to each cell so that empty ones count but do not decide; below 0.1 is
    commonly read as no change worth a name, from 0.25 on as a large one.
    """
    if not a.sum() or not b.sum():
        return 0.0
    p, q = (a + 0.5) / (a + 0.5).sum(), (b + 0.5) / (b + 0.5).sum()
    return float(((q - p) * np.log(q / p)).sum())
