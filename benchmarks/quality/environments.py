"""The environments of the peers, made from ``envs/*.txt`` where they are missing or older than those pins."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ENVS = Path(__file__).parent / "envs"
ROOT = Path(__file__).parents[2]
_NEEDS = {"h2o": "java"}  # programs that pip cannot install


class NoEnvironment(RuntimeError):
    """A peer cannot be installed here; the message says why."""


def python_of(environment: str, work: Path) -> Path:
    """The interpreter of an environment, installed first if need be; our own for the empty name.

    pip does it with the user's own settings, so that its sources of wheels (PyTorch without CUDA, say) count here.

    Raises
    ------
    NoEnvironment
        A program is missing, or pip could not install the pins.
    """
    if not environment:
        return Path(sys.executable)
    program = _NEEDS.get(environment)
    if program and shutil.which(program) is None:
        raise NoEnvironment(f"{environment} needs {program}, which is not on this machine.")
    pins = ENVS / f"{environment}.txt"
    folder = work / "envs" / environment
    python = folder / "bin" / "python"
    mark, wanted = folder / "pins.sha256", hashlib.sha256(pins.read_bytes()).hexdigest()
    if mark.is_file() and mark.read_text(encoding="utf-8") == wanted:
        return python
    print(f"Installing {environment} into an environment of its own", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", pins],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoEnvironment(f"pip could not install {environment}: {done.stderr.strip()[-500:]}")
    mark.write_text(wanted, encoding="utf-8")
    return python


def variables() -> dict[str, str]:
    """Environment variables of a run: the harness's own modules can be found, nothing else changes."""
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
