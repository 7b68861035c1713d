"""The charts of a data report: the target, and the target against each column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from automl_lite.domain.columns import Task
from automl_lite.training.metrics.resampling import wilson
from automl_lite.training.reports import charts
from automl_lite.training.reports.charts import Picture
from automl_lite.training.reports.relations import Group, Outcome, Relation
from automl_lite.training.reports.words import amount, clean, count, label, percent, small_share

_MOST_LEVELS = 12
_STACKED = 5
_FEW = 5  # rows of a group below which its share is not worth a sentence


def classes(entry: dict[str, Any]) -> Picture:
    """Draw how many rows each class of the target has, from the profile's counts."""
    levels = entry["top_values"]
    shown = levels[:_MOST_LEVELS]
    top = max((each["share"] for each in shown), default=1.0)
    rows = [charts.bar_row(each["value"], each["share"] / top, f"{each['count']:,}") for each in shown]
    n_more = entry["n_distinct"] - len(shown)
    least = shown[-1]["count"] if shown else 0
    more = f"{count(n_more, 'more class', 'more classes')} with at most {count(least, 'row')} each. " if n_more else ""
    reads = more
    if shown:
        first = shown[0]
        reads += f"Always saying “{clean(first['value'], 24)}” would be right {percent(first['share'])} of the time."
    return Picture(Markup("").join(rows), "rows of each class", reads)


def numbers(entry: dict[str, Any], unit: str = "") -> Picture | None:
    """Draw the histogram of a numeric column from its profile."""
    found = entry.get("histogram")
    if not found or len(found["edges"]) < 2 or isinstance(found["edges"][0], str):
        return None
    edges, counts = found["edges"], found["counts"]
    x = charts.inner_axis(edges[0], edges[-1])
    y = charts.number_axis(counts, from_zero=True, n_ticks=4)
    marks = [charts.bars(edges, counts, x, y)]
    notes = []
    if entry.get("median") is not None:
        marks.append(charts.upright(entry["median"], x, "cut"))
        side = "up" if x.at(entry["median"]) > 60 else ""
        notes = [(entry["median"], y.high, f"middle {amount(entry['median'], unit)}", side)]
    reads = _quantile_sentence(entry, unit)
    drawn = charts.plot(
        marks, x=x, y=y, notes=notes, height=190, y_label=_counted(entry), x_label=unit,
        aria=f"Histogram of {clean(entry['name'], 40)}. {reads}",
    )  # fmt: skip
    return Picture(drawn, "", reads)


def _counted(entry: dict[str, Any]) -> str:
    """Say what the bars of a histogram count."""
    return f"of {entry['n_sampled']:,} rows, drawn at random" if "n_sampled" in entry else "rows"


def _quantile_sentence(entry: dict[str, Any], unit: str) -> str:
    q = entry.get("quantiles") or {}
    if q.get("0.25") is None or q.get("0.75") is None:
        return ""
    told = f"Half of the values lie between {amount(q['0.25'])} and {amount(q['0.75'], unit)}"
    if q.get("0.05") is not None and q.get("0.95") is not None:
        told += f", nine in ten between {amount(q['0.05'])} and {amount(q['0.95'], unit)}"
    return f"{told}; the ends are {amount(entry['min'])} and {amount(entry['max'], unit)}."


def ranking(relations: Sequence[Relation], most: int = 16) -> Picture | None:
    """Draw how much each column alone explains."""
    compared = [each for each in relations if each.strength is not None]
    if not compared:
        return None
    shown = compared[:most]
    top = max(each.strength or 0.0 for each in shown) or 1.0
    rows = [
        charts.bar_row(
            each.column.name,
            (each.strength or 0.0) / top,
            small_share(each.strength or 0.0),
            css="" if each.is_real else "mu",
        )
        for each in shown
    ]
    rest = f" {count(len(compared) - most, 'column')} with less are in the table below." if len(compared) > most else ""
    return Picture(
        Markup("").join(rows),
        "alone, of the target's differences",
        f"Grey: chance alone could show as much.{rest}",
    )


def against(relation: Relation, outcome: Outcome) -> Picture:
    """Draw the target in each group of a column's values."""
    if outcome.task is Task.REGRESSION:
        return _middles(relation, outcome)
    if outcome.task is Task.BINARY:
        return _shares(relation, outcome)
    if relation.spread:
        return _spread(relation, outcome)
    return _mixes(relation, outcome)


def where_missing(relation: Relation | None, outcome: Outcome | None) -> str:
    """Say how the target differs where a column is missing; nothing if chance may explain it, or for many classes."""
    if relation is None or outcome is None or not relation.is_real or outcome.task is Task.MULTICLASS:
        return ""
    group = next((each for each in relation.groups if each.role == "missing"), None)
    if group is None or group.n < _FEW:
        return ""
    if outcome.task is Task.REGRESSION:
        return f"there the target's middle is {amount(group.quartiles[1])}, of all rows {amount(_median(outcome))}"
    overall = outcome.totals[1] / sum(outcome.totals)
    low, high = wilson(group.counts[1] / group.n, group.n)
    if low <= overall <= high:
        return ""
    case = clean(outcome.classes[1], 24)
    return f"there {percent(group.counts[1] / group.n, 0)} are “{case}”, of all rows {percent(overall, 0)}"


def _median(outcome: Outcome) -> float:
    return float(np.median(outcome.numbers))


def _shares(relation: Relation, outcome: Outcome) -> Picture:
    case = clean(outcome.classes[1], 24)
    overall = outcome.totals[1] / sum(outcome.totals)
    groups = relation.groups
    shares = [group.counts[1] / group.n for group in groups]
    ranges = [wilson(share, group.n) for share, group in zip(shares, groups, strict=True)]
    reads = _extremes(relation, shares, percent)
    if _is_scale(relation):
        x, y = _places(groups), charts.percent_axis([*(high for _, high in ranges), overall], n_ticks=4)
        marks = [
            charts.level(overall, y),
            charts.whiskers([(i, low, high) for i, (low, high) in enumerate(ranges)], x, y),
            charts.dots(enumerate(shares), x, y),
        ]
        drawn = charts.plot(
            marks, x=x, y=y, height=150, y_label=f"“{case}”", x_label=_by(relation),
            aria=f"Share of “{case}” in groups of {clean(relation.column.name)}. {reads}",
        )  # fmt: skip
        return Picture(drawn, _aside(relation), reads)
    top = max([high for _, high in ranges] + [overall])
    axis = charts.Axis(0.0, top)
    rows = Markup("").join(
        _level(group, charts.range_mark(axis, share, *ends, baseline=overall), percent(share, 0))
        for group, share, ends in zip(groups, shares, ranges, strict=True)
    )
    return Picture(
        rows, _aside(relation), f"{reads} Share of “{case}”; dashed: all rows, {percent(overall, 0)}.".strip()
    )


def _middles(relation: Relation, outcome: Outcome) -> Picture:
    groups = relation.groups
    middles = [group.quartiles[1] for group in groups]
    reads = _extremes(relation, middles, amount)
    ends = [each for group in groups for each in group.quartiles]
    if _is_scale(relation):
        x, y = _places(groups), charts.number_axis(ends, from_zero=0 <= min(ends) < 0.3 * max(ends), n_ticks=4)
        marks = [
            charts.whiskers([(i, g.quartiles[0], g.quartiles[2]) for i, g in enumerate(groups)], x, y, "wk th"),
            charts.dots(enumerate(middles), x, y),
        ]
        drawn = charts.plot(
            marks, x=x, y=y, height=150, y_label="target: middle half", x_label=_by(relation),
            aria=f"Middle half of the target in groups of {clean(relation.column.name)}. {reads}",
        )  # fmt: skip
        return Picture(drawn, _aside(relation), reads)
    axis = charts.mark_axis(ends)
    rows = Markup("").join(
        _level(group, charts.range_mark(axis, q[1], q[0], q[2]), amount(q[1]))
        for group, q in ((group, group.quartiles) for group in groups)
    )
    return Picture(rows, _aside(relation), f"{reads} Band: middle half of the target; tick: its middle.".strip())


def _spread(relation: Relation, outcome: Outcome) -> Picture:
    ends = [each for _, quartiles in relation.spread for each in quartiles]
    axis = charts.mark_axis(ends)
    totals = outcome.totals
    rows = Markup("").join(
        _level(Group(outcome.classes[code], totals[code]), charts.range_mark(axis, q[1], q[0], q[2]), amount(q[1]))
        for code, q in relation.spread
    )
    return Picture(
        rows, _aside(relation), "Band: middle half of the column's values in each class; tick: their middle."
    )


def _mixes(relation: Relation, outcome: Outcome) -> Picture:
    shown = outcome.commonest[:_STACKED]
    rows = Markup("")
    for group in relation.groups:
        parts = [(f"k{i + 1}", group.counts[code] / group.n) for i, code in enumerate(shown)]
        parts.append(("k6", max(1 - sum(share for _, share in parts), 0.0)))
        bar = Markup("").join(
            Markup('<i class="{}" style="width:{}%"></i>').format(css, f"{100 * share:.1f}")
            for css, share in parts
            if share > 0.0005
        )
        most = max(range(len(group.counts)), key=lambda code: group.counts[code])
        told = f"{clean(outcome.classes[most], 14)} {percent(group.counts[most] / group.n, 0)}"
        rows += _level(group, Markup('<span class="sbar" aria-hidden="true">{}</span>').format(bar), told)
    keys = [(f"sq k{i + 1}", clean(outcome.classes[code], 24)) for i, code in enumerate(shown)]
    if len(outcome.classes) > len(shown):
        keys.append(("sq k6", "others"))
    return Picture(rows + charts.legend(keys), _aside(relation))


def _level(group: Group, drawn: Markup, text: str) -> Markup:
    css = "" if group.role == "value" else "mu"
    return Markup('<div class="lvl {}"><span class="nm" title="{}">{}</span>{}<span class="v">{}</span></div>').format(
        css, count(group.n, "row"), label(group.name, 40), drawn, text
    )


def _is_scale(relation: Relation) -> bool:
    """Tell whether the groups have an order that is worth a chart with axes."""
    values = [group for group in relation.groups if group.role == "value"]
    return relation.column.kind.value in {"number", "integer", "datetime", "text"} and len(values) > 2


def _places(groups: Sequence[Group]) -> charts.Axis:
    """One place a group, side by side; every third is named by where it begins."""
    values = [i for i, group in enumerate(groups) if group.role == "value"]
    step = max(1, -(-len(values) // 4))
    long = any(len(groups[i].name) > 16 for i in values)
    step = max(step, -(-len(values) // 3)) if long else step
    ticks = [(float(i), clean(groups[i].name.split(" – ")[0], 12)) for i in values[::step]]
    ticks += [(float(i), "missing") for i, group in enumerate(groups) if group.role == "missing"]
    if len(ticks) > 1 and ticks[-1][1] == "missing" and ticks[-1][0] - ticks[-2][0] < step:
        ticks.pop(-2)
    return charts.Axis(-0.5, len(groups) - 0.5, tuple(ticks))


def _by(relation: Relation) -> str:
    return "length in characters, from" if relation.by == "length" else "groups of rows, from"


def _aside(relation: Relation) -> str:
    return f"explains {small_share(relation.strength or 0.0)}" + ("" if relation.is_real else ", which may be chance")


def _extremes(relation: Relation, heights: Sequence[float], write: Any) -> str:
    """Say where the target is lowest and highest."""
    known = [
        (height, g) for height, g in zip(heights, relation.groups, strict=True) if g.n >= _FEW and g.role != "other"
    ]
    if len(known) < 2:
        return ""
    (low, first), (high, last) = min(known, key=lambda each: each[0]), max(known, key=lambda each: each[0])
    return f"From {write(low)} (“{clean(first.name, 24)}”) to {write(high)} (“{clean(last.name, 24)}”)."
