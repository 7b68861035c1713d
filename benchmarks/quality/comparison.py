"""Systems side by side: ranks, scores between guessing and the best, and a paired test over test rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Table = Mapping[str, Mapping[str, float | None]]  # data set -> system -> loss, None where it failed

DRAWS = 2_000
ALPHA = 0.05
WORST = -1.0  # of a normalised score: one wild prediction must not decide a mean over data sets
_CHUNK = 100


def ranks(losses: Mapping[str, float | None]) -> dict[str, float]:
    """Rank of each system, 1 for the lowest loss; equals share the mean of their places, failures the last ones."""
    values = np.array([np.inf if loss is None else loss for loss in losses.values()])
    return {
        name: float((values < value).sum() + ((values == value).sum() + 1) / 2)
        for name, value in zip(losses, values, strict=True)
    }


def normalised(losses: Mapping[str, float | None], baseline: float) -> dict[str, float]:
    """Score of each system: 0 for guessing (and for failing), 1 for the best of all, at least ``WORST``.

    Where nobody beats guessing the best has 0 and everybody else less.
    """
    known = [loss for loss in losses.values() if loss is not None]
    if not known:
        return dict.fromkeys(losses, 0.0)
    gain = baseline - min(known)
    scale = gain if gain > 0 else abs(baseline) or 1.0
    offset = baseline if gain > 0 else min(known)
    return {name: 0.0 if loss is None else max((offset - loss) / scale, WORST) for name, loss in losses.items()}


def mean_of(per_set: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Mean of each system over data sets that all have the same systems."""
    return {name: float(np.mean([found[name] for found in per_set])) for name in per_set[0]} if per_set else {}


def p_value(difference: Floats, rows: npt.NDArray[np.int64], *, block: int = 1, seed: int = 0) -> float:
    """Two-sided p of a paired sign-flip test of the mean difference of losses.

    Parameters
    ----------
    difference : array of shape (n,)
        Loss of one system minus loss of the other on the same test row.
    rows : array of shape (n,)
        Which row of the source it was: a row that several seeds tested flips as one.
    block : int >= 1
        Neighbours that flip together; more than 1 for time series, whose errors come in runs.
    """
    _, unit = np.unique(rows, return_inverse=True)
    sums = np.bincount(unit // block, weights=difference)
    observed = abs(sums.sum())
    if not observed:
        return 1.0
    rng = np.random.default_rng(seed)
    as_large = 0
    for start in range(0, DRAWS, _CHUNK):
        signs = rng.integers(0, 2, (min(_CHUNK, DRAWS - start), len(sums))) * 2 - 1
        as_large += int((np.abs(signs @ sums) >= observed * (1 - 1e-12)).sum())
    return (as_large + 1) / (DRAWS + 1)


@dataclass(frozen=True, slots=True)
class Duel:
    """One system against another on one data set: the mean difference of row losses (below 0: ours is better)."""

    dataset: str
    difference: float
    p: float

    @property
    def verdict(self) -> str:
        """win, loss, or tie where chance alone would do as much."""
        if self.p >= ALPHA:
            return "tie"
        return "win" if self.difference < 0 else "loss"


def duel(dataset: str, ours: Floats, theirs: Floats, rows: npt.NDArray[np.int64], *, by_time: bool) -> Duel:
    """Compare row losses, those of all seeds one after another; runs of √n rows flip together in a time series."""
    difference = ours - theirs
    block = max(round(len(np.unique(rows)) ** 0.5), 1) if by_time else 1
    return Duel(dataset, float(difference.mean()), p_value(difference, rows, block=block))
