"""What is kept of each column of a typed table, and how values are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nsmallest
from itertools import pairwise
from typing import Any

from automl_lite.domain.columns import NUMERIC_KINDS, Column, Kind
from automl_lite.ingest.distribution import Distribution
from automl_lite.ingest.fetch import STRING_KINDS

SHARES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
FEW_NUMBERS = 10  # distinct numbers whose values are listed, however few the rows
MAX_COUNTED = 1_000  # distinct values up to which the counts of all are kept
N_TOP = 20
N_TOP_TARGET = 100
N_EXAMPLES = 3
_LONGEST_VALUE = 200  # characters of a value that is shown
_EPOCH = datetime(1970, 1, 1)


@dataclass(slots=True)
class ColumnStatistics:
    """What was measured of one column.

    Parameters
    ----------
    column : Column
    entry : dict
        The figures as plain JSON values; see ``Profile``.
    fingerprint : int
        Equal for two columns exactly if (but for accidents of 1 in 2^64) they hold the same values in the same rows.
    values : dict of str to int
        How often each value occurs, where there are at most ``MAX_COUNTED`` of them; empty otherwise.
    """

    column: Column
    entry: dict[str, Any]
    fingerprint: int = 0
    values: dict[str, int] = field(default_factory=dict)

    def keep_counts(self, n_rows: int, n_values: int, n_distinct: int, *, exact: bool = True) -> None:
        """Keep how many values there are, and how many different ones."""
        self.entry["n_missing"] = n_rows - n_values
        self.entry["missing_share"] = share(n_rows - n_values, n_rows)
        self.entry["n_distinct"] = min(n_distinct, n_values)
        self.entry["n_distinct_is_exact"] = exact

    def keep_distribution(self, found: Distribution, n_rows: int, *, max_bins: int, n_top: int) -> None:
        """Keep all figures of numbers, times or booleans, of which ``found`` holds every value."""
        kind = self.column.kind
        self.keep_counts(n_rows, found.n, found.n_distinct)
        if kind is not Kind.BOOLEAN:
            self._keep_numbers(found, max_bins)
        if _is_counted(kind, found.n_distinct, found.n):
            pairs = zip(found.values.tolist(), found.counts.tolist(), strict=True)
            self.values = {_as_text(value): count for value, count in pairs}
        self.keep_values(most_frequent(self.values, n_top), n_rows, n_top)

    def _keep_numbers(self, found: Distribution, max_bins: int) -> None:
        kind = self.column.kind
        low, high = (found.values[0].item(), found.values[-1].item()) if found.n_distinct else (None, None)
        if kind in NUMERIC_KINDS:
            mean, std = found.moments()
            self.entry |= {"min": low, "max": high, "mean": rounded(mean), "std": rounded(std)}
            self.entry |= {
                "n_zero": found.n_below(0, inclusive=True) - found.n_below(0),
                "n_negative": found.n_below(0),
                "is_whole": found.is_whole,
            }
        else:
            self.entry |= {"min": as_time(low), "max": as_time(high)}
        self.keep_shape(found, low, high, max_bins)

    def keep_shape(self, found: Distribution, low: float | None, high: float | None, max_bins: int) -> None:
        """Keep quantiles and histogram of ``found``, which may be a sample; ``low`` and ``high`` are of all values."""
        entry, is_time = self.entry, self.column.kind is Kind.DATETIME
        if is_time:
            (middle,) = found.quantiles([0.5])
            entry["median"] = as_time(middle)
        else:
            entry["quantiles"] = dict(zip(map(str, SHARES), map(rounded, found.quantiles(SHARES)), strict=True))
            entry["median"] = entry["quantiles"]["0.5"]
        entry["histogram"] = None
        edges = [] if low is None or high is None else _edges(low, high, self.column.kind, entry, max_bins)
        if edges:
            shown = [as_time(edge) for edge in edges] if is_time else edges
            entry["histogram"] = {"edges": shown, "counts": found.heights(edges[1:-1])}

    def keep_lengths(self, low: object, mean: object, high: object) -> None:
        """Keep how many characters the values have."""
        self.entry["length"] = {"min": whole(low), "mean": number(mean, 3) or 0.0, "max": whole(high)}

    def keep_values(self, counts: Sequence[tuple[str, int]], n_rows: int, n_top: int) -> None:
        """Keep the most frequent values, the first of ``counts``, and some examples of words."""
        n_values = n_rows - self.entry["n_missing"]
        counts = counts[:n_top]
        if self.column.kind in STRING_KINDS:
            longest = sorted((value for value, _ in counts), key=len)[: N_TOP // 2]
            self.entry["examples"] = [cut(value) for value in longest[-N_EXAMPLES:]]
        if not counts or (counts[0][1] == 1 and n_values > n_top):
            self.entry["top_values"] = []  # none is more frequent than another
            return
        self.entry["top_values"] = [
            {"value": label(value, self.column), "count": count, "share": share(count, n_values)}
            for value, count in counts
        ]


def most_frequent(counts: dict[str, int], n: int) -> list[tuple[str, int]]:
    """Return the ``n`` most frequent values, equally frequent ones in alphabetical order."""
    return nsmallest(n, counts.items(), key=lambda item: (-item[1], item[0]))


def _is_counted(kind: Kind, n_distinct: int, n_values: int) -> bool:
    """Whether the counts of all values are kept: there are not too many, and they repeat."""
    if kind is Kind.DATETIME or not 0 < n_distinct <= MAX_COUNTED:
        return False
    return kind not in NUMERIC_KINDS or n_distinct <= max(FEW_NUMBERS, n_values // 2)


def _edges(low: float, high: float, kind: Kind, entry: dict[str, Any], max_bins: int) -> list[float]:
    """Limits of equally wide bins from minimum to maximum; whole numbers get bins of a whole width."""
    low, high = float(low), float(high)
    if not math.isfinite(high - low):
        return []
    if high == low:
        return [low, high]
    if kind is Kind.INTEGER:
        span = high - low + 1
        width = max(1.0, math.ceil(span / max_bins))
        if span < 2**52:
            n_bins = math.ceil(span / width)
            # Half-way between whole numbers, so that no value lies on a limit.
            return [low - 0.5 + i * width for i in range(n_bins)] + [low - 0.5 + n_bins * width]
    n_bins = max(1, min(max_bins, int(entry["n_distinct"])))
    width = (high - low) / n_bins
    edges = [low, *(_rounded_edge(low + i * width, width) for i in range(1, n_bins)), high]
    return edges if all(a < b for a, b in pairwise(edges)) else [low, high]


def _rounded_edge(edge: float, width: float) -> float:
    """Round to a thousandth of the bin's width: shorter to store, the same to look at."""
    digits = 3 - math.floor(math.log10(width))
    return round(edge, digits) if abs(digits) < 300 else edge


def _as_text(value: object) -> str:
    """Write a value as a key of ``ColumnStatistics.values``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def label(value: str, column: Column) -> str:
    """Write a value as people would: ``1`` rather than ``1.0``, booleans in the file's spelling, long texts cut."""
    if column.kind is Kind.BOOLEAN and len(column.formats) == 2:
        return column.formats[value == "true"]
    if column.kind is Kind.NUMBER and value.endswith(".0"):
        return value[:-2]
    return cut(value)


def cut(text: str) -> str:
    """Cut a long text, with a sign that it was cut."""
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def whole(value: object) -> int:
    """Return a number of a query as int, 0 for NULL."""
    return int(value) if isinstance(value, (int, float)) else 0


def number(value: object, digits: int = 0) -> float | None:
    """Return a finite float, rounded to so many significant digits, or None."""
    if value is None:
        return None
    found = float(str(value))
    if not math.isfinite(found):
        return None
    return float(f"{found:.{digits}g}") if digits else found


def rounded(value: float | None) -> float | None:
    """Return a figure with ten significant digits."""
    return number(value, 10)


def share(count: int, total: int) -> float:
    """Return a share (0-1) of a total, 0 of nothing."""
    return round(count / total, 6) if total else 0.0


def as_time(microseconds: float | None) -> str | None:
    """Write microseconds since 1970 in ISO 8601."""
    if microseconds is None:
        return None
    return (_EPOCH + timedelta(microseconds=round(microseconds))).isoformat()
