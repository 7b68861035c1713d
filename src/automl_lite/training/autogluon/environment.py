"""AutoGluon's own environment: where it is, how it is made, what is in it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from automl_lite.errors import AutoMLLiteError
from automl_lite.places import default_data_dir

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
PYTHON_ENV, DATA_DIR_ENV = "AUTOML_LITE_AUTOGLUON_PYTHON", "AUTOML_LITE_DATA_DIR"
HINT = f"Run: automl-lite engines install autogluon. Or set {PYTHON_ENV} to a Python that has AutoGluon."
ASK_S = 120.0


class EngineMissing(AutoMLLiteError):
    """An engine's environment is not there."""

    code = "engine-missing"


class EngineNotInstalled(AutoMLLiteError):
    """An engine's environment could not be made."""

    code = "engine-not-installed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A Python for AutoGluon. ``state`` is "ready", "older pins" or "missing"; ``own`` if we made it."""

    python: Path
    state: str
    own: bool

    @property
    def is_there(self) -> bool:
        """True if runs can use it."""
        return self.state != "missing"


def folder_in(data_dir: Path) -> Path:
    """Return where ``engines install`` puts the environment."""
    return data_dir / "engines" / "autogluon"


def find(python: str = "", data_dir: Path | None = None) -> Environment:
    """Look for the environment: the Python named, or in the environment variable, or what was installed."""
    named = python or os.environ.get(PYTHON_ENV, "")
    if named:
        path = Path(named).expanduser()
        return Environment(python=path, state="ready" if os.access(path, os.X_OK) else "missing", own=False)
    folder = folder_in(data_dir or Path(os.environ.get(DATA_DIR_ENV) or default_data_dir()).expanduser())
    path = folder / "bin" / "python"
    mark = folder / "pins.sha256"
    if not path.is_file() or not mark.is_file():
        return Environment(python=path, state="missing", own=True)
    state = "ready" if mark.read_text(encoding="ascii") == _pins() else "older pins"
    return Environment(python=path, state=state, own=True)


def python_for_runs(python: str = "") -> Path:
    """Return the interpreter. Raises EngineMissing."""
    found = find(python)
    if not found.is_there:
        raise EngineMissing("AutoGluon's environment is not there.", hint=HINT)
    return found.python


def version_in(python: Path) -> str:
    """Ask an interpreter for its version of AutoGluon; nothing if it has none."""
    code = "from importlib.metadata import version; print(version('autogluon.tabular'))"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=ASK_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def install(data_dir: Path, requirements: Path = REQUIREMENTS) -> Environment:
    """Make the environment from its pins, anew if it is there; with uv where that is found.

    Raises EngineNotInstalled with what the installer said last.
    """
    folder = folder_in(data_dir)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    venv.create(folder, with_pip=uv is None, symlinks=os.name != "nt")
    python = folder / "bin" / "python"
    if uv:
        command = [uv, "pip", "install", "--python", str(python), "-r", str(requirements)]
    else:
        command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "-r", str(requirements)]
    # standard output belongs to results; what the installer says goes where progress goes
    done = subprocess.run(command, stdout=sys.stderr.fileno(), stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise EngineNotInstalled(
            f"AutoGluon could not be installed: {done.stderr.strip()[-500:]}",
            hint=f"Check the network and the settings of pip. Or set {PYTHON_ENV} to a Python that has AutoGluon.",
        )
    (folder / "pins.sha256").write_text(_pins(), encoding="ascii")
    return find(data_dir=data_dir)


def remove(data_dir: Path) -> bool:
    """Delete what ``install`` made; False if there was nothing."""
    folder = folder_in(data_dir)
    was_there = folder.is_dir()
    shutil.rmtree(folder, ignore_errors=True)
    return was_there


def _pins() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
