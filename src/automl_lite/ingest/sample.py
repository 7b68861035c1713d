"""Some rows of a table as numpy arrays, for what would take too long on all of them.

A row is drawn by a hash of its number: the same rows for the same table, in their order, at any width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from automl_lite.domain.columns import Column, Kind
from automl_lite.ingest.engine import Workspace, chunks
from automl_lite.ingest.narrow import COLUMNS_AT_ONCE, narrowed
from automl_lite.ingest.statistics import STRING_KINDS, cleaned

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MAX_ROWS = 20_000
_MIN_ROWS = 2_000
_MAX_CELLS = 4_000_000
_DRAWN_AT_ONCE = 50
_HASHES = 1_000_003
_LARGEST = 1e75  # squares of larger numbers overflow


@dataclass(frozen=True, slots=True)
class Drawn:
    """A column in the sampled rows.

    Parameters
    ----------
    column : Column
    numbers : ndarray of float64, optional
        Numbers, booleans as 0 and 1, times in microseconds since 1970; NaN is missing. None for strings.
    codes : ndarray of int64
        A number for each different value, counted from 0 in the order of appearance; missing is a value of its own.
        Two columns have equal codes exactly if each value of one goes with one value of the other.
    levels : list
        The value that each code stands for; None for missing. Only of strings.
    """

    column: Column
    numbers: Floats | None
    codes: Codes
    levels: list[str | None]

    @property
    def missing(self) -> Flags:
        """Which rows have no value."""
        if self.numbers is not None:
            return np.isnan(self.numbers)
        empty = np.array([level is None for level in self.levels], bool)
        return np.asarray(empty[self.codes], bool)


def sample_rows(n_rows: int, n_columns: int) -> int:
    """Return how many rows are drawn of a table."""
    return min(n_rows, MAX_ROWS, max(_MIN_ROWS, _MAX_CELLS // max(n_columns, 1)))


def draw(ws: Workspace, source: str, columns: Sequence[Column], n_rows: int, n_sampled: int) -> Iterator[Drawn]:
    """Yield each column in about ``n_sampled`` rows, a few columns in memory at a time."""
    where = ""
    if n_sampled < n_rows:
        where = f"WHERE hash(file_row_number) % {_HASHES} < {round(_HASHES * n_sampled / n_rows)}"
    for block in chunks(columns, COLUMNS_AT_ONCE):
        with narrowed(ws, source, block, n_rows) as relation:
            for part in chunks(block, _DRAWN_AT_ONCE):
                cells = ", ".join(f"{_as_drawn(column)} AS c{i}" for i, column in enumerate(part))
                found = ws.db.execute(f"SELECT {cells} FROM {relation} {where}").fetchnumpy()
                for i, column in enumerate(part):
                    yield _drawn(column, found.pop(f"c{i}"))


def _as_drawn(column: Column) -> str:
    if column.kind in STRING_KINDS:
        return cleaned(column)
    value = f"epoch_us({cleaned(column)})" if column.kind is Kind.DATETIME else cleaned(column)
    return f"coalesce(({value})::DOUBLE, 'nan'::DOUBLE)"


def _drawn(column: Column, values: Any) -> Drawn:
    if column.kind not in STRING_KINDS:
        numbers = np.clip(np.asarray(values, np.float64), -_LARGEST, _LARGEST)
        return Drawn(column, numbers, _in_order(numbers), [])
    known: dict[str | None, int] = {}
    texts = np.array(np.ma.getdata(values), object)
    texts[np.ma.getmaskarray(values)] = None
    codes = np.fromiter((known.setdefault(text, len(known)) for text in texts.tolist()), np.int64, len(texts))
    return Drawn(column, None, codes, list(known))


def _in_order(numbers: Floats) -> Codes:
    """Number the values in the order in which they appear."""
    _, first, codes = np.unique(numbers, return_index=True, return_inverse=True)
    place = np.empty(len(first), np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    return place[codes]
