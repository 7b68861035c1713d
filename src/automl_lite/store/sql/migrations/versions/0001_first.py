"""The first tables: data sets and jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create both tables and their indexes."""
    op.create_table(
        "datasets",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("ends_ms", sa.BigInteger),
        sa.Column("doc", sa.Text, nullable=False),
    )
    op.create_index("ix_datasets_page", "datasets", ["user_id", "created_ms", "id"])
    op.create_index("ix_datasets_state", "datasets", ["state", "ends_ms"])
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("queued_ms", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("dataset_id", sa.String(36), nullable=False),
        sa.Column("deployed", sa.Boolean, nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("doc", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("ix_jobs_page", "jobs", ["user_id", "created_ms", "id"])
    op.create_index("ix_jobs_queue", "jobs", ["state", "queued_ms", "id"])
    op.create_index("ix_jobs_dataset", "jobs", ["dataset_id"])
