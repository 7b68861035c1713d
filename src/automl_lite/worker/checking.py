"""Whether a file fits a model, told before anything is scored, with its first rows and their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from automl_lite.inference import AnswerColumns, Predictor
from automl_lite.inference.errors import closest
from automl_lite.ingest import Limits
from automl_lite.ingest.rows import RowFile
from automl_lite.worker.cards import plain
from automl_lite.worker.scoring import CHECKED_ROWS, READ_MEMORY_BYTES, check_rows, kinds_of

PREVIEW_ROWS = 20


def check(task: Mapping[str, Any]) -> dict[str, Any]:
    """Read the file ``raw`` in the types of the model file ``model`` and compare the two."""
    predictor = Predictor(Path(task["model"]))
    contract = predictor.contract
    with RowFile(
        Path(task["raw"]),
        kinds_of(contract),
        filename=task["filename"],
        limits=Limits(**task["limits"]),
        memory_bytes=READ_MEMORY_BYTES,
    ) as rows:
        notices = check_rows(contract, rows)
        inputs = [c.name for c in contract.inputs]
        known = {*inputs, *contract.ignored, contract.target}
        extra = [name for name in rows.names if name not in known]
        missing = [name for name in inputs if name not in rows.names]
        return {
            "fits": all(notice.severity != "error" for notice in notices),
            "n_rows": rows.n_rows,
            "n_checked": min(rows.n_rows, CHECKED_ROWS),
            "n_rejected": rows.reading.n_rejected,
            "has_target": contract.target in rows.names,
            "columns": rows.names,
            "missing": [{"name": name, "closest": next(iter(closest(name, extra)), None)} for name in missing],
            "extra": extra,
            "notices": [notice.as_dict() for notice in notices],
            "remarks": rows.remarks,
            "preview": _preview(predictor, rows, bool(len(missing) < len(inputs))),
        }


def _preview(predictor: Predictor, rows: RowFile, answerable: bool) -> dict[str, Any]:
    first = rows.chunk(rows.names, 0, PREVIEW_ROWS, raw=True)
    columns = [first.columns[name].tolist() for name in rows.names]
    return {
        "columns": rows.names,
        "rows": _rows(columns),
        "answers": _answers(predictor, rows) if answerable else None,
    }


def _answers(predictor: Predictor, rows: RowFile) -> dict[str, Any]:
    chunk = rows.chunk(kinds_of(predictor.contract), 0, PREVIEW_ROWS)
    scores = predictor.score(chunk.columns, collect=True, allow_absent=True)
    errors = {**{row: error.problem for row, error in scores.errors.items()}, **chunk.errors}
    added = AnswerColumns.beside(predictor.contract, rows.names)
    return {"columns": added.names(), "rows": _rows(added.values(predictor.contract, scores, errors))}


def _rows(columns: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [[plain(value) for value in row] for row in zip(*columns, strict=True)]
