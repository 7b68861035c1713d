"""Learning a skewed positive number on its logarithm, and back: prices, durations and counts are errors in per cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.stats import skew

from automl_lite.training.encoders import Matrix
from automl_lite.training.graph import Graph
from automl_lite.training.problem import Fit, FitData, FoldModel, Problem, Stop

Floats = npt.NDArray[np.float64]

LEAST_SKEW = 1.0  # of a target that is tried on logarithms
SMEAR_RANGE = (0.8, 1.25)


@dataclass(frozen=True, slots=True)
class LogScale:
    """A target's standard scale ``z = (y - mean) / scale`` and its logarithmic one, ``(log y - log_mean) / log_scale``.

    ``low`` and ``high`` are the ends of the training values on the logarithmic scale: no prediction leaves them, since
    the exponential of an extrapolation knows no bounds.
    """

    mean: float
    scale: float
    log_mean: float
    log_scale: float
    low: float
    high: float

    @classmethod
    def of(cls, y: Floats, mean: float, scale: float) -> Self | None:
        """The scales of ``y``; None unless it is positive, skewed to the right, and less skewed in logarithms."""
        if not len(y) or y.min() <= 0 or y.std() == 0:
            return None
        logs = np.log(y)
        before = float(skew(y))
        if before < LEAST_SKEW or abs(float(skew(logs))) > before / 2:
            return None
        log_mean, log_scale = float(logs.mean()), float(logs.std())
        low, high = (float(end - log_mean) / log_scale for end in (logs.min(), logs.max()))
        return cls(mean, scale, log_mean, log_scale, low, high)

    def to_logs(self, z: Floats) -> Floats:
        """From the standard to the logarithmic scale."""
        return (np.log(np.maximum(self.mean + self.scale * z, np.finfo(float).tiny)) - self.log_mean) / self.log_scale

    def values(self, logs: Floats) -> Floats:
        """Values of the target from the logarithmic scale."""
        return np.exp(self.log_mean + self.log_scale * np.clip(logs, self.low, self.high))


class LogTargetModel:
    """A model of logarithms that answers on the standard scale.

    ``smear`` multiplies its values: the exponential of a mean logarithm lies below the mean (Duan, 1983, "Smearing
    estimate"); here the factor is the least-squares one on rows that the model has not seen.
    """

    def __init__(self, inner: FoldModel, scale: LogScale, smear: float = 1.0) -> None:
        self.inner = inner
        self.scale = scale
        self.smear = smear

    @property
    def rounds(self) -> int:
        """How long the model was fitted."""
        return self.inner.rounds

    @property
    def size_bytes(self) -> int:
        """About what the model takes in an ONNX file."""
        return self.inner.size_bytes

    @property
    def losses(self) -> Sequence[float]:
        """Of the inner model."""
        return self.inner.losses

    def cut(self, rounds: int) -> None:
        """Cut the inner model."""
        self.inner.cut(rounds)

    def raw(self, matrix: Matrix) -> Floats:
        """Predictions on the standard scale, shape (n, 1)."""
        values = self.smear * self.scale.values(self.inner.raw(matrix))
        return (values - self.scale.mean) / self.scale.scale

    def to_onnx(self, graph: Graph, raw: str) -> str:
        """The same in a graph, from the inner model's output."""
        scale = self.scale

        def const(value: float) -> str:
            return graph.const(value, np.float64)

        bounded = graph.add("Clip", raw, const(scale.low), const(scale.high))
        logs = graph.add("Add", graph.add("Mul", bounded, const(scale.log_scale)), const(scale.log_mean))
        values = graph.add("Mul", graph.add("Exp", logs), const(self.smear))
        return graph.add("Div", graph.add("Sub", values, const(scale.mean)), const(scale.scale))


def fit_on_logs(
    fit: Fit, scale: LogScale, problem: Problem, params: Mapping[str, Any], data: FitData, stop: Stop
) -> LogTargetModel:
    """Fit a family on logarithms; targets of ``data`` are on the standard scale."""
    valid_y = None if data.valid_y is None else scale.to_logs(data.valid_y)
    inner = fit(problem, params, replace(data, train_y=scale.to_logs(data.train_y), valid_y=valid_y), stop)
    model = LogTargetModel(inner, scale)
    if data.valid_x is not None and data.valid_y is not None and not problem.absolute:
        share_smear([model], [(data.valid_x, data.valid_y)])
    return model


def share_smear(models: Sequence[LogTargetModel], valid: Sequence[tuple[Matrix, Floats]]) -> None:
    """Give models of the folds the factor that suits the validation rows of all, each judged by its own model."""
    product = square = 0.0
    for model, (x, y) in zip(models, valid, strict=True):
        said = model.scale.values(model.inner.raw(x))[:, 0]
        truth = model.scale.mean + model.scale.scale * y
        product, square = product + float((truth * said).sum()), square + float((said**2).sum())
    for model in models:
        model.smear = float(np.clip(product / square, *SMEAR_RANGE))
