"""Which candidates make the model, and with what weights: chosen and calibrated on out-of-fold predictions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from automl_lite.training import metrics
from automl_lite.training.blend import MAX_SLOW_ROWS, fit_temperature, greedy_weights, mixed, tempered
from automl_lite.training.search import Candidate
from automl_lite.training.split import Split
from automl_lite.training.target import Target

Floats = npt.NDArray[np.float64]


class Blender:
    """Chooses weights on out-of-fold predictions within the size limit; the same way again inside each fold."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        y: npt.NDArray[Any],
        target: Target,
        metric: str,
        mean: float,
        scale: float,
        size_limit: int,
    ) -> None:
        self.candidates = candidates
        self.y = y
        self.target = target
        self.metric = metric
        self.mean = mean
        self.scale = scale
        self.size_limit = size_limit
        self.predictions = [c.prediction for c in candidates]
        self.known = np.stack([np.isfinite(p).reshape(len(y), -1).all(axis=1) for p in self.predictions]).all(axis=0)
        self._sizes: dict[int, int] = {}

    def weights(self, among: npt.NDArray[np.bool_]) -> Floats:
        """Weights chosen on the rows of ``among`` that every candidate has predicted out of fold."""
        rows = self._rows(among)
        allowed = list(range(len(self.candidates)))
        while True:
            found = greedy_weights(
                self.target.task, [self.predictions[j][rows] for j in allowed], self.y[rows], self._loss(rows)
            )
            weights = np.zeros(len(self.candidates))
            weights[allowed] = found
            used = [int(j) for j in np.flatnonzero(weights)]
            if len(used) == 1 or sum(self._size(j) for j in used) <= self.size_limit:
                return weights
            # The heaviest for its share of the blend goes, and the rest is chosen again.
            allowed.remove(max(used, key=lambda j: self._size(j) / weights[j]))

    def _rows(self, among: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
        """Known rows of ``among``, or all known ones: where time was enough for one fold only there are no others."""
        rows = np.flatnonzero(self.known & among)
        return rows if len(rows) else np.flatnonzero(self.known)

    def _loss(self, rows: npt.NDArray[np.int64]) -> Any:
        if self.metric in {"log_loss", "rmse", "r2"}:
            return None
        few = np.random.default_rng(0).permutation(len(rows))[:MAX_SLOW_ROWS]
        y = self.y[rows][few]
        if self.target.task.is_classification:
            return lambda prediction: metrics.loss(self.metric, y, prediction[few])
        actual = self.mean + self.scale * y
        return lambda prediction: metrics.loss(self.metric, actual, self.mean + self.scale * prediction[few])

    def _size(self, j: int) -> int:
        if j not in self._sizes:
            self._sizes[j] = sum(m.size_bytes for m in self.candidates[j].models)
        return self._sizes[j]

    def temperature(self, weights: Floats, among: npt.NDArray[np.bool_] | None = None) -> float:
        """Calibration of the blend, 1 for regression."""
        if not self.target.task.is_classification:
            return 1.0
        rows = np.flatnonzero(self.known) if among is None else self._rows(among)
        return fit_temperature(mixed([p[rows] for p in self.predictions], weights), self.y[rows])

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
