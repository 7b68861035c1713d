"""Reading a file: bytes in any dress to one typed Parquet table and a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from automl_lite.domain.columns import Kind
from automl_lite.ingest import encodings, formats, json_lines, parquet, text, workbook
from automl_lite.ingest.engine import Workspace
from automl_lite.ingest.errors import IsArchive, TooLittleMemory
from automl_lite.ingest.formats import Format
from automl_lite.ingest.headers import tell_names
from automl_lite.ingest.limits import Limits
from automl_lite.ingest.reading import MAX_REJECTS, Notes, Reading
from automl_lite.ingest.table import RawTable
from automl_lite.ingest.text import TextFacts
from automl_lite.ingest.text_table import TextSource, read_text
from automl_lite.ingest.typed import Typed, force_kinds, write_typed


def read_file(
    source: Path,
    *,
    out: Path,
    filename: str | None = None,
    limits: Limits | None = None,
    kinds: Mapping[str, Kind] | None = None,
    memory_bytes: int | None = None,
    threads: int | None = None,
) -> Reading:
    """Read a table file of any supported format into typed Parquet.

    Parameters
    ----------
    source : Path
        CSV in any dress, TSV, JSON lines, XLSX or Parquet; the content decides, not the name. Gzip is unpacked.
    out : Path
        Where the Parquet file goes; it appears whole or not at all. Its folder also holds the temporary files.
    filename : str, optional
        The name to show; never used as a path.
    limits : Limits, optional
    kinds : mapping of str to Kind, optional
        Kinds forced by column name, in place of what the values suggest.
    memory_bytes : int, default=700 MB
        What DuckDB holds in memory before it spills to disk.
    threads : int, optional
        All cores by default.

    Returns
    -------
    Reading
        Columns, counts, assumptions, rejects and notices. Nothing is lost without being told there.

    Raises
    ------
    IngestError
        The file is empty, no table, damaged, or not to be understood.
    LimitExceeded
        It passes one of ``limits``.
    UnknownColumn
        ``kinds`` names a column that the file does not have.
    """
    limits = limits or Limits()
    source, out = Path(source), Path(out)
    limits.check_bytes(source.stat().st_size)
    with (
        Workspace(reads=[source], parent=out.parent, memory_bytes=memory_bytes, threads=threads) as ws,
        ThreadPoolExecutor(1) as background,
    ):
        facts = background.submit(text.scan, source)  # beside the reading; mostly outside the interpreter lock
        notes = Notes()
        try:
            found = _read(ws, source, limits, dict(kinds or {}), notes, facts.result)
        except duckdb.OutOfMemoryException as err:
            raise TooLittleMemory from err
        if (
            filename
            and (suffix := Path(filename).suffix.lower())
            and suffix not in _SUFFIXES[found.format.split("+")[0]]
        ):
            notes.say(
                f"The file is called {suffix} but holds {_NAMES[found.format.split('+')[0]]}; it was read as that."
            )
        reading = Reading(
            format=found.format,
            encoding=found.encoding,
            delimiter=found.delimiter,
            header=found.header,
            n_rows=found.typed.n_rows,
            n_rejected=found.typed.n_rejected,
            columns=found.typed.columns,
            assumptions=notes.assumptions(),
            rejects=tuple(found.typed.rejects[:MAX_REJECTS]),
            notices=tuple(notes.notices),
            source_sha256=facts.result().sha256,
            size_bytes=facts.result().size_bytes,
        )
        os.replace(found.typed.path, out)
    return reading


_NAMES = {
    "csv": "delimited text",
    "tsv": "tab-separated text",
    "json-lines": "JSON lines",
    "xlsx": "an Excel workbook",
    "parquet": "Parquet",
}
_TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".tab", ".dat", ".data", ".gz")
_SUFFIXES = {
    "csv": _TEXT_SUFFIXES,
    "tsv": _TEXT_SUFFIXES,
    "json-lines": (".jsonl", ".ndjson", ".json", ".gz"),
    "xlsx": (".xlsx", ".xlsm", ".xltx"),
    "parquet": (".parquet", ".pq", ".parq"),
}


@dataclass(frozen=True, slots=True)
class _Found:
    typed: Typed
    format: str
    encoding: str = ""
    delimiter: str = ""
    header: bool = True


def _read(
    ws: Workspace,
    source: Path,
    limits: Limits,
    kinds: dict[str, Kind],
    notes: Notes,
    source_facts: Callable[[], TextFacts],
) -> _Found:
    """Read ``source`` by its format; every format ends in a raw or a typed table."""
    form, path, packed = formats.detect(source), source, ""
    if form is Format.GZIP:
        path, packed = ws.path / "unpacked", "+gzip"
        text.unpack_gzip(source, path, limits)
        notes.say("The file was unpacked (gzip).")
        form = formats.detect(path)
        if form is Format.GZIP:
            raise IsArchive("doubly packed gzip")
    if form is Format.PARQUET:
        return _Found(_typed(ws, parquet.open_table(ws, path, notes, limits), kinds, notes, limits), "parquet" + packed)
    if form is Format.XLSX:
        sheet = ws.path / "sheet"
        workbook.write_csv(path, sheet, notes, limits)
        plain = TextSource(path=sheet, newline="\n", facts=cache(lambda: text.scan(sheet)), is_sheet=True)
        typed, plan = read_text(ws, plain, kinds, notes, limits)
        return _Found(typed, "xlsx" + packed, header=plan.dialect.header is not None)
    codec = encodings.guess(path)
    plain_path = path
    if codec not in ("utf-8", "utf-8-sig"):
        plain_path = ws.path / "text"
        text.write_utf8(path, plain_path, codec)
        notes.say(f"The text was decoded as {encodings.describe(codec)}.")
    encoding = "utf-8" if codec == "utf-8-sig" else codec
    if form is Format.JSON_LINES:
        if not encodings.is_utf8_file(plain_path):
            text.write_utf8(plain_path, ws.path / "text", "utf-8")  # stops at the broken line and names it
        table = json_lines.open_table(ws, plain_path, notes, limits)
        return _Found(_typed(ws, table, kinds, notes, limits), "json-lines" + packed, encoding)
    facts = source_facts if plain_path == source else cache(lambda: text.scan(plain_path))
    plain = TextSource(path=plain_path, newline=text.first_newline(plain_path), facts=facts)
    typed, plan = read_text(ws, plain, kinds, notes, limits)
    name = "tsv" if plan.dialect.delimiter == "\t" else "csv"
    encoding = plan.encoding or encoding
    return _Found(typed, name + packed, encoding, plan.dialect.delimiter, plan.dialect.header is not None)


def _typed(ws: Workspace, table: RawTable, kinds: dict[str, Kind], notes: Notes, limits: Limits) -> Typed:
    force_kinds(table.columns, kinds)
    tell_names(table.columns, notes)
    return write_typed(ws, table, notes, limits)
