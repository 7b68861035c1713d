"""The dispatcher: what is started, ended and swept up, and that none does it twice."""

from __future__ import annotations

import socket
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from automl_lite.domain.jobs import Cancel, JobState
from automl_lite.domain.records import utcnow
from automl_lite.runners import Workbench
from automl_lite.runners.process import ProcessRunner
from automl_lite.services.costs import Machine
from automl_lite.services.dispatch import Dispatcher
from automl_lite.services.lanes import Here, Lane
from automl_lite.services.prices import load_prices
from automl_lite.services.records import change
from automl_lite.services.specs import SpecWriter

SLEEPS = (sys.executable, "-c", "import time; time.sleep(60)")
DIES = (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")
DEAF = (sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)")


@pytest.fixture
def make(bench):
    """Return a function that makes dispatchers over processes that run a command."""
    made = []

    def dispatcher(command=SLEEPS, *, concurrency=1, heartbeat_s=60.0, overtime_s=100.0, grace_s=0.0):
        runner = ProcessRunner("process://", Workbench(work=lambda _: None, environment={}), command=command)
        machine = Machine(concurrency=concurrency, job_attempts=2, prices=load_prices())
        specs = SpecWriter(runner=runner, machine=machine, heartbeat_s=heartbeat_s, overtime_s=overtime_s)
        here = Here.now()
        lanes = [
            Lane(table, runner, specs, bench.notifier, here, concurrency=concurrency, cancel_grace_s=grace_s)
            for table in (bench.store.jobs, bench.store.batches)
        ]
        made.append(Dispatcher(*lanes, poll_s=0.05))
        made[-1].runner = runner
        return made[-1]

    yield dispatcher
    for each in made:
        each.close()
        each.runner.close()


def until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_jobs_start_in_their_order_while_there_is_room(bench, make):
    jobs = [bench.job(created_at=utcnow() + timedelta(seconds=n)) for n in range(3)]
    dispatcher = make(concurrency=2)
    dispatcher.step()
    dispatcher.step()
    states = [bench.store.jobs.get(job.id).state for job in jobs]
    assert states == [JobState.RUNNING, JobState.RUNNING, JobState.PENDING]
    lease = bench.store.jobs.get(jobs[0].id).lease
    assert lease.host == socket.gethostname()
    assert dispatcher.runner.look(lease.handle).alive


def test_a_worker_that_died_is_replaced_then_the_job_fails(bench, make):
    job = bench.job(max_attempts=2)
    dispatcher = make(DIES)
    until(lambda: dispatcher.step() or bench.store.jobs.get(job.id).state is JobState.FAILED)
    ended = bench.store.jobs.get(job.id)
    assert (ended.attempt, ended.error.code) == (2, "worker-died")
    assert "SIGKILL" in ended.error.message
    assert [event.kind for event in bench.notifier.events] == ["job-failed"]


def test_workers_of_other_machines_are_known_by_their_silence(bench, make):
    job = bench.job(max_attempts=1)
    bench.claim(lease_s=60)
    dispatcher = make(concurrency=0)
    dispatcher.step()
    assert bench.store.jobs.get(job.id).state is JobState.RUNNING
    late = utcnow() - timedelta(seconds=1)
    change(bench.store.jobs, job.id, lambda j: replace(j, lease=replace(j.lease, expires_at=late)))
    dispatcher.step()
    ended = bench.store.jobs.get(job.id)
    assert (ended.state, ended.error.code) == (JobState.FAILED, "worker-died")
    assert "silent" in ended.error.message


@pytest.mark.parametrize("command", [SLEEPS, DEAF])
def test_a_cancelled_worker_that_does_not_listen_is_ended(bench, make, command):
    job = bench.job()
    dispatcher = make(command)
    dispatcher.step()
    lease = bench.store.jobs.get(job.id).lease
    change(bench.store.jobs, job.id, lambda j: j.asked_to_stop(Cancel.CANCEL, now=utcnow()))
    time.sleep(0.01)
    dispatcher.step()
    assert bench.store.jobs.get(job.id).state is JobState.CANCELLED
    until(lambda: dispatcher.runner.look(lease.handle).alive is False)


def test_the_grace_period_is_kept(bench, make):
    job = bench.job()
    dispatcher = make(grace_s=60)
    dispatcher.step()
    change(bench.store.jobs, job.id, lambda j: j.asked_to_stop(Cancel.CANCEL, now=utcnow()))
    dispatcher.step()
    assert bench.store.jobs.get(job.id).state is JobState.RUNNING


def test_the_hard_time_out(bench, make):
    job = bench.job(budget_s=0.0)
    dispatcher = make(overtime_s=0.0)
    dispatcher.step()
    time.sleep(0.01)
    dispatcher.step()
    ended = bench.store.jobs.get(job.id)
    assert (ended.state, ended.error.code) == (JobState.FAILED, "time-limit")


def test_closing_hands_running_jobs_back_without_costing_an_attempt(bench, make):
    job = bench.job(max_attempts=1)
    dispatcher = make()
    dispatcher.step()
    handle = bench.store.jobs.get(job.id).lease.handle
    dispatcher.close()
    waiting = bench.store.jobs.get(job.id)
    assert (waiting.state, waiting.attempt, waiting.max_attempts) == (JobState.PENDING, 1, 2)
    until(lambda: dispatcher.runner.look(handle).alive is False)


def test_two_dispatchers_share_a_queue_without_starting_a_job_twice(bench, make):
    jobs = [bench.job() for _ in range(4)]
    both = [make(concurrency=4), make(concurrency=4)]
    threads = [threading.Thread(target=each.step) for each in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [bench.store.jobs.get(job.id).attempt for job in jobs] == [1, 1, 1, 1]
    assert len(both[0].runner._children) + len(both[1].runner._children) == 4


def test_it_goes_on_after_an_error_of_its_own(bench, make, monkeypatch):
    dispatcher = make()
    calls = []
    monkeypatch.setattr(dispatcher, "_turn", lambda: calls.append(1) or (_ for _ in ()).throw(ValueError("bug")))
    monkeypatch.setattr(dispatcher._stop, "wait", lambda seconds: len(calls) >= 3)
    dispatcher.start()
    until(lambda: len(calls) >= 3)
