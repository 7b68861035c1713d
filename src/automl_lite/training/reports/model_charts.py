"""The charts of a model report, drawn from ``Evaluation.as_dict()``, each with a sentence that reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from automl_lite.training.reports import charts
from automl_lite.training.reports.charts import Picture
from automl_lite.training.reports.words import amount, clean, count, label, percent, signed

_SCATTER_SHARE = 0.99


def roc(evaluation: dict[str, Any]) -> Picture | None:
    """Draw the cases caught against the others flagged."""
    curve = evaluation["roc"]
    if not curve:
        return None
    axis = charts.share_axis()
    marks = [charts.line([0, 1], [0, 1], axis, axis, "rf"), charts.area(curve["fpr"], curve["tpr"], axis, axis)]
    keys = [("", "model")]
    if curve.get("linear"):
        marks.append(charts.line(curve["linear"]["fpr"], curve["linear"]["tpr"], axis, axis, "ln mu"))
        keys.append(("mu", "linear alone"))
    marks.append(charts.line(curve["fpr"], curve["tpr"], axis, axis))
    notes = []
    row = _at_threshold(evaluation)
    if row and row["recall"] is not None:
        x = row["fp"] / max(row["fp"] + row["tn"], 1)
        marks.append(charts.dots([(x, row["recall"])], axis, axis))
        side = "k1" if x < 0.6 else "k1 l"
        notes = [(x, row["recall"] - 0.05, f"threshold {signed(evaluation['threshold'], 2)}", side)]
    area = _value(evaluation, "roc_auc")
    case, other = _sides(evaluation)
    drawn = charts.plot(
        marks, x=axis, y=axis, notes=notes, square=True,
        y_label=f"“{case}” caught", x_label=f"“{other}” flagged by mistake",
        aria=f"ROC curve; the area under it is {area}. Guessing would run along the diagonal.",
    )  # fmt: skip
    return Picture(drawn + charts.legend([*keys, ("da", "guessing")]), f"area {area}")


def precision_recall(evaluation: dict[str, Any]) -> Picture | None:
    """Draw how right the flags are against the cases caught."""
    curve = evaluation["pr"]
    if not curve:
        return None
    axis = charts.share_axis()
    marks = [charts.level(curve["baseline"], axis)]
    keys = [("", "model")]
    if curve.get("linear"):
        marks.append(charts.line(curve["linear"]["recall"], curve["linear"]["precision"], axis, axis, "ln mu"))
        keys.append(("mu", "linear alone"))
    marks.append(charts.line(curve["recall"], curve["precision"], axis, axis))
    row = _at_threshold(evaluation)
    if row and row["recall"] is not None and row["precision"] is not None:
        marks.append(charts.dots([(row["recall"], row["precision"])], axis, axis))
    average = _value(evaluation, "average_precision")
    drawn = charts.plot(
        marks, x=axis, y=axis, square=True, y_label="flags that are right", x_label=f"“{_sides(evaluation)[0]}” caught",
        aria=f"Precision against recall; average precision is {average}. Flagging every row gets "
        f"{percent(curve['baseline'])}.",
    )  # fmt: skip
    return Picture(
        drawn + charts.legend([*keys, ("da", f"flag every row: {percent(curve['baseline'], 0)}")]),
        f"average precision {average}",
    )


def calibration(evaluation: dict[str, Any]) -> Picture | None:
    """Draw predicted percentages against what happened, with 95 % ranges."""
    curve = evaluation["calibration"]
    if not curve:
        return None
    axis = charts.share_axis()
    marks = [
        charts.line([0, 1], [0, 1], axis, axis, "rf"),
        charts.whiskers(zip(curve["predicted"], curve["low"], curve["high"], strict=True), axis, axis),
        charts.dots(zip(curve["predicted"], curve["observed"], strict=True), axis, axis),
    ]
    error, limit = percent(curve["ece"]), percent(curve["limit_if_perfect"])
    several = evaluation["task"] == "multiclass"
    within = curve["ece"] <= curve["limit_if_perfect"]
    if within:
        reads = (
            f"Yes, within the noise: off by {error} on average; "
            f"perfect percentages would show up to {limit} on so few rows."
        )
    else:
        gaps = [(p - o) * n for p, o, n in zip(curve["predicted"], curve["observed"], curve["n"], strict=True)]
        total = sum(gaps) / sum(curve["n"])
        lean = " They are mostly too high." if total > 0.01 else " They are mostly too low." if total < -0.01 else ""
        reads = f"No: off by {error} on average, and chance explains at most {limit}.{lean}"
    drawn = charts.plot(
        marks, x=axis, y=axis, square=True, x_label="model says",
        y_label="really right" if several else f"really “{_sides(evaluation)[0]}”",
        aria=f"Predicted percentages against what happened in {count(len(curve['n']), 'group')} of rows. {reads}",
    )  # fmt: skip
    return Picture(drawn, "its most probable class" if several else "", reads)


def scores(evaluation: dict[str, Any]) -> Picture | None:
    """Draw the histogram of predicted probabilities by what really happened."""
    found = evaluation["histogram"]
    if not found:
        return None
    first, second = found["series"]
    x = charts.share_axis()
    y = charts.number_axis(
        [a + b for a, b in zip(first["counts"], second["counts"], strict=True)], from_zero=True, n_ticks=4
    )
    if found["of"] == "class":
        bottom, top, css = first, second, "k2"
        names = (f"really “{clean(first['name'], 24)}”", f"really “{clean(second['name'], 24)}”")
        x_label = f"predicted chance of “{clean(second['name'], 24)}”"
    else:
        bottom, top, css = second, first, "k2"
        names = ("right", "wrong")
        x_label = "chance given to the class it chose"
    marks = [
        charts.bars(found["edges"], bottom["counts"], x, y, "br mu"),
        charts.bars(found["edges"], top["counts"], x, y, f"br {css}", base=bottom["counts"]),
    ]
    drawn = charts.plot(
        marks, x=x, y=y, y_label="test rows", x_label=x_label, height=150,
        aria=f"Histogram of the predicted probabilities of {count(evaluation['n_rows'], 'test row')}, "
        f"split into {names[0]} and {names[1]}.",
    )  # fmt: skip
    return Picture(drawn + charts.legend([("sq mu", names[0]), (f"sq {css}", names[1])]))


def thresholds(evaluation: dict[str, Any]) -> Picture | None:
    """Draw the cases caught and the flags that are right over the threshold."""
    rows = [row for row in evaluation["thresholds"] if row["recall"] is not None]
    if not rows:
        return None
    x = charts.Axis(0.0, 1.0, tuple((i / 4, f"{i / 4:.2f}") for i in range(5)))
    y = charts.share_axis()
    right = [row for row in rows if row["precision"] is not None and row["tp"] + row["fp"] >= 5]
    places = [row["threshold"] for row in rows]
    marks = [
        charts.line(places, [row["recall"] for row in rows], x, y),
        charts.upright(evaluation["threshold"], x, "cut"),
    ]
    if right:
        marks.insert(1, charts.line([r["threshold"] for r in right], [r["precision"] for r in right], x, y, "ln k3"))
    case = _sides(evaluation)[0]
    drawn = charts.plot(
        marks, x=x, y=y, height=190, x_label="threshold",
        aria=f"The share of “{case}” rows caught falls and the share of flags that are right rises with the threshold, "
        f"which stands at {signed(evaluation['threshold'], 2)}.",
    )  # fmt: skip
    return Picture(drawn + charts.legend([("", f"“{case}” caught"), ("k3", "flags that are right")]))


def scatter(evaluation: dict[str, Any]) -> Picture | None:
    """Draw estimates against truths, with the promised range as a band."""
    points = evaluation["predicted_vs_actual"]
    if not points:
        return None
    every = sorted(value for point in points for value in (point["actual"], point["predicted"]))
    most, least = every[int(_SCATTER_SHARE * (len(every) - 1))], every[int((1 - _SCATTER_SHARE) * (len(every) - 1))]
    shown = [p for p in points if least <= p["actual"] <= most and least <= p["predicted"] <= most]
    axis = charts.inner_axis(0.0 if 0 <= least < 0.3 * most else least, most)
    marks = []
    keys = [("da", "perfect")]
    ranged = sorted((p for p in shown if "low" in p), key=lambda p: p["predicted"])
    if ranged:
        marks.append(_range_band(ranged, axis))
        keys.insert(0, ("sq mu", f"{percent(evaluation['intervals']['level'], 0)} range"))
    marks += [
        charts.line([axis.low, axis.high], [axis.low, axis.high], axis, axis, "rf"),
        charts.dots([(p["actual"], p["predicted"]) for p in shown], axis, axis, "dt xs"),
    ]
    n_out = len(points) - len(shown)
    beyond = f"; {count(n_out, 'extreme row')} outside the picture" if n_out else ""
    drawn = charts.plot(
        marks, x=axis, y=axis, square=True, y_label="estimate", x_label="truth",
        aria=f"Estimates against true values of {count(len(shown), 'test row')}; "
        "a perfect estimate lies on the diagonal.",
    )  # fmt: skip
    aside = f"{len(shown):,} of {count(evaluation['n_rows'], 'test row')}{beyond}"
    return Picture(drawn + charts.legend(keys), aside)


def errors(evaluation: dict[str, Any]) -> Picture | None:
    """Draw the histogram of estimate minus truth."""
    found = evaluation["residuals"]
    if not found:
        return None
    edges, counts = found["edges"], found["counts"]
    if found["relative"]:
        reach = charts.number_axis([100 * edges[0], 100 * edges[-1]])
        ticks = tuple((at / 100, f"{'+' if at > 0 else ''}{text}\N{NO-BREAK SPACE}%") for at, text in reach.ticks)
        x = charts.Axis(edges[0], edges[-1], tuple(t for t in ticks if edges[0] <= t[0] <= edges[-1]))
    else:
        reach = charts.number_axis([edges[0], edges[-1]])
        x = charts.Axis(edges[0], edges[-1], tuple(t for t in reach.ticks if edges[0] <= t[0] <= edges[-1]))
    y = charts.number_axis(counts, from_zero=True, n_ticks=4)
    marks = [charts.bars(edges, counts, x, y), charts.upright(0.0, x)]
    middle = [group["tilt"] for group in found["groups"]]
    q = found["quantiles"]
    reads = (
        f"Half of the errors lie between {amount(q['q25'])} and {amount(q['q75'])}; "
        f"nine in ten between {amount(q['q05'])} and {amount(q['q95'])}."
    )
    drawn = charts.plot(
        marks, x=x, y=y, height=170, y_label="test rows", x_label="estimate too low ← → too high",
        aria=f"Histogram of the errors. {reads}",
    )  # fmt: skip
    return Picture(drawn, "as a share of the truth" if found["relative"] and middle else "", reads)


def coverage(evaluation: dict[str, Any]) -> Picture | None:
    """Draw the share of truths inside their range, in all and by group, against the promise."""
    found = evaluation["intervals"]
    if not found:
        return None
    groups = [group for group in evaluation["residuals"]["groups"] if group["coverage"] is not None]
    lowest = min([found["coverage_low"], *(group["coverage_low"] for group in groups)])
    y = charts.share_axis(min(int(lowest * 5) / 5, 0.8), 1.0, 4)
    x = charts.Axis(
        0.5, len(groups) + 0.5, tuple((i + 1, amount(g["from"])) for i, g in enumerate(groups) if i % 3 == 0)
    )
    marks = [
        charts.level(found["level"], y),
        charts.whiskers([(i + 1, g["coverage_low"], g["coverage_high"]) for i, g in enumerate(groups)], x, y),
        charts.dots([(i + 1, g["coverage"]) for i, g in enumerate(groups)], x, y),
    ]
    inside, level = percent(found["coverage"]), percent(found["level"], 0)
    ends = f"{percent(found['coverage_low']).removesuffix('%').strip()} to {percent(found['coverage_high'])}"
    if found["coverage_low"] <= found["level"] <= found["coverage_high"]:
        reads = f"Yes: ranges that promise {level} contain {inside} of the truths ({ends})."
    elif found["coverage"] > found["level"]:
        reads = (
            f"More than promised: ranges of {level} contain {inside} of the truths ({ends}), so they could be narrower."
        )
    else:
        reads = f"No: ranges that promise {level} contain only {inside} of the truths ({ends})."
    drawn = charts.plot(
        marks, x=x, y=y, height=170, y_label="really inside", x_label="groups of rows by estimate",
        aria=f"Share of true values inside their predicted range, by group. {reads}",
    )  # fmt: skip
    return Picture(
        drawn + charts.legend([("da", f"promised {level}")]), f"typical width {amount(found['median_width'])}", reads
    )


def importance(evaluation: dict[str, Any], most: int = 20) -> Picture | None:
    """Draw what is lost when a column is shuffled."""
    rows = evaluation["importance"]
    if not rows:
        return None
    info = evaluation["importance_info"] or {}
    shown = rows[:most]
    top = max([row["high"] for row in shown] + [row["mean"] for row in shown]) or 1.0
    drawn = Markup("").join(
        charts.bar_row(
            row["column"],
            row["mean"] / top,
            _lost(row["mean"]),
            low=row["low"] / top,
            high=row["high"] / top,
            css="mu" if row["low"] <= 0 else "",
        )
        for row in shown
    )
    rest = f" {count(len(rows) - most, 'column')} with less are not shown." if len(rows) > most else ""
    missed = info.get("not_measured") or []
    unseen = f" No time to measure {count(len(missed), 'column')}." if missed else ""
    times = f"{count(info.get('n_rows', 0), 'row')} and {count(info.get('n_repeats', 0), 'shuffle')}"
    shuffles = f"Thin line: 95 % range over {times}; grey: could be nothing."
    return Picture(
        drawn, f"{info.get('metric', 'score').replace('_', ' ')} lost if shuffled", f"{shuffles}{rest}{unseen}"
    )


def learning_curve(evaluation: dict[str, Any]) -> Picture | None:
    """Draw how the loss of one model fell with its training rows."""
    found = evaluation.get("learning_curve")
    if not found:
        return None
    rows, values = ([each[key] for each in found["points"]] for key in ("n_rows", "value"))
    x, y = charts.number_axis([0, *rows]), charts.number_axis(values, n_ticks=4)
    drawn = charts.plot(
        [charts.line(rows, values, x, y), charts.dots(zip(rows, values, strict=True), x, y)], x=x, y=y,
        x_label="training rows", y_label=found["label"],
        aria=f"{found['label']} after learning from {', '.join(f'{n:,.0f}' for n in rows)} rows. {found['sentence']}",
    )  # fmt: skip
    return Picture(drawn, f"{clean(found['model'], 40)}, cross-validated", found["sentence"])


def shap(evaluation: dict[str, Any]) -> Picture | None:
    """Draw the contributions to single predictions, or their mean sizes where direction has no meaning."""
    found = evaluation["shap"]
    if not found or not found["columns"]:
        return None
    unit = found.get("unit") or "the model's own scale"
    if not found["points"]:
        shown = found["columns"][:15]
        top = shown[0]["mean_abs"] or 1.0
        drawn = Markup("").join(charts.bar_row(c["column"], c["mean_abs"] / top, amount(c["mean_abs"])) for c in shown)
        return Picture(
            drawn, f"mean size of the push, in {unit}", "Averaged over all classes, so there is no direction."
        )
    ends = sorted(abs(value) for row in found["points"] for value in row["x"])
    reach = ends[int(0.995 * (len(ends) - 1))] or 1.0
    axis = charts.number_axis([-reach, reach])
    rows = [(row["column"], row["x"], row["value"]) for row in found["points"]]
    names = ", ".join(clean(row["column"], 30) for row in found["points"][:3])
    drawn = charts.strip(
        rows, axis, f"Contributions of {len(rows)} columns to single predictions; the largest are of {names}."
    )
    n = len(found["points"][0]["x"])
    return Picture(drawn, f"push on the prediction, in {unit}; {count(n, 'row')}")


def _range_band(ranged: Sequence[dict[str, float]], axis: charts.Axis) -> Markup:
    """Draw where truths are promised to lie, left and right of each estimate."""
    left = [(max(p["low"], axis.low), p["predicted"]) for p in ranged]
    right = [(min(p["high"], axis.high), p["predicted"]) for p in ranged]
    outline = [*left, *right[::-1]]
    points = "L".join(f"{axis.at(a):.2f} {100 - axis.at(b):.2f}" for a, b in outline)
    return Markup('<path class="bnd" d="M{}Z"/>').format(points)


def _lost(value: float) -> str:
    return signed(value, 3) if abs(value) < 10 else amount(value)


def _at_threshold(evaluation: dict[str, Any]) -> dict[str, Any] | None:
    wanted = evaluation["threshold"]
    return next((row for row in evaluation["thresholds"] if abs(row["threshold"] - wanted) < 1e-6), None)


def _sides(evaluation: dict[str, Any]) -> tuple[str, str]:
    case = evaluation["positive"]
    other = next(name for name in evaluation["classes"] if name != case)
    return clean(case, 24), clean(other, 24)


def _value(evaluation: dict[str, Any], name: str) -> str:
    found = next((each for each in evaluation["metrics"] if each["name"] == name), None)
    return "not measured" if found is None or found["value"] is None else signed(found["value"], 3)


__all__ = [
    "Picture", "calibration", "coverage", "errors", "importance", "label", "precision_recall", "roc", "scatter",
    "scores", "shap", "thresholds",
]  # fmt: skip
