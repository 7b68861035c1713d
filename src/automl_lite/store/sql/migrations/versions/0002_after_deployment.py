"""What comes after deployment: prediction batches, alerts, monitors."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create three tables and their indexes."""
    op.create_table(
        "prediction_batches",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("queued_ms", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("dataset_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("expires_ms", sa.BigInteger),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("doc", sa.Text, nullable=False),
    )
    op.create_index("ix_batches_page", "prediction_batches", ["user_id", "created_ms", "id"])
    op.create_index("ix_batches_job", "prediction_batches", ["user_id", "job_id", "created_ms", "id"])
    op.create_index("ix_batches_queue", "prediction_batches", ["state", "queued_ms", "id"])
    op.create_index("ix_batches_expires", "prediction_batches", ["expires_ms"])
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("doc", sa.Text, nullable=False),
    )
    op.create_index("ix_alerts_page", "alerts", ["user_id", "created_ms", "id"])
    op.create_table(
        "monitors",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("next_ms", sa.BigInteger),
        sa.Column("doc", sa.Text, nullable=False),
    )
    op.create_index("ix_monitors_due", "monitors", ["next_ms"])
