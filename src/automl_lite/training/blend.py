"""Which fitted models to mix and in what shares, chosen on out-of-fold predictions; calibration of the mix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from automl_lite.domain.columns import Task

Floats = npt.NDArray[np.float64]

STEPS = 40
MIN_WEIGHT = 0.04
MAX_SLOW_CANDIDATES = 12  # of the best single models, for metrics that need a full evaluation a step
MAX_SLOW_ROWS = 20_000
SMALLEST_P = 1e-7

Loss = Callable[[Floats], float]


def greedy_weights(task: Task, predictions: Sequence[Floats], y: npt.NDArray[Any], loss: Loss | None) -> Floats:
    """Shares of the models by greedy forward selection with repetition (Caruana et al., 2004).

    Parameters
    ----------
    predictions : sequence of arrays
        Out-of-fold probabilities (n, n_classes), or values (n,) for regression.
    y : array of shape (n,)
    loss : callable, optional
        Of a mixed prediction, lower is better; None is log-loss or squared error, which have fast paths.

    Returns
    -------
    array of shape (n_models,), non-negative, sum 1; shares under ``MIN_WEIGHT`` are dropped.
    """
    if loss is not None:
        counts = _greedy_by(predictions, loss)
    elif task is Task.REGRESSION:
        counts = _greedy_squared(np.stack(predictions), y)
    else:
        counts = _greedy_log(np.stack([p[np.arange(len(y)), y] for p in predictions]))
    weights = counts / counts.sum()
    weights[weights < MIN_WEIGHT] = 0
    return np.asarray(weights / weights.sum(), np.float64)


def _greedy_log(p_true: Floats) -> Floats:
    counts = np.zeros(len(p_true))
    total = np.zeros(p_true.shape[1])
    for step in range(1, STEPS + 1):
        losses = -np.log(np.maximum((total + p_true) / step, SMALLEST_P)).mean(axis=1)
        best = int(losses.argmin())
        counts[best] += 1
        total += p_true[best]
    return counts


def _greedy_squared(predictions: Floats, y: npt.NDArray[Any]) -> Floats:
    errors = predictions - y
    gram = errors @ errors.T / len(y)
    counts = np.zeros(len(gram))
    for _ in range(STEPS):
        # the squared error of (counts + one more of j) / (steps + 1), up to the common divisor
        losses = counts @ gram @ counts + 2 * (gram @ counts) + np.diag(gram)
        counts[int(losses.argmin())] += 1
    return counts


def _greedy_by(predictions: Sequence[Floats], loss: Loss) -> Floats:
    alone = np.array([loss(p) for p in predictions])
    shortlist = np.argsort(alone, kind="stable")[:MAX_SLOW_CANDIDATES]
    counts = np.zeros(len(predictions))
    counts[shortlist[0]] = 1
    total = predictions[shortlist[0]].copy()
    best_loss, best_counts = alone[shortlist[0]], counts.copy()
    for step in range(2, STEPS // 2 + 1):
        losses = [loss((total + predictions[j]) / step) for j in shortlist]
        best = shortlist[int(np.argmin(losses))]
        counts[best] += 1
        total = total + predictions[best]
        # Metrics of ranks and labels are not convex: keep the best mix on the way.
        if min(losses) < best_loss:
            best_loss, best_counts = min(losses), counts.copy()
    return best_counts


def mixed(predictions: Sequence[Floats], weights: Floats) -> Floats:
    """The weighted mean of predictions."""
    used = [(p, w) for p, w in zip(predictions, weights, strict=True) if w > 0]
    return np.asarray(sum(p * w for p, w in used), np.float64)


def fit_temperature(probabilities: Floats, y: npt.NDArray[Any]) -> float:
    """The temperature that minimises log-loss of ``tempered(probabilities)`` (Guo et al., 2017), within [0.5, 3]."""

    def loss(log_t: float) -> float:
        p = tempered(probabilities, float(np.exp(log_t)))[np.arange(len(y)), y]
        return float(-np.log(np.maximum(p, SMALLEST_P)).mean())

    found = minimize_scalar(loss, bounds=(np.log(0.5), np.log(3.0)), method="bounded", options={"xatol": 1e-3})
    return float(np.exp(found.x)) if found.fun < loss(0.0) else 1.0


def tempered(probabilities: Floats, temperature: float) -> Floats:
    """Probabilities to the power 1/temperature, normalised."""
    if temperature == 1.0:
        return probabilities
    logs = np.log(np.maximum(probabilities, SMALLEST_P)) / temperature
    exp = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(exp / exp.sum(axis=1, keepdims=True), np.float64)
