"""Threads that fit models side by side and can be left behind when time is up."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


class FitPool:
    """``n`` daemon threads that run what is submitted, in order.

    Unlike ``concurrent.futures``, nothing waits for a task that does not end: a fit that hangs in native code must not
    break the promise of time, nor keep the interpreter from ending.
    """

    def __init__(self, n: int) -> None:
        self.n = 0
        self._tasks: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self.grow(n)

    def grow(self, n: int) -> None:
        """Add ``n`` threads, in place of some that hang."""
        for _ in range(n):
            threading.Thread(target=self._work, name=f"fit-{self.n}", daemon=True).start()
            self.n += 1

    def submit(self, task: Callable[[], Any]) -> Future[Any]:
        """Queue ``task``; cancel the future to take it back while it waits."""
        future: Future[Any] = Future()
        self._tasks.put((future, task))
        return future

    def close(self) -> None:
        """End each thread after what it is doing; returns at once."""
        for _ in range(self.n):
            self._tasks.put(None)

    def _work(self) -> None:
        while (item := self._tasks.get()) is not None:
            future, task = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(task())
            except BaseException as err:  # noqa: BLE001 - whoever asks the future for its result gets it
                future.set_exception(err)
