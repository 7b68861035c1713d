"""What is to be predicted and how a fit is asked for; raw outputs of models to predictions, in numpy and in ONNX."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from automl_lite.domain.columns import Task
from automl_lite.training.encoders import Matrix
from automl_lite.training.graph import Graph
from automl_lite.training.scaling import Scales

Floats = npt.NDArray[np.float64]
Targets = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is to be predicted: ``y`` is an int code below ``n_classes``, or a standardised float for regression.

    ``absolute`` asks for the median instead of the mean (metrics such as MAE).
    """

    task: Task
    n_classes: int = 0
    absolute: bool = False
    seed: int = 0

    @property
    def n_outputs(self) -> int:
        """Raw outputs of a model: one, or one a class with three or more."""
        return self.n_classes if self.task is Task.MULTICLASS else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FitData:
    """One fold; ``valid_*`` is None when ``rounds`` is given instead (a refit).

    ``threads`` are for the fit alone; boosters and forests use them.
    """

    train_x: Matrix
    train_y: Targets
    valid_x: Matrix | None
    valid_y: Targets | None
    scales: Scales
    rounds: int | None = None
    threads: int = 1


class FoldModel(Protocol):
    """A fitted model: ``raw`` has shape (n, n_outputs), margins or (forests) shares; ``rounds`` says how long."""

    @property
    def rounds(self) -> int:
        """How long it was fitted."""

    @property
    def size_bytes(self) -> int:
        """About what the model takes in an ONNX file."""

    @property
    def losses(self) -> Sequence[float]:
        """Loss on the validation rows after each round; empty where only the best round was kept."""

    def cut(self, rounds: int) -> None:
        """Forget what was learnt after so many rounds, or in fewer if it has fewer."""

    def raw(self, matrix: Matrix) -> Floats:
        """Predict raw outputs."""


Stop = Callable[[], bool]
Fit = Callable[[Problem, Mapping[str, Any], FitData, Stop], FoldModel]


class FitFailed(Exception):
    """A configuration could not be fitted; the search goes on without it and says so in the log."""


def validation_loss(problem: Problem, raw: Floats, y: Targets) -> float:
    """Mean log-loss, squared or absolute error of raw outputs."""
    if problem.task is Task.REGRESSION:
        error = raw[:, 0] - y
        return float(np.abs(error).mean() if problem.absolute else (error**2).mean())
    if problem.task is Task.BINARY:
        margin = np.where(y == 1, raw[:, 0], -raw[:, 0])
        return float(np.logaddexp(0, -margin).mean())
    top = raw.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(raw - top).sum(axis=1)) + top[:, 0]
    return float((log_total - raw[np.arange(len(y)), y]).mean())


def link(problem: Problem, raw: Floats, *, shares: bool) -> Floats:
    """Raw outputs to predictions: probabilities (n, n_classes), or (n,) for regression."""
    if problem.task is Task.REGRESSION:
        return raw[:, 0]
    if problem.task is Task.BINARY:
        positive = raw[:, 0] if shares else 1 / (1 + np.exp(-np.clip(raw[:, 0], -500, 500)))
        return np.stack([1 - positive, positive], axis=1)
    if shares:
        return raw
    exp = np.exp(raw - raw.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)


def link_onnx(problem: Problem, graph: Graph, raw: str, *, shares: bool) -> str:
    """The same in a graph; regression keeps shape (n, 1), and of two classes the second alone is given, (n, 1)."""
    if problem.task is Task.REGRESSION or shares:
        return raw
    if problem.task is Task.MULTICLASS:
        return graph.add("Softmax", raw, axis=1)
    return graph.add("Sigmoid", raw)
