"""Metrics agree with scikit-learn, are found by any usual name, and say why they have no value."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from automl_lite.domain.columns import Task
from automl_lite.training.metrics import (
    METRICS,
    MetricUnfit,
    UnknownMetric,
    check_target,
    loss,
    reported_metrics,
    resolve_metric,
    score,
    undefined_reason,
)
from automl_lite.training.metrics.resampling import (
    gap_interval,
    percentiles,
    perfect_calibration_error,
    resample,
    wilson,
)
from automl_lite.training.metrics.scores import prepare


def _classes(seed: int, n_classes: int, n_rows: int, levels: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes with every class present, and probabilities with ties where ``levels`` is small."""
    rng = np.random.default_rng(seed)
    y = np.r_[np.arange(n_classes), rng.integers(0, n_classes, n_rows)]
    raw = rng.integers(1, levels + 1, size=(len(y), n_classes)).astype(float)
    raw[np.arange(len(y)), y] += rng.integers(0, 3, len(y))
    return y, raw / raw.sum(axis=1, keepdims=True)


_CASES = given(seed=st.integers(0, 10_000), n_rows=st.integers(0, 60), levels=st.sampled_from([1, 3, 1000]))


@_CASES
@settings(max_examples=60, deadline=None)
def test_two_classes_agree_with_scikit_learn(seed: int, n_rows: int, levels: int) -> None:
    y, p = _classes(seed, 2, n_rows, levels)
    chosen = (p[:, 1] >= 0.5).astype(int)
    expected = {
        "log_loss": sk.log_loss(y, p),
        "roc_auc": sk.roc_auc_score(y, p[:, 1]),
        "average_precision": sk.average_precision_score(y, p[:, 1]),
        "accuracy": sk.accuracy_score(y, chosen),
        "balanced_accuracy": sk.balanced_accuracy_score(y, chosen),
        "f1": sk.f1_score(y, chosen),
        "f1_macro": sk.f1_score(y, chosen, average="macro"),
        "precision": sk.precision_score(y, chosen, zero_division=0),
        "recall": sk.recall_score(y, chosen),
        "mcc": sk.matthews_corrcoef(y, chosen),
        "brier": sk.brier_score_loss(y, p[:, 1]),
    }
    got = {name: score(name, y, p) for name in expected}
    assert got == pytest.approx(expected, abs=1e-12)


@_CASES
@settings(max_examples=60, deadline=None)
def test_several_classes_agree_with_scikit_learn(seed: int, n_rows: int, levels: int) -> None:
    y, p = _classes(seed, 4, n_rows, levels)
    chosen = p.argmax(axis=1)
    hot = np.eye(4)[y]
    expected = {
        "log_loss": sk.log_loss(y, p),
        "roc_auc": sk.roc_auc_score(y, p, multi_class="ovr"),
        "average_precision": sk.average_precision_score(hot, p, average="macro"),
        "accuracy": sk.accuracy_score(y, chosen),
        "balanced_accuracy": sk.balanced_accuracy_score(y, chosen),
        "f1_macro": sk.f1_score(y, chosen, average="macro"),
        "precision": sk.precision_score(y, chosen, average="macro", zero_division=0),
        "recall": sk.recall_score(y, chosen, average="macro"),
        "mcc": sk.matthews_corrcoef(y, chosen),
        "brier": np.mean(np.sum((p - hot) ** 2, axis=1)),
    }
    got = {name: score(name, y, p) for name in expected}
    assert got == pytest.approx(expected, abs=1e-12)


@given(seed=st.integers(0, 10_000), n_rows=st.integers(2, 80), scale=st.sampled_from([1e-6, 1.0, 1e9]))
@settings(max_examples=60, deadline=None)
def test_numbers_agree_with_scikit_learn(seed: int, n_rows: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    y = rng.lognormal(size=n_rows) * scale
    p = y * rng.lognormal(sigma=0.3, size=n_rows)
    expected = {
        "rmse": sk.root_mean_squared_error(y, p),
        "mae": sk.mean_absolute_error(y, p),
        "median_absolute_error": sk.median_absolute_error(y, p),
        "r2": sk.r2_score(y, p),
        "mape": sk.mean_absolute_percentage_error(y, p) if scale > 1e-5 else score("mape", y, p),
        "rmsle": sk.root_mean_squared_log_error(y, p),
        "median_relative_error": np.median(np.abs(y - p) / y),
        "within_20": np.mean(np.abs(y - p) <= 0.2 * y),
    }
    got = {name: score(name, y, p) for name in expected}
    assert got == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(seed=st.integers(0, 1000), n_rows=st.integers(3, 40))
@settings(max_examples=40, deadline=None)
def test_weights_mean_the_same_as_repeated_rows(seed: int, n_rows: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, n_rows, n_rows)
    weights = np.bincount(drawn, minlength=n_rows)[None].astype(float)
    y, p = rng.integers(0, 3, n_rows), rng.dirichlet(np.ones(3), n_rows).round(1) + 0.05
    p /= p.sum(axis=1, keepdims=True)
    truth = rng.normal(size=n_rows)
    estimate = truth + rng.normal(size=n_rows).round(1)
    for name, metric in METRICS.items():
        if name in {"ece", "mape", "rmsle"}:
            continue  # groups are fixed before drawing; the other two are means like MAE
        a, b = (y, p) if Task.MULTICLASS in metric.tasks else (truth, estimate)
        if metric.tasks == frozenset({Task.BINARY}):
            a, b = (y > 0).astype(int), np.column_stack([p[:, 0], 1 - p[:, 0]])
        repeated = prepare(name, a[drawn], b[drawn])()
        weighted = prepare(name, a, b)(weights)
        if len(np.unique(a[drawn])) == len(np.unique(a)):  # macro averages run over the classes of the original rows
            np.testing.assert_allclose(weighted, repeated, rtol=1e-9, atol=1e-12, err_msg=name)


def test_calibration_error_is_the_weighted_gap_of_ten_groups() -> None:
    rng = np.random.default_rng(0)
    p = rng.random(1000)
    y = (rng.random(1000) < p**2).astype(int)
    order = np.argsort(p)
    by_hand = np.mean([abs(p[rows].mean() - y[rows].mean()) for rows in np.array_split(order, 10)])
    assert score("ece", y, np.column_stack([1 - p, p])) == pytest.approx(by_hand, abs=1e-12)


def test_perfect_calibration_still_shows_an_error_on_few_rows() -> None:
    rng = np.random.default_rng(1)
    p = rng.random(200)
    shown = [score("ece", (rng.random(200) < p).astype(int), np.column_stack([1 - p, p])) for _ in range(200)]
    mean, limit = perfect_calibration_error(np.zeros(200, dtype=int), np.column_stack([1 - p, p]))
    assert mean == pytest.approx(np.mean(shown), rel=0.1)
    assert limit == pytest.approx(np.quantile(shown, 0.95), rel=0.15)


def test_losses_turn_scores_where_more_is_better() -> None:
    y, p = _classes(3, 2, 50, 1000)
    assert loss("auc", y, p) == -score("roc_auc", y, p)
    assert loss("log_loss", y, p) == score("log_loss", y, p)


def test_positive_class_and_threshold_are_obeyed() -> None:
    y = np.array([0, 0, 1, 1])
    p = np.array([[0.9, 0.1], [0.35, 0.65], [0.6, 0.4], [0.2, 0.8]])
    assert score("recall", y, p) == 0.5
    assert score("recall", y, p, threshold=0.4) == 1.0
    assert score("precision", y, p, positive=0, threshold=0.6) == 0.5
    assert score("f1", y, p, positive=0) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("asked", "task", "name"),
    [
        ("auto", Task.BINARY, "log_loss"),
        ("auto", Task.REGRESSION, "rmse"),
        ("AUC", Task.BINARY, "roc_auc"),
        ("ROC-AUC", Task.MULTICLASS, "roc_auc"),
        ("R2", Task.REGRESSION, "r2"),
        ("R²", Task.REGRESSION, "r2"),
        ("MAE", Task.REGRESSION, "mae"),
        ("neg_log_loss", Task.BINARY, "log_loss"),
        ("f1", Task.MULTICLASS, "f1_macro"),
        ("F1", Task.BINARY, "f1"),
        ("mse", Task.REGRESSION, "rmse"),
    ],
)
def test_usual_names_are_understood(asked: str, task: Task, name: str) -> None:
    assert resolve_metric(asked, task).name == name


def test_unknown_metric_names_the_closest() -> None:
    with pytest.raises(UnknownMetric, match="acuracy") as caught:
        resolve_metric("acuracy", Task.BINARY)
    assert caught.value.code == "unknown-metric"
    assert caught.value.hint.startswith("Did you mean 'accuracy'?")
    with pytest.raises(UnknownMetric) as caught:
        resolve_metric("zzz", Task.REGRESSION)
    assert caught.value.hint.startswith("There are: auto, ")
    assert "rmse" in caught.value.hint
    assert "roc_auc" not in caught.value.hint


def test_metric_of_another_problem_says_so() -> None:
    with pytest.raises(MetricUnfit, match=r"'accuracy' does not fit .* a number"):
        resolve_metric("accuracy", Task.REGRESSION)
    with pytest.raises(MetricUnfit, match="several classes"):
        resolve_metric("rmse", Task.MULTICLASS)


def test_target_that_a_metric_cannot_measure_is_refused_before_a_search() -> None:
    y = np.array([0.0, 1.0, 2.0])
    with pytest.raises(MetricUnfit, match="1 row has a true value of 0"):
        check_target(METRICS["mape"], y)
    with pytest.raises(MetricUnfit, match="2 rows have a true value under 0"):
        check_target(METRICS["rmsle"], y - 2)
    check_target(METRICS["rmse"], y)
    check_target(METRICS["log_loss"], np.array([0, 1]))


def test_undefined_scores_are_nan_with_a_reason_and_no_warning() -> None:
    one_class, p = np.ones(4, dtype=int), np.full((4, 2), 0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(score("roc_auc", one_class, p))
        assert np.isnan(score("r2", np.ones(3), np.zeros(3)))
        assert np.isnan(score("mape", np.zeros(3), np.ones(3)))
        assert np.isnan(score("within_20", np.zeros(3), np.ones(3)))
        assert score("precision", one_class, np.tile([1.0, 0.0], (4, 1))) == 0.0
        assert np.isfinite(score("log_loss", one_class, np.tile([1.0, 0.0], (4, 1))))
    assert undefined_reason("roc_auc", one_class, p, ["no", "yes"]) == (
        "All test rows are “yes”, so there is nothing to rank."
    )
    assert undefined_reason("r2", np.ones(3), np.zeros(3)) == (
        "All true values are the same, so there is nothing to explain."
    )
    assert undefined_reason("rmse", np.ones(3), np.zeros(3)) == ""


def test_macro_averages_run_over_the_classes_that_have_rows() -> None:
    y, p = _classes(5, 3, 60, 1000)
    seen = y < 2
    wide = np.column_stack([p, np.full(len(p), 0.01)])
    assert score("roc_auc", y, wide) == pytest.approx(score("roc_auc", y, p))
    assert np.isfinite(score("balanced_accuracy", y[seen], p[seen]))


def test_every_metric_has_words_and_a_place() -> None:
    for name, metric in METRICS.items():
        assert metric.name == name
        assert metric.label[0].isupper()
        assert metric.meaning.endswith(".")
        assert metric.reported <= metric.tasks
    assert [metric.name for metric in reported_metrics(Task.MULTICLASS)].count("recall") == 0


def test_wilson_matches_the_textbook() -> None:
    # Newcombe 1998, table I: 81 of 263 → 0.2553 to 0.3662; 0 of 20 → 0 to 0.1611.
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0.0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_resampling_is_fixed_by_its_seed_and_bounded() -> None:
    statistic = prepare("mae", np.arange(50.0), np.zeros(50))
    first, again, other = (resample({"m": statistic}, 50, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.values["m"], again.values["m"])
    assert not np.array_equal(first.values["m"], other.values["m"])
    assert first.n_resamples == 1000
    assert not first.cut_short
    rows = 200_000
    many = resample({"m": prepare("mae", np.ones(rows), np.zeros(rows))}, rows, max_seconds=0)
    assert 20 <= many.n_resamples < 100
    assert many.cut_short


def test_percentiles_widen_for_few_rows_as_the_t_distribution_does() -> None:
    draws = np.random.default_rng(0).normal(size=1000)
    narrow, wide = percentiles(draws, 10_000), percentiles(draws, 5)
    assert narrow == pytest.approx((-1.96, 1.96), abs=0.15)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_gap_over_few_differing_rows_reaches_zero() -> None:
    gaps = np.random.default_rng(0).uniform(0.05, 0.1, 500)
    assert gap_interval(gaps, 40).low > 0
    assert gap_interval(gaps, 40, n_differing=5).low == 0
    assert gap_interval(gaps, 40, n_differing=6).low > 0
    assert gap_interval(gaps, 1).low is None
