"""Workers as threads of this process, for tests and trials: ``inline://``. They cannot be ended from outside."""

from __future__ import annotations

import logging
import threading
from uuid import uuid4

from automl_lite.domain.runs import JobSpec
from automl_lite.runners import Look, Workbench

log = logging.getLogger("automl_lite.runners")


class InlineRunner:
    """One thread for each job; stopping, hard or not, is left to the job's cancel request in the store."""

    queues = False

    def __init__(self, url: str, bench: Workbench) -> None:
        self._bench = bench
        self._threads: dict[str, threading.Thread] = {}
        self._reasons: dict[str, str] = {}

    def start(self, spec: JobSpec) -> str:
        """Start a thread."""
        handle = f"thread:{uuid4().hex}"
        thread = threading.Thread(target=self._run, args=(handle, spec), name=f"job-{spec.job_id[:8]}", daemon=True)
        self._threads[handle] = thread
        thread.start()
        return handle

    def look(self, handle: str) -> Look:
        """Look at the thread."""
        thread = self._threads.get(handle)
        if thread is None:
            return Look(alive=False, reason="its server was restarted")
        return (
            Look(alive=True) if thread.is_alive() else Look(alive=False, reason=self._reasons.get(handle, "it ended"))
        )

    def stop(self, handle: str, *, hard: bool) -> None:
        """Do nothing: threads end through the store."""

    def close(self) -> None:
        """Wait a moment for threads that are about to end."""
        for thread in self._threads.values():
            thread.join(timeout=1)

    def _run(self, handle: str, spec: JobSpec) -> None:
        try:
            self._bench.work(spec)
        except Exception as err:  # the thread's last frame: the job ends, not the server
            self._reasons[handle] = f"it ended with {type(err).__name__}"
            log.exception("a job ended with an error", extra={"job_id": spec.job_id})
