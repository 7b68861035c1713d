"""``kill -9`` of a worker that measures a model, and of a server that compares: all begins anew and ends right."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import Any

import httpx2
import pytest

from automl_lite.settings import Settings
from automl_lite.wiring import open_services
from tests.api.conftest import Api
from tests.processes import Server, is_over, running
from tests.unit.inference.graphs import classifier, random_trees
from tests.worker.test_batches import rows_csv
from tests.worker.test_validating import with_truth

N_ROWS = 4_000
SETTINGS = {"job_attempts": 3, "inline_batch_bytes": 0}


@pytest.fixture
def models(tmp_path) -> list[str]:
    """Store two models of one target; return the ids of their jobs."""
    services = open_services(Settings(data_dir=tmp_path, serve_jobs=False), run_job=lambda *_: None)
    api = Api(None, services)  # type: ignore[arg-type]
    stored = [api.model(classifier(["no", "yes"], random_trees(n, 1))).id for n in (8, 12)]
    services.close()
    return stored


def upload(server: Server) -> str:
    told = server.post("/api/upload", {"filename": "truth.csv"})
    server.client.put(told["upload_url"], content=with_truth(rows_csv(N_ROWS)).encode()).raise_for_status()
    return str(told["dataset_id"])


def finished(server: Server, batch_id: str, *, attempt: int = 0) -> Any:
    """Wait until a batch is over, or in a later attempt than ``attempt`` if that is given, and return it."""
    end = time.monotonic() + 120
    while not is_over(found := server.get(f"/api/batches/{batch_id}")) and not 0 < attempt < found["attempt"]:
        assert time.monotonic() < end, found
        time.sleep(0.05)
    return found


def killed(server: Server, batch_id: str, moment_s: float, *, attempt: int) -> bool:
    """Kill the worker of a batch so many seconds after it began; tell whether that ended ``attempt``.

    A worker that had told its result before, and was only putting its things away, has done its work.
    """
    while not server.workers() and not is_over(server.get(f"/api/batches/{batch_id}")):
        time.sleep(0.02)
    time.sleep(moment_s)
    for pid in server.workers():
        os.kill(pid, signal.SIGKILL)
    return finished(server, batch_id, attempt=attempt)["attempt"] > attempt


def told(server: Server, batch_id: str) -> tuple[Any, ...]:
    """Return all that a validation says."""
    whole = server.get(f"/api/batches/{batch_id}")
    result = {name: value for name, value in whole["result"].items() if name != "seconds"}
    files = [(file["name"], file["size_bytes"]) for file in whole["files"]]
    return (
        result,
        files,
        server.get(f"/api/batches/{batch_id}/validation"),
        server.get(f"/api/batches/{batch_id}/drift"),
    )


@pytest.mark.parametrize("with_challenger", [False, True], ids=["validation", "duel"])
def test_a_killed_validation_begins_anew_and_ends_as_an_undisturbed_one(tmp_path, models, with_challenger):
    with running(tmp_path, **SETTINGS) as server:
        body: dict[str, Any] = {"dataset_id": upload(server)}
        if with_challenger:
            body["challenger_id"] = models[1]
        path = f"/api/predict/{models[0]}/validate"
        calm = finished(server, server.post(path, body)["id"])
        assert (calm["status"], calm["error"]) == ("completed", None)
        batch_id, n_kills = server.post(path, body)["id"], 0
        for share in (random.uniform(0, 0.3), random.uniform(0.3, 0.9)):
            n_kills += killed(server, batch_id, share * calm["result"]["seconds"], attempt=n_kills + 1)
        ended = finished(server, batch_id)
        assert n_kills >= 1
        assert (ended["status"], ended["error"], ended["attempt"]) == ("completed", None, n_kills + 1)
        assert told(server, batch_id) == told(server, calm["id"])


def test_a_server_killed_while_it_compares_compares_again(tmp_path, models):
    with running(tmp_path, **SETTINGS) as server:
        pair = [server.post(f"/api/predict/{models[0]}/validate", {"dataset_id": upload(server)})["id"] for _ in "ab"]
        assert [finished(server, batch_id)["status"] for batch_id in pair] == ["completed"] * 2
        path = f"/api/batches/{pair[0]}/compare?other={pair[1]}"
        before = server.get(path)
        with httpx2.Client(base_url=server.client.base_url) as client, client.stream("GET", path):
            server.kill()
    with running(tmp_path, **SETTINGS) as server:
        assert server.get(path) == before
        assert before["severity"] == "none"
