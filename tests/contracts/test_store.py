"""What every store promises (automl_lite.store): memory, SQLite, PostgreSQL and DynamoDB."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automl_lite.domain.datasets import DatasetState
from automl_lite.domain.errors import (
    BadCursor,
    DatasetNotFound,
    Failure,
    JobNotFound,
    RecordExists,
    StaleRecord,
)
from automl_lite.domain.jobs import (
    Artifact,
    CurvePoint,
    Detail,
    JobFilter,
    JobState,
    LeaderboardRow,
    Result,
    StageRun,
)
from automl_lite.domain.records import utcnow
from automl_lite.services.records import change
from automl_lite.store import Store, open_store
from tests.records import a_dataset, a_job


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
    full = a_job(
        name='名前 "x" \\ 😀 \u202e',
        tags=("ä", "b c"),
        error=Failure(code="c", message="m", hint="h"),
        result=Result(
            model="LightGBM", metric="rmse", metric_label="RMSE", value=1.5, low=1.0, greater_is_better=False,
            artifacts=(Artifact(name="model.onnx", content_type="x/y", size_bytes=3),),
        ),
        deployed_at=utcnow(),
        detail=Detail(
            notes="n",
            leaderboard=(LeaderboardRow(name="a", family="f", score=0.5, seconds=1),),
            curve=(CurvePoint(elapsed_s=1, score=2),),
            stages=(StageRun(name="read", started_s=0, seconds=1),),
        ),
    )  # fmt: skip
    store.jobs.add(full)
    assert store.jobs.get(full.id) == full
    dataset = a_dataset(filename="día – ventas 😀.csv", declared_bytes=2**40, analysis_ends_at=utcnow())
    store.datasets.add(dataset)
    assert store.datasets.get(dataset.id) == dataset


def test_absent_records_are_named(store):
    job, dataset = a_job(), a_dataset()
    with pytest.raises(JobNotFound, match=job.id):
        store.jobs.get(job.id)
    with pytest.raises(JobNotFound):
        store.jobs.save(job)
    with pytest.raises(DatasetNotFound, match=dataset.id):
        store.datasets.get(dataset.id)
    with pytest.raises(DatasetNotFound):
        store.datasets.save(dataset)
    store.jobs.delete(job.id)
    store.datasets.delete(dataset.id)


def test_an_id_is_taken_once(store):
    job, dataset = a_job(), a_dataset()
    store.jobs.add(job)
    store.datasets.add(dataset)
    with pytest.raises(RecordExists):
        store.jobs.add(replace(job, name="other"))
    with pytest.raises(RecordExists):
        store.datasets.add(dataset)
    assert store.jobs.get(job.id).name == "a run"


def test_only_the_writer_who_read_last_may_write(store):
    job = a_job()
    store.jobs.add(job)
    first = store.jobs.save(replace(job, name="first"))
    assert first.version == job.version + 1
    assert store.jobs.get(job.id) == first
    with pytest.raises(StaleRecord):
        store.jobs.save(replace(job, name="second"))
    assert store.jobs.get(job.id).name == "first"
    dataset = a_dataset()
    store.datasets.add(dataset)
    store.datasets.save(replace(dataset, n_rows=1))
    with pytest.raises(StaleRecord):
        store.datasets.save(replace(dataset, n_rows=2))
    assert store.datasets.get(dataset.id).n_rows == 1


def test_no_change_is_lost_among_threads(store):
    job = a_job()
    store.jobs.add(job)

    def add_tag(number: int) -> None:
        change(store.jobs, job.id, lambda current: replace(current, tags=(*current.tags, str(number))))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_tag, range(16)))
    assert sorted(store.jobs.get(job.id).tags, key=int) == [str(n) for n in range(16)]
    assert store.jobs.get(job.id).version == 16


def test_deleted_records_are_gone(store):
    job = a_job()
    store.jobs.add(job)
    store.jobs.delete(job.id)
    with pytest.raises(JobNotFound):
        store.jobs.get(job.id)
    assert store.jobs.page("ana", limit=5).items == ()


def test_pages_are_newest_first_and_light(store):
    start = utcnow()
    # Two of the same millisecond: the id decides, and neither is lost at the border of two pages.
    jobs = [
        a_job(created_at=start + timedelta(milliseconds=n // 2), name=f"run {n}", detail=Detail(notes="long"))
        for n in range(7)
    ]
    for job in jobs:
        store.jobs.add(job)
    store.jobs.add(a_job(user_id="ben"))
    expected = sorted(jobs, key=lambda job: (job.created_at, job.id), reverse=True)
    seen, cursor = [], None
    while True:
        page = store.jobs.page("ana", limit=3, cursor=cursor)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [job.light() for job in expected]


def test_a_cursor_survives_additions_and_deletions(store):
    start = utcnow()
    datasets = [a_dataset(created_at=start + timedelta(seconds=n)) for n in range(6)]
    for dataset in datasets:
        store.datasets.add(dataset)
    first = store.datasets.page("ana", limit=2)
    assert [d.id for d in first.items] == [datasets[5].id, datasets[4].id]
    store.datasets.delete(datasets[4].id)
    store.datasets.add(a_dataset(created_at=start + timedelta(seconds=9)))
    second = store.datasets.page("ana", limit=2, cursor=first.next_cursor)
    assert [d.id for d in second.items] == [datasets[3].id, datasets[2].id]


def test_the_last_page_has_no_cursor(store):
    for _ in range(2):
        store.datasets.add(a_dataset())
    assert store.datasets.page("ana", limit=2).next_cursor is None
    assert store.datasets.page("nobody", limit=2).items == ()


@pytest.mark.parametrize("cursor", ["", "x", "!!!!", "W10", "WzEsMl0", "bnVsbA", "WzFlOTk5LCJhIl0", "😀", "A" * 300])
def test_foreign_cursors_are_refused(store, cursor):
    with pytest.raises(BadCursor):
        store.jobs.page("ana", limit=2, cursor=cursor)


def test_filters_agree_with_the_domain(store):
    start = utcnow()
    dataset_id = a_dataset().id
    jobs = [
        a_job(created_at=start, name="Credit RISK", tags=("Demo", "q4")),
        a_job(created_at=start, name="100% sure_thing", tags=("demo",), dataset_id=dataset_id),
        a_job(created_at=start, target="Überleben", state=JobState.COMPLETED, deployed_at=start),
        a_job(created_at=start, state=JobState.FAILED, dataset_name="straße.csv"),
    ]
    for job in jobs:
        store.jobs.add(job)
    for filters in (
        JobFilter(),
        JobFilter(state=JobState.COMPLETED),
        JobFilter(deployed=True),
        JobFilter(deployed=False),
        JobFilter(tag="demo"),
        JobFilter(tag="Demo"),
        JobFilter(tag="dem"),
        JobFilter(dataset_id=dataset_id),
        JobFilter(text="risk"),
        JobFilter(text="%"),
        JobFilter(text="_thing"),
        JobFilter(text="ÜBER"),
        JobFilter(text="STRASSE"),
        JobFilter(text="'; --"),
        JobFilter(state=JobState.PENDING, tag="q4", text="credit"),
    ):
        found = {job.id for job in store.jobs.page("ana", filters, limit=10).items}
        assert found == {job.id for job in jobs if job.matches(filters)}, filters


def test_dataset_filters(store):
    ready = a_dataset(filename="Sales_2024.CSV", state=DatasetState.READY)
    store.datasets.add(ready)
    store.datasets.add(a_dataset(filename="other.csv"))
    assert [d.id for d in store.datasets.page("ana", limit=9, text="sales_").items] == [ready.id]
    assert [d.id for d in store.datasets.page("ana", limit=9, state=DatasetState.READY).items] == [ready.id]


def test_the_longest_waiting_job_is_claimed_first(store):
    now = utcnow()
    late, early = a_job(queued_at=now), a_job(queued_at=now - timedelta(seconds=5))
    for job in (late, early, a_job(state=JobState.COMPLETED)):
        store.jobs.add(job)
    claimed = store.jobs.claim(worker="w", host="h", now=now, lease_s=10)
    assert claimed.id == early.id
    assert claimed.state is JobState.RUNNING
    assert claimed.lease.token == 1
    assert claimed.lease.expires_at == now + timedelta(seconds=10)
    assert store.jobs.get(early.id) == claimed
    assert store.jobs.running() == (claimed,)
    assert store.jobs.claim(worker="w", host="h", now=now, lease_s=10).id == late.id
    assert store.jobs.claim(worker="w", host="h", now=now, lease_s=10) is None


def test_no_job_is_claimed_twice(store):
    jobs = [a_job() for _ in range(24)]
    for job in jobs:
        store.jobs.add(job)
    barrier = threading.Barrier(4)

    def take(name: str) -> list[str]:
        barrier.wait()
        mine = []
        while (job := store.jobs.claim(worker=name, host="h", now=utcnow(), lease_s=10)) is not None:
            mine.append(job.id)
        return mine

    with ThreadPoolExecutor(4) as pool:
        taken = [job_id for mine in pool.map(take, "abcd") for job_id in mine]
    assert sorted(taken) == sorted(job.id for job in jobs)


def test_running_jobs_come_whole(store):
    job = a_job(detail=Detail(notes="keep me"))
    store.jobs.add(job)
    store.jobs.claim(worker="w", host="h", now=utcnow(), lease_s=10)
    assert store.jobs.running()[0].detail.notes == "keep me"


def test_the_queue_is_counted(store):
    now = utcnow()
    store.jobs.add(a_job(queued_at=now - timedelta(minutes=3)))
    store.jobs.add(a_job(user_id="ben", queued_at=now))
    store.jobs.add(a_job(state=JobState.COMPLETED))
    everybody, ben = store.jobs.queue(), store.jobs.queue("ben")
    assert everybody.counts == {JobState.PENDING: 2, JobState.COMPLETED: 1}
    assert everybody.oldest_at == now - timedelta(minutes=3)
    assert ben.counts == {JobState.PENDING: 1}
    assert store.jobs.queue("nobody").oldest_at is None


def test_stuck_analyses_are_found(store):
    now = utcnow()
    stuck = a_dataset(state=DatasetState.ANALYSING, analysis_ends_at=now - timedelta(seconds=1))
    for dataset in (
        stuck,
        a_dataset(state=DatasetState.ANALYSING, analysis_ends_at=now + timedelta(seconds=60)),
        a_dataset(state=DatasetState.READY),
    ):
        store.datasets.add(dataset)
    assert store.datasets.stuck(now) == (stuck,)


def test_two_stores_share_what_is_durable(store, store_url):
    other = store if store_url == "memory://" else open_store(store_url)
    job = a_job()
    store.jobs.add(job)
    assert other.jobs.get(job.id) == job
    other.ping()
    other.close()


@given(name=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back_and_is_found(store, name):
    job = a_job(user_id=a_job().id, name=name)
    store.jobs.add(job)
    assert store.jobs.get(job.id).name == name
    assert store.jobs.page(job.user_id, JobFilter(text=name), limit=5).items[0].id == job.id
