"""``kill -9`` of workers and servers at random moments: nothing is lost, nothing is stuck."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

from tests.processes import HEARTBEAT_S, is_over, running

# A worker needs seconds to import its libraries; by the end of this it trains or writes its files.
MOMENTS_S = (0.0, 6.0)


def killed_worker(folder: Path, moment_s: float, *, attempts: int) -> tuple[dict, float]:
    """Kill the first worker of a job; return the job once it was noticed, and after how many seconds that was."""
    with running(folder, job_attempts=attempts) as server:
        job_id = server.train(server.dataset())
        server.until(job_id, lambda job: job["status"] == "running" and server.workers())
        time.sleep(moment_s)
        if not server.workers():  # it was quicker than the moment: nothing to kill
            return server.until(job_id, is_over), 0.0
        began = time.monotonic()
        os.kill(server.workers()[0], signal.SIGKILL)
        job = server.until(job_id, lambda job: is_over(job) or job["attempt"] > 1 or job["error"])
        noticed_s = time.monotonic() - began
        return (job if attempts == 1 else server.until(job_id, is_over)), noticed_s


def killed_server(folder: Path, moment_s: float) -> list[dict]:
    """Kill the server while a job runs and another waits, start it again, return how the jobs ended."""
    with running(folder, concurrency=1) as server:
        dataset_id = server.dataset()
        jobs = [server.train(dataset_id), server.train(dataset_id)]
        server.until(jobs[0], lambda job: job["status"] == "running")
        time.sleep(moment_s)
        server.kill()
    with running(folder, concurrency=1) as server:
        assert server.get(f"/api/datasets/{dataset_id}")["status"] == "ready"
        assert {job["id"] for job in server.get("/api/jobs")["items"]} == set(jobs)
        return [server.until(job_id, is_over) for job_id in jobs]


def test_a_killed_worker_is_noticed_and_its_job_fails_with_the_reason(tmp_path):
    job, noticed_s = killed_worker(tmp_path, random.uniform(0, 2), attempts=1)
    assert (job["status"], job["error"]["code"]) == ("failed", "worker-died")
    assert "SIGKILL" in job["error"]["message"]
    assert noticed_s < 2 * HEARTBEAT_S


def test_a_killed_worker_is_replaced_where_attempts_are_left(tmp_path):
    job, _ = killed_worker(tmp_path, random.uniform(*MOMENTS_S), attempts=2)
    assert (job["status"], job["error"]) == ("completed", None)


def test_a_killed_server_loses_nothing(tmp_path):
    moment_s = random.uniform(*MOMENTS_S)
    assert [job["status"] for job in killed_server(tmp_path, moment_s)] == ["completed", "completed"], moment_s
