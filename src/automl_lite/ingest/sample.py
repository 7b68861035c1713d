"""Some rows of a table as numpy arrays, for what would take too long on all of them.

A row is drawn by a hash of its number: the same rows for the same table, in their order, at any width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from automl_lite.domain.columns import Column
from automl_lite.ingest.engine import Workspace
from automl_lite.ingest.fetch import STRING_KINDS, Cells, Flags, fetch

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

MAX_ROWS = 20_000
_MIN_ROWS = 2_000
_MAX_CELLS = 4_000_000
_HASHES = 1_000_003
_LARGEST = 1e75  # squares of larger numbers overflow


@dataclass(slots=True)
class Drawn:
    """A column in the sampled rows.

    Parameters
    ----------
    column : Column
    numbers : ndarray of float64, optional
        Numbers, booleans as 0 and 1, times in microseconds since 1970; NaN is missing. None for strings.
    levels : list
        The value that each code stands for; None for missing. Only of strings.
    """

    column: Column
    numbers: Floats | None
    levels: list[str | None]
    _codes: Codes | None = field(default=None, repr=False)

    @property
    def codes(self) -> Codes:
        """A number for each different value, counted from 0 in the order of appearance; missing is a value of its own.

        Two columns have equal codes exactly if each value of one goes with one value of the other.
        """
        if self._codes is None:
            assert self.numbers is not None  # noqa: S101 - strings come with their codes
            self._codes = _in_order(self.numbers)
        return self._codes

    @property
    def missing(self) -> Flags:
        """Which rows have no value."""
        if self.numbers is not None:
            return np.isnan(self.numbers)
        empty = np.array([level is None for level in self.levels], bool)
        return np.asarray(empty[self.codes], bool)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes if self.numbers is None else self.numbers)


def sample_rows(n_rows: int, n_columns: int) -> int:
    """Return how many rows are drawn of a table."""
    return min(n_rows, MAX_ROWS, max(_MIN_ROWS, _MAX_CELLS // max(n_columns, 1)))


def draw(ws: Workspace, source: str, columns: Sequence[Column], n_rows: int, n_sampled: int) -> Iterator[Drawn]:
    """Yield each column in about ``n_sampled`` rows, a few columns in memory at a time."""
    where = ""
    if n_sampled < n_rows:
        where = f"WHERE hash(file_row_number) % {_HASHES} < {round(_HASHES * n_sampled / n_rows)}"
    return map(_drawn, fetch(ws, source, columns, n_sampled, where))


def _drawn(cells: Cells) -> Drawn:
    if cells.column.kind not in STRING_KINDS:
        numbers = np.clip(cells.values.astype(np.float64), -_LARGEST, _LARGEST)
        numbers[cells.missing] = np.nan
        return Drawn(cells.column, numbers, [])
    texts = cells.values
    texts[cells.missing] = None
    words: list[str | None] = texts.tolist()
    levels = list(dict.fromkeys(words))
    place = {level: i for i, level in enumerate(levels)}
    return Drawn(cells.column, None, levels, np.fromiter(map(place.__getitem__, words), np.int64, len(words)))


def _in_order(numbers: Floats) -> Codes:
    """Number the values in the order in which they appear."""
    _, first, codes = np.unique(numbers, return_index=True, return_inverse=True)
    place = np.empty(len(first), np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    return place[codes]
