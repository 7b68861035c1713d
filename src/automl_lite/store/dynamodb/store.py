"""Metadata in Amazon DynamoDB: ``dynamodb://PREFIX`` uses ``PREFIX-datasets``, ``PREFIX-training-jobs`` and so on.

Region, credentials and, for an emulator, ``AWS_ENDPOINT_URL`` come from the environment, as the AWS SDK reads them.
Records are read consistently by key. Pages come from an index that AWS updates within a fraction of a second after the
write; nothing is ever scanned.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from automl_lite._aws import client
from automl_lite.domain.batches import Batch, BatchFilter
from automl_lite.domain.datasets import Dataset, DatasetState
from automl_lite.domain.errors import AlertNotFound, BatchNotFound, DatasetNotFound, JobNotFound, MonitorNotFound
from automl_lite.domain.jobs import Detail, Job, JobFilter, JobState
from automl_lite.domain.monitors import Alert, AlertFilter, Monitor
from automl_lite.domain.pages import Page
from automl_lite.domain.records import from_plain, to_plain
from automl_lite.store import MAX_DUE
from automl_lite.store.dynamodb.table import QueueTable, Row, Table, dump, keys, millis, moment
from automl_lite.store.dynamodb.tables import ALERTS, BATCHES, DATASETS, JOBS, MONITORS, table_name

_SCHEDULED = "scheduled"  # stands where other records have their state
_NEVER = "9" * 14


class DynamoDatasets(Table[Dataset]):
    """Data sets."""

    not_found = DatasetNotFound

    def page(
        self, user_id: str, *, limit: int, cursor: str | None = None, state: DatasetState | None = None, text: str = ""
    ) -> Page[Dataset]:
        """Return a page, newest first."""

        def matches(dataset: Dataset) -> bool:
            return dataset.matches(state=state, text=text)

        return self._page(user_id, matches, limit, cursor, filtered=state is not None or bool(text))

    def stuck(self, now: datetime) -> tuple[Dataset, ...]:
        """Return analyses that ran out of time."""
        late = self._by_state(DatasetState.ANALYSING.value, before=millis(now))
        return tuple(
            d
            for d in late
            if d.state is DatasetState.ANALYSING and d.analysis_ends_at is not None and d.analysis_ends_at < now
        )

    def _row(self, dataset: Dataset) -> Row:
        row = keys(dataset) | {
            "state": dataset.state.value,
            "doc": dump(to_plain(dataset)),
        }
        if dataset.state is DatasetState.ANALYSING and dataset.analysis_ends_at is not None:
            row["waiting_since"] = moment(dataset.analysis_ends_at, dataset.id)
        return row

    def _record(self, row: Row) -> Dataset:
        return from_plain(Dataset, json.loads(str(row["doc"])))


class DynamoJobs(QueueTable[Job]):
    """Jobs."""

    not_found = JobNotFound

    def page(
        self, user_id: str, filters: JobFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Job]:
        """Return a page, newest first."""
        wanted = filters or JobFilter()
        return self._page(user_id, lambda job: job.matches(wanted), limit, cursor, filtered=wanted != JobFilter())

    def _row(self, job: Job) -> Row:
        doc = to_plain(job)
        return keys(job) | {
            "state": job.state.value,
            "waiting_since": moment(job.queued_at or job.created_at, job.id),
            # Not in the index by user: pages never show it.
            "detail": dump(doc.pop("detail")),
            "doc": dump(doc),
        }

    def _record(self, row: Row) -> Job:
        job = from_plain(Job, json.loads(str(row["doc"])))
        return replace(job, detail=from_plain(Detail, json.loads(str(row["detail"])))) if "detail" in row else job


class DynamoBatches(QueueTable[Batch]):
    """Batches; those that are over wait to be deleted, which the index by state orders as well."""

    not_found = BatchNotFound

    def page(
        self, user_id: str, filters: BatchFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Batch]:
        """Return a page, newest first."""
        wanted = filters or BatchFilter()
        return self._page(user_id, lambda b: b.matches(wanted), limit, cursor, filtered=wanted != BatchFilter())

    def expired(self, now: datetime) -> tuple[Batch, ...]:
        """Return batches to be deleted: one query for each state that is over."""
        over = [state.value for state in JobState if state.is_over]
        found = [batch for state in over for batch in self._by_state(state, before=millis(now), most=MAX_DUE)]
        late = [(b.expires_at, b.id, b) for b in found if b.expires_at and b.expires_at < now and b.state.is_over]
        return tuple(batch for _, _, batch in sorted(late, key=lambda row: row[:2])[:MAX_DUE])

    def _row(self, batch: Batch) -> Row:
        if not batch.state.is_over:
            waiting = moment(batch.queued_at or batch.created_at, batch.id)
        else:
            waiting = moment(batch.expires_at, batch.id) if batch.expires_at else f"{_NEVER}#{batch.id}"
        return keys(batch) | {
            "state": batch.state.value,
            "waiting_since": waiting,
            "doc": dump(to_plain(batch)),
        }

    def _record(self, row: Row) -> Batch:
        return from_plain(Batch, json.loads(str(row["doc"])))


class DynamoAlerts(Table[Alert]):
    """Alerts."""

    not_found = AlertNotFound

    def page(
        self, user_id: str, filters: AlertFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Alert]:
        """Return a page, newest first."""
        wanted = filters or AlertFilter()
        return self._page(user_id, lambda a: a.matches(wanted), limit, cursor, filtered=wanted != AlertFilter())

    def _row(self, alert: Alert) -> Row:
        return keys(alert) | {
            "doc": dump(to_plain(alert)),
        }

    def _record(self, row: Row) -> Alert:
        return from_plain(Alert, json.loads(str(row["doc"])))


class DynamoMonitors(Table[Monitor]):
    """Monitors; only those with a schedule are in the index."""

    not_found = MonitorNotFound

    def due(self, now: datetime) -> tuple[Monitor, ...]:
        """Return monitors whose schedule is due."""
        found = self._by_state(_SCHEDULED, before=millis(now, more=1), most=MAX_DUE)
        late = [(m.next_at, m.id, m) for m in found if m.next_at and m.next_at <= now]
        return tuple(monitor for _, _, monitor in sorted(late, key=lambda row: row[:2])[:MAX_DUE])

    def _row(self, monitor: Monitor) -> Row:
        row = keys(monitor) | {"doc": dump(to_plain(monitor))}
        if monitor.next_at is not None:
            row |= {"state": _SCHEDULED, "waiting_since": moment(monitor.next_at, monitor.id)}
        return row

    def _record(self, row: Row) -> Monitor:
        return from_plain(Monitor, json.loads(str(row["doc"])))


class DynamoStore:
    """All tables; Terraform makes them."""

    def __init__(self, url: str) -> None:
        prefix = urlsplit(url).netloc
        self._client = client("dynamodb", read_timeout=10, max_pool_connections=32)
        self.datasets = DynamoDatasets(self._client, table_name(prefix, DATASETS))
        self.jobs = DynamoJobs(self._client, table_name(prefix, JOBS))
        self.batches = DynamoBatches(self._client, table_name(prefix, BATCHES))
        self.alerts = DynamoAlerts(self._client, table_name(prefix, ALERTS))
        self.monitors = DynamoMonitors(self._client, table_name(prefix, MONITORS))

    def ping(self) -> None:
        """Ask one table for a record."""
        self.jobs.ping()

    def close(self) -> None:
        """Close idle connections."""
        self._client.close()
