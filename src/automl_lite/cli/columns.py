"""The columns of a profile as a table for the terminal, with small histograms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from automl_lite.cli.output import figure, table
from automl_lite.errors import shorten

MAX_COLUMNS = 60  # rows of the table; --json has all columns
_BLOCKS = "▁▂▃▄▅▆▇█"
_N_TOP = 3
_FEW = 5  # distinct numbers that are shown as values
_NAME, _VALUE = 32, 24  # characters


def columns_table(entries: Sequence[Mapping[str, Any]], n_rows: int, target: str | None) -> Table:
    """Build the table of the first columns; with a target the strongest relations to it come first."""
    title = f"{len(entries):,} columns"
    if target is not None:
        strength = {entry["name"]: entry.get("relation", {}).get("strength", -1.0) for entry in entries}
        entries = sorted(entries, key=lambda entry: (entry["name"] != target, -strength[entry["name"]]))
        title += f", those that tell most about {shorten(target)!r} first"
    if len(entries) > MAX_COLUMNS:
        title += f" (the first {MAX_COLUMNS}; --json has all)"
    names = ["name", "kind", "missing", "distinct", "shape", "values"]
    right = ["missing", "distinct"]
    if target is not None:
        names.insert(4, "explains")
        right.append("explains")
    rows = []
    for entry in entries[:MAX_COLUMNS]:
        row = [
            shorten(entry["name"], _NAME),
            entry["kind"],
            percent(entry["missing_share"]),
            ("" if entry["n_distinct_is_exact"] else "about ") + figure(entry["n_distinct"]),
            shape(entry),
            summary(entry, n_rows),
        ]
        if target is not None:
            row.insert(4, "target" if entry["name"] == target else percent(entry.get("relation", {}).get("strength")))
        rows.append(row)
    return table(title, names, rows, right=right)


def shape(entry: Mapping[str, Any]) -> str:
    """Draw the histogram of a column; empty where there is none."""
    histogram = entry.get("histogram")
    return bars(histogram["counts"]) if histogram and len(histogram["counts"]) > 1 else ""


def bars(counts: Sequence[int]) -> str:
    """Draw counts as bars of block characters; a space is 0, and what is not 0 is always seen.

    Examples
    --------
    >>> bars([0, 1, 50, 100, 0, 3])
    ' ▁▄█ ▁'
    """
    most = max(counts, default=0)
    return "".join(_BLOCKS[max(0, round(8 * count / most) - 1)] if count else " " for count in counts)


def summary(entry: Mapping[str, Any], n_rows: int) -> str:
    """Say what a column holds: its range, its commonest values, or an example."""
    if entry["missing_share"] == 1:
        return "nothing"
    match entry["kind"]:
        case "number" | "integer" if entry["n_distinct"] > _FEW:
            are_years = entry["min"] >= 1000 and entry["max"] < 10_000
            write = "{:.0f}".format if are_years else figure
            low, middle, high = (write(entry[what]) for what in ("min", "median", "max"))
            return f"{low} to {high}, median {middle}"
        case "datetime":
            return f"{_day(entry['min'])} to {_day(entry['max'])}"
        case "text":
            return f"about {figure(round(entry['length']['mean']))} characters"
        case "id":
            return f"such as {shorten(_flat(entry['examples'][0]), _VALUE)}" if entry["examples"] else ""
    found = entry["top_values"]
    told = ", ".join(f"{shorten(_flat(v['value']), _VALUE)} {percent(v['share'])}" for v in found[:_N_TOP])
    return told + (" …" if entry["n_distinct"] > _N_TOP else "")


def percent(share: float | None) -> str:
    """Write a share of 1 in per cent; nothing for none, and never 0 or 100 for what is only close to it.

    Examples
    --------
    >>> percent(0.0), percent(0.0001), percent(0.256), percent(0.9999), percent(1.0), percent(None)
    ('', '<1%', '26%', '>99%', '100%', '')
    """
    if not share:
        return ""
    if share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1 else f"{share:.0%}"


def _day(text: str) -> str:
    return text.removesuffix("T00:00:00").replace("T", " ")


def _flat(text: str) -> str:
    return " ".join(text.split())
