"""Features made fit for models that compute with them: imputed, standardised, bounded; numbers also in pieces."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from automl_lite.training.encoders import Matrix
from automl_lite.training.graph import Graph

Floats = npt.NDArray[np.float64]

LIMIT = 10.0  # standard deviations; an outlier must not carry a linear model away
BOUND = 3.0  # what piecewise features do not pass, however far an outlier lies
BEFORE_BOUND = 1e6  # keeps the squares of the largest numbers finite
NORMAL_QUARTILES = 1.349  # standard deviations between the quartiles of a normal distribution
MOST_PIECES = 16  # of a column
FEWEST_PIECES = 4  # when fewer fit into ``MOST_CELLS``, there are none
MOST_CELLS = 6_000_000  # rows × columns × pieces
QUANTILE_ROWS = 10_000
QUANTILE_CELLS = 20_000_000


class Scaling(Protocol):
    """From features to the columns that a model computes with."""

    @property
    def n_features(self) -> int:
        """Number of columns after scaling."""

    def transform(self, matrix: Matrix) -> Floats:
        """Shape (n, n_features), float64."""

    def to_onnx(self, graph: Graph, matrix: str) -> str:
        """The same from the float64 ``matrix``."""


@dataclass(frozen=True, slots=True)
class Scales:
    """Two ways to scale the same matrix: by ``columns``, or with numbers in ``pieces``, for what follows curves."""

    columns: Scaling
    pieces: Scaling

    @classmethod
    def of(cls, matrix: Matrix, *, extrapolate: bool = False) -> Self:
        """Learn both from a matrix of shape (n, n_features).

        With ``extrapolate`` columns have no bounds, so that a line goes on where a series leaves its training rows.
        Elsewhere one far row would get an answer that no training row comes near.
        """
        bounded = BoundedScaler(matrix)
        return cls(Scaler(matrix) if extrapolate else bounded.without_pieces(), bounded)


class Scaler:
    """Missing values become the mean (and get an indicator where training had any); columns mean 0, deviation 1."""

    def __init__(self, matrix: Matrix) -> None:
        self.mean_, self.scale_ = _spread(matrix)
        self.flagged_ = _flagged(np.isnan(matrix))

    @property
    def n_features(self) -> int:
        """Number of columns after scaling."""
        return len(self.mean_) + len(self.flagged_)

    def transform(self, matrix: Matrix) -> Floats:
        """Shape (n, n_features), float64."""
        missing = np.isnan(matrix)
        z = (matrix.astype(np.float64) - self.mean_) / self.scale_
        z[missing] = 0
        np.clip(z, -LIMIT, LIMIT, out=z)
        return np.hstack([z, missing[:, self.flagged_].astype(np.float64)])

    def to_onnx(self, graph: Graph, matrix: str) -> str:
        """The same from the float64 ``matrix``."""
        missing = graph.add("IsNaN", matrix)
        z = graph.add("Div", graph.add("Sub", matrix, _const(graph, self.mean_)), _const(graph, self.scale_))
        z = graph.add("Where", missing, _const(graph, 0), z)
        z = graph.add("Clip", z, _const(graph, -LIMIT), _const(graph, LIMIT))
        return graph.concat([z, *_flags(graph, missing, self.flagged_)])


class BoundedScaler:
    """Robust, softly bounded columns, and for each number which part of each stretch between its quantiles it passed.

    A column has median 0 and the quartiles of a normal distribution, then z / sqrt(1 + (z / 3)²) (Holzmüller et al.,
    2024, "Better by default"). The pieces are a piecewise linear encoding by quantiles (Gorishniy et al., 2022, "On
    embeddings for numerical features"), from -0.5 to 0.5: with them a sum of columns is a sum of curves. Missing
    values become the median and keep their indicator.
    """

    def __init__(self, matrix: Matrix) -> None:
        _, deviation = _spread(matrix)
        n_rows = max(min(QUANTILE_ROWS, QUANTILE_CELLS // matrix.shape[1]), 1)
        some = matrix[:: -(-len(matrix) // n_rows)].astype(np.float64)
        some[:, np.isnan(some).all(axis=0)] = 0
        knots = np.nanquantile(some, np.linspace(0, 1, MOST_PIECES + 1), axis=0)
        quartile = MOST_PIECES // 4
        self.median_ = knots[2 * quartile]
        spread = (knots[3 * quartile] - knots[quartile]) / NORMAL_QUARTILES
        # where the quartiles are equal the deviation stands in
        self.scale_ = np.where(np.isfinite(deviation) & (spread > 0), spread, deviation)
        self.flagged_ = _flagged(np.isnan(matrix))
        columns = [j for j in range(matrix.shape[1]) if len(np.unique(knots[:, j])) >= FEWEST_PIECES]
        n_pieces = min(MOST_PIECES, MOST_CELLS // max(len(matrix) * len(columns), 1))
        if n_pieces < FEWEST_PIECES:
            columns = []
        taken = np.linspace(0, MOST_PIECES, n_pieces + 1).round().astype(int)
        edges = [np.unique(knots[taken, j]) for j in columns]
        self.columns_ = np.repeat(np.array(columns, np.int64), [len(found) - 1 for found in edges])
        self.middle_ = np.concatenate([np.empty(0), *[(found[1:] + found[:-1]) / 2 for found in edges]])
        self.width_ = np.concatenate([np.empty(0), *[np.diff(found) for found in edges]])

    def without_pieces(self) -> Self:
        """The bounded columns alone."""
        other = copy(self)
        other.columns_, other.middle_, other.width_ = self.columns_[:0], self.middle_[:0], self.width_[:0]
        return other

    @property
    def n_features(self) -> int:
        """Number of columns after scaling."""
        return len(self.median_) + len(self.columns_) + len(self.flagged_)

    def transform(self, matrix: Matrix) -> Floats:
        """Shape (n, n_features), float64."""
        missing = np.isnan(matrix)
        x = np.where(missing, self.median_, matrix.astype(np.float64))
        z = np.clip((x - self.median_) / self.scale_, -BEFORE_BOUND, BEFORE_BOUND)
        z /= np.sqrt(1 + (z / BOUND) ** 2)
        pieces = np.clip((x[:, self.columns_] - self.middle_) / self.width_, -0.5, 0.5)
        return np.hstack([z, pieces, missing[:, self.flagged_].astype(np.float64)])

    def to_onnx(self, graph: Graph, matrix: str) -> str:
        """The same from the float64 ``matrix``."""
        missing = graph.add("IsNaN", matrix)
        x = graph.add("Where", missing, _const(graph, self.median_), matrix)
        z = graph.add("Div", graph.add("Sub", x, _const(graph, self.median_)), _const(graph, self.scale_))
        z = graph.add("Clip", z, _const(graph, -BEFORE_BOUND), _const(graph, BEFORE_BOUND))
        part = graph.add("Div", z, _const(graph, BOUND))
        length = graph.add("Sqrt", graph.add("Add", graph.add("Mul", part, part), _const(graph, 1)))
        parts = [graph.add("Div", z, length)]
        if len(self.columns_):
            taken = graph.add("Gather", x, graph.const(self.columns_, np.int64), axis=1)
            place = graph.add("Sub", taken, _const(graph, self.middle_))
            place = graph.add("Div", place, _const(graph, self.width_))
            parts.append(graph.add("Clip", place, _const(graph, -0.5), _const(graph, 0.5)))
            graph.needs(len(self.columns_))
        return graph.concat([*parts, *_flags(graph, missing, self.flagged_)])


def _spread(matrix: Matrix) -> tuple[Floats, Floats]:
    """Means and standard deviations of the known values; infinite for columns without any."""
    missing = np.isnan(matrix)
    known = np.maximum((~missing).sum(axis=0), 1)
    filled = np.where(missing, 0, matrix.astype(np.float64))
    mean = filled.sum(axis=0) / known
    deviation = np.sqrt((np.where(missing, 0, filled - mean) ** 2).sum(axis=0) / known)
    # Rounding noise of a constant column is not a spread.
    return mean, np.where(deviation > 1e-7 * np.maximum(np.abs(mean), 1e-30), deviation, np.inf)


def _flagged(missing: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Columns that have missing values and others."""
    share = missing.mean(axis=0)
    return np.flatnonzero((share > 0) & (share < 1))


def _const(graph: Graph, values: npt.ArrayLike) -> str:
    return graph.const(values, np.float64)


def _flags(graph: Graph, missing: str, columns: npt.NDArray[np.intp]) -> list[str]:
    """Indicators of missing values, if there are any."""
    if not len(columns):
        return []
    flags = graph.add("Gather", missing, graph.const(columns, np.int64), axis=1)
    return [graph.cast(flags, TensorProto.DOUBLE)]
