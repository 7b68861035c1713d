"""Frames: every dtype becomes a kind, every row stays, and the table comes back in the types of training."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from automl_lite.domain.columns import Kind
from automl_lite.errors import UnknownColumn
from automl_lite.ingest import load_frame, read_file, read_frame
from automl_lite.ingest.errors import LimitExceeded, NoRows
from automl_lite.ingest.limits import Limits

N = 60


def turn(values):
    return [values[i % len(values)] for i in range(N)]


DTYPES = {
    "int64": (pd.Series(turn([3, 1, 2])), Kind.INTEGER, 3.0),
    "Int64": (pd.array(turn([3, None, 2]), dtype="Int64"), Kind.INTEGER, 3.0),
    "float": (pd.Series(turn([0.5, np.nan, np.inf])), Kind.NUMBER, 0.5),
    "whole floats": (pd.Series(turn([4.0, np.nan, 2.0])), Kind.INTEGER, 4.0),
    "above int64": (pd.Series(np.arange(N, dtype="u8") + 2**63), Kind.NUMBER, 2.0**63),
    "bool": (pd.Series(turn([True, False])), Kind.BOOLEAN, True),
    "boolean": (pd.array(turn([True, None, False]), dtype="boolean"), Kind.BOOLEAN, True),
    "bool objects": (pd.Series(turn([True, None]), dtype=object), Kind.BOOLEAN, True),
    "decimals": (pd.Series(turn([Decimal("1.5"), None])), Kind.NUMBER, 1.5),
    "str": (pd.Series(turn(["b", "a", None])), Kind.CATEGORY, "b"),
    "number words": (pd.Series(turn(["1,5", "2,5"])), Kind.NUMBER, 1.5),
    "categorical": (pd.Categorical(turn(["7", "8"])), Kind.CATEGORY, "7"),
    "datetime": (pd.Series(pd.date_range("2020-01-01", periods=N)), Kind.DATETIME, pd.Timestamp("2020-01-01")),
    "zoned": (
        pd.Series(pd.date_range("2020-01-01 01:00", periods=N, tz="Europe/Zurich")),
        Kind.DATETIME,
        pd.Timestamp("2020-01-01"),
    ),
    "dates": (pd.Series(turn([dt.date(2020, 1, 1), None])), Kind.DATETIME, pd.Timestamp("2020-01-01")),
    "period": (pd.Series(pd.period_range("2020-01", periods=N, freq="M")), Kind.DATETIME, pd.Timestamp("2020-01-01")),
    "timedelta": (pd.Series(pd.to_timedelta(turn([1.5, 9.25]), unit="s")), Kind.NUMBER, 1.5),
    "mixed": (pd.Series(turn(["a", 1, None]), dtype=object), Kind.CATEGORY, "a"),
    "nothing": (pd.Series([None] * N, dtype=object), Kind.CATEGORY, None),
}


@pytest.mark.parametrize("name", DTYPES)
def test_every_dtype_becomes_a_kind(name, tmp_path):
    values, kind, first = DTYPES[name]
    frame = pd.DataFrame({name: values, "other": np.arange(N) / 7})
    reading = read_frame(frame, out=tmp_path / "t.parquet")
    loaded = load_frame(tmp_path / "t.parquet", reading.columns)
    assert reading.columns[0].kind is kind
    assert len(loaded) == reading.n_rows == N
    assert loaded[name].iloc[0] == first or (first is None and loaded[name].iloc[0] is None)
    missing = pd.isna(pd.Series(values)) | (pd.Series(values).astype(str) == "inf")
    assert loaded[name].isna().tolist() == missing.tolist()


def test_rows_without_any_value_stay(tmp_path):
    frame = pd.DataFrame({"a": [1.5, np.nan, 3.5], "b": ["x", None, "y"]})
    reading = read_frame(frame, out=tmp_path / "t.parquet")
    loaded = load_frame(tmp_path / "t.parquet", reading.columns)
    assert reading.n_rows == 3
    assert loaded.isna().sum(axis=1).tolist() == [0, 2, 0]


def test_a_file_and_its_frame_are_typed_alike(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "amount": rng.normal(100, 9, 200).round(2),
            "n": rng.integers(0, 40, 200),
            "paid": rng.choice(["Yes", "No"], 200),
            "city": rng.choice(["Bern", "Basel"], 200),
            "at": rng.choice(pd.date_range("2021-01-01", periods=50).strftime("%Y-%m-%d"), 200),
        }
    )
    frame.to_csv(tmp_path / "t.csv", index=False)
    of_file = read_file(tmp_path / "t.csv", out=tmp_path / "file.parquet")
    of_frame = read_frame(frame, out=tmp_path / "frame.parquet")
    assert [(c.name, c.kind, c.formats) for c in of_file.columns] == [
        (c.name, c.kind, c.formats) for c in of_frame.columns
    ]
    pd.testing.assert_frame_equal(
        load_frame(tmp_path / "file.parquet", of_file.columns),
        load_frame(tmp_path / "frame.parquet", of_frame.columns),
    )


def test_a_draw_keeps_the_order_and_its_seed(tmp_path):
    frame = pd.DataFrame({"x": np.arange(500) * 1.5, "s": [f"row {i}" for i in range(500)]})
    reading = read_frame(frame, out=tmp_path / "t.parquet")
    drawn = [load_frame(tmp_path / "t.parquet", reading.columns, limit=40, seed=s) for s in (1, 1, 2)]
    assert len(drawn[0]) == 40
    assert drawn[0].x.is_monotonic_increasing
    assert (drawn[0].s == "row " + (drawn[0].x / 1.5).astype(int).astype(str)).all()
    pd.testing.assert_frame_equal(drawn[0], drawn[1])
    assert not drawn[0].equals(drawn[2])


def test_more_columns_than_one_query_takes(tmp_path):
    frame = pd.DataFrame({f"c{i}": [i + 0.5, i + 0.25] for i in range(260)})
    reading = read_frame(frame, out=tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(load_frame(tmp_path / "t.parquet", reading.columns), frame)


def test_forced_kinds_and_names_that_are_not_there(tmp_path):
    frame = pd.DataFrame({"code": turn(["01", "02", "10"]), "x": np.arange(N) / 3})
    reading = read_frame(frame, out=tmp_path / "t.parquet", kinds={"code": Kind.ID})
    assert reading.columns[0].kind is Kind.ID
    with pytest.raises(UnknownColumn, match="cod"):
        read_frame(frame, out=tmp_path / "t.parquet", kinds={"cod": Kind.ID})


def test_frames_that_are_refused(tmp_path):
    with pytest.raises(NoRows):
        read_frame(pd.DataFrame({"a": []}), out=tmp_path / "t.parquet")
    with pytest.raises(LimitExceeded, match="columns"):
        read_frame(pd.DataFrame([[1, 2, 3]]), out=tmp_path / "t.parquet", limits=Limits(max_columns=2))
