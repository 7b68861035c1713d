"""Rows that are no data: blank ones, the header again, and sums below the table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from automl_lite.domain.columns import Notice
from automl_lite.ingest import cells
from automl_lite.ingest.engine import Workspace, literal
from automl_lite.ingest.headers import looks_typed
from automl_lite.ingest.reading import MAX_REJECTS, Notes, Reject, counted
from automl_lite.ingest.table import RawTable

_LAST_ROWS = 3
_LOOKED_AT_SINGLY = 20
_TOTAL = re.compile(
    r"(?:(?:grand|sub|overall|all|column)[ -]?)?(?:totals?|sums?|summe|gesamt(?:summe)?|insgesamt|somme|totaux|suma"
    r"|totale|totaal|toplam|averages?|mean|mittelwert|moyenne|count|anzahl)s?[:.]?",
    re.IGNORECASE,
)
TAIL_BYTES = 4_096


def tail_has_total(tail: str, delimiter: str) -> bool:
    """Whether one of the last three lines of a text has a cell that says total."""
    lines = [line for line in tail.splitlines() if line.strip()][-_LAST_ROWS:]
    return any(is_total(cell.strip(' "')) for line in lines for cell in line.split(delimiter))


def is_total(text: str) -> bool:
    """Whether a cell is a word for a sum below a column.

    Examples
    --------
    >>> is_total("Grand total:"), is_total("Totalled"), is_total("Summe")
    (True, False, True)
    """
    return _TOTAL.fullmatch(text) is not None


def set_aside_strangers(ws: Workspace, table: RawTable, header: Sequence[str] | None, notes: Notes) -> None:
    """Take rows that are no data out of ``table``: they are counted, and totals and headers reported by line."""
    blank = _all_blank(table)
    n_blank = ws.number(f"SELECT count(*) FROM {table.rows(blank)}")
    conditions = []
    if n_blank:
        conditions.append(f"NOT ({blank})")
        notes.warn(
            Notice(
                code="blank-rows",
                severity="info",
                message=f"Dropped {counted(n_blank, 'row', 'rows')} without any value.",
                remedy="Nothing to do, unless they should hold something.",
                facts={"n_rows": n_blank},
            )
        )
    strangers: dict[int, tuple[str, str]] = {}
    if header and len(header) > 1:
        same = " AND ".join(
            f"{column.cell} IS NOT DISTINCT FROM nullif({literal(text.strip(cells.SPACES))}, '')"
            for column, text in zip(table.columns[:50], header[:50], strict=False)
        )
        rows = ws.rows(f"SELECT {table.row} FROM {table.rows(same)} LIMIT {MAX_REJECTS}")
        strangers |= {int(str(row)): ("The row repeats the header.", ", ".join(header)) for (row,) in rows}
    strangers |= _totals(ws, table, f"NOT ({blank})" if n_blank else "")
    if strangers:
        conditions.append(f"{table.row} NOT IN ({', '.join(map(str, strangers))})")
        lines = table.lines_of(list(strangers))
        table.n_rejected += len(strangers)
        table.rejects += [
            Reject(line=lines.get(row, 0), column="", reason=reason, text=text)
            for row, (reason, text) in strangers.items()
        ]
    table.where = " AND ".join(conditions)


def _all_blank(table: RawTable) -> str:
    """Return SQL that tells whether every cell of a row is empty or white space.

    The first columns settle most rows; the others are looked at as one text, because planning time grows with the
    number of expressions.
    """
    names = [column.cell for column in table.columns]
    filled = names[:_LOOKED_AT_SINGLY]
    if len(names) > _LOOKED_AT_SINGLY:
        filled.append(f"nullif(concat({', '.join(names[_LOOKED_AT_SINGLY:])}), '')")
    return f"coalesce({', '.join(filled)}) IS NULL"


def _totals(ws: Workspace, table: RawTable, condition: str) -> dict[int, tuple[str, str]]:
    """The last rows that meet ``condition`` and whose first word says total, as in no other row."""
    names = ", ".join(column.cell for column in table.columns)
    found: dict[int, tuple[str, str]] = {}
    end = ws.number(f"SELECT max({table.row}) FROM {table.rows(condition)}")
    near_end = f"{table.row} > {end - _LAST_ROWS} AND {table.row} <= {end}"
    last = ws.rows(f"SELECT {table.row}, {names} FROM {table.rows(near_end)}")
    for row, *texts in sorted(last, key=lambda cut: int(str(cut[0])), reverse=True):
        filled = [(index, str(text).strip(cells.SPACES)) for index, text in enumerate(texts) if text is not None]
        word = next(((index, text) for index, text in filled if text and not looks_typed(text)), None)
        if word is None or not is_total(word[1]) or len(texts) < 2:
            break
        cell = table.columns[word[0]].cell
        n_same = ws.number(f"SELECT count(*) FROM {table.rows(f'{cell} = {literal(word[1])}')}")
        n_words = sum(not looks_typed(text) for _, text in filled)
        if n_same > 1 or n_words > 1:
            break
        found[int(str(row))] = ("The row is a total, not data.", ", ".join(text for _, text in filled))
    return found
