"""Reading files in processes of their own: the server stays small and answers while a large file is read."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from automl_lite.domain.errors import Busy, Failure, Told

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

    def run(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the analysis found. Raises Told with the reason if the file cannot be used."""


class ProcessAnalyser:
    """Runs ``python -m automl_lite.worker.analysis`` with the task on its standard input."""

    def __init__(self, limits: ReadLimits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()

    def run(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """Start the process and wait for its answer."""
        request = json.dumps({**task, "memory_mb": self._limits.memory_mb, "limits": self._limits.for_ingest()})
        # Where this process found its packages (a Lambda layer, say) the child shall find them as well.
        paths = [os.environ.get("PYTHONPATH", ""), *sys.path]
        path = os.pathsep.join(dict.fromkeys(path for path in paths if path))
        environment = {**os.environ, "MALLOC_ARENA_MAX": "2", "PYTHONPATH": path}
        command = [sys.executable, "-m", "automl_lite.worker.analysis"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        ) as child:
            with self._lock:
                self._running.add(child)
            try:
                out, err = child.communicate(request.encode(), timeout=self._limits.seconds)
            except subprocess.TimeoutExpired as late:
                child.kill()
                raise Told(_TOO_SLOW) from late
            finally:
                with self._lock:
                    self._running.discard(child)
        return self._answer(child.returncode, out, err)

    def close(self) -> None:
        """End what is running; its data sets go back to waiting when the store is swept."""
        with self._lock:
            for child in self._running:
                child.kill()

    @staticmethod
    def _answer(code: int, out: bytes, err: bytes) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = json.loads(out)
        except ValueError as bad:
            log.error("an analysis ended with status %s: %s", code, err.decode(errors="replace")[-4000:])
            raise Told(_OUT_OF_MEMORY if code == -9 else _CRASHED) from bad
        if "error" in answer:
            raise Told(Failure(**answer["error"]))
        return answer


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
