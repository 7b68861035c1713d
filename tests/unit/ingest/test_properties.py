"""What must hold for any file: values come back, rows are accounted for, and bytes never end in a traceback."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from automl_lite.errors import AutoMLLiteError
from automl_lite.ingest import Limits, Reading, read_file
from tests.unit.ingest.conftest import read_bytes, workbook

# A reading takes 0.05 s, so that shrinking would take minutes: failures come as they were found.
SETTINGS = settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)

WORDS = ["north", "south", "Zürich", "a b", "x,y", "p;q", 'say "hi"', "two\nlines", "naïve", "日本", "O'Neil", "5 km"]


@dataclass(frozen=True)
class Dialect:
    """How a table is written."""

    delimiter: str
    newline: str
    encoding: str
    decimal: str
    quote_all: bool
    packed: bool
    end: bool

    def write(self, header: list[str], rows: list[list[str]]) -> bytes:
        text = io.StringIO(newline="")
        # With CR line ends the csv module leaves line feeds inside cells bare.
        quoting = csv.QUOTE_ALL if self.quote_all or self.newline == "\r" else csv.QUOTE_MINIMAL
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator=self.newline, quoting=quoting)
        writer.writerow(header)
        writer.writerows(rows)
        content = text.getvalue()
        if not self.end:
            content = content.removesuffix(self.newline)
        data = content.encode(self.encoding)
        return gzip.compress(data, mtime=0) if self.packed else data


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    return Dialect(
        delimiter=delimiter,
        newline=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])),
        decimal="." if delimiter == "," else draw(st.sampled_from([".", ","])),
        quote_all=draw(st.booleans()),
        packed=draw(st.booleans()),
        end=draw(st.booleans()),
    )


def number(value: float | None, dialect: Dialect) -> str:
    return "" if value is None else repr(value).replace(".", dialect.decimal)


@st.composite
def typed_tables(draw: st.DrawFn) -> tuple[dict[str, list[Any]], int]:
    """Columns by kind, some cells missing; the first rows have no gap so that no column is empty."""
    n_rows = draw(st.integers(5, 40))

    def many(values: st.SearchStrategy[Any], *, gaps: bool = True) -> list[Any]:
        cells = draw(st.lists(values, min_size=n_rows, max_size=n_rows))
        if not gaps:
            return cells
        missing = draw(st.lists(st.booleans(), min_size=n_rows, max_size=n_rows))
        return [None if gone and row > 2 else cell for row, (cell, gone) in enumerate(zip(cells, missing, strict=True))]

    decimals = st.integers(-10_000_000, 10_000_000).map(lambda n: n / 1000)
    moments = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2099, 1, 1)).map(lambda d: d.replace(microsecond=0))
    columns: dict[str, list[Any]] = {
        "word": many(st.sampled_from(WORDS)),
        "count": many(st.integers(-(10**9), 10**9), gaps=False),  # a row without any value would be dropped
        "amount": many(decimals),
        "flag": many(st.booleans()),
        "day": many(st.dates(dt.date(1900, 1, 1), dt.date(2099, 1, 1))),
        "moment": many(moments),
    }
    columns["amount"][0] = 0.125  # a column of whole decimals is rightly one of integers
    columns["flag"][:2] = [True, False]
    return columns, n_rows


@SETTINGS
@given(table=typed_tables(), dialect=dialects())
def test_typed_data_comes_back_from_any_dialect(table: tuple[dict[str, list[Any]], int], dialect: Dialect) -> None:
    columns, n_rows = table
    written = {
        "word": [cell or "" for cell in columns["word"]],
        "count": ["" if cell is None else str(cell) for cell in columns["count"]],
        "amount": [number(cell, dialect) for cell in columns["amount"]],
        "flag": ["" if cell is None else str(cell) for cell in columns["flag"]],
        "day": ["" if cell is None else cell.isoformat() for cell in columns["day"]],
        "moment": ["" if cell is None else cell.isoformat(sep=" ") for cell in columns["moment"]],
    }
    content = dialect.write(list(written), [list(row) for row in zip(*written.values(), strict=True)])
    with tempfile.TemporaryDirectory() as folder:
        read = read_bytes(content, Path(folder))
    assert read.reading.rejects == ()
    assert read.reading.n_rows == n_rows
    assert read.kinds == {
        "word": "category",
        "count": "integer",
        "amount": "number",
        "flag": "boolean",
        "day": "datetime",
        "moment": "datetime",
    }
    assert read.column("word") == columns["word"]
    assert read.column("count") == columns["count"]
    assert read.column("amount") == columns["amount"]
    assert read.column("flag") == columns["flag"]
    midnight = dt.time()
    assert read.column("day") == [cell and dt.datetime.combine(cell, midnight) for cell in columns["day"]]
    assert read.column("moment") == columns["moment"]


@SETTINGS
@given(
    widths=st.lists(st.integers(0, 6), min_size=1, max_size=60),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    quoted=st.booleans(),
)
def test_every_row_of_a_ragged_file_is_kept_or_set_aside(widths: list[int], newline: str, quoted: bool) -> None:
    rows = [[f"w{row}{place}" for place in range(width)] for row, width in enumerate(widths)]
    good = [[f"g{n}", "x", "y", "z"] for n in range(len(rows))]
    mixed = [row for pair in zip(good, rows, strict=True) for row in pair]
    if quoted:
        mixed = [[f'"{cell}"' for cell in row] for row in mixed]
    content = newline.join(",".join(row) for row in [["a", "b", "c", "d"], *mixed])
    with tempfile.TemporaryDirectory() as folder:
        read = read_bytes(content, Path(folder))
    n_data_rows = sum(bool(row) for row in mixed)
    assert read.reading.n_rows + read.reading.n_rejected == n_data_rows
    lines = {reject.line for reject in read.reading.rejects if not reject.column}
    assert all(1 < line <= len(mixed) + 1 for line in lines)
    for line in lines:
        assert len(mixed[line - 2]) != 4, "a row that fits was set aside"


PIECES = (
    *(",", ";", "\t", "|", "\n", "\r", "\r\n", '"', '""', "'", "\\", "#", " ", "\x00", "\ufeff", "\u2028", "a", "b,c"),
    *("1", "-1", "0", "007", "1.5", "1,5", "1e999", "1_000", "inf", "nan", "NA", "null", "true", "$3", "50%", "(5)"),
    *("2014-10-13", "13/10/2014", "é", "😀", "{", "}", "[", '{"a": 1}', "<html>", "PAR1", "total", "=1+1", "x" * 50),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def outcome(content: bytes) -> Reading | AutoMLLiteError:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        source.write_bytes(content)
        limits = Limits(max_unpacked_bytes=10_000_000, max_columns=200, max_cell_bytes=10_000)
        out = Path(folder) / "out.parquet"
        found: Reading | AutoMLLiteError
        try:
            found = read_file(source, out=out, limits=limits, threads=1)
        except AutoMLLiteError as error:
            found = error
        assert out.exists() == isinstance(found, Reading)
        if isinstance(found, AutoMLLiteError):
            assert found.message
            assert not any(word in found.message for word in (folder, "SELECT", "duckdb", "Traceback"))
        return found


@settings(SETTINGS, max_examples=100)
@given(text=TEXTS, codec=st.sampled_from(["utf-8", "utf-16", "cp1252", "utf-8-sig"]), packed=st.booleans())
def test_any_text_ends_in_a_reading_or_a_told_error(text: str, codec: str, packed: bool) -> None:
    content = text.encode(codec, errors="replace")
    found = outcome(gzip.compress(content, mtime=0) if packed else content)
    if isinstance(found, Reading):
        assert len({column.name.casefold() for column in found.columns}) == len(found.columns)
        assert Reading.from_dict(json.loads(json.dumps(found.as_dict()))) == found


@settings(SETTINGS, max_examples=100)
@given(content=st.binary(max_size=400))
@example(b"\xff\xfe")
@example(b"\xff\xfea")
@example(b"\x1f\x8b")
@example(b"PAR1")
@example(b"PAR1PAR1")
@example(b"PK\x03\x04")
@example(b"PK\x05\x06" + bytes(18))
@example(b"\x00" * 300)
@example(b"a,b\n1,2\n\xff\xff,3\n")
def test_any_bytes_end_in_a_reading_or_a_told_error(content: bytes) -> None:
    assert isinstance(outcome(content), Reading | AutoMLLiteError)


GOOD_FILES = {
    "workbook": workbook({"s": [["a", "b"], *[[n, n / 7] for n in range(30)]]}),
    "gzip": gzip.compress(b"a,b\n" + b"".join(b"%d,x%d\n" % (n, n % 3) for n in range(200)), mtime=0),
    "json lines": b"".join(b'{"a": %d, "b": "x", "c": [1, 2]}\n' % n for n in range(30)),
    "csv": b"a,b\n" + b"".join(b'%d,"x, %d"\n' % (n, n % 3) for n in range(60)),
}


@pytest.mark.parametrize("name", GOOD_FILES)
@settings(SETTINGS, max_examples=25)
@given(data=st.data())
def test_damaged_files_end_in_a_reading_or_a_told_error(name: str, data: st.DataObject) -> None:
    content = bytearray(GOOD_FILES[name])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    assert isinstance(outcome(bytes(content[:cut])), Reading | AutoMLLiteError)
