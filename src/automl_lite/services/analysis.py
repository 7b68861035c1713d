"""Reading files in processes of their own: the server stays small and answers while a large file is read."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from automl_lite.domain.errors import Busy, Failure, Told
from automl_lite.services.reading_process import ReadingProcess

log = logging.getLogger("automl_lite.analysis")
# Each waiting analysis holds a record and a request; beyond this, callers are told to come back.
MAX_WAITING = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """What reading one file may cost; the first six are those of ``ingest.Limits``."""

    max_bytes: int
    max_unpacked_bytes: int
    max_unpack_ratio: float
    max_columns: int
    max_cell_bytes: int
    max_rows: int
    memory_mb: int = 1024
    seconds: float = 900.0

    def for_ingest(self) -> dict[str, float]:
        """Return the keyword arguments of ``ingest.Limits``."""
        plain = asdict(self)
        return {name: plain[name] for name in plain if name.startswith("max_")}


class Analyser(Protocol):
    """Runs one analysis at a time to its end, somewhere."""

    def prepare(self) -> None:
        """An analysis is likely to be asked for soon; be ready if that saves time."""

    def run(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the analysis found. Raises Told with the reason if the file cannot be used."""


class ProcessAnalyser:
    """Runs analyses in processes of their own.

    Parameters
    ----------
    limits : ReadLimits
    spare : bool, default=True
        Keep one process ready, with its packages loaded: loading them takes longer than reading a small file. A
        process that has needed much memory is not used again, and one that waits in vain ends by itself.
    """

    def __init__(self, limits: ReadLimits, *, spare: bool = True) -> None:
        self._limits = limits
        self._keeps_spare = spare
        self._lock = threading.Lock()
        self._running: set[ReadingProcess] = set()
        self._spare: ReadingProcess | None = None
        self._is_closed = False

    def prepare(self) -> None:
        """Start the spare process, unless it waits already."""
        with self._lock:
            if self._keeps_spare and not self._is_closed and not (self._spare and self._spare.is_alive):
                ended, self._spare = self._spare, ReadingProcess()
                if ended:
                    ended.end()

    def run(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """Hand the task to a process and wait for its answer."""
        request = json.dumps({**task, "memory_mb": self._limits.memory_mb, "limits": self._limits.for_ingest()})
        with self._lock:
            spare, self._spare = self._spare, None
            if spare and not spare.is_alive:
                spare.end()
                spare = None
            process = spare or ReadingProcess()
            self._running.add(process)
        try:
            line = process.ask(request, seconds=self._limits.seconds)
        except TimeoutError as late:
            process.end()
            raise Told(_TOO_SLOW) from late
        finally:
            with self._lock:
                self._running.discard(process)
        if not line:
            code, said = process.end()
            if process is spare and code == 0:
                return self.run(task)  # in this very moment it had waited for long enough
            log.error("an analysis ended with status %s: %s", code, said)
            raise Told(_OUT_OF_MEMORY if code == -9 else _CRASHED)
        found: dict[str, Any] = json.loads(line)
        self._keep(process, is_lean=found["again"])
        if "error" in found:
            raise Told(Failure(**found["error"]))
        answer: dict[str, Any] = found["answer"]
        return answer

    def _keep(self, process: ReadingProcess, *, is_lean: bool) -> None:
        """Make ``process`` the spare one if it may be used again and is needed, or a fresh one."""
        with self._lock:
            if is_lean and self._keeps_spare and not self._is_closed and self._spare is None:
                self._spare = process
                return
        process.end()
        self.prepare()

    def close(self) -> None:
        """End what is running; its data sets go back to waiting when the store is swept."""
        with self._lock:
            self._is_closed = True
            for process in self._running:
                process.kill()
            spare, self._spare = self._spare, None
        if spare:
            spare.end()


_TOO_SLOW = Failure(
    code="reading-timeout",
    message="Reading the file took too long and was ended.",
    hint="Upload fewer rows or columns, or raise AUTOML_LITE_ANALYSIS_SECONDS.",
)
_OUT_OF_MEMORY = Failure(
    code="reading-out-of-memory",
    message="Reading the file needed more memory than it may use.",
    hint="Upload fewer columns, a Parquet file, or raise AUTOML_LITE_ANALYSIS_MEMORY_MB.",
)
_CRASHED = Failure(
    code="reading-failed",
    message="The file could not be read: the reader ended unexpectedly.",
    hint="Save it again as plain CSV (UTF-8, one header row) and upload that; the server's log has the details.",
)


class AnalysisQueue:
    """A few analyses side by side, the others in line; equal ones are done once."""

    def __init__(self, n_parallel: int) -> None:
        self._pool = ThreadPoolExecutor(n_parallel, thread_name_prefix="analysis")
        self._lock = threading.Lock()
        self._futures: dict[str, Future[Any]] = {}

    def submit(self, name: str, work: Callable[[], Any]) -> Future[Any]:
        """Put ``work`` in line, or join the work of the same name that is there already. Raises Busy."""
        with self._lock:
            if name in self._futures:
                return self._futures[name]
            if len(self._futures) >= MAX_WAITING:
                raise Busy("Too many files are waiting to be read.", hint="Try again in a minute.")
            future = self._futures[name] = self._pool.submit(work)
        future.add_done_callback(lambda _: self._forget(name))
        return future

    def find(self, name: str) -> Future[Any] | None:
        """Return the work of this name, if it waits or runs here."""
        with self._lock:
            return self._futures.get(name)

    def close(self) -> None:
        """Start nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _forget(self, name: str) -> None:
        with self._lock:
            self._futures.pop(name, None)
