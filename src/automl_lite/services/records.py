"""Reading and changing records on behalf of a caller."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from automl_lite.domain.batches import Batch
from automl_lite.domain.callers import Caller
from automl_lite.domain.datasets import Dataset
from automl_lite.domain.errors import AlertNotFound, BatchNotFound, DatasetNotFound, JobNotFound, StaleRecord
from automl_lite.domain.jobs import Job
from automl_lite.domain.monitors import Alert, Monitor
from automl_lite.store import Store

R = TypeVar("R", Dataset, Job, Batch, Alert, Monitor)
ATTEMPTS = 30


class _Table(Protocol[R]):
    def get(self, record_id: str, /) -> R: ...
    def save(self, record: R, /) -> R: ...


def change(table: _Table[R], record_id: str, how: Callable[[R], R]) -> R:
    """Read, apply ``how`` and save, again and again while others write in between.

    ``how`` may raise to leave the record as it is, and may return it unchanged to save nothing. Raises StaleRecord
    if others are always faster.
    """
    for attempt in range(ATTEMPTS):
        record = table.get(record_id)
        changed = how(record)
        if changed == record:
            return record
        try:
            return table.save(changed)
        except StaleRecord:
            time.sleep(random.uniform(0, 0.005 * min(attempt + 1, 10)))  # noqa: S311 - only spreads the writers
    raise StaleRecord(record_id)


def own_dataset(store: Store, caller: Caller, dataset_id: str) -> Dataset:
    """Return a data set of the caller's. Raises DatasetNotFound, also for other people's."""
    dataset = store.datasets.get(dataset_id)
    if dataset.user_id != caller.user_id:
        raise DatasetNotFound(dataset_id)
    return dataset


def own_job(store: Store, caller: Caller, job_id: str) -> Job:
    """Return a job of the caller's. Raises JobNotFound, also for other people's."""
    job = store.jobs.get(job_id)
    if job.user_id != caller.user_id:
        raise JobNotFound(job_id)
    return job


def own_batch(store: Store, caller: Caller, batch_id: str) -> Batch:
    """Return a batch of the caller's. Raises BatchNotFound, also for other people's."""
    batch = store.batches.get(batch_id)
    if batch.user_id != caller.user_id:
        raise BatchNotFound(batch_id)
    return batch


def own_alert(store: Store, caller: Caller, alert_id: str) -> Alert:
    """Return an alert of the caller's. Raises AlertNotFound, also for other people's."""
    alert = store.alerts.get(alert_id)
    if alert.user_id != caller.user_id:
        raise AlertNotFound(alert_id)
    return alert
