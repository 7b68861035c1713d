"""From a job to the JobSpec that starts its worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from automl_lite.domain.batches import Batch
from automl_lite.domain.errors import Failure
from automl_lite.domain.jobs import Job
from automl_lite.domain.records import utcnow
from automl_lite.domain.runs import JobSpec
from automl_lite.errors import AutoMLLiteError
from automl_lite.runners import Runner
from automl_lite.services.costs import Machine
from automl_lite.services.records import change
from automl_lite.store import WorkTable

CONFIG = "config.json"

W = TypeVar("W", Job, Batch)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecWriter:
    """Writes specs; hands jobs to runners that have a queue of their own."""

    runner: Runner
    machine: Machine
    heartbeat_s: float
    overtime_s: float
    batch_s: float = 6 * 3600.0

    def write(self, job: Job | Batch) -> JobSpec:
        """Return the spec of ``job``, under its lease if it has one."""
        return JobSpec(
            kind=job.kind_of_work,
            job_id=job.id,
            dataset_id=job.dataset_id,
            config_key=job.key(CONFIG) if isinstance(job, Job) else "",
            token=job.lease.token if job.lease else 0,
            attempt=job.lease.token if job.lease else job.attempt + 1,
            worker=job.lease.worker if job.lease else "",
            time_limit_s=self.time_limit_s(job),
            memory_mb=self.machine.memory_mb_for(job.memory_mb),
            threads=self.machine.threads_per_job,
            heartbeat_s=self.heartbeat_s,
            lease_s=2 * self.heartbeat_s,
        )

    def time_limit_s(self, job: Job | Batch) -> float:
        """Return after how many seconds a worker of ``job`` is ended: the budget is a promise, this is the fuse."""
        return 1.5 * job.budget_s + self.overtime_s if isinstance(job, Job) else self.batch_s

    def hand_over(self, job: W, table: WorkTable[W]) -> W:
        """Give a pending job to the runner if that queues by itself; otherwise a dispatcher will find it.

        Raises BackendUnavailable, with the job failed, if the runner does not take it.
        """
        if not self.runner.queues:
            return job
        try:
            handle = self.runner.start(self.write(job))
        except AutoMLLiteError as err:
            failure = Failure(code="worker-not-started", message="The worker could not be started.", hint=err.hint)
            change(table, job.id, lambda current: current.failed(failure, now=utcnow()))
            raise
        return change(table, job.id, lambda current: current.handed_over(handle))
