"""Mixing models on out-of-fold predictions, and calibrating the mix."""

import numpy as np
import pytest

from automl_lite.domain.columns import Task
from automl_lite.training.blend import MIN_WEIGHT, fit_temperature, greedy_weights, mixed, tempered

RNG = np.random.default_rng(0)


def log_loss(p, y):
    return -np.log(p[np.arange(len(y)), y]).mean()


def noisy(y, n_classes, noise):
    scores = 2.0 * np.eye(n_classes)[y] + noise * RNG.normal(size=(len(y), n_classes))
    exp = np.exp(scores)
    return exp / exp.sum(axis=1, keepdims=True)


def test_the_blend_is_at_least_as_good_as_the_best_model():
    y = RNG.integers(0, 3, 2_000)
    models = [noisy(y, 3, s) for s in (2.0, 2.0, 2.5, 6.0)]
    weights = greedy_weights(Task.MULTICLASS, models, y, None)
    assert log_loss(mixed(models, weights), y) < min(log_loss(p, y) for p in models)
    assert weights.sum() == pytest.approx(1)
    assert weights[3] < weights[0]
    assert all(w == 0 or w >= MIN_WEIGHT for w in weights)


def test_the_quick_squared_error_equals_the_plain_one():
    y = RNG.normal(size=500)
    models = [y + RNG.normal(size=500) * s for s in (0.5, 0.6, 3.0)]
    quick = greedy_weights(Task.REGRESSION, models, y, None)
    slow = greedy_weights(Task.REGRESSION, models, y, lambda p: float(((p - y) ** 2).mean()))
    np.testing.assert_allclose(quick, slow, atol=0.15)
    assert quick[2] < 0.1


def test_a_metric_of_labels_is_followed():
    y = RNG.integers(0, 2, 1_000)
    right_but_timid = np.where(np.eye(2)[y] == 1, 0.51, 0.49)
    bold = noisy(y, 2, 1.0)

    def error(p):
        return float((p.argmax(axis=1) != y).mean())

    assert greedy_weights(Task.BINARY, [bold, right_but_timid], y, error)[1] > 0


@pytest.mark.parametrize("true", [0.6, 1.0, 1.8])
def test_temperature_is_found(true):
    p = RNG.dirichlet([1, 1, 1], 20_000)
    p = np.clip(p, 1e-4, 1)
    p /= p.sum(axis=1, keepdims=True)
    y = (RNG.random(len(p))[:, None] > p.cumsum(axis=1)).sum(axis=1).clip(0, 2)
    overconfident = tempered(p, 1 / true)
    assert fit_temperature(overconfident, y) == pytest.approx(true, rel=0.05)


def test_temperature_1_changes_nothing():
    p = RNG.dirichlet([1, 1], 10)
    assert tempered(p, 1.0) is p
    np.testing.assert_allclose(tempered(p, 1.0 + 1e-12), p, atol=1e-9)
