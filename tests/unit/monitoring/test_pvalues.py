from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from automl_lite.inference.pvalues import all_new, chi_square_tail, holm, homogeneity, kolmogorov, psi, two_shares


@pytest.mark.parametrize("df", [1, 2, 7, 40, 300])
@pytest.mark.parametrize("share", [0.01, 0.5, 1.0, 1.5, 3.0])
def test_chi_square_tail_is_that_of_scipy(df: int, share: float):
    x = df * share
    assert chi_square_tail(x, df) == pytest.approx(stats.chi2.sf(x, df), rel=1e-9, abs=1e-14)


def test_homogeneity_is_that_of_scipy_where_cells_are_full():
    a, b = np.array([100.0, 220.0, 80.0]), np.array([60.0, 90.0, 50.0])
    assert homogeneity(a, b) == pytest.approx(stats.chi2_contingency([a, b], correction=False).pvalue)


def test_rare_cells_are_joined():
    a, b = np.array([1000.0, 1000.0, 1.0, 0.0, 0.0]), np.array([500.0, 500.0, 0.0, 1.0, 1.0])
    assert homogeneity(a, b) > 0.3
    assert homogeneity(np.array([5.0]), np.array([7.0])) == 1.0


def test_kolmogorov_on_all_values_is_that_of_scipy():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=800), rng.normal(0.1, 1, size=500)
    values = np.sort(np.r_[x, y])
    a, b = (np.bincount(np.searchsorted(values, v), minlength=len(values)).astype(float) for v in (x, y))
    found = stats.ks_2samp(x, y, method="exact")
    distance, p = kolmogorov(a, b)
    assert distance == pytest.approx(found.statistic)
    assert p == pytest.approx(found.pvalue, rel=0.06)


@pytest.mark.parametrize(("k", "n", "j", "m"), [(0, 50, 3, 40), (2, 1000, 4, 300), (5, 20, 15, 30), (9, 9, 1, 4)])
def test_small_shares_are_tested_exactly(k: int, n: int, j: int, m: int):
    table = [[k, n - k], [j, m - j]]
    tails = [stats.fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")]
    assert two_shares(k, n, j, m) == pytest.approx(min(1.0, 2 * min(tails)))


def test_large_shares_by_chi_square_with_yates():
    expected = stats.chi2_contingency([[100, 900], [80, 420]], correction=True).pvalue
    assert two_shares(100, 1000, 80, 500) == pytest.approx(expected)


def test_one_missing_value_where_training_had_none_is_no_alarm():
    assert two_shares(0, 100_000, 1, 2_000) == pytest.approx(2 * 2_000 / 102_000, rel=1e-6)


def test_all_new_is_a_hypergeometric_probability():
    assert all_new(4, 300, 200) == pytest.approx(stats.hypergeom(500, 4, 200).pmf(4))
    assert all_new(5, 10, 4) == 0.0


def test_holm_keeps_the_order():
    assert holm([0.5, 0.001, 0.02]) == pytest.approx([0.5, 0.003, 0.04])
    assert holm([]) == []


def test_psi_of_a_shift_by_half_a_deviation_is_a_quarter():
    edges = stats.norm.ppf(np.arange(1, 20) / 20)
    before = np.diff(stats.norm.cdf(np.r_[-np.inf, edges, np.inf])) * 1e6
    after = np.diff(stats.norm.cdf(np.r_[-np.inf, edges, np.inf] - 0.5)) * 1e6
    assert psi(before, after) == pytest.approx(0.25, abs=0.02)
    assert psi(before, before) == 0.0
