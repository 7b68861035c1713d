"""Reading in tests: bytes in, the report and the typed rows out; and a workbook written by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import duckdb
import pytest

from automl_lite.ingest import Reading, read_file


@dataclass(frozen=True)
class Table:
    """A reading with the rows that it wrote."""

    reading: Reading
    rows: list[tuple[Any, ...]]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.reading.columns]

    @property
    def kinds(self) -> dict[str, str]:
        return {column.name: column.kind.value for column in self.reading.columns}

    def column(self, name: str) -> list[Any]:
        return [row[self.names.index(name)] for row in self.rows]

    def codes(self) -> set[str]:
        return {notice.code for notice in self.reading.notices}


def read_bytes(content: bytes | str, folder: Path, **options: Any) -> Table:
    """Write ``content`` to a file, read it, and read the Parquet that came of it."""
    source, out = folder / "source", folder / "out.parquet"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_path(source, out, **options)


def read_path(source: Path, out: Path, **options: Any) -> Table:
    reading = read_file(source, out=out, threads=1, **options)
    with duckdb.connect() as db:
        rows = db.execute(f"SELECT * FROM read_parquet('{out}')").fetchall()
    assert len(rows) == reading.n_rows
    leftovers = [path.name for path in out.parent.iterdir() if path.name.startswith(".ingest-")]
    assert leftovers == []
    return Table(reading, rows)


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Return ``read(content, **options) -> Table``."""
    return lambda content, **options: read_bytes(content, tmp_path, **options)


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """Return the bytes of an XLSX workbook; a cell is a number, a boolean, a text or None."""
    import io

    names = list(sheets)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.worksheet+xml"/>'
            for n in range(1, len(names) + 1)
        )
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml"'
            ' ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
            f'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{parts}</Types>',
        )
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        relations = "http://schemas.openxmlformats.org/package/2006/relationships"
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(f'<sheet name="{escape(n)}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(names, start=1))
        archive.writestr(
            "xl/workbook.xml",
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
            f' xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="r{i}" Type="{office}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in range(1, len(names) + 1)
        )
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{relations}">{links}</Relationships>')
        for index, name in enumerate(names, start=1):
            archive.writestr(f"xl/worksheets/sheet{index}.xml", _sheet(sheets[name]))
    return packed.getvalue()


def _sheet(rows: Sequence[Sequence[Any]]) -> str:
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for index, value in enumerate(row):
            place = f"{chr(65 + index)}{number}"
            if isinstance(value, bool):
                cells.append(f'<c r="{place}" t="b"><v>{int(value)}</v></c>')
            elif isinstance(value, int | float):
                cells.append(f'<c r="{place}"><v>{value}</v></c>')
            elif value is not None:
                cells.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{''.join(lines)}</sheetData></worksheet>"
    )
