"""Validating a model, or letting two compete, on a file that holds the true answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from automl_lite.domain.batches import Batch, BatchResult, MetricChange
from automl_lite.domain.columns import Kind, Notice
from automl_lite.errors import UnknownTarget
from automl_lite.inference import DriftReport, Predictor, Watch
from automl_lite.ingest.rows import Rows
from automl_lite.training.actuals import Actuals, Validation, truth_kind
from automl_lite.worker.scoring import PART_ROWS, Tell, check_rows, drift_summary, kinds_of, refuse_misfits

FLATTERED = "learnt-from-all-rows"
_MEASURE = 0.8  # share of the progress at which all rows are answered


def kinds_of_all(predictor: Predictor, challenger: Predictor | None) -> dict[str, Kind]:
    """Return how the columns of a file are read for validation; the model decides where its challenger differs."""
    others = {} if challenger is None else kinds_of(challenger.contract)
    return {**others, **kinds_of(predictor.contract), predictor.contract.target: truth_kind(predictor.contract)}


def run(
    batch: Batch,
    predictor: Predictor,
    challenger: Predictor | None,
    before: Mapping[str, Any],
    capsules: Sequence[Mapping[str, Any]],
    rows: Rows,
    out: Path,
    tell: Tell,
) -> tuple[BatchResult, dict[str, Path]]:
    """Answer the rows and measure; return the facts for the record, and the files to keep.

    Parameters
    ----------
    before : mapping
        The evaluation of the model at test time.
    capsules : sequence of mapping
        How the model was made, and its challenger if there is one.
    rows : Rows
        Read in ``kinds_of_all``.

    Raises
    ------
    UnknownTarget, RowsDoNotFit, NothingToMeasure, NotRivals
    """
    contract = predictor.contract
    predictors = [predictor] if challenger is None else [predictor, challenger]
    if contract.target not in rows.names:
        raise UnknownTarget(contract.target, rows.names)
    tell("check", 0.1, "Comparing the columns with those of training")
    notices = check_rows(contract, rows)
    if not batch.allow_problems:
        refuse_misfits(notices)
    notices = [*flattered(capsules, rows.reading.source_sha256), *notices]  # first what touches every figure
    actuals, watch = Actuals(predictors, n_rows=rows.n_rows), Watch(contract)
    done = 0
    for chunk in rows.chunks(kinds_of_all(predictor, challenger), size=PART_ROWS):
        watch.add_scores(actuals.add(chunk.columns, chunk.n_rows, wrong=chunk.errors, tally=watch))
        done += chunk.n_rows
        share = 0.1 + (_MEASURE - 0.1) * done / rows.n_rows
        tell("score", share, f"{done:,} of {rows.n_rows:,} rows answered")
    tell("measure", _MEASURE, "Measuring")
    found = actuals.validate(metric=batch.metric or "auto", before=before or None)
    report = watch.report()
    files = {}
    for name, value in (
        ("validation.json", _told(found, notices)),
        ("drift.json", report.as_dict()),
        ("counts.json", watch.counts()),
    ):
        (out / name).write_bytes(orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY))
        files[name] = out / name
    return _result(batch, found, notices, report, rows.reading.n_rejected), files


def flattered(capsules: Sequence[Mapping[str, Any]], source_sha256: str) -> list[Notice]:
    """Warn of models that have learnt from every row of their file: on rows of it they look better than they are."""
    found = []
    for who, capsule in zip(("model", "challenger"), capsules, strict=False):
        # without test rows, every row was learnt from and measured by cross-validation
        if capsule.get("learnt_from") != "all" and capsule.get("n_test_rows") != 0:
            continue
        is_same = capsule.get("data_sha256") == source_sha256
        file = "this very file" if is_same else "its training file"
        found.append(
            Notice(
                code=FLATTERED,
                message=f"The {who} has learnt from every row of {file}; on them it looks better than it is.",
                severity="warning" if is_same else "info",
                remedy=f"Use rows that the {who} has not seen.",
            )
        )
    return found


def _said(found: Validation, notices: Sequence[Notice]) -> str:
    """The result in a sentence; on the very rows that a model has learnt from, there is none."""
    for notice in notices:
        if notice.code == FLATTERED and notice.severity == "warning":
            return notice.message
    return found.summary or str(found.evaluation["verdict"])


def _told(found: Validation, notices: list[Notice]) -> dict[str, Any]:
    told = found.as_dict()
    del told["summary"]
    told["verdict"] = _said(found, notices)
    return told | {"notices": [notice.as_dict() for notice in notices]}


def _result(
    batch: Batch, found: Validation, notices: Sequence[Notice], report: DriftReport, n_rejected: int
) -> BatchResult:
    duel = found.duel
    winner = ""
    if duel is not None and duel.comparison.verdict in ("better", "worse"):
        winner = batch.challenger_id if duel.comparison.verdict == "better" else batch.job_id
    return BatchResult(
        n_rows=found.n_rows,
        n_rejected=n_rejected,
        n_left_out=found.n_left_out,
        verdict=duel.message if duel else _said(found, notices),
        drift=drift_summary(report),
        metric=_metric(found),
        winner=winner,
    )


def _metric(found: Validation) -> MetricChange:
    """Return the main metric beside its value at test time."""
    name = found.evaluation["primary"]
    now = next(m for m in found.evaluation["metrics"] if m["name"] == name)
    change = next((c for c in found.changes if c.name == name), None)
    return MetricChange(
        name=name,
        label=now["label"],
        before=change.before if change else None,
        now=now["value"],
        low=now["low"],
        high=now["high"],
        greater_is_better=now["greater_is_better"],
        verdict=(change.verdict or "") if change else "",
    )
