"""Records to test with."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from automl_lite.domain.batches import Batch
from automl_lite.domain.datasets import Dataset
from automl_lite.domain.jobs import Job
from automl_lite.domain.monitors import Alert, Monitor
from automl_lite.domain.records import utcnow


def a_dataset(**changes: Any) -> Dataset:
    return Dataset(**{"id": str(uuid4()), "user_id": "ana", "filename": "t.csv", "created_at": utcnow()} | changes)


def a_job(**changes: Any) -> Job:
    return Job(
        **{
            "id": str(uuid4()),
            "user_id": "ana",
            "dataset_id": str(uuid4()),
            "dataset_name": "t.csv",
            "name": "a run",
            "target": "y",
            "task": "binary",
            "metric": "log_loss",
            "budget_s": 30.0,
            "created_at": utcnow(),
        }
        | changes
    )


def a_batch(**changes: Any) -> Batch:
    return Batch(
        **{
            "id": str(uuid4()),
            "user_id": "ana",
            "job_id": str(uuid4()),
            "dataset_id": str(uuid4()),
            "dataset_name": "new.csv",
            "name": "new.csv",
            "created_at": utcnow(),
        }
        | changes
    )


def an_alert(**changes: Any) -> Alert:
    return Alert(
        **{
            "id": str(uuid4()),
            "user_id": "ana",
            "job_id": str(uuid4()),
            "batch_id": str(uuid4()),
            "model_name": "a run",
            "rule": "drift",
            "severity": "strong",
            "message": "Strong drift.",
            "created_at": utcnow(),
        }
        | changes
    )


def a_monitor(**changes: Any) -> Monitor:
    return Monitor(**{"id": str(uuid4()), "user_id": "ana", "created_at": utcnow()} | changes)
