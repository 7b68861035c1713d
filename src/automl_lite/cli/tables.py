"""Answers as Parquet or as a workbook: scored in parts as the platform does it, and resumed as there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automl_lite.cli.output import needs
from automl_lite.domain.columns import Notice
from automl_lite.errors import AutoMLLiteError

if TYPE_CHECKING:
    from automl_lite.inference import Predictor

TABLES = {".parquet": "results.parquet", ".xlsx": "results.xlsx"}
SHOWN_ERRORS = 10  # named on the terminal; the file has them all


class TooLargeForWorkbook(AutoMLLiteError):
    """More rows or cells than a spreadsheet opens."""

    code = "too-large-for-workbook"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of answered rows; ``n_before`` of them had been answered in a run that did not end."""

    n_rows: int
    n_errors: int
    errors: Sequence[str]
    notices: Sequence[Notice]
    n_before: int
    error_column: str
    remarks: Sequence[str] = field(default=())


def write_table(
    predictor: Predictor, data: Path, output: Path, key: Mapping[str, Any], *, threads: int, allow_absent: bool
) -> Told:
    """Answer every row of ``data`` and write ``output``, whole or not at all.

    A run that was killed leaves its finished parts in the folder ``NAME.parts``; the same call goes on with them.

    Raises
    ------
    MissingColumns
        Unless ``allow_absent``.
    TooLargeForWorkbook, ExtraMissing, IngestError
    """
    with needs("Writing Parquet and XLSX", "train"):
        from automl_lite.blobs.local import LocalBlobs
        from automl_lite.domain.batches import Batch
        from automl_lite.domain.records import utcnow
        from automl_lite.ingest.rows import RowFile
        from automl_lite.worker.scoring import kinds_of, score
    folder = output.with_name(output.name + ".parts").absolute()
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    name = TABLES[output.suffix.lower()]
    batch = Batch(
        id="rows",
        user_id="",
        name=data.name,
        created_at=utcnow(),
        job_id="",
        dataset_id="",
        dataset_name=data.name,
        allow_problems=True,
    )
    try:
        with RowFile(data, kinds_of(predictor.contract), threads=threads, folder=out) as rows:
            predictor.check_names(rows.names, allow_absent=allow_absent)
            blobs = LocalBlobs((folder / "blobs").as_uri())
            scored = score(batch, predictor, rows, blobs, out, lambda *_: None, key=key)
    except AutoMLLiteError:  # the same call would fail again; after a crash the parts stay
        shutil.rmtree(folder)
        raise
    if name not in scored.files:
        shutil.rmtree(folder)
        raise TooLargeForWorkbook(
            f"{scored.result.n_rows:,} rows are more than a spreadsheet opens.", hint="Write .csv or .parquet."
        )
    os.replace(scored.files[name], output)
    shutil.rmtree(folder)
    wrong = scored.summary["errors"][:SHOWN_ERRORS]
    notices = [Notice(**notice) for notice in scored.summary["notices"]]
    return Told(
        scored.result.n_rows,
        scored.result.n_errors,
        [f"Row {error['row']:,}: {error['message']}" for error in wrong],
        [notice for notice in notices if notice.code != "reading"],
        scored.n_before,
        scored.summary["error_column"],
        [notice.message for notice in notices if notice.code == "reading"],
    )
