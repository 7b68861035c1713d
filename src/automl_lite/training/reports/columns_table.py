"""The rows of the table of all columns: what each holds, and what it says about the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from automl_lite.domain.columns import NUMERIC_KINDS, Column, Kind, Notice
from automl_lite.training.reports import charts
from automl_lite.training.reports.relations import Relation
from automl_lite.training.reports.words import amount, clean, small_share

DRAWN = 60  # rows with a small picture; the rest are numbers alone


def column_rows(
    relations: Sequence[Relation],
    first: Sequence[Column],
    entries: Mapping[str, dict[str, Any]],
    notices: Sequence[Notice],
) -> list[dict[str, Any]]:
    """Return one row for each of the ``first`` columns (the target), then for each relation in its order."""
    flagged = {name for notice in notices if notice.severity != "info" for name in notice.columns}
    listed: list[tuple[Column, Relation | None]] = [(column, None) for column in first]
    listed += [(each.column, each) for each in relations]
    rows = []
    for i, (column, relation) in enumerate(listed):
        entry = entries[column.name]
        strength = relation.strength if relation else None
        rows.append(
            {
                "name": column.name,
                "kind": column.kind.value,
                "why": column.reason,
                "role": "" if relation else "first",
                "strength": "" if strength is None else small_share(strength),
                "is_real": bool(relation and relation.is_real),
                "reason": relation.reason if relation else "",
                "missing": small_share(entry["missing_share"]) if entry["n_missing"] else "–",
                "distinct": ("" if entry.get("n_distinct_is_exact", True) else "about ") + f"{entry['n_distinct']:,}",
                "holds": _holds(column, entry),
                "drawn": _drawn(entry) if i < DRAWN and column.kind is not Kind.ID else Markup(""),
                "flagged": column.name in flagged,
            }
        )
    return rows


def _holds(column: Column, entry: dict[str, Any]) -> str:
    """Say in a few words what a column holds."""
    if not entry["n_distinct"]:
        return "nothing"
    if column.kind in NUMERIC_KINDS and entry.get("median") is not None and entry["n_distinct"] > 4:
        ends = f"{amount(entry['min'])} to {amount(entry['max'], column.unit)}"
        return f"{ends}, middle {amount(entry['median'], column.unit)}"
    if column.kind is Kind.DATETIME and entry.get("min"):
        return f"{entry['min'][:10]} to {entry['max'][:10]}"
    if column.kind is Kind.TEXT and entry.get("length"):
        return f"{entry['length']['mean']:,.0f} characters, at most {entry['length']['max']:,}"
    if column.kind is Kind.ID or not entry["top_values"]:
        return "such as " + ", ".join(clean(example, 24) for example in entry.get("examples", [])[:2])
    return ", ".join(f"{clean(v['value'], 18)} ({small_share(v['share'], 0)})" for v in entry["top_values"][:3])


def _drawn(entry: dict[str, Any]) -> Markup:
    """Draw a histogram or the most frequent values, as high as a line of text."""
    found = entry.get("histogram")
    counts = found["counts"] if found else [value["count"] for value in entry["top_values"][:12]]
    return charts.spark(counts) if len(counts) > 1 else Markup("")
