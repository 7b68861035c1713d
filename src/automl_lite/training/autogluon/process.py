"""The process that AutoGluon runs in: started in its own session, watched, told to stop, ended in any case."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from automl_lite.errors import AutoMLLiteError
from automl_lite.training.clock import Clock

SCRIPT = Path(__file__).with_name("script.py")
STOPPING = "told to stop and to keep what it has"
POLL_S = 0.2
STOP_S = 15.0  # from being told to stop to predictions, at the most
LATE_SHARE, LATE_LEAST_S = 0.02, 2.0  # of the budget, beyond which nothing is waited for


class EngineFailed(AutoMLLiteError):
    """Another engine left no model."""

    code = "engine-failed"


def run(python: Path, folder: Path, clock: Clock, finish_s: float, on_line: Callable[[str], None]) -> None:
    """Run the script on ``folder`` until it ends, at the latest shortly after the budget.

    Told to stop (the user wants the best so far, or only ``finish_s`` seconds of its time are left), it has a moment to
    predict with the models it has.

    Raises
    ------
    EngineFailed
        With AutoGluon's own reason, or ours: it was ended, or killed for lack of memory.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOML_LITE_", "PYTHON"))}
    environment |= {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    log_file = folder / "autogluon.log"
    with log_file.open("wb") as output:
        try:
            child = subprocess.Popen(
                [python, "-X", "utf8", SCRIPT, folder],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment, cwd=folder,
                start_new_session=True,
            )  # fmt: skip
        except OSError as err:
            raise EngineFailed(
                f"AutoGluon's Python cannot be started: {err.strerror}.",
                hint="Check it with: automl-lite engines list.",
            ) from err
    try:
        code, why = _watched(child, log_file, clock, finish_s, on_line)
    finally:
        _end(child)
    if code or not (folder / "result.json").is_file():
        raise _failure(folder, code, why)


def _watched(
    child: subprocess.Popen[bytes], log_file: Path, clock: Clock, finish_s: float, on_line: Callable[[str], None]
) -> tuple[int, str]:
    """Return the exit status, and why the process was ended if we did it."""
    late_s = max(LATE_LEAST_S, LATE_SHARE * clock.budget_s)
    told_at: float | None = None
    with log_file.open(encoding="utf-8", errors="replace") as lines:
        while True:
            code = child.poll()
            rest = ""
            while line := lines.readline():
                rest += line
                if rest.endswith("\n"):
                    on_line(rest.rstrip())
                    rest = ""
            if code is not None:
                return code, ""
            if told_at is None and (clock.stopped or clock.remaining_s < finish_s):
                told_at = time.monotonic()
                on_line(STOPPING)  # whoever cancelled the run altogether unwinds it here
                with suppress(ProcessLookupError):
                    child.send_signal(signal.SIGINT)
            if told_at is not None and clock.stopped and time.monotonic() > told_at + STOP_S:
                return -signal.SIGKILL, f"It did not stop within {STOP_S:.0f} seconds and was ended."
            if clock.elapsed_s > clock.budget_s + late_s:
                return -signal.SIGKILL, f"It was not done after {clock.elapsed_s:.0f} seconds and was ended."
            time.sleep(POLL_S)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill everything in the child's session: its group, and groups that its helpers made."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == child.pid:
                os.kill(int(stat.parent.name), signal.SIGKILL)
    child.wait()


def _failure(folder: Path, code: int, why: str) -> EngineFailed:
    file = folder / "error.json"
    told: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    more_time = "Give it more time, or quality=fast: AutoGluon takes its limit as advice, and starts slowly."
    if why:
        return EngineFailed(f"AutoGluon left no model. {why}", hint=more_time)
    if told.get("code") == "out-of-memory" or code == -signal.SIGKILL:
        return EngineFailed(
            told.get("message") or "AutoGluon was killed, probably for lack of memory.",
            hint="Use fewer rows or columns, or a machine with more memory.",
        )
    if told.get("code") == "no-model":
        return EngineFailed(told["message"], hint=more_time)
    if told:
        return EngineFailed(f"AutoGluon failed. {told['message']}", hint="The run's log has what it said.")
    return EngineFailed(
        f"AutoGluon ended with status {code} and left nothing.", hint="Check it with: automl-lite engines list."
    )
