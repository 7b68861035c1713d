"""Workers as processes of this machine: ``process://``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from automl_lite.domain.errors import BackendUnavailable
from automl_lite.domain.runs import JobSpec
from automl_lite.runners import Look, Workbench

WORKER = (sys.executable, "-m", "automl_lite.worker")


class ProcessRunner:
    """One process for each job, in a session of its own: it survives its server and says so in the store."""

    queues = False

    def __init__(self, url: str, bench: Workbench, *, command: Sequence[str] = WORKER) -> None:
        self._environment = dict(bench.environment)
        self._command = command
        self._lock = threading.Lock()
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, spec: JobSpec) -> str:
        """Start a process with the spec in its environment."""
        environment = {**os.environ, **self._environment, JobSpec.ENV: spec.to_json()}
        try:
            child = subprocess.Popen(
                self._command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True, close_fds=True
            )
        except OSError as err:
            raise BackendUnavailable("runner") from err
        handle = f"{child.pid}:{_born(child.pid)}"
        with self._lock:
            self._children[handle] = child
        return handle

    def look(self, handle: str) -> Look:
        """Look at the process; process ids are used again, so its time of birth must match as well."""
        with self._lock:
            child = self._children.get(handle)
        if child is not None:
            code = child.poll()
            return Look(alive=True) if code is None else Look(alive=False, reason=_ending(code))
        pid, _, born = handle.partition(":")
        if not born or not pid.isdigit():
            return Look(alive=False, reason="it is unknown")
        if not Path("/proc").is_dir():
            return Look(alive=None)
        return Look(alive=True) if _born(int(pid)) == born else Look(alive=False, reason="its process is gone")

    def stop(self, handle: str, *, hard: bool) -> None:
        """Send SIGTERM, or SIGKILL to the whole session."""
        if self.look(handle).alive is not True:
            return
        pid = int(handle.partition(":")[0])
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL if hard else signal.SIGTERM)

    def close(self) -> None:
        """Reap what has ended; running workers go on."""
        with self._lock:
            for child in self._children.values():
                child.poll()
                # The workers outlive this object on purpose; without this, Popen warns about them.
                child.returncode = 0 if child.returncode is None else child.returncode


def _born(pid: int) -> str:
    """Return when a live process was started, in clock ticks since boot, or nothing if it is not there."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state == "Z" else fields[18]


def _ending(code: int) -> str:
    if code >= 0:
        return f"its process ended with status {code}"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
    extra = ", probably for lack of memory" if name == "SIGKILL" else ""
    return f"its process was ended by {name}{extra}"
