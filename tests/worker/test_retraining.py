"""Training again: rows appended in the types of before, and an honest duel with the champion."""

from __future__ import annotations

import json
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest

from automl_lite import ingest
from automl_lite.domain.datasets import DatasetState
from automl_lite.domain.jobs import JobState
from automl_lite.domain.records import to_plain, utcnow
from automl_lite.domain.runs import JobSpec, RunConfig
from automl_lite.worker import retraining
from automl_lite.worker.run import run_job
from tests.records import a_dataset, a_job
from tests.unit.inference import graphs


def world(n: int, seed: int, *, flipped: bool = False) -> pd.DataFrame:
    """Two columns that decide, one way or the other."""
    rng = np.random.default_rng(seed)
    x, colour = rng.normal(size=n).round(4), rng.choice(["red", "blue"], n)
    score = x + (colour == "red") + rng.normal(0, 0.3, n)
    y = np.where((score > 0.5) ^ flipped, "yes", "no")
    return pd.DataFrame({"x": x, "colour": colour, "y": y})


@pytest.fixture
def upload(bench, tmp_path):
    """Return a function that makes a confirmed data set of a frame."""

    def uploader(frame: pd.DataFrame) -> str:
        dataset = a_dataset(state=DatasetState.READY)
        raw, table = tmp_path / "raw.csv", tmp_path / "table.parquet"
        frame.to_csv(raw, index=False)
        reading = ingest.read_file(raw, out=table)
        bench.store.datasets.add(dataset)
        bench.blobs.put(dataset.key("raw"), raw.read_bytes())
        bench.blobs.put(dataset.key("table.parquet"), table.read_bytes())
        bench.blobs.put(dataset.key("reading.json"), json.dumps(reading.as_dict()).encode())
        return dataset.id

    return uploader


@pytest.fixture
def train(bench):
    """Return a function that runs a training to its end."""

    def trainer(dataset_id: str, *, append_to: tuple[str, ...] = (), **changes):
        job = a_job(dataset_id=dataset_id, budget_s=6.0, metric="accuracy", **changes)
        config = RunConfig(budget_s=6.0, metric="accuracy", max_models=2, eda="none", append_to=append_to)
        bench.blobs.put(job.key("config.json"), json.dumps(to_plain(config)).encode())
        bench.store.jobs.add(job)
        claimed = bench.store.jobs.claim(worker="w", host="h", now=utcnow(), lease_s=90)
        spec = JobSpec(
            job_id=job.id, dataset_id=dataset_id, config_key=job.key("config.json"), token=claimed.lease.token,
            heartbeat_s=1.0, lease_s=90,
        )  # fmt: skip
        run_job(spec, bench.store, bench.blobs, bench.notifier)
        done = bench.store.jobs.get(job.id)
        assert (done.state, done.error) == (JobState.COMPLETED, None)
        return done

    return trainer


def test_a_world_that_has_turned_gives_a_better_challenger_its_place(bench, upload, train):
    champion = train(upload(world(700, 1)))
    assert champion.duel is None
    bench.store.jobs.save(replace(champion, deployed_at=utcnow()))
    turned = train(upload(world(900, 2, flipped=True)), champion_id=champion.id, promote="better")
    assert (turned.duel.verdict, turned.duel.promoted) == ("better", True)
    assert turned.duel.n_rows == 180
    assert turned.duel.challenger > 0.8 > 0.3 > turned.duel.champion
    assert turned.deployed_at is not None
    assert bench.store.jobs.get(champion.id).deployed_at is None
    assert bench.notifier.events[-1].kind == "model-promoted"


def test_appended_rows_are_trained_on_and_old_ones_decide_no_duel(bench, upload, train):
    old = upload(world(700, 1))
    champion = train(old)
    more = upload(world(600, 3).assign(extra=1))
    job = train(more, append_to=(old,), champion_id=champion.id, promote="better")
    assert job.result.n_train_rows + job.result.n_test_rows == 1300
    # A fifth of the 600 new rows is tested on; test rows out of the champion's own data do not count.
    assert 90 <= job.duel.n_rows <= 150
    assert (job.duel.verdict, job.duel.promoted, job.deployed_at) == ("no real difference", False, None)


def test_tables_are_joined_by_the_names_and_types_of_the_first(bench, upload, tmp_path):
    first = upload(pd.DataFrame({"a": [1.5, 2.5], "b": ["x", "y"], "day": ["2024-01-02", "2024-02-03"]}))
    second = upload(pd.DataFrame({"c": ["q", "r"], "b": ["7", "8"], "a": ["old", "3.5"]}))
    table, reading = retraining.appended(bench.blobs, (first,), second, tmp_path)
    rows = duckdb.sql(f"SELECT * FROM '{table}'").fetchall()
    assert [(row[0], row[1]) for row in rows] == [(1.5, "x"), (2.5, "y"), (None, "7"), (3.5, "8")]
    assert (rows[2][2], reading["n_rows"], len(reading["columns"])) == (None, 4, 3)


def test_models_that_cannot_be_compared_are_told_so(bench, upload):
    champion = a_job(state=JobState.COMPLETED, dataset_id=upload(world(60, 1)))
    bench.store.jobs.add(champion)
    job = a_job(champion_id=champion.id)
    assert "too small" in retraining.duel(job, b"", None, bench.store, bench.blobs).message
    gone = retraining.duel(a_job(champion_id="none"), b"", None, bench.store, bench.blobs)
    assert (gone.message, gone.verdict) == ("The champion is gone.", "")
    bench.blobs.put(champion.key("config.json"), b"{}")
    typed = world(60, 1).assign(y=lambda frame: (frame["y"] == "yes").astype(object))
    seen = retraining.duel(job, b"", typed, bench.store, bench.blobs)
    assert seen.message.startswith("Only 0 test rows are new")
    bench.blobs.put(champion.key("model.onnx"), graphs.regressor())
    other = graphs.classifier(["no", "yes"], graphs.random_trees(4, 1))
    assert "cannot be compared" in retraining.duel(job, other, world(60, 5), bench.store, bench.blobs).message
