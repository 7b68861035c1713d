"""The shapes in which rows are given: one dict, a list of dicts, a dict of columns, a pandas or polars table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from automl_lite.inference.errors import UnreadableRows

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowList:
    """Rows that came as dicts; ``single`` says that it was one dict, not a list of one."""

    rows: Sequence[Row]
    single: bool = False

    def __len__(self) -> int:
        return len(self.rows)


class ColumnTable:
    """Columns of equal length by name; each is turned into an array or a list when it is first asked for.

    Parameters
    ----------
    names : sequence of str
        Column names, unique.
    read : callable
        Name → numpy array (also a masked one) or sequence of its values.
    n_rows : int
        Number of rows.
    """

    def __init__(self, names: Sequence[str], read: Callable[[str], Any], n_rows: int) -> None:
        self.names = tuple(names)
        self._read, self._n_rows = read, n_rows
        self._cache: dict[str, Any] = {}

    def __len__(self) -> int:
        return self._n_rows

    def column(self, name: str) -> Any:
        """Return the values of a column, an array or a sequence."""
        if name not in self._cache:
            self._cache[name] = self._read(name)
        return self._cache[name]


def as_table(rows: Any) -> RowList | ColumnTable:
    """Recognise the shape of ``rows``. Raises UnreadableRows."""
    if isinstance(rows, Mapping):
        return _from_mapping(rows)
    if isinstance(rows, (list, tuple)):
        for position, row in enumerate(rows):
            if not isinstance(row, Mapping):
                raise UnreadableRows(f"Row {position + 1} is {_named(row)}, not a dict of column names and values.")
        return RowList(rows)
    if hasattr(rows, "columns") and hasattr(rows, "__getitem__") and hasattr(rows, "__len__"):
        return _from_frame(rows)
    raise UnreadableRows(f"Rows cannot be read from {_named(rows)}.")


def _from_mapping(mapping: Mapping[str, Any]) -> RowList | ColumnTable:
    lengths = {name: len(values) for name, values in mapping.items() if _is_column(values)}
    if not lengths:
        return RowList((mapping,), single=True)
    if len(lengths) < len(mapping):
        single = next(name for name in mapping if name not in lengths)
        raise UnreadableRows(f"Some columns are lists, but {single!r} is {_named(mapping[single])}.")
    if len(set(lengths.values())) > 1:
        (a, n_a), (b, n_b) = min(lengths.items(), key=_length), max(lengths.items(), key=_length)
        raise UnreadableRows(f"The columns differ in length: {a!r} has {n_a} values, {b!r} has {n_b}.")
    return ColumnTable([str(n) for n in mapping], lambda name: _values(mapping[name]), next(iter(lengths.values())))


def _from_frame(frame: Any) -> ColumnTable:
    keys = {str(key): key for key in frame.columns}
    if len(keys) < len(frame.columns):
        raise UnreadableRows("The table has two columns of the same name.")
    return ColumnTable(list(keys), lambda name: _values(frame[keys[name]]), len(frame))


def _values(column: Any) -> Any:
    """Arrays and lists as they are; pandas and polars series as numpy arrays."""
    return column if isinstance(column, (np.ndarray, list, tuple)) else column.to_numpy()


def _is_column(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return True
    if isinstance(value, np.ndarray):
        return value.ndim == 1
    return hasattr(value, "to_numpy") and hasattr(value, "__len__")


def _length(item: tuple[str, int]) -> int:
    return item[1]


def _named(value: Any) -> str:
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
