"""Reading a large CSV: time and memory of ``read_file``, the profile and confirm beside what DuckDB alone needs.

``make bench-ingest`` (about five minutes; ``--rows 200000`` for a short look). Each measurement has a process of its
own, taken in turn; ratios are of medians within one run. Confirm is asked of a server over HTTP, while /health is
asked all the time. The data has all kinds of columns and no dirt: dirty files take the careful way, which reads the
text again.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx2
import psutil

from benchmarks.report import show, write
from benchmarks.server import Server, serving

N_COLUMNS = 20
TARGET = "churned"
CONFIRM = "confirm over HTTP"
MAX_PEAK_BYTES = 1_500_000_000
# What each measurement is held to: at most so many times the DuckDB measurement beside it.
LIMITS = {
    "read, profile": ("DuckDB: read", 3.0),
    "read": ("DuckDB: read, Parquet", 2.0),
    CONFIRM: ("DuckDB: read, Parquet", 2.0),
}
MAX_HEALTH_MS = 200  # p99 while a file is confirmed
MAX_GROWTH_BYTES = 300_000_000  # of the server process
_COLUMNS = (
    "100000 + i AS customer_id",
    "DATE '2015-01-01' + (h(i, 1) % 3650)::INT AS ordered",
    "TIMESTAMP '2020-01-01' + INTERVAL (h(i, 2) % 100000000) SECOND AS paid_at",
    "(1000 + h(i, 3) % 9000) / 100 AS price",
    "1 + h(i, 4) % 20 AS n_items",
    "['red', 'green', 'blue', 'black', 'white'][1 + h(i, 5) % 5] AS colour",
    "'city ' || (h(i, 6) % 900) AS city",
    "h(i, 7) % 3 = 0 AS is_member",
    "18 + h(i, 8) % 70 AS age",
    "CASE WHEN h(i, 9) % 20 > 0 THEN (200000 + h(i, 10) % 800000) / 10 END AS income",
    "(h(i, 11) % 180000000 - 90000000) / 1000000 AS latitude",
    "(h(i, 12) % 360000000 - 180000000) / 1000000 AS longitude",
    "CASE WHEN h(i, 13) % 8 > 0 THEN ['web', 'shop', 'phone'][1 + h(i, 14) % 3] END AS channel",
    "'SKU-' || (h(i, 15) % 5000) AS product",
    "(h(i, 16) % 100000) / 1000 AS score_a",
    "round(ln(1e-9 + (h(i, 17) % 1000000) / 1000000), 6) AS score_b",
    "h(i, 18) % 100000 AS visits",
    "'part ' || (h(i, 19) % 97) || ', lot ' || (h(i, 20) % 89) AS remark",
    "CASE WHEN h(i, 21) % 3 > 0 THEN h(i, 22) % 12 END AS months",
    f"CASE WHEN h(i, 23) % 10 < 3 THEN 'yes' ELSE 'no' END AS {TARGET}",
)


def write_csv(path: Path, n_rows: int) -> None:
    """Write a table of 20 columns: ids, whole numbers, decimals, words, dates, times, booleans, gaps."""
    import duckdb

    with duckdb.connect() as db:
        db.execute("CREATE MACRO h(i, k) AS (hash(i, k) >> 1)::BIGINT")
        db.execute(f"COPY (SELECT {', '.join(_COLUMNS)} FROM range({n_rows}) AS r(i)) TO '{path}' (HEADER)")


def duckdb_read(source: Path, out: Path) -> None:
    import duckdb

    with duckdb.connect(config={"temp_directory": str(out.parent / "spill")}) as db:
        db.execute(f"CREATE TABLE data AS SELECT * FROM read_csv('{source}')")


def duckdb_read_and_write(source: Path, out: Path) -> None:
    import duckdb

    with duckdb.connect(config={"temp_directory": str(out.parent / "spill")}) as db:
        db.execute(f"CREATE TABLE data AS SELECT * FROM read_csv('{source}')")
        db.execute(f"COPY data TO '{out}' (FORMAT parquet)")


def read(source: Path, out: Path) -> None:
    from automl_lite.ingest import read_file

    read_file(source, out=out)


def read_and_profile(source: Path, out: Path) -> None:
    from automl_lite.ingest import profile_table, read_file

    profile_table(out, read_file(source, out=out).columns)


WAYS = {
    "DuckDB: read": duckdb_read,
    "DuckDB: read, Parquet": duckdb_read_and_write,
    "read": read,
    "read, profile": read_and_profile,
}


def one(way: str, source: Path, out: Path) -> None:
    """Measure one way in this process and print the figures as JSON; packages are imported before the clock starts."""
    import duckdb  # noqa: F401

    import automl_lite.ingest  # noqa: F401

    start, start_cpu = time.perf_counter(), time.process_time()
    WAYS[way](source, out)
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - start_cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu_seconds, "peak_bytes": peak}))


def measure(way: str, source: Path) -> dict[str, float]:
    """Measure one way in a fresh process."""
    out = source.with_name("out.parquet")
    command = [sys.executable, "-m", "benchmarks.ingest", "--one", way, "--source", str(source), "--out", str(out)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figures: dict[str, float] = json.loads(answer.splitlines()[-1])
    return figures


def confirm(server: Server, source: Path) -> dict[str, float]:
    """Upload a file and confirm it, asking /health meanwhile; memory is that of the server's own process."""
    process = psutil.Process(server.process.pid)
    dataset_id = server.upload(source)
    before = peak = process.memory_info().rss
    waited: list[float] = []
    over = threading.Event()

    def ask() -> None:
        nonlocal peak
        with httpx2.Client() as client:
            while not over.wait(0.02):
                start = time.perf_counter()
                client.get(f"{server.url}/health").raise_for_status()
                waited.append(time.perf_counter() - start)
                peak = max(peak, process.memory_info().rss)

    cpu_before = _cpu_seconds(process)
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(ask)
        start = time.perf_counter()
        found = server.confirm(dataset_id)
        seconds = time.perf_counter() - start
        cpu_seconds = _cpu_seconds(process) - cpu_before
        over.set()
        asked.result()
    if found["status"] != "ready":
        raise RuntimeError(f"the file was not read: {found['error']}")
    server.client.delete(f"{server.url}/datasets/{dataset_id}").raise_for_status()
    return {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "peak_bytes": peak - before,
        "health_p99_ms": 1000 * quantiles(waited, n=100)[98],
    }


def _cpu_seconds(process: psutil.Process) -> float:
    """Processor seconds of a process and of those that it started, ended ones included."""
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    ended = process.cpu_times()
    return float(sum(t.user + t.system for t in times) + ended.children_user + ended.children_system)


def compare(n_rows: int, repeats: int, folder: Path) -> dict[str, Any]:
    """Measure every way to read ``n_rows`` rows, in turn and ``repeats`` times."""
    source = folder / f"rows-{n_rows}.csv"
    write_csv(source, n_rows)
    taken: dict[str, list[dict[str, float]]] = {way: [] for way in (*WAYS, CONFIRM)}
    with serving() as server:
        for _ in range(repeats):
            for way in WAYS:
                taken[way].append(measure(way, source))
            taken[CONFIRM].append(confirm(server, source))
    size_bytes = source.stat().st_size
    source.unlink()
    ways = {
        way: {
            "seconds": round(median(figures["seconds"] for figures in many), 3),
            "cpu_seconds": round(median(figures["cpu_seconds"] for figures in many), 3),
            "peak_bytes": int(max(figures["peak_bytes"] for figures in many)),
        }
        for way, many in taken.items()
    }
    kept = {}
    for way, (base, limit) in LIMITS.items():
        ratio = round(ways[way]["seconds"] / ways[base]["seconds"], 2)
        kept[f"{way} / {base}"] = {"ratio": ratio, "at_most": limit, "holds": ratio <= limit}
    health_ms = round(max(figures["health_p99_ms"] for figures in taken[CONFIRM]), 1)
    return {
        "n_rows": n_rows,
        "n_columns": N_COLUMNS,
        "size_bytes": size_bytes,
        "ways": ways,
        "ratios": kept,
        "health_p99_ms": health_ms,
    }


def main() -> int:
    """Measure, print, write; 1 if a limit does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 3_000_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--one", choices=list(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one, given.source, given.out)
        return 0
    tables = []
    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as folder:
        for n_rows in given.rows:
            tables.append(compare(n_rows, given.repeats, Path(folder)))
            table = tables[-1]
            base = table["ways"]["DuckDB: read"]["seconds"]
            show(
                f"{n_rows:,} rows × {N_COLUMNS} columns, {table['size_bytes'] / 1e6:.0f} MB",
                ["", "seconds", "CPU seconds", "× DuckDB: read", "peak MB"],
                [
                    [way, f["seconds"], f["cpu_seconds"], f["seconds"] / base, round(f["peak_bytes"] / 1e6)]
                    for way, f in table["ways"].items()
                ],
            )
    held = True
    for table in tables:
        for pair, verdict in table["ratios"].items():
            held = held and verdict["holds"]
            print(f"{table['n_rows']:>10,} rows: {pair} = {verdict['ratio']} (at most {verdict['at_most']:g})")
        peak = table["ways"]["read, profile"]["peak_bytes"]
        held = held and peak <= MAX_PEAK_BYTES
        print(f"{table['n_rows']:>10,} rows: peak memory {peak / 1e6:.0f} MB (at most {MAX_PEAK_BYTES / 1e6:.0f})")
        health, growth = table["health_p99_ms"], table["ways"][CONFIRM]["peak_bytes"]
        held = held and health <= MAX_HEALTH_MS and growth <= MAX_GROWTH_BYTES
        print(
            f"{table['n_rows']:>10,} rows: while confirming, /health within {health:g} ms at p99 (at most "
            f"{MAX_HEALTH_MS}), the server grew by {growth / 1e6:.0f} MB (at most {MAX_GROWTH_BYTES / 1e6:.0f})"
        )
    write("ingest", {"tables": tables})
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
