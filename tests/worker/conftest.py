"""A store, blobs and a data set to work on; and servers in processes of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from automl_lite import ingest
from automl_lite.blobs.memory import MemoryBlobs
from automl_lite.domain.datasets import DatasetState
from automl_lite.domain.jobs import Job
from automl_lite.domain.monitors import Delivery
from automl_lite.domain.records import to_plain, utcnow
from automl_lite.domain.runs import JobSpec, RunConfig
from automl_lite.notify import Event
from automl_lite.store.memory import MemoryStore
from tests.records import a_dataset, a_job

CSV = "a,b,y\n" + "".join(f"{n // 2},{n / 7},{'yes' if n % 3 else 'no'}\n" for n in range(60))


@dataclass
class Told:
    """A notifier that remembers."""

    events: list[Event] = field(default_factory=list)
    posts: list[tuple[str, str, str, dict[str, Any]]] = field(default_factory=list)

    def send(self, event: Event) -> None:
        self.events.append(event)

    def check(self, url: str) -> None:
        pass

    def post(self, url: str, secret: str, message_id: str, payload: dict[str, Any]) -> Delivery:
        self.posts.append((url, secret, message_id, payload))
        return Delivery(attempts=1, status=204)


@dataclass
class Bench:
    """What a worker sees, in memory."""

    store: MemoryStore
    blobs: MemoryBlobs
    notifier: Told

    def job(self, **changes: Any) -> Job:
        """Queue a job."""
        job = a_job(**{"dataset_id": DATASET_ID, "max_attempts": 2} | changes)
        config = RunConfig(budget_s=job.budget_s, task=job.task, name=job.name)
        self.blobs.put(job.key("config.json"), json.dumps(to_plain(config)).encode())
        self.store.jobs.add(job)
        return job

    def claim(self, lease_s: float = 60) -> Job:
        """Claim the next job."""
        job = self.store.jobs.claim(worker="w", host="h", now=utcnow(), lease_s=lease_s)
        assert job is not None
        return job

    def spec(self, job: Job, **changes: Any) -> JobSpec:
        """Write the spec of a job, under its lease if it has one."""
        token = job.lease.token if job.lease else 0
        given = {"token": token, "heartbeat_s": 0.1, "lease_s": 0.2} | changes
        return JobSpec(job_id=job.id, dataset_id=job.dataset_id, config_key=job.key("config.json"), **given)


DATASET_ID = "6a1d2a52-1111-4f0e-9d0f-0f6a3b7f6c11"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    store, blobs = MemoryStore(), MemoryBlobs()
    source, table = tmp_path / "t.csv", tmp_path / "t.parquet"
    source.write_text(CSV, encoding="utf-8")
    reading = ingest.read_file(source, out=table)
    dataset = a_dataset(id=DATASET_ID, state=DatasetState.READY)
    store.datasets.add(dataset)
    blobs.put(dataset.key("table.parquet"), table.read_bytes())
    blobs.put(dataset.key("reading.json"), json.dumps(reading.as_dict()).encode())
    return Bench(store, blobs, Told())
