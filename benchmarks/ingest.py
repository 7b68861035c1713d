"""Reading a large CSV: time and peak memory of ``read_file`` beside what DuckDB alone needs for the same bytes.

Run ``make bench-ingest`` (about five minutes) or ``python benchmarks/ingest.py --rows 200000`` for a short look. Each
measurement has a process of its own; ratios are of medians within one run, the measurements taken in turn.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "ingest.json"
N_COLUMNS = 20
# What each measurement is held to, as a multiple of DuckDB's time: reading alone has no promise of its own.
MAX_RATIO = {"read and profile": ("DuckDB read", 3.0), "read": ("DuckDB read and Parquet", 2.0)}
MAX_PEAK_BYTES = 1_500_000_000


def write_csv(path: Path, n_rows: int) -> None:
    """Write a table of 20 columns of every kind: ids, whole numbers, decimals, words, prose, dates, booleans, gaps."""
    import duckdb

    columns = [
        "100000 + i AS customer_id",
        "DATE '2015-01-01' + (h(i, 1) % 3650)::INT AS ordered",
        "TIMESTAMP '2020-01-01' + INTERVAL (h(i, 2) % 100000000) SECOND AS paid_at",
        "round(10 + 90 * random(), 2) AS price",
        "1 + h(i, 3) % 20 AS n_items",
        "['red', 'green', 'blue', 'black', 'white'][1 + h(i, 4) % 5] AS colour",
        "'city ' || (h(i, 5) % 900) AS city",
        "h(i, 6) % 3 = 0 AS is_member",
        "18 + h(i, 7) % 70 AS age",
        "CASE WHEN h(i, 8) % 20 > 0 THEN round(20000 + 80000 * random(), 1) END AS income",
        "round(random() * 180 - 90, 6) AS latitude",
        "round(random() * 360 - 180, 6) AS longitude",
        "CASE WHEN h(i, 9) % 8 > 0 THEN ['web', 'shop', 'phone'][1 + h(i, 10) % 3] END AS channel",
        "'SKU-' || (h(i, 11) % 5000) AS product",
        "round(100 * random(), 3) AS score_a",
        "round(ln(1e-9 + random()), 6) AS score_b",
        "h(i, 12) % 100000 AS visits",
        "'part ' || (h(i, 13) % 97) || ', lot ' || (h(i, 14) % 89) AS remark",
        "CASE WHEN h(i, 15) % 3 > 0 THEN h(i, 16) % 12 END AS months",
        "CASE WHEN h(i, 17) % 10 < 3 THEN 'yes' ELSE 'no' END AS churned",
    ]
    db = duckdb.connect()
    db.execute("CREATE MACRO h(i, k) AS (hash(i, k) >> 1)::BIGINT")
    db.execute("SELECT setseed(0.5)")
    db.execute(f"COPY (SELECT {', '.join(columns)} FROM range({n_rows}) AS r(i)) TO '{path}' (HEADER)")


def duckdb_read(source: Path, out: Path) -> None:
    """What DuckDB alone needs to have the table."""
    import duckdb

    db = duckdb.connect(config={"temp_directory": str(out.parent / "spill")})
    db.execute(f"CREATE TABLE data AS SELECT * FROM read_csv('{source}')")


def duckdb_read_and_write(source: Path, out: Path) -> None:
    """What DuckDB alone needs to have the table and to write it as Parquet."""
    import duckdb

    db = duckdb.connect(config={"temp_directory": str(out.parent / "spill")})
    db.execute(f"CREATE TABLE data AS SELECT * FROM read_csv('{source}')")
    db.execute(f"COPY data TO '{out}' (FORMAT parquet)")


def read(source: Path, out: Path) -> None:
    from automl_lite.ingest import read_file

    read_file(source, out=out)


def read_and_profile(source: Path, out: Path) -> None:
    from automl_lite import ingest

    columns = ingest.read_file(source, out=out).columns
    ingest.profile_table(out, columns, target="churned")


MEASURED = {
    "DuckDB read": duckdb_read,
    "DuckDB read and Parquet": duckdb_read_and_write,
    "read": read,
    "read and profile": read_and_profile,
}


def measure(name: str, source: Path, folder: Path) -> dict[str, float]:
    """Run one measurement in a fresh process; importing packages is not part of the time."""
    command = [sys.executable, __file__, "--one", name, "--source", str(source), "--out", str(folder / "out.parquet")]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(answer.splitlines()[-1])


def one(name: str, source: Path, out: Path) -> None:
    """Time one measurement in this process and print its seconds and peak memory as JSON."""
    import duckdb  # noqa: F401 - imported before the clock starts, for both sides alike

    import automl_lite.ingest  # noqa: F401

    start = time.perf_counter()
    MEASURED[name](source, out)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"seconds": seconds, "peak_bytes": peak}))


def run(n_rows: int, repeats: int, folder: Path) -> dict[str, object]:
    """Measure every way to read ``n_rows`` rows, in turn and ``repeats`` times."""
    source = folder / f"rows-{n_rows}.csv"
    write_csv(source, n_rows)
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in MEASURED}
    for _ in range(repeats):
        for name in MEASURED:
            taken[name].append(measure(name, source, folder))
    size_bytes = source.stat().st_size
    source.unlink()
    return {
        "n_rows": n_rows,
        "n_columns": N_COLUMNS,
        "size_bytes": size_bytes,
        "seconds": {name: round(statistics.median(m["seconds"] for m in many), 2) for name, many in taken.items()},
        "peak_bytes": {name: int(max(m["peak_bytes"] for m in many)) for name, many in taken.items()},
    }


def ratios(result: dict[str, object]) -> dict[str, float]:
    """The seconds of each measurement over those of what it is held to."""
    seconds: dict[str, float] = result["seconds"]  # type: ignore[assignment]
    return {f"{name} / {base}": round(seconds[name] / seconds[base], 2) for name, (base, _) in MAX_RATIO.items()}


def show(result: dict[str, object]) -> None:
    print(f"\n{result['n_rows']:,} rows × {N_COLUMNS} columns, {result['size_bytes'] / 1e6:.0f} MB")
    print(f"{'':26}{'seconds':>9}{'× DuckDB read':>16}{'peak MB':>10}")
    seconds, peaks = result["seconds"], result["peak_bytes"]
    for name in MEASURED:
        ratio = seconds[name] / seconds["DuckDB read"]
        print(f"{name:26}{seconds[name]:9.2f}{ratio:16.2f}{peaks[name] / 1e6:10.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 3_000_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--one", choices=list(MEASURED), help=argparse.SUPPRESS)
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one, given.source, given.out)
        return
    results = []
    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as folder:
        for n_rows in given.rows:
            results.append(run(n_rows, given.repeats, Path(folder)))
            show(results[-1])
    kept = True
    for result in results:
        for pair, ratio in ratios(result).items():
            limit = MAX_RATIO[pair.split(" / ")[0]][1]
            kept &= ratio <= limit
            print(f"{result['n_rows']:>10,} rows: {pair} = {ratio} (at most {limit:g})")
        peak = result["peak_bytes"]["read and profile"]
        kept &= peak <= MAX_PEAK_BYTES
        print(f"{result['n_rows']:>10,} rows: peak memory {peak / 1e6:.0f} MB (at most {MAX_PEAK_BYTES / 1e6:.0f})")
    RESULTS.parent.mkdir(exist_ok=True)
    machine = {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    tables = [result | {"ratios": ratios(result)} for result in results]
    RESULTS.write_text(json.dumps({"machine": machine, "tables": tables}, indent=2) + "\n")
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
