"""How many rows fit: the memory this process may use, and what a table of typed columns takes while training."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from automl_lite.domain.columns import NUMERIC_KINDS, Column, Kind, Notice

SHARE = 0.6  # of the available memory that training may plan with
# Bytes a row: the typed cell, its features, and two copies of them while folds are fitted side by side.
BYTES_OF_NUMBER = 8 + 3 * 12
BYTES_OF_STRING = 80 + 3 * 48
BYTES_OF_TEXT = 600 + 3 * 240

_CGROUP_FILES = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def available_bytes() -> int:
    """Memory that this process may still take: what the machine has free, or the container's limit if smaller."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        # outside Linux: half of what there is
        free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    for name in _CGROUP_FILES:
        try:
            text = Path(name).read_text().strip()
        except OSError:
            continue
        if text.isdigit():
            free = min(free, int(text))
    return free


def bytes_per_row(columns: Sequence[Column]) -> int:
    """What training takes for one row, roughly."""
    return sum(
        BYTES_OF_TEXT if c.kind is Kind.TEXT else BYTES_OF_NUMBER if c.kind in NUMERIC_KINDS else BYTES_OF_STRING
        for c in columns
    )


def fitting_rows(
    n_rows: int, columns: Sequence[Column], available: int | None = None
) -> tuple[int | None, Notice | None]:
    """The most rows to load, and a notice about it; (None, None) where all of them fit."""
    room = int((available_bytes() if available is None else available) * SHARE)
    most = max(room // max(bytes_per_row(columns), 1), 1_000)
    if n_rows <= most:
        return None, None
    return most, Notice(
        code="sampled-for-memory",
        message=f"{most:,} of {n_rows:,} rows were drawn at random for training: all of them would need more memory "
        f"than the {room / 2**30:.1f} GiB that are free.",
        remedy="Train on a machine with more memory, or leave columns out.",
        facts={"n_rows": most, "of": n_rows},
    )
