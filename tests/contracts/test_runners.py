"""What every runner promises (automl_lite.runners): inline, process, Lambda, and AWS Batch with processes for jobs."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

import pytest

from automl_lite.domain.errors import BackendUnavailable
from automl_lite.domain.runs import JobSpec
from automl_lite.runners import Runner, Workbench, open_runner
from automl_lite.runners.inline import InlineRunner
from automl_lite.runners.process import ProcessRunner
from tests.aws.batch_standin import batch_queue
from tests.aws.lambda_standin import lambda_invocations
from tests.moto_server import CREDENTIALS

SPEC = JobSpec(job_id="j", dataset_id="d", config_key="k")
WAIT = "import sys, pathlib, time\nwhile not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.01)\n"


def until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


@pytest.fixture(params=["inline", "process", "batch", "lambda"])
def runner_and_finish(request, tmp_path, monkeypatch):
    """Yield a runner whose work lasts until ``finish()`` is called."""
    flag, event = tmp_path / "finish", threading.Event()

    def finish() -> None:
        flag.touch()
        event.set()

    bench = Workbench(work=lambda spec: event.wait(20) and None, environment={})
    command = (sys.executable, "-c", WAIT, str(flag))
    runner: Runner
    with ExitStack() as stack:
        if request.param == "inline":
            runner = InlineRunner("inline://", bench)
        elif request.param == "process":
            runner = ProcessRunner("process://", bench, command=command)
        elif request.param == "lambda":
            _, url = stack.enter_context(lambda_invocations("score"))
            for name, value in (CREDENTIALS | {"AWS_ENDPOINT_URL_LAMBDA": url}).items():
                monkeypatch.setenv(name, value)
            runner = open_runner("lambda://score", bench)
        else:
            queue, url = stack.enter_context(batch_queue(tmp_path))
            queue.command = command
            for name, value in (CREDENTIALS | {"AWS_ENDPOINT_URL_BATCH": url}).items():
                monkeypatch.setenv(name, value)
            runner = open_runner("batch://q/d", bench)
        yield runner, finish
        finish()
        runner.close()


def test_a_worker_lives_until_its_work_is_done(runner_and_finish):
    runner, finish = runner_and_finish
    first, second = runner.start(SPEC), runner.start(replace(SPEC, job_id="k"))
    assert first != second
    if runner.look(first).alive is None:  # it cannot tell, and never says anything else
        finish()
        assert runner.look(second).alive is None
        return
    assert runner.look(first).alive is True
    finish()
    assert until(lambda: runner.look(first).alive is False)
    assert runner.look(first).reason
    assert until(lambda: runner.look(second).alive is False)


@pytest.mark.parametrize("handle", ["", "1:1", "nonsense", "thread:x", "999999999:5", "ä"])
def test_unknown_handles_are_not_alive(runner_and_finish, handle):
    runner, _ = runner_and_finish
    assert not runner.look(handle).alive
    runner.stop(handle, hard=True)


def test_stopping_twice_is_no_error(runner_and_finish):
    runner, finish = runner_and_finish
    handle = runner.start(SPEC)
    runner.stop(handle, hard=True)
    runner.stop(handle, hard=True)
    finish()
    assert until(lambda: not runner.look(handle).alive)
    runner.stop(handle, hard=False)


def test_a_worker_function_gets_its_spec(monkeypatch):
    with lambda_invocations("score") as (given, url):
        for name, value in (CREDENTIALS | {"AWS_ENDPOINT_URL_LAMBDA": url}).items():
            monkeypatch.setenv(name, value)
        bench = Workbench(work=lambda spec: None, environment={})
        open_runner("lambda://score", bench).start(SPEC)
        assert given == [{"spec": SPEC.to_json()}]
        with pytest.raises(BackendUnavailable, match="worker function"):
            open_runner("lambda://other", bench).start(SPEC)


def test_a_process_gets_its_spec_and_environment(tmp_path):
    out = tmp_path / "out"
    code = "import os, sys; open(sys.argv[1], 'w').write(os.environ['AUTOML_LITE_JOBSPEC'] + os.environ['EXTRA'])"
    bench = Workbench(work=lambda spec: None, environment={"EXTRA": "!"})
    runner = ProcessRunner("process://", bench, command=[sys.executable, "-c", code, str(out)])
    handle = runner.start(SPEC)
    assert until(lambda: runner.look(handle).alive is False)
    assert out.read_text() == SPEC.to_json() + "!"
    assert runner.look(handle).reason == "its process ended with status 0"


def test_another_runner_sees_and_ends_a_process(tmp_path):
    bench = Workbench(work=lambda spec: None, environment={})
    command = [sys.executable, "-c", WAIT, str(tmp_path / "never")]
    owner, other = (ProcessRunner("process://", bench, command=command) for _ in range(2))
    handle = owner.start(SPEC)
    assert other.look(handle).alive is True
    other.stop(handle, hard=True)
    assert until(lambda: other.look(handle).alive is False)
    assert until(lambda: owner.look(handle).alive is False)
    assert "SIGKILL" in owner.look(handle).reason
    pid = handle.split(":")[0]
    assert other.look(f"{pid}:0").alive is False
    assert other.look(f"{os.getpid()}:0").alive is False
