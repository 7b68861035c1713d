"""What became of the batches that this server started: counters that only grow, for its metrics."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from automl_lite.domain.batches import BatchKind
from automl_lite.domain.errors import NotFound
from automl_lite.domain.jobs import JobState
from automl_lite.store import BatchTable

MAX_FOLLOWED = 1_000  # where nobody asks for metrics, what is over is counted now and then all the same


@dataclass(slots=True)
class BatchTally:
    """Batches that were started here and are over, and their rows, since this server began.

    ``ended`` counts batches by state, ``rows`` the rows of completed ones by kind, ``n_unanswered`` those of them that
    could not be answered or measured. Servers that share a store count each batch once: where it was started last.
    """

    batches: BatchTable
    host: str
    ended: Counter[JobState] = field(default_factory=Counter)
    rows: Counter[BatchKind] = field(default_factory=Counter)
    n_unanswered: int = 0
    _followed: set[str] = field(default_factory=set)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def follow(self, batch_id: str) -> None:
        """Note that a batch has been started here."""
        self._followed.add(batch_id)
        if len(self._followed) > MAX_FOLLOWED:
            self.settle()

    def settle(self) -> None:
        """Count what is over."""
        with self._counting:
            for batch_id in tuple(self._followed):
                if self._is_settled(batch_id):
                    self._followed.discard(batch_id)

    def _is_settled(self, batch_id: str) -> bool:
        try:
            batch = self.batches.get(batch_id)
        except NotFound:
            return True
        if not batch.state.is_over:
            # In the queue again, or another server's: whoever starts it counts it.
            return batch.lease is None or batch.lease.host != self.host
        self.ended[batch.state] += 1
        if batch.result is not None:
            self.rows[batch.kind] += batch.result.n_rows
            self.n_unanswered += batch.result.n_errors + batch.result.n_left_out
        return True
