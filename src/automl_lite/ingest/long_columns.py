"""Columns of long tables: DuckDB counts, sums and measures all rows; quantiles and bars come from a sample.

The sample is drawn by a hash of the row's number, so the same table always gives the same figures. A column with few
different values needs no sample: its counts by value tell everything exactly.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from automl_lite.domain.columns import NUMERIC_KINDS, Kind
from automl_lite.ingest.distribution import LARGEST, Distribution
from automl_lite.ingest.engine import Workspace, chunks, identifier
from automl_lite.ingest.fetch import STRING_KINDS, fetch
from automl_lite.ingest.statistics import (
    MAX_COUNTED,
    ColumnStatistics,
    as_time,
    number,
    rounded,
    whole,
)

EXACT_ROWS = 200_000  # up to here nothing is sampled; beyond, many distinct values are counted within about 2 %
DRAWN_ROWS = 100_000  # of long tables, for quantiles: at most 0.3 % of the rows off
_FIRST_ROWS = 50_000  # by which words are told to be few or many
_FEW_WORDS = 5_000  # distinct ones among the first rows, up to which all are grouped
_MAX_GROUPED = 50_000  # distinct words up to which the most frequent are found by grouping all
_MEASURED_AT_ONCE = 20  # columns, several expressions each


def measure(
    ws: Workspace,
    source: str,
    columns: Sequence[ColumnStatistics],
    n_rows: int,
    *,
    n_top: Mapping[str, int],
    max_bins: int,
) -> None:
    """Fill in the statistics of ``columns``; ``n_top`` says for each how many frequent values are kept."""
    words = [statistics for statistics in columns if statistics.column.kind in STRING_KINDS]
    many = _many_words(ws, source, words) if n_rows > EXACT_ROWS else set()
    for statistics in words:
        if statistics.column.name not in many:
            _group_words(ws, source, statistics, n_rows, n_top[statistics.column.name])
    _measure_words(ws, source, [s for s in words if s.column.name in many], n_rows, n_top)
    _measure_numbers(ws, source, [s for s in columns if s not in words], n_rows, n_top, max_bins)
    _tell_apart(ws, source, columns)


def drawn(n_rows: int) -> str:
    """Return SQL of the condition that draws about ``DRAWN_ROWS`` rows."""
    return f"hash(file_row_number) % {max(1, n_rows // DRAWN_ROWS)} = 0"


def _many_words(ws: Workspace, source: str, words: Sequence[ColumnStatistics]) -> set[str]:
    """The columns with many different words among the first rows."""
    found: set[str] = set()
    for part in chunks(words, _MEASURED_AT_ONCE):
        names = [identifier(statistics.column.name) for statistics in part]
        first = f"SELECT {', '.join(names)} FROM {source} LIMIT {_FIRST_ROWS}"
        counts = ws.rows(f"SELECT {', '.join(f'approx_count_distinct({name})' for name in names)} FROM ({first})")[0]
        found |= {s.column.name for s, count in zip(part, counts, strict=True) if whole(count) > _FEW_WORDS}
    return found


def _group(ws: Workspace, source: str, statistics: ColumnStatistics) -> None:
    """Count the values of a column into a table ``counted``."""
    # Without a condition: grouping works on dictionary codes then, ten times faster.
    value = identifier(statistics.column.name)
    ws.db.execute(
        f"CREATE OR REPLACE TEMP TABLE counted AS SELECT {value} AS v, count(*) AS n FROM {source} GROUP BY 1"
    )


def _group_words(ws: Workspace, source: str, statistics: ColumnStatistics, n_rows: int, n_top: int) -> None:
    _group(ws, source, statistics)
    n_distinct, n_values, low, total, high = ws.rows(
        "SELECT count(*), sum(n), min(length(v)), sum(n * length(v)), max(length(v)) FROM counted WHERE v IS NOT NULL"
    )[0]
    statistics.keep_counts(n_rows, whole(n_values), whole(n_distinct))
    statistics.keep_lengths(low, whole(total) / max(whole(n_values), 1), high)
    most = MAX_COUNTED if whole(n_distinct) <= MAX_COUNTED else n_top
    rows = ws.rows(f"SELECT v, n FROM counted WHERE v IS NOT NULL ORDER BY n DESC, v LIMIT {most}")
    counts = [(str(value), whole(n)) for value, n in rows]
    if whole(n_distinct) <= MAX_COUNTED:
        statistics.values = dict(counts)
    statistics.keep_values(counts, n_rows, n_top)


def _measure_words(
    ws: Workspace, source: str, words: Sequence[ColumnStatistics], n_rows: int, n_top: Mapping[str, int]
) -> None:
    for part in chunks(words, _MEASURED_AT_ONCE):
        expressions = []
        for statistics in part:
            name = identifier(statistics.column.name)
            lengths = f"min(length({name})), avg(length({name})), max(length({name}))"
            expressions.append(f"count({name}), approx_count_distinct({name}), {lengths}")
        row = ws.rows(f"SELECT {', '.join(expressions)} FROM {source}")[0]
        for index, statistics in enumerate(part):
            n_values, n_distinct, *lengths_found = row[5 * index : 5 * index + 5]
            if whole(n_distinct) <= _MAX_GROUPED:
                _group_words(ws, source, statistics, n_rows, n_top[statistics.column.name])
                continue
            statistics.keep_counts(n_rows, whole(n_values), whole(n_distinct), exact=False)
            statistics.keep_lengths(*lengths_found)
            frequent = _frequent_words(ws, source, statistics, n_rows, n_top[statistics.column.name])
            statistics.keep_values(frequent, n_rows, n_top[statistics.column.name])


def _frequent_words(
    ws: Workspace, source: str, statistics: ColumnStatistics, n_rows: int, n_top: int
) -> list[tuple[str, int]]:
    """Whatever is frequent is frequent in the sample too; the counts are of all rows."""
    name = identifier(statistics.column.name)
    grouped = "GROUP BY 1 ORDER BY 2 DESC, 1"
    known = f"{name} IS NOT NULL"
    likely = f"SELECT {name} AS w, count(*) AS n FROM {source} WHERE {drawn(n_rows)} AND {known} {grouped}"
    sampled = [(str(word), whole(n)) for word, n in ws.rows(f"{likely} LIMIT {n_top}")]
    if not sampled or sampled[0][1] == 1:
        return sampled
    likely += f" LIMIT {2 * n_top}"
    rows = ws.rows(
        f"SELECT {name}, count(*) FROM {source} WHERE {name} IN (SELECT w FROM ({likely})) {grouped} LIMIT {n_top}"
    )
    return [(str(word), whole(n)) for word, n in rows]


def _measure_numbers(
    ws: Workspace,
    source: str,
    columns: Sequence[ColumnStatistics],
    n_rows: int,
    n_top: Mapping[str, int],
    max_bins: int,
) -> None:
    many: list[_Sampled] = []
    cells_of = fetch(ws, source, [s.column for s in columns], DRAWN_ROWS, f"WHERE {drawn(n_rows)}")
    for statistics, cells in zip(columns, cells_of, strict=True):
        sample = Distribution.of(cells.known)
        is_few = statistics.column.kind is not Kind.DATETIME and sample.n_distinct <= MAX_COUNTED
        if not is_few or not _group_numbers(ws, source, statistics, n_rows, max_bins, n_top[statistics.column.name]):
            many.append(_Sampled(statistics, sample))
    for part in chunks(many, _MEASURED_AT_ONCE):
        _measure_many(ws, source, part, n_rows, max_bins)


def _group_numbers(
    ws: Workspace, source: str, statistics: ColumnStatistics, n_rows: int, max_bins: int, n_top: int
) -> bool:
    """Measure a column by the counts of its values; false if there are too many after all."""
    _group(ws, source, statistics)
    if ws.number("SELECT count(v) FROM counted") > MAX_COUNTED:
        return False
    found = ws.db.execute("SELECT v, n FROM counted WHERE v IS NOT NULL ORDER BY v").fetchnumpy()
    levels = Distribution(np.ma.getdata(found["v"]), np.ma.getdata(found["n"]).astype(np.int64))
    statistics.keep_distribution(levels, n_rows, max_bins=max_bins, n_top=n_top)
    return True


@dataclass(frozen=True, slots=True)
class _Sampled:
    statistics: ColumnStatistics
    sample: Distribution


def _measure_many(ws: Workspace, source: str, part: Sequence[_Sampled], n_rows: int, max_bins: int) -> None:
    """Measure numbers and times of many different values, all rows in one query."""
    names = [identifier(sampled.statistics.column.name) for sampled in part]
    # The file's own description answers this.
    ends = ws.rows(f"SELECT {', '.join(map(_ends, part, names))} FROM {source}")[0]
    expressions = []
    for index, (sampled, name) in enumerate(zip(part, names, strict=True)):
        expressions.append(f"count({name}), approx_count_distinct({name})")
        if sampled.statistics.column.kind in NUMERIC_KINDS:
            expressions.append(_moments(sampled, name, *map(number, ends[2 * index : 2 * index + 2])))
    row = iter(ws.rows(f"SELECT {', '.join(expressions)} FROM {source}")[0])
    for index, sampled in enumerate(part):
        statistics, entry = sampled.statistics, sampled.statistics.entry
        low, high = map(number, ends[2 * index : 2 * index + 2])
        statistics.keep_counts(n_rows, whole(next(row)), whole(next(row)), exact=False)
        entry |= {"n_sampled": sampled.sample.n, "top_values": []}
        if statistics.column.kind is Kind.DATETIME:
            entry |= {"min": as_time(low), "max": as_time(high)}
        else:
            is_integer = statistics.column.kind is Kind.INTEGER
            entry["min"], entry["max"] = (int(end) if is_integer and end is not None else end for end in (low, high))
            entry["mean"], entry["std"] = (rounded(number(next(row))) for _ in range(2))
            entry["n_zero"], entry["n_negative"] = whole(next(row)), whole(next(row))
            entry["is_whole"] = whole(next(row)) == 0
        statistics.keep_shape(sampled.sample, low, high, max_bins)


def _ends(sampled: _Sampled, name: str) -> str:
    if sampled.statistics.column.kind is Kind.DATETIME:
        return f"epoch_us(min({name})), epoch_us(max({name}))"
    return f"min({name}), max({name})"


def _moments(sampled: _Sampled, name: str, low: float | None, high: float | None) -> str:
    """Return SQL of mean, deviation, zeros, negative numbers and fractions, without what the ends tell already."""
    if low is None or high is None:
        return "NULL, NULL, 0, 0, 0"
    moderate = name if max(-low, high) < LARGEST else f"CASE WHEN abs({name}) < {LARGEST} THEN {name} END"
    n_zero = f"countif({name} = 0)" if low <= 0 <= high else "0"
    n_negative = f"countif({name} < 0)" if low < 0 else "0"
    n_fractions = f"countif({name} <> trunc({name}))" if sampled.sample.is_whole else "1"
    if sampled.statistics.column.kind is Kind.INTEGER:
        n_fractions = "0"
    return f"avg({moderate}), stddev_samp({moderate}), {n_zero}, {n_negative}, {n_fractions}"


def _tell_apart(ws: Workspace, source: str, columns: Sequence[ColumnStatistics]) -> None:
    """Give columns different fingerprints unless they hold the same values; only look-alikes are read again."""
    alike: dict[str, list[ColumnStatistics]] = {}
    for statistics in columns:
        shown = {key: value for key, value in statistics.entry.items() if key in _EXACTLY_ALIKE}
        key = json.dumps([statistics.column.kind, shown, sorted(statistics.values.items())])
        alike.setdefault(key, []).append(statistics)
    for index, group in enumerate(alike.values()):
        group[0].fingerprint = index
        for part in chunks(group if len(group) > 1 else [], _MEASURED_AT_ONCE):
            names = [identifier(statistics.column.name) for statistics in part]
            # Hashed twice: the inner combination is linear, and equal parts would cancel out.
            prints = ", ".join(f"bit_xor(hash(hash(file_row_number, {name})))" for name in names)
            for statistics, found in zip(part, ws.rows(f"SELECT {prints} FROM {source}")[0], strict=True):
                statistics.fingerprint = whole(found)


# What is the same for columns of the same values, however many threads summed them.
_EXACTLY_ALIKE = frozenset({"n_missing", "n_distinct", "min", "max", "n_zero", "n_negative"})
