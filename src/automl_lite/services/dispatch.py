"""The dispatcher: keeps the queues of jobs and batches moving, and does what is due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from automl_lite.domain.batches import Batch
from automl_lite.domain.jobs import Job
from automl_lite.errors import AutoMLLiteError
from automl_lite.services.lanes import Lane

log = logging.getLogger("automl_lite.dispatch")


class Dispatcher:
    """One per server or ``automl-lite worker``; any number of them may share a store.

    Every decision is a compare-and-set on a record, so two dispatchers never start or end work twice. ``chores`` are
    called again and again beside the queues: sweeping, schedules.
    """

    def __init__(
        self, jobs: Lane[Job], batches: Lane[Batch], *, poll_s: float, chores: Sequence[Callable[[], object]] = ()
    ) -> None:
        self.jobs = jobs
        self.batches = batches
        self._poll_s = poll_s
        self._chores = chores
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work in a thread."""
        self._thread = threading.Thread(target=self._loop, name="dispatcher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop starting work, hand what runs back to the queues, and end its workers."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        self.jobs.hand_back()
        self.batches.hand_back()

    def step(self) -> None:
        """Look at everything that runs once, do what is due, then start what there is room for."""
        self.jobs.look()
        self.batches.look()
        for chore in self._chores:
            chore()
        # Batches have room of their own: nobody waits an hour for answers because a model is being trained.
        self.batches.fill()
        self.jobs.fill()

    def worker_ended(self, record_id: str, handle: str, reason: str) -> None:
        """Take the news that a runner's own queue has ended a worker; work that is over stays as it is."""
        if not self.jobs.worker_ended(record_id, handle, reason):
            self.batches.worker_ended(record_id, handle, reason)

    def _loop(self) -> None:
        while not self._stop.wait(self._poll_s):
            try:
                self.step()
            except AutoMLLiteError as err:
                log.warning("the dispatcher could not work: %s", err.message)
                self._stop.wait(2.0)
            except Exception:
                # A bug here must not end the loop: every queued job depends on it.
                log.exception("the dispatcher met an unexpected error")
                self._stop.wait(2.0)
