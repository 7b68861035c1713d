"""The tables and their indexes, as ``create_table`` takes them; Terraform declares the same (a test compares)."""

from __future__ import annotations

from typing import Any

BY_USER = "user_id-created_at-index"
BY_STATE = "state-waiting_since-index"

DATASETS = "datasets"
JOBS = "training-jobs"
BATCHES = "prediction-batches"
ALERTS = "alerts"
MONITORS = "monitors"
TABLES = (DATASETS, JOBS, BATCHES, ALERTS, MONITORS)


def table_name(prefix: str, name: str) -> str:
    """Return the name of a table in the account: ``automl-lite-dev-datasets``."""
    return f"{prefix}-{name}"


def definitions(prefix: str) -> tuple[dict[str, Any], ...]:
    """Return the arguments of ``create_table`` for all tables.

    ``created_at`` and ``waiting_since`` are a time in milliseconds and the id, as one text that sorts like both. The
    index by user carries what pages show; the one by state carries keys alone. A data set is in the latter only while
    it is being analysed, a monitor while it has a schedule, an alert never.
    """
    return tuple(_definition(table_name(prefix, name)) for name in TABLES)


def _definition(name: str) -> dict[str, Any]:
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": "S"}
            for attribute in ("id", "user_id", "created_at", "state", "waiting_since")
        ],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [
            _index(BY_USER, "user_id", "created_at", {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["doc"]}),
            _index(BY_STATE, "state", "waiting_since", {"ProjectionType": "KEYS_ONLY"}),
        ],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    }


def _index(name: str, partition: str, order: str, projection: dict[str, Any]) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [
            {"AttributeName": partition, "KeyType": "HASH"},
            {"AttributeName": order, "KeyType": "RANGE"},
        ],
        "Projection": projection,
    }
