"""Features made fit for models that compute with them: imputed, standardised, clipped."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from automl_lite.training.encoders import Matrix
from automl_lite.training.graph import Graph

LIMIT = 10.0  # standard deviations; an outlier must not carry a linear model away


class Scaler:
    """Missing values become the mean (and get an indicator where training had any); columns mean 0, deviation 1."""

    def fit(self, matrix: Matrix) -> Scaler:
        """Learn from a matrix of shape (n, n_features)."""
        missing = np.isnan(matrix)
        known = np.maximum((~missing).sum(axis=0), 1)
        filled = np.where(missing, 0, matrix.astype(np.float64))
        self.mean_ = filled.sum(axis=0) / known
        variance = (np.where(missing, 0, filled - self.mean_) ** 2).sum(axis=0) / known
        deviation = np.sqrt(variance)
        # Rounding noise of a constant column is not a spread.
        self.scale_ = np.where(deviation > 1e-7 * np.maximum(np.abs(self.mean_), 1e-30), deviation, np.inf)
        share = missing.mean(axis=0)
        self.flagged_ = np.flatnonzero((share > 0) & (share < 1))
        return self

    @property
    def n_features(self) -> int:
        """Number of columns after scaling."""
        return len(self.mean_) + len(self.flagged_)

    def transform(self, matrix: Matrix) -> npt.NDArray[np.float64]:
        """Shape (n, n_features), float64."""
        missing = np.isnan(matrix)
        z = (matrix.astype(np.float64) - self.mean_) / self.scale_
        z[missing] = 0
        np.clip(z, -LIMIT, LIMIT, out=z)
        return np.hstack([z, missing[:, self.flagged_].astype(np.float64)])

    def to_onnx(self, graph: Graph, matrix: str) -> str:
        """The same from the float64 ``matrix``."""
        missing = graph.add("IsNaN", matrix)
        z = graph.add(
            "Div",
            graph.add("Sub", matrix, graph.const(self.mean_, np.float64)),
            graph.const(self.scale_, np.float64),
        )
        z = graph.add("Where", missing, graph.const(0, np.float64), z)
        z = graph.add("Clip", z, graph.const(-LIMIT, np.float64), graph.const(LIMIT, np.float64))
        if not len(self.flagged_):
            return z
        flags = graph.add("Gather", missing, graph.const(self.flagged_, np.int64), axis=1)
        return graph.concat([z, graph.cast(flags, TensorProto.DOUBLE)])
