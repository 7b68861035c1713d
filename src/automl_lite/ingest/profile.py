"""The profile of a typed table: statistics of every column, and what the user should know before training."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from automl_lite.domain.columns import Column, Kind, Notice
from automl_lite.errors import UnknownTarget
from automl_lite.ingest.closer import look_closer
from automl_lite.ingest.engine import Workspace, identifier
from automl_lite.ingest.measure import measure
from automl_lite.ingest.notices import COUNTED_ROWS, table_notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a table holds.

    Parameters
    ----------
    n_rows : int
    n_duplicate_rows : int
        Rows that repeat an earlier one in every column but the identifiers; estimated beyond a million rows.
    n_sampled : int
        Rows, drawn evenly, on which relations between columns were measured.
    target : str or None
        The column to predict, if it was named.
    columns : tuple of dict
        Plain JSON for each column, in order. Always ``name``, ``kind``, ``n_missing``, ``missing_share``,
        ``n_distinct`` (without missing), ``n_distinct_is_exact`` (false: within about 2 %), ``top_values``
        (``value``, ``count``, ``share`` of the values that are not missing; most frequent first). Numbers have
        ``min``, ``max``, ``mean``, ``std``, ``median``, ``quantiles`` (by share, as in ``"0.25"``),
        ``n_zero``, ``n_negative``, ``is_whole``, ``histogram`` (``edges``, ``counts``); dates ``min``, ``max``,
        ``median``, ``histogram`` in ISO 8601; categories, texts and ids ``length`` (characters) and ``examples``.
        Of more than 200,000 rows, numbers and times of many different values have ``n_sampled``: so many values,
        drawn at random, gave their quantiles, median and histogram; all else is of all rows.
        With a target the others have ``relation`` (``strength``, ``classes``, ``groups``; see ``relation``),
        without groups beyond the 200 strongest.
    notices : tuple of Notice
        The serious ones first.
    """

    n_rows: int
    n_duplicate_rows: int
    n_sampled: int
    target: str | None
    columns: tuple[dict[str, Any], ...]
    notices: tuple[Notice, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "n_rows": self.n_rows,
            "n_columns": len(self.columns),
            "n_duplicate_rows": self.n_duplicate_rows,
            "n_sampled": self.n_sampled,
            "target": self.target,
            "columns": list(self.columns),
            "notices": [notice.as_dict() for notice in self.notices],
        }


def profile_table(table: Path, columns: Sequence[Column], *, target: str | None = None, max_bins: int = 20) -> Profile:
    """Profile the typed Parquet file that ``read_file`` wrote.

    Parameters
    ----------
    table : Path
    columns : sequence of Column
        As ``read_file`` gave them.
    target : str, optional
        The column to predict: adds notices about it and about the columns that give it away.
    max_bins : int, default=20
        Bars of a histogram.

    Raises
    ------
    UnknownTarget
    """
    _check(target, columns)
    with Workspace(reads=[table]) as ws:
        source = f"read_parquet({ws.sql_path(table)}, file_row_number = true)"
        return _profile(ws, source, columns, target, max_bins)


def _check(target: str | None, columns: Sequence[Column]) -> None:
    names = [column.name for column in columns]
    if target is not None and target not in names:
        raise UnknownTarget(target, names)


def _profile(ws: Workspace, source: str, columns: Sequence[Column], target: str | None, max_bins: int) -> Profile:
    n_rows = ws.number(f"SELECT count(*) FROM {source}")
    # A connection of its own, which counts while arrays are sorted here.
    with ThreadPoolExecutor(1) as beside, ws.db.cursor() as cursor:
        counted = beside.submit(_count_duplicates, cursor, source, columns, n_rows)
        measured = measure(ws, source, columns, n_rows, target=target, max_bins=max_bins)
        n_duplicates = counted.result()
    looked = look_closer(ws, source, measured, n_rows, n_duplicates=n_duplicates, target=target)
    notices = [*looked.notices, *table_notices(measured, n_rows, n_duplicates, target)]
    order = {"error": 0, "warning": 1, "info": 2}
    return Profile(
        n_rows=n_rows,
        n_duplicate_rows=n_duplicates,
        n_sampled=looked.n_sampled,
        target=target,
        columns=tuple(statistics.entry for statistics in measured),
        notices=tuple(sorted(notices, key=lambda notice: order[notice.severity])),
    )


def _count_duplicates(db: DuckDBPyConnection, source: str, columns: Sequence[Column], n_rows: int) -> int:
    # Identifiers differ by their nature; what counts is whether the rest of the row repeats.
    names = [identifier(column.name) for column in columns if column.kind is not Kind.ID]
    if len(names) < 2 or n_rows < 2:
        return 0
    # Copies have the same hash: a share of all hashes holds the same share of the copies, in bounded memory.
    parts = -(-n_rows // COUNTED_ROWS)
    hashes = f"SELECT hash({', '.join(names)}) AS h FROM {source}"
    rows = db.execute(f"SELECT count(*) - count(DISTINCT h) FROM ({hashes}) WHERE h % {parts} = 0").fetchall()
    found = int(rows[0][0])
    return found if parts == 1 else int(float(f"{found * parts:.2g}"))
