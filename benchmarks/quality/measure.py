"""A command under a hard limit of wall-clock time: its time, the peak memory of all its processes, and how it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

POLL_S = 0.1
MEMORY_EVERY_S = 0.5
ENDING_S = 10.0  # for killed processes to be gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``wall_s`` from start to end, ``peak_bytes`` of the process tree, ``in_time`` False if it was killed."""

    wall_s: float
    peak_bytes: int
    in_time: bool
    exit_code: int


def run_limited(
    command: Sequence[str | Path],
    *,
    limit_s: float,
    log: Path,
    cwd: Path,
    environment: Mapping[str, str],
    milestone: Path | None = None,
    more_s: float = 0.0,
) -> Outcome:
    """Run a command in a process group of its own and kill the group when its time is up.

    Parameters
    ----------
    limit_s : float
        Seconds until the kill; once the file ``milestone`` exists, ``more_s`` seconds are added.
    log : Path
        Takes standard output and errors.
    """
    started = time.monotonic()
    peak, looked, in_time = 0, 0.0, True
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=cwd, env=dict(environment),
            start_new_session=True,
        )  # fmt: skip
        seen = {process.pid: psutil.Process(process.pid)}
        try:
            while process.poll() is None:
                now = time.monotonic()
                extra_s = more_s if milestone is not None and milestone.exists() else 0.0
                if now - started > limit_s + extra_s:
                    in_time = False
                    break
                if now - looked >= MEMORY_EVERY_S:
                    looked = now
                    peak = max(peak, tree_bytes(seen[process.pid], seen))
                time.sleep(POLL_S)
        finally:
            _end(process, seen)
    return Outcome(wall_s=time.monotonic() - started, peak_bytes=peak, in_time=in_time, exit_code=process.returncode)


def tree_bytes(root: psutil.Process, seen: dict[int, psutil.Process]) -> int:
    """Memory of a process and all below it, shared pages counted once; every process found is added to ``seen``."""
    total = 0
    try:
        processes = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for process in processes:
        seen.setdefault(process.pid, process)
        try:
            memory = process.memory_full_info()
            total += getattr(memory, "pss", memory.rss)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue  # it ended while we looked, or is not ours to read
    return total


def _end(process: subprocess.Popen[bytes], seen: dict[int, psutil.Process]) -> None:
    """End the group, and what has left the group (servers that peers start)."""
    tree_bytes(seen[process.pid], seen)  # a last look at who is there
    with suppress(ProcessLookupError):  # all of it has ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    others = [other for pid, other in seen.items() if pid != process.pid]
    for other in others:
        with suppress(psutil.NoSuchProcess):  # also where the id has gone to another process
            other.kill()
    psutil.wait_procs(others, timeout=ENDING_S)


def busy_share(seconds: float = 1.0) -> float:
    """Share of all cores that is in use right now, 0–1, over some seconds."""
    return float(psutil.cpu_percent(interval=seconds)) / 100


def wait_for_quiet(most: float, *, patience_s: float) -> float:
    """Wait until the machine is quiet, for ``patience_s`` seconds at most; return the busy share then."""
    ends = time.monotonic() + patience_s
    while (busy := busy_share()) > most and time.monotonic() < ends:
        time.sleep(2)
    return busy
