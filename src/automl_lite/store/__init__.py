"""The port for metadata: small records by key, cursor pages by user and time, compare-and-set on every change.

Shaped by DynamoDB, its poorest back end: no joins, offsets or sessions; every method touches one table by one key or
index. Objects may be shared by threads; every write is atomic and durable when the method returns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from automl_lite._adapters import load_adapter
from automl_lite.domain.batches import Batch, BatchFilter
from automl_lite.domain.datasets import Dataset, DatasetState
from automl_lite.domain.jobs import Job, JobFilter, JobState
from automl_lite.domain.monitors import Alert, AlertFilter, Monitor
from automl_lite.domain.pages import Page
from automl_lite.domain.work import Work

if TYPE_CHECKING:
    from collections.abc import Mapping


# What a sweeper takes at a time.
MAX_DUE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Jobs by state, and since when the oldest pending one waits (None: nothing waits)."""

    counts: Mapping[JobState, int]
    oldest_at: datetime | None


class DatasetTable(Protocol):
    """Data sets by id."""

    def add(self, dataset: Dataset) -> None:
        """Store a new record. Raises RecordExists if the id is taken."""

    def get(self, dataset_id: str) -> Dataset:
        """Return the record as last written. Raises DatasetNotFound."""

    def save(self, dataset: Dataset) -> Dataset:
        """Replace the record if its stored version equals ``dataset.version``; return it with the next version.

        Raises StaleRecord if somebody else wrote meanwhile, DatasetNotFound if it is gone.
        """

    def delete(self, dataset_id: str) -> None:
        """Remove the record; absent ones are no error."""

    def page(
        self, user_id: str, *, limit: int, cursor: str | None = None, state: DatasetState | None = None, text: str = ""
    ) -> Page[Dataset]:
        """Return a user's records that ``Dataset.matches``, newest first by (created_at, id).

        A cursor stays valid when records are added or deleted. Raises BadCursor.
        """

    def stuck(self, now: datetime) -> tuple[Dataset, ...]:
        """Return records that are being analysed although their ``analysis_ends_at`` has passed."""


class JobTable(Protocol):
    """Jobs by id; the table is also the queue."""

    def add(self, job: Job) -> None:
        """Store a new record. Raises RecordExists if the id is taken."""

    def get(self, job_id: str) -> Job:
        """Return the record as last written. Raises JobNotFound."""

    def save(self, job: Job) -> Job:
        """Replace the record if its stored version equals ``job.version``; return it with the next version.

        Raises StaleRecord if somebody else wrote meanwhile, JobNotFound if it is gone.
        """

    def delete(self, job_id: str) -> None:
        """Remove the record; absent ones are no error."""

    def page(
        self, user_id: str, filters: JobFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Job]:
        """Return a user's jobs that ``Job.matches``, newest first by (created_at, id), ``light()``: without detail.

        A cursor stays valid when records are added or deleted. Raises BadCursor.
        """

    def claim(self, *, worker: str, host: str, now: datetime, lease_s: float) -> Job | None:
        """Move the pending job that waits longest to running, under a new lease; None if nothing waits.

        Two callers at the same time never get the same job.
        """

    def running(self) -> tuple[Job, ...]:
        """Return all running jobs of all users, complete; the sweeper looks at their leases."""

    def queue(self, user_id: str | None = None) -> Queue:
        """Count jobs by state, of one user or of all."""


class BatchTable(Protocol):
    """Batches by id; the table is a queue of its own."""

    def add(self, batch: Batch) -> None:
        """Store a new record. Raises RecordExists if the id is taken."""

    def get(self, batch_id: str) -> Batch:
        """Return the record as last written. Raises BatchNotFound."""

    def save(self, batch: Batch) -> Batch:
        """Replace the record if its stored version equals ``batch.version``; return it with the next version.

        Raises StaleRecord if somebody else wrote meanwhile, BatchNotFound if it is gone.
        """

    def delete(self, batch_id: str) -> None:
        """Remove the record; absent ones are no error."""

    def page(
        self, user_id: str, filters: BatchFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Batch]:
        """Return a user's batches that ``Batch.matches``, newest first by (created_at, id).

        A cursor stays valid when records are added or deleted. Raises BadCursor.
        """

    def claim(self, *, worker: str, host: str, now: datetime, lease_s: float) -> Batch | None:
        """Move the pending batch that waits longest to running, under a new lease; None if nothing waits.

        Two callers at the same time never get the same batch.
        """

    def running(self) -> tuple[Batch, ...]:
        """Return all running batches of all users; the sweeper looks at their leases."""

    def queue(self, user_id: str | None = None) -> Queue:
        """Count batches by state, of one user or of all."""

    def expired(self, now: datetime) -> tuple[Batch, ...]:
        """Return batches that are over and whose ``expires_at`` has passed, the earliest first, at most 100."""


class AlertTable(Protocol):
    """Alerts by id."""

    def add(self, alert: Alert) -> None:
        """Store a new record. Raises RecordExists if the id is taken."""

    def get(self, alert_id: str) -> Alert:
        """Return the record as last written. Raises AlertNotFound."""

    def save(self, alert: Alert) -> Alert:
        """Compare and set, as for batches. Raises StaleRecord, AlertNotFound."""

    def delete(self, alert_id: str) -> None:
        """Remove the record; absent ones are no error."""

    def page(
        self, user_id: str, filters: AlertFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Alert]:
        """Return a user's alerts that ``Alert.matches``, newest first by (created_at, id). Raises BadCursor."""


class MonitorTable(Protocol):
    """Monitors by the id of their job."""

    def add(self, monitor: Monitor) -> None:
        """Store a new record. Raises RecordExists if the job has one."""

    def get(self, job_id: str) -> Monitor:
        """Return the record as last written. Raises MonitorNotFound."""

    def save(self, monitor: Monitor) -> Monitor:
        """Compare and set, as for batches. Raises StaleRecord, MonitorNotFound."""

    def delete(self, job_id: str) -> None:
        """Remove the record; absent ones are no error."""

    def due(self, now: datetime) -> tuple[Monitor, ...]:
        """Return monitors of all users whose ``next_at`` is not after ``now``, the earliest first, at most 100."""


W = TypeVar("W", bound=Work)


class WorkTable(Protocol[W]):
    """What queues of work have in common: jobs and batches."""

    def get(self, record_id: str, /) -> W:
        """Return the record as last written. Raises NotFound."""

    def save(self, record: W, /) -> W:
        """Compare and set."""

    def claim(self, *, worker: str, host: str, now: datetime, lease_s: float) -> W | None:
        """Move what waits longest to running."""

    def running(self) -> tuple[W, ...]:
        """Return everything that runs."""


class Store(Protocol):
    """All tables."""

    @property
    def datasets(self) -> DatasetTable:
        """The data sets."""

    @property
    def jobs(self) -> JobTable:
        """The jobs."""

    @property
    def batches(self) -> BatchTable:
        """The batches."""

    @property
    def alerts(self) -> AlertTable:
        """The alerts."""

    @property
    def monitors(self) -> MonitorTable:
        """The monitors."""

    def ping(self) -> None:
        """Return if the back end answers. Raises BackendUnavailable."""

    def close(self) -> None:
        """Let go of connections; the store cannot be used afterwards."""


ADAPTERS = {
    "memory": ("automl_lite.store.memory:MemoryStore", ""),
    "sqlite": ("automl_lite.store.sql.store:SqlStore", "server"),
    "postgresql": ("automl_lite.store.sql.store:SqlStore", "postgres"),
    "dynamodb": ("automl_lite.store.dynamodb.store:DynamoStore", "aws"),
}


def open_store(url: str) -> Store:
    """Open the store at ``url``, brought up to date. Raises UnknownScheme, ExtraMissing, BackendUnavailable."""
    store: Store = load_adapter("store", url, ADAPTERS)(url)
    return store
