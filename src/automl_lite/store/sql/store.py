"""Metadata in a SQL database: ``sqlite:///automl-lite.db`` or ``postgresql://user@host/name``."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from automl_lite.domain.batches import Batch, BatchFilter
from automl_lite.domain.datasets import Dataset, DatasetState
from automl_lite.domain.errors import AlertNotFound, BatchNotFound, DatasetNotFound, JobNotFound, MonitorNotFound
from automl_lite.domain.jobs import Detail, Job, JobFilter
from automl_lite.domain.monitors import Alert, AlertFilter, Monitor
from automl_lite.domain.pages import Page
from automl_lite.domain.records import from_plain, to_plain
from automl_lite.store import MAX_DUE
from automl_lite.store.sql import tables
from automl_lite.store.sql.migrate import migrate
from automl_lite.store.sql.records import QueueRecords, Records, dump, translated
from automl_lite.store.sql.tables import millis

SQLITE_BUSY_S = 30
POOL_SIZE, POOL_OVERFLOW = 8, 24


def _engine(url: str) -> sa.Engine:
    parsed = sa.engine.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(
            parsed,
            # isolation_level None: sqlite3 opens no transactions of its own; _begin_sqlite does
            connect_args={"timeout": SQLITE_BUSY_S, "check_same_thread": False, "isolation_level": None},
            pool_size=POOL_SIZE,
            max_overflow=POOL_OVERFLOW,
        )
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return sa.create_engine(parsed, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW, pool_pre_ping=True)


def _prepare_sqlite(connection: Any, _: object) -> None:
    # WAL: readers never wait for the writer. FULL: a confirmed write survives a power cut as well.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={SQLITE_BUSY_S * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("automl_lite_write", False)
    # A transaction that will write takes the lock at once: upgrading a read lock later can only fail.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


class SqlDatasets(Records[Dataset]):
    """Data sets in a SQL table."""

    table, not_found, cls = tables.datasets, DatasetNotFound, Dataset

    def page(
        self, user_id: str, *, limit: int, cursor: str | None = None, state: DatasetState | None = None, text: str = ""
    ) -> Page[Dataset]:
        """Return a page, newest first."""
        where = [self.table.c.user_id == user_id]
        if state is not None:
            where.append(self.table.c.state == state.value)
        if text:
            where.append(self._contains(self.table.c.search, text.casefold()))
        return self._page(where, limit, cursor)

    def stuck(self, now: datetime) -> tuple[Dataset, ...]:
        """Return analyses that ran out of time."""
        c = self.table.c
        return self._select(c.state == DatasetState.ANALYSING.value, c.ends_ms < millis(now))

    def _row(self, dataset: Dataset) -> dict[str, Any]:
        ends_at = dataset.analysis_ends_at
        return super()._row(dataset) | {
            "created_ms": millis(dataset.created_at),
            "state": dataset.state.value,
            "search": dataset.filename.casefold(),
            "ends_ms": None if ends_at is None else millis(ends_at),
        }


class SqlJobs(QueueRecords[Job]):
    """Jobs in a SQL table, which is also the queue."""

    table, not_found, cls = tables.jobs, JobNotFound, Job

    def page(
        self, user_id: str, filters: JobFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Job]:
        """Return a page, newest first."""
        wanted, c = filters or JobFilter(), self.table.c
        where = [c.user_id == user_id]
        if wanted.state is not None:
            where.append(c.state == wanted.state.value)
        if wanted.deployed is not None:
            where.append(c.deployed.is_(wanted.deployed))
        if wanted.dataset_id:
            where.append(c.dataset_id == wanted.dataset_id)
        if wanted.tag:
            where.append(self._contains(c.tags, f"\n{wanted.tag}\n"))
        if wanted.text:
            where.append(self._contains(c.search, wanted.text.casefold()))
        return self._page(where, limit, cursor)

    def _whole(self) -> tuple[sa.ColumnElement[Any], ...]:
        return (self.table.c.doc, self.table.c.detail)

    def _record(self, row: Any) -> Job:
        job = from_plain(Job, json.loads(row.doc))
        # Pages leave the detail out.
        return replace(job, detail=from_plain(Detail, json.loads(row.detail))) if "detail" in row._fields else job

    def _row(self, job: Job) -> dict[str, Any]:
        doc = to_plain(job)
        return super()._row(job) | {
            "created_ms": millis(job.created_at),
            "queued_ms": millis(job.queued_at or job.created_at),
            "state": job.state.value,
            "dataset_id": job.dataset_id,
            "deployed": job.deployed_at is not None,
            "search": job.search_text(),
            "tags": "".join(f"\n{tag}\n" for tag in job.tags),
            "detail": dump(doc.pop("detail")),
            "doc": dump(doc),
        }


class SqlBatches(QueueRecords[Batch]):
    """Batches in a SQL table, which is also their queue."""

    table, not_found, cls = tables.batches, BatchNotFound, Batch

    def page(
        self, user_id: str, filters: BatchFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Batch]:
        """Return a page, newest first."""
        wanted, c = filters or BatchFilter(), self.table.c
        where = [c.user_id == user_id]
        if wanted.job_id:
            where.append(c.job_id == wanted.job_id)
        if wanted.dataset_id:
            where.append(c.dataset_id == wanted.dataset_id)
        if wanted.kind is not None:
            where.append(c.kind == wanted.kind.value)
        if wanted.state is not None:
            where.append(c.state == wanted.state.value)
        if wanted.text:
            where.append(self._contains(c.search, wanted.text.casefold()))
        return self._page(where, limit, cursor)

    def expired(self, now: datetime) -> tuple[Batch, ...]:
        """Return batches to be deleted."""
        c = self.table.c
        over = c.state.not_in(("pending", "running"))
        return self._select(over, c.expires_ms < millis(now), order=(c.expires_ms, c.id), limit=MAX_DUE)

    def _row(self, batch: Batch) -> dict[str, Any]:
        return super()._row(batch) | {
            "created_ms": millis(batch.created_at),
            "queued_ms": millis(batch.queued_at or batch.created_at),
            "state": batch.state.value,
            "job_id": batch.job_id,
            "dataset_id": batch.dataset_id,
            "kind": batch.kind.value,
            "expires_ms": None if batch.expires_at is None else millis(batch.expires_at),
            "search": batch.search_text(),
        }


class SqlAlerts(Records[Alert]):
    """Alerts in a SQL table."""

    table, not_found, cls = tables.alerts, AlertNotFound, Alert

    def page(
        self, user_id: str, filters: AlertFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Alert]:
        """Return a page, newest first."""
        wanted, c = filters or AlertFilter(), self.table.c
        where = [c.user_id == user_id]
        if wanted.job_id:
            where.append(c.job_id == wanted.job_id)
        if wanted.is_open is not None:
            where.append(c.is_open.is_(wanted.is_open))
        return self._page(where, limit, cursor)

    def _row(self, alert: Alert) -> dict[str, Any]:
        return super()._row(alert) | {
            "created_ms": millis(alert.created_at),
            "job_id": alert.job_id,
            "is_open": alert.acknowledged_at is None,
        }


class SqlMonitors(Records[Monitor]):
    """Monitors in a SQL table."""

    table, not_found, cls = tables.monitors, MonitorNotFound, Monitor

    def due(self, now: datetime) -> tuple[Monitor, ...]:
        """Return monitors whose schedule is due."""
        c = self.table.c
        return self._select(c.next_ms <= millis(now), order=(c.next_ms, c.id), limit=MAX_DUE)

    def _row(self, monitor: Monitor) -> dict[str, Any]:
        return super()._row(monitor) | {"next_ms": None if monitor.next_at is None else millis(monitor.next_at)}


class SqlStore:
    """All tables in one database; opening it brings the schema up to date."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        with translated():
            migrate(self._engine)
        self.datasets = SqlDatasets(self._engine)
        self.jobs = SqlJobs(self._engine)
        self.batches = SqlBatches(self._engine)
        self.alerts = SqlAlerts(self._engine)
        self.monitors = SqlMonitors(self._engine)

    def ping(self) -> None:
        """Ask for a constant."""
        with translated(), self._engine.begin() as connection:
            connection.execute(sa.text("SELECT 1"))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()
