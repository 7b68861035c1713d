"""One cell: any value that Python, JSON, pandas or polars may hold → what the graph takes, or WrongType."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from automl_lite.domain.columns import Kind
from automl_lite.inference.contract import InputColumn, truth_of
from automl_lite.inference.errors import WrongType

NAN = float("nan")
FLOAT32_MAX = float(np.finfo(np.float32).max)

# What people and programs write for "nothing" where no such word could be a value: never used for categories and text.
_NOTHING = frozenset({"", "na", "n/a", "#n/a", "nan", "nat", "none", "null", "<na>"})
# pandas and numpy.ma are not imported here, so their missing values are known by the names of their types.
_MISSING_TYPES = frozenset({"NAType", "NaTType", "MaskedConstant"})


def is_missing(value: Any) -> bool:
    """Return True for None, NaN, NaT, pandas.NA and numpy.ma.masked."""
    if value is None or type(value).__name__ in _MISSING_TYPES:
        return True
    return isinstance(value, (float, np.generic, Decimal)) and bool(value != value)


def number(value: Any, column: InputColumn) -> float:
    """Return a float within float32's range; NaN for missing, infinite and empty values."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (bool, str)):
        value = _number_from(value, column)
    elif is_missing(value):
        return NAN
    elif not isinstance(value, (Real, Decimal)):
        raise _wrong(value, column)
    try:
        result = float(value)
    except OverflowError:  # an integer beyond 1e308
        result = FLOAT32_MAX if value > 0 else -FLOAT32_MAX
    if not math.isfinite(result):
        return NAN
    return min(max(result, -FLOAT32_MAX), FLOAT32_MAX)


def _number_from(value: bool | str, column: InputColumn) -> float:
    if isinstance(value, bool):
        # True can only mean 1 where training saw nothing but zeros and ones.
        if column.min in (0, 1) and column.max in (0, 1):
            return float(value)
        raise _wrong(value, column)
    text = value.strip()
    if text.casefold() in _NOTHING:
        return NAN
    try:
        if "_" in text:  # Python's own 1_000
            raise ValueError(text)
        return float(text)
    except ValueError:
        raise _wrong(value, column) from None


def boolean(value: Any, column: InputColumn) -> str:
    """Return ``"true"`` or ``"false"``; "" for a missing value."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if is_missing(value):
        return ""
    if isinstance(value, str):
        if value.strip().casefold() in _NOTHING:
            return ""
        truth = truth_of(value)
    else:
        truth = bool(value) if isinstance(value, Real) and value in (0, 1) else None
    if truth is None:
        raise _wrong(value, column)
    return "true" if truth else "false"


def category(value: Any, column: InputColumn) -> str:
    """Return the level as text, numbers and booleans in the spelling that training saw; "" for a missing value."""
    if isinstance(value, str):
        return str(value)
    if is_missing(value):
        return ""
    if isinstance(value, (bool, np.bool_)):
        spellings = [str(bool(value)), str(bool(value)).lower(), str(bool(value)).upper(), str(int(value))]
    elif isinstance(value, (int, np.integer)):
        spellings = [str(value), f"{value}.0"]
    elif isinstance(value, (Real, Decimal, np.number)):
        as_float = float(value)
        whole = [str(int(as_float))] if as_float.is_integer() and abs(as_float) < 2**53 else []
        spellings = [*whole, str(value)]
    elif isinstance(value, date):
        spellings = [value.isoformat()]
    else:
        raise _wrong(value, column)
    return next((s for s in spellings if s in column.values), spellings[0])


def text(value: Any, column: InputColumn) -> str:
    """Return the text; "" for a missing value."""
    if isinstance(value, str):
        return str(value)
    if is_missing(value):
        return ""
    if isinstance(value, (Real, Decimal, date, np.bool_)):
        return str(value)
    raise _wrong(value, column)


def moment(value: Any, column: InputColumn) -> str:
    """Return a date-time as ISO 8601 without an offset (those with one become UTC); "" for a missing value."""
    if isinstance(value, str):
        stripped = value.strip()
        if stripped.casefold() in _NOTHING:
            return ""
        try:
            return iso(datetime.fromisoformat(stripped))
        except (ValueError, OverflowError):
            raise _wrong(value, column) from None
    if is_missing(value):
        return ""
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[us]").item()  # an int where datetime cannot hold the year
    try:
        if isinstance(value, datetime):
            return iso(value)
        if isinstance(value, date):
            return iso(datetime(value.year, value.month, value.day))
    except OverflowError:  # an offset that leads out of the years 1 to 9999
        raise _wrong(value, column) from None
    raise _wrong(value, column)


def iso(value: datetime) -> str:
    """Return ``2014-10-13T08:30:00``, with a fraction only where there is one, in UTC if there was an offset."""
    if value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    # The class's own method: pandas.Timestamp overrides it and writes nanoseconds.
    return datetime.isoformat(value, timespec="microseconds" if value.microsecond else "seconds")


CONVERTERS: dict[Kind, Callable[[Any, InputColumn], float | str]] = {
    Kind.NUMBER: number,
    Kind.INTEGER: number,
    Kind.BOOLEAN: boolean,
    Kind.CATEGORY: category,
    Kind.ID: category,
    Kind.TEXT: text,
    Kind.DATETIME: moment,
}
_EXPECTED = {
    Kind.NUMBER: ("a number", "Write it with a decimal point and without signs or separators, such as 1234.5."),
    Kind.INTEGER: ("a whole number", "Write it without signs or separators, such as 1234."),
    Kind.BOOLEAN: ("true or false", "true, false, yes, no, 1 and 0 are understood."),
    Kind.CATEGORY: ("a text", ""),
    Kind.ID: ("a text", ""),
    Kind.TEXT: ("a text", ""),
    Kind.DATETIME: ("a date or a time in ISO 8601", "Write it as 2024-01-31 or 2024-01-31T08:30:00."),
}


def _wrong(value: Any, column: InputColumn) -> WrongType:
    expected, hint = _EXPECTED[column.kind]
    return WrongType(column.name, value, expected, hint=hint)
