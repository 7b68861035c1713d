"""Python decides on samples and SQL reads whole columns: both must mean the same by every cell."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from automl_lite.ingest import cells
from automl_lite.ingest.dates import DateFormats, shape
from automl_lite.ingest.engine import literal
from automl_lite.ingest.numbers import NumberStyle
from automl_lite.ingest.readers import BOOLEAN, INTEGER, NUMBER, TEXT, WHOLE, How, Reader, boolean_reader
from tests.unit.ingest.conftest import Table, read_bytes

PIECES = [
    *"0123456789",
    *".,-+eE%$()' \u2212\u2013\u00a0",
    "00",
    "1.5",
    "€",
    "kr",
    "NA",
    "n/a",
    "null",
    "inf",
    "nan",
    "_",
]
PIECES += [
    "nan",
    "true",
    "False",
    "y",
    "No",
    "2014-10-13",
    "T08:30",
    "13/10/2014",
    "Oct",
    "Z",
    "+02",
    "é",
    "日",
    "\x1f",
    "x",
]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
READERS = {
    "text": TEXT,
    "integer": INTEGER,
    "whole": WHOLE,
    "number": NUMBER,
    "boolean": BOOLEAN,
    "plain style": Reader(How.STYLED, style=NumberStyle()),
    "english": Reader(How.STYLED, style=NumberStyle(".", ",")),
    "german": Reader(How.STYLED, style=NumberStyle(",", ".")),
    "spaces": Reader(How.STYLED, style=NumberStyle(",", " ")),
    "swiss": Reader(How.STYLED, style=NumberStyle(".", "'")),
    "dollar": Reader(How.STYLED, style=NumberStyle(".", ",", "$")),
    "crown": Reader(How.STYLED, style=NumberStyle(",", " ", "kr")),
    "percent": Reader(How.STYLED, style=NumberStyle(".", "", "%")),
}


@pytest.fixture(scope="module")
def db() -> Any:
    with duckdb.connect(config={"threads": "1"}) as connection:
        yield connection


def ask(db: Any, sql: str) -> Any:
    return db.execute(f"SELECT {sql}").fetchone()[0]


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(text=TEXTS)
def test_python_and_sql_agree(db: Any, name: str, text: str) -> None:
    reader, text = READERS[name], text.strip(cells.SPACES)
    if not text:
        return
    cell = f"({literal(text)})"
    assert ask(db, reader.missing_sql(cell)) == reader.is_missing(text)
    if not reader.is_missing(text):
        assert (ask(db, reader.sql(cell)) is not None) == reader.fits(text)


@settings(max_examples=200, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(text=st.text(st.sampled_from([*cells.SPACES, "a", "é", "\u200b"]), max_size=6))
def test_tidy_cells_are_stripped_as_python_strips(db: Any, text: str) -> None:
    stripped = text.strip(cells.SPACES)
    assert ask(db, cells.sql_tidy(f"({literal(text)})")) == (stripped or None)
    assert ask(db, cells.sql_spaced(f"({literal(text)})")) == (stripped != text or not text)


@pytest.mark.parametrize(
    ("style", "text", "value"),
    [
        (NumberStyle(".", ","), "-1,234.5", -1234.5),
        (NumberStyle(".", ","), "(1,234.5)", -1234.5),
        (NumberStyle(",", "."), "1.234,5-", -1234.5),
        (NumberStyle(",", " "), "\u22121 234,5", -1234.5),
        (NumberStyle(".", "", "%"), "12.5 %", 12.5),
        (NumberStyle(",", " ", "kr"), "7,5 kr", 7.5),
        (NumberStyle(".", "", "kr"), "7,5 kr", None),
        (NumberStyle(".", ","), "12,34", None),
        (NumberStyle(".", ","), "0,123", None),
        (NumberStyle(), "abc5", None),
        (NumberStyle(), "1-2", None),
    ],
)
def test_numbers_in_local_dress(db: Any, style: NumberStyle, text: str, value: float | None) -> None:
    assert ask(db, style.sql(f"({literal(text)})")) == value
    assert style.fits(text) == (value is not None)


@pytest.mark.parametrize("text", ["12:30", "1.2.3", "2014-13-01", "99/99/2014", "10-12", "555-1234", "1234567", "May"])
def test_what_only_resembles_a_date(text: str) -> None:
    assert shape(text) == ""


def test_impossible_days_are_not_read(db: Any) -> None:
    reader = Reader(How.DATETIME, dates=DateFormats(("%d/%m/%Y",)))
    assert ask(db, reader.sql("('31/02/2015')")) is None


def test_the_most_frequent_spellings_win() -> None:
    assert boolean_reader({"yes": 3, "Y": 5, "no": 1}).formats == ("no", "Y")
    assert boolean_reader({"T": 3}).formats == ("F", "T")


def read_with(head: str, rows: list[str]) -> Table:
    with tempfile.TemporaryDirectory() as folder:
        return read_bytes(head + "".join(rows), Path(folder))


DAY = "2014-10-13"
CELL = st.tuples(
    st.sampled_from(["red", "dark blue", "x_1", "é", "9 lives"]),
    st.integers(-(10**12), 10**12),
    st.floats(-1e6, 1e6).map(lambda x: round(x, 4)),
    st.sampled_from([DAY, "2020-02-29", "1999-12-31"]),
)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(cells_=st.lists(CELL, min_size=8, max_size=30))
def test_the_clean_and_the_careful_way_read_the_same(cells_: list[tuple[Any, ...]]) -> None:
    rows = [f"{word},{whole},{decimal!r},{day}\n" for word, whole, decimal, day in [("red", 1, 2.5, DAY), *cells_]]
    clean = read_with("word,whole,decimal,day\n", rows)
    careful = read_with("word,whole,decimal,day\n", [*rows, "NA,NA,NA,NA\n", "red,1,2.5, 2014-10-13\n"])
    assert careful.kinds == clean.kinds
    assert careful.rows[: len(rows)] == clean.rows
