"""What all SQL tables share: connections, compare-and-set, pages, and the queue that two of them are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, NoReturn, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from automl_lite.domain.batches import Batch
from automl_lite.domain.datasets import Dataset
from automl_lite.domain.errors import BackendUnavailable, NotFound, RecordExists, StaleRecord
from automl_lite.domain.jobs import Job, JobState
from automl_lite.domain.monitors import Alert, Monitor
from automl_lite.domain.pages import Page, decode_cursor, encode_cursor
from automl_lite.domain.records import from_plain, to_plain
from automl_lite.store import Queue
from automl_lite.store.sql.tables import millis

R = TypeVar("R", Dataset, Job, Batch, Alert, Monitor)
W = TypeVar("W", Job, Batch)


class Records(Generic[R]):
    """Records of one class in one table: what queries need as columns, the whole as JSON in ``doc``."""

    table: ClassVar[sa.Table]
    not_found: ClassVar[type[NotFound]]
    cls: type[R]

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def _row(self, record: R) -> dict[str, Any]:
        """Return the row of a record."""
        return {"id": record.id, "user_id": record.user_id, "version": record.version, "doc": dump(to_plain(record))}

    def _whole(self) -> tuple[sa.ColumnElement[Any], ...]:
        """Return the columns that make a complete record, ``doc`` first."""
        return (self.table.c.doc,)

    def _record(self, row: Any) -> R:
        """Return the record of a row of ``_whole`` (or of ``doc`` alone)."""
        return from_plain(self.cls, json.loads(row.doc))

    def add(self, record: R, /) -> None:
        """Store a new record."""
        try:
            with self._writing() as connection:
                connection.execute(sa.insert(self.table).values(self._row(record)))
        except IntegrityError as err:
            raise RecordExists(record.id) from err

    def get(self, record_id: str, /) -> R:
        """Return the record."""
        with self._reading() as connection:
            row = connection.execute(sa.select(*self._whole()).where(self.table.c.id == record_id)).first()
        if row is None:
            raise self.not_found(record_id)
        return self._record(row)

    def save(self, record: R, /) -> R:
        """Compare and set."""
        saved: R = replace(record, version=record.version + 1)
        with self._writing() as connection:
            if not self._replace(connection, saved, record.version):
                query = sa.select(sa.literal(1)).where(self.table.c.id == record.id)
                gone = connection.execute(query).first() is None
                raise self.not_found(record.id) if gone else StaleRecord(record.id)
        return saved

    def delete(self, record_id: str, /) -> None:
        """Remove the record."""
        with self._writing() as connection:
            connection.execute(sa.delete(self.table).where(self.table.c.id == record_id))

    def _replace(self, connection: sa.Connection, record: R, version: int) -> bool:
        found = (self.table.c.id == record.id) & (self.table.c.version == version)
        return connection.execute(sa.update(self.table).where(found).values(self._row(record))).rowcount == 1

    def _select(
        self, *where: sa.ColumnElement[bool], order: Sequence[Any] = (), limit: int | None = None
    ) -> tuple[R, ...]:
        query = sa.select(*self._whole()).where(*where).order_by(*order).limit(limit)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return tuple(self._record(row) for row in rows)

    def _page(self, where: Sequence[sa.ColumnElement[bool]], limit: int, cursor: str | None) -> Page[R]:
        c = self.table.c
        query = sa.select(c.created_ms, c.id, c.doc).where(*where)
        if cursor is not None:
            created_at, record_id = decode_cursor(cursor)
            after = sa.tuple_(c.created_ms, c.id) < sa.tuple_(sa.literal(millis(created_at)), sa.literal(record_id))
            query = query.where(after)
        query = query.order_by(c.created_ms.desc(), c.id.desc()).limit(limit + 1)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        more = len(rows) > limit
        last = rows[limit - 1] if more else None
        return Page(
            items=tuple(self._record(row) for row in rows[:limit]),
            next_cursor=None if last is None else encode_cursor(_time(last.created_ms), last.id),
        )

    def _contains(self, column: sa.ColumnElement[str], text: str) -> sa.ColumnElement[bool]:
        # LIKE ignores case on SQLite only; these functions compare alike on both.
        find = sa.func.instr if self._engine.dialect.name == "sqlite" else sa.func.strpos
        return find(column, text) > 0

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with translated(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with translated(), self._engine.connect() as plain:
            connection = plain.execution_options(automl_lite_write=True)
            with connection.begin():
                yield connection


class QueueRecords(Records[W]):
    """Work: the table is also the queue."""

    def claim(self, *, worker: str, host: str, now: datetime, lease_s: float) -> W | None:
        """Claim what waits longest: one transaction, locked rows are skipped."""
        c = self.table.c
        query = (
            sa.select(*self._whole())
            .where(c.state == JobState.PENDING.value)
            .order_by(c.queued_ms, c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with self._writing() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            work = self._record(row)
            claimed = work.claimed(worker=worker, host=host, now=now, lease_s=lease_s)
            saved: W = replace(claimed, version=work.version + 1)
            self._replace(connection, saved, work.version)
        return saved

    def running(self) -> tuple[W, ...]:
        """Return everything that runs."""
        return self._select(self.table.c.state == JobState.RUNNING.value)

    def queue(self, user_id: str | None = None) -> Queue:
        """Count by state."""
        c = self.table.c
        query = sa.select(c.state, sa.func.count(), sa.func.min(c.queued_ms)).group_by(c.state)
        if user_id is not None:
            query = query.where(c.user_id == user_id)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        oldest = next((ms for state, _, ms in rows if state == JobState.PENDING.value), None)
        return Queue(
            counts={JobState(state): count for state, count, _ in rows},
            oldest_at=None if oldest is None else _time(oldest),
        )


@contextmanager
def translated() -> Iterator[None]:
    """Turn "the database does not answer" into BackendUnavailable."""
    try:
        yield
    except (OperationalError, PoolTimeout) as err:
        _unavailable(err)
    except DBAPIError as err:
        if err.connection_invalidated:
            _unavailable(err)
        raise


def _unavailable(err: Exception) -> NoReturn:
    raise BackendUnavailable("store") from err


def dump(plain: object) -> str:
    """Return JSON as it is stored."""
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False)


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
