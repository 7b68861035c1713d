"""A server in a process of its own over a folder that outlives it, and the workers that it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

CSV = "a,b,y\n" + "".join(f"{n // 2},{n / 7},{'yes' if n % 3 else 'no'}\n" for n in range(60))
HEARTBEAT_S = 1.0


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    client: httpx2.Client

    def get(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.client.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def dataset(self) -> str:
        """Upload and confirm a small table."""
        told = self.post("/api/upload", {"filename": "t.csv"})
        self.client.put(told["upload_url"], content=CSV.encode()).raise_for_status()
        found = self.post(f"/api/datasets/{told['dataset_id']}/confirm")
        assert found["status"] == "ready"
        return str(found["id"])

    def train(self, dataset_id: str, budget_s: float = 5) -> str:
        """Queue a training."""
        config = {"time_budget": budget_s, "eda": "none"}
        body = {"dataset_id": dataset_id, "target_column": "y", "config": config}
        return str(self.post("/api/train", body)["job_id"])

    def until(self, job_id: str, wanted: Callable[[Any], bool], seconds: float = 90) -> Any:
        """Wait until a job is as wanted and return it."""
        end = time.monotonic() + seconds
        while not wanted(job := self.get(f"/api/jobs/{job_id}")):
            assert time.monotonic() < end, f"still {job['status']} in {job['progress']['stage']}: {job['error']}"
            time.sleep(0.1)
        return job

    def workers(self) -> list[int]:
        """Return the ids of the training processes that this server started."""
        return [pid for pid in children(self.process.pid) if "automl_lite.worker" in command_of(pid).split("\0")]

    def kill(self) -> None:
        """Kill the server itself, as ``kill -9`` does."""
        self.process.kill()
        self.process.wait()


def children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                    found.append(int(entry.name))
    return found


def command_of(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


def is_over(job: Any) -> bool:
    return job["status"] in ("completed", "failed", "cancelled")


@contextmanager
def running(folder: Path, **settings: object) -> Iterator[Server]:
    """Start a server over ``folder``; whatever is left of it and its workers is ended afterwards."""
    given = {"heartbeat_seconds": HEARTBEAT_S, "poll_seconds": 0.1, "log_level": "warning"} | settings
    environment = {**os.environ, "AUTOML_LITE_DATA_DIR": str(folder), "AUTOML_LITE_PORT": "0"}
    environment |= {f"AUTOML_LITE_{name.upper()}": str(value) for name, value in given.items()}
    command = [sys.executable, "-m", "automl_lite.cli.main", "serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        left: list[int] = []
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert "http://" in said, "the server did not start"
            with httpx2.Client(base_url=said.split()[-1], timeout=60) as client:
                server = Server(process, client)
                yield server
                left = server.workers()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
            for pid in left:
                if "automl_lite.worker" in command_of(pid):
                    os.kill(pid, signal.SIGKILL)
