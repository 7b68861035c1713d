"""Ranges of cross-validated scores are wider than resampled rows make them."""

from __future__ import annotations

import numpy as np
import pytest

from automl_lite.domain.columns import Task
from automl_lite.training.evaluation import CROSS_WIDENING, CROSS_WIDENING_ELSE, evaluate
from automl_lite.training.metrics import METRICS
from automl_lite.training.metrics.resampling import Interval


def both(task, y, prediction, guess, **more):
    found = [
        evaluate(task, y, prediction, baseline_prediction=guess, how=how, **more)
        for how in ("test split", "cross-validation")
    ]
    return [{each.name: each for each in one.metrics} for one in found]


def test_ends_are_further_from_the_score_but_never_beyond_what_can_be():
    rng = np.random.default_rng(0)
    p = rng.random(60)
    y = (rng.random(60) < p).astype(int)
    plain, crossed = both(Task.BINARY, y, np.stack([1 - p, p], 1), np.full((60, 2), 0.5), classes=("no", "yes"))
    for name, was in plain.items():
        now = crossed[name]
        least, most = METRICS[name].limits(2)
        assert now.value == was.value
        factor = CROSS_WIDENING.get(name, CROSS_WIDENING_ELSE)
        for end, before, limit in ((now.low, was.low, least), (now.high, was.high, most)):
            wanted = was.value + factor * (before - was.value)
            assert end == pytest.approx(wanted) or end == limit
    assert crossed["log_loss"].against_baseline.low < plain["log_loss"].against_baseline.low


def test_errors_of_numbers_have_no_upper_end_and_r2_no_lower_one():
    assert METRICS["rmse"].limits() == (0.0, None)
    assert METRICS["r2"].limits() == (None, 1.0)
    assert METRICS["within_20"].limits() == (0.0, 1.0)
    assert METRICS["mcc"].limits() == (-1.0, 1.0)


def test_no_range_stays_no_range():
    nothing = Interval(None, None, reason="none")
    assert nothing.wider(2.0, 0.5, 0.0, 1.0) is nothing
