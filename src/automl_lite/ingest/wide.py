"""Texts of very many columns: DuckDB's CSV reader converts them, and one proof holds for many columns at once.

Planning time grows faster than the number of expressions, so columns of a plain kind have none of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from automl_lite.ingest import cells
from automl_lite.ingest.delimited import Plan
from automl_lite.ingest.engine import Workspace, identifier, literal
from automl_lite.ingest.readers import How
from automl_lite.ingest.table import RawColumn

MAX_SINGLE = 250  # columns of other kinds, with an expression each
_MARK = "\x1f"
_TYPES = {How.INTEGER: "BIGINT", How.NUMBER: "DOUBLE"}
_PATTERNS = {How.INTEGER: cells.PLAIN_INTEGER, How.NUMBER: cells.PLAIN_NUMBER}


def suits(columns: Sequence[RawColumn]) -> bool:
    """Whether nearly all columns are plain numbers or texts."""
    return sum(column.reader.how not in (*_TYPES, How.TEXT) for column in columns) <= MAX_SINGLE


def source_types(columns: Sequence[RawColumn]) -> list[str]:
    """Return the SQL type in which the CSV reader gives each column."""
    return [_TYPES.get(column.reader.how, "VARCHAR") if not column.as_text else "VARCHAR" for column in columns]


def typed_list(columns: Sequence[RawColumn]) -> list[str]:
    """Return SQL of every column typed and under its name."""
    plain = (*_TYPES, How.TEXT)
    return [
        f"{column.cell if column.reader.how in plain else column.value_sql(strict=True)} AS {identifier(column.name)}"
        for column in columns
    ]


def is_plain(ws: Workspace, plan: Plan, columns: Sequence[RawColumn]) -> bool:
    """Whether all cells of plain kinds are written plainly, and no row is blank, as the text itself shows.

    Numbers must look like numbers, because the CSV reader bends what does not; texts must be neither empty, missing
    by their spelling, nor with white space around, and stand on one line.
    """
    joined = {how: _joined([column for column in columns if column.reader.how is how]) for how in (*_TYPES, How.TEXT)}
    others = _joined([column for column in columns if column.reader.how not in joined])
    proofs = [
        f"bool_and(regexp_full_match({joined[how]}, {literal(f'({pattern}({_MARK}{pattern})*)?')}))"
        for how, pattern in _PATTERNS.items()
    ]
    proofs.append(f"NOT bool_or(regexp_matches({joined[How.TEXT]}, {literal(_strange_text())}))")
    blank = " AND ".join(f"{cell} = ''" for cell in (*joined.values(), others))
    proofs.append(f"NOT bool_or({blank})")
    return all(ws.rows(f"SELECT {', '.join(proofs)} FROM {plan.relation(ws)}")[0])


def _joined(columns: Sequence[RawColumn]) -> str:
    """Return SQL of the cells of a row that are not missing, as one text."""
    return f"concat_ws(chr(31), {', '.join(column.cell for column in columns)})" if columns else "''"


def _strange_text() -> str:
    spaces = f"[{cells.SPACES}{_MARK}]"
    missing = "|".join(re.escape(token) for token in sorted(cells.MISSING))
    return f"^{spaces}|{spaces}$|{_MARK}{spaces}|{spaces}{_MARK}|\n|(^|{_MARK})({missing})({_MARK}|$)"
