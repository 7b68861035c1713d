"""A server in this process over SQLite and a folder; files are read in processes of their own, as always."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from automl_lite.domain.jobs import Artifact, Job, JobState, Result
from automl_lite.domain.records import to_plain, utcnow
from automl_lite.domain.runs import JobSpec, RunConfig
from automl_lite.server.app import create_app
from automl_lite.settings import Settings
from automl_lite.wiring import Services, open_services
from tests.records import a_job
from tests.unit.inference.graphs import classifier, random_trees

ORIGIN = "http://127.0.0.1:8000"
CSV = "a,b,y\n" + "".join(f"{n // 2},{n / 7},{'yes' if n % 3 else 'no'}\n" for n in range(60))
EVALUATION = b'{"task": "binary", "n_rows": 9, "how": "test split", "metrics": [], "primary": "", "verdict": ""}'


@dataclass
class Api:
    """A client, and what lies behind it."""

    client: TestClient
    services: Services

    def upload(self, content: str | bytes = CSV, filename: str = "t.csv", **more: Any) -> str:
        """Upload a file and return its data set's id."""
        data = content.encode() if isinstance(content, str) else content
        answer = self.client.post("/api/upload", json={"filename": filename, **more})
        assert answer.status_code == 201, answer.text
        assert self.client.put(answer.json()["upload_url"], content=data).status_code == 200
        return str(answer.json()["dataset_id"])

    def dataset(self, content: str | bytes = CSV, filename: str = "t.csv") -> str:
        """Upload and confirm a file and return its data set's id."""
        dataset_id = self.upload(content, filename)
        answer = self.client.post(f"/api/datasets/{dataset_id}/confirm")
        while answer.status_code == 202:  # a slow machine: asked again, confirm waits on
            answer = self.client.post(f"/api/datasets/{dataset_id}/confirm")
        assert answer.status_code == 200, answer.text
        return dataset_id

    def job(self, **changes: Any) -> Job:
        """Store a job as it stands; nothing runs."""
        job = a_job(**{"user_id": "local"} | changes)
        config = RunConfig(budget_s=job.budget_s, task=job.task, name=job.name)
        self.services.blobs.put(job.key("config.json"), json.dumps(to_plain(config)).encode())
        self.services.system.store.jobs.add(job)
        return job

    def model(self, model: bytes | None = None, *, deployed: bool = True, **changes: Any) -> Job:
        """Store a completed job with a model file that works."""
        onnx = boosted() if model is None else model
        from automl_lite.inference import Predictor

        files = {
            "model.onnx": onnx,
            "metadata.json": json.dumps(Predictor(onnx).contract.as_dict()).encode(),
            "evaluation.json": EVALUATION,
            "report.html": b"<!doctype html><script>document.title = 1</script>",
            "eda.html": b"<!doctype html>",
            "log.txt": b"one\ntwo\n",
        }
        types = {"html": "text/html; charset=utf-8"}
        job = a_job(**{"user_id": "local", "name": "a run", "state": JobState.COMPLETED, "attempt": 1} | changes)
        for name, data in files.items():
            self.services.blobs.put(job.key(name), data)
        result = Result(
            model="Blend of 2",
            metric="roc_auc",
            metric_label="ROC AUC",
            value=0.9,
            model_bytes=len(onnx),
            artifacts=tuple(
                Artifact(name=n, content_type=types.get(n.split(".")[1], "application/octet-stream"), size_bytes=len(d))
                for n, d in files.items()
            ),
        )
        return self.job(**to_kwargs(replace(job, result=result, deployed_at=utcnow() if deployed else None)))


def to_kwargs(job: Job) -> dict[str, Any]:
    return {field.name: getattr(job, field.name) for field in fields(job)}


@pytest.fixture
def make_api(tmp_path) -> Iterator[Callable[..., Api]]:
    """Return a function that starts servers with the settings given; nothing is trained."""
    open_clients: list[TestClient] = []

    def make(run_job: Callable[..., None] = nothing, **given: Any) -> Api:
        settings = Settings(
            **{"data_dir": tmp_path, "runner_url": "inline://", "serve_jobs": False, "poll_seconds": 0.02} | given
        )
        opened: list[Services] = []

        def opening(chosen: Settings) -> Services:
            opened.append(open_services(chosen, run_job=run_job))
            return opened[0]

        client = TestClient(create_app(settings, opening), base_url=ORIGIN, raise_server_exceptions=False)
        client.__enter__()
        open_clients.append(client)
        return Api(client, opened[0])

    yield make
    for client in open_clients:
        client.__exit__(None, None, None)


def nothing(spec: JobSpec, *_: Any, **__: Any) -> None:
    """Leave the job as it is."""


def boosted(n_trees: int = 20) -> bytes:
    """Return a small boosted-tree model with two classes."""
    return classifier(["no", "yes"], random_trees(n_trees, 1), interval_level=None)


@pytest.fixture
def api(make_api) -> Api:
    return make_api()
