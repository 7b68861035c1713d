"""One ``python -m automl_lite.worker.analysis``: a line with a task goes in, a line with the answer comes out."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from typing import Final

_TOLD_BYTES = 4_000  # of what a process wrote on standard error before it ended


class ReadingProcess:
    """A process that answers one task after the other, from its start until it or its owner ends it."""

    def __init__(self) -> None:
        # Where this process found its packages (a Lambda layer, say) the child shall find them as well.
        paths = [os.environ.get("PYTHONPATH", ""), *sys.path]
        path = os.pathsep.join(dict.fromkeys(path for path in paths if path))
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in end
        self._child: Final = subprocess.Popen(
            [sys.executable, "-m", "automl_lite.worker.analysis"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "MALLOC_ARENA_MAX": "2", "PYTHONPATH": path},
        )

    @property
    def is_alive(self) -> bool:
        """Whether it can still be asked."""
        return self._child.poll() is None

    def ask(self, task: str, *, seconds: float) -> bytes:
        """Hand over a task, a line of JSON, and wait for the answer.

        Returns
        -------
        bytes
            A line of JSON; empty if the process ended without an answer.

        Raises
        ------
        TimeoutError
            If it took longer than ``seconds``; the process was ended.
        """
        assert self._child.stdin is not None  # noqa: S101 - both are pipes
        assert self._child.stdout is not None  # noqa: S101
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._child.kill()

        timer = threading.Timer(seconds, give_up)
        timer.daemon = True
        timer.start()
        try:
            with suppress(BrokenPipeError):  # it has ended, so no answer will come
                self._child.stdin.write(task.encode() + b"\n")
                self._child.stdin.flush()
            answer = self._child.stdout.readline()
        finally:
            timer.cancel()
        if late.is_set():
            raise TimeoutError
        return answer

    def kill(self) -> None:
        """End it now; whoever waits for its answer gets none."""
        self._child.kill()

    def end(self) -> tuple[int, str]:
        """Let it end, wait until it has, and return its status and the last that it said on standard error."""
        assert self._child.stdin is not None  # noqa: S101
        assert self._child.stdout is not None  # noqa: S101
        with suppress(BrokenPipeError):
            self._child.stdin.close()  # the sign to end
        code = self._child.wait()
        self._child.stdout.close()
        with self._errors as errors:
            size = errors.seek(0, os.SEEK_END)
            errors.seek(max(0, size - _TOLD_BYTES))
            return code, errors.read().decode(errors="replace")
