"""Caps: each is kept, and its error states the limit."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from automl_lite.ingest import Limits, read_file
from automl_lite.ingest.errors import LimitExceeded, TooLittleMemory
from tests.unit.ingest.conftest import workbook

ROWS = "word,n\n" + "".join(f"w{n % 7},{n}\n" for n in range(200))


@pytest.mark.parametrize(
    ("content", "limits", "says"),
    [
        (ROWS.encode(), Limits(max_bytes=1_000), "The file has 1.3 kB; the limit is 1 kB."),
        (ROWS.encode(), Limits(max_rows=100), "The table has 200 rows; the limit is 100."),
        (b"a,b,c,d\n1,2,3,4\n", Limits(max_columns=3), "The table has 4 columns; the limit is 3."),
        (b'{"a": 1, "b": 2}\n', Limits(max_columns=1), "The table has 2 columns; the limit is 1."),
        (
            gzip.compress(ROWS.encode()),
            Limits(max_unpacked_bytes=1_000),
            "Unpacked, the file has more than 1 kB; the limit is 1 kB.",
        ),
        (
            workbook({"s": [["a", "b"], *[[f"w{n}", n] for n in range(500)]]}),
            Limits(max_unpacked_bytes=10_000),
            "Unpacked, the file has more than 10 kB; the limit is 10 kB.",
        ),
        (
            b"a,b\nx,1\n" + b"y" * 30_000 + b",2\nz,3\n",
            Limits(max_cell_bytes=20_000),
            'A cell of "a" has 30 kB; the limit is 20 kB in one cell.',
        ),
        (
            b'{"a": "' + b"y" * 30_000 + b'"}\n{"a": "z"}\n',
            Limits(max_cell_bytes=20_000),
            'A cell of "a" has 30 kB; the limit is 20 kB in one cell.',
        ),
        (b"a,b\nx,1\n" + b"y" * 3_000_000 + b",2\nz,3\n", Limits(), "Line 3 has more than 2 MB; the limit is 2 MB."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_limit_is_stated_in_its_error(read: Any, content: bytes, limits: Limits, says: str) -> None:
    with pytest.raises(LimitExceeded) as caught:
        read(content, limits=limits)
    assert says in caught.value.message
    assert caught.value.hint


def test_a_file_right_at_its_limits_is_read(read: Any) -> None:
    limits = Limits(max_bytes=len(ROWS), max_rows=200, max_columns=2, max_cell_bytes=4)
    assert read(ROWS, limits=limits).reading.n_rows == 200


def test_a_gzip_bomb_stops_at_the_ratio(read: Any) -> None:
    bomb = gzip.compress(b"a,b\n" + b"1,2\n" * 25_000_000, compresslevel=9)  # 100 MB in 100 kB
    with pytest.raises(LimitExceeded, match="unpacks to more than 300 times its size"):
        read(bomb)


def test_a_long_line_in_the_middle_of_many_is_named(read: Any) -> None:
    rows = [b"w%d,%d" % (n % 7, n) for n in range(3_000)]
    rows[1_500] = b"x" * 2_500_000 + b",1"
    with pytest.raises(LimitExceeded, match="Line 1502 has more than 2 MB"):
        read(b"a,b\n" + b"\n".join(rows) + b"\n")


def test_what_does_not_fit_the_memory_says_so(tmp_path):
    source = tmp_path / "wide.csv"
    rows = (",".join(f"{column}_{row}" for column in range(3_000)) for row in range(30))
    source.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(TooLittleMemory, match="more memory"):
        read_file(source, out=tmp_path / "out.parquet", memory_bytes=25_000_000)
    assert [path.name for path in tmp_path.iterdir()] == ["wide.csv"]
