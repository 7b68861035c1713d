"""A server of our own to measure: started on a free port over a temporary folder, asked over HTTP, ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

TRAIN_WAIT_S = 600
# A busy analysis or training makes plain requests wait; this is a fuse, not a measure.
REQUEST_S = 180


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: ``url`` ends in /api."""

    process: subprocess.Popen[str]
    client: httpx2.Client
    url: str

    def post(self, path: str, json: Any = None) -> Any:
        """POST JSON and return the answer's. Raises for an error."""
        answer = self.client.post(f"{self.url}{path}", json=json)
        if answer.is_error:
            raise RuntimeError(f"POST {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json()

    def get(self, path: str) -> Any:
        """GET JSON. Raises for an error."""
        answer = self.client.get(f"{self.url}{path}")
        if answer.is_error:
            raise RuntimeError(f"GET {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json()

    def upload(self, file: Path) -> str:
        """Upload a file and return its data set's id."""
        size = file.stat().st_size
        told = self.post("/upload", {"filename": file.name, "content_type": "text/csv", "size_bytes": size})
        with file.open("rb") as data:
            for part in told["parts"]:
                self.client.put(part["url"], content=data.read(part["size_bytes"])).raise_for_status()
            if not told["parts"]:
                self.client.put(told["upload_url"], content=data).raise_for_status()
        return str(told["dataset_id"])

    def confirm(self, dataset_id: str) -> Any:
        """Confirm a data set and return what the server found, however long it reads."""
        found = self.post(f"/datasets/{dataset_id}/confirm")
        while found["status"] == "analysing":
            time.sleep(0.2)
            found = self.get(f"/datasets/{dataset_id}")
        return found

    def train(self, file: Path, target: str, *, budget_s: float, **config: Any) -> str:
        """Upload, confirm, train and deploy; return the job's id. Raises RuntimeError if it does not complete."""
        dataset_id = self.upload(file)
        self.confirm(dataset_id)
        body = {"dataset_id": dataset_id, "target_column": target, "config": {"time_budget": budget_s, **config}}
        job_id: str = self.post("/train", body)["job_id"]
        job = self.wait(job_id)
        if job["status"] != "completed":
            raise RuntimeError(f"the training ended as {job['status']}: {job['error']}")
        self.post(f"/jobs/{job_id}/deploy", {"deploy": True})
        return job_id

    def wait(self, job_id: str) -> Any:
        """Wait until a job is over and return it."""
        end = time.monotonic() + TRAIN_WAIT_S
        while time.monotonic() < end:
            job = self.get(f"/jobs/{job_id}")
            if job["status"] not in ("pending", "running"):
                return job
            time.sleep(0.3)
        raise RuntimeError(f"the job is still {job['status']} after {TRAIN_WAIT_S} s")


@contextmanager
def serving(**settings: str) -> Iterator[Server]:
    """Start a server with AUTOML_LITE_… settings; end it afterwards and forget its files."""
    with tempfile.TemporaryDirectory(prefix="automl-lite-bench-") as folder:
        environment = {**os.environ, "AUTOML_LITE_DATA_DIR": folder, "AUTOML_LITE_PORT": "0"}
        environment |= {"AUTOML_LITE_LOG_LEVEL": "warning"}
        environment |= {f"AUTOML_LITE_{name.upper()}": value for name, value in settings.items()}
        command = [sys.executable, "-m", "automl_lite.cli.main", "serve"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                said = process.stdout.readline()
                if "http://" not in said:
                    raise RuntimeError("the server did not start; its errors stand above")
                with httpx2.Client(timeout=REQUEST_S) as client:
                    yield Server(process, client, f"{said.split()[-1]}/api")
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)
