"""Learning what a linear model leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from automl_lite.domain.columns import Task
from automl_lite.training.clock import Clock
from automl_lite.training.config import TrainConfig
from automl_lite.training.portfolio import PORTFOLIO, portfolio
from automl_lite.training.problem import Problem
from automl_lite.training.rest import RestModel
from automl_lite.training.run import train_file
from automl_lite.training.search import Search


def rising(n=600):
    rng = np.random.default_rng(0)
    t = np.arange(n)
    level = np.where(t % 20 < 10, 1.0, -1.0)
    x = np.column_stack([t, level]).astype(np.float32)
    return x, 0.05 * t + 3 * level * (t % 7 < 3) + 0.1 * rng.normal(size=n)


def test_a_trend_goes_on_and_the_rest_is_learnt():
    x, y = rising()
    x = np.column_stack([x, np.arange(len(y)) % 7]).astype(np.float32)
    z = (y - y.mean()) / y.std()
    folds = ((np.arange(200), np.arange(200, 300)), (np.arange(300), np.arange(300, 400)))
    search = Search(Problem(task=Task.REGRESSION), x, z, folds, clock=Clock(60), workers=2, max_models=3, by_time=True)
    linear, plain, rest = search.run()
    assert [c.config.name for c in (linear, plain, rest)] == ["Linear", "LightGBM", "LightGBM, rest"]
    assert rest.loss < 0.5 * min(linear.loss, plain.loss)
    (again,) = search.refit([rest])
    assert isinstance(again, RestModel)
    assert again.base.rounds == rest.models[-1].base.rounds
    assert again.size_bytes > again.inner.size_bytes
    np.testing.assert_allclose(again.raw(x), again.base.raw(x) + again.inner.raw(x))


def test_the_portfolio_for_series_tries_the_first_ones_both_ways():
    names = [c.name for c in portfolio("rest")]
    assert names[:5] == ["Linear", "LightGBM", "LightGBM, rest", "Piecewise linear", "CatBoost depth 6"]
    assert {c.name for c in PORTFOLIO} <= set(names)
    assert len(set(names)) == len(names)


def test_the_file_of_a_series_equals_python_beyond_the_training_rows(tmp_path):
    x, y = rising()
    days = pd.date_range("2020-01-01", periods=len(y), freq="D").strftime("%Y-%m-%d")
    table = tmp_path / "series.csv"
    pd.DataFrame({"day": days, "level": x[:, 1], "y": y.round(4)}).to_csv(table, index=False)
    run = train_file(table, target="y", out=tmp_path / "run", config=TrainConfig(budget_s=60, max_models=3, eda="none"))
    assert run.metadata["how"] == "test split"
    assert "rest" in run.metadata["model"]
    assert run.metadata["agreement"]["max_difference"] == pytest.approx(0, abs=1e-9)
    scores = {m["name"]: m for m in run.metadata["metrics"]}
    assert scores["rmse"]["value"] < scores["rmse"]["baseline"] / 4
