"""Another engine's run as a job: it completes without a portable model, and a cancel ends it with its process."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from automl_lite.domain.jobs import Cancel, JobState
from automl_lite.domain.records import to_plain, utcnow
from automl_lite.domain.runs import Engines, RunConfig
from automl_lite.services.records import change
from automl_lite.worker.run import run_job
from tests.stand_in import stand_in


def start(bench, python, budget_s):
    job = bench.job(budget_s=budget_s)
    config = RunConfig(budget_s=budget_s, task=job.task, engine="autogluon", eda="none")
    bench.blobs.put(job.key("config.json"), orjson.dumps(to_plain(config)))
    engines = Engines(autogluon_python=str(python))
    spec = replace(bench.spec(bench.claim()), heartbeat_s=0.2, lease_s=30)
    run_job(spec, bench.store, bench.blobs, bench.notifier, engines=engines)
    return bench.store.jobs.get(job.id)


def test_it_completes_and_says_that_it_cannot_serve(bench, tmp_path):
    job = start(bench, stand_in(tmp_path / "python"), 40.0)
    assert job.state is JobState.COMPLETED, job.error
    assert (job.result.portable, job.result.model_bytes) == (False, 0)
    names = {artifact.name for artifact in job.result.artifacts}
    assert names >= {"autogluon.zip", "report.html", "evaluation.json", "log.txt"}
    assert not names & {"model.onnx", "model.pkl", "predict.py"}
    assert [row.name for row in job.detail.leaderboard] == ["Tree"]


def test_a_missing_environment_is_the_jobs_failure(bench, tmp_path):
    job = start(bench, tmp_path / "nowhere", 40.0)
    assert (job.state, job.error.code) == (JobState.FAILED, "engine-missing")
    assert "engines install" in job.error.hint


@pytest.mark.parametrize("mode", ["deaf", "slow"])
def test_a_cancel_ends_its_process_at_once(bench, tmp_path, mode):
    pids = tmp_path / "pids"

    def cancel():
        deadline = time.monotonic() + 60
        (job,) = (j for j in bench.store.jobs.running())
        while bench.store.jobs.get(job.id).progress.stage != "search" and time.monotonic() < deadline:
            time.sleep(0.05)
        change(bench.store.jobs, job.id, lambda j: j.asked_to_stop(Cancel.CANCEL, now=utcnow()))

    timer = threading.Timer(1.5, cancel)
    timer.start()
    job = start(bench, stand_in(tmp_path / "python", mode, STAND_IN_PIDS=pids), 600.0)
    timer.join()
    assert job.state is JobState.CANCELLED
    assert not [p for p in Path("/proc").glob("[0-9]*/environ") if _mentions(p, str(pids))]


def _mentions(environ, text):
    try:
        return text.encode() in environ.read_bytes()
    except OSError:
        return False
