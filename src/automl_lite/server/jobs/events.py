"""Server-sent events of a job: snapshots whose id is the record's version, so any of them resumes the story."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool

from automl_lite.domain.callers import Caller
from automl_lite.domain.errors import JobNotFound
from automl_lite.domain.jobs import Job
from automl_lite.server.deps import Links
from automl_lite.server.jobs import views
from automl_lite.services.jobs import Jobs

POLL_S = 0.7
# Proxies close silent connections, often after 30 or 60 seconds.
KEEP_ALIVE_S = 15.0


async def open_stream(
    jobs: Jobs, caller: Caller, job_id: str, links: Links, *, last_event_id: str, follow: bool = True
) -> AsyncIterator[bytes]:
    """Return the events after ``last_event_id``. Raises JobNotFound before the stream begins.

    Without ``follow`` the stream ends after the present state: clients come back by themselves, which is polling.
    """
    first = await run_in_threadpool(jobs.get, caller, job_id)
    return _events(jobs, caller, first, links, last_event_id, follow=follow)


async def _events(
    jobs: Jobs, caller: Caller, job: Job, links: Links, seen: str, *, follow: bool
) -> AsyncIterator[bytes]:
    yield b"retry: 2000\n\n"
    quiet_s = 0.0
    while True:
        if str(job.version) != seen:
            body = (await run_in_threadpool(views.detail, job, jobs, links)).model_dump_json()
            yield f"id: {job.version}\nevent: job\ndata: {body}\n\n".encode()
            seen, quiet_s = str(job.version), 0.0
        if job.state.is_over:
            yield f"id: {job.version}\nevent: end\ndata: {job.state.value}\n\n".encode()
            return
        if not follow:
            return
        await asyncio.sleep(POLL_S)
        quiet_s += POLL_S
        if quiet_s >= KEEP_ALIVE_S:
            yield b": still here\n\n"
            quiet_s = 0.0
        try:
            job = await run_in_threadpool(jobs.get, caller, job.id)
        except JobNotFound:
            yield b"event: end\ndata: deleted\n\n"
            return
