"""The tables and their indexes, as ``create_table`` takes them; Terraform declares the same (a test compares)."""

from __future__ import annotations

from typing import Any

BY_USER = "user_id-created_at-index"
BY_STATE = "state-waiting_since-index"
# index -> (partition, order)
KEYS = {BY_USER: ("user_id", "created_at"), BY_STATE: ("state", "waiting_since")}

DATASETS = "datasets"
JOBS = "training-jobs"
BATCHES = "prediction-batches"
ALERTS = "alerts"
MONITORS = "monitors"
INDEXES = {
    DATASETS: (BY_USER, BY_STATE),
    JOBS: (BY_USER, BY_STATE),
    BATCHES: (BY_USER, BY_STATE),
    ALERTS: (BY_USER,),
    MONITORS: (BY_STATE,),
}


def table_name(prefix: str, name: str) -> str:
    """Return the name of a table in the account: ``automl-lite-dev-datasets``."""
    return f"{prefix}-{name}"


def definitions(prefix: str) -> tuple[dict[str, Any], ...]:
    """Return the arguments of ``create_table`` for all tables.

    ``created_at`` and ``waiting_since`` are a time in milliseconds and the id, as one text that sorts like both. The
    index by user carries what pages show; the one by state carries keys alone. A data set is in the latter only while
    it is being analysed, a monitor while it has a schedule; a batch that is over waits there to be deleted.
    """
    return tuple(_definition(table_name(prefix, name), indexes) for name, indexes in INDEXES.items())


def _definition(name: str, indexes: tuple[str, ...]) -> dict[str, Any]:
    attributes = ("id", *(key for index in indexes for key in KEYS[index]))
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": attribute, "AttributeType": "S"} for attribute in attributes],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [_index(index) for index in indexes],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    }


def _index(name: str) -> dict[str, Any]:
    partition, order = KEYS[name]
    carried = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["doc"]}
    return {
        "IndexName": name,
        "KeySchema": [
            {"AttributeName": partition, "KeyType": "HASH"},
            {"AttributeName": order, "KeyType": "RANGE"},
        ],
        "Projection": carried if name == BY_USER else {"ProjectionType": "KEYS_ONLY"},
    }
