"""How the cells of one text column become values: a reader per kind, in Python for samples and in SQL for columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from automl_lite.domain.columns import Kind
from automl_lite.ingest import cells
from automl_lite.ingest.dates import DateFormats, shape
from automl_lite.ingest.engine import literal
from automl_lite.ingest.numbers import NumberStyle


class How(StrEnum):
    """The ways to read a cell."""

    TEXT = "text"
    INTEGER = "integer"
    WHOLE = "whole"  # whole numbers of which some are written with .0
    NUMBER = "number"
    STYLED = "styled"  # numbers in local dress
    BOOLEAN = "boolean"
    DATETIME = "datetime"


_KINDS = {
    How.TEXT: Kind.TEXT,
    How.INTEGER: Kind.INTEGER,
    How.WHOLE: Kind.INTEGER,
    How.NUMBER: Kind.NUMBER,
    How.STYLED: Kind.NUMBER,
    How.BOOLEAN: Kind.BOOLEAN,
    How.DATETIME: Kind.DATETIME,
}
SQL_TYPES = {
    Kind.NUMBER: "DOUBLE",
    Kind.INTEGER: "BIGINT",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATETIME: "TIMESTAMP",
    Kind.CATEGORY: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.ID: "VARCHAR",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the cells of one column.

    Parameters
    ----------
    how : How
    style : NumberStyle, optional
        For numbers in local dress.
    whole : bool
        For numbers in local dress: none has a fraction, so the values are integers.
    dates : DateFormats, optional
        For dates.
    spellings : pair of str, optional
        For booleans: the most frequent spellings of false and of true.
    """

    how: How
    style: NumberStyle | None = None
    whole: bool = False
    dates: DateFormats | None = None
    spellings: tuple[str, str] | None = None

    @property
    def kind(self) -> Kind:
        """The kind of the values; TEXT stands for category and id too, which the values decide later."""
        return Kind.INTEGER if self.whole else _KINDS[self.how]

    @property
    def unit(self) -> str:
        """The sign stripped from the values."""
        return self.style.unit if self.style else ""

    @property
    def formats(self) -> tuple[str, ...]:
        """The date formats, or the two spellings of a boolean."""
        return self.dates.formats if self.dates else self.spellings or ()

    @property
    def is_text(self) -> bool:
        """Whether cells stay text."""
        return self.how is How.TEXT

    def is_missing(self, text: str) -> bool:
        """Whether a trimmed cell is missing."""
        return cells.is_missing(text) if self.is_text else cells.is_missing_number(text)

    def fits(self, text: str) -> bool:
        """Whether a trimmed cell that is not missing can be read."""
        match self.how:
            case How.TEXT:
                return True
            case How.INTEGER:
                return cells.is_integer(text)
            case How.WHOLE:
                return cells.is_integer(text) or cells.is_whole(text)
            case How.NUMBER:
                return cells.is_number(text)
            case How.BOOLEAN:
                return text.lower() in cells.TRUE | cells.FALSE
            case How.STYLED:
                return self.style is not None and self.style.fits(text)
            case How.DATETIME:
                return bool(shape(text))

    def missing_sql(self, cell: str) -> str:
        """Return SQL that tells whether a cell that is not NULL is missing."""
        return cells.sql_missing(cell) if self.is_text else cells.sql_missing_number(cell)

    def sql(self, cell: str) -> str:
        """Return SQL of the value, or NULL where the cell is missing or cannot be read."""
        match self.how:
            case How.TEXT:
                return cells.sql_text(cell)
            case How.INTEGER:
                return cells.sql_integer(cell)
            case How.WHOLE:
                return cells.sql_whole(cell)
            case How.NUMBER:
                return cells.sql_number(cell)
            case How.BOOLEAN:
                return cells.sql_boolean(cell)
            case How.STYLED:
                assert self.style is not None  # noqa: S101 - by construction
                value = self.style.sql(cell)
                return f"CAST({value} AS BIGINT)" if self.whole else value
            case How.DATETIME:
                assert self.dates is not None  # noqa: S101 - by construction
                return self.dates.sql(cell)

    @property
    def source_type(self) -> str:
        """The SQL type in which ``strict_sql`` wants its cells; DuckDB's CSV reader is the fastest to make doubles."""
        return "DOUBLE" if self.how is How.NUMBER else "VARCHAR"

    def strict_sql(self, cell: str, *, as_text: bool = False) -> str:
        """Return SQL of the value; the query fails at the first cell that is not written in this reader's plain way.

        Plain means: no white space around, no sign for missing, no leading zero. That is cheap to test, so one pass
        over a clean file both converts it and proves that nothing was changed on the way. Numbers come as DOUBLE
        already (``source_type``); text is proven afterwards, by ``plain_text_sql``. ``as_text`` keeps whole numbers in
        their spelling, which the proof holds to be that of the number.
        """
        surprise = "error('surprise')"
        integer = f"TRY_CAST({cell} AS BIGINT)"
        double = f"TRY_CAST({cell} AS DOUBLE)"
        match self.how:
            case How.TEXT:
                return cell
            case How.INTEGER:
                plain = f"CAST({integer} AS VARCHAR) = {cell}"
                value = cell if as_text else integer
            case How.WHOLE:
                integer = f"TRY_CAST({double} AS BIGINT)"
                plain = f"CAST({integer} AS VARCHAR) || '.0' = {cell}"
                value = integer
            case How.NUMBER:
                plain = f"isfinite({cell})"
                value = cell
            case How.DATETIME if lengths := self._plain_lengths():
                value = f"TRY_CAST({cell} AS TIMESTAMP)"
                plain = (
                    f"strlen({cell}) IN ({lengths}) AND"
                    f" {value} BETWEEN TIMESTAMP '1000-01-01' AND TIMESTAMP '2999-12-31'"
                )
            case How.BOOLEAN if self.spellings:
                # One spelling of each, or the most frequent of them is not known before the end.
                false, true = map(literal, self.spellings)
                value = f"{cell} = {true}"
                plain = f"{cell} IN ({false}, {true})"
            case _:
                value = self.sql(cell)
                plain = f"({value}) IS NOT NULL"
        return f"CASE WHEN {cell} IS NULL THEN NULL WHEN {plain} THEN {value} ELSE {surprise} END"

    def _plain_lengths(self) -> str:
        """The lengths of cells that are ISO dates without offset, or an empty string for other formats."""
        lengths: set[int] = set()
        for format in self.formats:
            if not format.startswith("%Y-%m-%d") or "%z" in format:
                return ""
            base = 10 + 6 * ("%H" in format) + 3 * ("%S" in format) + (format.endswith("Z")) + 4 * ("UTC" in format)
            lengths |= {base + n for n in range(2, 8)} if "%f" in format else {base}
        return ", ".join(map(str, sorted(lengths)))


TEXT = Reader(How.TEXT)
INTEGER = Reader(How.INTEGER)
WHOLE = Reader(How.WHOLE)
NUMBER = Reader(How.NUMBER)
BOOLEAN = Reader(How.BOOLEAN)


def plain_text_sql(name: str) -> str:
    """Return SQL that tells whether a text is neither empty, missing by its spelling, nor with white space around.

    Written in functions of one argument, which DuckDB evaluates once for each entry of a dictionary; an IN of many
    texts becomes a join over every row.
    """
    return f"NOT {cells.sql_spaced(name)} AND NOT {cells.sql_missing(name)}"


def boolean_reader(counts: Mapping[str, int]) -> Reader:
    """Return the reader of booleans with the most frequent spellings in ``counts``, which hold trimmed cells.

    A side that was not met is written like the other: ``TRUE`` beside ``FALSE``, ``yes`` beside ``no``.
    """
    false = max((text for text in counts if text.lower() in cells.FALSE), key=lambda text: counts[text], default="")
    true = max((text for text in counts if text.lower() in cells.TRUE), key=lambda text: counts[text], default="")
    false, true = false or cells.opposite(true), true or cells.opposite(false)
    return replace(BOOLEAN, spellings=(false, true)) if false and true else BOOLEAN
