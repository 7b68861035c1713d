"""report.html: how good a model is and why, in one file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from automl_lite.domain.columns import Notice
from automl_lite.training.curves import cheapest_threshold
from automl_lite.training.reports import charts, model_charts
from automl_lite.training.reports.theme import render
from automl_lite.training.reports.words import amount, clean, count, in_words, moment, percent, plain_size, signed

_TILES = {
    "binary": ("roc_auc", "accuracy", "recall", "precision"),
    "multiclass": ("accuracy", "balanced_accuracy", "roc_auc", "log_loss"),
    "regression": ("median_relative_error", "mae", "r2", "within_20"),
}
_SPARE = ("median_absolute_error", "rmse", "log_loss", "f1", "mcc")
_PICTURES = (
    "roc", "precision_recall", "calibration", "scores", "thresholds", "scatter", "errors", "coverage", "importance",
    "shap", "learning_curve",
)  # fmt: skip
_FILES = {
    "model.onnx": "the whole model in one file, from raw columns to answers",
    "autogluon.zip": "AutoGluon's predictor, which needs an environment with AutoGluon",
    "model.pkl": "the same as a Python object, for where automl-lite[train] is installed",
    "metadata.json": "what goes in and comes out, scores, and the capsule",
    "evaluation.json": "every number of this report",
    "leaderboard.json": "every model tried",
    "eda.html": "the data report",
    "predict.py": "answers with numpy and onnxruntime alone",
    "log.txt": "what happened when",
}
_MISS_COSTS = (1, 2, 5, 10, 20)
_MAX_CLASSES = 30  # of a confusion matrix that still fits on the page
_WIDE_CLASSES = 10  # from here on it takes the whole width
_BOUNDS = {"share": (0.0, 1.0), "score": (None, None), "target": (0.0, None)}


def write_report(path: Path, result: dict[str, Any]) -> None:
    """Write the model report, one self-contained HTML file in UTF-8.

    Parameters
    ----------
    path : Path
        Where to write; an existing file is replaced.
    result : dict
        Plain JSON values:

        ``evaluation``
            ``Evaluation.as_dict()``; the only key that must be there.
        ``name``, ``target``, ``task``, ``created_at``, ``model``, ``unit``
            str; what the head of the report says.
        ``leaderboard``
            [{name, family, score, seconds, weight}], best first; ``weight`` is the share in the final model or None.
            Shown if given: ``size_bytes``, ``latency_ms``, ``note``.
        ``leaderboard_metric``
            str; the name of ``score``'s metric, default the evaluation's primary one.
        ``dropped``
            [{column, reason}].
        ``notices``
            [Notice.as_dict()].
        ``columns``
            [{name, kind, reason?}] that the model uses.
        ``settings``, ``capsule``
            Nested dicts of what was asked for and what it takes to do it again.
        ``files``
            [{name, size_bytes?, what?}].
    """
    page = render("model_report.html", **_context(result))
    path.write_bytes(page.encode("utf-8", "replace"))


def _context(result: dict[str, Any]) -> dict[str, Any]:
    evaluation = result["evaluation"]
    unit = result.get("unit") or ""
    pictures = {name: getattr(model_charts, name)(evaluation) for name in _PICTURES}
    return {
        "title": clean(result.get("name") or "Model"),
        "facts": _facts(result),
        "evaluation": evaluation,
        "n_rows": _rows(evaluation),
        "crossed": evaluation["how"] == "cross-validation",
        "tiles": _tiles(evaluation, unit),
        "rows": [_metric_row(each, evaluation, unit) for each in evaluation["metrics"]],
        "pictures": pictures,
        "confusion": _confusion(evaluation),
        "costs": _costs(evaluation),
        "steps": [row for row in evaluation["thresholds"] if _is_step(row["threshold"], evaluation["threshold"])],
        "groups": _groups(evaluation, unit),
        "leaders": _leaders(result),
        "dropped": result.get("dropped") or [],
        "notices": [Notice(**each).as_dict() for each in result.get("notices") or []],
        "columns": result.get("columns") or [],
        "settings": _flat(result.get("settings") or {}),
        "capsule": _flat({k: v for k, v in (result.get("capsule") or {}).items() if k != "settings"}),
        "files": [_file(each) for each in result.get("files") or []],
        "not_measured": _not_measured(evaluation),
        "caveat": (evaluation.get("importance_info") or {}).get("caveat", ""),
        "resampling": _resampling(evaluation),
    }


def _rows(evaluation: dict[str, Any]) -> str:
    crossed = evaluation["how"] == "cross-validation"
    return count(evaluation["n_rows"], "cross-validated row" if crossed else "test row")


def _not_measured(evaluation: dict[str, Any]) -> str:
    """Say why there are no importances, if they were asked for."""
    info = evaluation.get("importance_info")
    return "" if evaluation["importance"] or not info else str(info.get("reason") or "")


def _file(entry: dict[str, Any]) -> tuple[str, str]:
    """Return a file's name, and what it is and how large."""
    size = "" if entry.get("size_bytes") is None else plain_size(entry["size_bytes"])
    what = entry.get("what") or _FILES.get(entry["name"], "")
    return clean(entry["name"]), ", ".join(each for each in (clean(what, 160) if what else "", size) if each)


def _facts(result: dict[str, Any]) -> list[Markup]:
    """List what stands under the title."""
    target, when, model = (result.get(key) or "" for key in ("target", "created_at", "model"))
    facts = []
    if target:
        facts.append(Markup('predicts <bdi class="mono">{}</bdi>').format(clean(target)))
    facts.append(Markup("{}").format(_rows(result["evaluation"])))
    facts += [Markup("{}").format(clean(each, 160)) for each in (model, moment(when)) if each]
    return facts


def _tiles(evaluation: dict[str, Any], unit: str) -> list[dict[str, Any]]:
    """Choose four metrics that have a value, the optimised one among them if it is a familiar one."""
    by_name = {each["name"]: each for each in evaluation["metrics"]}
    wanted = [*_TILES[evaluation["task"]], evaluation["primary"], *_SPARE]
    chosen = [by_name[name] for name in wanted if name in by_name and by_name[name]["value"] is not None]
    chosen = list({each["name"]: each for each in chosen}.values())[:4]
    names = [each["name"] for each in chosen]
    primary = by_name.get(evaluation["primary"])
    if primary and primary["value"] is not None and primary["name"] not in names and primary["unit"] != "score":
        chosen[-1:] = [primary]
    return [_tile(each, evaluation, unit) for each in chosen]


def _tile(metric: dict[str, Any], evaluation: dict[str, Any], unit: str) -> dict[str, Any]:
    text = in_words(metric["value"], metric["unit"], unit)
    number, _, small = text.partition("\N{NO-BREAK SPACE}")
    low, high = _BOUNDS[metric["unit"]]
    others = (metric["low"], metric["high"], metric["value"], metric["baseline"], metric["linear"])
    return {
        "label": _label(metric, evaluation),
        "title": f"{_term(metric, evaluation)}. {metric['meaning']}",
        "number": number,
        "small": small,
        "mark": charts.range_mark(
            charts.mark_axis(others, low, high),
            metric["value"],
            metric["low"],
            metric["high"],
            baseline=metric["baseline"],
        ),
        "range": _range(metric, unit) or metric["reason"],
        "baseline": ""
        if metric["baseline"] is None
        else f"{_guess(metric, evaluation)} {_write(metric, 'baseline', unit)}",
        "linear": "" if metric["linear"] is None else f"linear alone {_write(metric, 'linear', unit)}",
    }


def _label(metric: dict[str, Any], evaluation: dict[str, Any]) -> str:
    if metric["name"] == "recall" and evaluation["positive"]:
        return f"“{clean(evaluation['positive'], 24)}” caught"
    return str(metric["label"])


def _term(metric: dict[str, Any], evaluation: dict[str, Any]) -> str:
    term = str(metric["term"])
    return term.split("; several classes:")[0] if evaluation["task"] == "binary" else term


def _guess(metric: dict[str, Any], evaluation: dict[str, Any]) -> str:
    if metric["name"] == "accuracy" and evaluation["commonest"]:
        return f"always “{clean(evaluation['commonest'], 24)}”"
    if metric["name"] in {"precision", "f1"} and evaluation["task"] == "binary":
        return "flag every row"
    return "one value for all" if evaluation["task"] == "regression" else "guessing"


def _metric_row(metric: dict[str, Any], evaluation: dict[str, Any], unit: str) -> dict[str, Any]:
    low, high = _BOUNDS[metric["unit"]]
    shown = (metric["low"], metric["high"], metric["value"], metric["baseline"], metric["linear"])
    return {
        "name": metric["name"],
        "primary": metric["name"] == evaluation["primary"],
        "label": _label(metric, evaluation),
        "term": _term(metric, evaluation),
        "meaning": metric["meaning"],
        "value": _write(metric, "value", unit) if metric["value"] is not None else "Not measured",
        "measured": metric["value"] is not None,
        "why": " ".join(each for each in (metric["reason"], metric["note"]) if each),
        "range": _range(metric, unit),
        "better": "more" if metric["greater_is_better"] else "less",
        "mark": charts.range_mark(
            charts.mark_axis(shown, low, high),
            metric["value"],
            metric["low"],
            metric["high"],
            baseline=metric["baseline"],
        ),
        "baseline": _write(metric, "baseline", unit),
        "linear": _write(metric, "linear", unit),
        "against_baseline": (metric["against_baseline"] or {}).get("verdict"),
        "against_linear": (metric["against_linear"] or {}).get("verdict"),
    }


def _write(metric: dict[str, Any], key: str, unit: str = "") -> str:
    return "–" if metric[key] is None else in_words(metric[key], metric["unit"], unit)


def _range(metric: dict[str, Any], unit: str) -> str:
    if metric["low"] is None or metric["high"] is None:
        return ""
    low = in_words(metric["low"], metric["unit"]).removesuffix("\N{NO-BREAK SPACE}%")
    return f"{low} to {in_words(metric['high'], metric['unit'], unit)}"


def _confusion(evaluation: dict[str, Any]) -> dict[str, Any] | None:
    """Shape the matrix for two classes in words, for some as a table, else as its commonest mistakes."""
    found = evaluation["confusion"]
    if not found:
        return None
    names, matrix = found["labels"], found["matrix"]
    if evaluation["task"] == "binary":
        case = names.index(evaluation["positive"])
        hit, miss = matrix[case][case], matrix[case][1 - case]
        wrong, left = matrix[1 - case][case], matrix[1 - case][1 - case]
        caught, right = 100 * hit / max(hit + miss, 1), 100 * hit / max(hit + wrong, 1)
        reads = f"Of 100 “{clean(names[case], 24)}” rows it catches {caught:.0f}. Of 100 flags, {right:.0f} are right."
        return {"kind": "two", "case": names[case], "other": names[1 - case], "hit": hit, "miss": miss,
                "wrong": wrong, "left": left, "reads": reads}  # fmt: skip
    mistakes = sorted(
        (
            (matrix[i][j], names[i], names[j])
            for i in range(len(names))
            for j in range(len(names))
            if i != j and matrix[i][j]
        ),
        key=lambda each: -each[0],
    )
    table = []
    if len(names) <= _MAX_CLASSES:
        for i, row in enumerate(matrix):
            total = max(sum(row), 1)
            table.append((names[i], [(n, _shade(n / total, i == j)) for j, n in enumerate(row)]))
    return {
        "kind": "many",
        "names": names,
        "table": table,
        "wide": _WIDE_CLASSES < len(names) <= _MAX_CLASSES,
        "mistakes": mistakes[:8],
    }


def _shade(share: float, right: bool) -> str:
    if share < (0.02 if not right else 0.001):
        return ""
    return ("r" if right else "w") + ("2" if share >= (0.5 if right else 0.15) else "1")


def _costs(evaluation: dict[str, Any]) -> list[dict[str, Any]]:
    """Say where to draw the line if a miss costs 1 to 20 times a false alarm."""
    table = evaluation["thresholds"]
    if not table or table[0]["recall"] is None:
        return []
    return [{"ratio": cost} | cheapest_threshold(table, miss_cost=cost, false_alarm_cost=1) for cost in _MISS_COSTS]


def _is_step(threshold: float, chosen: float | None) -> bool:
    return abs(threshold * 20 - round(threshold * 20)) < 1e-6 or threshold == chosen


def _groups(evaluation: dict[str, Any], unit: str) -> list[dict[str, Any]]:
    found = evaluation["residuals"]
    if not found or len(found["groups"]) < 2:
        return []
    rows = []
    for group in found["groups"]:
        tilt = group["tilt"]
        sign = "+" if tilt > 0 else ""
        missed = group["coverage"] is not None and group["coverage_high"] < evaluation["intervals"]["level"]
        rows.append(
            group
            | {
                "span": f"{amount(group['from'])} – {amount(group['to'])}",
                "error": amount(group["typical_error"], unit),
                "tilt_text": f"{sign}{percent(tilt)}" if found["relative"] else f"{sign}{amount(tilt)}",
                "missed": missed,
            }
        )
    return rows


def _leaders(result: dict[str, Any]) -> dict[str, Any] | None:
    rows: Sequence[dict[str, Any]] = result.get("leaderboard") or []
    if not rows:
        return None
    evaluation = result["evaluation"]
    name = result.get("leaderboard_metric") or evaluation["primary"]
    metric = next((each for each in evaluation["metrics"] if each["name"] == name), None)
    known = [row["score"] for row in rows if row.get("score") is not None]
    axis = charts.mark_axis(known)
    shaped = [
        {
            "name": row["name"],
            "family": row.get("family") or "",
            "note": row.get("note") or "",
            "score": "–" if row.get("score") is None else _leader_score(row["score"], metric),
            "mark": charts.range_mark(axis, row.get("score"), None, None, css="" if row.get("weight") else "mu"),
            "weight": row.get("weight"),
            "seconds": row.get("seconds"),
            "size_bytes": row.get("size_bytes"),
            "latency_ms": row.get("latency_ms"),
        }
        for row in rows
    ]
    optional = {key: any(row[key] is not None for row in shaped) for key in ("seconds", "size_bytes", "latency_ms")}
    up = metric is None or metric["greater_is_better"]
    return {
        "rows": shaped,
        "has": optional,
        "metric": metric["label"] if metric else name.replace("_", " "),
        "term": metric["term"] if metric else name,
        "better": "more is better" if up else "less is better",
    }


def _leader_score(score: float, metric: dict[str, Any] | None) -> str:
    if metric is None or metric["unit"] == "score":
        return signed(score, 4)
    return percent(score, 2) if metric["unit"] == "share" else amount(score)


def _resampling(evaluation: dict[str, Any]) -> str:
    if not evaluation["n_rows"]:
        return ""
    n = f"{evaluation['n_resamples']:,} resamples of the test rows"
    short = ", fewer than usual for want of time" if evaluation["cut_short"] else ""
    return f"Ranges are 95 %, from {n}{short}. Two systems differ only if the paired range of their gap excludes zero."


def _flat(settings: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Turn nested settings into (dotted name, text) rows."""
    rows: list[tuple[str, str]] = []
    for key, value in settings.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            rows += _flat(value, f"{name}.")
        else:
            rows.append((name, _plain(value)))
    return rows


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == "":
        return "–"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(clean(each, 60) for each in value) or "–"
    return clean(value, 200)


__all__ = ["plain_size", "write_report"]
