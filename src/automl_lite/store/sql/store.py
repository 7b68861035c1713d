"""Metadata in a SQL database: ``sqlite:///automl-lite.db`` or ``postgresql://user@host/name``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from automl_lite.domain.datasets import Dataset, DatasetState
from automl_lite.domain.errors import BackendUnavailable, DatasetNotFound, JobNotFound, RecordExists, StaleRecord
from automl_lite.domain.jobs import Detail, Job, JobFilter, JobState
from automl_lite.domain.pages import Page, decode_cursor, encode_cursor
from automl_lite.domain.records import from_plain, to_plain
from automl_lite.store import Queue
from automl_lite.store.sql import tables
from automl_lite.store.sql.migrate import migrate
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


class _Table:
    """Connections and compare-and-set, shared by both tables."""

    table: sa.Table

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with _translated(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with _translated(), self._engine.connect() as plain:
            connection = plain.execution_options(automl_lite_write=True)
            with connection.begin():
                yield connection

    def _add(self, record_id: str, row: dict[str, Any]) -> None:
        try:
            with self._writing() as connection:
                connection.execute(sa.insert(self.table).values(row))
        except IntegrityError as err:
            raise RecordExists(record_id) from err

    def _delete(self, record_id: str) -> None:
        with self._writing() as connection:
            connection.execute(sa.delete(self.table).where(self.table.c.id == record_id))

    def _replace(self, connection: sa.Connection, row: dict[str, Any], version: int) -> bool:
        found = (self.table.c.id == row["id"]) & (self.table.c.version == version)
        return connection.execute(sa.update(self.table).where(found).values(row)).rowcount == 1

    def _exists(self, connection: sa.Connection, record_id: str) -> bool:
        query = sa.select(sa.literal(1)).where(self.table.c.id == record_id)
        return connection.execute(query).first() is not None

    def _contains(self, column: sa.ColumnElement[str], text: str) -> sa.ColumnElement[bool]:
        # LIKE ignores case on SQLite only; these functions compare alike on both.
        find = sa.func.instr if self._engine.dialect.name == "sqlite" else sa.func.strpos
        return find(column, text) > 0

    def _page_rows(
        self,
        columns: Sequence[sa.ColumnElement[Any]],
        where: Sequence[sa.ColumnElement[bool]],
        limit: int,
        cursor: str | None,
    ) -> tuple[Sequence[Any], str | None]:
        table = self.table
        query = sa.select(table.c.created_ms, table.c.id, *columns).where(*where)
        if cursor is not None:
            created_at, record_id = decode_cursor(cursor)
            after = sa.tuple_(table.c.created_ms, table.c.id) < sa.tuple_(
                sa.literal(millis(created_at)), sa.literal(record_id)
            )
            query = query.where(after)
        query = query.order_by(table.c.created_ms.desc(), table.c.id.desc()).limit(limit + 1)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        if len(rows) <= limit:
            return rows, None
        last = rows[limit - 1]
        return rows[:limit], encode_cursor(datetime.fromtimestamp(last.created_ms / 1000, UTC), last.id)


class SqlDatasets(_Table):
    """Data sets in a SQL table."""

    table = tables.datasets

    def add(self, dataset: Dataset) -> None:
        """Store a new record."""
        self._add(dataset.id, _dataset_row(dataset))

    def get(self, dataset_id: str) -> Dataset:
        """Return the record."""
        with self._reading() as connection:
            doc = connection.execute(sa.select(self.table.c.doc).where(self.table.c.id == dataset_id)).scalar()
        if doc is None:
            raise DatasetNotFound(dataset_id)
        return from_plain(Dataset, json.loads(doc))

    def save(self, dataset: Dataset) -> Dataset:
        """Compare and set."""
        saved = replace(dataset, version=dataset.version + 1)
        with self._writing() as connection:
            if not self._replace(connection, _dataset_row(saved), dataset.version):
                raise StaleRecord(dataset.id) if self._exists(connection, dataset.id) else DatasetNotFound(dataset.id)
        return saved

    def delete(self, dataset_id: str) -> None:
        """Remove the record."""
        self._delete(dataset_id)

    def page(
        self, user_id: str, *, limit: int, cursor: str | None = None, state: DatasetState | None = None, text: str = ""
    ) -> Page[Dataset]:
        """Return a page, newest first."""
        where = [self.table.c.user_id == user_id]
        if state is not None:
            where.append(self.table.c.state == state.value)
        if text:
            where.append(self._contains(self.table.c.search, text.casefold()))
        rows, after = self._page_rows([self.table.c.doc], where, limit, cursor)
        return Page(items=tuple(from_plain(Dataset, json.loads(row.doc)) for row in rows), next_cursor=after)

    def stuck(self, now: datetime) -> tuple[Dataset, ...]:
        """Return analyses that ran out of time."""
        late = (self.table.c.state == DatasetState.ANALYSING.value) & (self.table.c.ends_ms < millis(now))
        with self._reading() as connection:
            docs = connection.execute(sa.select(self.table.c.doc).where(late)).scalars().all()
        return tuple(from_plain(Dataset, json.loads(doc)) for doc in docs)


class SqlJobs(_Table):
    """Jobs in a SQL table, which is also the queue."""

    table = tables.jobs

    def add(self, job: Job) -> None:
        """Store a new record."""
        self._add(job.id, _job_row(job))

    def get(self, job_id: str) -> Job:
        """Return the record."""
        query = sa.select(self.table.c.doc, self.table.c.detail).where(self.table.c.id == job_id)
        with self._reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise JobNotFound(job_id)
        return _job(row.doc, row.detail)

    def save(self, job: Job) -> Job:
        """Compare and set."""
        saved = replace(job, version=job.version + 1)
        with self._writing() as connection:
            if not self._replace(connection, _job_row(saved), job.version):
                raise StaleRecord(job.id) if self._exists(connection, job.id) else JobNotFound(job.id)
        return saved

    def delete(self, job_id: str) -> None:
        """Remove the record."""
        self._delete(job_id)

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
        rows, after = self._page_rows([c.doc], where, limit, cursor)
        return Page(items=tuple(_job(row.doc, "{}") for row in rows), next_cursor=after)

    def claim(self, *, worker: str, host: str, now: datetime, lease_s: float) -> Job | None:
        """Claim the job that waits longest: one transaction, locked rows are skipped."""
        c = self.table.c
        query = (
            sa.select(c.doc, c.detail)
            .where(c.state == JobState.PENDING.value)
            .order_by(c.queued_ms, c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with self._writing() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            job = _job(row.doc, row.detail)
            claimed = replace(job.claimed(worker=worker, host=host, now=now, lease_s=lease_s), version=job.version + 1)
            self._replace(connection, _job_row(claimed), job.version)
        return claimed

    def running(self) -> tuple[Job, ...]:
        """Return all running jobs."""
        c = self.table.c
        with self._reading() as connection:
            rows = connection.execute(sa.select(c.doc, c.detail).where(c.state == JobState.RUNNING.value)).all()
        return tuple(_job(row.doc, row.detail) for row in rows)

    def queue(self, user_id: str | None = None) -> Queue:
        """Count jobs by state."""
        c = self.table.c
        query = sa.select(c.state, sa.func.count(), sa.func.min(c.queued_ms)).group_by(c.state)
        if user_id is not None:
            query = query.where(c.user_id == user_id)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        oldest = next((ms for state, _, ms in rows if state == JobState.PENDING.value), None)
        return Queue(
            counts={JobState(state): count for state, count, _ in rows},
            oldest_at=None if oldest is None else datetime.fromtimestamp(oldest / 1000, UTC),
        )


class SqlStore:
    """Both tables in one database; opening it brings the schema up to date."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        with _translated():
            migrate(self._engine)
        self.datasets = SqlDatasets(self._engine)
        self.jobs = SqlJobs(self._engine)

    def ping(self) -> None:
        """Ask for a constant."""
        with _translated(), self._engine.begin() as connection:
            connection.execute(sa.text("SELECT 1"))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
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


def _job(doc: str, detail: str) -> Job:
    return replace(from_plain(Job, json.loads(doc)), detail=from_plain(Detail, json.loads(detail)))


def _dump(plain: object) -> str:
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False)


def _dataset_row(dataset: Dataset) -> dict[str, Any]:
    ends_at = dataset.analysis_ends_at
    return {
        "id": dataset.id,
        "user_id": dataset.user_id,
        "created_ms": millis(dataset.created_at),
        "state": dataset.state.value,
        "version": dataset.version,
        "search": dataset.filename.casefold(),
        "ends_ms": None if ends_at is None else millis(ends_at),
        "doc": _dump(to_plain(dataset)),
    }


def _job_row(job: Job) -> dict[str, Any]:
    doc = to_plain(job)
    return {
        "id": job.id,
        "user_id": job.user_id,
        "created_ms": millis(job.created_at),
        "queued_ms": millis(job.queued_at or job.created_at),
        "state": job.state.value,
        "version": job.version,
        "dataset_id": job.dataset_id,
        "deployed": job.deployed_at is not None,
        "search": job.search_text(),
        "tags": "".join(f"\n{tag}\n" for tag in job.tags),
        "detail": _dump(doc.pop("detail")),
        "doc": _dump(doc),
    }
