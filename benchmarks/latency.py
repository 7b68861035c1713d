"""One row's latency: the ONNX file and the pickle of the same model, by turns, on rows that follow each other.

``make bench-latency``, or ``python -m benchmarks.latency RUN_FOLDER…`` for models that are there already.
"""

from __future__ import annotations

import argparse
import json
import pickle
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from automl_lite import Predictor
from benchmarks.report import show, write

EXAMPLES = Path(__file__).parents[1] / "examples"
ROUNDS = 15
N_ROWS = 40  # different ones: a row that comes again finds its branches predicted


def measure(folder: Path, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Median milliseconds of a row through the pickle, the Predictor and the bare session."""
    model = pickle.loads((folder / "model.pkl").read_bytes())
    predictor = Predictor(folder / "model.onnx")
    frames = [pd.DataFrame([row]) for row in rows]
    feeds = [predictor._encode_rows([row], single=True).feed for row in rows]
    outputs = list(predictor.contract.outputs.values())
    ways: dict[str, tuple[Callable[[Any], Any], Sequence[Any]]] = {
        "pickle": (model.predict, frames),
        "predictor": (predictor.answer, rows),
        "session": (lambda feed: predictor._graph(outputs, feed), feeds),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, (call, given) in ways.items():
            for one in given:
                start = time.perf_counter()
                call(one)
                seconds[way].append(time.perf_counter() - start)
    figures = {way: 1e3 * float(np.median(taken)) for way, taken in seconds.items()}
    return {
        "model": predictor.contract.model,
        "columns": len(predictor.contract.inputs),
        "file_mb": (folder / "model.onnx").stat().st_size / 1e6,
        "ms": figures,
        "session_times_faster": figures["pickle"] / figures["session"],
        "predictor_times_faster": figures["pickle"] / figures["predictor"],
    }


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """Return rows to ask for: the typical ones that the model's file holds, with its own names."""
    contract = Predictor(folder / "model.onnx").contract
    rows = list(contract.background)
    return [dict(rows[i % len(rows)]) for i in range(N_ROWS)]


def trained(folder: Path, budget_s: float, quality: str) -> list[Path]:
    """Train on each of the sample tables; return the folders of the runs."""
    from automl_lite.training import TrainConfig, train_file

    runs = []
    for sample in json.loads((EXAMPLES / "samples.json").read_text(encoding="utf-8")):
        out = folder / Path(sample["filename"]).stem
        config = TrainConfig(budget_s=budget_s, quality=quality)
        train_file(EXAMPLES / sample["filename"], target=sample["target"], out=out, config=config)
        runs.append(out)
    return runs


def main() -> None:
    """Measure, print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="*", type=Path, help="folders of trained runs; none trains on the samples")
    parser.add_argument("--budget-s", type=float, default=60.0)
    parser.add_argument("--quality", default="balanced")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folders = args.runs or trained(Path(name), args.budget_s, args.quality)
        found = {folder.name: measure(folder, rows_of(folder)) for folder in folders}
    show(
        "One row, median milliseconds",
        ("model of", "columns", "MB", "pickle", "Predictor", "session", "times"),
        [
            (name, f["columns"], f["file_mb"], *(f["ms"][w] for w in ("pickle", "predictor", "session")),
             f["session_times_faster"])
            for name, f in found.items()
        ],
    )  # fmt: skip
    if not args.runs:
        write("latency", {"budget_s": args.budget_s, "quality": args.quality, "models": found})


if __name__ == "__main__":
    main()
