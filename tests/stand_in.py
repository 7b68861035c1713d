"""A Python in which ``import autogluon`` finds the test double of ``tests/doubles``."""

from __future__ import annotations

import sys
from pathlib import Path

DOUBLES = Path(__file__).parent / "doubles"


def stand_in(python: Path, mode: str = "", **variables: object) -> Path:
    """Write the interpreter to ``python``; ``mode`` makes the double misbehave."""
    more = " ".join(f"{name}={value}" for name, value in variables.items())
    python.write_text(f'#!/bin/sh\nSTAND_IN={mode} {more} PYTHONPATH={DOUBLES} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return python
