"""The job's state machine, by hand and by Hypothesis."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from automl_lite.domain.errors import Failure, JobStateError, LeaseLost
from automl_lite.domain.jobs import Cancel, Job, JobState, Result
from automl_lite.domain.records import from_plain, to_plain, utcnow
from tests.records import a_job

NOW = utcnow()
DIED = Failure(code="worker-died", message="gone")
RESULT = Result(model="m", metric="rmse", metric_label="RMSE", value=1.0)


def running(**changes) -> Job:
    return a_job(**changes).claimed(worker="w", host="h", now=NOW, lease_s=10)


def test_a_dead_worker_is_replaced_while_attempts_are_left():
    first = running(max_attempts=2)
    queued = first.died(DIED, now=NOW)
    assert (queued.state, queued.error, queued.lease) == (JobState.PENDING, DIED, None)
    second = queued.claimed(worker="w", host="h", now=NOW, lease_s=10)
    assert second.lease.token == 2
    with pytest.raises(LeaseLost):
        second.held_by(1)
    ended = second.died(DIED, now=NOW)
    assert (ended.state, ended.error, ended.finished_at) == (JobState.FAILED, DIED, NOW)


def test_a_worker_that_dies_after_cancel_leaves_a_cancelled_job():
    job = running(max_attempts=5).asked_to_stop(Cancel.CANCEL, now=NOW)
    assert job.died(DIED, now=NOW).state is JobState.CANCELLED


def test_handing_back_costs_no_attempt():
    job = running(max_attempts=1).released(now=NOW)
    assert job.claimed(worker="w", host="h", now=NOW, lease_s=1).died(DIED, now=NOW).state is JobState.FAILED
    again = running(max_attempts=1).released(now=NOW).claimed(worker="w", host="h", now=NOW, lease_s=1)
    assert again.attempt == again.max_attempts == 2


def test_waiting_jobs_are_cancelled_at_once():
    job = a_job().asked_to_stop(Cancel.STOP, now=NOW)
    assert (job.state, job.finished_at) == (JobState.CANCELLED, NOW)


def test_cancel_outranks_stop_and_never_restarts_the_clock():
    later = NOW + timedelta(seconds=5)
    stopping = running().asked_to_stop(Cancel.STOP, now=NOW)
    cancelling = stopping.asked_to_stop(Cancel.CANCEL, now=later)
    assert (cancelling.cancel, cancelling.cancel_at) == (Cancel.CANCEL, later)
    assert cancelling.asked_to_stop(Cancel.STOP, now=later + timedelta(seconds=9)) == cancelling


def test_a_retry_forgets_the_last_attempt_but_not_its_number():
    failed = running(tags=("x",)).failed(DIED, now=NOW)
    again = failed.retried(now=NOW)
    assert (again.state, again.error, again.attempt, again.tags) == (JobState.PENDING, None, 1, ("x",))
    assert again.max_attempts > again.attempt
    assert again.claimed(worker="w", host="h", now=NOW, lease_s=1).lease.token == 2


@pytest.mark.parametrize("how", ["retried", "claim", "cancel", "complete"])
def test_completed_jobs_stay_completed(how):
    done = running().completed(RESULT, now=NOW)
    steps = {
        "retried": lambda: done.retried(now=NOW),
        "claim": lambda: done.claimed(worker="w", host="h", now=NOW, lease_s=1),
        "cancel": lambda: done.asked_to_stop(Cancel.CANCEL, now=NOW),
        "complete": lambda: done.completed(RESULT, now=NOW),
    }
    with pytest.raises(JobStateError, match="is completed"):
        steps[how]()


class JobLife(RuleBasedStateMachine):
    """Any order of events: tokens only grow, ends are ends, and the record survives JSON."""

    @initialize()
    def begin(self) -> None:
        self.job = a_job(max_attempts=2)
        self.tokens = [0]

    def attempt(self, step) -> None:
        before = self.job
        try:
            self.job = step(before)
        except (JobStateError, LeaseLost):
            assert self.job is before

    @rule()
    def claim(self) -> None:
        self.attempt(lambda job: job.claimed(worker="w", host="h", now=NOW, lease_s=10))
        if self.job.lease:
            self.tokens.append(self.job.lease.token)

    @rule()
    def stale_worker_finishes(self) -> None:
        stale = max(self.tokens) - 1
        self.attempt(lambda job: job.held_by(stale).completed(RESULT, now=NOW))
        assert self.job.state is not JobState.COMPLETED or self.job.result is not None

    @rule()
    def worker_finishes(self) -> None:
        self.attempt(lambda job: job.held_by(max(self.tokens)).completed(RESULT, now=NOW))

    @rule()
    def worker_fails(self) -> None:
        self.attempt(lambda job: job.held_by(max(self.tokens)).failed(DIED, now=NOW))

    @rule()
    def worker_dies(self) -> None:
        self.attempt(lambda job: job.held_by(max(self.tokens)).died(DIED, now=NOW))

    @rule()
    def server_stops(self) -> None:
        self.attempt(lambda job: job.held_by(max(self.tokens)).released(now=NOW))

    @rule()
    def user_cancels(self) -> None:
        self.attempt(lambda job: job.asked_to_stop(Cancel.CANCEL, now=NOW))

    @precondition(lambda self: self.job.state is not JobState.COMPLETED)
    @rule()
    def user_retries(self) -> None:
        self.attempt(lambda job: job.retried(now=NOW))

    @invariant()
    def leases_belong_to_running_jobs(self) -> None:
        if hasattr(self, "job"):
            assert (self.job.lease is not None) == (self.job.state is JobState.RUNNING)
            assert self.tokens == sorted(self.tokens)
            assert self.job.state.is_over == (self.job.finished_at is not None)
            assert from_plain(Job, to_plain(self.job)) == self.job


TestJobLife = JobLife.TestCase
TestJobLife.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
