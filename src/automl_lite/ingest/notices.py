"""What the statistics of a table give reason to tell: empty, constant, repeated and odd columns, and repeated rows.

``action`` is what an interface offers with one click: ``"keep"`` where the program leaves a column out by itself,
``"drop"`` where it leaves the choice. Remarks that fit many columns are one notice, its columns in ``facts``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from automl_lite.domain.columns import NUMERIC_KINDS, Kind, Notice
from automl_lite.errors import shorten
from automl_lite.ingest.reading import name_list
from automl_lite.ingest.statistics import ColumnStatistics

COUNTED_ROWS = 1_000_000  # up to here copies of rows are counted, beyond estimated
NEARLY_CONSTANT = 0.98  # share of one value above which a column hardly says anything
MANY_MISSING = 0.5
MANY_LEVELS = 0.5  # distinct values per value
FAR_OUT = 5.0  # widths between the 1 % and the 99 % quantile
MIN_ROWS = 20  # with fewer rows nothing is said about shares
_MOST_SINGLE = 3  # columns up to which each has a notice of its own


def table_notices(
    measured: Sequence[ColumnStatistics], n_rows: int, n_duplicates: int, target: str | None
) -> list[Notice]:
    """Return what should be said about a table and its columns; ``target`` has notices of its own."""
    notices = [*_about_rows(measured, n_rows, n_duplicates)]
    inputs = [statistics for statistics in measured if statistics.column.name != target]
    said: set[str] = set()  # one remark a column: who is constant is not told to be imbalanced as well
    for about in (_empty, _constant, _repeated, _identifiers, _nearly_constant, _many_levels, _many_missing, _outliers):
        fresh = [statistics for statistics in inputs if statistics.column.name not in said]
        found = about(fresh, n_rows)
        notices += found
        said.update(name for notice in found for name in notice.columns)
    return notices


def one_or_many(
    found: Sequence[tuple[str, str, dict[str, Any]]],
    many: Callable[[int, str], str],
    *,
    code: str,
    severity: str,
    remedy: str,
    action: str = "",
) -> list[Notice]:
    """Return a notice for each (column, message, facts), or a single one if there are many.

    ``many`` makes its message from the number and the names of the columns.
    """
    if len(found) <= _MOST_SINGLE:
        return [
            Notice(
                code=code, message=message, severity=severity, column=name, remedy=remedy, action=action, facts=facts
            )
            for name, message, facts in found
        ]
    names = [name for name, _, _ in found]
    facts = {"columns": names, "details": {name: message for name, message, _ in found}}
    message = many(len(names), name_list(names))
    return [Notice(code=code, message=message, severity=severity, remedy=remedy, action=action, facts=facts)]


def quoted(name: str) -> str:
    """Write a name for a sentence."""
    return f'"{shorten(name)}"'


def _about_rows(measured: Sequence[ColumnStatistics], n_rows: int, n_duplicates: int) -> list[Notice]:
    notices = []
    if n_duplicates:
        share = n_duplicates / n_rows
        about = "About " if n_rows > COUNTED_ROWS else ""
        repeat = "repeats" if n_duplicates == 1 else "repeat"
        but = " (but for identifiers)" if any(s.column.kind is Kind.ID for s in measured) else ""
        notices.append(
            Notice(
                code="duplicate-rows",
                severity="warning" if share >= 0.01 else "info",
                message=f"{about}{n_duplicates:,} of {n_rows:,} rows {repeat} an earlier row in every column{but}.",
                remedy="If they are copies by mistake, remove them: a copy that falls into both training and test "
                "rows makes the score look better than it is.",
                facts={"n_rows": n_duplicates, "share": round(share, 4)},
            )
        )
    if len(measured) > max(n_rows, MIN_ROWS):
        notices.append(
            Notice(
                code="more-columns-than-rows",
                message=f"There are more columns ({len(measured):,}) than rows ({n_rows:,}): by chance alone some "
                "columns will seem to tell the answer.",
                remedy="Trust only the scores on test rows, and add rows if you can.",
                facts={"n_columns": len(measured), "n_rows": n_rows},
            )
        )
    return notices


def _empty(columns: Sequence[ColumnStatistics], n_rows: int) -> list[Notice]:
    found = [
        (s.column.name, f"{quoted(s.column.name)} is empty in every row.", {"missing_share": 1.0})
        for s in columns
        if s.entry["n_missing"] == n_rows
    ]
    return one_or_many(
        found,
        lambda n, names: f"{n:,} columns are empty in every row: {names}.",
        code="empty-column",
        severity="warning",
        remedy="Left out. Check the export if there should be values.",
        action="keep",
    )


def _constant(columns: Sequence[ColumnStatistics], n_rows: int) -> list[Notice]:
    found = []
    for s in columns:
        if s.entry["n_distinct"] == 1 and not s.entry["n_missing"] and n_rows > 1:
            value = _only_value(s)
            found.append((s.column.name, f"{quoted(s.column.name)} is {value} in every row.", {"value": value}))
    return one_or_many(
        found,
        lambda n, names: f"{n:,} columns have the same value in every row: {names}.",
        code="constant-column",
        severity="info",
        remedy="Left out: what never changes cannot help to tell rows apart.",
        action="keep",
    )


def _nearly_constant(columns: Sequence[ColumnStatistics], n_rows: int) -> list[Notice]:
    found = []
    for s in columns:
        n_values = n_rows - s.entry["n_missing"]
        if n_values < MIN_ROWS or not s.values:
            continue
        value, count = max(s.values.items(), key=lambda item: item[1])
        if count == n_values and s.entry["n_missing"]:
            message = (
                f"{quoted(s.column.name)} is either {_shown(s, value)} or missing ({s.entry['missing_share']:.1%})."
            )
        elif count > NEARLY_CONSTANT * n_values:
            message = f"{quoted(s.column.name)} is {_shown(s, value)} in {_most(count, n_values)} of the rows."
        else:
            continue
        found.append((s.column.name, message, {"value": value, "share": round(count / n_values, 6)}))
    return one_or_many(
        found,
        lambda n, names: f"{n:,} columns have one value in more than {NEARLY_CONSTANT:.0%} of the rows: {names}.",
        code="nearly-constant-column",
        severity="info",
        remedy="Used all the same, since rare values can matter. Leave out what cannot.",
        action="drop",
    )


def _repeated(columns: Sequence[ColumnStatistics], n_rows: int) -> list[Notice]:
    first: dict[tuple[Kind, int], str] = {}
    found = []
    for s in columns:
        if n_rows < 2:
            break
        original = first.setdefault((s.column.kind, s.fingerprint), s.column.name)
        if original != s.column.name:
            message = f"{quoted(s.column.name)} holds the same values as {quoted(original)}."
            found.append((s.column.name, message, {"same_as": original}))
    return one_or_many(
        found,
        lambda n, names: f"{n:,} columns repeat the values of an earlier column: {names}.",
        code="duplicate-column",
        severity="info",
        remedy="Left out: the same values twice add nothing.",
        action="keep",
    )


def _identifiers(columns: Sequence[ColumnStatistics], n_rows: int) -> list[Notice]:
    found = []
    for s in columns:
        if s.column.kind is Kind.ID:
            why = s.column.reason or "Its values identify rows."
            message = f"{quoted(s.column.name)} identifies rows instead of describing them. {why}"
            found.append((s.column.name, message, {"n_distinct": s.entry["n_distinct"]}))
    return one_or_many(
        found,
        lambda n, names: f"{n:,} columns identify rows instead of describing them: {names}.",
        code="identifier-column",
        severity="info",
        remedy="Left out: a model would only learn it by heart.",
        action="keep",
    )


def _many_levels(columns: Sequence[ColumnStatistics], n_rows: int) -> list[Notice]:
    found = []
    for s in columns:
        n_values = n_rows - s.entry["n_missing"]
        share = s.entry["n_distinct"] / n_values if n_values else 0.0
        if s.column.kind is Kind.CATEGORY and n_values >= MIN_ROWS and share > MANY_LEVELS:
            message = (
                f"{quoted(s.column.name)} has {s.entry['n_distinct']:,} different values in {n_values:,} rows that "
                "have one: most occur only once."
            )
            found.append((s.column.name, message, {"distinct_share": round(share, 4)}))
    return one_or_many(
        found,
        lambda n, names: f"{n:,} columns have a different value in more than half of the rows: {names}.",
        code="many-categories",
        severity="info",
        remedy="Only values that repeat can help. Leave it out if it merely names rows.",
        action="drop",
    )


def _many_missing(columns: Sequence[ColumnStatistics], n_rows: int) -> list[Notice]:
    found = []
    for s in columns:
        share = s.entry["missing_share"]
        if share > MANY_MISSING and n_rows >= MIN_ROWS:
            n_values = n_rows - s.entry["n_missing"]
            message = f"{quoted(s.column.name)} is missing in {_most(s.entry['n_missing'], n_rows)} of the rows."
            found.append((s.column.name, message, {"missing_share": share, "n_values": n_values}))
    return one_or_many(
        found,
        lambda n, names: f"{n:,} columns are missing in more than half of the rows: {names}.",
        code="many-missing",
        severity="info",
        remedy="Used all the same: being missing counts as a value. Check that the gaps are meant.",
        action="drop",
    )


def _outliers(columns: Sequence[ColumnStatistics], n_rows: int) -> list[Notice]:
    found = []
    for s in columns:
        if s.column.kind not in NUMERIC_KINDS or n_rows - s.entry["n_missing"] < 100:
            continue
        low, high = s.entry["quantiles"]["0.01"], s.entry["quantiles"]["0.99"]
        width = FAR_OUT * (high - low)
        if not width:
            continue
        ends = []
        if s.entry["max"] > high + width:
            ends.append(f"reaches up to {figure(s.entry['max'])}, while 99% of its values are at most "
                        f"{figure(high)}")  # fmt: skip
        if s.entry["min"] < low - width:
            ends.append(f"reaches down to {figure(s.entry['min'])}, while 99% of its values are at least "
                        f"{figure(low)}")  # fmt: skip
        if ends:
            facts = {"min": s.entry["min"], "q01": low, "q99": high, "max": s.entry["max"]}
            found.append((s.column.name, f"{quoted(s.column.name)} {' and '.join(ends)}.", facts))
    return one_or_many(
        found,
        lambda n, names: f"{n:,} columns have values far beyond 99% of the others: {names}.",
        code="outliers",
        severity="info",
        remedy="Check whether these are errors, such as a slipped decimal point.",
    )


def _only_value(s: ColumnStatistics) -> str:
    top = s.entry["top_values"]
    if top:
        return f'"{shorten(top[0]["value"], 40)}"'
    value = s.entry.get("min")
    return "the same" if value is None else f'"{value}"'


def _shown(s: ColumnStatistics, value: str) -> str:
    found = s.entry["top_values"]
    return f'"{shorten(found[0]["value"] if found else value, 40)}"'


def _most(count: int, total: int) -> str:
    """A share in per cent that never rounds up to all."""
    return f"{min(count / total, 0.999 if count < total else 1.0):.1%}"


def figure(value: float) -> str:
    """Write a number of the data for a sentence."""
    if abs(value) >= 1e15 or 0 < abs(value) < 1e-4:
        return f"{value:.3g}"
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:.4g}"
