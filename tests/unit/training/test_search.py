"""The search keeps its promises: time, at least one model, the same result for the same limits."""

import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from automl_lite.domain.columns import Task
from automl_lite.training import pace
from automl_lite.training.clock import Clock
from automl_lite.training.families import FAMILIES
from automl_lite.training.pool import FitPool
from automl_lite.training.portfolio import PORTFOLIO
from automl_lite.training.problem import Problem
from automl_lite.training.search import Search
from automl_lite.training.split import _pairs


def make(budget_s=30.0, max_models=None, n=300, stop=None, **more):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, 5)).astype(np.float32)
    y = (x[:, 0] + x[:, 1] * x[:, 2] > 0).astype(np.int64)
    folds = _pairs(np.arange(n) % 3)
    clock = Clock(budget_s, stop)
    return Search(
        Problem(task=Task.BINARY, n_classes=2), x, y, folds, clock=clock, workers=2, max_models=max_models, **more
    )


N_MODELS = len(PORTFOLIO) + 2  # the search goes on where the portfolio ends


def test_model_limit_and_order_do_not_depend_on_speed():
    first, second = (make(600, max_models=N_MODELS).run() for _ in range(2))
    assert [c.config.name for c in first] == [c.config.name for c in second]
    assert len(first) == N_MODELS
    assert "tuned" in first[-1].config.name
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a.prediction, b.prediction)


def test_libraries_are_there_before_threads_need_them():
    """Half an import in one thread fails the fit of another: what CatBoost brings along comes first."""
    script = (
        "import sys\n"
        "from automl_lite.training import search\n"
        "search.FitPool = lambda n: sys.exit('catboost' not in sys.modules)\n"
        "from tests.unit.training.test_search import make\n"
        "assert 'catboost' not in sys.modules\n"
        "make(max_models=1).run()\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_every_row_is_predicted_out_of_fold():
    candidates = make(max_models=2).run()
    assert all(np.isfinite(c.prediction).all() for c in candidates)
    np.testing.assert_allclose(candidates[1].prediction.sum(axis=1), 1)


def test_a_fit_that_never_ends_does_not_break_the_promise(monkeypatch):
    asleep = threading.Event()
    monkeypatch.setitem(FAMILIES, "Linear", lambda *_: asleep.wait())
    search = make(budget_s=8.0)
    started = time.monotonic()
    candidates = search.run()
    took = time.monotonic() - started
    asleep.set()
    assert took < 8.0 + 5.0  # what is promised on any machine
    assert "did not end in time" in search.failures[0]
    assert {"LightGBM"} <= {c.config.family for c in candidates}


def test_nothing_fitted_still_gives_a_model(monkeypatch):
    def fail(*_):
        raise RuntimeError("no luck")

    for family in list(FAMILIES):
        monkeypatch.setitem(FAMILIES, family, fail)
    monkeypatch.setattr(pace, "seconds_per_round", lambda *_: 0.001)
    search = make()
    (only,) = search.run()
    assert only.config.name == "Constant"
    share = (search.y.sum() + 0.5) / (len(search.y) + 1)
    np.testing.assert_allclose(only.prediction[:, 1], share / (share + (1 - share)), rtol=0.02)
    assert len(search.failures) == len(PORTFOLIO)
    assert "no luck" in search.failures[0]


def test_stop_keeps_the_best_so_far():
    stop = threading.Event()
    search = make(stop=stop, on_candidate=lambda _: stop.set())
    started = time.monotonic()
    candidates = search.run()
    assert 1 <= len(candidates) <= 4
    assert time.monotonic() - started < 15


def test_folds_are_thinned_when_rows_do_not_fit_into_the_time(monkeypatch):
    monkeypatch.setattr(pace, "seconds_per_round", lambda *_: 10.0)
    monkeypatch.setattr(pace, "FEWEST_ROWS", 50)
    search = make(budget_s=8.0)
    candidates = search.run()
    assert [len(train) for train, _ in search.folds] == [50] * 3
    assert search.notices[0].code == "sampled-for-time"
    assert np.isfinite(candidates[0].loss)


def test_the_pool_gives_errors_to_whoever_asks():
    pool = FitPool(1)
    failed = pool.submit(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        failed.result(timeout=5)
    assert pool.submit(lambda: 7).result(timeout=5) == 7
    pool.close()


def test_reserve_grows_with_the_cost_of_predicting_but_leaves_some_of_the_budget():
    clock = Clock(60.0)
    assert clock.reserve_s == pytest.approx(6.0)
    clock.finish_s = 10.0
    assert clock.reserve_s == pytest.approx(16.0)
    clock.finish_s = 1_000.0
    assert clock.reserve_s == pytest.approx(42.0)


def test_a_refit_knows_all_rows_and_what_time_cuts_short_is_not_taken(monkeypatch):
    search = make(max_models=2)
    candidate = search.run()[-1]
    seen = []

    def fit(problem, params, data, stop):
        seen.append((len(data.train_x), data.rounds, stop()))
        return candidate.models[0]

    monkeypatch.setitem(FAMILIES, candidate.config.family, fit)
    assert search.refit([candidate]) == [candidate.models[0]]
    mean = round(1.15 * np.mean([model.rounds for model in candidate.models]))
    assert seen == [(300, mean, False)]
    search.by_time = True
    search.refit([candidate])
    assert seen[1] == (300, round(1.15 * candidate.models[-1].rounds), False)

    def cut_short(problem, params, data, stop):
        search.clock.started -= search.clock.budget_s
        assert stop()
        return candidate.models[0]

    monkeypatch.setitem(FAMILIES, candidate.config.family, cut_short)
    assert search.refit([candidate]) == [None]
    monkeypatch.delitem(FAMILIES, candidate.config.family)  # there is no time left to begin with
    assert search.refit([candidate]) == [None]
    assert search.failures == []


def test_a_refit_that_fails_or_hangs_gives_no_model(monkeypatch):
    search = make(budget_s=4.5, max_models=2)
    linear, booster = search.run()
    asleep = threading.Event()

    def fail(*_):
        raise RuntimeError("no luck")

    monkeypatch.setitem(FAMILIES, linear.config.family, fail)
    monkeypatch.setitem(FAMILIES, booster.config.family, lambda *_: asleep.wait())
    search.clock.started = time.monotonic()
    assert search.refit([linear, booster]) == [None, None]
    asleep.set()
    assert "no luck" in search.failures[0]


def test_the_search_leaves_time_for_the_refits():
    search = make(max_models=2)
    slowest = max(c.seconds / len(c.models) for c in search.run())
    assert search.clock.finish_s >= 1.5 * slowest


def test_learning_rates_have_a_floor(monkeypatch):
    monkeypatch.setattr(pace, "seconds_per_round", lambda *_: 1e-9)
    unhurried, floored = make(budget_s=600), make(budget_s=600, least_rate=0.1)
    for search in (unhurried, floored):
        search._set_pace()
    assert unhurried.rate == pace.RATES[0]
    assert floored.rate == 0.1
    assert make(max_models=1).rate == pace.STEADY_RATE
