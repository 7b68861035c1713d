"""Delimited text through DuckDB: a plan from the first rows, then a raw table with what was set aside."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from automl_lite.domain.columns import Notice
from automl_lite.ingest.cells import SPACES
from automl_lite.ingest.dialect import SAMPLE_CHARS, Dialect, find_dialect
from automl_lite.ingest.engine import Workspace, literal
from automl_lite.ingest.errors import LimitExceeded, NoRows, RowsDoNotFit, UnclosedQuote
from automl_lite.ingest.headers import clean_names
from automl_lite.ingest.limits import Limits, readable
from automl_lite.ingest.lines import find_lines, lines_at
from automl_lite.ingest.reading import MAX_REJECTS, Notes, Reject, counted
from automl_lite.ingest.table import RawColumn, RawTable

_SAMPLE_LINES = 10  # by which the shape is told at least
_LONG_SAMPLE_BYTES = 16_000_000
_BUFFER_BYTES = 8_000_000  # as fast as DuckDB's own 32 MB, of which several are held
_MAX_SET_ASIDE_SHARE = 0.5
_MIN_HABIT_SHARE = 0.01  # more short rows than this are a habit of the writer, who leaves out empty cells at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a UTF-8 text will be read.

    Parameters
    ----------
    path : Path
    dialect : Dialect
    newline : str
        The line end, the same in the whole file.
    names : tuple of str
        Clean and unique.
    limits : Limits
    encoding : str
        Where the bytes further down showed another one than the first bytes; else empty.
    """

    path: Path
    dialect: Dialect
    newline: str
    names: tuple[str, ...]
    limits: Limits
    encoding: str = ""

    @property
    def _max_line_bytes(self) -> int:
        return max(2_000_000, 2 * self.limits.max_cell_bytes)

    def columns(self) -> list[RawColumn]:
        """Fresh columns of text, one for each name."""
        header = self.dialect.header or ("",) * len(self.names)
        return [
            RawColumn(name=name, header=text, cell=f"c{index}")
            for index, (name, text) in enumerate(zip(self.names, header, strict=True))
        ]

    def relation(self, ws: Workspace, *, types: Sequence[str] = (), set_aside: bool = False, pad: bool = False) -> str:
        """Return SQL of the rows as cells ``c0``, ``c1`` and so on, text unless there are ``types``.

        A row that does not fit fails the query unless ``set_aside``; ``pad`` keeps short ones.
        """
        dialect = self.dialect
        types = types or ("VARCHAR",) * dialect.n_columns
        columns = ", ".join(f"'c{index}': '{type}'" for index, type in enumerate(types))
        options = [
            "auto_detect = false, header = false, comment = ''",
            f"skip = {dialect.n_skip}",
            f"delim = {literal(dialect.delimiter)}",
            f"quote = {literal(dialect.quote)}, escape = {literal(dialect.escape)}",
            f"new_line = '{_NEWLINES[self.newline]}'",
            f"max_line_size = {self._max_line_bytes}, buffer_size = {max(_BUFFER_BYTES, 2 * self._max_line_bytes)}",
            f"columns = {{{columns}}}",
        ]
        if set_aside:
            options.append("store_rejects = true")
        if pad:
            options.append("null_padding = true, parallel = false")  # DuckDB cannot do both with quoted line breaks
        return f"read_csv({ws.sql_path(self.path)}, {', '.join(options)})"


_NEWLINES = {"\n": r"\n", "\r": r"\r", "\r\n": r"\r\n"}


def make_plan(path: Path, newline: str, notes: Notes, limits: Limits) -> Plan:
    """Look at the beginning of a UTF-8 text and plan how to read it.

    Raises
    ------
    NoRows
        If nothing follows the header.
    LimitExceeded
        If it has too many columns.
    """
    with path.open("rb") as file:
        head = file.read(4 * SAMPLE_CHARS)
        if head.count(newline.encode()) < _SAMPLE_LINES:  # thousands of columns, or of letters in their names
            head += file.read(_LONG_SAMPLE_BYTES)
        at_end = not file.read(1)
    sample = codecs.getincrementaldecoder("utf-8-sig")("replace").decode(head)
    n_chars = max(SAMPLE_CHARS, len("".join(sample.split(newline, _SAMPLE_LINES)[:-1])) + _SAMPLE_LINES)
    dialect = find_dialect(sample[:n_chars], is_whole=at_end and len(sample) <= n_chars)
    limits.check_columns(dialect.n_columns)
    if dialect.header is None:
        names = [f"column_{index}" for index in range(1, dialect.n_columns + 1)]
        notes.warn(
            Notice(
                code="no-header",
                message=f"The first line looks like data, so the columns are called column_1 to {names[-1]}.",
                remedy="Put a line with column names on top of the file.",
            )
        )
    else:
        names = clean_names(dialect.header)
    if dialect.preamble:
        notes.warn(
            Notice(
                code="lines-above-table",
                message=f"Skipped {counted(len(dialect.preamble), 'line', 'lines')} above the table.",
                remedy="Remove them from the file if that is wrong.",
                facts={"lines": [text[:200] for text in dialect.preamble[:20]]},
            )
        )
    if dialect.row_names:
        notes.say("The header has no name for the first column, as R writes row names.")
    return Plan(path=path, dialect=dialect, newline=newline, names=tuple(names), limits=limits)


def load(ws: Workspace, plan: Plan, notes: Notes, *, has_quotes: bool) -> RawTable:
    """Read everything as text into a table ``raw``; rows with another number of cells are set aside.

    Raises
    ------
    UnclosedQuote
        With the line of the quotation mark.
    RowsDoNotFit
        If more than half of the rows would be set aside.
    LimitExceeded
        If a line is too long.
    NoRows
        If no row is left.
    """
    found = _load_once(ws, plan, pad=False)
    if found.n_short > max(10, _MIN_HABIT_SHARE * (found.n_rows + found.n_short)):
        found = replace(_load_once(ws, plan, pad=True), n_short=found.n_short)
    if found.n_rejected > _MAX_SET_ASIDE_SHARE * (found.n_rows + found.n_rejected):
        raise RowsDoNotFit(found.n_rejected, found.n_rows + found.n_rejected, plan.dialect.n_columns)
    if not found.n_rows:
        raise NoRows
    if found.rejects:
        lines = [reject.line for reject in found.rejects]
        shown = ", ".join(map(str, lines[:10])) + (f" and {found.n_rejected - 10} more" if len(lines) > 10 else "")
        where = "line" if found.n_rejected == 1 else "lines"
        notes.warn(
            Notice(
                code="rows-set-aside",
                message=f"Set aside {counted(found.n_rejected, 'row', 'rows')} that cannot be read ({where} {shown}).",
                remedy="Correct these lines in the file and read it again.",
                facts={"n_rows": found.n_rejected, "lines": lines[:100]},
            )
        )
    if found.padded:
        short = counted(found.n_short, "row has", "rows have")
        notes.warn(
            Notice(
                code="short-rows",
                message=f"{short} fewer cells than the header; the rest is missing.",
                remedy="Check that no cell of these rows stands under the wrong name.",
                facts={"n_rows": found.n_short},
            )
        )
    table = RawTable(
        relation="raw",
        columns=plan.columns(),
        rejects=found.rejects,
        n_rejected=found.n_rejected,
        lines_of=lambda rows: find_lines(plan.path, plan.dialect, rows, padded=found.padded),
    )
    if has_quotes:
        check_swallowed_rows(ws, plan, table.relation, [column.cell for column in table.columns], table)
    return table


def check_swallowed_rows(
    ws: Workspace, plan: Plan, relation: str, columns: Sequence[str], table: RawTable | None = None
) -> bool:
    """Look among texts for cells that hold whole rows, because a quotation mark was closed much later than meant.

    Returns
    -------
    bool
        Whether there is one; with ``table`` it is told as an error instead.

    Raises
    ------
    UnclosedQuote
        With the lines where the quotation mark is opened and closed.
    """
    mark, n_marks = plan.dialect.delimiter, plan.dialect.n_columns - 1
    if n_marks < 2 or not columns:
        return False
    found = ws.rows(f"SELECT {', '.join(f'bool_or(contains({name}, chr(10)))' for name in columns)} FROM {relation}")
    for column in (name for name, has_breaks in zip(columns, found[0], strict=True) if has_breaks):
        suspect = (
            f"contains({column}, chr(10)) AND length({column}) - length(replace({column}, {literal(mark)}, ''))"
            f" >= {2 * n_marks}"
        )
        place = table.row if table else "0"
        for row, text in ws.rows(f"SELECT {place}, {column} FROM {relation} WHERE {suspect} LIMIT 100"):
            inner = str(text).split("\n")[1:-1]
            if sum(line.count(mark) == n_marks for line in inner) >= max(2, 0.5 * len(inner)):
                if table is None:
                    return True
                line = table.lines_of([int(str(row))]).get(int(str(row)), 0)
                raise UnclosedQuote(line, line + len(inner) + 1)
    return False


@dataclass(frozen=True, slots=True)
class _Loaded:
    n_rows: int
    n_rejected: int
    n_short: int
    rejects: list[Reject]
    padded: bool


def _load_once(ws: Workspace, plan: Plan, *, pad: bool) -> _Loaded:
    ws.db.execute("DROP TABLE IF EXISTS raw")
    ws.db.execute("DROP TABLE IF EXISTS reject_errors")
    ws.db.execute("DROP TABLE IF EXISTS reject_scans")
    ws.db.execute(f"CREATE TABLE raw AS SELECT * FROM {plan.relation(ws, set_aside=True, pad=pad)}")
    spaces = literal(SPACES)
    # Several errors may be told of one line; lines of nothing but white space are no rows.
    ws.db.execute(
        "CREATE OR REPLACE VIEW set_aside AS SELECT line_byte_position AS place, min(byte_position) AS error_place,"
        " min(error_type::VARCHAR) AS kind, any_value(csv_line) AS text FROM reject_errors"
        f" WHERE trim(coalesce(csv_line, '?'), {spaces}) <> '' GROUP BY ALL"
    )
    n_rejected, n_short = (
        int(str(value or 0))
        for value in ws.rows("SELECT count(*), count(*) FILTER (kind = 'MISSING COLUMNS') FROM set_aside")[0]
    )
    rows = ws.rows(
        "SELECT place - 1, kind, text[:100000], error_place - 1,"
        f" (length(text) - length(replace(text, {literal(plan.dialect.quote)}, ''))) % 2"
        f" FROM set_aside ORDER BY place LIMIT {MAX_REJECTS}"
    )
    lines = lines_at(plan.path, [int(str(row[0])) for row in rows])
    rejects = [_reject(plan, line, *map(str, row[1:])) for line, row in zip(lines, rows, strict=True)]
    return _Loaded(ws.number("SELECT count(*) FROM raw"), n_rejected, n_short, rejects, pad)


def _reject(plan: Plan, line: int, kind: str, text: str, error_place: str, odd_quotes: str) -> Reject:
    text = text.strip("\r\n")
    n_columns = plan.dialect.n_columns
    if kind in ("MISSING COLUMNS", "TOO MANY COLUMNS"):
        n_cells = len(next(csv.reader(io.StringIO(text, newline=""), **plan.dialect.csv_options()), []))
        reason = f"The row has {n_cells} cells instead of {n_columns}."
    elif kind == "UNQUOTED VALUE":
        if int(odd_quotes):
            raise UnclosedQuote(lines_at(plan.path, [int(error_place)])[0])
        reason = "Text follows a closing quotation mark."
    elif kind == "INVALID ENCODING":
        reason = "The row holds bytes that are not UTF-8."
    elif kind == "LINE SIZE OVER MAXIMUM":
        if text.split("\n", 1)[0].count(plan.dialect.quote) % 2:
            raise UnclosedQuote(line)
        limit = readable(max(2_000_000, 2 * plan.limits.max_cell_bytes))
        raise LimitExceeded(f"Line {line} has more than {limit}", limit)
    else:
        reason = "The row cannot be read."
    return Reject(line=line, column="", reason=reason, text=text)
