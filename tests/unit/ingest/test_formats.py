"""Parquet, JSON lines and XLSX, and what is refused by its content."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from automl_lite.domain.columns import Kind
from automl_lite.ingest import errors
from tests.unit.ingest.conftest import read_path, workbook


def parquet(folder: Path, query: str) -> Path:
    path = folder / "source.parquet"
    duckdb.connect().execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    source = parquet(
        tmp_path,
        "SELECT (i % 7)::SMALLINT AS small, i / 4 AS ratio, i % 2 = 0 AS even, DATE '2020-01-01' + i::INT AS day,"
        " TIMESTAMPTZ '2020-01-01 12:00:00+02' AS at, 'w' || i % 3 AS word, 1.5::DECIMAL(5, 2) AS price,"
        " CASE WHEN i > 3 THEN 'nan'::DOUBLE END AS hole FROM range(30) AS r(i)",
    )
    table = read_path(source, tmp_path / "out.parquet")
    assert table.kinds == {
        "small": "integer",
        "ratio": "number",
        "even": "boolean",
        "day": "datetime",
        "at": "datetime",
        "word": "category",
        "price": "number",
        "hole": "number",
    }
    midnight, noon = dt.datetime(2020, 1, 2), dt.datetime(2020, 1, 1, 10)
    assert table.rows[1] == (1, 0.25, False, midnight, noon, "w1", 1.5, None)
    assert table.column("hole") == [None] * 30
    assert table.reading.columns[2].formats == ("false", "true")
    assert (table.reading.format, table.reading.encoding, table.reading.delimiter) == ("parquet", "", "")


def test_text_in_parquet_is_typed_like_csv(tmp_path: Path) -> None:
    source = parquet(tmp_path, "SELECT '$' || i || '.50' AS price, '0' || i AS code FROM range(10, 40) AS r(i)")
    table = read_path(source, tmp_path / "out.parquet")
    assert table.column("price")[:2] == [10.5, 11.5]
    assert table.column("code")[:2] == ["010", "011"]


def test_nested_parquet_becomes_json_text(tmp_path: Path) -> None:
    source = parquet(tmp_path, "SELECT i, [i, i + 1] AS list, {'a': i} AS struct FROM range(5) AS r(i)")
    table = read_path(source, tmp_path / "out.parquet")
    assert table.rows[1][1:] == ("[1,2]", '{"a":1}')
    assert any("nested values are kept as JSON text." in sentence for sentence in table.reading.assumptions)


def test_forced_kinds_on_parquet(tmp_path: Path) -> None:
    source = parquet(tmp_path, "SELECT i AS n, i % 3 AS level, i / 2 AS half FROM range(30) AS r(i)")
    kinds = {"level": Kind.CATEGORY, "n": Kind.NUMBER, "half": Kind.NUMBER}
    table = read_path(source, tmp_path / "out.parquet", kinds=kinds)
    assert table.kinds == {"n": "number", "level": "category", "half": "number"}
    assert table.rows[4] == (4.0, "1", 2.0)


def test_forced_kinds_that_change_the_type_on_parquet(tmp_path: Path) -> None:
    source = parquet(tmp_path, "SELECT (i % 2 = 0) AS flag, i AS n FROM range(30) AS r(i)")
    table = read_path(source, tmp_path / "out.parquet", kinds={"flag": Kind.CATEGORY})
    assert table.column("flag")[:2] == ["true", "false"]
    with pytest.raises(errors.KindDoesNotFit):
        read_path(source, tmp_path / "out.parquet", kinds={"n": Kind.DATETIME})


def test_empty_parquet(tmp_path: Path) -> None:
    with pytest.raises(errors.NoRows):
        read_path(parquet(tmp_path, "SELECT 1 AS a WHERE false"), tmp_path / "out.parquet")


def test_cut_parquet_is_damaged(tmp_path: Path) -> None:
    source = parquet(tmp_path, "SELECT i FROM range(1000) AS r(i)")
    source.write_bytes(source.read_bytes()[:-20])
    with pytest.raises(errors.Damaged, match="Parquet file is damaged"):
        read_path(source, tmp_path / "out.parquet")


def test_json_lines(read: Any) -> None:
    lines = [
        {"name": "Zoë", "age": 31, "ok": True, "tags": ["a"]},
        {"name": "Bo", "age": None, "ok": False, "extra": 1.5},
        {"name": 'quo"te', "age": 45, "ok": True, "tags": []},
    ]
    table = read("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n")
    assert table.names == ["name", "age", "ok", "tags", "extra"]
    assert table.rows == [
        ("Zoë", 31, True, '["a"]', None),
        ("Bo", None, False, None, 1.5),
        ('quo"te', 45, True, "[]", None),
    ]
    assert table.reading.format == "json-lines"


def test_lines_that_are_no_objects_are_set_aside(read: Any) -> None:
    table = read('{"a": 1}\n{"a": 2}\n\n[1, 2]\n{"a": 3}\n{"a": \n')
    assert table.column("a") == [1, 2, 3]
    assert [(reject.line, reject.reason) for reject in table.reading.rejects] == [
        (4, "The line is not a JSON object."),
        (6, "The line is not a JSON object."),
    ]
    assert table.reading.n_rejected == 2


def test_large_numbers_in_json_lines_are_not_rounded(read: Any) -> None:
    table = read("".join(f'{{"id": {2**60 + n}, "w": "x"}}\n' for n in range(30)))
    assert table.column("id")[:2] == [str(2**60), str(2**60 + 1)]


def test_json_lines_with_a_broken_character_name_the_line(read: Any) -> None:
    good = '{"a": "Zürich"}\n'.encode()
    with pytest.raises(errors.UnknownEncoding, match="line 31"):
        read(good * 30 + b'{"a": "Gen\xe8ve"}\n' + good * 5)


def test_workbook(read: Any) -> None:
    rows = [["name", "n", "share", "ok"], *[[f"w{n % 3}", n * 5, n / 8, n % 2 == 0] for n in range(30)]]
    table = read(workbook({"empty": [], "data": rows}), filename="a.csv")
    assert table.names == ["name", "n", "share", "ok"]
    assert table.rows[3] == ("w0", 15, 0.375, False)
    assert table.reading.format == "xlsx"
    assert any('The sheet "data" was read' in sentence for sentence in table.reading.assumptions)
    assert any("Excel workbook" in sentence for sentence in table.reading.assumptions)


def test_rejects_of_a_workbook_name_the_row_of_the_sheet(read: Any) -> None:
    rows: list[list[Any]] = [["Sales"], [], ["name", "n", "x"], *[[f"w{n % 3}", n, n / 8] for n in range(40)]]
    rows[20][1] = "twelve"
    table = read(workbook({"s": rows}))
    assert [(reject.line, reject.column) for reject in table.reading.rejects] == [(21, "n")]


def test_an_empty_workbook(read: Any) -> None:
    with pytest.raises(errors.EmptyFile):
        read(workbook({"s": []}))


def zipped(name: str, content: bytes = b"a,b\n1,2\n") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def tarred() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"", errors.EmptyFile, "The file is empty."),
        (b" \n\t\r\n ", errors.EmptyFile, "The file is empty."),
        (b"\xef\xbb\xbf\n", errors.EmptyFile, "The file is empty."),
        (b"{}\n{}\n", errors.EmptyFile, "file is empty"),
        (b"a,b,c\n", errors.NoRows, "column names but no data rows"),
        (b"a,b,c\n\n\n", errors.NoRows, "column names but no data rows"),
        (b"\x89PNG\r\n\x1a\n" + bytes(300), errors.NotATable, "a PNG image"),
        (b"\xff\xd8\xff\xe0" + bytes(300), errors.NotATable, "a JPEG image"),
        (b"%PDF-1.7\n1 0 obj\n", errors.NotATable, "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(300), errors.NotATable, "an old Office document"),
        (b"SQLite format 3\x00" + bytes(300), errors.NotATable, "an SQLite database"),
        (b"\x7fELF" + bytes(range(256)), errors.NotATable, "a program"),
        (bytes(range(256)) * 4, errors.NotATable, "a binary file"),
        (bytes(100_000), errors.NotATable, "an empty disk area"),
        (b"<!DOCTYPE html><html><body>404</body></html>", errors.NotATable, "a web page or XML"),
        (zipped("a.csv"), errors.IsArchive, "This is a ZIP archive"),
        (zipped("../../evil.csv"), errors.IsArchive, "This is a ZIP archive"),
        (zipped("word/document.xml"), errors.NotATable, "a Word document"),
        (zipped("xl/workbook.bin"), errors.NotATable, "a binary Excel workbook"),
        (tarred(), errors.IsArchive, "This is a TAR archive"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), errors.IsArchive, "This is a 7z archive"),
        (b"Rar!\x1a\x07" + bytes(100), errors.IsArchive, "This is an RAR archive"),
        (gzip.compress(gzip.compress(b"a,b\n1,2\n")), errors.IsArchive, "doubly packed gzip"),
        (gzip.compress(b"a,b\n1,2\n" * 500)[:-15], errors.Damaged, "The gzip file is damaged"),
        (zipped("xl/workbook.xml"), errors.Damaged, "The workbook is damaged"),
        (b'[{"a": 1}, {"a": 2}]', errors.IsJson, "This looks like JSON"),
        (b'{\n  "a": 1\n}\n', errors.IsJson, "This looks like JSON"),
        (json.dumps([{"a": n} for n in range(20_000)]).encode(), errors.IsJson, "This looks like JSON"),
        (b'a,b,c\n1,"x,2\n3,y,4\n5,z,6\n', errors.UnclosedQuote, "opened in line 2 is never closed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_a_table_is_refused_by_its_content(
    read: Any, content: bytes, error: type[errors.IngestError], says: str
) -> None:
    with pytest.raises(error, match=says) as caught:
        read(content, filename="innocent.csv")
    assert caught.value.hint


def test_a_quote_closed_much_later_swallows_no_rows_in_silence(read: Any) -> None:
    rows = [f"{n},w{n % 4},{n}.5" for n in range(60)]
    rows[10] = '10,"w2,10.5'
    rows[40] = '40,w0",40.5'
    with pytest.raises(errors.UnclosedQuote, match="line 12 is closed only in line 42"):
        read("a,b,c\n" + "\n".join(rows) + "\n")


def test_a_file_where_most_rows_do_not_fit_is_refused(read: Any) -> None:
    rows = ["a,b,c,d"] + ["1,2,3,4"] * 500 + ["1,2,3,4,5,6"] * 4_000
    with pytest.raises(errors.RowsDoNotFit, match="4,000 of 4,500 rows do not have 4 cells"):
        read("\n".join(rows) + "\n")


def test_json_lines_may_have_a_key_without_a_name(tmp_path: Path) -> None:
    source = tmp_path / "rows.jsonl"
    source.write_text('{"a": 1, "": "x"}\n{"a": 2, "": {"deep": true}}\n{"": null}\n')
    table = read_path(source, tmp_path / "out.parquet")
    assert [c.header for c in table.reading.columns] == ["a", ""]
    assert table.rows == [(1, "x"), (2, '{"deep":true}'), (None, None)]
