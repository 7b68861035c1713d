"""The promised time: how much is left, and whether to stop."""

from __future__ import annotations

import threading
import time

MOST_RESERVED = 0.7  # of the budget


class Clock:
    """Wall-clock time of one run.

    Parameters
    ----------
    budget_s : float
        Seconds that the whole run may take.
    stop : threading.Event, optional
        Set from outside (Ctrl-C, cancel) to end the search now and keep the best so far.
    started : float, optional
        ``time.monotonic()`` when the run began, if before this call.
    """

    def __init__(self, budget_s: float, stop: threading.Event | None = None, started: float | None = None) -> None:
        self.budget_s = budget_s
        self.stop_event = stop or threading.Event()
        self.started = time.monotonic() if started is None else started
        self.finish_s = 0.0

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def remaining_s(self) -> float:
        """Seconds left of the budget, at least 0."""
        return max(self.budget_s - self.elapsed_s, 0.0)

    @property
    def reserve_s(self) -> float:
        """Seconds kept for what follows the search: blending, export, verification, evaluation, reports.

        ``finish_s``, which the search keeps up to date, is how long the chosen models will take: to be fitted once
        more, written, and asked for the test rows.
        """
        return min(self.wrap_up_s + self.finish_s, MOST_RESERVED * self.budget_s)

    @property
    def wrap_up_s(self) -> float:
        """Seconds that evaluation and reports take besides what the models do."""
        return max(3.0, 0.1 * self.budget_s)

    @property
    def search_deadline(self) -> float:
        """When the search has to end, as ``time.monotonic()``."""
        return self.started + self.budget_s - self.reserve_s

    @property
    def search_s(self) -> float:
        """Seconds left for the search."""
        return max(self.search_deadline - time.monotonic(), 0.0)

    def share_s(self, share: float, *, least: float = 0.5) -> float:
        """Seconds that a step after the search may take: a share of the budget, or of what a stopped run has used."""
        whole = min(self.elapsed_s, self.budget_s) if self.stopped else self.budget_s
        return max(least, share * whole)

    @property
    def stopped(self) -> bool:
        """True when the user wants the best so far."""
        return self.stop_event.is_set()
