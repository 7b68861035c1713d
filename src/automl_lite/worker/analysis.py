"""``python -m automl_lite.worker.analysis``: tasks on standard input, answers on standard output, a line of JSON each.

``read``: a file → typed table, reading, cards, preview. ``target``: a table and a column → what predicting it means.
``check``: a file and a model → whether they fit.
"""

from __future__ import annotations

import json
import random
import re
import select
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from automl_lite.domain.errors import Failure
from automl_lite.domain.records import to_plain
from automl_lite.errors import AutoMLLiteError
from automl_lite.worker.cards import cards, merged, plain

PREVIEW_ROWS = 100
SAMPLE_ROWS = 500
# A preview of a very wide table shows fewer rows, so that it stays below a few megabytes.
PREVIEW_CELLS = 100_000
MAX_CLASSES = 100
# A process that waits for a task in vain gives its 100 MB back after so many seconds.
IDLE_S = 600.0
LEAN_BYTES = 250_000_000


def read(task: Mapping[str, Any]) -> dict[str, Any]:
    """Read a file; write its table, reading, cards and preview; return what the data set's record keeps."""
    from automl_lite import ingest
    from automl_lite.domain.columns import Kind

    table = Path(task["table"])
    kinds = {name: Kind(kind) for name, kind in task["kinds"].items()}
    reading = ingest.read_file(
        Path(task["raw"]), out=table, filename=task["filename"], limits=ingest.Limits(**task["limits"]), kinds=kinds
    )
    profile = ingest.profile_table(table, reading.columns).as_dict()
    told = reading.as_dict()
    shown = cards(told, profile, task["kinds"], _problem_types(profile))
    _write(task["reading"], told)
    _write(task["cards"], shown)
    _write(task["preview"], preview(table, [column.name for column in reading.columns], reading.n_rows))
    n_cells = reading.n_rows * len(reading.columns)
    n_missing = sum(column["n_missing"] for column in shown["columns"])
    return {
        "format": reading.format,
        "encoding": reading.encoding,
        "delimiter": reading.delimiter,
        "source_sha256": reading.source_sha256,
        "n_rows": reading.n_rows,
        "n_columns": len(reading.columns),
        "n_rejected": reading.n_rejected,
        "n_notices": len(shown["notices"]),
        "missing_share": round(n_missing / n_cells, 6) if n_cells else 0.0,
    }


def _problem_types(profile: Mapping[str, Any]) -> dict[str, Any]:
    """Return the problem type of every column that could be a target."""
    from automl_lite import ingest

    found = {}
    for column in profile["columns"]:
        try:
            checked = ingest.check_target(profile, column["name"])
        except AutoMLLiteError:
            continue
        found[column["name"]] = {"task": checked.task.value, "reason": checked.reason}
    return found


def preview(table: Path, names: list[str], n_rows: int) -> dict[str, Any]:
    """Return the first rows and a sample of all, the same sample for the same table."""
    import duckdb

    n_first = max(1, min(PREVIEW_ROWS, PREVIEW_CELLS // max(1, len(names))))
    n_sample = max(1, min(SAMPLE_ROWS, PREVIEW_CELLS // max(1, len(names))))
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.read_parquet(str(table), file_row_number=True).create_view("rows")
        by_place = "SELECT * FROM rows WHERE file_row_number IN (SELECT unnest(?))"
        first = connection.execute("SELECT * FROM rows WHERE file_row_number < ?", [n_first]).fetchall()
        places = random.Random(7).sample(range(n_rows), min(n_sample, n_rows))  # noqa: S311 - a look, no secret
        sample = connection.execute(by_place, [places]).fetchall()
    return {
        "columns": names,
        "first": _rows(sorted(first, key=lambda row: row[-1])),
        "random": _rows(sorted(sample, key=lambda row: row[-1])),
    }


def _rows(rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    return {
        "rows": [[plain(value) for value in row[:-1]] for row in rows],
        "row_numbers": [int(row[-1]) + 1 for row in rows],
    }


def target(task: Mapping[str, Any]) -> dict[str, Any]:
    """Check a column as the target; return the API's view of it, and the profile for the training."""
    from automl_lite import ingest
    from automl_lite.services.training import metrics_of

    reading = ingest.Reading.from_dict(json.loads(Path(task["reading"]).read_text(encoding="utf-8")))
    name = task["column"]
    profile = ingest.profile_table(Path(task["table"]), reading.columns, target=name).as_dict()
    statistics = next(column for column in profile["columns"] if column["name"] == name)
    column = next(column for column in reading.columns if column.name == name)
    n_missing = statistics.get("n_missing", 0)
    shown: dict[str, Any] = {
        "column": name,
        "trainable": False,
        "task": None,
        "reason": "",
        "alternatives": [],
        "n_rows": reading.n_rows - n_missing,
        "n_missing": n_missing,
        "classes": [],
        "n_classes": None,
        "majority_share": None,
        "histogram": None,
        "metrics": [],
        "default_metric": None,
        "notices": merged(profile["notices"]),
        "error": None,
    }
    try:
        found = ingest.check_target(profile, name)
    except AutoMLLiteError as err:
        return {"target": shown | {"error": to_plain(Failure.of(err))}, "profile": profile}
    chosen = found.task.value
    shown |= {
        "trainable": True,
        "task": chosen,
        "reason": found.reason,
        "alternatives": _alternatives(profile, column.kind.value, name, chosen),
        "metrics": list(metrics_of(chosen)),
        "default_metric": metrics_of(chosen)[0],
    }
    if found.task.is_classification:
        classes = list(statistics.get("top_values") or [])[:MAX_CLASSES]
        shown |= {
            "classes": classes,
            "n_classes": statistics.get("n_distinct"),
            "majority_share": classes[0]["share"] if classes else None,
        }
    else:
        shown["histogram"] = statistics.get("histogram")
    return {"target": shown, "profile": profile}


def _alternatives(profile: Mapping[str, Any], kind: str, name: str, chosen: str) -> list[dict[str, Any]]:
    from automl_lite import ingest
    from automl_lite.domain.columns import Task

    answers = []
    for task in Task:
        if task.value == chosen:
            continue
        try:
            reason = ingest.check_target(profile, name, task=task).reason
            answers.append({"task": task.value, "allowed": True, "reason": reason})
        except AutoMLLiteError as err:
            answers.append({"task": task.value, "allowed": False, "reason": err.message})
    return answers


def _write(path: str, value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    Path(path).write_text(text, encoding="utf-8")


def _task_comes() -> bool:
    """Wait until a task stands on standard input; false after a while without one."""
    if sys.platform == "win32":  # cannot wait for a pipe with a time limit
        return True
    return bool(select.select([sys.stdin], [], [], IDLE_S)[0])


def check(task: Mapping[str, Any]) -> dict[str, Any]:
    """Compare a file with what a model takes."""
    from automl_lite.worker import checking

    return checking.check(task)


TASKS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {"read": read, "target": target, "check": check}


def main() -> int:
    """Answer tasks, a line each, until no more come or the process has grown.

    Expected errors are an answer as well; unexpected ones end the process and leave their traceback on standard error.
    """
    from automl_lite import ingest  # noqa: F401 - whoever waits for a task has its packages loaded
    from automl_lite.worker.__main__ import limit_memory

    goes_on = True
    while goes_on and _task_comes() and (line := sys.stdin.readline()):
        task = json.loads(line)
        # The reader bounds its own tables; the rest is the interpreter, the preview and the cards.
        limit_memory(task["memory_mb"] + 1024)
        said: dict[str, Any] = {}
        try:
            said["answer"] = TASKS[task["task"]](task)
        except AutoMLLiteError as err:
            said["error"] = to_plain(Failure.of(err))
        goes_on = said["again"] = _is_lean()
        sys.stdout.write(json.dumps(said, ensure_ascii=True) + "\n")
        sys.stdout.flush()
    return 0


def _is_lean() -> bool:
    """Whether the process never held so much memory that a fresh one is the better choice for the next task."""
    try:
        # What getrusage tells would include the memory of the process that started this one.
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:  # no Linux
        return False
    peak = re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)
    return peak is not None and int(peak[1]) * 1024 <= LEAN_BYTES


if __name__ == "__main__":
    sys.exit(main())
