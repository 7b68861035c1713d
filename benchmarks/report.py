"""Results as a table on the terminal and as JSON in ``benchmarks/results/``."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"
_PACKAGES = ("automl-lite", "numpy", "onnxruntime", "duckdb", "fastapi", "uvicorn")


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; the first column is left-aligned, figures are right-aligned."""
    table = Table(title=title, title_justify="left")
    for i, name in enumerate(header):
        table.add_column(name, justify="right" if i else "left")
    for row in rows:
        table.add_row(*(f"{cell:,.3g}" if isinstance(cell, float) else str(cell) for cell in row))
    Console(width=120).print(table)


def write(name: str, result: dict[str, Any]) -> Path:
    """Write ``result`` with the circumstances it was measured under."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}.json"
    circumstances = {
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "cores": os.cpu_count(),
        "load_1min": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "versions": {package: version(package) for package in _PACKAGES},
    }
    file.write_text(json.dumps(circumstances | result, indent=1) + "\n", encoding="utf-8")
    print(f"Written to benchmarks/results/{file.name}")
    return file
