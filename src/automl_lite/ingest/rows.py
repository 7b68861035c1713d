"""A file of rows for a model: read in the model's own types, given back piece by piece as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

import duckdb

from automl_lite.domain.columns import NUMERIC_KINDS, Column, Kind
from automl_lite.errors import UnknownColumn
from automl_lite.ingest.engine import identifier
from automl_lite.ingest.errors import KindDoesNotFit
from automl_lite.ingest.limits import Limits
from automl_lite.ingest.read import read_file
from automl_lite.ingest.reading import Reading

# Cells that mean "nothing" in a column of numbers or dates; anything else that could not be read is an error.
_NOTHING = frozenset({"", "na", "n/a", "#n/a", "nan", "nat", "none", "null", "nil", "<na>", "-", "–", "?", "."})
_MEMORY = "256MB"  # what DuckDB may hold for a piece
_TYPED = frozenset({Kind.NUMBER, Kind.INTEGER, Kind.BOOLEAN, Kind.DATETIME})
_EXPECTS = {
    Kind.NUMBER: "a number",
    Kind.INTEGER: "a whole number",
    Kind.BOOLEAN: "true or false",
    Kind.DATETIME: "a date or a time",
}


@dataclass(slots=True)
class Chunk:
    """Some rows: columns by name, and what is wrong with rows (0-based in the chunk) that cannot be scored.

    ``unreadable`` has, by column, the texts that are not of its kind and stand as missing in ``columns``.
    """

    columns: dict[str, Any]
    n_rows: int
    errors: dict[int, str] = field(default_factory=dict)
    unreadable: dict[str, list[str]] = field(default_factory=dict)


class Rows:
    """A typed table and how it was read.

    Parameters
    ----------
    table : Path
        The table, Parquet.
    reading : Reading
        How it came about.
    """

    def __init__(self, table: Path, reading: Reading) -> None:
        self.table, self.reading = table, reading
        self.names = [c.name for c in reading.columns]
        # What was assumed and left out, as sentences.
        self.remarks = [*reading.assumptions, *_left_out(reading)]
        self._texts: dict[str, Path] = {}

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return self.reading.n_rows

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the table."""
        return self.reading.columns

    @property
    def spellings(self) -> dict[str, tuple[str, ...]]:
        """How false and true are written, by boolean column; as they stand in Parquet they have no spelling."""
        if not self.reading.delimiter:
            return {}
        return {c.name: c.formats for c in self.columns if c.kind is Kind.BOOLEAN and len(c.formats) == 2}

    def chunks(self, names: Iterable[str], *, size: int, start: int = 0, raw: bool = False) -> Iterator[Chunk]:
        """Yield the rows from ``start`` on, ``size`` at a time; see ``chunk``."""
        for first in range(start, self.n_rows, size):
            yield self.chunk(names, first, size, raw=raw)

    def chunk(self, names: Iterable[str], start: int, size: int, *, raw: bool = False) -> Chunk:
        """Return at most ``size`` rows from ``start`` (0-based) on: of the columns ``names``, numpy arrays.

        Texts are "" where they are missing and truths are "true" and "false", as a model file takes them; with ``raw``
        both come as they are, masked where they are missing. Numbers and times are masked either way.
        """
        size = min(size, self.n_rows - start)
        chosen = set(names)
        wanted = [column for column in self.columns if column.name in chosen]
        with duckdb.connect(config={"threads": 1, "memory_limit": _MEMORY}) as db:
            told = [identifier(c.name) if raw else _as_text(identifier(c.name), c.kind) for c in wanted]
            columns = _slice(db, self.table, told, start, size).fetchnumpy() if wanted else {}
            errors, unreadable = self._wrong(db, start, size)
        return Chunk(columns, size, errors, unreadable)

    def _wrong(self, db: Any, start: int, size: int) -> tuple[dict[int, str], dict[str, list[str]]]:
        """Return the rows of a chunk that hold a text where another kind is needed, and these texts by column."""
        errors: dict[int, str] = {}
        unreadable: dict[str, list[str]] = {}
        for name, path in self._texts.items():
            texts = _slice(db, path, [identifier(name)], start, size).fetchall()
            values = _slice(db, self.table, [identifier(name)], start, size).fetchall()
            kind = next(c.kind for c in self.columns if c.name == name)
            for row, ((text,), (value,)) in enumerate(zip(texts, values, strict=True)):
                if value is None and text is not None and text.strip().casefold() not in _NOTHING:
                    errors.setdefault(row, f"{name!r} expects {_EXPECTS[kind]}, not {text[:60]!r}.")
                    unreadable.setdefault(name, []).append(text)
        return errors, unreadable


def fits(reading: Reading, kinds: Mapping[str, Kind]) -> bool:
    """Tell whether a table that was read before is what reading it in ``kinds`` would give: no need to do it again."""
    found = {column.name: column.kind for column in reading.columns}
    doubtful = {reject.column for reject in reading.rejects if reject.column}
    return all(
        name not in found or (name not in doubtful and _alike(found[name], kind)) for name, kind in kinds.items()
    )


def _alike(one: Kind, other: Kind) -> bool:
    return one is other or {one, other} <= NUMERIC_KINDS


class RowFile(Rows, AbstractContextManager["RowFile"]):
    """A file in any format that ``read_file`` takes, as a typed table in a temporary folder.

    Parameters
    ----------
    path : Path
        The file.
    kinds : mapping of str to Kind
        How columns are read, by name; those that the file does not have are left out, and a column none of whose
        values is of its kind is read as text.
    filename : str, optional
        The name to show.
    limits : Limits, optional
    memory_bytes, threads : int, optional
        See ``read_file``.
    folder : Path, optional
        Where the temporary folder is made.
    """

    def __init__(
        self,
        path: Path,
        kinds: Mapping[str, Kind],
        *,
        filename: str | None = None,
        limits: Limits | None = None,
        memory_bytes: int | None = None,
        threads: int | None = None,
        folder: Path | None = None,
    ) -> None:
        self._folder = TemporaryDirectory(prefix="automl-lite-", dir=folder)
        self._path, self.table = path, Path(self._folder.name) / "table.parquet"
        self._how: dict[str, Any] = {
            "filename": filename or path.name,
            "limits": limits,
            "memory_bytes": memory_bytes,
            "threads": threads,
        }
        try:
            reading, kinds = self._fitted(kinds)
            super().__init__(self.table, reading)
            self._texts = self._read_texts({r.column for r in reading.rejects if r.column}, kinds)
        except BaseException:
            self._folder.cleanup()
            raise

    def _fitted(self, kinds: Mapping[str, Kind]) -> tuple[Reading, dict[str, Kind]]:
        """Read with the kinds that the file bears: what a column missing or of another kind means, others decide."""
        wanted, looked = dict(kinds), False
        while True:
            try:
                return self._read(wanted), wanted
            except UnknownColumn:
                if looked:
                    raise
                looked = True
                names = {c.name for c in self._read({}).columns}
                wanted = {name: kind for name, kind in wanted.items() if name in names}
            except KindDoesNotFit as err:
                if wanted.get(err.column) in (None, Kind.TEXT):
                    raise
                wanted[err.column] = Kind.TEXT

    def _read(self, kinds: Mapping[str, Kind]) -> Reading:
        return read_file(self._path, out=self.table, kinds=kinds, **self._how)

    def _read_texts(self, columns: set[str], kinds: Mapping[str, Kind]) -> dict[str, Path]:
        """Read columns that had unreadable cells once more as text, to tell these cells from empty ones."""
        doubtful = {name: Kind.TEXT for name in columns if kinds.get(name) in _TYPED}
        if not doubtful:
            return {}
        out = Path(self._folder.name) / "texts.parquet"
        read_file(self._path, out=out, kinds={**kinds, **doubtful}, **self._how)
        return dict.fromkeys(doubtful, out)

    def __enter__(self) -> RowFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._folder.cleanup()


def _left_out(reading: Reading) -> list[str]:
    if not reading.n_rejected:
        return []
    lost = [r for r in reading.rejects if not r.column]
    where = ", ".join(str(r.line) for r in lost[:10] if r.line)
    rows = "1 row" if reading.n_rejected == 1 else f"{reading.n_rejected:,} rows"
    why = f" (line {where}{' …' if reading.n_rejected > 10 else ''}). {lost[0].reason}" if lost else "."
    return [f"Left out, because unreadable: {rows}{why}"]


def _as_text(name: str, kind: Kind) -> str:
    """Return the SQL of a column as a model file takes it."""
    if kind is Kind.BOOLEAN:
        return f"CASE {name} WHEN true THEN 'true' WHEN false THEN 'false' ELSE '' END AS {name}"
    return f"coalesce({name}, '') AS {name}" if kind in (Kind.CATEGORY, Kind.TEXT, Kind.ID) else name


def _slice(db: Any, path: Path, columns: Sequence[str], start: int, size: int) -> Any:
    # The row number lets DuckDB skip to the right part of the file; without it each chunk would read it all.
    return db.execute(
        f"SELECT {', '.join(columns)} FROM read_parquet(?, file_row_number = true) "
        "WHERE file_row_number >= ? AND file_row_number < ? ORDER BY file_row_number",
        [str(path), start, start + size],
    )
