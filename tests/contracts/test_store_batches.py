"""What every store promises about batches, alerts and monitors (automl_lite.store)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from automl_lite.domain.batches import (
    BatchFilter,
    BatchKind,
    BatchResult,
    ColumnSummary,
    DriftSummary,
    MetricChange,
    Share,
)
from automl_lite.domain.errors import (
    AlertNotFound,
    BadCursor,
    BatchNotFound,
    Failure,
    MonitorNotFound,
    RecordExists,
    StaleRecord,
)
from automl_lite.domain.jobs import Artifact, JobState
from automl_lite.domain.monitors import AlertFilter, Delivery, Schedule
from automl_lite.domain.records import utcnow
from automl_lite.store import Store, open_store
from tests.records import a_batch, a_monitor, an_alert


@pytest.fixture(params=["memory", "sqlite", "postgresql", "dynamodb"])
def store_url(request, tmp_path) -> str:
    if request.param == "memory":
        return "memory://"
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return request.getfixturevalue("postgres_url" if request.param == "postgresql" else "dynamodb_url")


@pytest.fixture
def store(store_url) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()


def test_gives_back_what_it_was_given(store):
    now = utcnow()
    batch = a_batch(
        name="März \U0001f600",
        kind=BatchKind.VALIDATE,
        challenger_id="c",
        expires_at=now,
        error=Failure(code="c", message="m", hint="h"),
        result=BatchResult(
            n_rows=9,
            labels=(Share(label="ja", share=0.5),),
            drift=DriftSummary(
                severity="strong", verdict="v", columns=(ColumnSummary(column="x", severity="strong", psi=0.5),)
            ),
            metric=MetricChange(name="rmse", label="RMSE", before=1.0, now=None, greater_is_better=False),
            artifacts=(Artifact(name="results.csv", content_type="text/csv", size_bytes=3),),
        ),
    )
    alert = an_alert(value=0.5, delivery=Delivery(attempts=2, delivered_at=now, status=204), acknowledged_at=now)
    monitor = a_monitor(schedule=Schedule(cron="0 3 * * 1", filename="new.csv"), next_at=now, webhook_url="https://a.b")
    for table, record in ((store.batches, batch), (store.alerts, alert), (store.monitors, monitor)):
        table.add(record)
        assert table.get(record.id) == record
        with pytest.raises(RecordExists):
            table.add(record)


def test_absent_records_are_named(store):
    tables = (
        (store.batches, a_batch(), BatchNotFound),
        (store.alerts, an_alert(), AlertNotFound),
        (store.monitors, a_monitor(), MonitorNotFound),
    )
    for table, record, error in tables:
        with pytest.raises(error, match=record.id):
            table.get(record.id)
        with pytest.raises(error):
            table.save(record)
        table.delete(record.id)


def test_only_the_writer_who_read_last_may_write(store):
    for table, record in ((store.batches, a_batch()), (store.alerts, an_alert()), (store.monitors, a_monitor())):
        table.add(record)
        first = table.save(record)
        assert first.version == record.version + 1
        with pytest.raises(StaleRecord):
            table.save(record)
        assert table.get(record.id) == first
        table.delete(record.id)
        with pytest.raises(type(table).not_found):
            table.get(record.id)


def test_pages_are_newest_first_whoever_comes_and_goes(store):
    start = utcnow()
    for table, make in ((store.batches, a_batch), (store.alerts, an_alert)):
        records = [make(created_at=start + timedelta(milliseconds=n // 2)) for n in range(7)]
        for record in records:
            table.add(record)
        table.add(make(user_id="ben"))
        expected = sorted(records, key=lambda record: (record.created_at, record.id), reverse=True)
        first = table.page("ana", limit=3)
        assert list(first.items) == expected[:3]
        table.delete(expected[2].id)
        second = table.page("ana", limit=3, cursor=first.next_cursor)
        assert list(second.items) == expected[3:6]
        assert table.page("ana", limit=3, cursor=second.next_cursor).next_cursor is None
        with pytest.raises(BadCursor):
            table.page("ana", limit=3, cursor="!!!!")


def test_filters_agree_with_the_domain(store):
    one, other = a_batch(name="März", model_name="Credit RISK"), a_batch(kind=BatchKind.VALIDATE)
    records = [one, other, a_batch(state=JobState.FAILED, job_id=one.job_id), a_batch(dataset_id=one.dataset_id)]
    for record in records:
        store.batches.add(record)
    for filters in (
        BatchFilter(),
        BatchFilter(job_id=one.job_id),
        BatchFilter(dataset_id=one.dataset_id),
        BatchFilter(kind=BatchKind.VALIDATE),
        BatchFilter(state=JobState.FAILED),
        BatchFilter(text="märz"),
        BatchFilter(text="risk"),
        BatchFilter(text="%"),
        BatchFilter(job_id=one.job_id, state=JobState.PENDING),
    ):
        found = {batch.id for batch in store.batches.page("ana", filters, limit=9).items}
        assert found == {batch.id for batch in records if batch.matches(filters)}, filters


def test_alert_filters(store):
    open_, seen = an_alert(), an_alert(acknowledged_at=utcnow())
    for alert in (open_, seen):
        store.alerts.add(alert)
    assert [a.id for a in store.alerts.page("ana", AlertFilter(is_open=True), limit=9).items] == [open_.id]
    assert [a.id for a in store.alerts.page("ana", AlertFilter(is_open=False), limit=9).items] == [seen.id]
    assert [a.id for a in store.alerts.page("ana", AlertFilter(job_id=seen.job_id), limit=9).items] == [seen.id]


def test_the_longest_waiting_batch_is_claimed_first(store):
    now = utcnow()
    late, early = a_batch(queued_at=now), a_batch(queued_at=now - timedelta(seconds=5))
    for batch in (late, early, a_batch(state=JobState.COMPLETED)):
        store.batches.add(batch)
    claimed = store.batches.claim(worker="w", host="h", now=now, lease_s=10)
    assert claimed.id == early.id
    assert claimed.lease.expires_at == now + timedelta(seconds=10)
    assert store.batches.running() == (store.batches.get(early.id),) == (claimed,)
    assert store.batches.queue().counts == {JobState.PENDING: 1, JobState.RUNNING: 1, JobState.COMPLETED: 1}
    assert store.batches.queue("ben").counts == {}
    assert store.batches.claim(worker="w", host="h", now=now, lease_s=10).id == late.id
    assert store.batches.claim(worker="w", host="h", now=now, lease_s=10) is None


def test_no_batch_is_claimed_twice(store):
    batches = [a_batch() for _ in range(16)]
    for batch in batches:
        store.batches.add(batch)
    barrier = threading.Barrier(4)

    def take(name: str) -> list[str]:
        barrier.wait()
        mine = []
        while (batch := store.batches.claim(worker=name, host="h", now=utcnow(), lease_s=10)) is not None:
            mine.append(batch.id)
        return mine

    with ThreadPoolExecutor(4) as pool:
        taken = [batch_id for mine in pool.map(take, "abcd") for batch_id in mine]
    assert sorted(taken) == sorted(batch.id for batch in batches)


def test_only_what_is_over_expires(store):
    now = utcnow()
    early, late = (
        a_batch(state=JobState.COMPLETED, expires_at=now - timedelta(seconds=seconds)) for seconds in (60, 5)
    )
    for batch in (
        late,
        early,
        a_batch(state=JobState.COMPLETED, expires_at=now + timedelta(seconds=60)),
        a_batch(state=JobState.COMPLETED),
        a_batch(state=JobState.RUNNING, expires_at=now - timedelta(seconds=60)),
    ):
        store.batches.add(batch)
    assert store.batches.expired(now) == (early, late)


def test_due_monitors_come_earliest_first(store):
    now = utcnow()
    late, early = a_monitor(next_at=now), a_monitor(user_id="ben", next_at=now - timedelta(hours=1))
    for monitor in (late, early, a_monitor(), a_monitor(next_at=now + timedelta(seconds=1))):
        store.monitors.add(monitor)
    assert store.monitors.due(now) == (early, late)
    store.monitors.save(replace(early, next_at=None))
    assert store.monitors.due(now) == (late,)
