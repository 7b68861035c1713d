"""From a reading and its profile to the JSON that the API shows: column cards, notices, a guess at the target."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

# Names that people give to what they want to know; only used to suggest a column, never to decide.
_TARGET_NAMES = (
    "target", "label", "class", "outcome", "status", "y", "churn", "default", "survived", "price", "sales", "score",
    "result", "species", "quality", "diagnosis", "category", "type",
)  # fmt: skip
_CARD_FIELDS = (
    "n_missing", "missing_share", "n_distinct", "min", "max", "mean", "median", "std", "quantiles", "histogram",
    "top_values", "problem_type",
)  # fmt: skip


def cards(
    reading: Mapping[str, Any], profile: Mapping[str, Any], kinds: Mapping[str, str], problem_types: Mapping[str, Any]
) -> dict[str, Any]:
    """Return columns, notices, assumptions, rejects and a suggested target."""
    statistics = {entry["name"]: entry for entry in profile["columns"]}
    columns = [
        card(column, statistics.get(column["name"], {}), column["name"] in kinds, problem_types.get(column["name"]))
        for column in reading["columns"]
    ]
    return {
        "columns": columns,
        "notices": merged(reading["notices"], profile["notices"]),
        "assumptions": list(reading["assumptions"]),
        "rejects": list(reading["rejects"]),
        "suggested_target": suggested_target(columns),
    }


def card(
    column: Mapping[str, Any], statistics: Mapping[str, Any], chosen: bool, problem_type: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return one column's card; what has no place of its own in the API goes to ``facts``."""
    known = {name: statistics.get(name) for name in _CARD_FIELDS}
    rest = {name: value for name, value in statistics.items() if name not in _CARD_FIELDS and name not in column}
    return {
        "name": column["name"],
        "kind": column["kind"],
        "header": column.get("header", ""),
        "unit": column.get("unit", ""),
        "formats": list(column.get("formats", ())),
        "reason": column.get("reason", ""),
        "kind_chosen_by_user": chosen,
        "n_missing": known["n_missing"] or 0,
        "missing_share": known["missing_share"] or 0.0,
        "n_distinct": known["n_distinct"] or 0,
        "min": known["min"],
        "max": known["max"],
        "mean": known["mean"],
        "median": known["median"],
        "std": known["std"],
        "quantiles": dict(known["quantiles"] or {}),
        "histogram": known["histogram"],
        "top_values": list(known["top_values"] or ()),
        "facts": rest,
        "problem_type": problem_type,
    }


def merged(*lists: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return all notices once, worst first, otherwise in their order."""
    order = {"error": 0, "warning": 1, "info": 2}
    seen: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    for notice in (notice for notices in lists for notice in notices):
        seen.setdefault((notice["code"], notice["column"], notice["message"]), notice)
    return sorted(seen.values(), key=lambda notice: order.get(notice["severity"], 3))


def suggested_target(columns: Sequence[Mapping[str, Any]]) -> str | None:
    """Guess at the column to predict: named like an outcome, else the last that can be predicted; None if none can."""
    usable = [column["name"] for column in columns if column["problem_type"] is not None]
    for wanted in _TARGET_NAMES:
        for name in usable:
            if name.casefold() == wanted:
                return str(name)
    return str(usable[-1]) if usable else None


def plain(value: Any) -> Any:
    """Return a cell as JSON: no NaN, no infinity, integers that JavaScript cannot hold as text, times as ISO 8601."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
