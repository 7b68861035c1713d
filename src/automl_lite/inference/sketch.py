"""A distribution in a few dozen numbers: counts in bins that the training values chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

N_BINS = 20


@dataclass(frozen=True, slots=True)
class Sketch:
    """Counts of numbers in the bins that end at ``edges``, each end inclusive; the last bin is open.

    Parameters
    ----------
    edges : tuple of float
        Ascending values that training saw: float32 survives the file's nine digits, so a value falls into the same
        bin there and here.
    counts : tuple of int
        One more than edges.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]

    @classmethod
    def of(cls, values: NDArray[Any]) -> Sketch:
        """Count finite values in at most 20 bins, alike in size where the values are distinct enough."""
        known = _single(values)
        known = np.sort(known[np.isfinite(known)])
        if not len(known):
            return cls((), (0,))
        ranks = np.maximum(np.arange(1, N_BINS) * len(known) // N_BINS - 1, 0)
        edges = np.unique(known[ranks])
        edges = edges[edges < known[-1]]
        empty = cls(tuple(float(f"{float(e):.9g}") for e in edges), (0,) * (len(edges) + 1))
        return cls(empty.edges, tuple(int(c) for c in empty.count(known)))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any] | None) -> Sketch | None:
        """Read what ``as_dict`` wrote; None where there is nothing or nothing that fits."""
        if not data or len(data.get("counts") or ()) != len(data.get("edges") or ()) + 1:
            return None
        return cls(tuple(float(e) for e in data["edges"]), tuple(int(c) for c in data["counts"]))

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"edges": list(self.edges), "counts": list(self.counts)}

    def count(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Return how many of the finite values fall into each bin."""
        known = _single(values)
        known = known[np.isfinite(known)]
        where = np.searchsorted(np.array(self.edges, np.float32), known, side="left")
        return np.bincount(where, minlength=len(self.counts)).astype(np.float64)


def _single(values: NDArray[Any]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):  # infinite is missing
        return np.asarray(values).astype(np.float32)
