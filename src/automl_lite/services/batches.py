"""Batches: files of rows through a model, from the check of their columns to the download of the answers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson

from automl_lite.blobs import Blobs, Download
from automl_lite.domain.batches import MAX_TOLD_LABELS, Batch, BatchFilter, BatchKind
from automl_lite.domain.callers import Caller
from automl_lite.domain.datasets import Dataset, DatasetState
from automl_lite.domain.errors import (
    BlobNotFound,
    DatasetNotFound,
    DatasetNotReady,
    InvalidConfig,
    InvalidRequest,
    NoSuchResult,
    NotDeployed,
    StateError,
)
from automl_lite.domain.jobs import Cancel, Job, JobState
from automl_lite.domain.monitors import AlertFilter
from automl_lite.domain.pages import Page
from automl_lite.domain.records import utcnow
from automl_lite.errors import AutoMLLiteError
from automl_lite.services.checks import FileChecks
from automl_lite.services.datasets import Datasets
from automl_lite.services.evaluations import accuracy_at_test
from automl_lite.services.files import BATCH_FILES
from automl_lite.services.jobs import FileLinks, Jobs, read_log, slug
from automl_lite.services.lanes import Lane
from automl_lite.services.records import change, own_batch, own_dataset, own_job
from automl_lite.services.specs import SpecWriter
from automl_lite.services.training import metrics_of
from automl_lite.services.uploads import RAW, Uploads
from automl_lite.store import Store

log = logging.getLogger("automl_lite.batches")

MODEL = "model.onnx"
MAX_NAME = 200
# Small files are answered at once, but no more of them side by side than this, beside the queue.
MAX_AT_ONCE = 4
MAX_TIMELINE_COLUMNS = 100
# Measured for files of any length (make bench-batch): libraries, one part of rows, the model. Measuring takes more.
MEMORY_MB = {BatchKind.PREDICT: 1_000, BatchKind.VALIDATE: 2_000}
_POINT = ("severity", "verdict", "n_drifted", "n_columns", "prediction", "accuracy", "accuracy_low", "accuracy_high")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLimits:
    """``inline_bytes``: files up to this size do not wait in the queue; ``retention_days`` 0 keeps everything.

    ``validates_inline`` is False where what answers small files lacks the libraries that measure them (Lambda).
    """

    inline_bytes: int
    retention_days: float
    validates_inline: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """What a caller asks for; an empty name is made from the file's."""

    job_id: str
    dataset_id: str
    kind: BatchKind = BatchKind.PREDICT
    name: str = ""
    allow_problems: bool = False
    challenger_id: str = ""
    metric: str = ""


class Batches:
    """Files through models."""

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        uploads: Uploads,
        datasets: Datasets,
        jobs: Jobs,
        specs: SpecWriter,
        checks: FileChecks,
        at_once: Lane[Batch],
        limits: BatchLimits,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._uploads = uploads
        self._datasets = datasets
        self._jobs = jobs
        self._specs = specs
        self._checks = checks
        self._at_once = at_once
        self._limits = limits

    def check(self, caller: Caller, job_id: str, dataset_id: str) -> Future[dict[str, Any]]:
        """Compare a file with what a model takes, before anything is scored; the answer is kept for the next time.

        Raises JobNotFound, NotTrained, NoPortableModel, DatasetNotFound, UploadMissing, DatasetNotReady, Busy. The
        future raises what is wrong with the file if it cannot be read.
        """
        return self._checks.find(self._model(caller, job_id), self._file(caller, dataset_id))

    def carry_out_check(self, job_id: str, dataset_id: str) -> None:
        """Do what ``check`` has handed over. Raises JobNotFound, DatasetNotFound."""
        self._checks.carry_out(self._store.jobs.get(job_id), self._store.datasets.get(dataset_id))

    def start(self, caller: Caller, wanted: NewBatch) -> Batch:
        """Queue a batch, or begin it at once if its file is small.

        Raises NotDeployed if answers are wanted from a model that is not deployed, InvalidRequest for a challenger that
        answers another question, and what ``check`` raises about model and file.
        """
        job, dataset = self._model(caller, wanted.job_id), self._file(caller, wanted.dataset_id)
        if wanted.kind is BatchKind.PREDICT and job.deployed_at is None:
            raise NotDeployed(job.id)
        if wanted.metric and wanted.metric not in metrics_of(job.task):
            raise InvalidConfig(
                f"{wanted.metric} is not a metric of {job.task} problems.",
                hint=f"Choose one of: {', '.join(metrics_of(job.task))}.",
            )
        challenger = self._challenger(caller, job, wanted)
        now, days = utcnow(), self._limits.retention_days
        batch = Batch(
            id=str(uuid4()),
            user_id=caller.user_id,
            job_id=job.id,
            dataset_id=dataset.id,
            dataset_name=dataset.filename,
            kind=wanted.kind,
            name=(wanted.name.strip() or dataset.filename)[:MAX_NAME],
            model_name=job.name,
            target=job.target,
            task=job.task,
            metric=wanted.metric or (job.metric if wanted.kind is BatchKind.VALIDATE else ""),
            challenger_id=challenger.id if challenger else "",
            challenger_name=challenger.name if challenger else "",
            allow_problems=wanted.allow_problems,
            memory_mb=MEMORY_MB[wanted.kind],
            max_attempts=self._specs.machine.job_attempts,
            created_at=now,
            queued_at=now,
            expires_at=now + timedelta(days=days) if days else None,
        )
        if self._fits_at_once(dataset, wanted.kind):
            claimed = self._at_once.claimed(batch)
            self._store.batches.add(claimed)
            return self._at_once.start_here(claimed)
        self._store.batches.add(batch)
        return self._specs.hand_over(batch, self._store.batches)

    def start_with(self, caller: Caller, wanted: NewBatch, *, filename: str, data: bytes) -> Batch:
        """Begin a batch on a file that came with the request; nothing is kept of it if that is refused.

        Raises TooLarge, and what ``start`` raises.
        """
        dataset = self._uploads.take(caller, filename=filename, data=data)
        try:
            return self.start(caller, replace(wanted, dataset_id=dataset.id))
        except AutoMLLiteError:
            self._datasets.erase(dataset)
            raise

    def page(self, caller: Caller, filters: BatchFilter, *, limit: int, cursor: str | None) -> Page[Batch]:
        """List the caller's batches, newest first. Raises JobNotFound for a model that is not the caller's."""
        if filters.job_id:
            own_job(self._store, caller, filters.job_id)
        return self._store.batches.page(caller.user_id, filters, limit=limit, cursor=cursor)

    def get(self, caller: Caller, batch_id: str) -> Batch:
        """Return one of the caller's batches."""
        return own_batch(self._store, caller, batch_id)

    def cancel(self, caller: Caller, batch_id: str) -> Batch:
        """Ask a batch to end; its worker obeys between two parts, or is ended by its dispatcher."""
        own_batch(self._store, caller, batch_id)
        asked = change(self._store.batches, batch_id, lambda batch: batch.asked_to_stop(Cancel.CANCEL, now=utcnow()))
        if asked.state.is_over:
            self._clear_parts(asked)
            if asked.handle:
                self._specs.runner.stop(asked.handle, hard=True)  # it waits in the runner's own queue
        return asked

    def retry(self, caller: Caller, batch_id: str) -> Batch:
        """Queue a failed or cancelled batch again; parts that were finished are kept."""
        batch = own_batch(self._store, caller, batch_id)
        batch.retried(now=utcnow())
        self._file(caller, batch.dataset_id)
        self._model(caller, batch.job_id)
        queued = change(self._store.batches, batch_id, lambda current: current.retried(now=utcnow()))
        return self._specs.hand_over(queued, self._store.batches)

    def delete(self, caller: Caller, batch_id: str, *, delete_data: bool) -> None:
        """End the batch if it runs, delete its record and files, and its data if nobody else uses that."""
        batch = own_batch(self._store, caller, batch_id)
        self._erase(batch)
        if not delete_data:
            return
        others = BatchFilter(dataset_id=batch.dataset_id)
        if self._store.batches.page(caller.user_id, others, limit=1).items:
            return
        try:
            self._datasets.delete(caller, batch.dataset_id)
        except (DatasetNotFound, StateError) as err:
            # Gone already, or a job uses it: what was asked for holds either way.
            log.info("the data of a deleted batch stays: %s", err.message)

    def forget_model(self, job: Job) -> None:
        """Delete what a deleted model said: its batches, its alerts and how it was watched."""
        filters = BatchFilter(job_id=job.id)
        while batches := self._store.batches.page(job.user_id, filters, limit=100).items:
            for batch in batches:
                self._erase(batch)
        while alerts := self._store.alerts.page(job.user_id, AlertFilter(job_id=job.id), limit=100).items:
            for alert in alerts:
                self._store.alerts.delete(alert.id)
        self._store.monitors.delete(job.id)

    def sweep(self) -> int:
        """Delete batches whose time is over; return how many."""
        expired = self._store.batches.expired(utcnow())
        for batch in expired:
            self._erase(batch)
            log.info("deleted a batch after its time", extra={"batch_id": batch.id})
        return len(expired)

    def json_file(self, caller: Caller, batch_id: str, name: str, what: str) -> tuple[Batch, bytes]:
        """Return a JSON file as the worker wrote it. Raises NoSuchResult."""
        batch = own_batch(self._store, caller, batch_id)
        try:
            if batch.state is not JobState.COMPLETED:
                raise NoSuchResult(batch.id, batch.state, what)
            with self._blobs.open(batch.key(name)) as file:
                return batch, file.read()
        except BlobNotFound as err:
            raise NoSuchResult(batch.id, batch.state, what) from err

    def log(self, caller: Caller, batch_id: str, *, offset: int) -> dict[str, Any]:
        """Return the log's lines from byte ``offset`` on."""
        batch = own_batch(self._store, caller, batch_id)
        return read_log(self._blobs, batch.key("log.txt"), offset=offset, is_over=batch.state.is_over)

    def files(self, batch: Batch) -> list[FileLinks]:
        """Return the files to take away, with their links; empty before the batch has completed."""
        found = []
        for artifact in batch.result.artifacts if batch.result else ():
            if artifact.name in BATCH_FILES:
                label, suffix = BATCH_FILES[artifact.name]
                filename = f"{slug(batch.name)}-{suffix}"
                download = Download(filename=filename, content_type=artifact.content_type)
                link = self._blobs.get_link(
                    batch.key(artifact.name), expires_at=self._jobs.links_expire_at(), download=download
                )
                found.append(FileLinks(artifact=artifact, label=label, filename=filename, url=link.url, view_url=""))
        return found

    def compare(self, caller: Caller, batch_id: str, other_id: str) -> dict[str, Any]:
        """Compare the rows of two batches of one model, and what it said about them.

        Raises NoSuchResult before both have completed, InvalidRequest if they are of different models.
        """
        from automl_lite.inference.comparison import compare_counts

        (a, first), (b, second) = (
            self.json_file(caller, wanted, "counts.json", "counts") for wanted in (batch_id, other_id)
        )
        if a.job_id != b.job_id:
            raise InvalidRequest(
                "The two batches are of different models.", hint="Compare batches of one model with each other."
            )
        counts = orjson.loads(first), orjson.loads(second)
        totals = [sum(c["labels"].values()) or 1 for c in counts]
        labels = sorted({*counts[0]["labels"], *counts[1]["labels"]}, key=lambda n: -counts[0]["labels"].get(n, 0))
        return {
            "a": a,
            "b": b,
            "labels": [
                {"label": n, **{k: c["labels"].get(n, 0) / t for k, c, t in zip("ab", counts, totals, strict=True)}}
                for n in labels[:MAX_TOLD_LABELS]
            ],
            **compare_counts(*counts).as_dict(),
        }

    def timeline(self, caller: Caller, job_id: str, *, limit: int) -> dict[str, Any]:
        """Return how the batches of a model have drifted, oldest first, and which columns, most often first."""
        job = own_job(self._store, caller, job_id)
        batches: list[Batch] = []
        cursor: str | None = None
        while len(batches) < limit:
            filters = BatchFilter(job_id=job.id, state=JobState.COMPLETED)
            page = self._store.batches.page(caller.user_id, filters, limit=limit, cursor=cursor)
            batches += [batch for batch in page.items if batch.result and batch.result.drift]
            cursor = page.next_cursor
            if cursor is None:
                break
        shown = batches[:limit][::-1]
        return {
            "job_id": job.id,
            "points": [_point(batch) for batch in shown],
            "columns": _cells(shown),
            "test_accuracy": accuracy_at_test(self._blobs, job.id),
        }

    def links_expire_at(self) -> datetime:
        """Return when links that are handed out now expire."""
        return self._jobs.links_expire_at()

    def _model(self, caller: Caller, job_id: str) -> Job:
        job = own_job(self._store, caller, job_id)
        job.check_servable()
        return job

    def _file(self, caller: Caller, dataset_id: str) -> Dataset:
        """Return a data set whose bytes are there, read or not: a batch reads them in the types of its model."""
        dataset = own_dataset(self._store, caller, dataset_id)
        if dataset.state is DatasetState.WAITING:
            self._uploads.settle(dataset)
        if dataset.state is DatasetState.REJECTED:
            raise DatasetNotReady(dataset.id, dataset.state)
        return dataset

    def _challenger(self, caller: Caller, job: Job, wanted: NewBatch) -> Job | None:
        if not wanted.challenger_id:
            return None
        challenger = self._model(caller, wanted.challenger_id)
        if challenger.id == job.id:
            raise InvalidRequest(
                "challenger_id names the champion itself.", hint="Name another model of the same target."
            )
        if (challenger.target, challenger.task) != (job.target, job.task):
            raise InvalidRequest(
                f"One model answers {job.target!r} ({job.task}), the other {challenger.target!r} ({challenger.task}).",
                hint="Compare models that were trained for the same target.",
            )
        return challenger

    def _fits_at_once(self, dataset: Dataset, kind: BatchKind) -> bool:
        if kind is BatchKind.VALIDATE and not self._limits.validates_inline:
            return False
        size = dataset.size_bytes or self._blobs.info(dataset.key(RAW)).size_bytes
        if size > self._limits.inline_bytes:
            return False
        return len(self._store.batches.running()) < MAX_AT_ONCE

    def _erase(self, batch: Batch) -> None:
        handle = batch.lease.handle if batch.lease else batch.handle
        if handle and not batch.state.is_over:
            # Its worker would find the record gone within a heartbeat; this is sooner.
            self._specs.runner.stop(handle, hard=True)
        self._store.batches.delete(batch.id)
        self._blobs.delete_all(batch.key(""))

    def _clear_parts(self, batch: Batch) -> None:
        self._blobs.delete_all(batch.key("parts/"))


def _point(batch: Batch) -> dict[str, Any]:
    result = batch.result
    drift = result.drift if result else None
    return {
        "batch_id": batch.id,
        "kind": batch.kind.value,
        "name": batch.name,
        "created_at": batch.created_at,
        "n_rows": result.n_rows if result else 0,
        **{name: getattr(drift, name) for name in _POINT},
        "metric": result.metric if result else None,
    }


def _cells(batches: Sequence[Batch]) -> list[dict[str, Any]]:
    """Return a row for each column that drifted in any batch: its severity in every batch, None where it did not."""
    cells: dict[str, list[dict[str, Any] | None]] = {}
    for at, batch in enumerate(batches):
        for column in batch.result.drift.columns if batch.result and batch.result.drift else ():
            row = cells.setdefault(column.column, [None] * len(batches))
            row[at] = {"severity": column.severity, "psi": column.psi}
    often = sorted(cells.items(), key=lambda item: (-sum(cell is not None for cell in item[1]), item[0]))
    return [{"column": name, "cells": row} for name, row in often[:MAX_TIMELINE_COLUMNS]]
