"""Confirm, look at, list, override, delete."""

from __future__ import annotations

import threading
import time
from uuid import uuid4

import pytest

from automl_lite.domain.jobs import JobState
from automl_lite.domain.records import utcnow
from automl_lite.server.datasets.schemas import DatasetDetail, PreviewOut, TargetOut
from automl_lite.services.records import change
from tests.api.conftest import CSV
from tests.records import a_dataset


def test_confirm_tells_rows_columns_and_problem_types(api):
    answer = api.client.post(f"/api/datasets/{api.upload()}/confirm")
    assert answer.status_code == 200
    detail = DatasetDetail.model_validate(answer.json())
    assert (detail.status, detail.n_rows, detail.n_columns, detail.format) == ("ready", 60, 3, "csv")
    assert [column.name for column in detail.columns] == ["a", "b", "y"]
    assert detail.columns[2].problem_type.task == "binary"
    assert detail.suggested_target == "y"
    assert len(detail.source_sha256) == 64


def test_confirm_again_changes_nothing(api):
    dataset_id = api.dataset()
    first = api.client.get(f"/api/datasets/{dataset_id}").json()
    assert api.client.post(f"/api/datasets/{dataset_id}/confirm").json() == first


def test_two_confirms_at_once_read_the_file_once(api):
    dataset_id = api.upload()
    answers = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(api.client.post(f"/api/datasets/{dataset_id}/confirm").status_code)
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200, 200, 200]
    assert api.services.system.store.datasets.get(dataset_id).version <= 4


def test_a_slow_reading_goes_on_behind_202(make_api):
    api = make_api(confirm_wait_seconds=0.05)
    dataset_id = api.upload()
    answer = api.client.post(f"/api/datasets/{dataset_id}/confirm")
    assert (answer.status_code, answer.json()["status"]) == (202, "analysing")
    early = api.client.post("/api/train", json={"dataset_id": dataset_id, "target_column": "y"})
    assert (early.status_code, early.json()["code"]) == (409, "dataset-not-ready")
    end = time.monotonic() + 30
    while (detail := api.client.get(f"/api/datasets/{dataset_id}")).status_code == 202 and time.monotonic() < end:
        time.sleep(0.05)
    assert detail.json()["status"] == "ready"


def test_a_file_that_cannot_be_read_says_why_and_stays_rejected(api):
    dataset_id = api.upload(b"  \n\n")
    answer = api.client.post(f"/api/datasets/{dataset_id}/confirm")
    assert (answer.status_code, answer.json()["code"]) == (422, "empty-file")
    assert answer.json()["hint"]
    kept = api.client.get(f"/api/datasets/{dataset_id}").json()
    assert (kept["status"], kept["error"]["code"], kept["columns"]) == ("rejected", "empty-file", [])
    assert api.client.post(f"/api/datasets/{dataset_id}/confirm").json()["code"] == "empty-file"
    assert api.client.get(f"/api/datasets/{dataset_id}/preview").json()["code"] == "dataset-not-ready"


def test_preview_shows_first_rows_and_a_repeatable_random_page(api):
    dataset_id = api.dataset()
    first = api.client.get(f"/api/datasets/{dataset_id}/preview", params={"limit": 3}).json()
    assert PreviewOut.model_validate(first).row_numbers == [1, 2, 3]
    assert first["rows"][2][0] == 1
    query = {"which": "random", "limit": 5, "seed": 4}
    page = api.client.get(f"/api/datasets/{dataset_id}/preview", params=query).json()
    assert page["row_numbers"] == sorted(set(page["row_numbers"]))
    assert [row[0] for row in page["rows"]] == [(number - 1) // 2 for number in page["row_numbers"]]
    assert api.client.get(f"/api/datasets/{dataset_id}/preview", params=query).json() == page
    other = api.client.get(f"/api/datasets/{dataset_id}/preview", params=query | {"seed": 5}).json()
    assert other["row_numbers"] != page["row_numbers"]


def test_target_check_tells_task_classes_and_alternatives(api):
    dataset_id = api.dataset()
    found = TargetOut.model_validate(api.client.get(f"/api/datasets/{dataset_id}/target?column=y").json())
    assert (found.trainable, found.task, found.n_rows, found.n_classes) == (True, "binary", 60, 2)
    assert found.majority_share == pytest.approx(2 / 3, abs=0.01)
    assert found.default_metric in found.metrics
    assert {a.task for a in found.alternatives} == {"multiclass", "regression"}
    unknown = api.client.get(f"/api/datasets/{dataset_id}/target", params={"column": "Y"}).json()
    assert (unknown["code"], unknown["hint"]) == ("unknown-target", "Did you mean 'y'?")


def test_an_unusable_target_is_an_answer_not_an_error(api):
    dataset_id = api.dataset("a,b\n" + "1,x\n2,x\n" * 20)
    found = api.client.get(f"/api/datasets/{dataset_id}/target?column=b")
    assert found.status_code == 200
    assert found.json()["trainable"] is False
    assert found.json()["error"]["code"] == "constant-target"
    refused = api.client.post("/api/train", json={"dataset_id": dataset_id, "target_column": "b"})
    assert (refused.status_code, refused.json()["code"]) == (422, "constant-target")


def test_types_can_be_overridden_and_taken_back(api):
    dataset_id = api.dataset()
    changed = api.client.patch(f"/api/datasets/{dataset_id}", json={"kinds": {"a": "category"}})
    assert changed.status_code == 200
    card = changed.json()["columns"][0]
    assert (card["kind"], card["kind_chosen_by_user"]) == ("category", True)
    unknown = api.client.patch(f"/api/datasets/{dataset_id}", json={"kinds": {"A": "category"}})
    assert (unknown.status_code, unknown.json()["hint"]) == (422, "Did you mean 'a'?")
    assert api.client.patch(f"/api/datasets/{dataset_id}", json={"kinds": {"a": "colour"}}).status_code == 422
    back = api.client.patch(f"/api/datasets/{dataset_id}", json={"kinds": {}}).json()
    assert (back["columns"][0]["kind"], back["columns"][0]["kind_chosen_by_user"]) == ("integer", False)


def test_names_of_thousands_of_characters_are_cut_and_can_be_used(api):
    header = "x" * 3000
    dataset_id = api.dataset(f"{header},y\n" + "1,a\n2,b\n" * 20)
    detail = api.client.get(f"/api/datasets/{dataset_id}").json()
    name = detail["columns"][0]["name"]
    assert (name, detail["columns"][0]["header"]) == ("x" * 200, header)
    assert "long-header" in {notice["code"] for notice in detail["notices"]}
    changed = api.client.patch(f"/api/datasets/{dataset_id}", json={"kinds": {name: "category"}})
    assert changed.json()["columns"][0]["kind"] == "category"
    assert api.client.get(f"/api/datasets/{dataset_id}/preview").json()["columns"] == [name, "y"]
    assert api.client.get(f"/api/datasets/{dataset_id}/target", params={"column": name}).status_code == 200
    for refused in (
        api.client.patch(f"/api/datasets/{dataset_id}", json={"kinds": {header: "category"}}),
        api.client.get(f"/api/datasets/{dataset_id}/target", params={"column": header}),
        api.client.post("/api/train", json={"dataset_id": dataset_id, "target_column": header}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid-request")


def test_types_stay_while_a_job_needs_them(api):
    dataset_id = api.dataset()
    api.job(dataset_id=dataset_id, state=JobState.PENDING)
    answer = api.client.patch(f"/api/datasets/{dataset_id}", json={"kinds": {"a": "category"}})
    assert (answer.status_code, answer.json()["code"]) == (409, "dataset-in-use")


def test_an_impossible_type_leaves_the_data_set_usable(api):
    dataset_id = api.dataset()
    answer = api.client.patch(f"/api/datasets/{dataset_id}", json={"kinds": {"y": "datetime"}})
    assert (answer.status_code, answer.json()["code"]) == (422, "kind-does-not-fit")
    kept = api.client.get(f"/api/datasets/{dataset_id}").json()
    assert kept["status"] == "ready"
    assert kept["columns"][2]["kind_chosen_by_user"] is False


def test_list_filters_and_pages(api):
    ids = [api.upload(filename=f"f{n}.csv") for n in range(3)]
    first = api.client.get("/api/datasets", params={"limit": 2}).json()
    second = api.client.get("/api/datasets", params={"limit": 2, "next_token": first["next_token"]}).json()
    assert [item["id"] for item in first["items"] + second["items"]] == ids[::-1]
    assert second["next_token"] is None
    assert [i["id"] for i in api.client.get("/api/datasets", params={"q": "F1"}).json()["items"]] == [ids[1]]
    assert api.client.get("/api/datasets", params={"status": "ready"}).json()["items"] == []
    bad = api.client.get("/api/datasets", params={"next_token": "nonsense"})
    assert (bad.status_code, bad.json()["code"]) == (422, "bad-cursor")


def test_delete_takes_everything_with_it_but_not_from_jobs(api):
    dataset_id = api.dataset()
    job = api.job(dataset_id=dataset_id)
    refused = api.client.delete(f"/api/datasets/{dataset_id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "dataset-in-use")
    api.services.system.store.jobs.delete(job.id)
    assert api.client.delete(f"/api/datasets/{dataset_id}").status_code == 204
    assert list(api.services.blobs.keys(f"datasets/{dataset_id}/")) == []
    assert api.client.get(f"/api/datasets/{dataset_id}").json()["code"] == "dataset-not-found"
    assert api.client.delete(f"/api/datasets/{dataset_id}").status_code == 404


def test_other_peoples_data_sets_do_not_exist(api):
    theirs = a_dataset(user_id="somebody-else")
    api.services.system.store.datasets.add(theirs)
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/confirm"), ("GET", "/preview")):
        answer = api.client.request(method, f"/api/datasets/{theirs.id}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "dataset-not-found"), path
    assert api.client.get("/api/datasets").json()["items"] == []
    assert api.client.get(f"/api/datasets/{uuid4()}").status_code == 404


def test_an_analysis_whose_server_died_can_be_confirmed_again(api):
    dataset_id = api.upload(CSV)
    table = api.services.system.store.datasets
    from dataclasses import replace

    from automl_lite.domain.datasets import DatasetState

    change(table, dataset_id, lambda d: replace(d, state=DatasetState.ANALYSING, analysis_ends_at=utcnow()))
    time.sleep(0.01)
    assert api.services.datasets.free_stuck() == 1
    assert api.client.get(f"/api/datasets/{dataset_id}").json()["status"] == "waiting"
    assert api.client.post(f"/api/datasets/{dataset_id}/confirm").status_code == 200
