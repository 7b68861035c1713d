"""An evaluation holds every number with its range, says who is really better, and never invents anything."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from automl_lite.domain.columns import Task
from automl_lite.training import curves
from automl_lite.training.evaluation import Evaluation, compare, evaluate
from automl_lite.training.metrics import MetricUnfit
from automl_lite.training.verdict import amount, percent, signed


def _loans(n_rows: int, seed: int = 0, share: float = 0.28, gap: float = 1.4) -> tuple[np.ndarray, np.ndarray]:
    """Calibrated probabilities of a bad loan, and whether it was one."""
    rng = np.random.default_rng(seed)
    y = (rng.random(n_rows) < share).astype(int)
    odds = math.log(share / (1 - share)) + gap * (rng.normal(size=n_rows) + gap * y) - gap**2 / 2
    p = 1 / (1 + np.exp(-odds))
    return y, np.column_stack([1 - p, p])


def _judged(n_rows: int, seed: int = 0, **options: object) -> Evaluation:
    y, p = _loans(n_rows, seed)
    baseline = np.tile([0.72, 0.28], (n_rows, 1))
    return evaluate(Task.BINARY, y, p, classes=["good", "bad"], baseline_prediction=baseline, **options)


def _prices(n_rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    p = np.exp(rng.normal(12, 0.6, n_rows))
    return p * np.exp(rng.normal(0, 0.2, n_rows)), p


def test_every_metric_has_a_range_around_its_value() -> None:
    evaluation = _judged(400)
    assert [result.name for result in evaluation.metrics][:2] == ["roc_auc", "log_loss"]
    assert len(evaluation.metrics) == 11
    for result in evaluation.metrics:
        assert result.low <= result.value <= result.high, result.name
        assert result.low < result.high, result.name
        assert result.method


def test_verdict_speaks_of_ranking_guessing_and_the_linear_model() -> None:
    y, p = _loans(891)
    linear = 0.97 * p + 0.03 * np.random.default_rng(1).dirichlet([1, 1], len(y))
    evaluation = evaluate(
        Task.BINARY, y, p, classes=["good", "bad"], baseline_prediction=np.tile([0.72, 0.28], (891, 1)),
        linear_prediction=linear,
    )  # fmt: skip
    auc = evaluation.metric("roc_auc")
    assert evaluation.verdict == (
        f"Clearly better than guessing. It ranks a “bad” above a “good” {percent(auc.value)} of the time "
        f"({100 * auc.low:.1f} to {percent(auc.high)}); guessing gets 50\u00a0%. A linear model alone reaches "
        f"{percent(auc.linear)}, which is no real difference."
    )
    assert evaluation.basis == "Measured once, on 891 rows that no model saw."
    assert any("linear model costs you nothing" in remark for remark in evaluation.remarks)


def test_a_model_that_guesses_is_told_so() -> None:
    y, _ = _loans(300)
    noise = np.random.default_rng(5).dirichlet([5, 5], 300)
    baseline = np.tile([0.72, 0.28], (300, 1))
    evaluation = evaluate(Task.BINARY, y, noise, classes=["0", "1"], baseline_prediction=baseline)
    assert evaluation.verdict.startswith("No better than guessing, as far as 300 test rows can tell.")


def test_chosen_metric_leads_the_verdict() -> None:
    assert "names the right class" in _judged(300, metric="accuracy").verdict
    assert "always saying “good” gets" in _judged(300, metric="acc").verdict
    assert "flagging every row gets" in _judged(300, metric="f1").verdict


def test_several_classes_and_one_without_rows() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 500)
    p = rng.dirichlet(np.ones(4), 500)
    p[np.arange(500), y] += 0.5
    p /= p.sum(axis=1, keepdims=True)
    prior = np.tile([0.34, 0.33, 0.32, 0.01], (500, 1))
    evaluation = evaluate(Task.MULTICLASS, y, p, classes=["a", "b", "c", "d"], baseline_prediction=prior)
    auc = evaluation.metric("roc_auc")
    assert auc.note == "Averaged over the other 3 classes: no test row is “d”."
    assert auc.value == pytest.approx(np.mean([sk.roc_auc_score(y == k, p[:, k]) for k in range(3)]))
    assert evaluation.per_class[3]["recall"] is None
    assert evaluation.per_class[3]["n"] == 0
    assert evaluation.per_class[0]["recall_low"] < evaluation.per_class[0]["recall"]
    assert any("No test row is “d”" in remark for remark in evaluation.remarks)
    assert evaluation.roc is None
    assert "always saying “a”" in evaluation.verdict


def test_one_class_only_is_not_measured_with_a_reason() -> None:
    y = np.zeros(12, dtype=int)
    p = np.tile([0.9, 0.1], (12, 1))
    evaluation = evaluate(Task.BINARY, y, p, classes=["a", "b"], baseline_prediction=p)
    assert evaluation.metric("roc_auc").value is None
    assert evaluation.metric("recall").reason == "No test row is “b”."
    assert evaluation.metric("precision").reason == "No test row was given “b”."
    assert evaluation.metric("accuracy").value == 1.0
    assert evaluation.verdict == "Not measured. All test rows are “a”, so there is nothing to rank."
    assert evaluation.roc is None
    assert evaluation.pr is None


def test_no_rows_at_all() -> None:
    evaluation = evaluate(
        Task.REGRESSION, np.empty(0), np.empty(0), baseline_prediction=np.empty(0), intervals=np.empty((0, 2))
    )
    assert evaluation.verdict == "Not measured: there are no test rows."
    assert {result.value for result in evaluation.metrics} == {None}
    json.dumps(evaluation.as_dict(), allow_nan=False)


@given(
    seed=st.integers(0, 10_000),
    n_rows=st.integers(1, 25),
    kind=st.sampled_from(["binary", "multiclass", "regression"]),
    extreme=st.booleans(),
)
@settings(max_examples=80, deadline=None)
def test_any_rows_give_plain_json_and_no_warning(seed: int, n_rows: int, kind: str, extreme: bool) -> None:
    rng = np.random.default_rng(seed)
    task = Task(kind)
    if task is Task.REGRESSION:
        y = rng.integers(-1, 3, n_rows) * (1e12 if extreme else 1.0)
        p = y.copy() if extreme and seed % 2 else rng.normal(size=n_rows)
        options = {"intervals": np.column_stack([p - 1, p + 1])}
    else:
        k = 2 if task is Task.BINARY else 4
        y = rng.integers(0, k, n_rows)
        p = np.eye(k)[rng.integers(0, k, n_rows)] if extreme else rng.dirichlet(np.ones(k), n_rows)
        options = {"classes": [f"c{code}" for code in range(k)]}
    evaluation = evaluate(
        task, y, p, baseline_prediction=np.tile(p[:1], (n_rows, 1)) if p.ndim == 2 else np.full(n_rows, p[0]),
        linear_prediction=p[::-1].copy(), seed=seed, **options,
    )  # fmt: skip
    plain = evaluation.as_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    for result in evaluation.metrics:
        assert result.value is not None or result.reason
        assert result.low is None or result.low <= result.value <= result.high
    assert evaluation.verdict


def test_paired_comparison_sees_what_separate_ranges_hide() -> None:
    y, p = _loans(2000)
    logit = np.log(p[:, 1] / p[:, 0])
    worse = 1 / (1 + np.exp(-(logit + np.random.default_rng(2).normal(0, 0.7, len(y)))))
    against = compare(Task.BINARY, "auc", y, p, np.column_stack([1 - worse, worse]))
    assert against.verdict == "better"
    assert against.gap == pytest.approx(sk.roc_auc_score(y, p[:, 1]) - sk.roc_auc_score(y, worse))
    assert against.low < against.gap < against.high
    back = compare(Task.BINARY, "auc", y, np.column_stack([1 - worse, worse]), p)
    assert back.verdict == "worse"
    assert back.gap == pytest.approx(-against.gap)


def test_equal_systems_are_no_real_difference() -> None:
    y, p = _prices(100)
    same = compare(Task.REGRESSION, "rmse", y, p, p.copy())
    assert (same.gap, same.low, same.high, same.verdict) == (0.0, 0.0, 0.0, "no real difference")
    found = [compare(Task.REGRESSION, "mae", *_two_alike(seed)).verdict == "no real difference" for seed in range(100)]
    assert sum(found) >= 88  # 95 expected; fewer has a chance under 1 %


def _two_alike(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = rng.normal(size=80)
    return y, y + rng.normal(size=80), y + rng.normal(size=80)


def test_a_handful_of_rows_cannot_make_a_difference_of_classes() -> None:
    y = np.ones(40, dtype=int)
    y[:20] = 0
    a = np.column_stack([1 - y, y]).astype(float)
    b = a.copy()
    b[:5] = b[:5, ::-1]
    assert compare(Task.BINARY, "accuracy", y, a, b).verdict == "no real difference"
    b[5:8] = b[5:8, ::-1]
    assert compare(Task.BINARY, "accuracy", y, a, b).verdict == "better"


def test_smaller_error_is_better() -> None:
    y, p = _prices(500)
    against = compare(Task.REGRESSION, "auto", y, p, p * 1.5)
    assert against.verdict == "better"
    assert against.gap > 0


def test_curves_agree_with_scikit_learn() -> None:
    y, p = _loans(150)
    roc = curves.roc(y == 1, p[:, 1])
    assert sk.auc(roc["fpr"], roc["tpr"]) == pytest.approx(sk.roc_auc_score(y, p[:, 1]), abs=1e-6)
    pr = curves.precision_recall(y == 1, p[:, 1])
    precision, recall, _ = sk.precision_recall_curve(y, p[:, 1])
    # Theirs ends with an invented point at recall 0, precision 1.
    np.testing.assert_allclose(pr["recall"], recall[-2::-1], rtol=1e-6)
    np.testing.assert_allclose(pr["precision"], precision[-2::-1], rtol=1e-6)
    matrix = curves.confusion(y, (p[:, 1] >= 0.5).astype(int), ["good", "bad"])["matrix"]
    assert matrix == sk.confusion_matrix(y, p[:, 1] >= 0.5).tolist()


def test_long_curves_are_thinned_without_moving() -> None:
    y, p = _loans(20_000)
    roc = curves.roc(y == 1, p[:, 1])
    assert len(roc["fpr"]) <= 200
    assert (roc["fpr"][0], roc["tpr"][0], roc["fpr"][-1], roc["tpr"][-1]) == (0, 0, 1, 1)
    assert sk.auc(roc["fpr"], roc["tpr"]) == pytest.approx(sk.roc_auc_score(y, p[:, 1]), abs=1e-3)


def test_threshold_table_counts_every_cost() -> None:
    evaluation = _judged(500, threshold=0.37)
    y, p = _loans(500)
    table = {row["threshold"]: row for row in evaluation.thresholds}
    row = table[0.37]
    flagged = p[:, 1] >= 0.37
    assert (row["tp"], row["fp"]) == (int((flagged & (y == 1)).sum()), int((flagged & (y == 0)).sum()))
    assert row["tp"] + row["fn"] == y.sum()
    assert row["tn"] + row["fp"] == (1 - y).sum()
    matrix = evaluation.confusion["matrix"]
    assert [[row["tn"], row["fp"]], [row["fn"], row["tp"]]] == matrix
    best = curves.cheapest_threshold(evaluation.thresholds, miss_cost=5, false_alarm_cost=1)
    by_hand = min(5 * each["fn"] + each["fp"] for each in evaluation.thresholds)
    assert best["cost"] == by_hand
    assert best["threshold"] < 0.5


def test_rare_scores_get_thresholds_of_their_own() -> None:
    rng = np.random.default_rng(0)
    score = rng.uniform(0.001, 0.009, 1000)
    table = curves.threshold_table((rng.random(1000) < score).astype(int), score, 1, 0.5)
    assert sum(0.001 < row["threshold"] < 0.009 for row in table) >= 30


def test_calibrated_percentages_are_within_the_noise_and_others_are_not() -> None:
    good = _judged(2000)
    assert good.calibration["ece"] < good.calibration["limit_if_perfect"]
    assert sum(good.calibration["n"]) == 2000
    y, p = _loans(2000)
    sure = p**3 / (p**3).sum(axis=1, keepdims=True)
    bad = evaluate(Task.BINARY, y, sure, classes=["good", "bad"], baseline_prediction=p)
    assert bad.calibration["ece"] == pytest.approx(bad.metric("ece").value, abs=1e-6)
    assert any("percentages are off" in remark for remark in bad.remarks)
    assert not any("percentages are off" in remark for remark in good.remarks)


def test_numbers_have_residuals_groups_and_intervals() -> None:
    y, p = _prices(1000)
    p[p > np.quantile(p, 0.9)] *= 1.3
    evaluation = evaluate(
        Task.REGRESSION, y, p, baseline_prediction=np.full(1000, y.mean()), linear_prediction=p * 1.1,
        intervals=np.column_stack([p * 0.7, p * 1.3]), unit="$",
    )  # fmt: skip
    groups = evaluation.residuals["groups"]
    assert len(groups) == 10
    assert sum(group["n"] for group in groups) == 1000
    assert groups[-1]["tilt"] == pytest.approx(0.3, abs=0.08)
    assert groups[-1]["tilt_is_real"]
    assert sum(evaluation.residuals["counts"]) == 1000
    assert evaluation.intervals["coverage_low"] < evaluation.intervals["coverage"] < 1
    assert len(evaluation.predicted_vs_actual) == 500
    typical = evaluation.metric("median_relative_error")
    assert evaluation.verdict.startswith(
        f"Half of the estimates land within {percent(typical.value)} of the true value"
    )
    assert any(remark.startswith("Weak spot: estimates of") and "too high" in remark for remark in evaluation.remarks)


def test_targets_around_zero_are_told_in_their_own_unit() -> None:
    rng = np.random.default_rng(0)
    y = rng.normal(size=300)
    evaluation = evaluate(
        Task.REGRESSION, y, y + rng.normal(0, 0.3, 300), baseline_prediction=np.full(300, y.mean()), unit="°C"
    )
    value = evaluation.metric("median_absolute_error").value
    assert evaluation.verdict.startswith(f"Half of the estimates land within {amount(value, '°C')} of the truth")
    assert evaluation.metric("rmsle").value is None
    assert "under 0" in evaluation.metric("rmsle").reason


def test_cross_validation_is_said() -> None:
    assert _judged(150, how="cross-validation").basis.startswith("Measured by cross-validation on all 150 rows")


def test_same_seed_same_evaluation() -> None:
    assert _judged(200, seed=3).as_dict() == _judged(200, seed=3).as_dict()


def test_contract_keys_are_there() -> None:
    plain = _judged(120).as_dict()
    names = (
        "task n_rows how metrics primary verdict confusion roc pr calibration thresholds histogram residuals "
        "predicted_vs_actual intervals importance shap"
    )
    wanted = set(names.split())
    assert wanted <= set(plain)
    assert {"name", "label", "value", "low", "high", "baseline", "linear", "greater_is_better"} <= set(
        plain["metrics"][0]
    )
    assert {"fpr", "tpr"} <= set(plain["roc"])
    assert {"predicted", "observed", "low", "high", "n", "ece"} <= set(plain["calibration"])
    assert {"threshold", "tp", "fp", "tn", "fn", "precision", "recall"} <= set(plain["thresholds"][0])


def test_explanations_join_later() -> None:
    importance = {"columns": [{"column": "a", "mean": 0.1, "low": 0.0, "high": 0.2}], "metric": "log_loss"}
    evaluation = _judged(50).with_explanation(importance, {"columns": []})
    plain = evaluation.as_dict()
    assert plain["importance"][0]["column"] == "a"
    assert plain["importance_info"] == {"metric": "log_loss"}
    assert plain["shap"] == {"columns": []}


def test_bugs_of_the_caller_are_not_hidden() -> None:
    y, p = _loans(10)
    with pytest.raises(ValueError, match="shape"):
        evaluate(Task.BINARY, y, p[:5], classes=["a", "b"], baseline_prediction=p)
    with pytest.raises(ValueError, match="NaN"):
        evaluate(Task.BINARY, y, p * np.nan, classes=["a", "b"], baseline_prediction=p)
    with pytest.raises(ValueError, match="cannot have 3 classes"):
        evaluate(Task.BINARY, y, p, classes=["a", "b", "c"], baseline_prediction=p)
    with pytest.raises(ValueError, match="within 0 to 1"):
        evaluate(Task.BINARY, y + 1, p, classes=["a", "b"], baseline_prediction=p)
    with pytest.raises(MetricUnfit):
        evaluate(Task.BINARY, y, p, classes=["a", "b"], baseline_prediction=p, metric="rmse")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (60712, "60.7k"), (2e6, "2\u00a0M"), (1234.4, "1,234"), (-0.01234, "−0.0123"), (999.6, "1,000"),
     (99_950, "100k"), (3.5e12, "3.5e+12"), (1e-7, "1e−07"), (5.3e9, "5.3\u00a0bn"), (12.0, "12")],
)  # fmt: skip
def test_amounts_have_three_digits(value: float, text: str) -> None:
    assert amount(value) == text


def test_numbers_are_written_the_house_way() -> None:
    assert percent(0.8437) == "84.4\u00a0%"
    assert signed(-0.5, 1) == "−0.5"
    assert signed(-0.0001, 1) == "0.0"
    assert amount(5, "$") == "5\u00a0$"
