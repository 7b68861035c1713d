"""A part of the columns of a wide table, copied so that not every query reads the description of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from automl_lite.domain.columns import Column
from automl_lite.ingest.engine import Workspace, identifier

COLUMNS_AT_ONCE = 250
_WORTHWHILE = 100  # columns: below, a query costs more than the description of the file
_MAX_CELLS = 5_000_000  # that are copied into memory: 40 MB of numbers


@contextmanager
def narrowed(ws: Workspace, source: str, columns: Sequence[Column], n_rows: int) -> Iterator[str]:
    """Give a relation with these columns and ``file_row_number``: a copy, or ``source`` itself if that is as good."""
    if len(columns) < _WORTHWHILE or n_rows * len(columns) > _MAX_CELLS:
        yield source
        return
    names = ", ".join(identifier(column.name) for column in columns)
    ws.db.execute(f"CREATE TEMP TABLE narrow AS SELECT file_row_number, {names} FROM {source}")
    try:
        yield "narrow"
    finally:
        ws.db.execute("DROP TABLE narrow")
