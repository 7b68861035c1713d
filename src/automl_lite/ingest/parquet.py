"""Parquet as a raw table: its own types where they are plain, text where they are not."""

from __future__ import annotations

from pathlib import Path

import duckdb

from automl_lite.domain.columns import Kind
from automl_lite.ingest.engine import Workspace, chunks, identifier
from automl_lite.ingest.errors import Damaged
from automl_lite.ingest.headers import clean_names
from automl_lite.ingest.limits import Limits
from automl_lite.ingest.reading import Notes
from automl_lite.ingest.table import RawColumn, RawTable

_INTEGERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})
_EXACT = 2**53  # up to here a float holds every whole number
_NESTED = ("STRUCT", "MAP", "UNION")


def open_table(ws: Workspace, path: Path, notes: Notes, limits: Limits) -> RawTable:
    """Open a Parquet file.

    Raises
    ------
    Damaged
        If DuckDB cannot read it.
    LimitExceeded
        If it has too many columns or unpacks to too much.
    """
    where = ws.sql_path(path)
    try:
        described = ws.rows(f"DESCRIBE SELECT * FROM read_parquet({where}, file_row_number = true)")[:-1]
        limits.check_columns(len(described))
        unpacked = ws.number(f"SELECT sum(total_uncompressed_size) FROM parquet_metadata({where})")
        limits.check_unpacked(unpacked, path.stat().st_size)
        return native_table(ws, f"read_parquet({where}, file_row_number = true)", described, notes)
    except duckdb.Error as err:
        raise Damaged("Parquet file") from err


def native_table(ws: Workspace, relation: str, described: list[tuple[object, ...]], notes: Notes) -> RawTable:
    """Make a raw table of a typed relation, whose last column ``file_row_number`` counts its rows.

    Numbers, booleans and times keep their types; strings are read like cells of a text; nested values become JSON.
    """
    headers = [str(row[0]) for row in described]
    columns, cells = [], []
    for index, (header, name, row) in enumerate(zip(headers, clean_names(headers), described, strict=True)):
        sql, native = _typed_cell(identifier(header), str(row[1]))
        if str(row[1]).startswith(_NESTED) or str(row[1]).endswith("]"):
            notes.say_of(name, "nested values are kept as JSON text.")
        cells.append(f"{sql} AS c{index}")
        columns.append(RawColumn(name=name, header=header, cell=f"c{index}", native=native))
    table = RawTable(f"(SELECT file_row_number AS _row, {', '.join(cells)} FROM {relation})", columns, row="_row")
    _find_whole(ws, table)
    return table


def _find_whole(ws: Workspace, table: RawTable) -> None:
    """Make integers of floats that are all whole, as which integers with gaps are often stored."""
    floats = [column for column in table.columns if column.native is Kind.NUMBER]
    for chunk in chunks(floats):
        whole = [f"bool_and({c.cell} = trunc({c.cell}) AND abs({c.cell}) < {_EXACT})" for c in chunk]
        for column, is_whole in zip(chunk, ws.rows(table.select(whole))[0], strict=True):
            if is_whole:
                column.native, column.cell = Kind.INTEGER, f"CAST({column.cell} AS BIGINT)"


def _typed_cell(name: str, sql_type: str) -> tuple[str, Kind | None]:
    """SQL of a cell of a typed column, and its kind; None for text that is still to be read."""
    base = sql_type.split("(")[0]
    if base in _INTEGERS:
        return f"CAST({name} AS BIGINT)", Kind.INTEGER
    if base in ("FLOAT", "DOUBLE", "DECIMAL"):
        double = f"CAST({name} AS DOUBLE)"
        return f"CASE WHEN isfinite({double}) THEN {double} END", Kind.NUMBER
    if base == "BOOLEAN":
        return name, Kind.BOOLEAN
    if base == "TIMESTAMP WITH TIME ZONE":
        return _finite(f"({name} AT TIME ZONE 'UTC')"), Kind.DATETIME
    if base == "DATE" or base.startswith("TIMESTAMP"):
        return _finite(f"CAST({name} AS TIMESTAMP)"), Kind.DATETIME
    if base.startswith(_NESTED) or sql_type.endswith("]"):
        return f"CAST(to_json({name}) AS VARCHAR)", None
    return f"CAST({name} AS VARCHAR)", None


def _finite(timestamp: str) -> str:
    return f"CASE WHEN isfinite({timestamp}) THEN {timestamp} END"
