"""Files of rows to be scored: read through ingest where it is installed, else as plain CSV; always chunk by chunk."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Protocol

from automl_lite.cli.output import count, needs
from automl_lite.domain.columns import Column, Kind
from automl_lite.errors import AutoMLLiteError, ExtraMissing, UnknownColumn

CHUNK_ROWS = 10_000
_MAX_CELL_BYTES = 1_000_000
# Cells that mean "nothing" in a column of numbers or dates; anything else that could not be read is an error.
_NOTHING = frozenset({"", "na", "n/a", "#n/a", "nan", "nat", "none", "null", "nil", "<na>", "-", "–", "?", "."})
_TYPED = frozenset({Kind.NUMBER, Kind.INTEGER, Kind.BOOLEAN, Kind.DATETIME})


class UnreadableRowsFile(AutoMLLiteError):
    """The file of rows cannot be read here."""

    code = "unreadable-file"


@dataclass(slots=True)
class Chunk:
    """Some rows: columns by name, and what is wrong with rows (0-based in the chunk) that cannot be scored.

    ``unreadable`` has, by column, the texts that are not of its kind and stand as missing in ``columns``.
    """

    columns: dict[str, Sequence[Any]]
    n_rows: int
    errors: dict[int, str] = field(default_factory=dict)
    unreadable: dict[str, list[str]] = field(default_factory=dict)


class Rows(AbstractContextManager["Rows"], Protocol):
    """An open file of rows."""

    names: list[str]
    remarks: list[str]

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows in their order."""


def open_rows(path: Path, kinds: Mapping[str, Kind]) -> Rows:
    """Open a file; columns named in ``kinds`` are read as that kind. Raises the errors of ingest."""
    if not path.is_file():
        raise UnreadableRowsFile(f"There is no file {path.name!r}.", hint="Check the path.")
    if find_spec("duckdb") is not None:
        return TypedRows(path, kinds)
    return CsvRows(path)


class TypedRows:
    """Any format that ingest reads, as a typed table in a temporary folder."""

    def __init__(self, path: Path, kinds: Mapping[str, Kind]) -> None:
        with needs("Reading files", "train"):
            from automl_lite.ingest import read_file

        self._folder = TemporaryDirectory(prefix="automl-lite-")
        self._path, self._table = path, Path(self._folder.name) / "table.parquet"
        try:
            try:
                reading = read_file(path, out=self._table, filename=path.name, kinds=kinds)
            except UnknownColumn:  # the caller decides what a missing column means
                names = {c.name for c in read_file(path, out=self._table, filename=path.name).columns}
                kinds = {name: kind for name, kind in kinds.items() if name in names}
                reading = read_file(path, out=self._table, filename=path.name, kinds=kinds)
            self._columns: tuple[Column, ...] = reading.columns
            self.names = [c.name for c in reading.columns]
            self.remarks = list(reading.assumptions)
            lost = [r for r in reading.rejects if not r.column]
            if reading.n_rejected:
                where = ", ".join(str(r.line) for r in lost[:10] if r.line)
                self.remarks.append(
                    f"Left out, because unreadable: {count(reading.n_rejected, 'row')}"
                    + (f" (line {where}{' …' if reading.n_rejected > 10 else ''}). {lost[0].reason}" if lost else ".")
                )
            self._n_rows = reading.n_rows
            self._texts = self._read_texts({r.column for r in reading.rejects if r.column}, kinds)
        except BaseException:
            self._folder.cleanup()
            raise

    def _read_texts(self, columns: set[str], kinds: Mapping[str, Kind]) -> dict[str, Path]:
        """Read columns that had unreadable cells once more as text, to tell these cells from empty ones."""
        from automl_lite.ingest import read_file

        doubtful = {name: Kind.TEXT for name in columns if kinds.get(name) in _TYPED}
        if not doubtful:
            return {}
        out = Path(self._folder.name) / "texts.parquet"
        read_file(self._path, out=out, filename=self._path.name, kinds={**kinds, **doubtful})
        return dict.fromkeys(doubtful, out)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows in their order; numbers as floats, date-times as datetime64, the rest as Python values."""
        import duckdb

        spellings = {
            c.name: {False: c.formats[0], True: c.formats[1], None: None}
            for c in self._columns
            if c.kind is Kind.BOOLEAN and len(c.formats) == 2
        }
        with duckdb.connect() as db:
            for start in range(0, self._n_rows, CHUNK_ROWS):
                columns = _slice(db, self._table, self.names, start)
                for name, spelling in spellings.items():  # as they stand in the file, where they are written back
                    columns[name] = [spelling[value] for value in columns[name]]
                errors: dict[int, str] = {}
                unreadable: dict[str, list[str]] = {}
                for name, path in self._texts.items():
                    texts = _slice(db, path, [name], start)[name]
                    for row, (text, value) in enumerate(zip(texts, columns[name], strict=True)):
                        if value is None and text is not None and text.strip().casefold() not in _NOTHING:
                            kind = next(c.kind for c in self._columns if c.name == name)
                            errors.setdefault(row, f"{name!r} expects {_EXPECTS[kind]}, not {text[:60]!r}.")
                            unreadable.setdefault(name, []).append(text)
                yield Chunk(columns, min(CHUNK_ROWS, self._n_rows - start), errors, unreadable)

    def __enter__(self) -> TypedRows:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._folder.cleanup()


_EXPECTS = {
    Kind.NUMBER: "a number",
    Kind.INTEGER: "a whole number",
    Kind.BOOLEAN: "true or false",
    Kind.DATETIME: "a date or a time",
}


def _slice(db: Any, path: Path, names: Sequence[str], start: int) -> dict[str, Sequence[Any]]:
    quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    # The row number lets DuckDB skip to the right part of the file; without it each chunk would read it all.
    found = db.execute(
        f"SELECT {quoted} FROM read_parquet(?, file_row_number = true) "  # noqa: S608 – names are quoted
        "WHERE file_row_number >= ? AND file_row_number < ? ORDER BY file_row_number",
        [str(path), start, start + CHUNK_ROWS],
    ).fetchall()
    columns = zip(*found, strict=True) if found else [()] * len(names)
    return dict(zip(names, columns, strict=True))


class CsvRows:
    """A CSV file in UTF-8 with commas, semicolons, tabs or bars, read with the standard library alone."""

    def __init__(self, path: Path) -> None:
        csv.field_size_limit(_MAX_CELL_BYTES)
        self._file = path.open(encoding="utf-8-sig", newline="")
        self.remarks: list[str] = []
        try:
            head = self._file.readline()
            self._file.seek(0)
            self._reader = csv.reader(self._file, delimiter=max(",;\t|", key=head.count))
            self.names = next(self._reader, [])
        except (UnicodeDecodeError, csv.Error) as err:
            self._file.close()
            raise ExtraMissing(f"Reading {path.name!r}, which is not a CSV in UTF-8,", "train") from err
        if not self.names or len(set(self.names)) < len(self.names):
            self._file.close()
            raise UnreadableRowsFile(
                f"{path.name!r} has no column names, or one of them twice.", hint="The first line must hold the names."
            )

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows in their order; every cell as the text that stands there."""
        rows: list[list[str]] = []
        errors: dict[int, str] = {}
        width = len(self.names)
        try:
            for row in self._reader:
                if not row:
                    continue
                if len(row) != width:
                    errors[len(rows)] = f"The row has {len(row)} cells instead of {width}."
                    row = [*row, *[""] * width][:width]
                rows.append(row)
                if len(rows) == CHUNK_ROWS:
                    yield self._chunk(rows, errors)
                    rows, errors = [], {}
        except (UnicodeDecodeError, csv.Error) as err:
            raise UnreadableRowsFile(
                f"Line {self._reader.line_num + 1:,} cannot be read: {err}.", hint="Save the file as UTF-8 CSV."
            ) from err
        if rows:
            yield self._chunk(rows, errors)

    def _chunk(self, rows: list[list[str]], errors: dict[int, str]) -> Chunk:
        columns: dict[str, Sequence[Any]] = dict(zip(self.names, zip(*rows, strict=True), strict=True))
        return Chunk(columns, len(rows), errors)

    def __enter__(self) -> CsvRows:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()
