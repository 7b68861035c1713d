"""Scoring a file: read, checked against the model's contract, answered in parts, put together; drift on the way."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from automl_lite import __version__
from automl_lite.blobs import Blobs
from automl_lite.domain.batches import (
    MAX_TOLD_COLUMNS,
    MAX_TOLD_LABELS,
    Batch,
    BatchResult,
    ColumnSummary,
    DriftSummary,
    Share,
)
from automl_lite.domain.columns import Notice
from automl_lite.errors import AutoMLLiteError, shorten
from automl_lite.inference import Contract, DriftReport, Predictor, SchemaCheck, Scores, Watch
from automl_lite.ingest.rows import Chunk, Rows
from automl_lite.worker.answers import Answered, read_part, write_part
from automl_lite.worker.cards import plain
from automl_lite.worker.parts import BlobParts

log = logging.getLogger("automl_lite.worker")

PART_ROWS = 122_880  # a row group of a Parquet file that DuckDB writes: each is unpacked once
CHECKED_ROWS = 100_000
READ_MEMORY_BYTES = 250_000_000
SHOWN_ROWS, SHOWN_ERRORS = 100, 100
# Of the progress: reading the file, answering, writing the results.
_READ, _SCORED = 0.1, 0.85

Tell = Callable[[str, float, str], None]


class RowsDoNotFit(AutoMLLiteError):
    """The columns of a file are not those that the model was trained on."""

    code = "rows-do-not-fit-model"


@dataclass(slots=True)
class Scored:
    """What came of scoring: the facts for the record, and the files to keep by name.

    ``n_before`` rows had been answered in an attempt that did not end.
    """

    result: BatchResult
    summary: dict[str, Any]
    drift: DriftReport
    counts: dict[str, Any]
    files: dict[str, Path] = field(default_factory=dict)
    n_before: int = 0


def kinds_of(contract: Contract) -> dict[str, Any]:
    """Return the kind that each of the model's columns is read as."""
    return {column.name: column.kind for column in contract.inputs}


def check_rows(contract: Contract, rows: Rows, *, n_rows: int = CHECKED_ROWS) -> list[Notice]:
    """Compare the first rows of a file with what the model takes, the gravest finding first."""
    check = SchemaCheck(contract, rows.names)
    check.read_as(rows.reading.delimiter, rows.spellings)
    for chunk in rows.chunks(kinds_of(contract), size=PART_ROWS):
        check.add(chunk.columns, chunk.n_rows, chunk.unreadable)
        n_rows -= chunk.n_rows
        if n_rows <= 0:
            break
    return check.notices()


def refuse_misfits(notices: list[Notice]) -> None:
    """Raise RowsDoNotFit if the answers would mean nothing."""
    errors = [notice for notice in notices if notice.severity == "error"]
    if not errors:
        return
    more = f" ({len(errors) - 1} more such findings.)" if len(errors) > 1 else ""
    raise RowsDoNotFit(
        f"The file does not fit the model: {errors[0].message}{more}",
        hint=f"{errors[0].remedy} To have it scored as it is, start the batch with allow_problems.".strip(),
    )


def score(
    batch: Batch, predictor: Predictor, rows: Rows, blobs: Blobs, out: Path, tell: Tell, *, key: Mapping[str, Any]
) -> Scored:
    """Answer every row of a file.

    Parameters
    ----------
    out : Path
        Folder for the finished files.
    tell : callable
        Is told stage, share done (0–1) and a message; raises to end the work.
    key : mapping
        What identifies model and file, JSON values: parts made for anything else are not used.

    Raises
    ------
    RowsDoNotFit
        The file does not fit and the batch does not allow that.
    """
    contract = predictor.contract
    tell("check", _READ, "Comparing the columns with those of training")
    notices = check_rows(contract, rows)
    if not batch.allow_problems:
        refuse_misfits(notices)
    files = {"results.parquet": out / "results.parquet", "results.csv": out / "results.csv"}
    answered = Answered(rows.table, rows.columns, contract, out)
    run = _Run(predictor, rows, blobs, batch, out, tell, key)
    with ExitStack() as stack:
        parts = run.answer_all(stack, lambda part, start, n: answered.append_csv(files["results.csv"], part, start, n))
        tell("write", _SCORED, "Writing the results")
        answered.write_parquet(files["results.parquet"], parts)
    sheet = out / "results.xlsx"
    tell("write", 0.95, "Writing the results")
    if answered.write_xlsx(sheet, files["results.parquet"], rows.n_rows):
        files["results.xlsx"] = sheet
    report = run.watch.report()
    first = answered.head(files["results.parquet"], SHOWN_ROWS)
    summary = {
        "columns": answered.names,
        "rows": [[plain(value) for value in row] for row in first],
        "n_rows": rows.n_rows,
        "prediction_column": answered.added.prediction,
        "error_column": answered.added.error,
        "histogram": _histogram(report, contract),
        "labels": [
            {"label": label, "n": n, "share": n / run.n_answered}
            for label, n in run.labels.most_common(MAX_TOLD_LABELS)
        ],
        "errors": run.errors,
        "notices": [notice.as_dict() for notice in (*notices, *_remarks(rows))],
    }
    run.parts.clear()
    return Scored(run.result(report), summary, report, run.watch.counts(), files, run.n_before)


class _Run:
    """One pass over the rows."""

    def __init__(
        self,
        predictor: Predictor,
        rows: Rows,
        blobs: Blobs,
        batch: Batch,
        out: Path,
        tell: Tell,
        key: Mapping[str, Any],
    ) -> None:
        self._predictor, self._rows, self._out, self._tell = predictor, rows, out, tell
        self._contract = predictor.contract
        self._known = kinds_of(self._contract)
        self.watch = Watch(self._contract)
        self.parts = BlobParts(
            blobs, batch.key("parts/"), {**key, "version": __version__, "part_rows": PART_ROWS, "n_rows": rows.n_rows}
        )
        self._blobs = blobs
        self.labels: Counter[str] = Counter()
        self._sum = 0.0
        self._n_errors = self.n_before = 0
        self.errors: list[dict[str, Any]] = []

    @property
    def n_answered(self) -> int:
        """Rows with an answer."""
        return self._rows.n_rows - self._n_errors

    def answer_all(self, stack: ExitStack, each: Callable[[Path, int, int], None]) -> list[Path]:
        """Answer part by part; return the parts as files that live as long as ``stack``.

        While the model answers one part, a second thread unpacks the next and gives the one before, with its first row
        and its length, to ``each``.
        """
        n_rows = self._rows.n_rows
        starts = range(0, n_rows, PART_ROWS)
        paths: list[Path] = []
        with ThreadPoolExecutor(1) as beside:
            coming = beside.submit(self._rows.chunk, self._known, 0, PART_ROWS)
            given: list[Future[None]] = []
            for index, start in enumerate(starts):
                chunk = coming.result()
                if index + 1 < len(starts):
                    coming = beside.submit(self._rows.chunk, self._known, starts[index + 1], PART_ROWS)
                paths.append(self._part(index, start, chunk, stack))
                given.append(beside.submit(each, paths[-1], start, chunk.n_rows))
                done = start + chunk.n_rows
                self._tell("score", _READ + (_SCORED - _READ) * done / n_rows, f"{done:,} of {n_rows:,} rows answered")
            for future in given:
                future.result()
        if self.n_before:
            log.info("%s rows had been answered before, in an attempt that did not end", f"{self.n_before:,}")
        return paths

    def _part(self, index: int, start: int, chunk: Chunk, stack: ExitStack) -> Path:
        if self.parts.done(index) is None:
            scores = self._predictor.score(chunk.columns, collect=True, allow_absent=True, tally=self.watch)
            errors = {**{row: error.problem for row, error in scores.errors.items()}, **chunk.errors}
            file = self._blobs.scratch()
            write_part(file, self._contract, scores, errors, self._out)
            self.parts.place(index, file, {"n_rows": chunk.n_rows, "n_errors": len(errors)})
            path = stack.enter_context(self.parts.local(index))
        else:
            self._predictor.count(chunk.columns, self.watch)
            self.n_before += chunk.n_rows
            path = stack.enter_context(self.parts.local(index))
            scores, errors = read_part(path, self._contract)
        self._count(start, scores, errors)
        return path

    def _count(self, start: int, scores: Scores, errors: Mapping[int, str]) -> None:
        good = np.ones(len(scores.predictions), bool)
        good[list(errors)] = False
        self.watch.add_scores(_without(scores, good))
        if self._contract.task.is_classification:
            self.labels.update(scores.predictions[good].tolist())
        else:
            self._sum += float(scores.predictions[good].sum())
        self._n_errors += len(errors)
        for row in sorted(errors)[: SHOWN_ERRORS - len(self.errors)]:
            self.errors.append({"row": start + row + 1, "message": errors[row]})

    def result(self, report: DriftReport) -> BatchResult:
        """Return the facts for the record."""
        n_rows, n_answered = self._rows.n_rows, self.n_answered
        is_number = not self._contract.task.is_classification
        answered = f"{n_answered:,} of {n_rows:,} rows answered." if self._n_errors else f"{n_rows:,} rows answered."
        return BatchResult(
            n_rows=n_rows,
            n_errors=self._n_errors,
            n_rejected=self._rows.reading.n_rejected,
            verdict=f"{answered} {report.verdict}",
            labels=tuple(
                Share(label=shorten(label, 80), share=round(n / n_answered, 6))
                for label, n in self.labels.most_common(MAX_TOLD_LABELS)
            ),
            mean=self._sum / n_answered if is_number and n_answered else None,
            drift=drift_summary(report),
        )


def _without(scores: Scores, good: Any) -> Scores:
    return Scores(
        predictions=scores.predictions[good],
        probabilities=None if scores.probabilities is None else scores.probabilities[good],
        intervals=None,
        errors={},
        notices=(),
    )


def drift_summary(report: DriftReport) -> DriftSummary:
    """Return what lists show of a drift report."""
    estimate = report.estimate
    return DriftSummary(
        severity=report.severity,
        verdict=report.verdict,
        n_columns=len(report.columns),
        n_drifted=len(report.drifted),
        columns=tuple(
            ColumnSummary(column=c.column, severity=c.severity, psi=None if c.psi is None else round(c.psi, 6))
            for c in report.drifted[:MAX_TOLD_COLUMNS]
        ),
        prediction=report.prediction.severity if report.prediction else "",
        accuracy=estimate.metrics["accuracy"] if estimate else None,
        accuracy_low=estimate.accuracy_low if estimate else None,
        accuracy_high=estimate.accuracy_high if estimate else None,
    )


def _histogram(report: DriftReport, contract: Contract) -> dict[str, Any] | None:
    """Return the distribution of the answers beside that of training, where the model file keeps one."""
    if report.prediction is None or "edges" not in report.prediction.shares:
        return None
    what = f"Probability of {contract.positive}" if contract.positive else f"Predicted {contract.target}"
    return {"label": what, **report.prediction.shares}


def _remarks(rows: Rows) -> list[Notice]:
    return [Notice(code="reading", severity="info", message=remark) for remark in rows.remarks]
