"""A store in this process's memory, for tests and trials: ``memory://``."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from automl_lite.domain.batches import Batch, BatchFilter
from automl_lite.domain.datasets import Dataset, DatasetState
from automl_lite.domain.errors import (
    AlertNotFound,
    BatchNotFound,
    DatasetNotFound,
    JobNotFound,
    MonitorNotFound,
    NotFound,
    RecordExists,
    StaleRecord,
)
from automl_lite.domain.jobs import Job, JobFilter, JobState
from automl_lite.domain.monitors import Alert, AlertFilter, Monitor
from automl_lite.domain.pages import Page, decode_cursor, encode_cursor
from automl_lite.store import MAX_DUE, Queue

R = TypeVar("R", Dataset, Job, Batch, Alert, Monitor)
W = TypeVar("W", Job, Batch)


class _Rows(Generic[R]):
    """What all tables share: a dictionary under a lock."""

    not_found: ClassVar[type[NotFound]]

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._rows: dict[str, R] = {}

    def add(self, record: R, /) -> None:
        """Store a new record."""
        with self.lock:
            if record.id in self._rows:
                raise RecordExists(record.id)
            self._rows[record.id] = record

    def get(self, record_id: str, /) -> R:
        """Return the record."""
        with self.lock:
            if record_id not in self._rows:
                raise self.not_found(record_id)
            return self._rows[record_id]

    def save(self, record: R, /) -> R:
        """Compare and set."""
        with self.lock:
            if self.get(record.id).version != record.version:
                raise StaleRecord(record.id)
            self._rows[record.id] = saved = replace(record, version=record.version + 1)
            return saved

    def delete(self, record_id: str, /) -> None:
        """Remove the record."""
        with self.lock:
            self._rows.pop(record_id, None)

    def _all(self) -> list[R]:
        with self.lock:
            return list(self._rows.values())


class _Queue(_Rows[W]):
    """What jobs and batches share."""

    def claim(self, *, worker: str, host: str, now: datetime, lease_s: float) -> W | None:
        """Claim what waits longest."""
        with self.lock:
            pending = [work for work in self._rows.values() if work.state is JobState.PENDING]
            if not pending:
                return None
            first = min(pending, key=lambda work: (work.queued_at or work.created_at, work.id))
            return self.save(first.claimed(worker=worker, host=host, now=now, lease_s=lease_s))

    def running(self) -> tuple[W, ...]:
        """Return everything that runs."""
        return tuple(work for work in self._all() if work.state is JobState.RUNNING)

    def queue(self, user_id: str | None = None) -> Queue:
        """Count by state."""
        rows = [work for work in self._all() if user_id is None or work.user_id == user_id]
        waiting = [work.queued_at or work.created_at for work in rows if work.state is JobState.PENDING]
        return Queue(counts=Counter(work.state for work in rows), oldest_at=min(waiting, default=None))


class MemoryDatasets(_Rows[Dataset]):
    """Data sets in a dictionary."""

    not_found = DatasetNotFound

    def page(
        self, user_id: str, *, limit: int, cursor: str | None = None, state: DatasetState | None = None, text: str = ""
    ) -> Page[Dataset]:
        """Return a page, newest first."""
        rows = [d for d in self._all() if d.user_id == user_id and d.matches(state=state, text=text)]
        return _page(rows, limit, cursor)

    def stuck(self, now: datetime) -> tuple[Dataset, ...]:
        """Return analyses that ran out of time."""
        analysing = [d for d in self._all() if d.state is DatasetState.ANALYSING]
        return tuple(d for d in analysing if d.analysis_ends_at is not None and d.analysis_ends_at < now)


class MemoryJobs(_Queue[Job]):
    """Jobs in a dictionary."""

    not_found = JobNotFound

    def page(
        self, user_id: str, filters: JobFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Job]:
        """Return a page, newest first."""
        wanted = filters or JobFilter()
        rows = [job.light() for job in self._all() if job.user_id == user_id and job.matches(wanted)]
        return _page(rows, limit, cursor)


class MemoryBatches(_Queue[Batch]):
    """Batches in a dictionary."""

    not_found = BatchNotFound

    def page(
        self, user_id: str, filters: BatchFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Batch]:
        """Return a page, newest first."""
        wanted = filters or BatchFilter()
        return _page([b for b in self._all() if b.user_id == user_id and b.matches(wanted)], limit, cursor)

    def expired(self, now: datetime) -> tuple[Batch, ...]:
        """Return batches to be deleted."""
        late = [(b.expires_at, b.id, b) for b in self._all() if b.expires_at and b.expires_at < now and b.state.is_over]
        return tuple(batch for _, _, batch in sorted(late, key=lambda row: row[:2])[:MAX_DUE])


class MemoryAlerts(_Rows[Alert]):
    """Alerts in a dictionary."""

    not_found = AlertNotFound

    def page(
        self, user_id: str, filters: AlertFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Alert]:
        """Return a page, newest first."""
        wanted = filters or AlertFilter()
        return _page([a for a in self._all() if a.user_id == user_id and a.matches(wanted)], limit, cursor)


class MemoryMonitors(_Rows[Monitor]):
    """Monitors in a dictionary."""

    not_found = MonitorNotFound

    def due(self, now: datetime) -> tuple[Monitor, ...]:
        """Return monitors whose schedule is due."""
        late = [(m.next_at, m.id, m) for m in self._all() if m.next_at and m.next_at <= now]
        return tuple(monitor for _, _, monitor in sorted(late, key=lambda row: row[:2])[:MAX_DUE])


class MemoryStore:
    """All tables; everything is gone when the process ends."""

    def __init__(self, url: str = "memory://") -> None:
        self.datasets = MemoryDatasets()
        self.jobs = MemoryJobs()
        self.batches = MemoryBatches()
        self.alerts = MemoryAlerts()
        self.monitors = MemoryMonitors()

    def ping(self) -> None:
        """Answer at once."""

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


D = TypeVar("D", Dataset, Job, Batch, Alert)


def _page(rows: Iterable[D], limit: int, cursor: str | None) -> Page[D]:
    ordered = sorted(rows, key=lambda row: (row.created_at, row.id), reverse=True)
    if cursor is not None:
        after = decode_cursor(cursor)
        ordered = [row for row in ordered if (row.created_at, row.id) < after]
    items = tuple(ordered[:limit])
    more = len(ordered) > limit
    return Page(items=items, next_cursor=encode_cursor(items[-1].created_at, items[-1].id) if more else None)
