"""Small typed tables for data reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from automl_lite.domain.columns import Column, Kind, Task
from automl_lite.ingest import profile_table
from automl_lite.training.reports import write_eda
from tests.unit.training.reports.page import Page


def shop(n_rows: int = 400, seed: int = 0) -> tuple[pd.DataFrame, list[Column]]:
    """Orders: ``late`` depends on ``days`` and, less, on ``carrier``; ``noise`` on nothing."""
    rng = np.random.default_rng(seed)
    days = rng.integers(1, 15, n_rows).astype(np.float64)
    carrier = rng.choice(["Post", "Bike", "Van"], n_rows, p=[0.6, 0.3, 0.1]).astype(object)
    odds = 0.6 * (days - 7) + np.where(carrier == "Bike", 1.5, 0.0)
    late = rng.random(n_rows) < 1 / (1 + np.exp(-odds))
    frame = pd.DataFrame(
        {
            "late": np.where(late, "yes", "no").astype(object),
            "days": np.where(rng.random(n_rows) < 0.1, np.nan, days),
            "carrier": carrier,
            "noise": rng.normal(size=n_rows),
            "price": np.round(np.exp(rng.normal(3, 0.5, n_rows)) + 4 * days, 2),
            "sent": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n_rows), unit="h"),
            "order": [f"A{i:05d}" for i in range(n_rows)],
        }
    )
    frame["sent"] = frame["sent"].astype("datetime64[us]")
    for name in ("late", "carrier", "order"):
        frame[name] = frame[name].astype(object)
    kinds = [Kind.CATEGORY, Kind.INTEGER, Kind.CATEGORY, Kind.NUMBER, Kind.NUMBER, Kind.DATETIME, Kind.ID]
    return frame, [Column(name=name, kind=kind) for name, kind in zip(frame.columns, kinds, strict=True)]


def report(
    folder: Path, frame: pd.DataFrame, columns: list[Column], target: str, task: Task, **options: Any
) -> tuple[Page, dict[str, Any]]:
    """Write a data report; return it parsed, and the profile it was made from."""
    found = profile_table(_table(folder / "table.parquet", frame, columns), columns, target=target)
    options = {"notices": found.notices, "max_seconds": 60.0} | options
    path = folder / "eda.html"
    write_eda(path, frame, profile=found.as_dict(), target=target, task=task, columns=columns, **options)
    return Page.read(path), found.as_dict()


_SQL = {Kind.NUMBER: "DOUBLE", Kind.INTEGER: "BIGINT", Kind.BOOLEAN: "BOOLEAN", Kind.DATETIME: "TIMESTAMP"}


def _table(path: Path, frame: pd.DataFrame, columns: list[Column]) -> Path:
    """Write the frame as the typed table it would have been loaded from."""
    plain = pd.DataFrame({f"c{i}": frame[c.name] for i, c in enumerate(columns)})
    names = ['"' + column.name.replace('"', '""') + '"' for column in columns]
    cells = [f"c{i}::{_SQL.get(c.kind, 'VARCHAR')}" for i, c in enumerate(columns)]
    cells = [
        f"CASE WHEN isnan(c{i}) THEN NULL ELSE {cell} END" if column.kind in {Kind.NUMBER, Kind.INTEGER} else cell
        for i, (cell, column) in enumerate(zip(cells, columns, strict=True))
    ]
    with duckdb.connect() as db:
        db.register("plain", plain)
        listed = ", ".join(f"{cell} AS {name}" for cell, name in zip(cells, names, strict=True))
        db.execute(f"COPY (SELECT {listed} FROM plain) TO '{path}' (FORMAT parquet)")
    return path
