"""A batch whose worker is killed again and again: the files must be those of an undisturbed run, byte by byte.

``make bench-batch-kills`` (about five minutes). Workers are processes over SQLite and a folder, as
``automl-lite serve`` starts them; each is ended with SIGKILL at a random moment, ten times, then one may finish.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from automl_lite.blobs import open_blobs
from automl_lite.domain.batches import Batch
from automl_lite.domain.jobs import Job, JobState
from automl_lite.domain.records import utcnow
from automl_lite.domain.runs import JobSpec
from automl_lite.services.records import change
from automl_lite.store import open_store
from automl_lite.worker.scoring import PART_ROWS
from benchmarks.batch import train
from benchmarks.ingest import TARGET, write_csv
from benchmarks.report import write

KILLS = 10
FILES = ("results.csv", "results.parquet", "summary.json", "drift.json")


def main() -> int:
    """Kill, compare, print, write; 1 if a file differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--model", type=Path, help="A model file of the same columns; trained if absent.")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-kills-") as name:
        folder = Path(name)
        model = given.model or train(folder, 60)
        urls = {
            "AUTOML_LITE_STORE_URL": f"sqlite:///{folder / 'store.db'}",
            "AUTOML_LITE_BLOBS_URL": f"file://{folder / 'blobs'}",
        }
        store, blobs = open_store(urls["AUTOML_LITE_STORE_URL"]), open_blobs(urls["AUTOML_LITE_BLOBS_URL"])
        now = utcnow()
        job = Job(
            id="model", user_id="u", dataset_id="d", dataset_name="t", name="m", target=TARGET, task="binary",
            metric="log_loss", budget_s=1, created_at=now, state=JobState.COMPLETED,
        )  # fmt: skip
        store.jobs.add(job)
        blobs.put(job.key("model.onnx"), model.read_bytes())
        write_csv(folder / "rows.csv", given.rows)
        blobs.place("datasets/rows/raw", folder / "rows.csv")

        def start(batch_id: str) -> subprocess.Popen[bytes]:
            claimed = store.batches.claim(worker="w", host="h", now=utcnow(), lease_s=3_600)
            if claimed is None or claimed.id != batch_id or claimed.lease is None:
                raise SystemExit(f"{batch_id} could not be claimed")
            spec = JobSpec(
                kind="batch", job_id=batch_id, dataset_id="rows", config_key="", token=claimed.lease.token, threads=1,
                lease_s=3_600,
            )  # fmt: skip
            return subprocess.Popen(
                [sys.executable, "-m", "automl_lite.worker"], env={**os.environ, **urls, JobSpec.ENV: spec.to_json()}
            )

        def add(batch_id: str) -> None:
            store.batches.add(
                Batch(
                    id=batch_id,
                    user_id="u",
                    name="b",
                    created_at=now,
                    job_id="model",
                    dataset_id="rows",
                    dataset_name="rows.csv",
                    max_attempts=99,
                )
            )

        add("calm")
        began = time.monotonic()
        start("calm").wait()
        whole_s = time.monotonic() - began
        add("killed")
        rng, moments, parts = random.Random(given.seed), [], [0]
        for _ in range(KILLS):
            worker = start("killed")
            # What is done already takes hardly any time: moments are spread over what is left.
            left = 1 - parts[-1] * PART_ROWS / given.rows
            moments.append(round(rng.uniform(0, 0.7 * whole_s * max(left, 0.1)), 2))
            try:
                worker.wait(timeout=moments[-1])
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
            parts.append(sum(key.endswith(".parquet") for key in blobs.keys("batches/killed/parts/")))
            if store.batches.get("killed").state is JobState.COMPLETED:
                break
            change(store.batches, "killed", lambda batch: batch.released(now=utcnow()))
        if store.batches.get("killed").state is not JobState.COMPLETED:
            start("killed").wait()

        def sums(batch_id: str) -> dict[str, str]:
            found = {}
            for file_name in FILES:
                with blobs.open(f"batches/{batch_id}/{file_name}") as file:
                    found[file_name] = hashlib.file_digest(file, "sha256").hexdigest()
            return found

        same = sums("calm") == sums("killed")
        attempt = store.batches.get("killed").attempt
        store.close()
    parts = parts[1:]
    print(f"Undisturbed: {whole_s:.1f} s. Killed {len(moments)} times, at {moments} s; finished parts then: {parts}.")
    print(f"Attempt {attempt} ended it; the files are {'the same' if same else 'NOT the same'}.")
    write("batch_kills", {"n_rows": given.rows, "moments_s": moments, "parts": parts, "same": same})
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
