"""What should be said about the column to predict: gaps, rare classes, imbalance, spellings, a long tail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from automl_lite.domain.columns import Kind, Notice
from automl_lite.errors import shorten
from automl_lite.ingest.notices import figure, quoted
from automl_lite.ingest.reading import name_list
from automl_lite.ingest.statistics import ColumnStatistics, label

IMBALANCE = 0.9  # share of the commonest class
FEW_ROWS = 10  # of a class, below which neither learning nor measuring it means much
_LONG_TAIL = 5.0  # skewness
_SIGNS = re.compile(r"[\W_]+")


def target_notices(target: ColumnStatistics, n_rows: int, *, is_classes: bool, skewness: float) -> list[Notice]:
    """Return the notices about the target; ``skewness`` is that of its numbers, 0 for classes."""
    name, entry = target.column.name, target.entry
    notices = []
    if 0 < entry["n_missing"] < n_rows:
        notices.append(
            Notice(
                code="target-missing",
                severity="info",
                message=f"{entry['n_missing']:,} of {n_rows:,} rows have no {quoted(name)}; they are left out of "
                "training and scoring.",
                column=name,
                remedy="Fill them in if the answers are known.",
                facts={"n_rows": entry["n_missing"], "share": entry["missing_share"]},
            )
        )
    n_values = n_rows - entry["n_missing"]
    if is_classes and n_values and entry["n_distinct"] > 1:
        notices += _about_classes(target, n_values)
    elif not is_classes and skewness > _LONG_TAIL and entry["min"] >= 0:
        high = entry["quantiles"]["0.99"]
        notices.append(
            Notice(
                code="skewed-target",
                severity="info",
                message=f"A few values of {quoted(name)} are far larger than the rest (the largest is "
                f"{figure(entry['max'])}, 99% are at most {figure(high)}): they dominate squared errors.",
                column=name,
                remedy="If the large ones should not count more than the others, choose the metric MAE.",
                facts={"skewness": round(skewness, 2)},
            )
        )
    return notices


def _about_classes(target: ColumnStatistics, n_values: int) -> list[Notice]:
    name, entry = target.column.name, target.entry
    notices: list[Notice] = []
    if not entry["top_values"]:  # prose and identifiers: refused as a target, with the reason
        return notices
    counts = {label(value, target.column): count for value, count in target.values.items()}
    top = entry["top_values"][0]
    if top["share"] > IMBALANCE:
        notices.append(
            Notice(
                code="imbalance",
                message=f'{top["share"]:.1%} of the rows have the {quoted(name)} "{shorten(top["value"], 40)}": '
                f"always answering so would be right as often.",
                column=name,
                remedy="Do not judge by accuracy; look at average precision, recall and the threshold table.",
                facts={"majority": top["value"], "share": top["share"]},
            )
        )
    rare = sorted((count, value) for value, count in counts.items() if count < FEW_ROWS)
    # With a class in every other row the target is no class at all, and is refused as such.
    if rare and n_values >= 2 * FEW_ROWS and entry["n_distinct"] <= n_values // 2:
        shown = ", ".join(f'"{shorten(value, 40)}" ({count})' for count, value in rare[:5])
        more = f" and {len(rare) - 5} more" if len(rare) > 5 else ""
        few = "1 class has" if len(rare) == 1 else f"{len(rare):,} classes have"
        notices.append(
            Notice(
                code="rare-classes",
                message=f"{few} fewer than {FEW_ROWS} rows: {shown}{more}. Too few to learn, or to score, them well.",
                column=name,
                remedy="Add rows of these classes, or merge them with others.",
                facts={"classes": {value: count for count, value in rare[:100]}},
            )
        )
    return notices + spelling_notices(target, severity="warning")


def spelling_notices(statistics: ColumnStatistics, *, severity: str = "info") -> list[Notice]:
    """Return a notice if values of a column differ only in capitals, spaces and signs."""
    if statistics.column.kind not in (Kind.CATEGORY, Kind.TEXT):
        return []
    variants = spelling_variants(statistics.values)
    if not variants:
        return []
    shown = "; ".join(name_list(spellings) for spellings in variants[:3])
    more = f"; and {len(variants) - 3} more values" if len(variants) > 3 else ""
    facts: dict[str, Any] = {"variants": variants[:50]}
    return [
        Notice(
            code="spelling-variants",
            severity=severity,
            message=f"{quoted(statistics.column.name)} holds the same word in several spellings: {shown}{more}.",
            column=statistics.column.name,
            remedy="Each spelling counts as a value of its own. Write them alike if they mean the same.",
            facts=facts,
        )
    ]


def spelling_variants(values: Mapping[str, int]) -> list[list[str]]:
    """Group values that are equal but for capitals, white space and signs; the most frequent first.

    Examples
    --------
    >>> spelling_variants({"Yes": 5, "YES": 2, "yes ": 1, "no": 4, "A+": 3, "A-": 1})
    [['Yes', 'YES', 'yes ']]
    """
    alike: dict[str, list[str]] = {}
    for value in values:
        key = " ".join(value.casefold().split())
        alike.setdefault(key, []).append(value)
    # Signs may carry meaning (A+ and A-), between letters they hardly do (New-York and New York).
    joined: dict[str, list[str]] = {}
    for key, spellings in alike.items():
        plain = _SIGNS.sub(" ", key).strip() if re.fullmatch(r"[^\W\d].*[^\W\d]", key) else key
        joined.setdefault(plain, []).extend(spellings)
    found = [sorted(group, key=lambda v: (-values[v], v)) for group in joined.values() if len(group) > 1]
    return sorted(found, key=lambda group: (-sum(values[v] for v in group), group[0]))
