"""AWS Batch on this machine: what Terraform makes is kept, and each submitted job is a process of the worker's command.

The process gets the environment of the job definition with that of the submission over it, as a container would, and
what AWS itself adds; nothing of the test's own environment but PATH and the certificates' place.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

COMMAND = (sys.executable, "-m", "automl_lite.worker")
ACCOUNT, REGION = "000000000000", "eu-central-1"
LIVE = ("SUBMITTED", "RUNNABLE", "STARTING", "RUNNING")


class BatchStandin:
    """The state of one account and region."""

    def __init__(self, on_change: Callable[[dict[str, Any]], None] = lambda job: None) -> None:
        self.environments: dict[str, dict[str, Any]] = {}
        self.queues: dict[str, dict[str, Any]] = {}
        self.definitions: dict[str, dict[str, Any]] = {}
        self.jobs: dict[str, dict[str, Any]] = {}
        self.submissions: list[dict[str, Any]] = []
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.logs: dict[str, Path] = {}
        self.aws: dict[str, str] = {}
        self.folder = Path()
        self.runs = True
        self.command: tuple[str, ...] = COMMAND
        self.on_change = on_change
        self._watchers: list[threading.Thread] = []

    def answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Carry out one operation of the API."""
        name = path.rstrip("/").rpartition("/")[2].lower()
        operation = getattr(self, f"_{name}", None)
        if operation is None:
            raise LookupError(path)
        answer: dict[str, Any] = operation(body)
        return answer

    def close(self) -> None:
        """End what runs."""
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
        for watcher in self._watchers:
            watcher.join(timeout=10)

    # What Terraform makes

    def _createcomputeenvironment(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._create(self.environments, "computeEnvironment", "compute-environment", body)

    def _describecomputeenvironments(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"computeEnvironments": _chosen(self.environments, body.get("computeEnvironments"))}

    def _updatecomputeenvironment(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._update(self.environments, body["computeEnvironment"], body)

    def _deletecomputeenvironment(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._delete(self.environments, body["computeEnvironment"])

    def _createjobqueue(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._create(self.queues, "jobQueue", "job-queue", body)

    def _describejobqueues(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"jobQueues": _chosen(self.queues, body.get("jobQueues"))}

    def _updatejobqueue(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._update(self.queues, body["jobQueue"], body)

    def _deletejobqueue(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._delete(self.queues, body["jobQueue"])

    def _registerjobdefinition(self, body: dict[str, Any]) -> dict[str, Any]:
        name = body["jobDefinitionName"]
        revision = 1 + sum(known["jobDefinitionName"] == name for known in self.definitions.values())
        arn = _arn("job-definition", f"{name}:{revision}")
        self.definitions[arn] = body | {"jobDefinitionArn": arn, "revision": revision, "status": "ACTIVE"}
        return {"jobDefinitionName": name, "jobDefinitionArn": arn, "revision": revision}

    def _describejobdefinitions(self, body: dict[str, Any]) -> dict[str, Any]:
        wanted, name = body.get("jobDefinitions"), body.get("jobDefinitionName")
        found = [
            known
            for arn, known in self.definitions.items()
            if (not wanted or arn in wanted) and (not name or known["jobDefinitionName"] == name)
        ]
        status = body.get("status")
        return {"jobDefinitions": [known for known in found if not status or known["status"] == status]}

    def _deregisterjobdefinition(self, body: dict[str, Any]) -> dict[str, Any]:
        self.definitions.pop(body["jobDefinition"], None)
        return {}

    # What the product does

    def _submitjob(self, body: dict[str, Any]) -> dict[str, Any]:
        queue = next((q for q in self.queues.values() if q["jobQueueName"] == body["jobQueue"]), None)
        if queue is None:
            raise LookupError(body["jobQueue"])
        job_id = str(uuid4())
        self.submissions.append(body)
        job = {
            "jobId": job_id,
            "jobArn": _arn("job", job_id),
            "jobName": body["jobName"],
            "jobQueue": queue["jobQueueArn"],
            "jobDefinition": body["jobDefinition"],
            "status": "RUNNABLE",
            "createdAt": int(time.time() * 1000),
            "startedAt": int(time.time() * 1000),
            "container": {"environment": body.get("containerOverrides", {}).get("environment", [])},
        }
        self.jobs[job_id] = job
        if self.runs:
            self._run(job, body)
        return {"jobId": job_id, "jobName": body["jobName"], "jobArn": job["jobArn"]}

    def _describejobs(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"jobs": [self.jobs[job_id] for job_id in body["jobs"] if job_id in self.jobs]}

    def _listjobs(self, body: dict[str, Any]) -> dict[str, Any]:
        names = {name for f in body.get("filters") or () if f["name"] == "JOB_NAME" for name in f["values"]}
        found = [job for job in self.jobs.values() if not names or job["jobName"] in names]
        keys = ("jobId", "jobArn", "jobName", "status", "createdAt")
        return {"jobSummaryList": [{key: job[key] for key in keys} for job in found]}

    def _terminatejob(self, body: dict[str, Any]) -> dict[str, Any]:
        job = self.jobs.get(body["jobId"])
        process = self.processes.get(body["jobId"])
        if job is not None and job["status"] in LIVE:
            job["statusReason"] = body["reason"]
            if process is None:
                job["status"] = "FAILED"
            else:
                process.send_signal(signal.SIGKILL)  # a container that ignores SIGTERM gets it half a minute later
        return {}

    def _run(self, job: dict[str, Any], body: dict[str, Any]) -> None:
        definition = next(
            d for d in reversed(self.definitions.values()) if d["jobDefinitionName"] == body["jobDefinition"]
        )
        given = [*definition["containerProperties"]["environment"], *job["container"]["environment"]]
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ},
            **{entry["name"]: entry["value"] for entry in given},
            **self.aws,  # the role's credentials
            "AWS_BATCH_JOB_ID": job["jobId"],
            "AWS_BATCH_JOB_ATTEMPT": "1",
        }
        log = self.folder / f"{job['jobId']}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(self.command, env=environment, cwd=self.folder, stdout=out, stderr=out)
        self.processes[job["jobId"]], self.logs[job["jobId"]] = process, log
        job["status"] = "RUNNING"
        watcher = threading.Thread(target=self._watch, args=(job, process), daemon=True)
        self._watchers.append(watcher)
        watcher.start()

    def _watch(self, job: dict[str, Any], process: subprocess.Popen[bytes]) -> None:
        code = process.wait()
        shell_code = code if code >= 0 else 128 - code
        job["container"] |= {"exitCode": shell_code}
        job["status"] = "SUCCEEDED" if code == 0 else "FAILED"
        job.setdefault("statusReason", "Essential container in task exited")
        job["stoppedAt"] = int(time.time() * 1000)
        self.on_change(job)

    def _create(self, kept: dict[str, Any], key: str, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        name = body[f"{key}Name"]
        arn = _arn(kind, name)
        kept[arn] = {"state": "ENABLED"} | body | {f"{key}Arn": arn, "status": "VALID", "statusReason": "made"}
        if "ecsClusterArn" not in body:
            kept[arn]["ecsClusterArn"] = _arn("cluster", name)
        return {f"{key}Name": name, f"{key}Arn": arn}

    def _update(self, kept: dict[str, Any], name: str, body: dict[str, Any]) -> dict[str, Any]:
        known = next(known for arn, known in kept.items() if arn == name or arn.endswith(f"/{name}"))
        known |= {key: value for key, value in body.items() if key in ("state", "priority", "computeEnvironmentOrder")}
        return {}

    def _delete(self, kept: dict[str, Any], name: str) -> dict[str, Any]:
        for arn in [arn for arn in kept if arn == name or arn.endswith(f"/{name}")]:
            del kept[arn]
        return {}


@contextmanager
def batch_queue(folder: Path) -> Iterator[tuple[BatchStandin, str]]:
    """Yield a stand-in with a queue ``q`` and a job definition ``d``, and its address."""
    batch = BatchStandin()
    batch.folder = folder
    server, url = serve(batch)
    batch.answer("/v1/createjobqueue", {"jobQueueName": "q"})
    batch.answer("/v1/registerjobdefinition", {"jobDefinitionName": "d", "containerProperties": {"environment": []}})
    try:
        yield batch, url
    finally:
        batch.close()
        server.shutdown()
        server.server_close()


def serve(standin: BatchStandin) -> tuple[ThreadingHTTPServer, str]:
    """Serve on a free port; return the server and its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
            if "/tags/" in self.path:
                self._send(200, {})
                return
            try:
                self._send(200, standin.answer(self.path, body))
            except LookupError as err:
                self._send(400, {"message": f"not here: {err}"})

        def do_GET(self) -> None:  # ListTagsForResource
            arn = unquote(self.path.partition("/tags/")[2])
            kept = standin.environments | standin.queues | standin.definitions
            self._send(200, {"tags": kept.get(arn, {}).get("tags", {})})

        do_DELETE = do_GET  # noqa: N815 - the name is http.server's

        def _send(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:batch:{REGION}:{ACCOUNT}:{kind}/{name}"


def _chosen(kept: dict[str, Any], wanted: list[str] | None) -> list[dict[str, Any]]:
    return [known for arn, known in kept.items() if not wanted or arn in wanted or arn.rpartition("/")[2] in wanted]
