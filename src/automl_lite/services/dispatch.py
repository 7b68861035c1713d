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

# How often is looked for what is due: schedules are to the minute.
CHORES_S = 2.0


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
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to work: one thread for the queues, one for the chores, which may take their time."""
        for name, work, pause_s in (("dispatcher", self._turn, self._poll_s), ("chores", self._do_chores, CHORES_S)):
            thread = threading.Thread(target=self._loop, args=(work, pause_s), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Stop starting work, hand what runs back to the queues, and end its workers."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=10)
        self.jobs.hand_back()
        self.batches.hand_back()

    def step(self) -> None:
        """Look at everything that runs once, start what there is room for, then do what is due."""
        self._turn()
        self._do_chores()

    def _turn(self) -> None:
        self.jobs.look()
        self.batches.look()
        # Batches have room of their own: nobody waits an hour for answers because a model is being trained.
        self.batches.fill()
        self.jobs.fill()

    def _do_chores(self) -> None:
        for chore in self._chores:
            chore()

    def worker_ended(self, record_id: str, handle: str, reason: str) -> None:
        """Take the news that a runner's own queue has ended a worker; work that is over stays as it is."""
        if not self.jobs.worker_ended(record_id, handle, reason):
            self.batches.worker_ended(record_id, handle, reason)

    def _loop(self, work: Callable[[], None], pause_s: float) -> None:
        while not self._stop.wait(pause_s):
            try:
                work()
            except AutoMLLiteError as err:
                log.warning("the dispatcher could not work: %s", err.message)
                self._stop.wait(2.0)
            except Exception:
                # A bug here must not end the loop: every queued job depends on it.
                log.exception("the dispatcher met an unexpected error")
                self._stop.wait(2.0)
