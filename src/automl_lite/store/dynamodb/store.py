"""Metadata in Amazon DynamoDB: ``dynamodb://PREFIX`` uses the tables ``PREFIX-datasets``, ``PREFIX-training-jobs``, ….

Region, credentials and, for an emulator, ``AWS_ENDPOINT_URL`` come from the environment, as the AWS SDK reads them.
Records are read consistently by key. Pages come from an index that AWS updates within a fraction of a second after the
write; nothing is ever scanned.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from automl_lite._aws import client
from automl_lite.domain.batches import Batch, BatchFilter
from automl_lite.domain.datasets import Dataset, DatasetState
from automl_lite.domain.errors import (
    AlertNotFound,
    BatchNotFound,
    DatasetNotFound,
    JobNotFound,
    MonitorNotFound,
)
from automl_lite.domain.jobs import Detail, Job, JobFilter, JobState
from automl_lite.domain.monitors import Alert, AlertFilter, Monitor
from automl_lite.domain.pages import Page
from automl_lite.domain.records import from_plain, to_plain
from automl_lite.store import MAX_DUE, Queue
from automl_lite.store.dynamodb.records import EXPIRES, SCHEDULED, QueueRecords, Records, Row, dump, keys, moment
from automl_lite.store.dynamodb.tables import (
    ALERTS,
    BATCHES,
    BY_STATE,
    DATASETS,
    JOBS,
    MONITORS,
    table_name,
)


class DynamoDatasets(Records[Dataset]):
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
        analysing = self._in_state(DatasetState.ANALYSING.value)
        return tuple(d for d in analysing if d.analysis_ends_at is not None and d.analysis_ends_at < now)

    def _row(self, dataset: Dataset) -> Row:
        row: Row = {
            "id": dataset.id,
            "user_id": dataset.user_id,
            "created_at": moment(dataset.created_at, dataset.id),
            "version": dataset.version,
            "state": dataset.state.value,
            "doc": dump(to_plain(dataset)),
        }
        if dataset.state is DatasetState.ANALYSING and dataset.analysis_ends_at is not None:
            row["waiting_since"] = moment(dataset.analysis_ends_at, dataset.id)
        return row

    def _record(self, row: Row) -> Dataset:
        return from_plain(Dataset, json.loads(str(row["doc"])))


class DynamoJobs(QueueRecords[Job]):
    """Jobs, and their queue."""

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


class DynamoBatches(QueueRecords[Batch]):
    """Batches, and their queue. Those that are over and expire stand in the index by state by when they do."""

    not_found = BatchNotFound

    def page(
        self, user_id: str, filters: BatchFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Batch]:
        """Return a page, newest first."""
        wanted = filters or BatchFilter()
        return self._page(user_id, lambda b: b.matches(wanted), limit, cursor, filtered=wanted != BatchFilter())

    def expired(self, now: datetime) -> tuple[Batch, ...]:
        """Return batches to be deleted."""
        ids = []
        for state in (state for state in JobState if state.is_over):
            for answer in self._query(BY_STATE, "state", EXPIRES + state.value, before=moment(now, ""), Limit=MAX_DUE):
                ids += [(item["waiting_since"], item["id"]) for item in answer["Items"]]
        found = {batch.id: batch for batch in self._many([record_id for _, record_id in sorted(ids)[:MAX_DUE]])}
        return tuple(found[record_id] for _, record_id in sorted(ids)[:MAX_DUE] if record_id in found)

    def _row(self, batch: Batch) -> Row:
        expires = batch.state.is_over and batch.expires_at is not None
        since = batch.expires_at if expires else batch.queued_at
        return keys(batch) | {
            "state": EXPIRES + batch.state.value if expires else batch.state.value,
            "waiting_since": moment(since or batch.created_at, batch.id),
            "doc": dump(to_plain(batch)),
        }

    def _record(self, row: Row) -> Batch:
        return from_plain(Batch, json.loads(str(row["doc"])))

    def _everybodys_queue(self) -> Queue:
        queue = super()._everybodys_queue()
        counts = dict(queue.counts)
        for state in (state for state in JobState if state.is_over):
            answers = self._query(BY_STATE, "state", EXPIRES + state.value, Select="COUNT")
            if n := sum(answer["Count"] for answer in answers):
                counts[state] = counts.get(state, 0) + n
        return replace(queue, counts=counts)


class DynamoAlerts(Records[Alert]):
    """Alerts."""

    not_found = AlertNotFound

    def page(
        self, user_id: str, filters: AlertFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Alert]:
        """Return a page, newest first."""
        wanted = filters or AlertFilter()
        return self._page(user_id, lambda a: a.matches(wanted), limit, cursor, filtered=wanted != AlertFilter())

    def _row(self, alert: Alert) -> Row:
        return keys(alert) | {"doc": dump(to_plain(alert))}

    def _record(self, row: Row) -> Alert:
        return from_plain(Alert, json.loads(str(row["doc"])))


class DynamoMonitors(Records[Monitor]):
    """Monitors; those with a schedule stand in the index by state by when they are due."""

    not_found = MonitorNotFound

    def due(self, now: datetime) -> tuple[Monitor, ...]:
        """Return monitors whose schedule is due."""
        soon = moment(now + timedelta(milliseconds=1), "")
        ids: list[str] = []
        for answer in self._query(BY_STATE, "state", SCHEDULED, before=soon, Limit=MAX_DUE):
            ids += [item["id"] for item in answer["Items"]]
            if len(ids) >= MAX_DUE:
                break
        found = {monitor.id: monitor for monitor in self._many(ids[:MAX_DUE])}
        due = [found[record_id] for record_id in ids[:MAX_DUE] if record_id in found]
        return tuple(monitor for monitor in due if monitor.next_at is not None and monitor.next_at <= now)

    def _row(self, monitor: Monitor) -> Row:
        row = keys(monitor) | {"doc": dump(to_plain(monitor))}
        if monitor.next_at is not None:
            row |= {"state": SCHEDULED, "waiting_since": moment(monitor.next_at, monitor.id)}
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
