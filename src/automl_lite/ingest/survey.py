"""One look at every cell of a raw table: the reader of each column, what it leaves out, and what should be said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from automl_lite.domain.columns import Kind
from automl_lite.ingest import cells, remarks
from automl_lite.ingest.choose import Hints, choose_reader, find_hints, force_reader
from automl_lite.ingest.engine import Workspace, chunks, literal
from automl_lite.ingest.errors import KindDoesNotFit
from automl_lite.ingest.readers import TEXT, How, Reader, boolean_reader
from automl_lite.ingest.reading import MAX_REJECTS, Notes, Reject
from automl_lite.ingest.table import RawColumn, RawTable

_SAMPLE_CELLS = 400_000  # in Python about 0.3 s
_MAX_SAMPLE_ROWS = 2_000
_MAX_FIRST_ROWS = 1_000  # enough to guess by; the one pass over all rows proves the guess
_MAX_EVIDENCE = 20_000  # distinct cells of one column that are looked at one by one
_ROUNDS = 4  # a column narrows at most from whole numbers over numbers to text
_COLUMNS_AT_ONCE = 40
_SAMPLED_AT_ONCE = 2_500
_WIDE = 250
_DAY_AND_MONTH = re.compile("%[dm][/.-]%[dm]")  # at the start: after a year there is no doubt


@dataclass(frozen=True, slots=True)
class Counts:
    """Cells of one column: not empty, missing by a sign such as ``n/a``, not readable."""

    n_cells: int
    n_missing: int
    n_unfit: int


def sample_cells(ws: Workspace, table: RawTable, columns: Sequence[RawColumn], n_rows: int = 0) -> list[Counter[str]]:
    """Count the trimmed cells of some rows of each column: rows spread over ``n_rows``, or else the first ones."""
    most = _MAX_SAMPLE_ROWS if n_rows else _MAX_FIRST_ROWS
    limit = max(100, min(most, _SAMPLE_CELLS // max(len(columns), 1)))
    spread = f"{table.row} % {n_rows // limit} = 0" if n_rows > limit else ""
    counted = []
    for part in chunks(columns, _SAMPLED_AT_ONCE):
        names = ", ".join(column.cell for column in part)
        rows = ws.rows(f"SELECT {names} FROM {table.rows(spread)} LIMIT {limit}")
        for column in zip(*rows, strict=True) if rows else ((),) * len(part):
            trimmed: Counter[str] = Counter()
            for text, count in Counter(column).items():
                if text is not None:
                    trimmed[str(text).strip(cells.SPACES)] += count
            counted.append(trimmed)
    return counted


def tidy_cells(ws: Workspace, table: RawTable) -> None:
    """Leave the white space around cells out and count them; before anything else looks at the cells of a table."""
    untidy = [column for column in table.columns if column.native is None and column.n_spaced is None]
    for chunk in chunks(untidy):
        if len(untidy) > _WIDE and not _any_spaced(ws, table, chunk):
            for column in chunk:
                column.n_spaced = 0
            continue
        counts = ws.rows(table.select([f"count(*) FILTER ({cells.sql_spaced(column.cell)})" for column in chunk]))[0]
        for column, count in zip(chunk, counts, strict=True):
            column.n_spaced = int(str(count))
            if column.n_spaced:
                column.cell = cells.sql_tidy(column.cell)


def _any_spaced(ws: Workspace, table: RawTable, columns: Sequence[RawColumn]) -> bool:
    """Whether some cell of many columns may be empty or spaced: one expression, where each costs time to plan."""
    row = f"concat_ws(chr(31), {', '.join(column.cell for column in columns)})"
    pattern = f"(^|\x1f)[{cells.SPACES}\x1f]|[{cells.SPACES}\x1f](\x1f|$)|^$"
    return bool(ws.number(f"SELECT count(*) FROM {table.rows(f'regexp_matches({row}, {literal(pattern)})')}"))


def choose_readers(columns: Sequence[RawColumn], samples: Sequence[Counter[str]]) -> Hints:
    """Give each column a reader by its sample; return the hints that the columns gave each other."""
    hints = find_hints(list(samples))
    for column, sample in zip(columns, samples, strict=True):
        column.reader = _choose(column, sample, hints)
    return hints


def survey(ws: Workspace, table: RawTable, n_rows: int, notes: Notes) -> None:
    """Settle the readers of a raw table by all of its cells; tell what is missing, changed or left out.

    Raises
    ------
    KindDoesNotFit
        If a kind was forced on a column and no cell can be read so.
    """
    columns = [column for column in table.columns if column.native is None]
    if not columns:
        return
    samples = sample_cells(ws, table, columns, n_rows)
    hints = choose_readers(columns, samples)
    counts: dict[str, Counts] = {}
    pending = list(zip(columns, samples, strict=True))
    for _ in range(_ROUNDS):
        counts |= _count(ws, table, [column for column, _ in pending])
        pending = [
            (column, sample)
            for column, sample in pending
            if _revise(ws, table, column, sample, counts[column.cell], hints)
        ]
        if not pending:
            break
    for column in columns:
        if column.reader.how is How.BOOLEAN:
            column.reader = boolean_reader(_spellings(ws, table, column))
    for column, sample in zip(columns, samples, strict=True):
        _tell(ws, table, column, sample, counts[column.cell], notes)
    unfit = [column for column in columns if counts[column.cell].n_unfit]
    _report_cells(ws, table, unfit, counts, notes)


def _choose(column: RawColumn, sample: Counter[str], hints: Hints) -> Reader:
    if column.forced is None:
        return choose_reader(sample, hints, name=column.name)
    return force_reader(column.forced, sample, hints) or TEXT


def _spellings(ws: Workspace, table: RawTable, column: RawColumn) -> dict[str, int]:
    """Count the spellings of a boolean column."""
    read = f"{column.cell} IS NOT NULL AND ({column.reader.sql(column.cell)}) IS NOT NULL"
    rows = ws.rows(f"SELECT {column.cell}, count(*) FROM {table.rows(read)} GROUP BY 1 ORDER BY 1")
    return {str(text): int(str(n)) for text, n in rows}


def _unfit(column: RawColumn) -> str:
    """Return SQL that tells whether a cell is there, is not missing, and cannot be read."""
    cell, reader = column.cell, column.reader
    return f"{cell} IS NOT NULL AND ({reader.sql(cell)}) IS NULL AND NOT {reader.missing_sql(cell)}"


def _missing(column: RawColumn) -> str:
    return f"{column.cell} IS NOT NULL AND {column.reader.missing_sql(column.cell)}"


def _count(ws: Workspace, table: RawTable, columns: Sequence[RawColumn]) -> dict[str, Counts]:
    counts: dict[str, Counts] = {}
    for chunk in chunks(columns, _COLUMNS_AT_ONCE):
        expressions = []
        for column in chunk:
            value = column.reader.sql(column.cell)
            expressions += [
                f"count({column.cell})",
                f"count(*) FILTER ({column.cell} IS NOT NULL AND ({value}) IS NULL)",
            ]
        row = [int(str(value)) for value in ws.rows(table.select(expressions))[0]]
        for index, column in enumerate(chunk):
            n_cells, n_null = row[2 * index : 2 * index + 2]
            n_missing = n_null
            if n_null and not column.is_text:  # rare, so it is no part of the query over all columns
                n_missing = ws.number(f"SELECT count(*) FROM {table.rows(_missing(column))}")
            counts[column.cell] = Counts(n_cells, n_missing, n_null - n_missing)
    return counts


def _revise(
    ws: Workspace, table: RawTable, column: RawColumn, sample: Counter[str], count: Counts, hints: Hints
) -> bool:
    """Choose again where the whole column shows what the sample did not; whether the reader changed.

    Evidence is the sample, weighed as the whole, with every cell that did not fit. Day and month are settled by all
    cells: a single 13 decides.
    """
    by_day = any(map(_DAY_AND_MONTH.match, column.reader.formats))
    narrow = not column.reader.is_text or column.forced in (Kind.NUMBER, Kind.INTEGER, Kind.DATETIME)
    if not narrow or not (by_day or count.n_unfit):
        return False
    n_fit = count.n_cells - count.n_missing - count.n_unfit
    n_sampled = sum(n for text, n in sample.items() if column.reader.fits(text))
    evidence = Counter({text: n * max(1, n_fit // max(n_sampled, 1)) for text, n in sample.items()})
    where = f"{column.cell} IS NOT NULL" if by_day else _unfit(column)
    found = ws.rows(
        f"SELECT {column.cell}, count(*) FROM {table.rows(where)} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_MAX_EVIDENCE}"
    )
    evidence |= Counter({str(text): int(str(n)) for text, n in found})
    reader = _choose(column, evidence, hints)
    changed = reader != column.reader
    column.reader = reader
    return changed


def _tell(ws: Workspace, table: RawTable, column: RawColumn, sample: Counter[str], count: Counts, notes: Notes) -> None:
    """Say how the cells of one column were understood."""
    n_values = count.n_cells - count.n_missing
    if column.forced is not None and n_values and (n_values == count.n_unfit or not column.is_as_forced):
        present = ws.rows(f"SELECT {column.cell} FROM {table.rows(f'{column.cell} IS NOT NULL')} LIMIT 1")
        raise KindDoesNotFit(column.name, column.forced.value, str(present[0][0]))
    if count.n_missing:
        signs = ws.rows(
            f"SELECT {column.cell}, count(*) FROM {table.rows(_missing(column))} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 6"
        )
        remarks.tell_missing(column.name, count.n_missing, [str(sign) for sign, _ in signs], notes)
    if column.n_spaced:
        notes.say_of(column.name, "white space around the cells was removed.")
    remarks.tell_reader(column.reader, column.name, sample, notes, forced=column.forced is not None)


def _report_cells(
    ws: Workspace, table: RawTable, columns: Sequence[RawColumn], counts: dict[str, Counts], notes: Notes
) -> None:
    """Report the cells that became missing because they cannot be read, with line and column."""
    found: list[tuple[int, RawColumn, str]] = []
    for column in columns:
        rows = ws.rows(
            f"SELECT {table.row}, {column.cell}[:400] FROM {table.rows(_unfit(column))} ORDER BY 1 LIMIT {MAX_REJECTS}"
        )
        texts = [str(text).strip(cells.SPACES) for _, text in rows]
        found += [(int(str(row)), column, text) for (row, _), text in zip(rows, texts, strict=True)]
        remarks.warn_unfit(column.name, column.kind, counts[column.cell].n_unfit, texts, notes)
    found.sort(key=lambda item: item[0])
    del found[max(0, MAX_REJECTS - len(table.rejects)) :]
    lines = table.lines_of([row for row, _, _ in found])
    for row, column, text in found:
        reason = f"The cell is not {remarks.NOUNS[column.kind]}."
        table.rejects.append(Reject(line=lines.get(row, 0), column=column.name, reason=reason, text=text))
    table.rejects.sort(key=lambda reject: reject.line)
