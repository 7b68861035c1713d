"""``kill -9`` of a worker that scores a file, in the platform as it is: another one takes over and finishes."""

from __future__ import annotations

import os
import random
import signal
import time

from automl_lite.settings import Settings
from automl_lite.wiring import open_services
from tests.api.conftest import Api
from tests.processes import is_over, running
from tests.unit.inference.graphs import regressor
from tests.worker.test_batches import rows_csv


def test_a_killed_batch_is_finished_by_another_worker(tmp_path):
    services = open_services(Settings(data_dir=tmp_path, serve_jobs=False), run_job=lambda *_: None)
    api = Api(None, services)
    job_id = api.model(regressor()).id
    services.close()
    moment_s = random.uniform(0, 2)
    with running(tmp_path, job_attempts=3, inline_batch_bytes=0) as server:
        told = server.post("/api/upload", {"filename": "rows.csv"})
        server.client.put(told["upload_url"], content=rows_csv(5_000).encode()).raise_for_status()
        batch = server.post(f"/api/predict/{job_id}/batch", {"dataset_id": told["dataset_id"]})
        path = f"/api/batches/{batch['id']}"
        end = time.monotonic() + 90
        while not server.workers():
            assert time.monotonic() < end
            time.sleep(0.05)
        time.sleep(moment_s)
        for pid in server.workers():
            os.kill(pid, signal.SIGKILL)
        while not is_over(found := server.get(path)):
            assert time.monotonic() < end, (found, moment_s)
            time.sleep(0.1)
        assert (found["status"], found["error"], found["result"]["n_rows"]) == ("completed", None, 5_000)
        url = next(file["url"] for file in found["files"] if file["name"] == "results.csv")
        ids = [line.split(",")[0] for line in server.client.get(url).text.splitlines()[1:]]
    assert ids == [f"{n:05d}" for n in range(5_000)]
