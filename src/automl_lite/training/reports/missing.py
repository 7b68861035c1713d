"""Which cells of a table are missing, and which columns miss them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

MAX_COLUMNS = 14
MAX_PATTERNS = 8


@dataclass(frozen=True, slots=True)
class Patterns:
    """The commonest combinations of missing columns.

    ``rows`` holds (number of rows, one bool a column: is it missing), most rows first; ``n_other_rows`` have other
    combinations; ``n_rows`` were looked at. ``together`` holds groups of columns that are missing in the same rows.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[bool, ...]], ...]
    n_rows: int
    n_other_rows: int
    together: tuple[tuple[str, ...], ...] = ()

    @property
    def n_complete(self) -> int:
        """Rows in which none of the columns is missing."""
        return next((n for n, missing in self.rows if not any(missing)), 0)


def missing_patterns(frame: pd.DataFrame, columns: Sequence[str]) -> Patterns | None:
    """Count the combinations of missing cells among the first ``MAX_COLUMNS`` of ``columns``; None without any."""
    shown = tuple(columns[:MAX_COLUMNS])
    if not shown or not len(frame):
        return None
    missing = np.column_stack([frame[name].isna().to_numpy() for name in shown])
    codes = missing @ (1 << np.arange(len(shown)))
    found, counts = np.unique(codes, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:MAX_PATTERNS]
    rows = tuple(
        (int(counts[i]), tuple(bool(int(found[i]) >> bit & 1) for bit in range(len(shown)))) for i in order.tolist()
    )
    alike: dict[bytes, list[str]] = {}
    for i, name in enumerate(shown):
        alike.setdefault(missing[:, i].tobytes(), []).append(name)
    together = tuple(tuple(names) for names in alike.values() if len(names) > 1)
    return Patterns(shown, rows, len(frame), len(frame) - sum(n for n, _ in rows), together)
