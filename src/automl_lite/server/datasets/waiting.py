"""Waiting for an analysis without holding a thread."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


async def wait_for(future: Future[T], seconds: float) -> T | None:
    """Return the result, or None if it is not there after ``seconds``; the work itself goes on."""
    try:
        return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), seconds)
    except TimeoutError:
        # Nobody waits for it any more: whatever it raises is kept in the data set's record.
        future.add_done_callback(lambda done: done.exception() if not done.cancelled() else None)
        return None
