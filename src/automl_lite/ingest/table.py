"""A table between the file and its typed form: columns of text or native values that DuckDB can read again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from automl_lite.domain.columns import Column, Kind
from automl_lite.ingest.engine import identifier
from automl_lite.ingest.readers import TEXT, Reader
from automl_lite.ingest.reading import Reject

_NATIVE_FORMATS = {Kind.BOOLEAN: ("false", "true")}


@dataclass(slots=True)
class RawColumn:
    """One column of a raw table.

    Parameters
    ----------
    name, header : str
        The name in the result and as it stood in the file.
    cell : str
        The SQL expression of its cells.
    native : Kind, optional
        The kind where the source is typed (Parquet, frames); None for cells of text.
    reader : Reader
        How cells of text are read.
    forced : Kind, optional
        The kind that the caller asked for.
    as_text : bool
        Whether whole numbers are stored as text because they seem to name rows.
    n_spaced : int, optional
        Cells with white space around, which ``cell`` leaves out; None while nobody has looked.
    """

    name: str
    header: str
    cell: str
    native: Kind | None = None
    reader: Reader = TEXT
    forced: Kind | None = None
    as_text: bool = False
    n_spaced: int | None = None

    @property
    def kind(self) -> Kind:
        """The kind as known from the cells alone; TEXT may still turn out to be category or id."""
        return self.native or self.reader.kind

    @property
    def is_as_forced(self) -> bool:
        """Whether the reader gives the kind that the caller asked for, if any."""
        plain = Kind.TEXT if self.forced in (Kind.CATEGORY, Kind.ID) else self.forced
        return plain is None or self.kind is plain

    @property
    def is_text(self) -> bool:
        """Whether the cells stay text."""
        return self.native is None and self.reader.is_text

    def value_sql(self, *, strict: bool = False) -> str:
        """Return SQL of the typed value."""
        if self.native is not None:
            return self.cell
        if strict:
            return self.reader.strict_sql(self.cell, as_text=self.as_text)
        value = self.reader.sql(self.cell)
        return f"CAST({value} AS VARCHAR)" if self.as_text else value

    def as_column(self, kind: Kind, reason: str) -> Column:
        """The column of the result."""
        return Column(
            name=self.name,
            kind=kind,
            header=self.header,
            unit=self.reader.unit if self.native is None else "",
            formats=_NATIVE_FORMATS.get(self.native, ()) if self.native else self.reader.formats,
            reason=reason,
        )


@dataclass(slots=True)
class RawTable:
    """Rows of raw columns.

    Parameters
    ----------
    relation : str
        What stands after FROM.
    columns : list of RawColumn
    rejects : list of Reject
        Rows set aside while it was made, the first thousand.
    n_rejected : int
        All of them.
    lines_of : callable
        From places of rows to lines of the file; rows without an answer are unknown.
    where : str
        SQL condition of the rows that count; all if empty.
    row : str
        SQL of the place of a row, from 0 on.
    """

    relation: str
    columns: list[RawColumn]
    rejects: list[Reject] = field(default_factory=list)
    n_rejected: int = 0
    lines_of: Callable[[Sequence[int]], dict[int, int]] = lambda rows: {row: row + 1 for row in rows}

    where: str = ""
    row: str = "rowid"

    def rows(self, condition: str = "") -> str:
        """Return SQL of the rows that count and meet ``condition``, for use after FROM."""
        conditions = " AND ".join(f"({part})" for part in (self.where, condition) if part)
        return f"{self.relation} WHERE {conditions}" if conditions else self.relation

    def select(self, expressions: Sequence[str]) -> str:
        """Return SQL of these expressions of every row."""
        return f"SELECT {', '.join(expressions)} FROM {self.rows()}"

    def typed_sql(self, *, strict: bool = False) -> str:
        """Return SQL of every column typed and under its name."""
        typed = [f"{column.value_sql(strict=strict)} AS {identifier(column.name)}" for column in self.columns]
        return self.select(typed)
