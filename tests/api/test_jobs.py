"""Jobs over HTTP: lists, ETags, events, annotations, ends, retries, deletion, logs."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from uuid import uuid4

import pytest

from automl_lite.domain.errors import Failure
from automl_lite.domain.jobs import Cancel, Detail, JobState, LeaderboardRow
from automl_lite.domain.records import utcnow
from automl_lite.server.jobs.schemas import JobDetail, JobPage
from automl_lite.services.records import change


def test_lists_are_newest_first_filtered_and_light(api):
    jobs = [api.job(name=f"run {n}", detail=Detail(notes="long"), tags=("t",) if n == 1 else ()) for n in range(3)]
    page = api.client.get("/api/jobs", params={"limit": 2}).json()
    assert [item["id"] for item in page["items"]] == [jobs[2].id, jobs[1].id]
    assert "notes" not in page["items"][0]
    assert "leaderboard" not in page["items"][0]
    rest = JobPage.model_validate(api.client.get("/api/jobs", params={"next_token": page["next_token"]}).json())
    assert [item.id for item in rest.items] == [jobs[0].id]
    for query, expected in (
        ({"tag": "t"}, [jobs[1].id]),
        ({"q": "RUN 2"}, [jobs[2].id]),
        ({"status": "failed"}, []),
        ({"deployed": "true"}, []),
        ({"dataset_id": jobs[0].dataset_id}, [jobs[0].id]),
    ):
        assert [i["id"] for i in api.client.get("/api/jobs", params=query).json()["items"]] == expected, query


@pytest.mark.parametrize("query", [{"status": "x"}, {"limit": 0}, {"limit": 101}, {"limit": "x"}, {"next_token": "?"}])
def test_bad_queries_are_told(api, query):
    answer = api.client.get("/api/jobs", params=query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_job_has_an_etag_that_changes_with_it(api):
    job = api.job()
    first = api.client.get(f"/api/jobs/{job.id}")
    assert JobDetail.model_validate(first.json()).id == job.id
    tag = first.headers["etag"]
    again = api.client.get(f"/api/jobs/{job.id}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    api.client.patch(f"/api/jobs/{job.id}", json={"notes": "new"})
    changed = api.client.get(f"/api/jobs/{job.id}", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["notes"]) == (200, "new")


def test_names_tags_and_notes_can_be_changed(api):
    job = api.job()
    url = f"/api/jobs/{job.id}"
    body = api.client.patch(url, json={"name": " A ", "tags": ["x", "x", "ü 😀"], "notes": "n" * 1000}).json()
    assert (body["name"], body["tags"], body["notes"]) == ("A", ["x", "ü 😀"], "n" * 1000)
    assert api.client.patch(url, json={}).json()["tags"] == ["x", "ü 😀"]
    for bad in (
        {"notes": "n" * 1001},
        {"tags": [""]},
        {"tags": ["x" * 41]},
        {"tags": ["x"] * 11},
        {"status": "failed"},
    ):
        assert api.client.patch(url, json=bad).status_code == 422, bad
    assert api.client.patch(url, json={"name": "  "}).json()["code"] == "invalid-config"
    assert api.client.patch(f"/api/jobs/{uuid4()}", json={}).json()["code"] == "job-not-found"


def test_waiting_jobs_are_cancelled_at_once_and_retried(api):
    dataset_id = api.dataset()
    job = api.job(dataset_id=dataset_id)
    cancelled = api.client.post(f"/api/jobs/{job.id}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "cancelled")
    twice = api.client.post(f"/api/jobs/{job.id}/cancel")
    assert (twice.status_code, twice.json()["code"]) == (409, "job-state")
    retried = api.client.post(f"/api/jobs/{job.id}/retry")
    assert (retried.status_code, retried.json()["status"]) == (202, "pending")
    assert api.client.post(f"/api/jobs/{job.id}/retry").json()["code"] == "job-state"


def test_a_running_job_is_asked_to_end(api):
    job = api.job()
    api.services.system.store.jobs.claim(worker="w", host="h", now=utcnow(), lease_s=60)
    kept = api.client.post(f"/api/jobs/{job.id}/cancel", json={"keep_best": True}).json()
    assert (kept["status"], kept["cancel_requested"]) == ("running", "stop")
    assert api.client.post(f"/api/jobs/{job.id}/cancel").json()["cancel_requested"] == "cancel"


def test_a_retry_needs_its_data(api):
    job = api.job(state=JobState.FAILED, error=Failure(code="x", message="m"))
    answer = api.client.post(f"/api/jobs/{job.id}/retry")
    assert (answer.status_code, answer.json()["code"]) == (404, "dataset-not-found")
    assert api.client.get(f"/api/jobs/{job.id}").json()["status"] == "failed"


def test_failed_jobs_show_why(api):
    job = api.job(state=JobState.FAILED, error=Failure(code="worker-died", message="It died.", hint="Retry."))
    expected = {"code": "worker-died", "message": "It died.", "hint": "Retry."}
    assert api.client.get(f"/api/jobs/{job.id}").json()["error"] == expected
    assert api.client.get("/api/jobs").json()["items"][0]["error"] == expected


def test_deleting_removes_files_and_data_unless_shared(api):
    dataset_id = api.dataset()
    first, second = api.model(dataset_id=dataset_id), api.job(dataset_id=dataset_id)
    assert api.client.delete(f"/api/jobs/{first.id}", params={"delete_data": True}).status_code == 204
    assert list(api.services.blobs.keys(f"jobs/{first.id}/")) == []
    assert api.client.get(f"/api/datasets/{dataset_id}").status_code == 200
    assert api.client.delete(f"/api/jobs/{second.id}", params={"delete_data": True}).status_code == 204
    assert api.client.get(f"/api/datasets/{dataset_id}").status_code == 404
    assert list(api.services.blobs.keys(f"datasets/{dataset_id}/")) == []
    assert api.client.delete(f"/api/jobs/{second.id}").json()["code"] == "job-not-found"


def test_only_completed_jobs_are_deployed(api):
    waiting, done = api.job(), api.model(deployed=False)
    refused = api.client.post(f"/api/jobs/{waiting.id}/deploy", json={"deploy": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "not-trained")
    assert api.client.post(f"/api/jobs/{done.id}/deploy", json={"deploy": True}).json()["deployed"] is True
    assert api.client.get("/api/jobs?deployed=true").json()["items"][0]["id"] == done.id
    assert api.client.post(f"/api/jobs/{done.id}/deploy", json={"deploy": False}).json()["deployed"] is False


def test_artifacts_are_listed_with_links_that_work(api):
    job = api.model()
    detail = api.client.get(f"/api/jobs/{job.id}").json()
    for artifact in detail["artifacts"]:
        got = api.client.get(artifact["url"])
        assert (got.status_code, len(got.content)) == (200, artifact["size_bytes"]), artifact["name"]
    by_name = {artifact["name"]: artifact for artifact in detail["artifacts"]}
    assert detail["onnx_model_download_url"] == by_name["model.onnx"]["url"]
    assert detail["eda_report_view_url"] == by_name["eda.html"]["view_url"]
    assert detail["model_download_url"] is None
    assert by_name["model.onnx"]["view_url"] is None


def test_evaluation_and_metadata(api):
    job, waiting = api.model(), api.job()
    first = api.client.get(f"/api/jobs/{job.id}/evaluation")
    assert first.json()["task"] == "binary"
    tag = {"If-None-Match": first.headers["etag"]}
    assert api.client.get(f"/api/jobs/{job.id}/evaluation", headers=tag).status_code == 304
    assert api.client.get(f"/api/jobs/{job.id}/metadata").json()["target"] == "y"
    assert api.client.get(f"/api/jobs/{waiting.id}/evaluation").json()["code"] == "not-trained"
    api.services.blobs.delete(job.key("evaluation.json"))
    assert api.client.get(f"/api/jobs/{job.id}/evaluation").json()["code"] == "artifact-not-found"


def test_logs_are_read_on_from_an_offset(api):
    job = api.job(state=JobState.RUNNING)
    url = f"/api/jobs/{job.id}/log"
    assert api.client.get(url).json() == {"lines": [], "next_offset": 0, "complete": False}
    api.services.blobs.put(job.key("log.txt"), "one\nzwölf\nhal".encode())
    first = api.client.get(url).json()
    assert (first["lines"], first["complete"]) == (["one", "zwölf"], False)
    api.services.blobs.put(job.key("log.txt"), "one\nzwölf\nhalf\nend".encode())
    change(api.services.system.store.jobs, job.id, lambda j: replace(j, state=JobState.FAILED))
    rest = api.client.get(url, params={"offset": first["next_offset"]}).json()
    assert (rest["lines"], rest["complete"]) == (["half", "end"], True)
    assert api.client.get(url, params={"offset": 2**53}).json()["lines"] == []


def read_events(api, job_id, last_id=None):
    headers = {"Last-Event-ID": last_id} if last_id else {}
    text = api.client.get(f"/api/jobs/{job_id}/events", headers=headers).text
    blocks = [
        dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n") if "event" in block
    ]
    return [(b.get("id"), b["event"], b["data"]) for b in blocks]


def test_events_tell_the_story_of_the_job_and_can_be_resumed(api, monkeypatch):
    monkeypatch.setattr("automl_lite.server.jobs.events.POLL_S", 0.02)
    job = api.job()
    store = api.services.system.store.jobs

    def live() -> None:
        time.sleep(0.5)
        claimed = store.claim(worker="w", host="h", now=utcnow(), lease_s=60)
        row = LeaderboardRow(name="LightGBM", family="boosting", score=0.4, seconds=1)
        time.sleep(0.5)
        change(store, job.id, lambda j: replace(j, detail=replace(j.detail, leaderboard=(row,))))
        time.sleep(0.5)
        change(
            store, job.id, lambda j: j.held_by(claimed.lease.token).failed(Failure(code="c", message="m"), now=utcnow())
        )

    thread = threading.Thread(target=live)
    thread.start()
    events = read_events(api, job.id)
    thread.join()
    states = [json.loads(data)["status"] for _, event, data in events if event == "job"]
    assert states[0] == "pending"
    assert states[-1] == "failed"
    assert "running" in states
    ids = [int(event_id) for event_id, _, _ in events]
    assert ids == sorted(ids)
    assert events[-1][1:] == ("end", "failed")
    assert json.loads(events[-2][2])["leaderboard"][0]["name"] == "LightGBM"
    polled = api.client.get(f"/api/jobs/{job.id}").json()
    assert json.loads(events[-2][2]) | {"duration_s": 0} == polled | {"duration_s": 0}
    assert [event for _, event, _ in read_events(api, job.id, last_id=events[-1][0])] == ["end"]
    assert [event for _, event, _ in read_events(api, job.id, last_id="0")] == ["job", "end"]


def test_events_of_unknown_jobs_are_an_error_before_the_stream(api):
    answer = api.client.get(f"/api/jobs/{uuid4()}/events")
    assert (answer.status_code, answer.json()["code"]) == (404, "job-not-found")


def test_events_end_when_the_job_is_deleted(api, monkeypatch):
    monkeypatch.setattr("automl_lite.server.jobs.events.POLL_S", 0.02)
    job = api.job()
    threading.Timer(0.2, lambda: api.services.system.store.jobs.delete(job.id)).start()
    assert read_events(api, job.id)[-1][1:] == ("end", "deleted")


def test_other_peoples_jobs_do_not_exist(api):
    theirs = api.job(user_id="somebody-else")
    for method, path, body in (
        ("GET", "", None), ("PATCH", "", {}), ("DELETE", "", None), ("POST", "/cancel", None), ("POST", "/retry", None),
        ("POST", "/deploy", {}), ("GET", "/events", None), ("GET", "/log", None), ("GET", "/evaluation", None),
        ("GET", "/metadata", None),
    ):  # fmt: skip
        answer = api.client.request(method, f"/api/jobs/{theirs.id}{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "job-not-found"), path
    assert api.client.get("/api/jobs").json()["items"] == []


def test_cancel_words_match_the_domain():
    assert [cancel.value for cancel in Cancel] == ["", "stop", "cancel"]
