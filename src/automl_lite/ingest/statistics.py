"""Statistics of every column of a typed table, by DuckDB, in two passes that read each column once.

The first pass counts, measures and fingerprints; the second counts values and fills histograms, for which the first
has found the limits. Columns go through in groups, so that memory and planning time stay bounded at any width.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from automl_lite.domain.columns import NUMERIC_KINDS, Column, Kind
from automl_lite.ingest.engine import Workspace, chunks, identifier
from automl_lite.ingest.narrow import COLUMNS_AT_ONCE, narrowed

SHARES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
EXACT_ROWS = 200_000  # up to here quantiles and distinct counts are exact, beyond within 1 or 2 %
FEW_NUMBERS = 10  # distinct numbers whose values are listed, however few the rows
MAX_COUNTED = 1_000  # distinct values up to which all are counted in the second pass
MAX_GROUPED = 50_000  # distinct values up to which the most frequent of long tables are found by counting all
N_TOP = 20
N_TOP_TARGET = 100
N_EXAMPLES = 3
_LISTED_ROWS = 10_000
_DRAWN_ROWS = 100_000  # of long tables, for quantiles: at most 0.3 % of the rows off
_EXPRESSED_AT_ONCE = 20  # columns, a dozen expressions each
_LARGEST = 1e75  # moments of larger numbers overflow
_LONGEST_VALUE = 200  # characters of a value that is shown
_EPOCH = datetime(1970, 1, 1)

STRING_KINDS = frozenset({Kind.CATEGORY, Kind.TEXT, Kind.ID})


@dataclass(slots=True)
class ColumnStatistics:
    """What was measured of one column.

    Parameters
    ----------
    column : Column
    entry : dict
        The figures as plain JSON values; see ``Profile``.
    fingerprint : tuple of int
        Equal for two columns exactly if (but for accidents of 1 in 2^64) they hold the same values in the same rows.
    values : dict of str to int
        How often each value occurs, where there are at most ``MAX_COUNTED`` of them; empty otherwise.
    """

    column: Column
    entry: dict[str, Any]
    fingerprint: tuple[int, int] = (0, 0)
    values: dict[str, int] = field(default_factory=dict)


def measure(
    ws: Workspace, source: str, columns: Sequence[Column], n_rows: int, *, target: str | None, max_bins: int
) -> list[ColumnStatistics]:
    """Return the statistics of ``columns`` in the relation ``source`` (SQL, with a ``file_row_number``)."""
    found = [ColumnStatistics(column, {"name": column.name, "kind": column.kind.value}) for column in columns]
    for block in chunks(found, COLUMNS_AT_ONCE):
        with narrowed(ws, source, [statistics.column for statistics in block], n_rows) as relation:
            for part in chunks(block, _EXPRESSED_AT_ONCE):
                _first_pass(ws, relation, part, n_rows)
                _second_pass(ws, relation, part, max_bins)
            for statistics in block:
                n_top = N_TOP_TARGET if statistics.column.name == target else N_TOP
                _name_values(ws, relation, statistics, n_rows, n_top)
    return found


def _select(
    ws: Workspace, source: str, cleaned: Sequence[str], selected: Sequence[str], every: int = 1
) -> Sequence[object]:
    """Return one row of aggregates over columns ``c0``, ``c1``… given as SQL; ``is_drawn`` is one row in ``every``."""
    columns = ", ".join(f"{what} AS c{i}" for i, what in enumerate(cleaned))
    aggregates = ", ".join(f"{what} AS e{i}" for i, what in enumerate(selected))
    rows = f"SELECT file_row_number, hash(file_row_number) % {every} = 0 AS is_drawn, {columns} FROM {source}"
    return ws.rows(f"SELECT {aggregates} FROM ({rows})")[0]


def cleaned(column: Column) -> str:
    """Return the SQL of a column with what is no value, such as an infinite number, as NULL."""
    name = identifier(column.name)
    return f"CASE WHEN isfinite({name}) THEN {name} END" if column.kind is Kind.NUMBER else name


def _first_pass(ws: Workspace, source: str, part: Sequence[ColumnStatistics], n_rows: int) -> None:
    selected = []
    for number, statistics in enumerate(part):
        selected += _expressions(f"c{number}", statistics.column.kind, n_rows)
    every = max(1, n_rows // _DRAWN_ROWS)
    cells = iter(_select(ws, source, [cleaned(statistics.column) for statistics in part], selected, every))
    for statistics in part:
        kind, entry = statistics.column.kind, statistics.entry
        n_values = _whole(next(cells))
        entry["n_missing"] = n_rows - n_values
        entry["missing_share"] = _share(n_rows - n_values, n_rows)
        entry["n_distinct"] = min(_whole(next(cells)), n_values)
        entry["n_distinct_is_exact"] = n_rows <= EXACT_ROWS
        statistics.fingerprint = (_whole(next(cells)), n_values)
        if kind in NUMERIC_KINDS:
            _keep_numbers(entry, kind, cells)
        elif kind is Kind.DATETIME:
            entry |= {"min": _time(next(cells)), "max": _time(next(cells))}
            middle = next(cells)
            entry["median"] = None if middle is None else _from_epoch(float(str(middle)))
        elif kind in STRING_KINDS:
            low, mean, high = next(cells), next(cells), next(cells)
            entry["length"] = {"min": _whole(low), "mean": _number(mean, 3) or 0.0, "max": _whole(high)}


def _expressions(cell: str, kind: Kind, n_rows: int) -> list[str]:
    exact = n_rows <= EXACT_ROWS
    distinct = f"count(DISTINCT {cell})" if exact else f"approx_count_distinct({cell})"
    if n_rows <= _LISTED_ROWS:
        distinct = f"list_unique(list({cell}))"  # a tenth of the time of DISTINCT when there are many columns
    drawn = cell if exact else f"CASE WHEN is_drawn THEN {cell} END"
    # Hashed twice: the inner combination is linear, and equal parts would cancel out.
    found = [f"count({cell})", distinct, f"bit_xor(hash(hash(file_row_number, {cell})))"]
    if kind in NUMERIC_KINDS:
        moderate = f"CASE WHEN abs({cell}::DOUBLE) < {_LARGEST} THEN {cell}::DOUBLE END"
        shares = ", ".join(map(str, SHARES))
        found += [
            f"min({cell})",
            f"max({cell})",
            f"avg({moderate})",
            f"stddev_samp({moderate})",
            f"quantile_cont(({drawn})::DOUBLE, [{shares}])",
            # FILTER would say the same, but planning time grows with its square.
            f"countif({cell} = 0)",
            f"countif({cell} < 0)",
            f"countif({cell} <> trunc({cell}))",
        ]
    elif kind is Kind.DATETIME:
        found += [f"min({cell})", f"max({cell})", f"quantile_cont(epoch_us({drawn})::DOUBLE, 0.5)"]
    elif kind in STRING_KINDS:
        found += [f"min(length({cell}))", f"avg(length({cell}))", f"max(length({cell}))"]
    return found


def _keep_numbers(entry: dict[str, Any], kind: Kind, cells: Iterator[object]) -> None:
    low, high = _number(next(cells)), _number(next(cells))
    entry["min"] = int(low) if kind is Kind.INTEGER and low is not None else low
    entry["max"] = int(high) if kind is Kind.INTEGER and high is not None else high
    entry["mean"] = _number(next(cells), 10)
    entry["std"] = _number(next(cells), 10)
    quantiles = next(cells)
    values = quantiles if isinstance(quantiles, list) else [None] * len(SHARES)
    entry["quantiles"] = {str(share): _number(value, 10) for share, value in zip(SHARES, values, strict=True)}
    entry["median"] = entry["quantiles"]["0.5"]
    entry["n_zero"], entry["n_negative"] = _whole(next(cells)), _whole(next(cells))
    entry["is_whole"] = _whole(next(cells)) == 0


def _second_pass(ws: Workspace, source: str, part: Sequence[ColumnStatistics], max_bins: int) -> None:
    selected: list[str] = []
    takers: list[tuple[ColumnStatistics, list[float]]] = []
    for number, statistics in enumerate(part):
        entry, kind = statistics.entry, statistics.column.kind
        if _is_counted(statistics):
            selected.append(f"histogram(c{number})")
            takers.append((statistics, []))
        if kind in NUMERIC_KINDS or kind is Kind.DATETIME:
            edges = _edges(entry, kind, max_bins)
            entry["histogram"] = None
            if not edges:
                continue
            what = f"epoch_us(c{number})" if kind is Kind.DATETIME else f"c{number}"
            # DuckDB's bins hold their upper limit; the last one is set to infinity against rounding.
            uppers = ", ".join([*map(_double, edges[1:-1]), "'infinity'::DOUBLE"])
            selected.append(f"histogram({what}::DOUBLE, [{uppers}])")
            takers.append((statistics, edges))
    if not selected:
        return
    row = _select(ws, source, [cleaned(statistics.column) for statistics in part], selected)
    for (statistics, edges), cell in zip(takers, row, strict=True):
        counts: dict[Any, int] = cell if isinstance(cell, dict) else {}
        if not edges:
            statistics.values = {_as_text(value): int(count) for value, count in counts.items()}
            statistics.entry |= {"n_distinct": len(counts), "n_distinct_is_exact": True}
            continue
        is_time = statistics.column.kind is Kind.DATETIME
        shown: list[Any] = [_from_epoch(edge) for edge in edges] if is_time else list(edges)
        heights = [int(counts.get(upper, 0)) for upper in [*edges[1:-1], math.inf]]
        statistics.entry["histogram"] = {"edges": shown, "counts": heights}


def _is_counted(statistics: ColumnStatistics) -> bool:
    """Whether all values of a column are counted: there are not too many, and they repeat."""
    entry, kind = statistics.entry, statistics.column.kind
    if kind is Kind.DATETIME or not 0 < entry["n_distinct"] <= MAX_COUNTED:
        return False
    n_values = statistics.fingerprint[1]
    return kind not in NUMERIC_KINDS or entry["n_distinct"] <= max(FEW_NUMBERS, n_values // 2)


def _edges(entry: dict[str, Any], kind: Kind, max_bins: int) -> list[float]:
    """Limits of equally wide bins from minimum to maximum; whole numbers get bins of a whole width."""
    if entry["min"] is None:
        return []
    if kind is Kind.DATETIME:
        low, high = (_to_epoch(entry[end]) for end in ("min", "max"))
    else:
        low, high = float(entry["min"]), float(entry["max"])
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
    edges = [low, *(_rounded(low + i * width, width) for i in range(1, n_bins)), high]
    return edges if all(a < b for a, b in pairwise(edges)) else [low, high]


def _rounded(edge: float, width: float) -> float:
    """Round to a thousandth of the bin's width: shorter to store, the same to look at."""
    digits = 3 - math.floor(math.log10(width))
    return round(edge, digits) if abs(digits) < 300 else edge


def _name_values(ws: Workspace, source: str, statistics: ColumnStatistics, n_rows: int, n_top: int) -> None:
    """Add the most frequent values, and some examples of texts."""
    entry, column = statistics.entry, statistics.column
    entry["top_values"] = []
    if column.kind is Kind.DATETIME:
        return
    n_values = n_rows - entry["n_missing"]
    counts: list[tuple[str, int]] = []
    if statistics.values:
        counts = sorted(statistics.values.items(), key=lambda item: (-item[1], item[0]))[:n_top]
    elif column.kind in STRING_KINDS and n_values:
        counts = _most_frequent(ws, source, column.name, n_rows, entry["n_distinct"], n_top)
    if column.kind in STRING_KINDS:
        longest = sorted((value for value, _ in counts), key=len)[: N_TOP // 2]
        entry["examples"] = [_cut(value) for value in longest[-N_EXAMPLES:]]
    if counts and counts[0][1] == 1 and n_values > n_top:
        return  # none is more frequent than another
    entry["top_values"] = [
        {"value": label(value, column), "count": count, "share": _share(count, n_values)} for value, count in counts
    ]


def _most_frequent(
    ws: Workspace, source: str, name: str, n_rows: int, n_distinct: int, n_top: int
) -> list[tuple[str, int]]:
    value = identifier(name)
    grouped = f"GROUP BY v ORDER BY n DESC, v LIMIT {n_top}"
    counted = f"SELECT {value} AS v, count(*) AS n FROM {source} WHERE {value} IS NOT NULL"
    if n_rows > EXACT_ROWS and n_distinct > MAX_GROUPED:
        # Whatever is frequent is frequent among the first rows too; the counts are of all rows.
        first = f"SELECT {value} AS w FROM {source} LIMIT {EXACT_ROWS}"
        likely = f"SELECT w FROM ({first}) WHERE w IS NOT NULL GROUP BY w ORDER BY count(*) DESC, w LIMIT {2 * n_top}"
        counted += f" AND {value} IN ({likely})"
    return [(str(v), _whole(n)) for v, n in ws.rows(f"{counted} {grouped}")]


def _double(number: float) -> str:
    """Write a DOUBLE; without the exponent it would be a DECIMAL, and casts of many constants take time to plan."""
    text = repr(float(number))
    return text if "e" in text else f"{text}e0"


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def label(value: str, column: Column) -> str:
    """Write a value as people would: ``1`` rather than ``1.0``, booleans in the file's spelling, long texts cut."""
    if column.kind is Kind.BOOLEAN and len(column.formats) == 2:
        return column.formats[value == "true"]
    if column.kind is Kind.NUMBER and value.endswith(".0"):
        return value[:-2]
    return _cut(value)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def _whole(value: object) -> int:
    return int(value) if isinstance(value, (int, float)) else 0


def _number(value: object, digits: int = 0) -> float | None:
    """Return a finite float, rounded to so many significant digits, or None."""
    if value is None:
        return None
    number = float(str(value))
    if not math.isfinite(number):
        return None
    return float(f"{number:.{digits}g}") if digits else number


def _share(count: int, total: int) -> float:
    return round(count / total, 6) if total else 0.0


def _time(value: object) -> str | None:
    return value.isoformat() if isinstance(value, datetime) else None


def _to_epoch(text: str) -> float:
    return (datetime.fromisoformat(text) - _EPOCH) / timedelta(microseconds=1)


def _from_epoch(microseconds: float) -> str:
    return (_EPOCH + timedelta(microseconds=round(microseconds))).isoformat()
