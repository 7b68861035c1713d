"""Where this product keeps its files on a machine."""

from __future__ import annotations

import os
from pathlib import Path


def default_data_dir() -> Path:
    """Return the user's data folder for AutoML Lite (XDG on Linux and macOS)."""
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "automl-lite"
