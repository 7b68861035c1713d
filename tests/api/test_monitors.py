"""Monitors, alerts and retraining over HTTP."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from automl_lite.domain.jobs import JobState
from automl_lite.domain.monitors import Delivery
from automl_lite.domain.records import to_plain, utcnow
from automl_lite.notify.webhooks import Webhooks
from automl_lite.server.monitors.schemas import AlertPage, MonitorOut
from automl_lite.services.records import change
from automl_lite.worker.run import run_job
from tests.api.conftest import CSV
from tests.records import an_alert
from tests.worker.test_batches import rows_csv

SCHEDULE = {"cron": "0 3 * * 1", "filename": "t.csv"}


def test_a_model_is_watched_by_defaults_until_somebody_says_otherwise(api):
    job = api.model()
    url = f"/api/jobs/{job.id}/monitor"
    found = MonitorOut.model_validate(api.client.get(url).json())
    assert (found.drift, found.worse, found.webhook_url, found.schedule) == ("moderate", True, "", None)
    body = {"drift": "strong", "error_share": 0.1, "webhook_url": "https://example.org/h", "schedule": SCHEDULE}
    made = api.client.put(url, json=body).json()
    assert made["webhook_secret"].startswith("whsec_")
    again = api.client.get(url).json()
    assert (again["webhook_secret"], again["has_secret"]) == (None, True)
    assert again["next_at"] > utcnow().isoformat()
    assert api.client.put(url, json=body).json()["webhook_secret"] is None
    renewed = api.client.put(url, json=body | {"new_secret": True}).json()["webhook_secret"]
    assert renewed not in (None, made["webhook_secret"])
    assert api.client.delete(url).status_code == 204
    assert api.client.get(url).json()["webhook_url"] == ""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"webhook_url": "https://10.0.0.1/"}, "webhook-refused"),
        ({"webhook_url": "http://example.org/"}, "webhook-refused"),
        ({"schedule": SCHEDULE | {"cron": "every monday"}}, "invalid-config"),
        ({"schedule": SCHEDULE | {"cron": "61 * * * *"}}, "invalid-config"),
        ({"schedule": SCHEDULE | {"cron": "* * * * * *"}}, "invalid-config"),
        ({"schedule": SCHEDULE | {"cron": "0 0 31 2 *"}}, "invalid-config"),
        ({"drift": "huge"}, "invalid-request"),
        ({"accuracy_drop": 2}, "invalid-request"),
    ],
)
def test_what_cannot_be_set(api, body, code):
    assert api.client.put(f"/api/jobs/{api.model().id}/monitor", json=body).json()["code"] == code


def test_a_webhook_is_tried(api, monkeypatch):
    sent = []

    def post(self, url, secret, message_id, payload):
        sent.append((url, payload["type"]))
        return Delivery(attempts=1, status=204, delivered_at=utcnow())

    monkeypatch.setattr(Webhooks, "post", post)
    job = api.model()
    url = f"/api/jobs/{job.id}/monitor"
    assert api.client.post(f"{url}/test").json()["code"] == "invalid-config"
    api.client.put(url, json={"webhook_url": "https://example.org/h"})
    assert api.client.post(f"{url}/test").json()["status"] == 204
    assert sent == [("https://example.org/h", "test")]


def test_alerts_are_raised_listed_and_acknowledged(make_api):
    api = make_api(run_job)
    job = api.model()
    api.client.put(f"/api/jobs/{job.id}/monitor", json={"drift": "", "error_share": 0.01})
    lines = rows_csv(40).splitlines()
    lines[3] = ";".join(["00002", "old", *lines[3].split(";")[2:]])
    body = {"dataset_id": api.upload("\n".join(lines) + "\n")}
    batch = api.client.post(f"/api/predict/{job.id}/batch", json=body, params={"wait": 20}).json()
    assert batch["status"] == "completed"
    page = AlertPage.model_validate(api.client.get("/api/alerts", params={"open": True}).json())
    assert [(a.rule, a.batch_id) for a in page.items] == [("error-share", batch["id"])]
    url = f"/api/alerts/{page.items[0].id}/acknowledge"
    seen = api.client.post(url).json()["acknowledged_at"]
    assert api.client.post(url).json()["acknowledged_at"] == seen
    assert api.client.get("/api/alerts", params={"open": True}).json()["items"] == []
    assert len(api.client.get("/api/alerts", params={"job_id": job.id}).json()["items"]) == 1
    assert api.client.get("/api/alerts", params={"job_id": str(uuid4())}).json()["code"] == "job-not-found"
    foreign = an_alert(user_id="ben")
    api.services.system.store.alerts.add(foreign)
    assert api.client.post(f"/api/alerts/{foreign.id}/acknowledge").json()["code"] == "alert-not-found"
    api.client.delete(f"/api/jobs/{job.id}")
    assert api.client.get("/api/alerts").json()["items"] == []


def test_retraining_takes_the_settings_along(api):
    old, new = api.dataset(CSV), api.dataset(CSV + "9,9,yes\n", "more.csv")
    champion = api.model(dataset_id=old, target="y", tags=("q4",))
    config = replace(api.services.jobs.config(champion), final_fit="all", quality="fast")
    api.services.blobs.put(champion.key("config.json"), json.dumps(to_plain(config)).encode())
    url = f"/api/jobs/{champion.id}/retrain"
    answer = api.client.post(url, json={"dataset_id": new, "append": True, "promote": "better"})
    assert answer.status_code == 202, answer.text
    job = api.client.get(f"/api/jobs/{answer.json()['job_id']}").json()
    assert (job["champion_id"], job["cloned_from"], job["promote"]) == (champion.id, champion.id, "better")
    assert (job["dataset_id"], job["target_column"], job["tags"], job["duel"]) == (new, "y", ["q4"], None)
    stored = api.services.jobs.config(api.services.system.store.jobs.get(job["id"]))
    assert stored.append_to == (old,)
    assert (stored.final_fit, stored.quality) == ("training", "fast")  # the duel needs rows it has not learnt from
    assert job["config"]["append_to"] == [old]
    same = api.client.post(url, json={"dataset_id": old, "append": True})
    assert same.json()["code"] == "invalid-request"
    early = api.client.post(f"/api/jobs/{api.job().id}/retrain", json={"dataset_id": new})
    assert early.json()["code"] == "not-trained"


@pytest.mark.parametrize("state", [JobState.PENDING, JobState.RUNNING])
def test_data_that_a_job_appends_to_stay_until_it_is_over(api, state):
    old, new = api.dataset(CSV), api.dataset(CSV + "9,9,yes\n", "more.csv")
    job = api.job(dataset_id=new, append_to=(old,), target="y", state=state)
    for answer in (
        api.client.delete(f"/api/datasets/{old}"),
        api.client.post(f"/api/datasets/{old}/confirm", json={"kinds": {"a": "category"}}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "dataset-in-use"), answer.text
    other = api.job(dataset_id=old, state=JobState.COMPLETED)
    assert api.client.delete(f"/api/jobs/{other.id}", params={"delete_data": True}).status_code == 204
    assert api.client.get(f"/api/datasets/{old}").status_code == 200
    store = api.services.system.store
    change(store.jobs, job.id, lambda current: replace(current, state=JobState.COMPLETED))
    assert api.client.delete(f"/api/datasets/{old}").status_code == 204


def test_a_schedule_trains_on_what_is_new_and_nothing_twice(api):
    old = api.dataset(CSV)
    champion = api.model(dataset_id=old, target="y")
    api.client.put(f"/api/jobs/{champion.id}/monitor", json={"schedule": SCHEDULE})
    store, monitors = api.services.system.store, api.services.monitors

    def due():
        change(store.monitors, champion.id, lambda m: replace(m, next_at=utcnow() - timedelta(seconds=1)))
        return monitors.run_due()

    assert due() == 0
    assert "Nothing new" in api.client.get(f"/api/jobs/{champion.id}/monitor").json()["last_note"]
    newest = api.dataset(CSV + "9,9,yes\n")
    assert due() == 1
    found = api.client.get(f"/api/jobs/{champion.id}/monitor").json()
    assert found["next_at"] > utcnow().isoformat()
    assert api.client.get(f"/api/jobs/{found['last_job_id']}").json()["dataset_id"] == newest
    assert due() == 0
    assert monitors.run_due() == 0


def test_a_promoted_model_is_watched_as_the_one_before(api):
    old, new = api.model(), api.model(deployed=False)
    api.client.put(f"/api/jobs/{old.id}/monitor", json={"drift": "slight", "schedule": SCHEDULE})
    api.client.post(f"/api/jobs/{new.id}/promote", json={"replaces": old.id})
    heir, before = (api.client.get(f"/api/jobs/{job.id}/monitor").json() for job in (new, old))
    assert (heir["drift"], heir["schedule"]["cron"]) == ("slight", "0 3 * * 1")
    assert (before["schedule"], before["next_at"]) == (None, None)
    assert api.services.system.store.jobs.get(old.id).state is JobState.COMPLETED


def test_single_predictions_are_kept_where_that_is_asked_for(make_api):
    api = make_api(deployed_seconds=0)
    job = api.model()
    row = {"Age": 30, "Sex": "male", "rooms": 2}
    api.client.post(f"/api/predict/{job.id}", json={"features": row})
    api.services.predictions.kept.flush()
    url = f"/api/predict/{job.id}/kept"
    assert api.client.get(url).json()["items"] == []
    api.client.put(f"/api/jobs/{job.id}/monitor", json={"log_share": 1, "log_without": ["Sex"]})
    answer = api.client.post(f"/api/predict/{job.id}", json={"features": row}).json()
    api.client.post(f"/api/predict/{job.id}", json={"rows": [row, row | {"rooms": None}]})
    assert api.services.predictions.kept.flush() == 3
    kept = api.client.get(url, params={"limit": 2}).json()["items"]
    assert [item["features"] for item in kept] == [{"Age": 30, "rooms": None}, {"Age": 30, "rooms": 2}]
    assert kept[1]["prediction"] == answer["prediction"]
    assert api.client.delete(url).status_code == 204
    assert api.client.get(url).json()["items"] == []
    api.client.put(f"/api/jobs/{job.id}/monitor", json={"log_share": 0.2})
    api.client.post(f"/api/predict/{job.id}", json={"rows": [row] * 500})
    assert 50 < api.services.predictions.kept.flush() < 170
    assert api.client.get(f"/api/predict/{uuid4()}/kept").json()["code"] == "job-not-found"


def test_kept_predictions_are_searched_and_exported(api):
    job = api.model(name="a run / two")
    api.client.put(f"/api/jobs/{job.id}/monitor", json={"log_share": 1})
    rows = [{"Age": 30, "Sex": "male"}, {"Age": 7.5, "Sex": "Female", "notes": "=1+1"}, {"Sex": None, "rooms": 2}]
    for row in rows:
        assert api.client.post(f"/api/predict/{job.id}", json={"features": row}).status_code == 200
    url = f"/api/predict/{job.id}/kept"
    every = api.client.get(url).json()["items"]  # what waits is written first
    assert [item["features"] for item in every] == rows[::-1]
    found = [api.client.get(url, params={"q": q}).json()["items"] for q in ("FEMALE", "7.5", " 30", "nowhere")]
    assert [[item["features"]["Sex"] for item in items] for items in found] == [["Female"], ["Female"], ["male"], []]
    answer = api.client.get(f"{url}/export")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "filename*=UTF-8''a-run-two-predictions.csv" in answer.headers["content-disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert list(lines[0]) == [
        "at", "prediction", "probability", "prediction_low", "prediction_high", "Sex", "rooms", "Age", "notes",
    ]  # fmt: skip
    assert [(line["Age"], line["Sex"], line["notes"]) for line in lines] == [
        ("", "", ""), ("7.5", "Female", "'=1+1"), ("30", "male", ""),
    ]  # fmt: skip
    assert [line["prediction"] for line in lines] == [item["prediction"] for item in every]
    one = api.client.get(f"{url}/export", params={"q": "female", "limit": 5}).text
    assert len(one.splitlines()) == 2
    assert api.client.get(f"/api/predict/{uuid4()}/kept/export").json()["code"] == "job-not-found"


def test_what_waits_to_be_kept_is_bounded(api, monkeypatch):
    from automl_lite.services import prediction_log

    monkeypatch.setattr(prediction_log, "MAX_WAITING", 10)
    job = api.model()
    api.client.put(f"/api/jobs/{job.id}/monitor", json={"log_share": 1})
    api.client.post(f"/api/predict/{job.id}", json={"rows": [{"Age": 1}] * 30})
    assert (api.services.predictions.kept.flush(), api.services.predictions.kept.n_dropped) == (10, 20)
