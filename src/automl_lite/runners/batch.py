"""Workers as jobs of AWS Batch: ``batch://JOB_QUEUE/JOB_DEFINITION``.

Region, credentials and, for an emulator, ``AWS_ENDPOINT_URL`` come from the environment, as the AWS SDK reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from botocore.exceptions import BotoCoreError, ClientError

from automl_lite._aws import client
from automl_lite.domain.errors import BackendUnavailable
from automl_lite.domain.fargate import VCPU, container_memory_mb
from automl_lite.domain.runs import JobSpec
from automl_lite.runners import Look, Workbench

_LIVE = frozenset({"SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING"})
# Between the start of an attempt and the worker's own clock lie the image and the imports.
STARTUP_S = 600
NAME = "automl-lite-"


class BatchRunner:
    """Submits each job once; AWS Batch queues it, starts the container, and starts it again after a Spot reclaim."""

    queues = True

    def __init__(self, url: str, bench: Workbench) -> None:
        parts = urlsplit(url)
        self._queue = parts.netloc
        self._definition = parts.path.strip("/")

    @cached_property
    def _client(self) -> Any:
        # Most requests start no training; they need not wait for this.
        return client("batch", read_timeout=20)

    def start(self, spec: JobSpec) -> str:
        """Submit the job, or find the one that was submitted for the same attempt."""
        name = job_name(spec)
        with _translated():
            for known in self._named(name):
                if known["status"] in _LIVE:
                    handle: str = known["jobId"]
                    return handle
            answer = self._client.submit_job(
                jobName=name,
                jobQueue=self._queue,
                jobDefinition=self._definition,
                containerOverrides={
                    "environment": [{"name": JobSpec.ENV, "value": spec.to_json()}],
                    "resourceRequirements": [
                        {"type": "VCPU", "value": str(VCPU)},
                        {"type": "MEMORY", "value": str(container_memory_mb(spec.memory_mb))},
                    ],
                },
                timeout={"attemptDurationSeconds": max(60, int(spec.time_limit_s)) + STARTUP_S},
                propagateTags=True,
            )
        handle = answer["jobId"]
        return handle

    def look(self, handle: str) -> Look:
        """Ask Batch for the job."""
        job = self._describe(handle)
        if job is None:
            return Look(alive=False, reason="AWS Batch does not know it")
        if job["status"] in _LIVE:
            return Look(alive=True)
        return Look(alive=False, reason=ending(job))

    def stop(self, handle: str, *, hard: bool) -> None:
        """Terminate the job: Batch sends SIGTERM, and SIGKILL half a minute later."""
        job = self._describe(handle)
        if job is None or job["status"] not in _LIVE:
            return
        with _translated():
            self._client.terminate_job(jobId=handle, reason="Ended by AutoML Lite.")

    def close(self) -> None:
        """Close idle connections."""
        if "_client" in vars(self):
            self._client.close()

    def _named(self, name: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_jobs").paginate(
            jobQueue=self._queue, filters=[{"name": "JOB_NAME", "values": [name]}]
        )
        for answer in pages:
            # The filter ignores case and AWS may answer with more than was asked for.
            yield from (job for job in answer["jobSummaryList"] if job["jobName"] == name)

    def _describe(self, handle: str) -> dict[str, Any] | None:
        if not _is_id(handle):
            return None
        with _translated():
            jobs = self._client.describe_jobs(jobs=[handle])["jobs"]
        return jobs[0] if jobs else None


def job_name(spec: JobSpec) -> str:
    """Return what Batch calls the job; its events name it so, and equal names are submitted once."""
    return f"{NAME}{spec.job_id}-{spec.attempt}"


def job_id_of(name: str) -> str | None:
    """Return the id of the job that ``job_name`` named, or None for other names."""
    rest = name.removeprefix(NAME)
    job_id = rest.rpartition("-")[0]
    return job_id if rest != name and _is_id(job_id) else None


def ending(job: dict[str, Any]) -> str:
    """Say how a Batch job ended, in its own words, from ``DescribeJobs`` or a state-change event."""
    container = job.get("container") or {}
    parts = [job.get("statusReason", ""), container.get("reason", "")]
    if container.get("exitCode") is not None:
        parts.append(f"its container ended with status {container['exitCode']}")
    said = "; ".join(dict.fromkeys(part for part in parts if part))
    return said or f"AWS Batch says {job['status']}"


def _is_id(handle: str) -> bool:
    try:
        return str(UUID(handle)) == handle
    except ValueError:
        return False


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as err:
        raise BackendUnavailable("training queue") from err
