"""A large file through a worker: memory and speed beside onnxruntime on ready-made arrays of the same rows.

``make bench-batch`` (about ten minutes; ``--rows 100000`` for a short look). A boosted-tree ensemble is trained on 20
columns of all kinds, then files of 1M and 2M rows are scored as the platform does: checked, answered in parts, written
as CSV and Parquet; once as confirmed data sets, once as raw files, which are read on top. Each measurement has a
process of its own and gives the model one thread; a worker unpacks and writes in a second one meanwhile. Held to: peak
memory less than 500 MB above the worker's start, and no more for 2M rows than for 1M (+10 %); at least half the rows a
second of onnxruntime alone.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.ingest import TARGET, write_csv
from benchmarks.report import show, write

MAX_GROWTH_BYTES = 500_000_000
MIN_SHARE = 0.5
MAX_MORE = 1.1
TRAINING_ROWS = 100_000
THREADS = 1
SIGNAL = (
    "sin(price / 7) + coalesce(income, 30000) / 80000 + (hash(city) % 100) / 100 + 0.5 * (colour = 'red')::INT "
    "* cos(latitude / 20) + abs(longitude) / 200 + 0.3 * (age > 40)::INT * (channel = 'web')::INT + score_b / 6"
)


def train(folder: Path, budget_s: float) -> Path:
    """Train boosted trees on a sample of the same table."""
    import duckdb

    from automl_lite.training import TrainConfig, train_file

    source, out = folder / "train.csv", folder / "run"
    write_csv(folder / "all.csv", TRAINING_ROWS)
    with duckdb.connect() as db:
        # The answers of that table are chance; trees grow where there is something to find.
        db.execute(
            f"COPY (SELECT * REPLACE (CASE WHEN {SIGNAL} + 2 * random() > 2.2 THEN 'yes' ELSE 'no' END AS {TARGET}) "
            f"FROM read_csv('{folder / 'all.csv'}')) TO '{source}' (HEADER)"
        )
    train_file(source, target=TARGET, out=out, config=TrainConfig(budget_s=budget_s, eda="none"))
    return out / "model.onnx"


def peak_bytes() -> int:
    """Return the most memory that this process ever had."""
    status = Path("/proc/self/status")
    if status.is_file():  # what getrusage says may be the peak of the process that started this one
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def data_set(model: Path, source: Path, folder: Path) -> dict[str, float]:
    """Score a data set that was confirmed: its typed table is there."""
    from automl_lite.blobs import open_blobs

    # Reading in a process of its own: its memory is not the worker's.
    code = (
        "from automl_lite.ingest import read_file; from pathlib import Path; import json, sys; "
        "out = Path(sys.argv[2]); r = read_file(Path(sys.argv[1]), out=out / 't.parquet'); "
        "(out / 'r.json').write_text(json.dumps(r.as_dict()))"
    )
    subprocess.run([sys.executable, "-c", code, str(source), str(folder)], check=True)
    blobs = open_blobs(f"file://{folder / 'blobs'}")
    blobs.place("datasets/rows/table.parquet", folder / "t.parquet")
    blobs.place("datasets/rows/reading.json", folder / "r.json")
    return raw_file(model, source, folder)


def raw_file(model: Path, source: Path, folder: Path) -> dict[str, float]:
    """Score a file as a worker does."""
    from automl_lite.blobs import open_blobs
    from automl_lite.domain.batches import Batch
    from automl_lite.domain.jobs import Job, JobState
    from automl_lite.domain.records import utcnow
    from automl_lite.domain.runs import JobSpec
    from automl_lite.notify import open_notifier
    from automl_lite.store.memory import MemoryStore
    from automl_lite.worker import answers, scoring  # noqa: F401 - a worker has its libraries when it starts
    from automl_lite.worker.run import run_job

    store, blobs = MemoryStore(), open_blobs(f"file://{folder / 'blobs'}")
    now = utcnow()
    job = Job(
        id="model", user_id="u", dataset_id="d", dataset_name="t", name="m", target=TARGET, task="binary",
        metric="log_loss", budget_s=1, created_at=now, state=JobState.COMPLETED,
    )  # fmt: skip
    store.jobs.add(job)
    blobs.put(job.key("model.onnx"), model.read_bytes())
    copy = folder / "raw"
    shutil.copyfile(source, copy)
    blobs.place("datasets/rows/raw", copy)
    batch = Batch(
        id="batch", user_id="u", name="b", created_at=now, job_id=job.id, dataset_id="rows", dataset_name="rows.csv",
    )  # fmt: skip
    store.batches.add(batch)
    claimed = store.batches.claim(worker="w", host="h", now=now, lease_s=36_000)
    spec = JobSpec(
        kind="batch", job_id=batch.id, dataset_id="rows", config_key="", threads=THREADS, lease_s=36_000,
        token=claimed.lease.token if claimed and claimed.lease else 0,
    )  # fmt: skip
    before, start, start_cpu = peak_bytes(), time.perf_counter(), time.process_time()
    run_job(spec, store, blobs, open_notifier("log://"))
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - start_cpu
    done = store.batches.get(batch.id)
    if done.state is not JobState.COMPLETED or done.result is None:
        raise SystemExit(f"The batch failed: {done.error}")
    blobs.delete_all("datasets/")
    return {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "n_rows": done.result.n_rows,
        "n_errors": done.result.n_errors,
        "start_bytes": before,
        "growth_bytes": peak_bytes() - before,
    }


def directly(model: Path, source: Path, folder: Path) -> dict[str, float]:
    """Call onnxruntime on arrays that are ready; only its own time counts."""
    from automl_lite.inference import Predictor
    from automl_lite.ingest.rows import RowFile
    from automl_lite.worker.scoring import kinds_of

    class Clock:
        def __init__(self) -> None:
            self.seconds = self.cpu_seconds = 0.0

    predictor, clock = Predictor(model, threads=THREADS), Clock()
    graph = predictor._graph

    def timed(outputs: Any, feed: Any) -> Any:
        start, start_cpu = time.perf_counter(), time.process_time()
        answer = graph(outputs, feed)
        clock.seconds += time.perf_counter() - start
        clock.cpu_seconds += time.process_time() - start_cpu
        return answer

    predictor._graph = timed
    n_rows = 0
    with RowFile(source, kinds_of(predictor.contract), folder=folder) as rows:
        for chunk in rows.chunks(kinds_of(predictor.contract), size=50_000):
            predictor.score(chunk.columns, collect=True)
            n_rows += chunk.n_rows
    return {"seconds": clock.seconds, "cpu_seconds": clock.cpu_seconds, "n_rows": n_rows}


WAYS = {"data set": data_set, "raw file": raw_file, "onnxruntime": directly}


def measure(way: str, model: Path, source: Path, folder: Path) -> dict[str, float]:
    """Measure in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.batch", "--one", way, "--model", str(model), "--source", str(source),
               "--folder", str(folder)]  # fmt: skip
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    figures: dict[str, float] = json.loads(answer.splitlines()[-1])
    return figures


def main() -> int:
    """Measure, print, write; 1 if a limit does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 2_000_000])
    parser.add_argument("--budget", type=float, default=90.0, help="Seconds of training.")
    parser.add_argument("--one", choices=list(WAYS), help=argparse.SUPPRESS)
    for name in ("model", "source", "folder"):
        parser.add_argument(f"--{name}", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(WAYS[given.one](given.model, given.source, given.folder)))
        return 0
    tables = []
    with tempfile.TemporaryDirectory(prefix="bench-batch-") as name:
        folder = Path(name)
        model = given.model or train(folder, given.budget)
        from automl_lite.inference import Predictor

        described = Predictor(model).contract.model
        for n_rows in given.rows:
            source = folder / "rows.csv"
            write_csv(source, n_rows)
            size = source.stat().st_size
            taken = {way: measure(way, model, source, folder) for way in ("onnxruntime", "data set", "raw file")}
            tables.append({"n_rows": n_rows, "size_bytes": size, **taken})
    rows, held = [], True
    for table in tables:
        for way in ("data set", "raw file"):
            share = table["onnxruntime"]["seconds"] / table[way]["seconds"]
            table[way]["throughput_share"] = round(share, 3)
            # On a busy machine processor time is the steadier figure.
            by_cpu = table["onnxruntime"]["cpu_seconds"] / table[way]["cpu_seconds"]
            table[way]["throughput_share_cpu"] = round(by_cpu, 3)
            growth = table[way]["growth_bytes"]
            held = held and growth < MAX_GROWTH_BYTES and share >= MIN_SHARE
            seconds = table[way]["seconds"], table["onnxruntime"]["seconds"]
            rows.append([f"{table['n_rows']:,} rows, {way}", *seconds, share, by_cpu, growth / 1e6])
    more = {w: tables[-1][w]["growth_bytes"] / tables[0][w]["growth_bytes"] for w in ("data set", "raw file")}
    held = held and max(more.values()) <= MAX_MORE
    header = ["", "seconds", "onnxruntime alone", "share of its speed", "by processor time", "memory, MB"]
    show(f"20 columns, {described}", header, rows)
    for way, ratio in more.items():
        print(f"Memory for the largest {way}: {ratio:.2f} × that for the smallest (at most {MAX_MORE:g}).")
    write("batch", {"model": described, "threads": THREADS, "tables": tables, "memory_ratio": more, "holds": held})
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
