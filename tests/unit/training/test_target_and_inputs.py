"""Codes, labels and which columns a model takes."""

import numpy as np
import pandas as pd
import pytest

from automl_lite.domain.columns import Column, Kind, Notice, Task
from automl_lite.errors import UnknownColumn, UnknownTarget
from automl_lite.training.config import InvalidSetting, TrainConfig
from automl_lite.training.inputs import NoInputs, choose_inputs
from automl_lite.training.target import UnusableTarget, read_target, strata

CATEGORY = Column(name="y", kind=Kind.CATEGORY)


def test_the_rarer_class_is_the_positive_one():
    target = read_target(pd.Series(["good"] * 7 + ["bad"] * 3), CATEGORY, Task.BINARY)
    assert target.classes == ["good", "bad"]
    assert target.y.tolist() == [0] * 7 + [1] * 3


def test_a_word_for_yes_is_positive_even_if_common():
    assert read_target(pd.Series(["Yes"] * 7 + ["No"] * 3), CATEGORY, Task.BINARY).classes == ["No", "Yes"]


def test_integer_labels_keep_their_form_and_order():
    target = read_target(pd.Series([10.0, 9.0, 2.0] * 4), Column(name="y", kind=Kind.INTEGER), Task.MULTICLASS)
    assert target.classes == ["2", "9", "10"]
    assert target.class_kind == "integer"


def test_booleans_keep_their_spelling():
    column = Column(name="y", kind=Kind.BOOLEAN, formats=("no", "yes"))
    target = read_target(pd.Series([True, False, False], dtype=object), column, Task.BINARY)
    assert (target.classes, target.class_kind) == (["no", "yes"], "string")
    plain = read_target(pd.Series([True, False, False], dtype=object), Column(name="y", kind=Kind.BOOLEAN), Task.BINARY)
    assert (plain.classes, plain.class_kind) == (["false", "true"], "boolean")


def test_one_value_is_nothing_to_learn():
    with pytest.raises(UnusableTarget, match='"good"'):
        read_target(pd.Series(["good"] * 5), CATEGORY, Task.BINARY)


def test_words_are_no_regression_target():
    with pytest.raises(UnusableTarget, match="not finite numbers"):
        read_target(pd.Series(["a", "b"]), CATEGORY, Task.REGRESSION)


def test_numbers_are_stratified_by_rank():
    target = read_target(pd.Series(np.arange(1_000.0) ** 3), Column(name="y", kind=Kind.NUMBER), Task.REGRESSION)
    assert np.bincount(strata(target)).tolist() == [50] * 20


COLUMNS = [
    Column(name="id", kind=Kind.ID, reason="Every value is different."),
    Column(name="same", kind=Kind.NUMBER),
    Column(name="x", kind=Kind.NUMBER),
    Column(name="y", kind=Kind.CATEGORY),
]
NOTICES = [Notice(code="constant-column", message="It has one value.", column="same", action="keep")]


def test_every_dropped_column_has_its_reason():
    inputs, dropped = choose_inputs(COLUMNS, "y", NOTICES, TrainConfig(drop=()))
    assert [c.name for c in inputs] == ["x"]
    assert {d.column: d.reason for d in dropped} == {"id": "Every value is different.", "same": "It has one value."}


def test_keep_brings_columns_back_and_drop_takes_them_away():
    inputs, dropped = choose_inputs(COLUMNS, "y", NOTICES, TrainConfig(keep=("id", "same"), drop=("x",)))
    assert [c.name for c in inputs] == ["id", "same"]
    assert dropped[0].reason == "You asked to leave it out."


def test_the_column_of_groups_is_not_an_input():
    inputs, dropped = choose_inputs(COLUMNS, "y", [], TrainConfig(split="group:x"))
    assert "x" not in [c.name for c in inputs]
    assert dropped[-1].column == "x"


def test_unknown_names_are_told_with_the_closest():
    with pytest.raises(UnknownTarget):
        choose_inputs(COLUMNS, "z", [], TrainConfig())
    with pytest.raises(UnknownColumn) as told:
        choose_inputs(COLUMNS, "y", [], TrainConfig(drop=("sam",)))
    assert "same" in told.value.hint


def test_nothing_left_to_predict_from():
    with pytest.raises(NoInputs, match="At least one column besides the target"):
        choose_inputs(COLUMNS[:2] + COLUMNS[3:], "y", NOTICES, TrainConfig())


@pytest.mark.parametrize(
    "wrong",
    [
        {"budget_s": 0},
        {"engine": "magic"},
        {"quality": "superb"},
        {"test_share": 0.9},
        {"max_models": 0},
        {"split": "time"},
        {"split": "weekly:x"},
        {"drop": ("a",), "keep": ("a",)},
    ],
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(InvalidSetting):
        TrainConfig(**wrong)


def test_settings_as_json():
    settings = TrainConfig(task=Task.BINARY, kinds={"zip": Kind.CATEGORY}).as_dict()
    assert settings["task"] == "binary"
    assert settings["kinds"] == {"zip": "category"}
