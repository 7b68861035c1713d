"""The Batch runner, on the stand-in that runs jobs as processes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import uuid4

import pytest

from automl_lite.domain.errors import BackendUnavailable
from automl_lite.domain.fargate import container_memory_mb
from automl_lite.domain.runs import JobSpec
from automl_lite.runners import Runner, Workbench, open_runner
from automl_lite.runners.batch import ending, job_id_of, job_name
from tests.aws.batch_standin import BatchStandin, batch_queue
from tests.moto_server import CREDENTIALS

BENCH = Workbench(work=lambda spec: None, environment={})


@pytest.fixture
def standin(tmp_path, monkeypatch) -> Iterator[BatchStandin]:
    with batch_queue(tmp_path) as (batch, url):
        for name, value in (CREDENTIALS | {"AWS_ENDPOINT_URL_BATCH": url}).items():
            monkeypatch.setenv(name, value)
        yield batch


@pytest.fixture
def runner(standin) -> Iterator[Runner]:
    opened = open_runner("batch://q/d", BENCH)
    yield opened
    opened.close()


def a_spec(**changes: object) -> JobSpec:
    given: dict[str, object] = {"job_id": str(uuid4()), "dataset_id": "d", "config_key": "k", "attempt": 1}
    return JobSpec(**(given | changes))  # type: ignore[arg-type]


def until_dead(runner: Runner, handle: str) -> str:
    end = time.monotonic() + 30
    while runner.look(handle).alive:
        assert time.monotonic() < end
        time.sleep(0.05)
    return runner.look(handle).reason


def test_a_job_is_submitted_once_for_each_attempt(standin, runner):
    standin.runs = False
    spec = a_spec()
    handle = runner.start(spec)
    assert runner.queues
    assert runner.start(spec) == handle
    assert len(standin.submissions) == 1
    assert runner.start(a_spec(job_id=spec.job_id, attempt=2)) != handle
    assert runner.look(handle).alive is True


def test_the_container_gets_specification_memory_and_time(standin, runner):
    standin.runs = False
    spec = a_spec(memory_mb=5000, time_limit_s=330.0)
    runner.start(spec)
    submission = standin.submissions[0]
    overrides = submission["containerOverrides"]
    assert overrides["environment"] == [{"name": JobSpec.ENV, "value": spec.to_json()}]
    assert {r["type"]: r["value"] for r in overrides["resourceRequirements"]} == {"VCPU": "2", "MEMORY": "5120"}
    assert submission["timeout"]["attemptDurationSeconds"] > 330
    assert job_id_of(submission["jobName"]) == spec.job_id


def test_stopping_ends_what_waits_and_what_runs(standin, runner):
    standin.runs = False
    waiting = runner.start(a_spec())
    runner.stop(waiting, hard=True)
    assert runner.look(waiting).alive is False
    runner.stop(waiting, hard=True)


def test_a_worker_without_its_environment_says_what_it_lacks(standin, runner):
    handle = runner.start(a_spec())
    assert "status 2" in until_dead(runner, handle)
    said = standin.logs[handle].read_text()
    assert "AUTOML_LITE_STORE_URL, AUTOML_LITE_BLOBS_URL" in said


A_JOB = "1c9ce2a3-5f5b-4a4e-9d0e-0f6f7a2d6d11"  # of no queue


@pytest.mark.parametrize("handle", ["", "1:1", "nonsense", "thread:x", "ä", A_JOB, A_JOB.upper()])
def test_unknown_handles_are_not_alive(runner, handle):
    assert runner.look(handle).alive is False
    runner.stop(handle, hard=True)


def test_a_queue_that_does_not_answer_is_told(standin, runner, monkeypatch):
    with pytest.raises(BackendUnavailable, match="training queue"):
        open_runner("batch://other/d", BENCH).start(a_spec())


def test_names_of_other_jobs_are_not_ours():
    assert job_id_of(job_name(a_spec(job_id="not-an-id"))) is None
    assert job_id_of("somebody-elses-job") is None
    assert job_id_of("automl-lite-") is None


@pytest.mark.parametrize(("needed", "size"), [(0, 4096), (4096, 4096), (4097, 5120), (9000, 9216), (99_999, 16384)])
def test_memory_comes_in_the_sizes_of_fargate(needed, size):
    assert container_memory_mb(needed) == size


def test_endings_are_told_in_batchs_own_words():
    job = {"status": "FAILED", "statusReason": "Essential container in task exited"}
    assert ending(job | {"container": {"exitCode": 137, "reason": "OutOfMemoryError"}}) == (
        "Essential container in task exited; OutOfMemoryError; its container ended with status 137"
    )
    assert ending({"status": "FAILED"}) == "AWS Batch says FAILED"
