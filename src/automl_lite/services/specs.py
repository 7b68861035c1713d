"""From a job to the JobSpec that starts its worker."""

from __future__ import annotations

from dataclasses import dataclass

from automl_lite.domain.jobs import Job
from automl_lite.domain.runs import JobSpec
from automl_lite.runners import Runner
from automl_lite.services.costs import Machine

CONFIG = "config.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecWriter:
    """Writes specs; hands jobs to runners that have a queue of their own."""

    runner: Runner
    machine: Machine
    heartbeat_s: float
    overtime_s: float

    def write(self, job: Job) -> JobSpec:
        """Return the spec of ``job``, under its lease if it has one."""
        return JobSpec(
            job_id=job.id,
            dataset_id=job.dataset_id,
            config_key=job.key(CONFIG),
            token=job.lease.token if job.lease else 0,
            worker=job.lease.worker if job.lease else "",
            time_limit_s=self.time_limit_s(job),
            memory_mb=self.machine.memory_mb_per_job,
            threads=self.machine.threads_per_job,
            heartbeat_s=self.heartbeat_s,
            lease_s=2 * self.heartbeat_s,
        )

    def time_limit_s(self, job: Job) -> float:
        """Return after how many seconds a worker of ``job`` is ended: the budget is a promise, this is the fuse."""
        return 1.5 * job.budget_s + self.overtime_s

    def hand_over(self, job: Job) -> None:
        """Give a pending job to the runner if that queues by itself; otherwise a dispatcher will find it."""
        if self.runner.queues:
            self.runner.start(self.write(job))
