"""eda.html: what is in a table and what goes with its target, in one file that needs nothing else."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from automl_lite.domain.columns import Column, Kind, Notice, Task
from automl_lite.errors import ExtraMissing
from automl_lite.training.config import InvalidSetting
from automl_lite.training.reports import eda_charts, embedded
from automl_lite.training.reports.charts import Picture
from automl_lite.training.reports.columns_table import column_rows
from automl_lite.training.reports.missing import missing_patterns
from automl_lite.training.reports.relations import Outcome, Relation, read_outcome, relate
from automl_lite.training.reports.theme import render
from automl_lite.training.reports.words import clean, count, percent, small_share

log = logging.getLogger(__name__)

ENGINES = ("skrub", "sweetviz")
_MAX_CHARTS = 9
_RELATION_SHARE = 0.4  # of the time; what is left is for the table report
_PLURALS = {
    Kind.NUMBER: "decimal", Kind.INTEGER: "whole number", Kind.BOOLEAN: "yes/no", Kind.CATEGORY: "category",
    Kind.DATETIME: "date", Kind.TEXT: "text", Kind.ID: "identifier",
}  # fmt: skip


def write_eda(
    path: Path,
    frame: pd.DataFrame,
    *,
    profile: dict[str, Any],
    notices: Sequence[Notice],
    target: str,
    task: Task,
    columns: Sequence[Column],
    engine: str = "skrub",
    title: str = "",
    max_seconds: float = 20.0,
) -> None:
    """Write the data report, one self-contained HTML file in UTF-8.

    Parameters
    ----------
    path : Path
        Where to write; an existing file is replaced.
    frame : DataFrame of shape (n_rows, n_columns)
        The table or a sample of it, as ``ingest.load_frame`` gives it. Only what the target has to do with the other
        columns, and which cells are missing together, is computed from it.
    profile : dict
        ``ingest.profile_table(...).as_dict()``; all other figures come from it.
    notices : sequence of Notice
        Shown with reason and remedy.
    target : str
        A column of ``columns``.
    task : Task
    columns : sequence of Column
    engine : {"skrub", "sweetviz"}
        Whose report of the columns is put into the page.
    title : str, optional
        The heading; the target's name by default.
    max_seconds : float
        About what it may take. With little time charts are left out, and the report says so.

    Raises
    ------
    InvalidSetting
        There is no such ``engine``.
    ExtraMissing
        The engine's packages are not installed.
    """
    if engine not in ENGINES:
        raise InvalidSetting(
            f"There is no data report by {engine!r}.", hint=f"Choose from {', '.join((*ENGINES, 'none'))}."
        )
    end = time.monotonic() + max_seconds
    by_name = {entry["name"]: entry for entry in profile["columns"]}
    of_target = next(column for column in columns if column.name == target)
    others = [column for column in columns if column.name != target]
    outcome = read_outcome(frame, of_target, task, len(others))
    relations: list[Relation] = []
    if outcome is not None:
        relations = relate(frame, others, outcome, max_seconds=_RELATION_SHARE * max_seconds)
    order = [target, *(each.column.name for each in relations)] if relations else [c.name for c in columns]
    inside, why_not = _embed(engine, embedded.sampled(frame)[order], of_target, profile, end - time.monotonic())
    page = render(
        "data_report.html",
        scripts=inside.scripts if inside else (),
        title=clean(title or target),
        facts=_facts(profile, target, task, columns),
        verdict=_verdict(relations, target, notices),
        basis=_basis(profile, frame, outcome),
        tiles=_tiles(profile, columns, notices),
        notices=sorted((n.as_dict() for n in notices), key=lambda n: _ORDER.get(n["severity"], 1)),
        of_target=_target_picture(by_name[target], of_target, task),
        target=target,
        task=task.value,
        n_target_missing=by_name[target]["n_missing"],
        ranking=eda_charts.ranking(relations),
        compared=bool(relations),
        charts=_charts(relations, outcome),
        missing=_missing(profile, frame, columns, relations, outcome),
        rows=column_rows(relations, [of_target], by_name, notices) if relations else
        column_rows([], columns, by_name, notices),
        embedded=inside,
        why_not=why_not,
        engine=engine,
    )  # fmt: skip
    path.write_bytes(page.encode("utf-8", "replace"))


_ORDER = {"error": 0, "warning": 1, "info": 2}


def _embed(
    engine: str, frame: pd.DataFrame, target: Column, profile: dict[str, Any], max_seconds: float
) -> tuple[embedded.Embedded | None, str]:
    """Return the report of another library, or None and why there is none."""
    size = {"n_rows": profile["n_rows"], "n_columns": len(profile["columns"])}
    try:
        if engine == "sweetviz":
            return embedded.sweetviz(frame, target, **size), ""
        found = embedded.table_report(frame, max_seconds=max_seconds, **size)
    except ExtraMissing:
        raise
    except Exception as err:
        log.warning("The data report goes without %s: %s", engine, err, exc_info=True)
        return None, f"{engine.capitalize()} could not describe this table ({type(err).__name__})."
    return found, "" if found else "There was no time for it within this run's budget."


def _facts(profile: dict[str, Any], target: str, task: Task, columns: Sequence[Column]) -> list[Markup]:
    what = {Task.BINARY: "two classes", Task.MULTICLASS: "several classes", Task.REGRESSION: "a number"}[task]
    return [
        Markup('to predict: <bdi class="mono">{}</bdi>, {}').format(clean(target), what),
        Markup("{}").format(count(profile["n_rows"], "row")),
        Markup("{}").format(count(len(columns), "column")),
    ]


def _verdict(relations: Sequence[Relation], target: str, notices: Sequence[Notice]) -> str:
    name = clean(target, 40)
    compared = [each for each in relations if each.strength is not None]
    real = [each for each in compared if each.is_real]
    if not relations:
        told = f"“{name}” has fewer than two values, so nothing can go with it."
    elif not compared:
        told = f"No column could be compared with “{name}”."
    elif not real:
        told = f"No column alone goes with “{name}” more than chance explains; together they still may."
    else:
        best = real[0]
        of = "Its only" if len(compared) == 1 else f"{len(real):,} of {count(len(compared), 'column')}"
        told = (
            f"{of} {'goes' if len(compared) == 1 or len(real) == 1 else 'go'} with “{name}” beyond chance. "
            f"“{clean(best.column.name, 40)}” says most: alone it explains {percent(best.strength or 0.0)} "
            "of the differences."
        )
    n = sum(notice.severity != "info" for notice in notices)
    return told + (f" {count(n, 'thing needs', 'things need')} a look." if n else "")


def _basis(profile: dict[str, Any], frame: pd.DataFrame, outcome: Outcome | None) -> str:
    told = []
    if len(frame) < profile["n_rows"]:
        told.append(f"Missing cells are counted over {profile['n_rows']:,} rows, their pattern over {len(frame):,}.")
    if outcome is not None and len(outcome.rows) < outcome.n_known:
        told.append(f"Columns are compared with the target on a random {len(outcome.rows):,} rows.")
    return " ".join(told)


def _tiles(profile: dict[str, Any], columns: Sequence[Column], notices: Sequence[Notice]) -> list[dict[str, Any]]:
    n_rows, entries = profile["n_rows"], profile["columns"]
    n_missing = sum(entry["n_missing"] for entry in entries)
    n_with = sum(entry["n_missing"] > 0 for entry in entries)
    share = n_missing / max(n_rows * len(entries), 1)
    copies = profile.get("n_duplicate_rows")
    number, _, sign = (percent(share) if share else "0").partition("\N{NO-BREAK SPACE}")
    kinds = Counter(column.kind for column in columns).most_common(3)
    severe = Counter(notice.severity for notice in notices)
    serious = severe["error"] + severe["warning"]
    told = {
        "Rows": (f"{n_rows:,}", "", _copies(copies)),
        "Columns": (
            f"{len(columns):,}",
            "",
            ", ".join(count(n, _PLURALS[kind], _plural(_PLURALS[kind])) for kind, n in kinds),
        ),
        "Missing cells": (number, sign, f"in {count(n_with, 'column')}" if n_with else "every cell is filled"),
        "Need a look": (f"{serious:,}", "", f"and {count(severe['info'], 'remark')}" if severe["info"] else ""),
    }
    return [
        {"label": label, "title": "", "number": value, "small": small, "mark": "", "range": text, "baseline": "",
         "linear": ""}
        for label, (value, small, text) in told.items()
    ]  # fmt: skip


def _copies(n: int | None) -> str:
    if n is None:
        return ""
    return f"{count(n, 'row repeats', 'rows repeat')} another" if n else "no row repeats another"


def _plural(word: str) -> str:
    return {"category": "categories", "yes/no": "yes/no"}.get(word, f"{word}s")


def _target_picture(entry: dict[str, Any], column: Column, task: Task) -> Picture | None:
    if task is Task.REGRESSION:
        return eda_charts.numbers(entry, column.unit)
    return eda_charts.classes(entry) if entry["top_values"] else None


def _charts(relations: Sequence[Relation], outcome: Outcome | None) -> list[tuple[Relation, Picture]]:
    if outcome is None:
        return []
    shown = [each for each in relations if each.strength is not None and len(each.groups) > 1]
    real = [each for each in shown if each.is_real] or shown[:3]
    return [(each, eda_charts.against(each, outcome)) for each in real[:_MAX_CHARTS]]


def _missing(
    profile: dict[str, Any],
    frame: pd.DataFrame,
    columns: Sequence[Column],
    relations: Sequence[Relation],
    outcome: Outcome | None,
) -> dict[str, Any] | None:
    known = {column.name for column in columns}
    holed = sorted(
        (e for e in profile["columns"] if e["n_missing"] and e["name"] in known), key=lambda e: -e["n_missing"]
    )
    if not holed:
        return None
    patterns = missing_patterns(frame, [entry["name"] for entry in holed])
    by_name = {each.column.name: each for each in relations}
    return {
        "entries": [
            (
                entry,
                small_share(entry["n_missing"] / profile["n_rows"]),
                eda_charts.where_missing(by_name.get(entry["name"]), outcome),
            )
            for entry in holed[:14]
        ],
        "n_more": len(holed) - min(len(holed), 14),
        "patterns": patterns,
        "shares": [small_share(n / patterns.n_rows, 0) for n, _ in patterns.rows] if patterns else [],
    }
