"""Conformal intervals keep their promise on rows they have not seen, and are plain arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automl_lite.training.conformal import ConformalIntervals, cross_intervals


def _houses(seed: int, n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Prices whose errors grow with the price."""
    rng = np.random.default_rng(seed)
    log_price = rng.normal(12, 0.6, n_rows)
    return np.exp(log_price + rng.normal(0, 0.25, n_rows)), np.exp(log_price)


def _coverage(ends: np.ndarray, y: np.ndarray) -> float:
    return float(((ends[:, 0] <= y) & (y <= ends[:, 1])).mean())


@pytest.mark.parametrize("level", [0.8, 0.9])
@pytest.mark.parametrize("n_rows", [60, 300, 2000])
def test_new_rows_are_covered_as_promised(n_rows: int, level: float) -> None:
    covered = []
    for seed in range(40):
        fitted = ConformalIntervals.fit(*_houses(seed, n_rows), level=level)
        y, p = _houses(1000 + seed, 1000)
        covered.append(_coverage(fitted.apply(p), y))
        assert fitted.reachable == level
    assert np.mean(covered) == pytest.approx(level, abs=0.015)


def test_cheap_and_dear_are_covered_alike() -> None:
    fitted = ConformalIntervals.fit(*_houses(0, 5000))
    y, p = _houses(1, 20_000)
    ends = fitted.apply(p)
    low, high = np.quantile(p, [0.1, 0.9])
    assert _coverage(ends[p < low], y[p < low]) == pytest.approx(0.9, abs=0.025)
    assert _coverage(ends[p > high], y[p > high]) == pytest.approx(0.9, abs=0.025)
    width = ends[:, 1] - ends[:, 0]
    assert width[p > high].mean() > 3 * width[p < low].mean()


@given(seed=st.integers(0, 10_000), n_rows=st.integers(1, 300), ties=st.booleans())
@settings(max_examples=80, deadline=None)
def test_any_residuals_give_intervals_around_the_estimate(seed: int, n_rows: int, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    p = rng.integers(0, 3, n_rows).astype(float) if ties else rng.normal(size=n_rows)
    y = p + rng.standard_t(2, n_rows)
    fitted = ConformalIntervals.fit(y, p)
    assert len(fitted.low) == len(fitted.high) == len(fitted.edges) + 1
    assert (np.diff(fitted.edges) > 0).all()
    ends = fitted.apply(p)
    assert (ends[:, 0] <= p).all()
    assert (p <= ends[:, 1]).all()
    assert 0 <= fitted.reachable <= 0.9


def test_bins_are_comparisons_and_a_look_up() -> None:
    fitted = ConformalIntervals.fit(*_houses(3, 1000))
    p = np.r_[_houses(4, 200)[1], fitted.edges, -1e12, 1e12]
    code = (p[:, None] > fitted.edges[None, :]).sum(axis=1)
    by_hand = np.column_stack([p + fitted.low[code], p + fitted.high[code]])
    np.testing.assert_array_equal(fitted.apply(p), by_hand)
    assert len(fitted.edges) == 9


def test_ranks_are_the_finite_sample_ones() -> None:
    residual = np.arange(1.0, 40.0) - 20  # 39 of them: ranks 2 and 38 at 0.9
    fitted = ConformalIntervals.fit(residual, np.zeros(39))
    assert (fitted.low[0], fitted.high[0]) == (-18.0, 18.0)


def test_too_few_residuals_promise_less() -> None:
    fitted = ConformalIntervals.fit(np.array([1.0, -1.0, 2.0, 0.5, -3.0]), np.zeros(5))
    assert fitted.reachable == pytest.approx(4 / 6)
    assert (fitted.low[0], fitted.high[0]) == (-3.0, 2.0)
    alone = ConformalIntervals.fit(np.array([2.0]), np.array([1.0]))
    assert alone.reachable == 0
    np.testing.assert_array_equal(alone.apply(np.array([5.0])), [[5.0, 6.0]])


def test_rows_are_never_judged_by_their_own_residual() -> None:
    y, p = _houses(5, 400)
    y[7] = 1e9
    ends = cross_intervals(y, p)
    assert ends[7, 1] < 1e9
    covered = [_coverage(cross_intervals(*_houses(seed, 400)), _houses(seed, 400)[0]) for seed in range(20)]
    assert np.mean(covered) == pytest.approx(0.9, abs=0.02)
    assert cross_intervals(y[:1], p[:1]).shape == (1, 2)


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match="level"):
        ConformalIntervals.fit(np.zeros(3), np.zeros(3), level=1.0)
    with pytest.raises(ValueError, match="equally long"):
        ConformalIntervals.fit(np.zeros(3), np.zeros(2))
    with pytest.raises(ValueError, match="finite"):
        ConformalIntervals.fit(np.array([np.nan]), np.zeros(1))


def test_the_hardest_period_sets_the_width() -> None:
    rng = np.random.default_rng(4)
    period = np.repeat([0, 1, 2], 400)
    estimate = rng.normal(size=1200)
    y = estimate + rng.normal(size=1200) * np.array([1.0, 1.0, 3.0])[period]
    plain = ConformalIntervals.fit(y, estimate)
    wide = plain.covering(y, estimate, period)

    def covered(fitted: ConformalIntervals, code: int) -> float:
        ends = fitted.apply(estimate[period == code])
        return float(((ends[:, 0] <= y[period == code]) & (y[period == code] <= ends[:, 1])).mean())

    assert covered(plain, 2) < 0.8
    assert 0.895 <= covered(wide, 2) <= 0.91
    np.testing.assert_allclose(wide.low / plain.low, wide.high / plain.high)
    alike = ConformalIntervals.fit(estimate, np.zeros(1200)).covering(estimate, np.zeros(1200), np.zeros(1200, int))
    np.testing.assert_allclose(alike.high, ConformalIntervals.fit(estimate, np.zeros(1200)).high, rtol=0.1)
