"""The handlers of the Lambda functions, in this process: events, late imports, and how often AWS is asked."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from botocore.client import BaseClient

from automl_lite.domain.datasets import DatasetState
from automl_lite.domain.jobs import JobState
from automl_lite.domain.records import to_plain, utcnow
from automl_lite.domain.runs import JobSpec, RunConfig
from automl_lite.services.specs import SpecWriter
from tests.api.conftest import boosted
from tests.aws.lambda_standin import lambda_invocations
from tests.records import a_batch, a_dataset, a_job
from tests.unit.inference.graphs import ROW

CSV = b"a,b,y\n" + b"".join(b"%d,%d,%s\n" % (n, n * 7 % 13, b"yes" if n % 3 else b"no") for n in range(60))


class Context:
    function_name = "api"
    aws_request_id = "r"


@pytest.fixture
def handlers(dynamodb_url, s3_url, tmp_path, monkeypatch) -> Iterator[Any]:
    """Return the module of the handlers, as if a function had just started."""
    settings = {
        "STORE_URL": dynamodb_url,
        "BLOBS_URL": s3_url.removesuffix("/some/prefix"),
        "RUNNER_URL": "batch://queue/definition",
        "DATA_DIR": str(tmp_path),
        "SERVE_JOBS": "false",
        "STREAMING": "false",
        "DEPLOYED_SECONDS": "2",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"AUTOML_LITE_{name}", value)
    from automl_lite.server import aws_lambda

    cached = (aws_lambda._settings, aws_lambda._services, aws_lambda._whole, aws_lambda._predictions)
    for function in cached:
        function.cache_clear()
    yield aws_lambda
    aws_lambda._services().close()
    for function in cached:
        function.cache_clear()


@pytest.fixture
def calls(monkeypatch) -> Counter[str]:
    """Count what AWS is asked."""
    counted: Counter[str] = Counter()
    original = BaseClient._make_api_call

    def counting(self: Any, operation: str, arguments: Any) -> Any:
        counted[operation] += 1
        return original(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", counting)
    return counted


def v2(method: str, path: str, body: Any = None, stage: str = "api") -> dict[str, Any]:
    """Return what an HTTP API sends (payload 2.0)."""
    full = f"/{stage}{path}" if stage != "$default" else path
    http = {"method": method, "path": full, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "t"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": full,
        "rawQueryString": "",
        "headers": {"host": "x.execute-api.eu-central-1.amazonaws.com", "content-type": "application/json"},
        "requestContext": {"stage": stage, "http": http, "requestId": "r"},
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


def v1(method: str, path: str) -> dict[str, Any]:
    """Return what a REST API sends (payload 1.0)."""
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {"Host": "x.execute-api.eu-central-1.amazonaws.com"},
        "multiValueHeaders": {"Host": ["x.execute-api.eu-central-1.amazonaws.com"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"stage": "api", "identity": {"sourceIp": "203.0.113.7"}, "requestId": "r"},
        "body": None,
        "isBase64Encoded": False,
    }


def ask(handlers: Any, event: dict[str, Any]) -> tuple[int, Any]:
    answer = handlers.api(event, Context())
    return answer["statusCode"], json.loads(answer["body"]) if answer["body"] else None


def deployed_model(handlers: Any) -> str:
    """Store a model that is deployed; return its job's id."""
    from automl_lite.domain.jobs import Result

    store, blobs, model = handlers._services().system.store, handlers._services().blobs, boosted()
    result = Result(model="Blend", metric="roc_auc", metric_label="ROC AUC", value=0.9, model_bytes=len(model))
    job = a_job(user_id="local", state=JobState.COMPLETED, attempt=1, result=result, deployed_at=utcnow())
    blobs.put(job.key("model.onnx"), model)
    blobs.put(job.key("config.json"), json.dumps(to_plain(RunConfig(budget_s=30))).encode())
    store.jobs.add(job)
    return job.id


@pytest.mark.parametrize(
    "event", [v2("GET", "/health"), v2("GET", "/health", stage="$default"), v1("GET", "/health")], ids=["v2", "$", "v1"]
)
def test_both_kinds_of_events_are_answered(handlers, event):
    assert ask(handlers, event) == (200, {"status": "ok", "version": "0.1.0"})


def test_the_gateways_word_decides_whose_records_are_shown(handlers, monkeypatch):
    monkeypatch.setenv("AUTOML_LITE_AUTH_URL", "gateway://")
    job_id = deployed_model(handlers)
    event = v2("POST", f"/predict/{job_id}", {"features": ROW})
    assert ask(handlers, event)[0] == 401
    for subject, status in (("ben", 404), ("local", 200)):
        event["requestContext"]["authorizer"] = {"jwt": {"claims": {"sub": subject}}}
        assert ask(handlers, event)[0] == status
    # Whoever may not have it does not get it from the cache either.
    event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] = "ben"
    assert ask(handlers, event)[0] == 404


def test_unknown_paths_are_problems_as_everywhere(handlers):
    status, problem = ask(handlers, v2("GET", "/nothing"))
    assert (status, problem["code"]) == (404, "no-such-path")


def test_warm_predictions_ask_nobody(handlers, calls, monkeypatch):
    now = [1000.0]
    clock = SimpleNamespace(monotonic=lambda: now[0], perf_counter=time.perf_counter)
    monkeypatch.setattr("automl_lite.services.predictions.time", clock)
    job_id = deployed_model(handlers)
    event = v2("POST", f"/predict/{job_id}", {"features": ROW})
    calls.clear()
    status, first = ask(handlers, event)
    assert status == 200, first
    assert calls == {"GetItem": 2, "GetObject": 1}  # the job, how it is watched, the model
    calls.clear()
    for _ in range(5):
        assert ask(handlers, event)[0] == 200
    assert calls == {}
    now[0] += 2.1
    assert ask(handlers, event)[0] == 200
    assert calls == {"GetItem": 2}


def test_a_file_that_arrived_is_read(handlers):
    services = handlers._services()
    dataset = a_dataset(user_id="local", declared_bytes=len(CSV))
    services.system.store.datasets.add(dataset)
    services.blobs.put(dataset.key("raw"), CSV)
    record = {"s3": {"bucket": {"name": "b"}, "object": {"key": dataset.key("raw")}}}
    assert handlers.analyse({"Records": [record]}, Context()) == {"read": 1}
    read = services.system.store.datasets.get(dataset.id)
    assert (read.state, read.n_rows) == (DatasetState.READY, 60)
    # S3 may tell twice; and other files of the data set are not for reading.
    assert handlers.analyse({"Records": [record]}, Context()) == {"read": 1}
    other = {"s3": {"object": {"key": dataset.key("table.parquet")}}}
    gone = {"s3": {"object": {"key": a_dataset().key("raw")}}}
    assert handlers.analyse({"Records": [other, gone]}, Context()) == {"read": 0}


def test_large_files_are_handed_to_the_function(handlers, calls, monkeypatch):
    monkeypatch.setenv("AUTOML_LITE_ANALYSIS_FUNCTION", "reader")
    monkeypatch.setenv("AUTOML_LITE_INLINE_ANALYSIS_BYTES", "100")
    handed: list[tuple[str, Any]] = []

    def take(self: Any, dataset_id: str, kinds: Any) -> None:
        handed.append((dataset_id, dict(kinds)))

    monkeypatch.setattr("automl_lite.runners.function.AnalysisFunction.read", take)
    services = handlers._services()
    dataset = a_dataset(user_id="local", declared_bytes=len(CSV))
    services.system.store.datasets.add(dataset)
    services.blobs.put(dataset.key("raw"), CSV)
    status, shown = ask(handlers, v2("POST", f"/datasets/{dataset.id}/confirm", {"kinds": {"a": "category"}}))
    assert (status, shown["status"]) == (202, "analysing")
    assert handed == [(dataset.id, {"a": "category"})]
    handlers.analyse({"analyse": dataset.id, "kinds": {"a": "category"}}, Context())
    status, shown = ask(handlers, v2("GET", f"/datasets/{dataset.id}"))
    assert (status, shown["status"], shown["columns"][0]["kind"]) == (200, "ready", "category")


@pytest.mark.parametrize("data", [b"Age,rooms,Sex,paid,sold,notes\n29,3,male,yes,2014-10-13,great\n", b"\x00\x01"])
def test_large_files_are_compared_with_a_model_by_the_function(handlers, monkeypatch, data):
    monkeypatch.setenv("AUTOML_LITE_ANALYSIS_FUNCTION", "reader")
    monkeypatch.setenv("AUTOML_LITE_INLINE_ANALYSIS_BYTES", "1")
    handed: list[tuple[str, str]] = []

    def take(self: Any, *ids: str) -> None:
        handed.append(ids)  # type: ignore[arg-type]

    monkeypatch.setattr("automl_lite.runners.function.AnalysisFunction.check", take)
    services, job_id = handlers._services(), deployed_model(handlers)
    dataset = a_dataset(user_id="local", declared_bytes=len(data))
    services.system.store.datasets.add(dataset)
    services.blobs.put(dataset.key("raw"), data)
    event = v2("POST", f"/predict/{job_id}/batch/check", {"dataset_id": dataset.id})
    for _ in range(2):
        assert (ask(handlers, event)[0], ask(handlers, event)[1]["code"]) == (503, "busy")
    assert handed == [(job_id, dataset.id)]
    handlers.analyse({"check": {"job_id": job_id, "dataset_id": dataset.id}}, Context())
    status, found = ask(handlers, event)
    if data.startswith(b"Age"):
        assert (status, found["fits"], found["n_rows"]) == (200, True, 1)
        assert len(handed) == 1
    else:
        assert status == 422
        assert ask(handlers, event)[0] == 503
        assert len(handed) == 2


def batch_event(job: Any, batch_id: str, status: str = "FAILED") -> dict[str, Any]:
    detail = {
        "jobId": batch_id,
        "jobName": f"automl-lite-{job.id}-1",
        "status": status,
        "statusReason": "Essential container in task exited",
        "container": {"exitCode": 137},
    }
    return {"source": "aws.batch", "detail-type": "Batch Job State Change", "detail": detail}


def test_a_container_that_died_ends_its_job(handlers):
    store = handlers._services().system.store
    batch_id, now = str(uuid4()), utcnow()
    waiting = a_job(handle=batch_id)
    running = a_job(handle=batch_id).claimed(worker="w", host="h", now=now, lease_s=30)
    another = a_job(handle=str(uuid4())).claimed(worker="w", host="h", now=now, lease_s=30)
    for job in (waiting, running, another):
        store.jobs.add(job)
        assert handlers.sweep(batch_event(job, batch_id, "SUCCEEDED"), Context())
        assert store.jobs.get(job.id) == job
        assert handlers.sweep(batch_event(job, batch_id), Context())
    ended = store.jobs.get(running.id)
    assert (ended.state, ended.error.code) == (JobState.FAILED, "worker-died")
    assert "status 137" in ended.error.message
    assert store.jobs.get(waiting.id).error.code == "worker-not-started"
    assert store.jobs.get(another.id) == another
    # Told twice, and told of jobs that are gone.
    handlers.sweep(batch_event(running, batch_id), Context())
    assert store.jobs.get(running.id) == ended
    handlers.sweep(batch_event(a_job(), batch_id), Context())


def test_a_batch_whose_container_died_ends_as_well(handlers):
    store = handlers._services().system.store
    batch_id = str(uuid4())
    running = a_batch(handle=batch_id).claimed(worker="w", host="h", now=utcnow(), lease_s=30)
    store.batches.add(running)
    assert handlers.sweep(batch_event(running, batch_id), Context())
    ended = store.batches.get(running.id)
    assert (ended.state, ended.error.code) == (JobState.FAILED, "worker-died")
    assert "status 137" in ended.error.message


def test_a_function_that_fell_silent_loses_its_batch(handlers):
    store, long_ago = handlers._services().system.store, utcnow() - timedelta(hours=1)
    batch = a_batch().claimed(worker="api", host="h", now=long_ago, lease_s=20)
    alive = a_batch().claimed(worker="api", host="h", now=utcnow(), lease_s=20)
    for record in (batch, alive):
        store.batches.add(replace(record, lease=replace(record.lease, handle="lambda:a-request")))
    assert handlers.sweep({"due": True}, Context())
    assert "silent" in store.batches.get(batch.id).error.message
    assert store.batches.get(alive.id).state is JobState.RUNNING


def test_a_small_batch_is_answered_by_the_function(handlers, monkeypatch):
    from automl_lite.worker import aws_lambda as worker

    monkeypatch.setenv("AUTOML_LITE_BATCH_FUNCTION", "score")
    worker._settings.cache_clear()
    services, job_id = handlers._services(), deployed_model(handlers)
    data = b"Age,rooms,Sex,paid,sold,notes\n" + b"29,3,male,yes,2014-10-13,great\n" * 40
    dataset = a_dataset(user_id="local", declared_bytes=len(data))
    services.system.store.datasets.add(dataset)
    services.blobs.put(dataset.key("raw"), data)
    # What measures predictions does not fit the function's zip: that is for containers.
    submitted: list[Any] = []
    monkeypatch.setattr(services.batches._specs.runner, "start", lambda spec: submitted.append(spec) or str(uuid4()))
    status, batch = ask(handlers, v2("POST", f"/predict/{job_id}/validate", {"dataset_id": dataset.id}))
    assert (status, batch["status"], [spec.kind for spec in submitted]) == (202, "pending", ["batch"])
    with lambda_invocations("score") as (given, url):
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", url)
        status, batch = ask(handlers, v2("POST", f"/predict/{job_id}/batch", {"dataset_id": dataset.id}))
    assert (status, batch["status"], len(given)) == (202, "running", 1)
    for _ in range(2):  # Lambda may deliver twice
        assert worker.score(given[0], Context()) == {"looked_at": batch["id"]}
    status, batch = ask(handlers, v2("GET", f"/batches/{batch['id']}"))
    assert (status, batch["status"], batch["error"]) == (200, "completed", None)
    assert (batch["result"]["n_rows"], batch["result"]["n_errors"]) == (40, 0)
    assert ask(handlers, v2("GET", f"/batches/{batch['id']}/drift"))[1]["n_rows"] == 40


def test_events_end_after_the_present_state(handlers):
    job_id = deployed_model(handlers)
    answer = handlers.api(v2("GET", f"/jobs/{job_id}/events"), Context())
    assert answer["statusCode"] == 200
    assert "event: job" in answer["body"]


def test_a_specification_fits_however_many_columns(handlers):
    services = handlers._services()
    job = a_job(memory_mb=3000, dataset_name="x" * 255, name="y" * 200, target="z" * 5000)
    writer: SpecWriter = services.jobs._specs
    config = RunConfig(budget_s=60, drop=tuple(f"column {n} {'w' * 40}" for n in range(500)), keep=())
    services.blobs.put(job.key("config.json"), json.dumps(to_plain(config)).encode())
    spec = writer.write(job)
    assert len(spec.to_json()) < 1024 < JobSpec.MAX_BYTES
    assert spec.config_key == job.key("config.json")


def test_importing_the_handlers_loads_nothing_heavy():
    heavy = ("onnxruntime", "duckdb", "numpy", "pandas", "sklearn", "boto3", "sqlalchemy", "pyarrow")
    code = f"import automl_lite.server.aws_lambda, sys; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_functions_do_without_what_their_zip_leaves_out():
    code = (
        "import sys\n"
        "for name in ('training', 'cli'): sys.modules[f'automl_lite.{name}'] = None\n"  # an import of it fails
        "import automl_lite.server.app, automl_lite.server.aws_lambda, automl_lite.worker.aws_lambda\n"
        "import automl_lite.wiring"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_cold_prediction_waits_for_nothing_that_it_does_not_need(handlers, moto_endpoint):
    event = json.dumps(v2("POST", f"/predict/{deployed_model(handlers)}", {"features": ROW}))
    unwanted = ("duckdb", "boto3", "s3transfer", "pandas", "sqlalchemy", "automl_lite.server.app")
    code = (
        "import json, sys\n"
        "from automl_lite.server import aws_lambda\n"
        "answer = aws_lambda.api(json.loads(sys.argv[1]), None)\n"
        f"print(answer['statusCode'], [m for m in {unwanted!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, event], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "200 []"


def test_the_short_way_to_predictions_answers_like_the_long_one(handlers):
    absent = v2("POST", f"/predict/{uuid4()}", {"features": ROW})
    wrong = v2("POST", "/predict/7", {"features": ROW})
    short = [ask(handlers, event) for event in (absent, wrong)]
    assert handlers._whole.cache_info().currsize == 0
    assert ask(handlers, v2("GET", "/health"))[0] == 200
    long = [ask(handlers, event) for event in (absent, wrong)]
    for (status, problem), (as_ever, expected) in zip(short, long, strict=True):
        assert status == as_ever
        assert problem | {"request_id": ""} == expected | {"request_id": ""}
    assert [status for status, _ in short] == [404, 422]
