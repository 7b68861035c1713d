"""The SQL tables: what queries need as columns, the whole record as JSON beside them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

datasets = Table(
    "datasets",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", String(255), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("search", Text, nullable=False),
    Column("ends_ms", BigInteger),
    Column("doc", Text, nullable=False),
    Index("ix_datasets_page", "user_id", "created_ms", "id"),
    Index("ix_datasets_state", "state", "ends_ms"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", String(255), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("queued_ms", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("dataset_id", String(36), nullable=False),
    Column("deployed", Boolean, nullable=False),
    Column("search", Text, nullable=False),
    Column("tags", Text, nullable=False),  # every tag between line breaks, which no tag can hold
    Column("doc", Text, nullable=False),
    Column("detail", Text, nullable=False),  # apart, so that pages need not read it
    Index("ix_jobs_page", "user_id", "created_ms", "id"),
    Index("ix_jobs_queue", "state", "queued_ms", "id"),
    Index("ix_jobs_dataset", "dataset_id"),
)


batches = Table(
    "prediction_batches",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", String(255), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("queued_ms", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("job_id", String(36), nullable=False),
    Column("dataset_id", String(36), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("expires_ms", BigInteger),
    Column("search", Text, nullable=False),
    Column("doc", Text, nullable=False),
    Index("ix_batches_page", "user_id", "created_ms", "id"),
    Index("ix_batches_job", "user_id", "job_id", "created_ms", "id"),
    Index("ix_batches_queue", "state", "queued_ms", "id"),
    Index("ix_batches_expires", "expires_ms"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", String(255), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("job_id", String(36), nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("doc", Text, nullable=False),
    Index("ix_alerts_page", "user_id", "created_ms", "id"),
)

monitors = Table(
    "monitors",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("next_ms", BigInteger),
    Column("doc", Text, nullable=False),
    Index("ix_monitors_due", "next_ms"),
)


def millis(time: datetime) -> int:
    """Return UTC milliseconds since 1970, the form in which times are stored and ordered."""
    return round(time.timestamp() * 1000)
