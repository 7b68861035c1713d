"""How fast a server answers: rows and batches for boosted-tree ensembles of two qualities against /health, in one run.

``make bench-serving``. One server process, one generator process, loopback, warm.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

import onnx

from benchmarks.load import Load, drive, in_turns
from benchmarks.report import show, write
from benchmarks.server import Server, serving

CREDIT = Path(__file__).parents[1] / "examples" / "credit.csv"
TARGET = "Status"
CONNECTIONS = 16
BATCH = 100


def rows(file: Path, target: str, n: int) -> list[dict[str, Any]]:
    """Return the first rows of a table as a client would send them: numbers as numbers, empty cells as null."""
    with file.open(encoding="utf-8", newline="") as handle:
        raw = [row for row, _ in zip(csv.DictReader(handle), range(n), strict=False)]
    return [{name: _value(text) for name, text in row.items() if name != target} for row in raw]


def _value(text: str) -> object:
    if text in ("", "NA"):
        return None
    try:
        return float(text)
    except ValueError:
        return text


def measure(server: Server, job_id: str, *, seconds: float, rounds: int) -> dict[str, Any]:
    """Drive /health, one row and a batch by turns; return figures and ratios."""
    info = server.get(f"/predict/{job_id}/info")
    table = rows(CREDIT, TARGET, BATCH)
    one = json.dumps({"features": table[0]}).encode()
    many = json.dumps({"rows": table}).encode()
    health, predict = f"{server.url}/health", f"{server.url}/predict/{job_id}"
    for body in (one, many):
        drive(predict, body=body, connections=2, seconds=0.5)
    busy = in_turns([(health, None), (predict, one)], connections=CONNECTIONS, seconds=seconds, rounds=rounds)
    alone = in_turns([(health, None), (predict, one), (predict, many)], connections=1, seconds=seconds, rounds=rounds)
    for load in (*busy, *alone):
        if set(load.statuses) != {200}:
            raise RuntimeError(f"not every answer was 200: {load.statuses}")
    return {
        "model": {
            "type": info["model_type"],
            "trees": trees(server.client.get(info["onnx_url"]).content),
            "columns": len(info["inputs"]),
            "bytes": info["model_bytes"],
        },
        "seconds_each": seconds * rounds,
        f"connections_{CONNECTIONS}": {"health": figures(busy[0]), "one_row": figures(busy[1])},
        "connections_1": {
            "health": figures(alone[0]),
            "one_row": figures(alone[1]),
            f"{BATCH}_rows": figures(alone[2]),
        },
        "ratios": {
            "requests_per_second_one_row_to_health": busy[1].per_second / busy[0].per_second,
            "p99_one_row_to_health": alone[1].percentile_ms(99) / alone[0].percentile_ms(99),
            f"cost_{BATCH}_rows_to_one": alone[2].percentile_ms(50) / alone[1].percentile_ms(50),
        },
    }


def trees(file: bytes) -> int:
    """Return how many trees a model file holds."""
    nodes = onnx.load_from_string(file).graph.node
    return sum(len(a.ints) for n in nodes for a in n.attribute if a.name == "tree_roots")


def figures(load: Load) -> dict[str, float]:
    """Return requests a second and latencies in milliseconds."""
    return {
        "per_second": round(load.per_second, 1),
        **{f"p{q}_ms": round(load.percentile_ms(q), 3) for q in (50, 95, 99)},
    }


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="seconds of each turn")
    parser.add_argument("--rounds", type=int, default=4, help="turns of each request")
    parser.add_argument("--budget-s", type=float, default=30.0, help="seconds of training")
    options = parser.parse_args()
    results = {}
    with serving() as server:
        for quality in ("fast", "balanced"):
            job_id = server.train(CREDIT, TARGET, budget_s=options.budget_s, quality=quality)
            results[quality] = measure(server, job_id, seconds=options.seconds, rounds=options.rounds)
    for quality, result in results.items():
        tell(quality, result)
    write("serving", results)


def tell(quality: str, result: dict[str, Any]) -> None:
    """Print the figures of one model."""
    model = result["model"]
    table = [
        (f"{name}, {group.replace('_', ' ')}", *values.values())
        for group in (f"connections_{CONNECTIONS}", "connections_1")
        for name, values in result[group].items()
    ]
    size = f"{model['columns']} columns, {model['trees']} trees, {model['bytes'] / 1e6:.1f} MB"
    show(
        f"Serving, quality {quality}: {model['type']} on {size}",
        ("request", "per second", "p50 ms", "p95 ms", "p99 ms"),
        table,
    )
    limits = {"requests_per_second_one_row_to_health": "≥ 0.5", "p99_one_row_to_health": "≤ 5"}
    show(
        "Ratios within this run",
        ("ratio", "measured", "wanted"),
        [(name.replace("_", " "), value, limits.get(name, "< 5")) for name, value in result["ratios"].items()],
    )


if __name__ == "__main__":
    main()
