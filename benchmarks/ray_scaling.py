"""What a second node gains: the same training in one thread, on one Ray node and on two of one CPU each.

    python -m benchmarks.ray_scaling [--models 12] [--rows 20000] [--out FILE]

All nodes are processes of this machine, so it needs two free cores to show anything. Each way is measured in turn, in a
process of its own, after a run that nobody counts; the model files must be equal byte for byte.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

WAYS = {"threads, 1 at a time": 0, "Ray, 1 node × 1 CPU": 1, "Ray, 2 nodes × 1 CPU": 2}


def main() -> None:
    """Measure every way ``--repeats`` times, in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=12)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--nodes", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.nodes is not None:
        print(json.dumps(measured(asked.data, asked.models, asked.nodes)))
        return
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "table.csv"
        write_table(data, asked.rows)
        for _ in range(asked.repeats):
            for way, nodes in WAYS.items():
                command = [sys.executable, "-m", "benchmarks.ray_scaling", "--nodes", str(nodes), "--data", str(data)]
                done = subprocess.run(
                    [*command, "--models", str(asked.models)], capture_output=True, text=True, check=True
                )
                found[way].append(json.loads(done.stdout.splitlines()[-1]))
                print(f"{way}: {found[way][-1]}", file=sys.stderr)
    told(found, asked)


def measured(data: Path, models: int, nodes: int) -> dict[str, Any]:
    """Seconds of the search and of the whole run, and the fingerprint of the file."""
    from automl_lite.training import TrainConfig, train_file

    cluster = None
    if nodes:
        from ray.cluster_utils import Cluster

        os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"
        # the node that asks has no CPU to fit on, as the head of a cluster should
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
        for _ in range(nodes):
            cluster.add_node(num_cpus=1)
        os.environ["RAY_ADDRESS"] = cluster.address
    try:
        for n in (1, models):  # the first one starts processes and loads libraries, which is told apart
            marks: dict[str, float] = {}
            config = TrainConfig(
                budget_s=3_600, max_models=n, eda="none", workers=1 if not nodes else None,
                engine_workers="ray" if nodes else "threads",
            )  # fmt: skip
            started = time.monotonic()
            with tempfile.TemporaryDirectory() as out:
                run = train_file(
                    data, target="y", out=Path(out), config=config, progress=partial(noted, marks, started)
                )
            whole = time.monotonic() - started
    finally:
        if cluster is not None:
            cluster.shutdown()
    return {
        "load": round(os.getloadavg()[0], 1),
        "search_s": round(marks["blend"] - marks["search"], 2),
        "refit_s": round(marks["export"] - marks["refit"], 2),
        "whole_s": round(whole, 2),
        "sha256": hashlib.sha256(run.onnx).hexdigest(),
    }


def noted(marks: dict[str, float], started: float, event: Any) -> None:
    """Keep when search, blend, refit and export began."""
    at = time.monotonic() - started
    stage, message = event.stage, event.message
    if message == "Looking for the best models":
        marks["search"] = at
    elif "on all training rows" in message:
        marks["refit"] = at
    elif stage in ("blend", "export"):
        marks.setdefault(stage, at)


def write_table(file: Path, n: int) -> None:
    """Numbers and categories with something to find in them."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 12))
    level = rng.integers(0, 30, n)
    signal = x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + 0.5 * (level % 3) + rng.normal(size=n)
    frame = pd.DataFrame(x, columns=[f"x{i}" for i in range(12)]).assign(level=[f"l{v}" for v in level])
    frame.assign(y=np.where(signal > 0.5, "yes", "no")).to_csv(file, index=False, float_format="%.4f")


def told(found: dict[str, list[dict[str, Any]]], asked: argparse.Namespace) -> None:
    """Print the table of medians; write the raw figures where asked."""
    same = len({run["sha256"] for runs in found.values() for run in runs}) == 1
    alone = float(np.median([run["search_s"] for run in found["Ray, 1 node × 1 CPU"]]))
    print(f"{asked.rows:,} rows, {asked.models} models, median of {asked.repeats}; files equal: {same}")
    for way, runs in found.items():
        search, refit, whole = (float(np.median([run[k] for run in runs])) for k in ("search_s", "refit_s", "whole_s"))
        print(f"{way:24} search {search:6.1f} s   refit {refit:5.1f} s   whole {whole:6.1f} s   × {alone / search:.2f}")
    if asked.out:
        about = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "rows": asked.rows,
            "models": asked.models,
            "equal": same,
            "runs": found,
        }
        asked.out.write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
