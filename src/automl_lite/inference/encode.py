"""Rows and columns → the arrays that the graph takes: one [n, 1] array per input, float32 or strings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np

from automl_lite.domain.columns import Kind
from automl_lite.inference.contract import Contract, InputColumn
from automl_lite.inference.errors import WrongType
from automl_lite.inference.tables import Row
from automl_lite.inference.values import CONVERTERS, FLOAT32_MAX, NAN

Array = np.ndarray[Any, np.dtype[Any]]
_MANY = 16  # rows: from here on a column at a time is quicker than a cell at a time
_PLAIN_NUMBERS = frozenset({float, int, type(None)})
_PLAIN_TEXT = frozenset({str, type(None)})


_ANY_TEXT = frozenset({Kind.CATEGORY, Kind.TEXT})  # kinds that take a text as it is


@dataclass(slots=True)
class Encoded:
    """Arrays for the graph by input name; ``errors`` has the rows (0-based) that hold a value of a wrong type.

    ``complete`` tells that every row is known to have every column.
    """

    feed: dict[str, Array]
    n_rows: int
    errors: dict[int, WrongType] = field(default_factory=dict)
    complete: bool = False


class Encoder:
    """Turns raw values into arrays by the contract's columns."""

    def __init__(self, contract: Contract) -> None:
        self._numbers = [c for c in contract.inputs if c.type == "float"]
        self._strings = [c for c in contract.inputs if c.type == "string"]
        self._number_names = [c.name for c in self._numbers]
        self._string_names = [c.name for c in self._strings]
        self._texts = [c.name for c in self._strings if c.kind in _ANY_TEXT]
        self._get_numbers, self._get_texts = _getter(self._number_names), _getter(self._texts)
        self._others = [c for c in self._strings if c.kind not in _ANY_TEXT]

    def rows(self, rows: Sequence[Row], *, collect: bool = False, start: int = 0, single: bool = False) -> Encoded:
        """Encode dicts; an absent key is a missing value.

        ``start`` is the position of the first row among all rows; ``single`` says that there is one row and messages
        need not count. Raises WrongType unless ``collect``: then wrong values count as missing and their rows stand
        in ``errors``.
        """
        n_rows = len(rows)
        if n_rows >= _MANY:
            cells = {column.name: [row.get(column.name) for row in rows] for column in (*self._numbers, *self._strings)}
            return self.columns(cells, n_rows, collect=collect, start=start)
        errors: dict[int, WrongType] = {}
        numbers: list[Any] = []
        for column in self._numbers:
            name = column.name
            for position, row in enumerate(rows, start):
                value = row.get(name)
                if (type(value) is float or type(value) is int) and -FLOAT32_MAX <= value <= FLOAT32_MAX:
                    numbers.append(value)
                else:
                    numbers.append(_convert(value, column, position, errors))
        strings: list[Any] = []
        for column in self._strings:
            name, plain = column.name, column.kind in _ANY_TEXT
            for position, row in enumerate(rows, start):
                value = row.get(name)
                if plain and type(value) is str:
                    strings.append(value)
                else:
                    strings.append(_convert(value, column, position, errors))
        if errors and single:
            raise errors[start]
        _settle(errors, collect)
        # One block each, cut into views: far quicker for a single row than an array per column.
        feed: dict[str, Array] = {}
        if numbers:
            block = np.array(numbers, dtype=np.float32).reshape(-1, n_rows, 1)
            feed.update(zip(self._number_names, block, strict=True))
        if strings:
            block = np.array(strings, dtype=object).reshape(-1, n_rows, 1)
            feed.update(zip(self._string_names, block, strict=True))
        return Encoded(feed, n_rows, errors)

    def plain(self, rows: Sequence[Row]) -> Encoded | None:
        """Encode rows that have every column, with next to nothing to convert: the common ones. None for any others."""
        n_rows = len(rows)
        feed: dict[str, Array] = {}
        try:
            if self._number_names:
                cells = list(chain.from_iterable(map(self._get_numbers, rows)))
                if not _PLAIN_NUMBERS.issuperset(map(type, cells)):
                    return None
                wide = np.array(cells, dtype=np.float64)
                if np.fmax.reduce(np.abs(wide)) > FLOAT32_MAX:
                    return None
                feed.update(zip(self._number_names, _by_column(wide.astype(np.float32), n_rows), strict=True))
            if self._texts:
                cells = list(chain.from_iterable(map(self._get_texts, rows)))
                kinds = set(map(type, cells))
                if not kinds <= _PLAIN_TEXT:
                    return None
                if len(kinds) > 1:
                    cells = ["" if cell is None else cell for cell in cells]
                feed.update(zip(self._texts, _by_column(np.array(cells, dtype=object), n_rows), strict=True))
            for column in self._others:
                values = [row[column.name] for row in rows]  # they repeat: each spelling is read once
                read = {value: CONVERTERS[column.kind](value, column) for value in set(values)}
                feed[column.name] = np.array([read[value] for value in values], dtype=object).reshape(-1, 1)
        except (KeyError, TypeError, OverflowError, WrongType):  # absent column, no dict, integer over 1e308, odd value
            return None
        return Encoded(feed, n_rows, complete=True)

    def columns(self, columns: dict[str, Any], n_rows: int, *, collect: bool = False, start: int = 0) -> Encoded:
        """Encode columns of ``n_rows`` values each (arrays or sequences); an absent name is missing throughout.

        Raises WrongType as ``rows`` does.
        """
        errors: dict[int, WrongType] = {}
        feed: dict[str, Array] = {}
        for column in (*self._numbers, *self._strings):
            if column.name not in columns:
                blank = (n_rows, 1)
                feed[column.name] = (
                    np.full(blank, NAN, np.float32) if column.type == "float" else np.full(blank, "", object)
                )
                continue
            feed[column.name] = encode_column(columns[column.name], column, start, errors).reshape(-1, 1)
        _settle(errors, collect)
        return Encoded(feed, n_rows, errors)


def _getter(names: Sequence[str]) -> Callable[[Row], tuple[Any, ...]]:
    """A quick way to a tuple of a row's cells. Raises KeyError for an absent column."""
    if len(names) == 1:
        return lambda row: (row[names[0]],)
    return itemgetter(*names) if names else lambda row: ()


def _by_column(cells: Array, n_rows: int) -> Array:
    """Cells row by row → one block of shape (n_columns, n_rows, 1), whose views are the graph's inputs."""
    if n_rows == 1:
        return cells.reshape(-1, 1, 1)
    return np.ascontiguousarray(cells.reshape(n_rows, -1).T)[:, :, None]


def encode_column(values: Any, column: InputColumn, start: int, errors: dict[int, WrongType]) -> Array:
    """Encode one column, shape [n]; values of a wrong type count as missing and stand in ``errors`` by row."""
    return (_encode_numbers if column.type == "float" else _encode_strings)(values, column, start, errors)


def _settle(errors: dict[int, WrongType], collect: bool) -> None:
    """Name the rows in the errors; raise the first of them unless they are collected."""
    for row, error in errors.items():
        error.locate(row)
    if errors and not collect:
        raise errors[min(errors)]


def _convert(value: Any, column: InputColumn, row: int, errors: dict[int, WrongType]) -> float | str:
    try:
        return CONVERTERS[column.kind](value, column)
    except WrongType as error:
        errors.setdefault(row, error)
        return NAN if column.type == "float" else ""


def _convert_all(values: Iterable[Any], column: InputColumn, start: int, errors: dict[int, WrongType]) -> list[Any]:
    return [_convert(value, column, row, errors) for row, value in enumerate(values, start)]


def _encode_numbers(values: Any, column: InputColumn, start: int, errors: dict[int, WrongType]) -> Array:
    if isinstance(values, np.ndarray):
        if values.dtype.kind in "iuf":
            return _float32(values)
        values = _unmasked(values)
    if set(map(type, values)) <= _PLAIN_NUMBERS:
        try:
            return _float32(np.array(values, dtype=np.float64))
        except OverflowError:  # an integer beyond 1e308
            pass
    return np.array(_convert_all(values, column, start, errors), dtype=np.float32)


def _float32(values: Array) -> Array:
    """Clip what float32 cannot hold; NaN for infinite and masked values."""
    wide: Array = values.astype(np.float64)
    if hasattr(wide, "filled"):
        wide = wide.filled(np.nan)
    finite = np.isfinite(wide)
    np.clip(wide, -FLOAT32_MAX, FLOAT32_MAX, out=wide)
    if not finite.all():
        wide[~finite] = np.nan
    return wide.astype(np.float32)


def _encode_strings(values: Any, column: InputColumn, start: int, errors: dict[int, WrongType]) -> Array:
    if isinstance(values, np.ndarray):
        if values.dtype.kind == "M" and column.kind is Kind.DATETIME:
            return _moments(values)
        plain: Sequence[Any] = values.tolist() if _is_plain(values) else _unmasked(values)
        values = plain
    is_text = set(map(type, values)) <= {str}
    result = np.empty(len(values), dtype=object)
    if column.kind in (Kind.CATEGORY, Kind.TEXT, Kind.ID):
        result[:] = (
            values
            if is_text
            else [
                value if type(value) is str else _convert(value, column, row, errors)
                for row, value in enumerate(values, start)
            ]
        )
        return result
    if is_text:
        wrong: dict[int, WrongType] = {}
        read = {spelling: _convert(spelling, column, 0, wrong) for spelling in set(values)}
        if not wrong:
            result[:] = [read[value] for value in values]
            return result
    # Dates and booleans repeat: each spelling is read once.
    known: dict[str, Any] = {}
    for row, value in enumerate(values):
        if type(value) is not str:
            result[row] = _convert(value, column, start + row, errors)
        elif value in known:
            result[row] = known[value]
        else:
            n_errors = len(errors)
            result[row] = _convert(value, column, start + row, errors)
            if len(errors) == n_errors and start + row not in errors:
                known[value] = result[row]
    return result


def _is_plain(values: Array) -> bool:
    """Tell whether an array holds objects and hides none."""
    return values.dtype == object and not hasattr(values, "mask")


def _moments(values: Array) -> Array:
    """datetime64 → ISO 8601 strings, "" for NaT; a fraction is written only where a value has one."""
    if hasattr(values, "filled"):
        values = values.filled(np.datetime64("NaT"))
    micro = values.astype("datetime64[us]")
    seconds = micro.astype("datetime64[s]")
    missing = np.isnat(micro)
    whole = bool(np.all((micro == seconds) | missing))
    text = np.datetime_as_string(seconds if whole else micro).astype(object)
    text[missing] = ""
    return text


def _unmasked(values: Array) -> Sequence[Any]:
    """Return plain Python values; None where a masked array has none."""
    mask = getattr(values, "mask", None)
    plain: Array = np.asarray(values)
    # tolist() would turn nanoseconds into integers
    cells: list[Any] = list(plain) if plain.dtype.kind in "mM" else plain.tolist()
    if mask is None:
        return cells
    return [None if hidden else cell for cell, hidden in zip(cells, np.broadcast_to(mask, plain.shape), strict=True)]
