"""What the tables in Amazon DynamoDB share: items, compare-and-set, pages from an index, and a queue as an index."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from automl_lite.domain.batches import Batch
from automl_lite.domain.datasets import Dataset
from automl_lite.domain.errors import BackendUnavailable, NotFound, RecordExists, StaleRecord
from automl_lite.domain.jobs import Job, JobState
from automl_lite.domain.monitors import Alert, Monitor
from automl_lite.domain.pages import Page, decode_cursor, encode_cursor
from automl_lite.store import Queue
from automl_lite.store.dynamodb.tables import BY_STATE, BY_USER, KEYS

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

R = TypeVar("R", Dataset, Job, Batch, Alert, Monitor)
W = TypeVar("W", Job, Batch)
Row = dict[str, str | int]  # an item in plain values; records are texts, and a version


class Table(ABC, Generic[R]):
    """Records by id."""

    not_found: ClassVar[type[NotFound]]

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
        with translated():
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
        with translated():
            self._client.delete_item(TableName=self._name, Key=_item(id=record_id))

    def ping(self) -> None:
        """Ask for a record that is not there."""
        with translated():
            self._client.get_item(TableName=self._name, Key=_item(id="ping"), ProjectionExpression="id")

    def _put(self, record: R, condition: str, **values: str | int) -> bool:
        """Write if ``condition`` holds, in which ``:name`` stands for the value of that name."""
        request: dict[str, Any] = {"TableName": self._name, "Item": _item(**self._row(record))}
        if values:
            request["ExpressionAttributeValues"] = _named(values)
        try:
            with translated():
                self._client.put_item(**request, ConditionExpression=condition)
        except ClientError as err:
            if err.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _query(self, index: str, value: str, *, before: str = "", **more: Any) -> Iterator[dict[str, Any]]:
        """Yield the answers of one query, as long as the caller wants more of them.

        ``value`` is the partition's; ``before`` leaves out what the index orders there or behind.
        """
        partition, order = KEYS[index]
        condition, values, names = "#partition = :value", {"value": value}, {"#partition": partition}
        if before:
            condition, values = f"{condition} AND #order < :before", values | {"before": before}
            names["#order"] = order
        request = {
            "TableName": self._name,
            "IndexName": index,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,  # "state" is a word of DynamoDB's own
            "ExpressionAttributeValues": _named(values),
        } | more
        while True:
            with translated():
                answer = self._client.query(**request)
            yield answer | {"Items": [_plain(item) for item in answer.get("Items", ())]}
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _page(
        self, user_id: str, matches: Callable[[R], bool], limit: int, cursor: str | None, *, filtered: bool
    ) -> Page[R]:
        before = "" if cursor is None else moment(*decode_cursor(cursor))
        size = FILTERED_PAGE if filtered else limit + 1
        found: list[R] = []
        for answer in self._query(BY_USER, user_id, before=before, ScanIndexForward=False, Limit=size):
            found += [record for record in map(self._record, answer["Items"]) if matches(record)]
            if len(found) > limit:
                break
        items = tuple(found[:limit])
        more = len(found) > limit
        return Page(items=items, next_cursor=encode_cursor(items[-1].created_at, items[-1].id) if more else None)

    def _many(self, ids: Sequence[str]) -> Iterator[R]:
        for start in range(0, len(ids), BATCH):
            keys = [_item(id=record_id) for record_id in ids[start : start + BATCH]]
            wanted = {self._name: {"Keys": keys, "ConsistentRead": True}}
            while wanted:
                with translated():
                    answer = self._client.batch_get_item(RequestItems=wanted)
                yield from map(self._record, map(_plain, answer["Responses"].get(self._name, ())))
                wanted = answer.get("UnprocessedKeys") or {}

    def _by_state(self, state: str, *, before: str = "", most: int = 0) -> list[R]:
        """Return the records that the index has in a state, as last written: they may be in another by now.

        ``before`` leaves out those that wait since then or later; ``most`` limits how many are read (0: all).
        """
        ids: list[str] = []
        for answer in self._query(BY_STATE, state, before=before, **({"Limit": most} if most else {})):
            ids += [item["id"] for item in answer["Items"]]
            if most and len(ids) >= most:
                break
        return list(self._many(ids))


class QueueTable(Table[W]):
    """Work, and the queue as an index over its state."""

    def claim(self, *, worker: str, host: str, now: datetime, lease_s: float) -> W | None:
        """Claim what waits longest; whoever loses a race tries the next one."""
        for answer in self._query(BY_STATE, JobState.PENDING.value, Limit=CLAIM_CANDIDATES):
            for item in answer["Items"]:
                try:
                    work = self.get(item["id"])
                    if work.state is JobState.PENDING:
                        return self.save(work.claimed(worker=worker, host=host, now=now, lease_s=lease_s))
                except (StaleRecord, NotFound):
                    continue
        return None

    def running(self) -> tuple[W, ...]:
        """Return everything that runs."""
        return tuple(work for work in self._by_state(JobState.RUNNING.value) if work.state is JobState.RUNNING)

    def queue(self, user_id: str | None = None) -> Queue:
        """Count by state: one user's by reading their list, everybody's by counting index entries."""
        return self._everybodys_queue() if user_id is None else self._queue_of(user_id)

    def _everybodys_queue(self) -> Queue:
        counts = {}
        for state in JobState:
            answers = self._query(BY_STATE, state.value, Select="COUNT")
            if n := sum(answer["Count"] for answer in answers):
                counts[state] = n
        oldest = None
        if JobState.PENDING in counts:
            first = next(self._query(BY_STATE, JobState.PENDING.value, Limit=1))["Items"]
            oldest = _time(first[0]["waiting_since"]) if first else None
        return Queue(counts=counts, oldest_at=oldest)

    def _queue_of(self, user_id: str) -> Queue:
        counts: dict[JobState, int] = {}
        waiting = []
        for answer in self._query(BY_USER, user_id):
            for work in map(self._record, answer["Items"]):
                counts[work.state] = counts.get(work.state, 0) + 1
                if work.state is JobState.PENDING:
                    waiting.append(work.queued_at or work.created_at)
        return Queue(counts=counts, oldest_at=min(waiting, default=None))


@contextmanager
def translated() -> Iterator[None]:
    """Turn what AWS says when a table does not answer into BackendUnavailable."""
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


def keys(record: Dataset | Job | Batch | Alert | Monitor) -> Row:
    """Return the attributes that every item has."""
    return {
        "id": record.id,
        "user_id": record.user_id,
        "created_at": moment(record.created_at, record.id),
        "version": record.version,
    }


def moment(time: datetime, record_id: str) -> str:
    """Return a time in milliseconds and an id as a text that sorts like both."""
    return f"{millis(time)}#{record_id}"


def millis(time: datetime, *, more: int = 0) -> str:
    """Return a time in milliseconds, ``more`` of them later, as a text that sorts before every moment of it."""
    return f"{round(time.timestamp() * 1000) + more:014d}"


def _time(moment: str) -> datetime:
    return datetime.fromtimestamp(int(moment.partition("#")[0]) / 1000, UTC)


def dump(plain: object) -> str:
    """Return JSON as it is stored."""
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False)
