"""What holds for every request: one error shape, limits, hosts and origins, headers, ids, log lines, metrics."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from uuid import uuid4

import pytest

from automl_lite.domain.errors import BackendUnavailable
from automl_lite.domain.records import utcnow
from automl_lite.logs import JsonLines
from automl_lite.server.schemas import Problem
from automl_lite.server.system.schemas import SystemOut
from tests.aws.issuer import AUDIENCE, Issuer
from tests.records import a_batch
from tests.unit.inference.graphs import ROW
from tests.worker.test_batches import rows_csv

FIELDS = {"type", "title", "status", "code", "detail", "hint", "errors", "request_id"}


def a_problem(answer, status, code):
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    body = Problem.model_validate(answer.json())
    assert set(answer.json()) == FIELDS
    assert (body.status, body.code) == (status, code)
    assert body.request_id == answer.headers["x-request-id"]
    return body


@pytest.mark.parametrize("path", ["/api/nothing", "/api/jobs/", "/api/%0A", "/api/jobs/x%0Ay", "/api/../api/zzz"])
def test_unknown_paths(api, path):
    a_problem(api.client.get(path), 404, "no-such-path")


def test_with_an_issuer_only_its_tokens_are_let_in(make_api):
    issuer = Issuer()
    try:
        api = make_api(auth_url=f"oidc+{issuer.url}?audience={AUDIENCE}")
        refused = api.client.get("/api/jobs")
        assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
        assert refused.headers["www-authenticate"] == "Bearer"
        assert api.client.get("/api/health").status_code == 200
        ana = {"Authorization": f"Bearer {issuer.token('ana')}"}
        assert api.client.get("/api/jobs", headers=ana).json()["items"] == []
        job = api.job(user_id="ben")
        assert api.client.get(f"/api/jobs/{job.id}", headers=ana).status_code == 404
        ben = {"Authorization": f"Bearer {issuer.token('ben')}"}
        assert api.client.get(f"/api/jobs/{job.id}", headers=ben).status_code == 200
    finally:
        issuer.close()


def test_other_methods_are_told_which_there_are(api):
    answer = api.client.put(f"/api/jobs/{uuid4()}")
    a_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "DELETE, GET, PATCH"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"filename": 5}', b'{"filename": "a\\u0000"}'])
def test_bodies_that_are_not_as_documented(api, body):
    answer = api.client.post("/api/upload", content=body, headers={"Content-Type": "application/json"})
    told = a_problem(answer, 422, "invalid-request")
    assert told.detail


def test_bytes_that_are_no_text(api):
    answer = api.client.post("/api/upload", content=b"\xff", headers={"Content-Type": "application/json"})
    a_problem(answer, 400, "bad-request")


def test_ids_that_are_none(api):
    told = a_problem(api.client.get("/api/jobs/1"), 422, "invalid-request")
    assert told.errors[0].field == "job_id"


def test_a_bug_says_nothing_but_its_request_id(api, monkeypatch):
    def bug(*_, **__):
        raise RuntimeError("SELECT secret FROM /srv/private")

    monkeypatch.setattr(api.services.jobs, "page", bug)
    answer = api.client.get("/api/jobs", headers={"X-Request-ID": "mine-1"})
    assert a_problem(answer, 500, "internal-error").request_id == "mine-1"
    assert "secret" not in answer.text
    assert "private" not in answer.text


def test_a_store_that_is_away_is_a_503_to_try_again(api, monkeypatch):
    def away(*_, **__):
        raise BackendUnavailable("store")

    monkeypatch.setattr(api.services.jobs, "page", away)
    answer = api.client.get("/api/jobs")
    a_problem(answer, 503, "backend-unavailable")
    assert int(answer.headers["retry-after"]) > 0
    monkeypatch.setattr(type(api.services.system.store), "ping", away)
    ready = api.client.get("/api/health/ready")
    assert (ready.status_code, ready.json()["checks"]["store"]) == (503, "backend-unavailable")
    assert api.client.get("/api/health").status_code == 200


@pytest.mark.parametrize("declared", [True, False])
def test_large_bodies_are_refused(make_api, declared):
    api = make_api(max_body_bytes=2000)
    body = b'{"filename": "' + b"x" * 3000 + b'"}'
    content = body if declared else iter([body[:1000], body[1000:]])
    answer = api.client.post("/api/upload", content=content, headers={"Content-Type": "application/json"})
    assert "AUTOML_LITE_MAX_BODY_BYTES" in a_problem(answer, 413, "too-large").hint


def test_only_names_of_this_server_are_answered(make_api):
    api = make_api(allowed_hosts=("ml.example.org",))
    for host in ("127.0.0.1:8000", "localhost", "[::1]:9", "ml.example.org", "ML.example.org:80"):
        assert api.client.get("/api/health", headers={"Host": host}).status_code == 200, host
    a_problem(api.client.get("/api/health", headers={"Host": "evil.example"}), 421, "host-refused")
    assert api.client.get("/", headers={"Host": "evil.example"}).status_code == 421


def test_pages_of_other_sites_change_nothing(make_api):
    api = make_api()
    own = {"Origin": "http://127.0.0.1:8000"}
    assert api.client.post("/api/upload", json={"filename": "a"}, headers=own).status_code == 201
    for origin in ("https://evil.example", "null", "http://127.0.0.1:8001"):
        answer = api.client.post("/api/upload", json={"filename": "a"}, headers={"Origin": origin})
        a_problem(answer, 403, "not-allowed")
        assert "access-control-allow-origin" not in answer.headers
    assert "access-control-allow-origin" not in api.client.get("/api/jobs", headers={"Origin": "https://a.b"}).headers


def test_sites_that_are_listed_may(make_api):
    api = make_api(cors_origins=("https://mine.example",))
    origin = {"Origin": "https://mine.example"}
    answer = api.client.post("/api/upload", json={"filename": "a"}, headers=origin)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (201, "https://mine.example")
    asked = api.client.options("/api/jobs", headers=origin | {"Access-Control-Request-Method": "DELETE"})
    assert asked.status_code == 200


def test_every_answer_carries_the_headers(api):
    for path in ("/api/health", "/api/nothing", "/", "/api/docs"):
        headers = api.client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-frame-options"] == "DENY", path
        assert "default-src" in headers["content-security-policy"], path
        assert headers["referrer-policy"], path
    assert api.client.get("/api/jobs").headers["cache-control"] == "no-store"


def test_head_is_get_without_a_body(api):
    answer = api.client.head("/api/health")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


def test_request_ids_are_kept_if_harmless(api):
    assert api.client.get("/api/health", headers={"X-Request-ID": "abc-1.2"}).headers["x-request-id"] == "abc-1.2"
    for bad in ("x" * 65, "a b", "<script>"):
        assert api.client.get("/api/health", headers={"X-Request-ID": bad}).headers["x-request-id"] != bad


def test_requests_are_logged_as_json_without_tokens_or_queries(api, caplog):
    url = api.client.post("/api/upload", json={"filename": "a.csv"}).json()["upload_url"]
    with caplog.at_level(logging.INFO, logger="automl_lite.access"):
        api.client.put(url, content=b"a\n1\n")
        api.client.get("/api/jobs", params={"q": "private"}, headers={"X-Request-ID": "r1"})
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if record.message == "request"]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("PUT", "/api/blobs/…", 200),
        ("GET", "/api/jobs", 200),
    ]
    assert lines[1]["request_id"] == "r1"
    assert "private" not in json.dumps(lines)
    assert all(line["ms"] > 0 and line["time"].endswith("Z") for line in lines)


def test_metrics_count_requests_by_route(api):
    job = api.model()
    api.client.get(f"/api/jobs/{job.id}")
    api.client.get("/api/nothing")
    text = api.client.get("/api/metrics").text
    assert 'automl_lite_jobs{state="completed"} 1.0' in text
    for name in ("queue_age_seconds", "predictions_total", "model_cache_bytes", "http_request_seconds_bucket"):
        assert f"automl_lite_{name}" in text
    assert job.id not in text
    assert 'route="/jobs/{job_id}"' in text


def test_a_prediction_is_counted_alike_however_it_is_routed(api):
    job = api.model()
    for query in ({}, {"explain": "false"}):
        assert api.client.post(f"/api/predict/{job.id}", json={"features": ROW}, params=query).status_code == 200
    text = api.client.get("/api/metrics").text
    assert 'automl_lite_http_requests_total{method="POST",route="/predict/{job_id}",status="200"} 2.0' in text


def test_metrics_count_batches_and_their_rows(make_api):
    from automl_lite.worker.run import run_job

    api = make_api(run_job)
    job = api.model()
    lines = rows_csv(40).splitlines()
    lines[3] = ";".join(["00002", "old", *lines[3].split(";")[2:]])
    for text in ("\n".join(lines) + "\n", "Age;rooms\nfive;six\n"):
        body = {"dataset_id": api.upload(text)}
        api.client.post(f"/api/predict/{job.id}/batch", json=body, params={"wait": 20})
    waiting = a_batch(user_id="local", queued_at=utcnow() - timedelta(minutes=5))
    api.services.system.store.batches.add(waiting)
    for _ in range(2):  # nothing is counted twice
        text = api.client.get("/api/metrics").text
    for state, n in (("completed", 1), ("failed", 1), ("pending", 1), ("running", 0)):
        assert f'automl_lite_batches{{state="{state}"}} {n}.0' in text
    assert 'automl_lite_batches_ended_total{state="completed"} 1.0' in text
    assert 'automl_lite_batches_ended_total{state="failed"} 1.0' in text
    assert 'automl_lite_batch_rows_total{kind="predict"} 40.0' in text
    assert "automl_lite_batch_rows_unanswered_total 1.0" in text
    age = next(line for line in text.splitlines() if line.startswith("automl_lite_batch_queue_age_seconds "))
    assert 300 <= float(age.split()[1]) < 360


def test_the_server_describes_itself(api):
    api.job()
    told = SystemOut.model_validate(api.client.get("/api/system").json())
    assert told.jobs.pending == 1
    assert told.limits.max_upload_bytes > 0
    assert told.machine.cores >= 1
