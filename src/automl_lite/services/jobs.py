"""Jobs after they were queued: look at, annotate, end, retry, deploy, delete; their logs, evaluation and files."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson

from automl_lite.blobs import Blobs, Download
from automl_lite.domain.callers import Caller
from automl_lite.domain.errors import (
    ArtifactNotFound,
    BlobNotFound,
    DatasetNotFound,
    InvalidConfig,
    JobNotFound,
    NotTrained,
    StateError,
)
from automl_lite.domain.jobs import Artifact, Cancel, Job, JobFilter, JobState
from automl_lite.domain.pages import Page
from automl_lite.domain.records import from_plain, utcnow
from automl_lite.domain.runs import RunConfig
from automl_lite.services.costs import Cost, Machine
from automl_lite.services.datasets import Datasets
from automl_lite.services.files import FILES, type_of
from automl_lite.services.promotion import put_in_service
from automl_lite.services.records import change, own_job
from automl_lite.services.specs import CONFIG, SpecWriter
from automl_lite.services.training import clean_tags
from automl_lite.store import Store

log = logging.getLogger("automl_lite.jobs")

LOG = "log.txt"
PAGE = "page.html"
MAX_TAGS, MAX_NOTES = 10, 1000
MAX_LOG_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLinks:
    """A file of a job with its signed links (``view_url`` is empty for what browsers should only save)."""

    artifact: Artifact
    label: str
    filename: str
    url: str
    view_url: str


class Jobs:
    """Trainings of one user or another."""

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        datasets: Datasets,
        specs: SpecWriter,
        machine: Machine,
        *,
        link_seconds: int,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._datasets = datasets
        self._specs = specs
        self._machine = machine
        self._link_seconds = link_seconds

    def page(self, caller: Caller, filters: JobFilter, *, limit: int, cursor: str | None) -> Page[Job]:
        """List the caller's jobs, newest first, without their detail."""
        return self._store.jobs.page(caller.user_id, filters, limit=limit, cursor=cursor)

    def get(self, caller: Caller, job_id: str) -> Job:
        """Return one of the caller's jobs."""
        return own_job(self._store, caller, job_id)

    def config(self, job: Job) -> RunConfig:
        """Return the settings in force."""
        try:
            with self._blobs.open(job.key(CONFIG)) as file:
                return from_plain(RunConfig, orjson.loads(file.read()))
        except BlobNotFound as err:
            raise JobNotFound(job.id) from err

    def cost(self, job: Job) -> Cost:
        """Return what the training cost so far, or will at most."""
        return self._machine.cost(job.progress.elapsed_s if job.state.is_over else job.budget_s, job.memory_mb)

    def annotate(
        self, caller: Caller, job_id: str, *, name: str | None, tags: tuple[str, ...] | None, notes: str | None
    ) -> Job:
        """Change what people wrote about a job; None leaves a part as it is. Raises InvalidConfig."""
        own_job(self._store, caller, job_id)
        cleaned = None if tags is None else clean_tags(tags)
        if name is not None and not name.strip():
            raise InvalidConfig("The name is empty.", hint="Give the run a name, or leave it out.")

        def edit(job: Job) -> Job:
            detail = job.detail if notes is None else replace(job.detail, notes=notes)
            return replace(
                job,
                name=job.name if name is None else name.strip(),
                tags=job.tags if cleaned is None else cleaned,
                detail=detail,
            )

        return change(self._store.jobs, job_id, edit)

    def cancel(self, caller: Caller, job_id: str, how: Cancel) -> Job:
        """Ask a job to end; its worker obeys within seconds, or is ended by its dispatcher."""
        own_job(self._store, caller, job_id)
        asked = change(self._store.jobs, job_id, lambda job: job.asked_to_stop(how, now=utcnow()))
        if asked.state.is_over and asked.handle:
            self._specs.runner.stop(asked.handle, hard=True)  # it waits in the runner's own queue
        return asked

    def retry(self, caller: Caller, job_id: str) -> Job:
        """Queue a failed or cancelled job again. Raises DatasetNotFound if its data is gone."""
        job = own_job(self._store, caller, job_id)
        job.retried(now=utcnow())
        self._datasets.ready(caller, job.dataset_id)
        queued = change(self._store.jobs, job_id, lambda current: current.retried(now=utcnow()))
        return self._specs.hand_over(queued, self._store.jobs)

    def deploy(self, caller: Caller, job_id: str, *, deploy: bool) -> Job:
        """Let the model answer, or not. Raises NotTrained before the job has completed, NoPortableModel."""
        own_job(self._store, caller, job_id)

        def switch(job: Job) -> Job:
            job.check_servable()
            if deploy:
                return job if job.deployed_at else replace(job, deployed_at=utcnow())
            return replace(job, deployed_at=None)

        return change(self._store.jobs, job_id, switch)

    def promote(self, caller: Caller, job_id: str, replaces: str) -> Job:
        """Deploy one model and take another, of the same question, out of service.

        Raises NotTrained, NoPortableModel, InvalidConfig if the two answer different questions.
        """
        winner, loser = own_job(self._store, caller, job_id), own_job(self._store, caller, replaces)
        if winner.id == loser.id or (winner.target, winner.task) != (loser.target, loser.task):
            raise InvalidConfig(
                f"{winner.name!r} cannot take the place of {loser.name!r}: they must be two models of one target.",
                hint="Name the model that is in service for the same target as replaces.",
            )
        return put_in_service(self._store, winner.id, loser.id)

    def delete(self, caller: Caller, job_id: str, *, delete_data: bool) -> None:
        """Cancel the job if it runs, then delete its record and files, and its data if nobody else uses that."""
        job = own_job(self._store, caller, job_id)
        handle = job.lease.handle if job.lease else job.handle
        if handle and not job.state.is_over:
            # Its worker would find the record gone within a heartbeat; this is sooner.
            self._specs.runner.stop(handle, hard=True)
        self._store.jobs.delete(job.id)
        self._blobs.delete_all(job.key(""))
        if delete_data:
            self._delete_data(caller, job.dataset_id)

    def _delete_data(self, caller: Caller, dataset_id: str) -> None:
        if self._store.jobs.page(caller.user_id, JobFilter(dataset_id=dataset_id), limit=1).items:
            return
        try:
            self._datasets.delete(caller, dataset_id)
        except (DatasetNotFound, StateError) as err:
            # Gone already, or somebody began to use it this moment: what was asked for holds either way.
            log.info("the data of a deleted job stays: %s", err.message)

    def log(self, caller: Caller, job_id: str, *, offset: int) -> dict[str, Any]:
        """Return the log's lines from byte ``offset`` on, whole lines only while the job runs."""
        job = own_job(self._store, caller, job_id)
        return read_log(self._blobs, job.key(LOG), offset=offset, is_over=job.state.is_over)

    def json_file(self, caller: Caller, job_id: str, name: str) -> tuple[Job, bytes]:
        """Return a JSON file as the training wrote it. Raises NotTrained, ArtifactNotFound."""
        job = own_job(self._store, caller, job_id)
        if job.state is not JobState.COMPLETED:
            raise NotTrained(job.id, job.state)
        try:
            with self._blobs.open(job.key(name)) as file:
                return job, file.read()
        except BlobNotFound as err:
            raise ArtifactNotFound(name, job.id) from err

    def links_bucket(self) -> int:
        """Return the number of the present half life of links: within it, the same job gives the same links."""
        return int(datetime.now(UTC).timestamp() // (self._link_seconds / 2))

    def links_expire_at(self) -> datetime:
        """Return when links that are handed out now expire: in at least half their life time."""
        return datetime.fromtimestamp((self.links_bucket() + 2) * (self._link_seconds / 2), UTC)

    def files(self, job: Job) -> list[FileLinks]:
        """Return the job's files with their links; empty before it has completed."""
        artifacts = job.result.artifacts if job.result else ()
        return [self._file(job, artifact) for artifact in artifacts]

    def onnx_url(self, job: Job) -> str:
        """Return a link to model.onnx. Raises NotTrained."""
        for artifact in job.result.artifacts if job.result else ():
            if artifact.name == "model.onnx":
                return self._file(job, artifact).url
        raise NotTrained(job.id, job.state)

    def publish_page(
        self, caller: Caller, job_id: str, make: Callable[[Job, bytes, dict[str, Any]], bytes]
    ) -> FileLinks:
        """Make the page that holds the model and its form, and return its links.

        ``make`` is given the job, its model.onnx and its metadata. Raises NotTrained, NoPortableModel,
        ArtifactNotFound.
        """
        own_job(self._store, caller, job_id).check_servable()
        job, metadata = self.json_file(caller, job_id, "metadata.json")
        _, model = self.json_file(caller, job_id, "model.onnx")
        page = make(job, model, orjson.loads(metadata))
        self._blobs.put(job.key(PAGE), page)
        return self._file(job, Artifact(name=PAGE, content_type=type_of(PAGE), size_bytes=len(page)))

    def _file(self, job: Job, artifact: Artifact) -> FileLinks:
        label, suffix = FILES.get(artifact.name, (artifact.name, artifact.name))
        filename = f"{slug(job.name)}-{suffix}"
        download = Download(filename=filename, content_type=artifact.content_type)
        expires_at, key = self.links_expire_at(), job.key(artifact.name)
        view_url = ""
        if artifact.content_type.startswith("text/html"):
            shown = replace(download, inline=True)
            view_url = self._blobs.get_link(key, expires_at=expires_at, download=shown).url
        url = self._blobs.get_link(key, expires_at=expires_at, download=download).url
        return FileLinks(artifact=artifact, label=label, filename=filename, url=url, view_url=view_url)


def read_log(blobs: Blobs, key: str, *, offset: int, is_over: bool) -> dict[str, Any]:
    """Return the lines of a log from byte ``offset`` on, whole lines only while it is being written."""
    try:
        with blobs.open(key) as file:
            offset = min(offset, file.seek(0, os.SEEK_END))  # no file system takes every number
            file.seek(offset)
            data = file.read(MAX_LOG_BYTES)
            at_end = not file.read(1)
    except BlobNotFound:
        data, at_end = b"", True
    if not (at_end and is_over) and b"\n" in data:
        data = data[: data.rindex(b"\n") + 1]
    return {
        "lines": data.decode("utf-8", "replace").splitlines(),
        "next_offset": offset + len(data),
        "complete": at_end and is_over,
    }


def slug(name: str) -> str:
    """Return a file name made of a job's name: letters and digits of any script, hyphens between."""
    words = "".join(c if c.isalnum() else " " for c in name).split()
    return "-".join(words)[:60].strip("-") or "model"
