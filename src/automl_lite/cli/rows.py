"""Files of rows to be scored: read through ingest where it is installed, else as plain CSV; always chunk by chunk."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from automl_lite.cli.output import needs
from automl_lite.domain.columns import Kind
from automl_lite.errors import AutoMLLiteError, ExtraMissing

CHUNK_ROWS = 10_000
_MAX_CELL_BYTES = 1_000_000


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
    written: tuple[str, Mapping[str, Sequence[str]]]  # delimiter, and how false and true are spelled by column

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
            from automl_lite.ingest.rows import RowFile

        self._file = RowFile(path, kinds)
        self.names, self.remarks = self._file.names, self._file.remarks
        self.written: tuple[str, Mapping[str, Sequence[str]]] = self._file.reading.delimiter, self._file.spellings

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows in their order; numbers as floats, date-times as datetime64, the rest as Python values."""
        spellings = {
            c.name: {False: c.formats[0], True: c.formats[1], None: None}
            for c in self._file.columns
            if c.kind is Kind.BOOLEAN and len(c.formats) == 2
        }
        for chunk in self._file.chunks(self.names, size=CHUNK_ROWS, raw=True):
            columns = {name: values.tolist() for name, values in chunk.columns.items()}
            for name, spelling in spellings.items():  # as they stand in the file, where they are written back
                columns[name] = [spelling[value] for value in columns[name]]
            yield Chunk(columns, chunk.n_rows, chunk.errors, chunk.unreadable)

    def __enter__(self) -> TypedRows:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.__exit__(kind, value, traceback)


class CsvRows:
    """A CSV file in UTF-8 with commas, semicolons, tabs or bars, read with the standard library alone."""

    def __init__(self, path: Path) -> None:
        csv.field_size_limit(_MAX_CELL_BYTES)
        self._file = path.open(encoding="utf-8-sig", newline="")
        self.remarks: list[str] = []
        try:
            head = self._file.readline()
            self._file.seek(0)
            delimiter = max(",;\t|", key=head.count)
            self._reader = csv.reader(self._file, delimiter=delimiter)
            self.written: tuple[str, Mapping[str, Sequence[str]]] = delimiter, {}
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
