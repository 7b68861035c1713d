"""Batches over HTTP: check, start, follow, download, delete."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import uuid4

import pytest

from automl_lite.domain.jobs import JobState
from automl_lite.domain.records import utcnow
from automl_lite.server.batches.results import CompareOut, DriftOut, SummaryOut, TimelineOut, ValidationOut
from automl_lite.server.batches.schemas import BatchDetail, BatchPage, CheckOut
from automl_lite.worker.run import run_job
from tests.api.conftest import boosted
from tests.records import a_batch
from tests.unit.inference.graphs import regressor
from tests.worker.test_batches import rows_csv
from tests.worker.test_validating import with_truth


@pytest.fixture
def api(make_api):
    """A server that scores small files at once, in a thread."""
    return make_api(run_job)


def start(api, job, dataset_id, *, wait=20, **body):
    return api.client.post(
        f"/api/predict/{job.id}/batch", json={"dataset_id": dataset_id, **body}, params={"wait": wait}
    )


def test_a_small_file_is_answered_at_once(api):
    job, dataset_id = api.model(regressor()), api.upload(rows_csv(50), "new rows.csv")
    answer = start(api, job, dataset_id, name="March")
    assert answer.status_code == 200, answer.text
    batch = BatchDetail.model_validate(answer.json())
    assert (batch.status, batch.name, batch.batch_id, batch.result.n_rows) == ("completed", "March", batch.id, 50)
    assert {file.filename for file in batch.files} == {
        "March-predictions.csv", "March-predictions.parquet", "March-predictions.xlsx",
    }  # fmt: skip
    csv_file = next(file for file in batch.files if file.name == "results.csv")
    lines = api.client.get(csv_file.url).text.splitlines()
    assert len(lines) == 51
    assert lines[0].endswith("prediction,prediction_low,prediction_high,_error")
    summary = SummaryOut.model_validate(api.client.get(f"/api/batches/{batch.id}/summary").json())
    assert (len(summary.rows), summary.prediction_column) == (50, "prediction")
    drift = DriftOut.model_validate(api.client.get(f"/api/batches/{batch.id}/drift").json())
    assert drift.n_rows == 50
    log = api.client.get(f"/api/batches/{batch.id}/log").json()
    assert log["complete"]
    assert "completed" in log["lines"][-1]


def test_without_waiting_the_answer_is_202_and_the_batch_is_followed(api):
    job, dataset_id = api.model(), api.upload(rows_csv(30))
    answer = start(api, job, dataset_id, wait=0)
    assert (answer.status_code, answer.json()["status"]) == (202, "running")
    url = f"/api/batches/{answer.json()['batch_id']}"
    end = time.monotonic() + 30
    while api.client.get(url).json()["status"] != "completed":
        assert time.monotonic() < end
        time.sleep(0.05)
    whole = api.client.get(url)
    assert api.client.get(url, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304


def test_large_files_wait_in_the_queue(make_api):
    api = make_api(run_job, inline_batch_bytes=10)
    job, dataset_id = api.model(), api.upload(rows_csv(30))
    batch_id = start(api, job, dataset_id, wait=0).json()["batch_id"]
    assert api.client.get(f"/api/batches/{batch_id}").json()["status"] == "pending"
    assert api.client.delete(f"/api/datasets/{dataset_id}").json()["code"] == "dataset-in-use"
    api.services.dispatcher.step()
    end = time.monotonic() + 30
    while api.client.get(f"/api/batches/{batch_id}").json()["status"] != "completed":
        assert time.monotonic() < end
        time.sleep(0.05)
    assert api.client.delete(f"/api/datasets/{dataset_id}").status_code == 204


def test_the_check_names_what_does_not_fit_and_shows_answers(api):
    job = api.model(regressor())
    text = rows_csv(60).replace("rooms", "room")
    answer = api.client.post(f"/api/predict/{job.id}/batch/check", json={"dataset_id": api.upload(text)})
    assert answer.status_code == 200, answer.text
    found = CheckOut.model_validate(answer.json())
    assert not found.fits
    assert [(m.name, m.closest) for m in found.missing] == [("rooms", "room")]
    assert set(found.extra) == {"id", "room"}
    assert found.notices[0].severity == "error"
    assert (len(found.preview.rows), len(found.preview.answers.rows)) == (20, 20)
    fitting = api.upload(rows_csv(60))
    for _ in range(2):  # the second time from what was kept
        answer = api.client.post(f"/api/predict/{job.id}/batch/check", json={"dataset_id": fitting})
        assert answer.json()["fits"]


def test_a_file_that_does_not_fit_fails_with_words(api):
    job, dataset_id = api.model(), api.upload("a;b\n" + "1;2\n" * 30)
    batch = start(api, job, dataset_id).json()
    assert (batch["status"], batch["error"]["code"]) == ("failed", "rows-do-not-fit-model")
    assert api.client.get(f"/api/batches/{batch['id']}/summary").json()["code"] == "no-such-result"


def test_an_unreadable_file_is_told(api):
    job, dataset_id = api.model(), api.upload(b"\x89PNG\r\n\x1a\n" + b"\0" * 90)
    assert api.client.post(f"/api/predict/{job.id}/batch/check", json={"dataset_id": dataset_id}).status_code == 422
    assert start(api, job, dataset_id).json()["error"]["code"] == "not-a-table"


def test_what_is_not_there_or_not_ready(api):
    job, dataset_id = api.model(deployed=False), api.upload(rows_csv(20))
    assert start(api, job, dataset_id).json()["code"] == "not-deployed"
    deployed = api.model()
    assert start(api, deployed, str(uuid4())).json()["code"] == "dataset-not-found"
    assert start(api, deployed, "x").status_code == 422
    empty = api.client.post("/api/upload", json={"filename": "t.csv"}).json()["dataset_id"]
    assert start(api, deployed, empty).json()["code"] == "upload-missing"
    assert start(api, api.job(), dataset_id).json()["code"] == "not-trained"
    for path in ("", "/summary", "/drift", "/log"):
        assert api.client.get(f"/api/batches/{uuid4()}{path}").json()["code"] == "batch-not-found"
    other = a_batch(user_id="ben")
    api.services.system.store.batches.add(other)
    assert api.client.get(f"/api/batches/{other.id}").status_code == 404
    assert api.client.delete(f"/api/batches/{other.id}").status_code == 404


def test_lists_of_one_model_and_of_all(api):
    job, store = api.model(), api.services.system.store
    for n in range(5):
        store.batches.add(
            a_batch(
                user_id="local", job_id=job.id if n < 3 else str(uuid4()), created_at=utcnow() + timedelta(seconds=n)
            )
        )
    whole = BatchPage.model_validate(api.client.get("/api/batches", params={"limit": 2}).json())
    assert len(whole.items) == 2
    rest = api.client.get("/api/batches", params={"limit": 9, "next_token": whole.next_token}).json()
    assert len(rest["items"]) == 3
    assert len(api.client.get(f"/api/predict/{job.id}/batches").json()["items"]) == 3
    assert api.client.get("/api/batches", params={"status": "completed"}).json()["items"] == []
    assert api.client.get(f"/api/predict/{uuid4()}/batches").json()["code"] == "job-not-found"
    assert api.client.get("/api/batches", params={"next_token": "x"}).json()["code"] == "bad-cursor"


def test_cancel_retry_and_delete(api):
    job, dataset_id = api.model(), api.upload(rows_csv(20))
    batch = a_batch(user_id="local", job_id=job.id, dataset_id=dataset_id)
    api.services.system.store.batches.add(batch)
    url = f"/api/batches/{batch.id}"
    assert api.client.post(f"{url}/cancel").json()["status"] == "cancelled"
    assert api.client.post(f"{url}/cancel").json()["code"] == "batch-state"
    assert api.client.post(f"{url}/retry").json()["status"] == "pending"
    assert api.client.delete(url, params={"delete_data": True}).status_code == 204
    assert api.client.get(url).status_code == 404
    assert api.client.get(f"/api/datasets/{dataset_id}").status_code == 404


def test_a_deleted_model_takes_its_batches_along(api):
    job, dataset_id = api.model(), api.upload(rows_csv(20))
    batch = start(api, job, dataset_id).json()
    assert api.client.delete(f"/api/jobs/{job.id}").status_code == 204
    assert api.client.get(f"/api/batches/{batch['id']}").status_code == 404
    assert list(api.services.blobs.keys(f"batches/{batch['id']}/")) == []


def test_batches_go_when_their_time_is_over(make_api):
    api = make_api(run_job, batch_retention_days=1.0)
    job, dataset_id = api.model(), api.upload(rows_csv(20))
    batch = start(api, job, dataset_id).json()
    assert batch["expires_at"] is not None
    store = api.services.system.store
    store.batches.add(a_batch(user_id="local", state=JobState.COMPLETED, expires_at=utcnow() - timedelta(days=1)))
    assert api.services.batches.sweep() == 1
    assert [item["id"] for item in api.client.get("/api/batches").json()["items"]] == [batch["id"]]


def test_a_validation_is_stored_and_looked_at_again(api):
    job = api.model()
    url = f"/api/predict/{job.id}/validate"
    body = {"dataset_id": api.upload(with_truth(rows_csv(120))), "metric": "accuracy"}
    answer = api.client.post(url, json=body, params={"wait": 20})
    assert answer.status_code == 200, answer.text
    batch = BatchDetail.model_validate(answer.json())
    assert (batch.kind, batch.status, batch.error) == ("validate", "completed", None)
    found = ValidationOut.model_validate(api.client.get(f"/api/batches/{batch.id}/validation").json())
    assert (found.n_rows, found.evaluation.primary) == (120, "accuracy")
    listed = api.client.get("/api/batches", params={"kind": "validate"}).json()["items"]
    assert [item["id"] for item in listed] == [batch.id]
    assert api.client.post(url, json=body | {"metric": "rmse"}).json()["code"] == "invalid-config"


def test_a_duel_and_the_promotion_of_its_winner(api):
    champion, challenger = api.model(), api.model(boosted(5), deployed=False)
    body = {"dataset_id": api.upload(with_truth(rows_csv(120))), "challenger_id": challenger.id, "metric": "accuracy"}
    url = f"/api/predict/{champion.id}/validate"
    batch = api.client.post(url, json=body, params={"wait": 20}).json()
    assert (batch["status"], batch["challenger_name"]) == ("completed", challenger.name)
    duel = api.client.get(f"/api/batches/{batch['id']}/validation").json()["duel"]
    assert duel["promote"] is (batch["result"]["winner"] == challenger.id)
    assert api.client.post(url, json=body | {"challenger_id": champion.id}).json()["code"] == "invalid-request"
    other = api.model(regressor(), target="price", task="regression")
    assert api.client.post(url, json=body | {"challenger_id": other.id}).json()["code"] == "invalid-request"
    promoted = api.client.post(f"/api/jobs/{challenger.id}/promote", json={"replaces": champion.id})
    assert promoted.json()["deployed"] is True
    assert api.client.get(f"/api/jobs/{champion.id}").json()["deployed"] is False
    refused = api.client.post(f"/api/jobs/{challenger.id}/promote", json={"replaces": other.id})
    assert refused.json()["code"] == "invalid-config"


def test_two_batches_side_by_side_and_the_timeline(api):
    job = api.model()
    first = start(api, job, api.upload(rows_csv(400))).json()["id"]
    changed = rows_csv(400, seed=1).replace(";male;", ";female;")
    second = start(api, job, api.upload(changed)).json()["id"]
    answer = api.client.get(f"/api/batches/{first}/compare", params={"other": second})
    assert answer.status_code == 200, answer.text
    found = CompareOut.model_validate(answer.json())
    assert (found.a.id, found.b.id, found.severity) == (first, second, "strong")
    assert [c.column for c in found.columns if c.severity == "strong"] == ["Sex"]
    assert sum(label.a for label in found.labels) == pytest.approx(1)
    same = api.client.get(f"/api/batches/{first}/compare", params={"other": first}).json()
    assert (same["severity"], same["verdict"]) == ("none", "Chance explains every difference.")
    line = TimelineOut.model_validate(api.client.get(f"/api/predict/{job.id}/drift").json())
    assert [point.batch_id for point in line.points] == [first, second]
    assert all(len(row.cells) == 2 for row in line.columns)
    foreign = start(api, api.model(), api.upload(rows_csv(30))).json()["id"]
    wrong = api.client.get(f"/api/batches/{first}/compare", params={"other": foreign})
    assert wrong.json()["code"] == "invalid-request"


def test_a_file_may_come_as_the_body(make_api):
    api = make_api(run_job)
    job, idle = api.model(), api.model(deployed=False)
    url = f"/api/predict/{job.id}/batch/file"
    answer = api.client.post(url, content=rows_csv(30).encode(), params={"filename": "märz.csv", "wait": 20})
    assert answer.status_code == 200, answer.text
    batch = answer.json()
    assert (batch["status"], batch["name"], batch["result"]["n_rows"]) == ("completed", "märz.csv", 30)
    assert api.client.get(f"/api/datasets/{batch['dataset_id']}").json()["filename"] == "märz.csv"
    known = len(api.client.get("/api/datasets").json()["items"])
    refused = api.client.post(f"/api/predict/{idle.id}/batch/file", content=b"a,b\n1,2\n")
    assert refused.json()["code"] == "not-deployed"
    assert len(api.client.get("/api/datasets").json()["items"]) == known
    truth = with_truth(rows_csv(60)).encode()
    measured = api.client.post(url, content=truth, params={"kind": "validate", "wait": 20}).json()
    assert (measured["kind"], measured["error"]) == ("validate", None)
    empty = api.client.post(url, content=b"", params={"wait": 20}).json()
    assert (empty["status"], empty["error"]["code"]) == ("failed", "empty-file")
    refused = api.client.post(url, content=b"x" * (16 * 2**20 + 1))
    assert (refused.status_code, refused.json()["code"]) == (413, "too-large")
