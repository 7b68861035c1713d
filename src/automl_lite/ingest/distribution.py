"""The values of a column in order, each with its count: what moments, quantiles and bars are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

LARGEST = 1e75  # moments of larger numbers overflow, so they are left out of them


@dataclass(frozen=True, slots=True)
class Distribution:
    """Different numbers in ascending order, and how often each occurs.

    Parameters
    ----------
    values : ndarray of float64, int64 or bool
    counts : ndarray of int64
    """

    values: npt.NDArray[Any]
    counts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, numbers: npt.NDArray[Any]) -> Distribution:
        """Count ``numbers``, none of them missing, in any order."""
        ordered = np.sort(numbers)
        first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(ordered) else _NONE
        return cls(ordered[first], np.diff(np.append(first, len(ordered))))

    @property
    def n(self) -> int:
        """How many numbers, equal ones included."""
        return int(self.counts.sum())

    @property
    def n_distinct(self) -> int:
        """How many different ones."""
        return len(self.values)

    @property
    def is_whole(self) -> bool:
        """Whether no number has a fraction."""
        return self.values.dtype.kind != "f" or bool((self.values == np.trunc(self.values)).all())

    def n_below(self, limit: float, *, inclusive: bool = False) -> int:
        """How many numbers are less than ``limit``, or also equal to it."""
        return int(self.counts[: np.searchsorted(self.values, limit, "right" if inclusive else "left")].sum())

    def moments(self) -> tuple[float | None, float | None]:
        """Return the mean and the standard deviation of the sample (n - 1); None where there are too few numbers."""
        moderate = np.abs(self.values.astype(np.float64)) < LARGEST
        values, counts = self.values[moderate].astype(np.float64), self.counts[moderate]
        n = int(counts.sum())
        if not n:
            return None, None
        mean = float((values * counts).sum()) / n
        spread = float((counts * (values - mean) ** 2).sum())
        return mean, math.sqrt(spread / (n - 1)) if n > 1 else None

    def quantiles(self, shares: Sequence[float]) -> list[float | None]:
        """Return the number at each share (0-1) of the way from the first to the last, interpolated."""
        if not self.n_distinct:
            return [None] * len(shares)
        places = np.asarray(shares) * (self.n - 1)
        below = np.floor(places)
        ends = np.cumsum(self.counts)
        low, high = (
            self.values[np.minimum(np.searchsorted(ends, at, "right"), self.n_distinct - 1)].astype(np.float64)
            for at in (below, below + 1)
        )
        with np.errstate(over="ignore", invalid="ignore"):  # ends of the range of doubles
            found: list[float | None] = (low + (high - low) * (places - below)).tolist()
        return found

    def heights(self, limits: Sequence[float]) -> list[int]:
        """Return how many numbers fall between ``limits``, which ascend; a bin holds its upper limit."""
        bins = np.searchsorted(np.asarray(limits), self.values, "left")
        return [int(height) for height in np.bincount(bins, self.counts, len(limits) + 1)]


_NONE = np.empty(0, np.int64)
