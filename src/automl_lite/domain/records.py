"""Frozen records to plain JSON values and back, by their type hints alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

R = TypeVar("R")


def utcnow() -> datetime:
    """Return the present in UTC, cut to milliseconds so that every store gives back what it was given."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def to_plain(value: Any) -> Any:
    """Turn a record (or any value inside one) into JSON values: times as ISO 8601 in UTC, tuples as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(k): to_plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(v) for v in value]
    return value


def from_plain(cls: type[R], data: Mapping[str, Any]) -> R:
    """Read what ``to_plain`` wrote. Unknown keys are ignored, absent ones take the field's default.

    So records written by an older or newer release can be read.
    """
    hints = _hints(cast(Any, cls))
    return cls(**{name: _read(hints[name], data[name]) for name in hints if name in data})


@cache
def _hints(cls: Any) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {f.name: hints[f.name] for f in fields(cls)}


def _read(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return None if value is None else _read(next(a for a in get_args(hint) if a is not NoneType), value)
    if origin is tuple:
        return tuple(_read(get_args(hint)[0], v) for v in value)
    if isinstance(hint, type):
        if is_dataclass(hint):
            return from_plain(hint, value)
        if issubclass(hint, Enum):
            return hint(value)
        if issubclass(hint, datetime):
            return datetime.fromisoformat(value)
        if hint is float:
            return float(value)
    return value
