"""Learning what a linear model leaves: a trend goes on beyond the training rows, which trees cannot follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from automl_lite.training.encoders import Matrix
from automl_lite.training.linear import LinearModel, fit_linear
from automl_lite.training.problem import Fit, FitData, FoldModel, Problem, Stop


@dataclass(slots=True)
class RestModel:
    """A linear model, and another of what it leaves; only for regression."""

    base: LinearModel
    inner: FoldModel

    @property
    def rounds(self) -> int:
        """How long the inner model was fitted."""
        return self.inner.rounds

    @property
    def size_bytes(self) -> int:
        """About what both take in an ONNX file."""
        return self.base.size_bytes + self.inner.size_bytes

    @property
    def losses(self) -> Sequence[float]:
        """Of the inner model."""
        return self.inner.losses

    def cut(self, rounds: int) -> None:
        """Cut the inner model; the linear one keeps the penalty that it has."""
        self.base.cut(self.base.rounds)
        self.inner.cut(rounds)

    def raw(self, matrix: Matrix) -> npt.NDArray[np.float64]:
        """Sum of both, shape (n, 1)."""
        return self.base.raw(matrix) + self.inner.raw(matrix)


def fit_on_rest(
    fit: Fit,
    problem: Problem,
    params: Mapping[str, Any],
    data: FitData,
    stop: Stop,
    strength: int | None = None,
) -> RestModel:
    """Fit a linear model, then a family on what it leaves.

    ``strength`` is the place of the linear model's penalty in its path, for a refit, which has no validation rows.
    """
    base = fit_linear(problem, {}, replace(data, rounds=strength), stop)
    valid_y = data.valid_y
    if data.valid_x is not None and data.valid_y is not None:
        valid_y = data.valid_y - base.raw(data.valid_x)[:, 0]
    rest = replace(data, train_y=data.train_y - base.raw(data.train_x)[:, 0], valid_y=valid_y)
    return RestModel(base, fit(problem, params, rest, stop))
