"""A store in this process's memory, for tests and trials: ``memory://``."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from automl_lite.domain.datasets import Dataset, DatasetState
from automl_lite.domain.errors import DatasetNotFound, JobNotFound, NotFound, RecordExists, StaleRecord
from automl_lite.domain.jobs import Job, JobFilter, JobState
from automl_lite.domain.pages import Page, decode_cursor, encode_cursor
from automl_lite.store import Queue


class _Record(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


D = TypeVar("D", bound=_Record)


class _Rows:
    """What both tables share: a dictionary under a lock."""

    def __init__(self) -> None:
        self.lock = threading.RLock()


class MemoryDatasets(_Rows):
    """Data sets in a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, Dataset] = {}

    def add(self, dataset: Dataset) -> None:
        """Store a new record."""
        with self.lock:
            if dataset.id in self._rows:
                raise RecordExists(dataset.id)
            self._rows[dataset.id] = dataset

    def get(self, dataset_id: str) -> Dataset:
        """Return the record."""
        with self.lock:
            return _found(self._rows, dataset_id, DatasetNotFound)

    def save(self, dataset: Dataset) -> Dataset:
        """Compare and set."""
        with self.lock:
            if _found(self._rows, dataset.id, DatasetNotFound).version != dataset.version:
                raise StaleRecord(dataset.id)
            self._rows[dataset.id] = saved = replace(dataset, version=dataset.version + 1)
            return saved

    def delete(self, dataset_id: str) -> None:
        """Remove the record."""
        with self.lock:
            self._rows.pop(dataset_id, None)

    def page(
        self, user_id: str, *, limit: int, cursor: str | None = None, state: DatasetState | None = None, text: str = ""
    ) -> Page[Dataset]:
        """Return a page, newest first."""
        with self.lock:
            rows = [d for d in self._rows.values() if d.user_id == user_id and d.matches(state=state, text=text)]
        return _page(rows, limit, cursor)

    def stuck(self, now: datetime) -> tuple[Dataset, ...]:
        """Return analyses that ran out of time."""
        with self.lock:
            analysing = [d for d in self._rows.values() if d.state is DatasetState.ANALYSING]
        return tuple(d for d in analysing if d.analysis_ends_at is not None and d.analysis_ends_at < now)


class MemoryJobs(_Rows):
    """Jobs in a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, Job] = {}

    def add(self, job: Job) -> None:
        """Store a new record."""
        with self.lock:
            if job.id in self._rows:
                raise RecordExists(job.id)
            self._rows[job.id] = job

    def get(self, job_id: str) -> Job:
        """Return the record."""
        with self.lock:
            return _found(self._rows, job_id, JobNotFound)

    def save(self, job: Job) -> Job:
        """Compare and set."""
        with self.lock:
            if _found(self._rows, job.id, JobNotFound).version != job.version:
                raise StaleRecord(job.id)
            self._rows[job.id] = saved = replace(job, version=job.version + 1)
            return saved

    def delete(self, job_id: str) -> None:
        """Remove the record."""
        with self.lock:
            self._rows.pop(job_id, None)

    def page(
        self, user_id: str, filters: JobFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Job]:
        """Return a page, newest first."""
        wanted = filters or JobFilter()
        with self.lock:
            rows = [job.light() for job in self._rows.values() if job.user_id == user_id and job.matches(wanted)]
        return _page(rows, limit, cursor)

    def claim(self, *, worker: str, host: str, now: datetime, lease_s: float) -> Job | None:
        """Claim the job that waits longest."""
        with self.lock:
            pending = [job for job in self._rows.values() if job.state is JobState.PENDING]
            if not pending:
                return None
            first = min(pending, key=lambda job: (job.queued_at or job.created_at, job.id))
            return self.save(first.claimed(worker=worker, host=host, now=now, lease_s=lease_s))

    def running(self) -> tuple[Job, ...]:
        """Return all running jobs."""
        with self.lock:
            return tuple(job for job in self._rows.values() if job.state is JobState.RUNNING)

    def queue(self, user_id: str | None = None) -> Queue:
        """Count jobs by state."""
        with self.lock:
            rows = [job for job in self._rows.values() if user_id is None or job.user_id == user_id]
        waiting = [job.queued_at or job.created_at for job in rows if job.state is JobState.PENDING]
        return Queue(counts=Counter(job.state for job in rows), oldest_at=min(waiting, default=None))


class MemoryStore:
    """Both tables; everything is gone when the process ends."""

    def __init__(self, url: str = "memory://") -> None:
        self.datasets = MemoryDatasets()
        self.jobs = MemoryJobs()

    def ping(self) -> None:
        """Answer at once."""

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


def _found(rows: dict[str, D], record_id: str, error: Callable[[str], NotFound]) -> D:
    if record_id not in rows:
        raise error(record_id)
    return rows[record_id]


def _page(rows: Iterable[D], limit: int, cursor: str | None) -> Page[D]:
    ordered = sorted(rows, key=lambda row: (row.created_at, row.id), reverse=True)
    if cursor is not None:
        after = decode_cursor(cursor)
        ordered = [row for row in ordered if (row.created_at, row.id) < after]
    items = tuple(ordered[:limit])
    more = len(ordered) > limit
    return Page(items=items, next_cursor=encode_cursor(items[-1].created_at, items[-1].id) if more else None)
