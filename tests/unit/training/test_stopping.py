"""How long to learn where rows are few."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from automl_lite.domain.columns import Task
from automl_lite.training import linear
from automl_lite.training.boosters import fit_catboost, fit_lightgbm, fit_xgboost
from automl_lite.training.linear import fit_linear, fit_neural
from automl_lite.training.portfolio import NEURAL, PORTFOLIO
from automl_lite.training.problem import FitData, Problem
from automl_lite.training.scaling import Scales
from automl_lite.training.stopping import agreed_rounds

FITS = {"LightGBM": fit_lightgbm, "XGBoost depth 6": fit_xgboost, "CatBoost depth 6": fit_catboost}


def curve(*losses):
    return SimpleNamespace(losses=losses)


def test_folds_agree_on_the_round_that_is_best_for_all_rows():
    assert agreed_rounds([curve(3.0, 1.0, 2.0), curve(3.0, 2.5, 1.0)], [10, 10]) == 3
    assert agreed_rounds([curve(3.0, 1.0, 2.0), curve(3.0, 2.5, 1.0)], [90, 10]) == 2


def test_a_fold_that_stopped_early_stays_where_it_was():
    assert agreed_rounds([curve(2.0, 1.0), curve(5.0, 4.0, 3.0, 2.0)], [10, 10]) == 4


def test_nothing_is_agreed_where_losses_are_not_known():
    assert agreed_rounds([curve(2.0, 1.0), curve()], [10, 10]) is None
    assert agreed_rounds([curve(np.nan, np.nan)], [10]) is None


def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 4)).astype(np.float32)
    y = (x[:, 0] + rng.normal(size=300) > 0).astype(np.int64)
    return FitData(train_x=x[:200], train_y=y[:200], valid_x=x[200:], valid_y=y[200:], scales=Scales.of(x)), Problem(
        task=Task.BINARY, n_classes=2
    )


@pytest.mark.parametrize("name", FITS)
def test_a_booster_that_is_cut_predicts_as_it_did_after_that_round(name):
    fold, problem = data()
    params = dict(next(c for c in PORTFOLIO if c.name == name).params) | {"learning_rate": 0.1}
    model = FITS[name](problem, params, fold, lambda: False)
    assert len(model.losses) > model.rounds > 3
    model.cut(3)
    raw = model.raw(fold.valid_x)[:, 0]
    loss = np.logaddexp(0, np.where(fold.valid_y == 1, -raw, raw)).mean()
    assert loss == pytest.approx(model.losses[2], abs=1e-5)
    assert model.size_bytes < 3 * 64 * 40


@pytest.mark.parametrize("name", FITS)
def test_classes_that_part_cleanly_do_not_take_all_rounds(name):
    x = np.linspace(-1, 1, 300, dtype=np.float32)[:, None]
    y = (x[:, 0] > 0).astype(np.int64)
    rows = np.arange(300) % 3 > 0
    fold = FitData(train_x=x[rows], train_y=y[rows], valid_x=x[~rows], valid_y=y[~rows], scales=Scales.of(x))
    params = dict(next(c for c in PORTFOLIO if c.name == name).params) | {"learning_rate": 0.1}
    model = FITS[name](Problem(task=Task.BINARY, n_classes=2), params, fold, lambda: False)
    assert len(model.losses) < 1_000


def test_a_linear_model_takes_another_penalty_of_its_path():
    fold, problem = data()
    model = fit_linear(problem, {}, fold, lambda: False)
    losses = list(model.losses)
    model.cut(1)
    raw = model.raw(fold.valid_x)[:, 0]
    assert np.logaddexp(0, np.where(fold.valid_y == 1, -raw, raw)).mean() == pytest.approx(losses[0])
    assert model.rounds == 1


def test_a_network_that_is_cut_is_what_it_was_after_that_epoch(monkeypatch):
    fold, problem = data()
    model = fit_neural(problem, NEURAL.params, fold, lambda: False)
    assert len(model.losses) == len(model.path) > model.rounds
    model.cut(2)
    assert (model.rounds, model.path) == (2, [])
    raw = model.raw(fold.valid_x)[:, 0]
    assert np.logaddexp(0, np.where(fold.valid_y == 1, -raw, raw)).mean() == pytest.approx(model.losses[1])
    monkeypatch.setattr(linear, "MOST_KEPT_BYTES", 3 * model.size_bytes)
    larger = fit_neural(problem, NEURAL.params, fold, lambda: False)
    assert (larger.losses, larger.path) == ([], [])
    assert agreed_rounds([larger], [100]) is None
