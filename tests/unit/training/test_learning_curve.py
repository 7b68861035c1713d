"""Would more rows help: says so where they would, and nothing where they would not."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from automl_lite.domain.columns import Task
from automl_lite.training.learning_curve import N_FOLDS, learning_curve


def line(n, n_useful, n_features, seed, noise=1.0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, n_features))
    return x, x[:, :n_useful].sum(axis=1) + noise * rng.normal(size=n)


def least_squares(x, y):
    def fit(folds):
        out = np.full(len(y), np.nan)
        for train, valid in folds:
            out[valid] = LinearRegression().fit(x[train], y[train]).predict(x[valid])
        return out

    return fit


def curve_of(x, y, seed=0):
    fold = np.random.default_rng(seed).permutation(np.arange(len(y)) % N_FOLDS)
    return learning_curve("Linear", Task.REGRESSION, y, fold, least_squares(x, y), seed=seed)


def test_nothing_is_promised_where_the_model_knows_all_there_is():
    """A line of one feature is learnt from fifty rows; hundreds more change nothing."""
    found = [curve_of(*line(600, 1, 1, seed), seed) for seed in range(40)]
    assert sum(each.gain is not None for each in found) <= 2
    silent = next(each for each in found if each.gain is None)
    assert silent.sentence.startswith("Twice the rows would bring no measurable gain")


def test_a_gain_is_told_about_as_large_as_it_is():
    """Least squares of forty features on m rows errs by sqrt((m - 1) / (m - 41)): what twice the rows gain is known."""
    found = [curve_of(*line(240, 40, 40, seed), seed) for seed in range(10)]
    told = [each.gain for each in found if each.gain is not None]
    assert len(told) >= 9
    m = 0.8 * 240
    true = np.sqrt((m - 1) / (m - 41)) - np.sqrt((2 * m - 1) / (2 * m - 41))
    # the last doubling gained more than 1 / 0.6 of the next here, since 96 rows are few for 40 features
    assert true / 2 < np.mean(told) < 5 * true
    assert "Twice the rows would gain about" in found[0].sentence


def test_sizes_are_a_quarter_half_and_all_rows_of_a_fold():
    found = curve_of(*line(200, 1, 3, 0))
    assert [point["n_rows"] for point in found.points] == [40, 80, 160]
    assert found.metric == "rmse"
    assert found.points[-1]["value"] == pytest.approx(1.0, abs=0.2)
    json.dumps(found.as_dict(), allow_nan=False)


def test_classes_are_judged_by_log_loss():
    y = np.arange(100) % 2
    fold = np.arange(100) // 2 % N_FOLDS
    found = learning_curve(
        "Guess", Task.BINARY, y, fold, lambda folds: np.full((100, 2), 0.5 + 0.0 * len(folds)), seed=0
    )
    assert found.metric == "log_loss"
    assert found.gain is None
    assert found.points[0]["value"] == pytest.approx(np.log(2))


def test_without_time_there_is_no_curve():
    _, y = line(100, 1, 1, 0)
    assert learning_curve("Linear", Task.REGRESSION, y, np.arange(100) % N_FOLDS, lambda _: None) is None
