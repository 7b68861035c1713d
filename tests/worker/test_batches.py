"""One batch from its spec to its files: every row answered once, in order, whatever happens on the way."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile

import duckdb
import pytest

from automl_lite.domain.batches import Batch
from automl_lite.domain.jobs import Cancel, JobState
from automl_lite.domain.records import utcnow
from automl_lite.domain.runs import JobSpec
from automl_lite.services.records import change
from automl_lite.worker import scoring
from automl_lite.worker.run import run_job
from tests.records import a_batch, a_dataset, a_job
from tests.unit.inference import graphs

HEADER = "id;Age;rooms;Sex;paid;sold;notes"


def rows_csv(n: int, seed: int = 0) -> str:
    rng = random.Random(seed)
    lines = [HEADER]
    for i in range(n):
        age = rng.choice(["", f"{rng.uniform(1, 80):.1f}".replace(".", ",")])
        lines.append(
            f"{i:05d};{age};{rng.randint(1, 9)};{rng.choice(['male', 'female'])};{rng.choice(['true', 'false'])};"
            f"{rng.randint(1, 28):02d}.10.2014;{rng.choice(['great view', '=1+1', '-5'])}"
        )
    return "\n".join(lines) + "\n"


@pytest.fixture
def start(bench):
    """Return a function that queues a batch over a text and gives its spec under a fresh lease."""

    def starter(text: str, model: bytes, **changes) -> tuple[Batch, JobSpec]:
        job, dataset = a_job(state=JobState.COMPLETED), a_dataset(filename="new.csv")
        bench.store.jobs.add(job)
        bench.blobs.put(job.key("model.onnx"), model)
        bench.blobs.put(dataset.key("raw"), text.encode())
        batch = a_batch(job_id=job.id, dataset_id=dataset.id, max_attempts=20, **changes)
        bench.store.batches.add(batch)
        return batch, again(bench)

    return starter


def again(bench) -> JobSpec:
    claimed = bench.store.batches.claim(worker="w", host="h", now=utcnow(), lease_s=60)
    return JobSpec(
        kind="batch", job_id=claimed.id, dataset_id=claimed.dataset_id, config_key="", token=claimed.lease.token,
        heartbeat_s=0.1, lease_s=60, threads=1,
    )  # fmt: skip


def run(bench, spec: JobSpec) -> Batch:
    run_job(spec, bench.store, bench.blobs, bench.notifier)
    return bench.store.batches.get(spec.job_id)


def file_of(bench, batch: Batch, name: str) -> bytes:
    with bench.blobs.open(batch.key(name)) as file:
        return file.read()


def table_of(bench, batch: Batch) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file_of(bench, batch, "results.csv").decode(), newline="")))


def test_every_row_is_answered_beside_its_own_columns(bench, start, tmp_path):
    text = rows_csv(300)
    batch, spec = start(text, graphs.regressor())
    batch = run(bench, spec)
    assert (batch.state, batch.error) == (JobState.COMPLETED, None)
    assert (batch.result.n_rows, batch.result.n_errors, batch.progress.share) == (300, 0, 1.0)
    rows = table_of(bench, batch)
    assert [row["id"] for row in rows] == [f"{i:05d}" for i in range(300)]
    first = rows[0]
    age = float(first["Age"]) if first["Age"] else float("nan")
    asked = {"Age": age, "rooms": int(first["rooms"]), "Sex": first["Sex"], "paid": first["paid"],
             "sold": first["sold"][:10], "notes": first["notes"].lstrip("'")}  # fmt: skip
    assert float(first["prediction"]) == pytest.approx(graphs.formula(asked))
    assert float(first["prediction_high"]) - float(first["prediction_low"]) == pytest.approx(50)
    assert {row["notes"] for row in rows} == {"great view", "'=1+1", "-5"}
    assert {row["_error"] for row in rows} == {""}
    (tmp_path / "r.parquet").write_bytes(file_of(bench, batch, "results.parquet"))
    typed = duckdb.sql(f"SELECT * FROM '{tmp_path / 'r.parquet'}'").fetchall()
    assert [row[0] for row in typed] == [row["id"] for row in rows]
    assert [row[7] for row in typed] == pytest.approx([float(row["prediction"]) for row in rows])
    sheet = zipfile.ZipFile(io.BytesIO(file_of(bench, batch, "results.xlsx"))).read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 301
    assert "<f>" not in sheet
    assert [a.name for a in batch.result.artifacts] == [
        "results.parquet", "results.csv", "results.xlsx", "summary.json", "drift.json", "counts.json",
    ]  # fmt: skip
    assert not list(bench.blobs.keys(batch.key("parts/")))
    assert [(e.kind, e.batch_id) for e in bench.notifier.events] == [("batch-completed", batch.id)]


def test_rows_that_cannot_be_scored_say_why_and_all_others_are(bench, start):
    lines = rows_csv(40).splitlines()
    lines[3] = lines[3].replace(";", ";old", 1).split(";")
    lines[3] = ";".join([lines[3][0], "old", *lines[3][2:]])
    batch, spec = start("\n".join(lines) + "\n", graphs.classifier(["no", "yes"], graphs.random_trees(8, 1)))
    batch = run(bench, spec)
    rows = table_of(bench, batch)
    assert batch.result.n_errors == 1
    assert rows[2]["_error"] == "'Age' expects a number, not 'old'."
    assert (rows[2]["prediction"], rows[2]["probability_yes"]) == ("", "")
    assert {row["prediction"] for row in rows[:2] + rows[3:]} <= {"no", "yes"}
    summary = json.loads(file_of(bench, batch, "summary.json"))
    assert summary["errors"] == [{"row": 3, "message": "'Age' expects a number, not 'old'."}]
    assert sum(label["n"] for label in summary["labels"]) == 39
    assert json.loads(file_of(bench, batch, "drift.json"))["n_rows"] == 40


def test_columns_named_like_answers_and_numbers_without_end(bench, start):
    lines = rows_csv(30).splitlines()
    text = "\n".join([f"Prediction;{lines[0]}", *(f"1e999;{line}" for line in lines[1:])]) + "\n"
    batch, spec = start(text, graphs.regressor())
    batch = run(bench, spec)
    assert batch.error is None
    first = table_of(bench, batch)[0]
    assert list(first)[-4:] == ["prediction_", "prediction_low", "prediction_high", "_error"]
    assert json.loads(file_of(bench, batch, "summary.json"))["prediction_column"] == "prediction_"
    assert "results.xlsx" in [artifact.name for artifact in batch.result.artifacts]


def test_a_file_that_does_not_fit_is_refused_unless_that_is_allowed(bench, start):
    text = rows_csv(60).replace("rooms", "zimmer")
    batch, spec = start(text, graphs.regressor())
    batch = run(bench, spec)
    assert (batch.state, batch.error.code) == (JobState.FAILED, "rows-do-not-fit-model")
    assert "rooms" in batch.error.message
    batch, spec = start(text, graphs.regressor(), allow_problems=True)
    batch = run(bench, spec)
    assert (batch.state, batch.result.n_rows) == (JobState.COMPLETED, 60)


class Killed(BaseException):
    """What no worker catches: the process is gone."""


def test_ten_deaths_leave_the_file_as_an_undisturbed_run_makes_it(bench, start, monkeypatch):
    monkeypatch.setattr(scoring, "PART_ROWS", 20)
    text, model = rows_csv(500), graphs.classifier(["no", "yes"], graphs.random_trees(8, 1))
    calm, spec = start(text, model)
    calm = run(bench, spec)
    batch, spec = start(text, model)
    rng, scored, write = random.Random(7), [], scoring.write_part

    def mortal(path, *arguments):
        if scored.count("death") < 10 and rng.random() < 0.4:
            scored.append("death")
            raise Killed
        scored.append("part")
        write(path, *arguments)

    monkeypatch.setattr(scoring, "write_part", mortal)
    while bench.store.batches.get(batch.id).state is not JobState.COMPLETED:
        try:
            run(bench, spec)
        except Killed:
            change(bench.store.batches, batch.id, lambda b: b.released(now=utcnow()))
            spec = again(bench)
    assert (scored.count("death"), scored.count("part")) == (10, 25)
    batch = bench.store.batches.get(batch.id)
    for name in ("results.csv", "results.parquet", "summary.json", "drift.json", "counts.json"):
        assert file_of(bench, batch, name) == file_of(bench, calm, name), name
    assert [row["id"] for row in table_of(bench, batch)] == [f"{i:05d}" for i in range(500)]


def test_a_batch_that_is_cancelled_ends_between_two_parts(bench, start, monkeypatch):
    monkeypatch.setattr(scoring, "PART_ROWS", 20)
    batch, spec = start(rows_csv(200), graphs.regressor())
    change(bench.store.batches, batch.id, lambda b: b.asked_to_stop(Cancel.CANCEL, now=utcnow()))
    write, seen = scoring.write_part, []

    def slow(*arguments):
        seen.append(1)
        import time

        time.sleep(0.3)
        write(*arguments)

    monkeypatch.setattr(scoring, "write_part", slow)
    batch = run(bench, spec)
    assert batch.state is JobState.CANCELLED
    assert len(seen) < 10


def test_a_file_that_is_gone_is_told(bench, start):
    batch, spec = start(rows_csv(30), graphs.regressor())
    bench.blobs.delete_all(f"datasets/{batch.dataset_id}/")
    assert run(bench, spec).error.code == "dataset-not-found"
