"""Results and data sets for tests of the benchmark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.quality.datasets import DataSet
from benchmarks.quality.results import FAILED, OK, Result
from benchmarks.quality.runs import losses_file

from automl_lite.domain.columns import Task


def result(dataset: str = "a", system: str = "ours", loss: float | None = 0.4, **changes: Any) -> Result:
    told = {
        "dataset": dataset,
        "system": system,
        "budget_s": 60.0,
        "seed": 0,
        "state": FAILED if loss is None else OK,
        "metric": "log-loss",
        "loss": loss,
        "baseline": 1.0,
        "fit_s": 58.0,
        "wall_s": 62.0,
        "peak_mb": 300.0,
        "size_mb": 1.5,
        "row_ms": 0.1,
        "many_s": 0.2,
        "promised": None,
        "promised_low": None,
        "promised_high": None,
        "n_train": 300,
        "n_test": 100,
        "version": "1.0",
        "busy_before": 0.0,
        "measured_at": "2026-11-21T12:00:00+00:00",
        "error": "",
    }
    return Result(**(told | changes))


def keep_losses(found: Result, losses: list[float], work: Path, *, by_time: bool = False) -> None:
    file = losses_file(found.cell, work)
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(file, losses=np.array(losses), rows=np.arange(len(losses)), by_time=by_time)


def loans(folder: Path, **changes: Any) -> DataSet:
    """60 rows; paid or not depends on the amount, two thirds are paid; one label is missing."""
    rows = ["id,amount,city,day,paid"]
    for i in range(60):
        label = "" if i == 7 else "yes" if i % 3 else "no"
        rows.append(
            f"{i},{100 + i % 3 * 50 + i % 5},{'ABC'[i % 3]}{i % 4},2024-{i % 12 + 1:02}-{i % 28 + 1:02},{label}"
        )
    file = folder / "loans.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    told = {"name": "loans", "file": file, "target": "paid", "task": Task.BINARY, "drop": ("id",)}
    return DataSet(**(told | changes))
