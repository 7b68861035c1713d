"""How much of a table is fitted, how often and how finely, by the time that a round takes."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from automl_lite.domain.columns import Task
from automl_lite.training import pace
from automl_lite.training.candidate import Candidate
from automl_lite.training.clock import Clock
from automl_lite.training.portfolio import PORTFOLIO
from automl_lite.training.problem import Problem
from automl_lite.training.search import Search
from automl_lite.training.split import _pairs


def paced(round_s, n=20_000, n_folds=4, may_leave_folds=True, left_s=50.0):
    folds = _pairs(np.arange(n) % n_folds)
    return pace.choose(round_s, folds, left_s, workers=2, refits=1.25, may_leave_folds=may_leave_folds)


def test_an_easy_table_is_fitted_on_all_folds_in_small_steps():
    found = paced(1e-4)
    assert (found.rate, found.n_folds, found.share) == (pace.RATES[0], 4, 1.0)


def test_a_slow_table_leaves_folds_before_it_takes_large_steps():
    rates = {n: paced(s) for s in np.geomspace(1e-3, 0.03, 40) for n in [paced(s).n_folds]}
    assert sorted(rates) == [1, 2, 3, 4]
    assert all(found.rate <= pace.CALM_RATE for n, found in rates.items() if n > 1)
    assert paced(0.02, may_leave_folds=False).n_folds == 4
    assert paced(0.02, may_leave_folds=False).rate > paced(0.02).rate


def test_enough_rows_are_left_to_choose_by():
    # a sixth of 3,000 rows is 500
    assert paced(0.05, n=3_000, n_folds=6).n_folds == 4
    assert paced(0.05, n=1_200, n_folds=6).n_folds == 6


def test_a_table_that_is_slower_still_is_sampled():
    found = paced(1.0)
    assert found.n_folds == 1
    assert 0 < found.share < 1
    assert found.rate == pace.RATES[1]


@pytest.mark.parametrize(("n", "judged"), [(40_000, 5_000), (10_000, 2_000), (4_000, 1_000)])
def test_one_fold_alone_learns_from_what_it_need_not_validate(n, judged):
    folds = _pairs(np.arange(n) % 4)
    ((train, valid),) = pace.left(folds, 1, seed=0)
    assert len(valid) == judged
    assert set(valid) <= set(folds[0][1])
    np.testing.assert_array_equal(np.sort(np.concatenate([train, valid])), np.arange(n))
    assert pace.left(folds, 3, seed=0) == folds[:3]
    assert pace.left(folds[:1], 1, seed=0) == folds[:1]


def test_a_search_that_leaves_folds_predicts_the_rows_of_those_that_stay(monkeypatch):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(6_000, 3)).astype(np.float32)
    y = (x[:, 0] > 0).astype(np.int64)
    monkeypatch.setattr(pace, "seconds_per_round", lambda *_: 0.02)
    stop = threading.Event()
    search = Search(
        Problem(task=Task.BINARY, n_classes=2),
        x,
        y,
        _pairs(np.arange(6_000) % 3),
        clock=Clock(60.0, stop),
        workers=2,
        may_leave_folds=True,
        on_candidate=lambda _: stop.set(),
    )
    best = min(search.run(), key=lambda c: c.loss)
    assert len(search.folds) == len(best.models) == 1
    assert np.isfinite(best.prediction).all(axis=1).sum() == 2_000
    assert best.loss < 0.1


def test_what_comes_after_the_search_grows_with_members_and_rows():
    def candidate(seconds, row_s):
        return Candidate(PORTFOLIO[1], [None] * 4, np.empty(0), 0.5, seconds, row_s=row_s)

    slow = [candidate(8.0, 1e-3)]
    # one fit of 2 s, and 5 passes of 100 rows with what writing takes, on one worker
    expected = pace.REFIT_FACTOR * 2.0 + (5 * 100 + pace.EXPORT_ROWS) * 1e-3
    ending = pace.Ending(n_test=100, n_judges=2, workers=1, refits=1.0)
    assert ending.likely_s(slow) == pytest.approx(expected)
    assert ending.likely_s(slow * 2) == pytest.approx(2 * expected)
    assert replace(ending, n_test=1_000).likely_s(slow) > expected
    # with two workers, one of them waits for the longest fit
    quick = candidate(0.4, 0.0)
    both = replace(ending, workers=2).likely_s([candidate(8.0, 0.0), quick])
    assert both == pytest.approx(pace.REFIT_FACTOR * 2.0)
