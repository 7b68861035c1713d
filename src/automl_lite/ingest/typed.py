"""From a raw table to the typed one: readers settled by all cells, Parquet written, kinds settled by all values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from automl_lite.domain.columns import Column, Kind
from automl_lite.errors import UnknownColumn
from automl_lite.ingest.engine import Workspace, chunks
from automl_lite.ingest.errors import NoRows
from automl_lite.ingest.kinds import cast_list, settle
from automl_lite.ingest.limits import Limits
from automl_lite.ingest.reading import Notes, Reject
from automl_lite.ingest.survey import survey, tidy_cells
from automl_lite.ingest.table import RawColumn, RawTable

# Distinct values of a row group; to try more takes a fifth of the writing time and saves nothing. DuckDB makes room
# for all of them, 0.7 MB a column, so it is left to itself where there are many.
_DICTIONARY, _DICTIONARY_COLUMNS = 10_000, 50
MAX_AT_ONCE = 250  # columns that one query types: planning time grows faster than their number


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed table on disk and what was set aside on the way to it."""

    path: Path
    n_rows: int
    columns: tuple[Column, ...]
    rejects: Sequence[Reject] = ()
    n_rejected: int = 0


def write_typed(ws: Workspace, table: RawTable, notes: Notes, limits: Limits) -> Typed:
    """Survey a raw table and write it typed.

    Raises
    ------
    NoRows
        If it has none.
    LimitExceeded
        If it has too many, or too long a cell.
    KindDoesNotFit
        If a kind was forced on a column and no cell can be read so.
    """
    n_rows = ws.number(f"SELECT count(*) FROM {table.rows()}")
    if not n_rows:
        raise NoRows
    limits.check_rows(n_rows)
    tidy_cells(ws, table)
    survey(ws, table, n_rows, notes)
    path = ws.path / "table.parquet"
    if len(table.columns) <= MAX_AT_ONCE:
        copy(ws, table.typed_sql(), path, len(table.columns))
        return settle_stored(ws, path, table.columns, n_rows, limits, table.rejects, table.n_rejected)
    settled: list[Column] = []
    blocks, expressions = [], []
    for index, chunk in enumerate(chunks(table.columns, MAX_AT_ONCE)):
        blocks.append(f"typed_{index}")
        block = RawTable(table.relation, list(chunk), where=table.where)
        ws.db.execute(f"CREATE TABLE {blocks[-1]} AS {block.typed_sql()}")
        kinds = settle(ws, blocks[-1], chunk, n_rows, limits)
        settled += kinds
        expressions += cast_list(chunk, kinds)[0]
    copy(ws, f"SELECT {', '.join(expressions)} FROM {' POSITIONAL JOIN '.join(blocks)}", path, len(table.columns))
    return Typed(path, n_rows, tuple(settled), table.rejects, table.n_rejected)


def settle_stored(
    ws: Workspace,
    path: Path,
    columns: Sequence[RawColumn],
    n_rows: int,
    limits: Limits,
    rejects: Sequence[Reject] = (),
    n_rejected: int = 0,
) -> Typed:
    """Settle the kinds of a typed table on disk, and write it again where ids are told from quantities only now."""
    relation = f"read_parquet({ws.sql_path(path)})"
    settled = settle(ws, relation, columns, n_rows, limits)
    expressions, has_changed = cast_list(columns, settled)
    if has_changed:
        again = ws.path / "again.parquet"
        copy(ws, f"SELECT {', '.join(expressions)} FROM {relation}", again, len(columns))
        again.replace(path)
    return Typed(path, n_rows, tuple(settled), rejects, n_rejected)


def copy(ws: Workspace, query: str, path: Path, n_columns: int) -> int:
    """Write the rows of ``query`` to Parquet and return their number."""
    limit = f", DICTIONARY_SIZE_LIMIT {_DICTIONARY}" if n_columns <= _DICTIONARY_COLUMNS else ""
    return ws.number(f"COPY ({query}) TO {ws.sql_path(path)} (FORMAT parquet{limit})")


def force_kinds(columns: Sequence[RawColumn], kinds: Mapping[str, Kind]) -> None:
    """Note the kinds that the caller asked for.

    Raises
    ------
    UnknownColumn
        If there is no such column.
    """
    by_name = {column.name: column for column in columns}
    for name, kind in kinds.items():
        if name not in by_name:
            raise UnknownColumn(name, list(by_name))
        column = by_name[name]
        column.forced = Kind(kind)
        if column.native not in (None, column.forced):  # its own type is not wanted, so it is read like text
            column.native, column.cell = None, f"CAST({column.cell} AS VARCHAR)"
