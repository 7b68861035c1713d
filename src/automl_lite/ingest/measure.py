"""Statistics of every column of a typed table.

Short tables are measured in memory: each column is fetched once, and one sort tells nearly everything. In long ones
DuckDB counts and sums all rows, while quantiles and histograms of numbers come from a sample (``long_columns``).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np

from automl_lite.domain.columns import Column
from automl_lite.ingest import long_columns
from automl_lite.ingest.distribution import Distribution
from automl_lite.ingest.engine import Workspace
from automl_lite.ingest.fetch import STRING_KINDS, Cells, fetch
from automl_lite.ingest.statistics import (
    MAX_COUNTED,
    N_TOP,
    N_TOP_TARGET,
    ColumnStatistics,
    most_frequent,
)

_FETCHED_ROWS = 20_000  # up to here words are counted in memory: beyond, DuckDB's dictionaries are faster


def measure(
    ws: Workspace, source: str, columns: Sequence[Column], n_rows: int, *, target: str | None, max_bins: int
) -> list[ColumnStatistics]:
    """Return the statistics of ``columns`` in the relation ``source`` (SQL, with a ``file_row_number``)."""
    found = [ColumnStatistics(column, {"name": column.name, "kind": column.kind.value}) for column in columns]
    n_top = {statistics.column.name: N_TOP for statistics in found} | {target or "": N_TOP_TARGET}
    fetched = [
        statistics
        for statistics in found
        if n_rows <= (_FETCHED_ROWS if statistics.column.kind in STRING_KINDS else long_columns.EXACT_ROWS)
    ]
    cells_of = fetch(ws, source, [statistics.column for statistics in fetched], n_rows)
    for statistics, cells in zip(fetched, cells_of, strict=True):
        if cells.column.kind in STRING_KINDS:
            _measure_words(statistics, cells, n_top[cells.column.name])
        else:
            _measure_numbers(statistics, cells, max_bins, n_top[cells.column.name])
    in_memory = {statistics.column.name for statistics in fetched}
    others = [statistics for statistics in found if statistics.column.name not in in_memory]
    long_columns.measure(ws, source, others, n_rows, n_top=n_top, max_bins=max_bins)
    return found


def _measure_numbers(statistics: ColumnStatistics, cells: Cells, max_bins: int, n_top: int) -> None:
    known = Distribution.of(cells.known)
    statistics.keep_distribution(known, len(cells.values), max_bins=max_bins, n_top=n_top)
    values = cells.values.copy()
    values[cells.missing] = 0
    statistics.fingerprint = _digest((values + values.dtype.type(0)).tobytes(), cells.missing.tobytes())


def _measure_words(statistics: ColumnStatistics, cells: Cells, n_top: int) -> None:
    words: list[str] = cells.known.tolist()
    counts = Counter(words)
    statistics.keep_counts(len(cells.values), len(words), len(counts))
    lengths = Counter(map(len, words))
    mean = sum(length * count for length, count in lengths.items()) / len(words) if words else None
    statistics.keep_lengths(min(lengths, default=0), mean, max(lengths, default=0))
    if len(counts) <= MAX_COUNTED:
        statistics.values = dict(counts)
    statistics.keep_values(most_frequent(counts, n_top), len(cells.values), n_top)
    first = {word: i for i, word in enumerate(counts)}
    places = np.fromiter(map(first.__getitem__, words), np.int32, len(words))
    statistics.fingerprint = _digest("\x1f".join(counts).encode(), places.tobytes(), cells.missing.tobytes())


def _digest(*parts: bytes) -> int:
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        digest.update(part)
        digest.update(b"\x1e")
    return int.from_bytes(digest.digest())
