"""One job from its spec to its outcome: whatever the training does, the record tells it."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from uuid import uuid4

import pytest

from automl_lite.domain.jobs import Cancel, JobState
from automl_lite.domain.records import utcnow
from automl_lite.errors import AutoMLLiteError
from automl_lite.services.records import change
from automl_lite.worker import training
from automl_lite.worker.run import run_job

METRIC = {
    "name": "log_loss", "label": "Log loss", "value": 0.4, "low": 0.3, "high": 0.5, "baseline": 0.69, "linear": 0.5,
    "greater_is_better": False,
}  # fmt: skip


class NothingLearnt(AutoMLLiteError):
    code = "nothing-learnt"


@dataclass(frozen=True)
class Row:
    name: str
    family: str
    score: float
    seconds: float
    weight: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Said:
    stage: str
    share: float
    elapsed_s: float
    remaining_s: float
    message: str = ""
    leaderboard: tuple[Row, ...] = ()


def write_files(out):
    (out / "model.onnx").write_bytes(b"onnx")
    evaluation = {"n_rows": 12, "how": "test split", "primary": "log_loss", "verdict": "Good.", "metrics": [METRIC]}
    (out / "evaluation.json").write_text(json.dumps(evaluation))
    (out / "metadata.json").write_text(json.dumps({"model": "LightGBM", "capsule": {"n_training_rows": 48}}))
    (out / "leaderboard.json").write_text(json.dumps([vars(Row("LightGBM", "boosting", 0.4, 1.0, 1.0))]))


def replaced(monkeypatch, work):
    monkeypatch.setattr(training, "train", work)


def run(bench, job, **spec):
    run_job(bench.spec(job, **spec), bench.store, bench.blobs, bench.notifier)
    return bench.store.jobs.get(job.id)


def test_the_real_training_completes(bench):
    job = bench.job(budget_s=6.0)
    ended = run(bench, bench.claim(), heartbeat_s=1, lease_s=30)
    assert ended.state is JobState.COMPLETED, ended.error
    assert ended.result.n_train_rows + ended.result.n_test_rows >= 60
    assert {a.name for a in ended.result.artifacts} >= {"model.onnx", "report.html", "log.txt"}
    assert set(bench.blobs.keys(job.key(""))) == {job.key(a.name) for a in ended.result.artifacts} | {
        job.key("config.json")
    }
    assert [stage.seconds is not None for stage in ended.detail.stages] == [True] * len(ended.detail.stages)
    assert [event.kind for event in bench.notifier.events] == ["job-completed"]
    assert ended.detail.leaderboard


def test_progress_leaderboard_and_log_arrive_while_it_runs(bench, monkeypatch):
    seen = []

    def work(table, reading, job, config, out, *, profile, progress, stop, engines):
        rows = (Row("A", "tree", 0.6, 1.0), Row("B", "tree", 0.4, 1.0))
        progress(Said(stage="read", share=0.1, elapsed_s=0, remaining_s=9))
        progress(Said(stage="search", share=0.5, elapsed_s=4, remaining_s=5, message="Trying B", leaderboard=rows))
        end = time.monotonic() + 20
        while time.monotonic() < end and bench.store.jobs.get(job.id).progress.best_name != "B":
            time.sleep(0.05)
        seen.append(bench.store.jobs.get(job.id))
        write_files(out)

    replaced(monkeypatch, work)
    bench.job()
    ended = run(bench, bench.claim())
    (live,) = seen
    assert (live.state, live.progress.stage, live.progress.best_score) == (JobState.RUNNING, "search", 0.4)
    assert [stage.name for stage in live.detail.stages] == ["read", "search"]
    assert [point.name for point in live.detail.curve] == ["B"]
    assert ended.state is JobState.COMPLETED
    assert "Trying B" in bench.blobs.open(ended.key("log.txt")).read().decode()
    assert ended.detail.leaderboard[0].name == "LightGBM"


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (NothingLearnt("There is nothing to learn here.", hint="Choose another target."), "nothing-learnt", "nothing"),
        (MemoryError(), "out-of-memory", "memory"),
        (RuntimeError("secret-path /srv/private.csv"), "training-crashed", "unexpected"),
    ],
)
def test_failures_are_the_jobs_with_their_reason(bench, monkeypatch, error, code, says):
    def work(*_, **__):
        raise error

    replaced(monkeypatch, work)
    bench.job()
    ended = run(bench, bench.claim())
    assert (ended.state, ended.error.code, ended.lease) == (JobState.FAILED, code, None)
    assert says in ended.error.message
    assert ended.error.hint
    assert "private" not in ended.error.message
    assert [event.kind for event in bench.notifier.events] == ["job-failed"]
    log = bench.blobs.open(ended.key("log.txt")).read().decode()
    assert ("private" in log) is (code == "training-crashed")


def test_data_that_is_gone(bench):
    bench.job(dataset_id=str(uuid4()))
    ended = run(bench, bench.claim())
    assert (ended.state, ended.error.code) == (JobState.FAILED, "dataset-not-found")


def waiting(out_written=True):
    """Return a training that works until it is told to stop."""

    def work(table, reading, job, config, out, *, profile, progress, stop, engines):
        for step in range(400):
            progress(Said(stage="search", share=step / 400, elapsed_s=step / 20, remaining_s=1))
            if stop.wait(0.05):
                break
        else:
            raise AssertionError("nobody stopped the training")
        progress(Said(stage="export", share=0.9, elapsed_s=9, remaining_s=1))
        if out_written:
            write_files(out)

    return work


@pytest.mark.parametrize(("how", "state"), [(Cancel.STOP, JobState.COMPLETED), (Cancel.CANCEL, JobState.CANCELLED)])
def test_ends_that_were_asked_for(bench, monkeypatch, how, state):
    replaced(monkeypatch, waiting())
    job = bench.job()
    claimed = bench.claim()
    asking = threading.Timer(
        0.3, lambda: change(bench.store.jobs, job.id, lambda j: j.asked_to_stop(how, now=utcnow()))
    )
    asking.start()
    ended = run(bench, claimed)
    asking.join()
    assert ended.state is state
    assert (ended.result is not None) is (how is Cancel.STOP)
    assert [event.kind for event in bench.notifier.events] == [f"job-{state}"]


def test_a_worker_whose_claim_is_over_writes_nothing_more(bench, monkeypatch):
    replaced(monkeypatch, waiting())
    job = bench.job()
    claimed = bench.claim()

    def take_over():
        change(bench.store.jobs, job.id, lambda j: j.released(now=utcnow()))
        bench.claim()

    taking = threading.Timer(0.3, take_over)
    taking.start()
    run_job(bench.spec(claimed), bench.store, bench.blobs, bench.notifier)
    taking.join()
    now = bench.store.jobs.get(job.id)
    assert (now.state, now.attempt) == (JobState.RUNNING, 2)
    assert bench.notifier.events == []
    assert job.key("model.onnx") not in set(bench.blobs.keys(job.key("")))


def test_a_job_deleted_meanwhile_leaves_nothing(bench, monkeypatch):
    def work(table, reading, job, config, out, *, profile, progress, stop, engines):
        bench.store.jobs.delete(job.id)
        write_files(out)

    replaced(monkeypatch, work)
    job = bench.job()
    run_job(bench.spec(bench.claim()), bench.store, bench.blobs, bench.notifier)
    assert list(bench.blobs.keys(job.key(""))) == []


def test_a_spec_run_twice_does_its_work_once(bench, monkeypatch):
    runs = []

    def work(table, reading, job, config, out, *, profile, progress, stop, engines):
        runs.append(job.attempt)
        write_files(out)

    replaced(monkeypatch, work)
    bench.job()
    claimed = bench.claim()
    assert run(bench, claimed).state is JobState.COMPLETED
    assert run(bench, claimed).state is JobState.COMPLETED
    assert runs == [1]


def test_a_worker_without_a_lease_claims_its_job(bench, monkeypatch):
    replaced(monkeypatch, lambda table, reading, job, config, out, **_: write_files(out))
    ended = run(bench, bench.job())
    assert (ended.state, ended.attempt) == (JobState.COMPLETED, 1)


def test_the_time_limit_ends_a_training_that_does_not_end(bench, monkeypatch):
    replaced(monkeypatch, waiting())
    bench.job()
    ended = run(bench, bench.claim(), time_limit_s=0.3)
    assert (ended.state, ended.error.code) == (JobState.FAILED, "time-limit")
