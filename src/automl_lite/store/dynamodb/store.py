"""Metadata in Amazon DynamoDB: ``dynamodb://PREFIX`` uses the tables ``PREFIX-datasets`` and ``PREFIX-training-jobs``.

Region, credentials and, for an emulator, ``AWS_ENDPOINT_URL`` come from the environment, as the AWS SDK reads them.
Records are read consistently by key. Pages come from an index that AWS updates within a fraction of a second after the
write; nothing is ever scanned.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from automl_lite._aws import client
from automl_lite.domain.datasets import Dataset, DatasetState
from automl_lite.domain.errors import (
    BackendUnavailable,
    DatasetNotFound,
    JobNotFound,
    RecordExists,
    StaleRecord,
)
from automl_lite.domain.jobs import Detail, Job, JobFilter, JobState
from automl_lite.domain.pages import Page, decode_cursor, encode_cursor
from automl_lite.domain.records import from_plain, to_plain
from automl_lite.store import Queue
from automl_lite.store.dynamodb.tables import BY_STATE, BY_USER, DATASETS, JOBS, table_name

# A filtered list reads its user's records in pieces of so many, until it has what it needs.
FILTERED_PAGE = 200
BATCH = 100  # BatchGetItem takes no more
CLAIM_CANDIDATES = 25
_UNAVAILABLE = {
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ResourceNotFoundException",
    "ServiceUnavailable",
    "ThrottlingException",
}

R = TypeVar("R", Dataset, Job)
Row = dict[str, str | int]  # an item in plain values; records are texts, and a version


class _Table(ABC, Generic[R]):
    """Items, compare-and-set and index queries, shared by both tables."""

    not_found: type[DatasetNotFound] | type[JobNotFound]

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    @abstractmethod
    def _row(self, record: R) -> Row:
        """Return the item of a record."""

    @abstractmethod
    def _record(self, row: Row) -> R:
        """Return the record of an item."""

    def add(self, record: R) -> None:
        """Store a new record."""
        if not self._put(record, "attribute_not_exists(id)"):
            raise RecordExists(record.id)

    def get(self, record_id: str) -> R:
        """Return the record."""
        with _translated():
            found = self._client.get_item(TableName=self._name, Key=_item(id=record_id), ConsistentRead=True)
        if "Item" not in found:
            raise self.not_found(record_id)
        return self._record(_plain(found["Item"]))

    def save(self, record: R) -> R:
        """Compare and set."""
        saved: R = replace(record, version=record.version + 1)
        if not self._put(saved, "version = :seen", seen=record.version):
            self.get(record.id)  # says so if it is gone
            raise StaleRecord(record.id)
        return saved

    def delete(self, record_id: str) -> None:
        """Remove the record."""
        with _translated():
            self._client.delete_item(TableName=self._name, Key=_item(id=record_id))

    def ping(self) -> None:
        """Ask for a record that is not there."""
        with _translated():
            self._client.get_item(TableName=self._name, Key=_item(id="ping"), ProjectionExpression="id")

    def _put(self, record: R, condition: str, **values: str | int) -> bool:
        """Write if ``condition`` holds, in which ``:name`` stands for the value of that name."""
        request: dict[str, Any] = {"TableName": self._name, "Item": _item(**self._row(record))}
        if values:
            request["ExpressionAttributeValues"] = _named(values)
        try:
            with _translated():
                self._client.put_item(**request, ConditionExpression=condition)
        except ClientError as err:
            if err.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _query(self, index: str, key: str, value: str, *, before: str = "", **more: Any) -> Iterator[dict[str, Any]]:
        """Yield the answers of one query, as long as the caller wants more of them.

        ``key`` is the index's partition; ``before`` leaves out what was created then or later.
        """
        condition, values = "#key = :key", {"key": value}
        if before:
            condition, values = f"{condition} AND created_at < :before", values | {"before": before}
        request = {
            "TableName": self._name,
            "IndexName": index,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": {"#key": key},  # "state" is a word of DynamoDB's own
            "ExpressionAttributeValues": _named(values),
        } | more
        while True:
            with _translated():
                answer = self._client.query(**request)
            yield answer | {"Items": [_plain(item) for item in answer.get("Items", ())]}
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _page(self, user_id: str, matches: Any, limit: int, cursor: str | None, *, filtered: bool) -> Page[R]:
        before = "" if cursor is None else _moment(*decode_cursor(cursor))
        size = FILTERED_PAGE if filtered else limit + 1
        found: list[R] = []
        for answer in self._query(BY_USER, "user_id", user_id, before=before, ScanIndexForward=False, Limit=size):
            found += [record for record in map(self._record, answer["Items"]) if matches(record)]
            if len(found) > limit:
                break
        items = tuple(found[:limit])
        more = len(found) > limit
        return Page(items=items, next_cursor=encode_cursor(items[-1].created_at, items[-1].id) if more else None)

    def _in_state(self, state: str) -> list[R]:
        """Return the records of a state, complete and as last written."""
        ids = [item["id"] for answer in self._query(BY_STATE, "state", state) for item in answer["Items"]]
        return [record for record in self._many(ids) if record.state.value == state]

    def _many(self, ids: Sequence[str]) -> Iterator[R]:
        for start in range(0, len(ids), BATCH):
            keys = [_item(id=record_id) for record_id in ids[start : start + BATCH]]
            wanted = {self._name: {"Keys": keys, "ConsistentRead": True}}
            while wanted:
                with _translated():
                    answer = self._client.batch_get_item(RequestItems=wanted)
                yield from map(self._record, map(_plain, answer["Responses"].get(self._name, ())))
                wanted = answer.get("UnprocessedKeys") or {}


class DynamoDatasets(_Table[Dataset]):
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
            "created_at": _moment(dataset.created_at, dataset.id),
            "version": dataset.version,
            "state": dataset.state.value,
            "doc": _dump(to_plain(dataset)),
        }
        if dataset.state is DatasetState.ANALYSING and dataset.analysis_ends_at is not None:
            row["waiting_since"] = _moment(dataset.analysis_ends_at, dataset.id)
        return row

    def _record(self, row: Row) -> Dataset:
        return from_plain(Dataset, json.loads(str(row["doc"])))


class DynamoJobs(_Table[Job]):
    """Jobs, and the queue as an index over their state."""

    not_found = JobNotFound

    def page(
        self, user_id: str, filters: JobFilter | None = None, *, limit: int, cursor: str | None = None
    ) -> Page[Job]:
        """Return a page, newest first."""
        wanted = filters or JobFilter()
        return self._page(user_id, lambda job: job.matches(wanted), limit, cursor, filtered=wanted != JobFilter())

    def claim(self, *, worker: str, host: str, now: datetime, lease_s: float) -> Job | None:
        """Claim the job that waits longest; whoever loses a race tries the next one."""
        for answer in self._query(BY_STATE, "state", JobState.PENDING.value, Limit=CLAIM_CANDIDATES):
            for item in answer["Items"]:
                try:
                    job = self.get(item["id"])
                    if job.state is JobState.PENDING:
                        return self.save(job.claimed(worker=worker, host=host, now=now, lease_s=lease_s))
                except (StaleRecord, JobNotFound):
                    continue
        return None

    def running(self) -> tuple[Job, ...]:
        """Return all running jobs."""
        return tuple(self._in_state(JobState.RUNNING.value))

    def queue(self, user_id: str | None = None) -> Queue:
        """Count jobs by state: one user's by reading their list, everybody's by counting index entries."""
        return self._everybodys_queue() if user_id is None else self._queue_of(user_id)

    def _everybodys_queue(self) -> Queue:
        counts = {}
        for state in JobState:
            answers = self._query(BY_STATE, "state", state.value, Select="COUNT")
            if n := sum(answer["Count"] for answer in answers):
                counts[state] = n
        oldest = None
        if JobState.PENDING in counts:
            first = next(self._query(BY_STATE, "state", JobState.PENDING.value, Limit=1))["Items"]
            oldest = _time(first[0]["waiting_since"]) if first else None
        return Queue(counts=counts, oldest_at=oldest)

    def _queue_of(self, user_id: str) -> Queue:
        counts: dict[JobState, int] = {}
        waiting = []
        for answer in self._query(BY_USER, "user_id", user_id):
            for job in map(self._record, answer["Items"]):
                counts[job.state] = counts.get(job.state, 0) + 1
                if job.state is JobState.PENDING:
                    waiting.append(job.queued_at or job.created_at)
        return Queue(counts=counts, oldest_at=min(waiting, default=None))

    def _row(self, job: Job) -> Row:
        doc = to_plain(job)
        return {
            "id": job.id,
            "user_id": job.user_id,
            "created_at": _moment(job.created_at, job.id),
            "version": job.version,
            "state": job.state.value,
            "waiting_since": _moment(job.queued_at or job.created_at, job.id),
            # Not in the index by user: pages never show it.
            "detail": _dump(doc.pop("detail")),
            "doc": _dump(doc),
        }

    def _record(self, row: Row) -> Job:
        job = from_plain(Job, json.loads(str(row["doc"])))
        return replace(job, detail=from_plain(Detail, json.loads(str(row["detail"])))) if "detail" in row else job


class DynamoStore:
    """Both tables; Terraform makes them."""

    def __init__(self, url: str) -> None:
        prefix = urlsplit(url).netloc
        self._client = client("dynamodb", read_timeout=10, max_pool_connections=32)
        self.datasets = DynamoDatasets(self._client, table_name(prefix, DATASETS))
        self.jobs = DynamoJobs(self._client, table_name(prefix, JOBS))

    def ping(self) -> None:
        """Ask one table for a record."""
        self.jobs.ping()

    def close(self) -> None:
        """Close idle connections."""
        self._client.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClientError as err:
        if err.response["Error"]["Code"] in _UNAVAILABLE:
            raise BackendUnavailable("store") from err
        raise
    except BotoCoreError as err:
        raise BackendUnavailable("store") from err


def _item(**row: str | int) -> dict[str, dict[str, str]]:
    """Return plain values as DynamoDB takes them."""
    return {name: {"S": value} if isinstance(value, str) else {"N": str(value)} for name, value in row.items()}


def _named(values: Mapping[str, str | int]) -> dict[str, dict[str, str]]:
    return {f":{name}": value for name, value in _item(**values).items()}


def _plain(item: Mapping[str, Mapping[str, str]]) -> Row:
    return {name: value["S"] if "S" in value else int(value["N"]) for name, value in item.items()}


def _moment(time: datetime, record_id: str) -> str:
    return f"{round(time.timestamp() * 1000):014d}#{record_id}"


def _time(moment: str) -> datetime:
    return datetime.fromtimestamp(int(moment.partition("#")[0]) / 1000, UTC)


def _dump(plain: object) -> str:
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False)
