"""Which candidates make the model: those that earn what they cost."""

from __future__ import annotations

import numpy as np
import pytest

from automl_lite.domain.columns import Task
from automl_lite.training.candidate import Candidate
from automl_lite.training.selection import LIMITS, Blender, Limits
from automl_lite.training.target import Target


class Sized:
    """A model of a size."""

    rounds = 1

    def __init__(self, size_bytes: int) -> None:
        self.size_bytes = size_bytes

    def raw(self, matrix):
        raise NotImplementedError  # selection only looks at out-of-fold predictions


def blender(noises, limits, sizes=None, n=4000, **times):
    rng = np.random.default_rng(0)
    y = rng.normal(size=n)
    candidates = [
        Candidate(None, [Sized(size)], y + noise * rng.normal(size=n), noise**2, 1.0)  # type: ignore[arg-type]
        for noise, size in zip(noises, sizes or [1] * len(noises), strict=True)
    ]
    return Blender(candidates, y, Target(Task.REGRESSION, y, [], "number"), "rmse", 0.0, 1.0, limits, **times)


def test_members_that_earn_next_to_nothing_are_left_out():
    everyone = np.ones(4000, bool)
    best = blender([0.5, 0.5, 2.5], LIMITS["best"]).weights(everyone)
    balanced = blender([0.5, 0.5, 2.5], LIMITS["balanced"]).weights(everyone)
    fast = blender([0.5, 2.0], Limits(10**9, 0.05)).weights(everyone)
    assert (best > 0).sum() == 2  # the third is dropped for its weight alone
    np.testing.assert_array_equal(balanced > 0, [True, True, False])
    np.testing.assert_array_equal(fast, [1, 0])
    for weights in (best, balanced, fast):
        assert weights.sum() == pytest.approx(1)


def test_a_member_too_large_is_replaced():
    everyone = np.ones(4000, bool)
    free = blender([0.5, 0.5, 0.6], Limits(1000, 0.0), sizes=[900, 90, 10]).weights(everyone)
    tight = blender([0.5, 0.5, 0.6], Limits(500, 0.0), sizes=[900, 90, 10]).weights(everyone)
    assert free[0] > 0
    assert tight[0] == 0
    assert tight[1] > 0
    assert tight[2] > 0


def test_members_that_would_take_too_long_are_replaced():
    everyone = np.ones(4000, bool)
    times = {"seconds": [20.0, 1.0, 1.0], "left_s": 10.0}
    found = blender([0.5, 0.5, 0.6], LIMITS["best"], **times).weights(everyone)
    np.testing.assert_array_equal(found > 0, [False, True, True])
    alone = blender([0.5], LIMITS["best"], seconds=[20.0], left_s=10.0).weights(everyone)
    np.testing.assert_array_equal(alone, [1])  # there has to be a model


def test_the_size_of_a_candidate_is_that_of_one_model():
    one = blender([0.5], LIMITS["balanced"], sizes=[7])
    one.candidates[0].models.append(Sized(9))
    assert one._size(0) == 9


def test_few_rows_say_little_about_weights():
    """Two models get weights nearer to equal ones the fewer rows choose; who is chosen does not change."""
    many, few = (blender([0.5, 0.7], LIMITS["best"], n=n).weights(np.ones(n, bool)) for n in (4_000, 40))
    assert many.sum() == pytest.approx(1)
    assert few.sum() == pytest.approx(1)
    assert np.abs(few - 0.5).max() < np.abs(many - 0.5).max() < 0.3


@pytest.mark.parametrize(("n", "most"), [(100, 1.12), (20_000, 2.2)])
def test_few_rows_say_little_about_calibration(n, most):
    """Log-odds twice too large need a temperature of 2; a hundred rows do not show that well enough."""
    rng = np.random.default_rng(0)
    margin = rng.normal(size=n)
    y = (rng.random(n) < 1 / (1 + np.exp(-margin))).astype(int)
    p = 1 / (1 + np.exp(-2 * margin))
    candidate = Candidate(None, [Sized(1)], np.stack([1 - p, p], 1), 0.0, 1.0)  # type: ignore[arg-type]
    target = Target(Task.BINARY, y, ["no", "yes"], "string")
    found = Blender([candidate], y, target, "log_loss", 0.0, 1.0, LIMITS["best"]).temperature(np.ones(1))
    assert 1 < found < most
    assert n < 1_000 or found > 1.8
