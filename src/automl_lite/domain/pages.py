"""Newest-first pages and their opaque cursors."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

from automl_lite.domain.errors import BadCursor

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[R]):
    """Some records, newest first; ``next_cursor`` is None on the last page."""

    items: tuple[R, ...]
    next_cursor: str | None = None


def encode_cursor(created_at: datetime, record_id: str) -> str:
    """Name the last record of a page as an opaque, URL-safe token."""
    text = json.dumps([round(created_at.timestamp() * 1000), record_id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, str]:
    """Read what ``encode_cursor`` wrote. Raises BadCursor for anything else."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        millis, record_id = json.loads(base64.b64decode(padded.encode(), altchars=b"-_", validate=True))
        if type(millis) is not int or not 0 <= millis < 253_402_300_800_000:
            raise BadCursor
        return datetime.fromtimestamp(millis / 1000, UTC), str(UUID(record_id))
    except (binascii.Error, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as err:
        raise BadCursor from err
