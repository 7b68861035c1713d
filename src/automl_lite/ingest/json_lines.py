"""JSON lines as a raw table: one object a line, one column a key, nested values kept as JSON text."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from automl_lite.ingest.cells import SPACES
from automl_lite.ingest.engine import Workspace, literal
from automl_lite.ingest.errors import Damaged, EmptyFile, LimitExceeded, NoRows, RowsDoNotFit
from automl_lite.ingest.headers import clean_names
from automl_lite.ingest.limits import Limits, readable
from automl_lite.ingest.reading import MAX_REJECTS, Notes, Reject
from automl_lite.ingest.table import RawColumn, RawTable

_NEVER = "\\x1f\\x1e\\x1d\\x1c"  # four control characters that JSON must escape: a delimiter that no line holds


def open_table(ws: Workspace, path: Path, notes: Notes, limits: Limits) -> RawTable:
    """Read a UTF-8 file of JSON lines.

    Lines that are no JSON object are set aside with their numbers.

    Raises
    ------
    Damaged
        If the bytes cannot be told apart into lines.
    RowsDoNotFit
        If most lines are no objects.
    LimitExceeded
        If there are too many keys or a line is too long.
    """
    max_line = max(2_000_000, 4 * limits.max_cell_bytes)
    try:
        ws.db.execute(
            f"CREATE TABLE lines AS FROM read_csv({ws.sql_path(path)}, auto_detect = false, header = false,"
            f" delim = e'{_NEVER}', quote = '', escape = '', comment = '', max_line_size = {max_line},"
            " columns = {'line': 'VARCHAR'})"
        )
    except duckdb.Error as err:
        if "Maximum line size" in str(err):
            raise LimitExceeded(f"A line has more than {readable(max_line)}", readable(max_line)) from err
        raise Damaged("JSON lines file") from err
    blank = f"trim(coalesce(line, ''), {literal(SPACES)}) = ''"
    ws.db.execute(
        "CREATE TABLE objects AS SELECT rowid AS _row, CASE WHEN json_valid(line) AND json_type(line) = 'OBJECT'"
        f" THEN CAST(line AS JSON) END AS object, line FROM lines WHERE NOT ({blank})"
    )
    ws.db.execute("DROP TABLE lines")
    n_rows, n_rejected = (
        int(str(value)) for value in ws.rows("SELECT count(object), count(*) - count(object) FROM objects")[0]
    )
    if n_rejected > n_rows:
        raise RowsDoNotFit(n_rejected, n_rows + n_rejected, 1)
    if not n_rows:
        raise NoRows
    rejects = [
        Reject(line=int(str(row)) + 1, column="", reason="The line is not a JSON object.", text=str(line))
        for row, line in ws.rows(
            f"SELECT _row, line[:400] FROM objects WHERE object IS NULL ORDER BY _row LIMIT {MAX_REJECTS}"
        )
    ]
    keys = [
        str(key)
        for (key,) in ws.rows(
            "SELECT key FROM (SELECT unnest(json_keys(object)) AS key, _row FROM objects WHERE object IS NOT NULL)"
            f" GROUP BY key ORDER BY min(_row), key LIMIT {limits.max_columns + 1}"
        )
    ]
    if not keys:  # objects, but nothing in them
        raise EmptyFile
    keys = _in_first_order(ws, keys)
    limits.check_columns(len(keys))
    columns = [
        RawColumn(name=name, header=key, cell=f"c{index}")
        for index, (key, name) in enumerate(zip(keys, clean_names(keys), strict=True))
    ]
    _unfold(ws, keys)
    nested = ws.rows(
        "SELECT "
        + ", ".join(f"count(*) FILTER (c{i} LIKE '{{%' OR c{i} LIKE '[%')" for i in range(len(keys)))
        + " FROM (SELECT * FROM raw LIMIT 1000)"
    )[0]
    for column, count in zip(columns, nested, strict=True):
        if count:
            notes.say_of(column.name, "nested values are kept as JSON text.")
    return RawTable("raw", columns, rejects, n_rejected, row="_row")


def _in_first_order(ws: Workspace, keys: list[str]) -> list[str]:
    """The keys in the order of the first object, then by first appearance."""
    first = ws.rows("SELECT object FROM objects WHERE object IS NOT NULL ORDER BY _row LIMIT 1")[0][0]
    order = {key: place for place, key in enumerate(json.loads(str(first)))}
    return sorted(keys, key=lambda key: order.get(key, len(order)))


def _unfold(ws: Workspace, keys: list[str]) -> None:
    """Make the table ``raw`` with one text column a key; JSON null and absent keys are NULL."""
    places = {key: f"c{index}" for index, key in enumerate(keys)}
    # A structure cannot have a field without a name, but a JSON pointer leads to one.
    structure = json.dumps(dict.fromkeys([*filter(None, keys), "_"], "VARCHAR"))
    fields = ", ".join(
        f"struct_extract(row, {literal(key)}) AS {place}" if key else f"json_extract_string(object, '/') AS {place}"
        for key, place in places.items()
    )
    ws.db.execute(
        f"CREATE TABLE raw AS SELECT _row, {fields} FROM (SELECT _row, object,"
        f" json_transform(object, {literal(structure)}) AS row FROM objects WHERE object IS NOT NULL)"
    )
    ws.db.execute("DROP TABLE objects")
