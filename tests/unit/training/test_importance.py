"""Importance finds what the model uses, gives unused columns 0, and invents nothing when time runs out."""

from __future__ import annotations

import json

import numpy as np
import pytest

from automl_lite.domain.columns import Task
from automl_lite.training import importance as module
from automl_lite.training.importance import alike_columns, permutation_importance, shap_summary


def _table(n_rows: int = 600, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        "strong": rng.normal(size=n_rows).astype(np.float32),
        "weak": rng.normal(size=n_rows).astype(np.float32),
        "word": rng.choice(["a", "b"], n_rows).astype(object),
        "unused": rng.normal(size=n_rows).astype(np.float32),
    }


def _estimate(columns: dict[str, np.ndarray]) -> np.ndarray:
    return 3.0 * columns["strong"] + 0.5 * columns["weak"] + (columns["word"] == "b") * 1.0


def test_columns_are_ordered_by_what_the_model_loses() -> None:
    table = _table()
    y = _estimate(table) + np.random.default_rng(1).normal(size=600)
    found = permutation_importance(_estimate, table, y, task=Task.REGRESSION)
    assert [each.column for each in found.columns] == ["strong", "word", "weak", "unused"]
    assert found.n_repeats == 10
    assert found.n_rows == 600
    unused = found.columns[-1]
    assert (unused.mean, unused.low, unused.high) == (0.0, 0.0, 0.0)
    for each in found.columns[:3]:
        assert 0 < each.low < each.mean < each.high
    # Shuffling a column with weight w adds w²·2·var to the squared error of 1.
    assert found.columns[0].mean == pytest.approx(np.sqrt(1 + 2 * 9) - 1, rel=0.1)
    assert json.loads(json.dumps(found.as_dict(), allow_nan=False))["columns"][0]["column"] == "strong"


def test_classes_lose_score_in_either_direction_of_the_metric() -> None:
    table = _table()
    rng = np.random.default_rng(2)
    y = (rng.random(600) < 1 / (1 + np.exp(-_estimate(table)))).astype(int)

    def predict(columns: dict[str, np.ndarray]) -> np.ndarray:
        p = 1 / (1 + np.exp(-_estimate(columns)))
        return np.column_stack([1 - p, p])

    for metric in ("auto", "roc_auc", "accuracy"):
        found = permutation_importance(predict, table, y, task=Task.BINARY, metric=metric, repeats=3)
        assert found.columns[0].column == "strong"
        assert found.columns[0].low > 0


def test_range_covers_the_loss_on_new_rows() -> None:
    inside = 0
    truth = np.sqrt(1 + 2 * 0.25) - 1
    for seed in range(60):
        table = {"weak": np.random.default_rng(seed).normal(size=200)}
        y = 0.5 * table["weak"] + np.random.default_rng(1000 + seed).normal(size=200)
        each = permutation_importance(
            lambda columns: 0.5 * columns["weak"], table, y, task=Task.REGRESSION, repeats=5, seed=seed
        ).columns[0]
        inside += each.low <= truth <= each.high
    assert inside >= 52  # 57 expected; fewer than 52 of 60 has a chance under 1 %


def test_no_time_means_no_numbers() -> None:
    table = _table()
    found = permutation_importance(_estimate, table, _estimate(table), task=Task.REGRESSION, max_seconds=0)
    assert found.columns == ()
    assert found.not_measured == ("strong", "weak", "word", "unused")
    assert found.reason == "There was no time to measure."


def test_time_that_runs_out_leaves_whole_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    table = _table(50)
    ticks = iter(range(10_000))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(ticks))
    found = permutation_importance(_estimate, table, _estimate(table) + 1, task=Task.REGRESSION, max_seconds=70)
    assert 1 <= found.n_repeats < 10
    assert len(found.columns) == 4


def test_rows_are_capped() -> None:
    table = _table(3000)
    seen = []

    def predict(columns: dict[str, np.ndarray]) -> np.ndarray:
        seen.append(len(columns["strong"]))
        return _estimate(columns)

    found = permutation_importance(predict, table, _estimate(table), task=Task.REGRESSION, repeats=1, max_rows=700)
    assert found.n_rows == 700
    assert set(seen) == {700}


def test_metric_without_a_value_gives_a_reason() -> None:
    table = _table(20)
    found = permutation_importance(
        lambda columns: np.full((20, 2), 0.5), table, np.ones(20, dtype=int), task=Task.BINARY, metric="roc_auc"
    )
    assert found.columns == ()
    assert "not defined" in found.reason


def test_columns_that_repeat_each_other_are_named() -> None:
    table = _table()
    table |= {"copy": -(table["strong"] ** 3), "again": table["word"].copy(), "constant": np.ones(600)}
    assert alike_columns(table) == [("strong", "copy"), ("word", "again")]
    found = permutation_importance(_estimate, table, _estimate(table), task=Task.REGRESSION, repeats=1)
    assert "strong and copy, word and again" in found.caveat
    missing = {"a": np.array([1.0, np.nan, 3.0] * 5), "b": np.array([1.0, np.nan, 3.0] * 5)}
    assert alike_columns(missing) == [("a", "b")]


def test_shap_contributions_add_up_by_raw_column() -> None:
    contributions = np.array([[1.0, -1.0, 0.5], [2.0, 2.0, -0.5]])
    summary = shap_summary(
        contributions, ["city", "city", "age"], values={"age": np.array([40.0, 20.0])}, unit="log-odds"
    )
    assert summary["columns"] == [{"column": "city", "mean_abs": 2.0}, {"column": "age", "mean_abs": 0.5}]
    assert summary["points"][0] == {"column": "city", "x": [0.0, 4.0], "value": [None, None]}
    assert summary["points"][1] == {"column": "age", "x": [0.5, -0.5], "value": [1.0, 0.0]}


def test_shap_summary_is_bounded_and_plain() -> None:
    rng = np.random.default_rng(0)
    names = [f"c{i}" for i in range(30)]
    values = {names[0]: np.where(rng.random(1000) < 0.5, np.nan, 1.0)}
    summary = shap_summary(rng.normal(size=(1000, 30)), names, values=values)
    assert len(summary["columns"]) == 30
    assert len(summary["points"]) == 15
    assert {len(each["x"]) for each in summary["points"]} == {300}
    json.dumps(summary, allow_nan=False)


def test_shap_with_several_classes_has_sizes_but_no_direction() -> None:
    contributions = np.zeros((4, 3, 2))
    contributions[:, 0] = [1.0, -1.0]
    contributions[:, 1] = [-1.0, 1.0]
    contributions[:, 2] = [0.25, 0.75]
    summary = shap_summary(contributions, ["a", "a", "b"])
    assert summary["columns"] == [{"column": "b", "mean_abs": 0.5}, {"column": "a", "mean_abs": 0.0}]
    assert summary["points"] == []
    with pytest.raises(ValueError, match="do not fit"):
        shap_summary(contributions, ["a"])
