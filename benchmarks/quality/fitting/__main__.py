"""Fit one system in its own process: ``python -m benchmarks.quality.fitting JOB.json``.

Leaves ``fitted.json`` as soon as the model is saved (the harness stops its clock there), then ``predictions.npy`` and
``measured.json`` in the job's folder.
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.quality.fitting.job import Job, Model

WARM_UP = 3
ROW_REPEATS = 200
ROW_S = 5.0  # seconds at most
MANY = 10_000
MANY_REPEATS = 3
MANY_S = 20.0


def main() -> None:
    """Fit, save, predict, measure."""
    job = Job.read(Path(sys.argv[1]))
    folder = Path(job.folder)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: job.cores])
    adapter = import_module(f"benchmarks.quality.fitting.{job.adapter}")
    adapter.load()  # imports are nobody's training time
    started = time.monotonic()
    model: Model = adapter.fit(job)
    fit_s = time.monotonic() - started
    _leave(folder / "fitted.json", {"fit_s": fit_s, "size_bytes": model.size_bytes, "version": version(job.package)})
    rows = model.read(job.test)
    predictions = in_order(model.predict(rows), model.labels, job)
    np.save(folder / "predictions.npy", predictions)
    one = model.take(rows, [0])
    many = model.take(rows, [i % len(predictions) for i in range(MANY)])
    facts = {"fit_s": fit_s, "size_bytes": model.size_bytes, "version": version(job.package)}
    _leave(folder / "fitted.json", facts | {"promise": model.promise})
    rows = model.read(job.test)
    predictions = in_order(model.predict(rows), model.labels, job)
    np.save(folder / "predictions.npy", predictions)
    one = model.take(rows, [0])
    many = model.take(rows, [i % len(predictions) for i in range(MANY)])
    _leave(
        folder / "measured.json",
        {
            "row_ms": 1e3 * typical_s(model, one, WARM_UP, ROW_REPEATS, ROW_S),
            "many_s": typical_s(model, many, 0, MANY_REPEATS, MANY_S),
        },
    )
    sys.stdout.flush()
    os._exit(0)  # threads and servers that a system leaves behind are not waited for


def in_order(predictions: Any, labels: list[str], job: Job) -> np.ndarray[Any, Any]:
    """Predictions as (n,) numbers, or (n, n_classes) probabilities in the order of the job's classes.

    A class that the system does not know gets 0. Raises ValueError for labels that were not in the training rows.
    """
    given = np.asarray(predictions, np.float64)
    if job.is_regression:
        return given.reshape(len(given))
    strange = set(labels) - set(job.classes)
    if strange or given.shape != (len(given), len(labels)):
        raise ValueError(f"Predictions of shape {given.shape} for the labels {labels} instead of {job.classes}.")
    out = np.zeros((len(given), len(job.classes)))
    out[:, [job.classes.index(label) for label in labels]] = given
    return out


def typical_s(model: Model, rows: Any, warm_up: int, repeats: int, most_s: float) -> float:
    """Median seconds of a prediction, of up to ``repeats`` in ``most_s`` seconds."""
    for _ in range(warm_up):
        model.predict(rows)
    times: list[float] = []
    ends = time.monotonic() + most_s
    while not times or (len(times) < repeats and time.monotonic() < ends):
        started = time.perf_counter()
        model.predict(rows)
        times.append(time.perf_counter() - started)
    return median(times)


def _leave(file: Path, facts: dict[str, Any]) -> None:
    """Write under another name and rename, so that the harness never reads half a file."""
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(facts), encoding="utf-8")
    draft.replace(file)


if __name__ == "__main__":
    main()
