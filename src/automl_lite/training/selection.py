"""Which candidates make the model, and with what weights: chosen and calibrated on out-of-fold predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from automl_lite.training import metrics
from automl_lite.training.blend import MAX_SLOW_ROWS, Loss, fit_temperature, greedy_weights, mixed, tempered
from automl_lite.training.candidate import Candidate
from automl_lite.training.pace import RATES
from automl_lite.training.split import Split
from automl_lite.training.target import Target

Floats = npt.NDArray[np.float64]


# With few rows weights and calibration are partly chance: so many rows pull as strongly as the rows that there are,
# weights towards equal ones and the temperature towards 1 (docs/adr/0013).
EVEN_ROWS = 300
CALM_ROWS = 1_000
FAST_METRICS = frozenset({"log_loss", "rmse", "r2"})  # whose losses greedy selection knows by heart


@dataclass(frozen=True, slots=True)
class Limits:
    """What accuracy may cost.

    ``size_bytes`` of trees in the file; ``tolerance``, the share of the loss that a member has to earn; ``rate``, the
    smallest learning rate: half of it takes twice as many trees for a little less loss.
    """

    size_bytes: int
    tolerance: float
    rate: float = RATES[0]


LIMITS = {
    "fast": Limits(5_000_000, 0.01, rate=0.1),
    "balanced": Limits(28_000_000, 0.001),
    "best": Limits(500_000_000, 0.0),
}


class Blender:
    """Chooses weights on out-of-fold predictions within the limits; the same way again inside each fold.

    ``seconds`` are what each candidate would take once it is chosen, of ``left_s`` for all of them together.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        y: npt.NDArray[Any],
        target: Target,
        metric: str,
        mean: float,
        scale: float,
        limits: Limits,
        seconds: Sequence[float] = (),
        left_s: float = np.inf,
    ) -> None:
        self.candidates = candidates
        self.y = y
        self.target = target
        self.metric = metric
        self.mean = mean
        self.scale = scale
        self.limits = limits
        self.seconds = seconds or [0.0] * len(candidates)
        self.left_s = left_s
        self.predictions = [c.prediction for c in candidates]
        self.known = np.stack([np.isfinite(p).reshape(len(y), -1).all(axis=1) for p in self.predictions]).all(axis=0)
        self._sizes: dict[int, int] = {}

    def weights(self, among: npt.NDArray[np.bool_]) -> Floats:
        """Weights chosen on the rows of ``among`` that every candidate has predicted out of fold."""
        rows = self._rows(among)
        allowed = list(range(len(self.candidates)))
        while True:
            loss = None if self.metric in FAST_METRICS else self._loss(rows)
            found = greedy_weights(self.target.task, [self.predictions[j][rows] for j in allowed], self.y[rows], loss)
            weights = np.zeros(len(self.candidates))
            weights[allowed] = found
            used = [int(j) for j in np.flatnonzero(weights)]
            cost = self._exceeded(used)
            if cost is None:
                return _evened(self._needed(weights, rows), EVEN_ROWS / (EVEN_ROWS + len(rows)))
            # The dearest for its share of the blend goes, and the rest is chosen again.
            allowed.remove(max(used, key=lambda j: cost(j) / weights[j]))

    def _exceeded(self, used: Sequence[int]) -> Callable[[int], float] | None:
        """What of these members is more than there is to spend, None where nothing is or only one is left."""
        costs: list[tuple[Callable[[int], float], float]] = [
            (self._size, self.limits.size_bytes),
            (self.seconds.__getitem__, self.left_s),
        ]
        return next((cost for cost, most in costs if len(used) > 1 and sum(map(cost, used)) > most), None)

    def _needed(self, weights: Floats, rows: npt.NDArray[np.intp]) -> Floats:
        """The weights without members whose leaving costs next to nothing: each makes the file larger and slower."""
        predictions, loss = [p[rows] for p in self.predictions], self._loss(rows)
        best = loss(mixed(predictions, weights))
        while np.count_nonzero(weights) > 1:
            shorter = []
            for j in np.flatnonzero(weights):
                others = np.where(np.arange(len(weights)) == j, 0.0, weights)
                shorter.append(others / others.sum())
            losses = [loss(mixed(predictions, w)) for w in shorter]
            if not min(losses) <= best + self.limits.tolerance * abs(best):
                break
            weights = shorter[int(np.argmin(losses))]
        return weights

    def _rows(self, among: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
        """Known rows of ``among``, or all known ones: where time was enough for one fold only there are no others."""
        rows = np.flatnonzero(self.known & among)
        return rows if len(rows) else np.flatnonzero(self.known)

    def _loss(self, rows: npt.NDArray[np.intp]) -> Loss:
        few = np.random.default_rng(0).permutation(len(rows))[:MAX_SLOW_ROWS]
        y = self.y[rows][few]
        if self.target.task.is_classification:
            return lambda prediction: metrics.loss(self.metric, y, prediction[few])
        actual = self.mean + self.scale * y
        return lambda prediction: metrics.loss(self.metric, actual, self.mean + self.scale * prediction[few])

    def _size(self, j: int) -> int:
        if j not in self._sizes:
            self._sizes[j] = max(model.size_bytes for model in self.candidates[j].models)
        return self._sizes[j]

    def temperature(self, weights: Floats, among: npt.NDArray[np.bool_] | None = None) -> float:
        """Calibration of the blend, 1 for regression."""
        if not self.target.task.is_classification:
            return 1.0
        rows = np.flatnonzero(self.known) if among is None else self._rows(among)
        found = fit_temperature(mixed([p[rows] for p in self.predictions], weights), self.y[rows])
        return float(found ** (len(rows) / (len(rows) + CALM_ROWS)))

    def cross_fitted(self, split: Split, weights: Floats) -> Floats:
        """Out-of-fold predictions of the blend in the target's scale, NaN where ``known`` is False.

        Without a test set these are what is reported, so each fold is blended and calibrated by the other folds.
        """
        nested = not len(split.test)
        shape = self.predictions[0].shape
        out = np.full(shape, np.nan)
        fold_rows = [valid for _, valid in split.folds] if nested else [np.flatnonzero(self.known)]
        for valid in fold_rows:
            inside = np.zeros(len(self.y), bool)
            inside[valid] = True
            others = ~inside if nested else np.ones(len(self.y), bool)
            w = self.weights(others) if nested else weights
            rows = np.flatnonzero(inside & self.known)
            blend = mixed([p[rows] for p in self.predictions], w)
            if self.target.task.is_classification:
                out[rows] = tempered(blend, self.temperature(w, others))
            else:
                out[rows] = self.mean + self.scale * blend
        return out


def _evened(weights: Floats, share: float) -> Floats:
    """Weights whose members have ``share`` of all in equal parts."""
    used = weights > 0
    return np.where(used, (1 - share) * weights + share / np.count_nonzero(used), 0.0)
