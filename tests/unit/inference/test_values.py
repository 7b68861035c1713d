from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automl_lite.domain.columns import Kind
from automl_lite.inference import InputColumn, WrongType
from automl_lite.inference.values import CONVERTERS, FLOAT32_MAX, iso

COLUMNS = {
    kind: InputColumn(
        name="c",
        kind=kind,
        type="float" if kind in (Kind.NUMBER, Kind.INTEGER) else "string",
        min=0.5,
        max=80,
        values=("98178", "True", "1.5"),
    )
    for kind in Kind
}


def convert(value: Any, kind: Kind) -> float | str:
    return CONVERTERS[kind](value, COLUMNS[kind])


MISSING = [None, float("nan"), np.nan, np.float32("nan"), pd.NA, pd.NaT, np.datetime64("NaT"), np.ma.masked]


@pytest.mark.parametrize("value", [*MISSING, "", " ", "NA", "n/a", "NaN", "null", math.inf, -math.inf, "inf", "1e999"])
def test_missing_numbers(value: Any):
    assert math.isnan(convert(value, Kind.NUMBER))


@pytest.mark.parametrize("kind", [Kind.BOOLEAN, Kind.CATEGORY, Kind.TEXT, Kind.DATETIME, Kind.ID])
@pytest.mark.parametrize("value", [*MISSING, ""])
def test_missing_strings(value: Any, kind: Kind):
    assert convert(value, kind) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3.0), (3.5, 3.5), ("3.5", 3.5), (" -1e3 ", -1000.0), (Decimal("2.5"), 2.5), (np.float32(0.5), 0.5),
        (np.int64(7), 7.0), (1e300, FLOAT32_MAX), (-(10**400), -FLOAT32_MAX),
    ],
)  # fmt: skip
def test_numbers(value: Any, expected: float):
    assert convert(value, Kind.NUMBER) == expected


def test_true_is_one_only_where_training_saw_zeros_and_ones():
    flag = InputColumn(name="flag", kind=Kind.INTEGER, type="float", min=0, max=1)
    assert CONVERTERS[Kind.INTEGER](True, flag) == 1.0
    assert CONVERTERS[Kind.INTEGER](np.False_, flag) == 0.0
    with pytest.raises(WrongType):
        convert(True, Kind.INTEGER)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "true"), (np.False_, "false"), (1, "true"), (0.0, "false"), (np.int8(1), "true"), ("Yes", "true"),
        ("FALSE", "false"), (" 1 ", "true"), ("n", "false"), ("on", "true"), ("1.0", "true"),
    ],
)  # fmt: skip
def test_booleans(value: Any, expected: str):
    assert convert(value, Kind.BOOLEAN) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("male", "male"), (" male", " male"), ("NA", "NA"), (98178, "98178"), (98178.0, "98178"), (7.0, "7"),
        (np.float64(98178), "98178"), (1.5, "1.5"), (True, "True"), (False, "False"), (10**400, str(10**400)),
        (date(2024, 1, 31), "2024-01-31"),
    ],
)  # fmt: skip
def test_categories_take_the_spelling_of_training(value: Any, expected: str):
    assert convert(value, Kind.CATEGORY) == expected


def test_text_takes_scalars():
    assert [convert(v, Kind.TEXT) for v in ("a b", 3, 2.5, True)] == ["a b", "3", "2.5", "True"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2014-10-13", "2014-10-13T00:00:00"),
        ("2014-10-13 08:30", "2014-10-13T08:30:00"),
        ("2014-10-13T08:30:00Z", "2014-10-13T08:30:00"),
        ("2014-10-13T08:30:00+02:00", "2014-10-13T06:30:00"),
        ("2014-10-13T08:30:00.25", "2014-10-13T08:30:00.250000"),
        ("null", ""),
        (date(2014, 10, 13), "2014-10-13T00:00:00"),
        (datetime(2014, 10, 13, 8, 30, tzinfo=timezone(timedelta(hours=2))), "2014-10-13T06:30:00"),
        (np.datetime64("2014-10-13"), "2014-10-13T00:00:00"),
        (pd.Timestamp("2014-10-13 08:30:00.000000001"), "2014-10-13T08:30:00"),
    ],
)
def test_moments(value: Any, expected: str):
    assert convert(value, Kind.DATETIME) == expected


@given(st.datetimes(timezones=st.just(UTC) | st.none()))
def test_moments_keep_their_time(value: datetime):
    assert datetime.fromisoformat(iso(value)) == value.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (Kind.NUMBER, "abc", "'c' expects a number, not 'abc'"),
        (Kind.NUMBER, "1_000", "a number"),
        (Kind.NUMBER, "1,5", "a number"),
        (Kind.NUMBER, [1], "a number"),
        (Kind.NUMBER, {"a": 1}, "a number"),
        (Kind.NUMBER, True, "a number"),
        (Kind.NUMBER, b"1", "a number"),
        (Kind.INTEGER, "x", "a whole number"),
        (Kind.BOOLEAN, "maybe", "true or false"),
        (Kind.BOOLEAN, 2, "true or false"),
        (Kind.BOOLEAN, [], "true or false"),
        (Kind.CATEGORY, {"a": 1}, "a text"),
        (Kind.TEXT, ["a"], "a text"),
        (Kind.DATETIME, "13.10.2014", "ISO 8601"),
        (Kind.DATETIME, 1413187200, "ISO 8601"),
        (Kind.DATETIME, "0001-01-01T00:00:00+23:00", "ISO 8601"),
        (Kind.DATETIME, np.datetime64("12014-10-13"), "ISO 8601"),
    ],
)
def test_wrong_types_name_field_value_and_expectation(kind: Kind, value: Any, said: str):
    with pytest.raises(WrongType, match=said) as caught:
        convert(value, kind)
    error = caught.value
    assert (error.column, error.code) == ("c", "wrong-type")
    assert error.hint


def test_a_long_value_is_cut_in_the_message():
    with pytest.raises(WrongType) as caught:
        convert("x" * 10_000, Kind.NUMBER)
    assert len(caught.value.message) < 150


ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.binary() | st.lists(st.none())
)


@given(ANYTHING, st.sampled_from(list(Kind)))
def test_any_value_is_converted_or_refused(value: Any, kind: Kind):
    try:
        result = convert(value, kind)
    except WrongType:
        return
    if COLUMNS[kind].type == "string":
        assert type(result) is str
    else:
        assert math.isnan(result) or abs(result) <= FLOAT32_MAX
