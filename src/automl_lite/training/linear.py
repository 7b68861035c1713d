"""Linear models and small neural networks: sums of scaled features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from automl_lite.domain.columns import Task
from automl_lite.training.encoders import Matrix
from automl_lite.training.problem import FitData, FitFailed, Floats, Problem, Stop, validation_loss
from automl_lite.training.scaling import Scaling


@dataclass
class LinearModel:
    """Weights of shape (n_features, n_outputs) over scaled features.

    ``rounds`` is the place of the penalty in its path; ``path`` and ``losses`` are the other places, while it is open
    which to take.
    """

    scaler: Scaling
    weights: Floats
    intercept: Floats
    rounds: int = 1
    losses: list[float] = field(default_factory=list)
    path: list[tuple[Floats, Floats]] = field(default_factory=list)

    def cut(self, rounds: int) -> None:
        """Take the weights of another place in the path of penalties, or of its end."""
        if self.path:
            self.rounds = min(rounds, len(self.path))
            self.weights, self.intercept = self.path[self.rounds - 1]
            self.path = []

    @property
    def size_bytes(self) -> int:
        """What the weights take in an ONNX file."""
        return self.weights.nbytes

    def raw(self, matrix: Matrix) -> Floats:
        """Margins, shape (n, n_outputs)."""
        return self.scaler.transform(matrix) @ self.weights + self.intercept


RIDGE_ALPHAS = (0.1, 1.0, 10.0, 100.0, 1_000.0)
LOGISTIC_CS = (0.001, 0.01, 0.1, 1.0, 10.0)


def _scaling(params: Mapping[str, Any], data: FitData) -> Scaling:
    """What a configuration computes with: columns, or with ``pieces`` numbers in pieces."""
    return data.scales.pieces if params.get("pieces") else data.scales.columns


def fit_linear(problem: Problem, params: Mapping[str, Any], data: FitData, stop: Stop) -> LinearModel:
    """Logistic or ridge regression; the strength of the penalty is the best on the validation rows.

    A refit takes ``data.rounds`` as the place of the strength in its path, counted from 1.
    """
    from sklearn.linear_model import LogisticRegression, Ridge

    scaler = _scaling(params, data)
    z = scaler.transform(data.train_x)
    valid = None if data.valid_x is None else scaler.transform(data.valid_x)
    best: LinearModel | None = None
    best_loss = np.inf
    losses: list[float] = []
    tried: list[tuple[Floats, Floats]] = []
    path = RIDGE_ALPHAS if problem.task is Task.REGRESSION else LOGISTIC_CS
    logistic = LogisticRegression(max_iter=150, tol=1e-3, warm_start=True, random_state=problem.seed)
    for place, strength in enumerate(path, start=1):
        if data.rounds is not None and place != data.rounds:
            continue
        if problem.task is Task.REGRESSION:
            fitted = Ridge(alpha=strength).fit(z, data.train_y)
        else:
            fitted = logistic.set_params(C=strength).fit(z, data.train_y)
        weights, intercept = _all_outputs(problem, fitted)
        model = LinearModel(scaler, weights, intercept, place)
        if valid is None or data.valid_y is None:
            return model
        loss = validation_loss(problem, valid @ weights + intercept, data.valid_y)
        losses.append(loss)
        tried.append((weights, intercept))
        if loss < best_loss:
            best, best_loss = model, loss
        elif loss > best_loss:
            break
        if stop():
            break
    if best is None:
        raise FitFailed("the linear model found no finite loss")
    best.losses, best.path = losses, tried
    return best


def _all_outputs(problem: Problem, fitted: Any) -> tuple[Floats, Floats]:
    """Weights and intercept with a column for each output, also for classes that a fold does not have."""
    coef = np.atleast_2d(fitted.coef_).astype(np.float64)
    intercept = np.atleast_1d(fitted.intercept_).astype(np.float64)
    if problem.task is not Task.MULTICLASS or len(coef) == problem.n_classes:
        return coef.T, intercept
    seen = fitted.classes_.astype(int)
    weights = np.zeros((coef.shape[1], problem.n_classes))
    bias = np.full(problem.n_classes, -12.0)  # a class never seen in the fold: odds of about 1 in 160,000
    if len(coef) == 1:  # two classes seen
        weights[:, seen[1]], bias[seen[1]], bias[seen[0]] = coef[0], intercept[0], 0.0
    else:
        weights[:, seen], bias[seen] = coef.T, intercept
    return weights, bias


@dataclass
class NeuralModel:
    """A multi-layer perceptron with ReLU over scaled features.

    ``rounds`` counts epochs; ``path`` and ``losses`` are all of them, while it is open which to take.
    """

    scaler: Scaling
    layers: list[tuple[Floats, Floats]]
    rounds: int
    losses: list[float] = field(default_factory=list)
    path: list[list[tuple[Floats, Floats]]] = field(default_factory=list)

    def cut(self, rounds: int) -> None:
        """Take the weights of another epoch, or of the last one that was kept."""
        if self.path:
            self.rounds = min(rounds, len(self.path))
            self.layers = self.path[self.rounds - 1]
            self.path = []

    @property
    def size_bytes(self) -> int:
        """What the weights take in an ONNX file."""
        return sum(w.nbytes for w, _ in self.layers)

    def raw(self, matrix: Matrix) -> Floats:
        """Margins, shape (n, n_outputs)."""
        return self.raw_scaled(self.scaler.transform(matrix))

    def raw_scaled(self, z: Floats) -> Floats:
        """Margins from features that are already scaled."""
        for i, (weights, bias) in enumerate(self.layers):
            z = z @ weights + bias
            if i + 1 < len(self.layers):
                z = np.maximum(z, 0)
        return z


MOST_KEPT_BYTES = 32_000_000  # of a network's weights after each epoch; 200 epochs of 20,000 weights


def fit_neural(problem: Problem, params: Mapping[str, Any], data: FitData, stop: Stop) -> NeuralModel:
    """A small multi-layer perceptron by Adam, one epoch a round, early stopping on the validation rows."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    scaler = _scaling(params, data)
    z = scaler.transform(data.train_x)
    valid = None if data.valid_x is None else scaler.transform(data.valid_x)
    settings = {
        "hidden_layer_sizes": tuple(params["hidden"]),
        "alpha": params["alpha"],
        "learning_rate_init": params["learning_rate"],
        "batch_size": min(params["batch"], len(z)),
        "random_state": problem.seed,
    }
    model = MLPClassifier(**settings) if problem.task.is_classification else MLPRegressor(**settings)
    classes = {"classes": np.arange(problem.n_classes)} if problem.task.is_classification else {}
    best: NeuralModel | None = None
    best_loss, since = np.inf, 0
    losses: list[float] = []
    path: list[list[tuple[Floats, Floats]]] = []
    for epoch in range(1, (data.rounds or params["epochs"]) + 1):
        model.partial_fit(z, data.train_y, **(classes if epoch == 1 else {}))
        if epoch == data.rounds or valid is not None:
            layers = [(w.copy(), b.copy()) for w, b in zip(model.coefs_, model.intercepts_, strict=True)]
            current = NeuralModel(scaler, layers, epoch)
        if valid is None or data.valid_y is None:
            best = current if epoch == data.rounds else best
            continue
        raw = current.raw_scaled(valid)
        loss = validation_loss(problem, raw, data.valid_y)
        losses.append(loss)
        if current.size_bytes * epoch <= MOST_KEPT_BYTES:
            path.append(current.layers)
        else:
            path.clear()
        best, best_loss, since = (current, loss, 0) if loss < best_loss else (best, best_loss, since + 1)
        if since >= params["patience"] or stop():
            break
    if best is None:
        raise FitFailed("the neural network found no finite loss")
    if len(path) == len(losses):
        best.losses, best.path = losses, path
    return best
