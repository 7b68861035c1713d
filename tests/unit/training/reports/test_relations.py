"""What a column alone says about the target: the measures, the groups, and how often chance is taken for more."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from automl_lite.domain.columns import Column, Kind, Task
from automl_lite.training.reports.missing import missing_patterns
from automl_lite.training.reports.relations import MAX_GROUPS, Relation, read_outcome, relate
from tests.unit.training.reports.tables import shop


def _relations(frame: pd.DataFrame, columns: list[Column], target: str, task: Task) -> list[Relation]:
    others = [column for column in columns if column.name != target]
    outcome = read_outcome(frame, next(c for c in columns if c.name == target), task, len(others))
    assert outcome is not None
    return relate(frame, others, outcome, max_seconds=60)


def _one(x: object, y: object, kind: Kind, target: Kind, task: Task) -> Relation:
    frame = pd.DataFrame({"y": pd.Series(y), "x": pd.Series(x)})
    return _relations(frame, [Column(name="y", kind=target), Column(name="x", kind=kind)], "y", task)[0]


def test_order_is_by_strength_and_noise_is_told_from_signal() -> None:
    frame, columns = shop(800)
    found = _relations(frame, columns, "late", Task.BINARY)
    assert found[0].column.name == "days"
    assert found[0].is_real
    by_name = {each.column.name: each for each in found}
    assert by_name["carrier"].is_real
    assert not by_name["noise"].is_real
    assert by_name["order"].strength is None
    assert by_name["order"].reason
    assert found[-1].strength is None


def test_copy_of_the_target_explains_everything() -> None:
    y = np.random.default_rng(0).normal(size=500)
    same = _one(y.round(0), y.round(0), Kind.NUMBER, Kind.NUMBER, Task.REGRESSION)
    assert same.strength == pytest.approx(1.0)
    words = np.random.default_rng(1).choice(["a", "b", "c"], 300).astype(object)
    assert _one(words, words, Kind.CATEGORY, Kind.CATEGORY, Task.MULTICLASS).strength == pytest.approx(1.0)


def test_strength_of_two_classes_is_the_share_of_explained_variance() -> None:
    rng = np.random.default_rng(2)
    x = rng.choice(["a", "b", "c"], 5000).astype(object)
    y = rng.random(5000) < pd.Series(x).map({"a": 0.2, "b": 0.5, "c": 0.9}).to_numpy()
    found = _one(x, np.where(y, "yes", "no").astype(object), Kind.CATEGORY, Kind.CATEGORY, Task.BINARY)
    means = pd.Series(y.astype(float)).groupby(x).transform("mean")
    eta = means.var(ddof=0) / y.astype(float).var()
    assert found.strength == pytest.approx(1 - (1 - eta) * 4999 / 4997, abs=1e-9)


def test_curved_relation_of_a_number_is_seen() -> None:
    x = np.random.default_rng(3).uniform(-1, 1, 2000)
    found = _one(x, x**2, Kind.NUMBER, Kind.NUMBER, Task.REGRESSION)
    assert abs(np.corrcoef(x, x**2)[0, 1]) < 0.1
    assert found.strength is not None
    assert found.strength > 0.8


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS, Task.REGRESSION])
def test_chance_is_rarely_called_real(task: Task) -> None:
    rng = np.random.default_rng(4)
    alarms = 0
    for _ in range(60):
        columns = [Column(name=f"x{i}", kind=Kind.NUMBER) for i in range(4)]
        frame = pd.DataFrame(rng.exponential(size=(200, 4)), columns=[c.name for c in columns])
        n_classes = 2 if task is Task.BINARY else 6
        regression = task is Task.REGRESSION
        frame["y"] = rng.lognormal(0, 3, 200) if regression else rng.integers(0, n_classes, 200).astype(float)
        target = Column(name="y", kind=Kind.NUMBER if regression else Kind.INTEGER)
        alarms += any(each.is_real for each in _relations(frame, [target, *columns], "y", task))
    assert alarms <= 9  # of 60 tables; 3 are expected, more than 9 in 1 of 1,000 such tests


def test_column_that_is_mostly_zero_is_compared_at_its_other_values() -> None:
    rng = np.random.default_rng(5)
    gain = np.where(rng.random(3000) < 0.93, 0.0, rng.integers(1, 5000, 3000).astype(float))
    found = _one(gain, np.where(gain > 0, "yes", "no").astype(object), Kind.INTEGER, Kind.CATEGORY, Task.BINARY)
    assert found.groups[0].name == "0"
    assert found.strength == pytest.approx(1.0)


def test_groups_hold_every_row_once() -> None:
    frame, columns = shop(777)
    for task, target in ((Task.BINARY, "late"), (Task.REGRESSION, "price")):
        for each in _relations(frame, columns, target, task):
            if each.strength is None:
                continue
            assert sum(group.n for group in each.groups) == 777
            assert all(sum(group.counts) == group.n for group in each.groups if group.counts)
            assert len([g for g in each.groups if g.role == "value"]) <= MAX_GROUPS + 3
            n_missing = int(frame[each.column.name].isna().sum())
            assert sum(group.n for group in each.groups if group.role == "missing") == n_missing


def test_rare_levels_count_for_the_strength_and_are_shown_together() -> None:
    rng = np.random.default_rng(6)
    codes = rng.integers(0, 25, 4000)
    levels = np.array([f"level {code}" for code in codes], dtype=object)
    answer = np.where(codes % 2 == 1, "yes", "no").astype(object)
    found = _one(levels, answer, Kind.CATEGORY, Kind.CATEGORY, Task.BINARY)
    assert found.strength == pytest.approx(1.0)
    assert [group.role for group in found.groups] == ["value"] * 9 + ["other"]
    assert found.groups[-1].name == "16 others"


def test_text_is_compared_by_its_length_and_booleans_keep_their_spelling() -> None:
    frame = pd.DataFrame({"y": [1.0, 2.0, 3.0] * 30, "t": ["a", "bb", "ccc"] * 30, "b": [True, False, None] * 30})
    frame["t"], frame["b"] = frame["t"].astype(object), frame["b"].astype(object)
    columns = [
        Column(name="y", kind=Kind.NUMBER),
        Column(name="t", kind=Kind.TEXT),
        Column(name="b", kind=Kind.BOOLEAN, formats=("nein", "ja")),
    ]
    by_name = {each.column.name: each for each in _relations(frame, columns, "y", Task.REGRESSION)}
    assert by_name["t"].by == "length"
    assert [group.name for group in by_name["t"].groups] == ["1", "2", "3"]
    assert {group.name for group in by_name["b"].groups} == {"nein", "ja", "missing"}


def test_target_with_one_value_has_no_outcome() -> None:
    frame = pd.DataFrame({"y": ["a", "a", None]}, dtype=object)
    assert read_outcome(frame, Column(name="y", kind=Kind.CATEGORY), Task.BINARY, 1) is None


def test_missing_patterns_count_rows_that_miss_the_same_columns() -> None:
    frame = pd.DataFrame({"a": [1, None, None, 4, None], "b": [1, None, None, 4, 5], "c": [1, None, None, None, 1]})
    found = missing_patterns(frame, ["a", "c", "b"])
    assert found is not None
    assert found.rows == (
        (2, (True, True, True)),
        (1, (False, False, False)),
        (1, (True, False, False)),
        (1, (False, True, False)),
    )
    assert found.n_complete == 1
    assert found.together == ()
    both = missing_patterns(frame.head(3), ["a", "b"])
    assert both is not None
    assert both.together == (("a", "b"),)
    assert both.n_other_rows == 0
    assert missing_patterns(frame, []) is None
