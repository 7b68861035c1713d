"""POST /upload, signed links, parts."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from automl_lite.domain.records import utcnow
from tests.api.conftest import CSV


def test_bytes_go_to_the_link_and_come_back_whole(api):
    answer = api.client.post("/api/upload", json={"filename": "t.csv", "content_type": "text/csv", "size_bytes": 7})
    assert answer.status_code == 201
    body = answer.json()
    assert body["upload_url"].startswith("http://127.0.0.1:8000/api/blobs/")
    assert (body["method"], body["expires_in"], body["max_bytes"], body["parts"]) == ("PUT", 3600, 7, [])
    put = api.client.put(body["upload_url"], content=b"a,b\n1,2")
    assert put.json()["size_bytes"] == 7
    with api.services.blobs.open(f"datasets/{body['dataset_id']}/raw") as file:
        assert file.read() == b"a,b\n1,2"


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "C:\\x\\y.csv",
        "<img src=x onerror=alert(1)>.csv",
        "día – ventas 😀.csv",
        "\u202egnp.csv",
        "a\nb",
    ],
)
def test_file_names_are_data(api, name):
    dataset_id = api.upload(filename=name)
    assert api.client.get(f"/api/datasets/{dataset_id}").json()["filename"] == name
    assert api.client.post(f"/api/datasets/{dataset_id}/confirm").status_code == 200
    assert list(api.services.blobs.keys(f"datasets/{dataset_id}/"))[-1].endswith("table.parquet")


@pytest.mark.parametrize("body", [{}, {"filename": ""}, {"filename": "x" * 256}, {"filename": "a\0b"}, {"filename": 5},
                                  {"filename": "x", "size_bytes": -1}, {"filename": "x", "more": 1}])  # fmt: skip
def test_bad_registrations_are_told(api, body):
    answer = api.client.post("/api/upload", json=body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid-request"
    assert answer.json()["errors"]


def test_too_large_files_are_refused_before_during_and_after(make_api):
    api = make_api(max_upload_bytes=1000)
    declared = api.client.post("/api/upload", json={"filename": "t.csv", "size_bytes": 1001})
    assert (declared.status_code, declared.json()["code"]) == (413, "too-large")
    url = api.client.post("/api/upload", json={"filename": "t.csv"}).json()["upload_url"]
    honest = api.client.put(url, content=b"x" * 1001)
    assert (honest.status_code, honest.json()["code"]) == (413, "too-large")
    chunks = iter([b"x" * 600, b"x" * 600])
    hidden = api.client.put(url, content=chunks)
    assert (hidden.status_code, hidden.json()["code"]) == (413, "too-large")
    assert api.client.put(url, content=b"x" * 1000).status_code == 200


def test_links_are_good_for_one_thing(api):
    body = api.client.post("/api/upload", json={"filename": "t.csv"}).json()
    url = body["upload_url"]
    assert api.client.get(url).status_code == 403
    head, _, tail = url.partition("/api/blobs/")
    tampered = api.client.put(f"{head}/api/blobs/A{tail}", content=b"x")
    assert (tampered.status_code, tampered.json()["code"]) == (403, "link-refused")
    late = api.services.blobs.put_link(
        "datasets/x/raw", expires_at=utcnow() - timedelta(seconds=2), max_bytes=5, content_type="", name="n"
    )
    expired = api.client.put(late.url, content=b"x")
    assert (expired.status_code, expired.json()["code"]) == (403, "link-expired")


def test_confirm_before_the_bytes_says_so(api):
    dataset_id = api.client.post("/api/upload", json={"filename": "t.csv"}).json()["dataset_id"]
    answer = api.client.post(f"/api/datasets/{dataset_id}/confirm")
    assert (answer.status_code, answer.json()["code"]) == (409, "upload-missing")
    assert "PUT" in answer.json()["hint"]


def test_a_short_upload_is_noticed(api):
    body = api.client.post("/api/upload", json={"filename": "t.csv", "size_bytes": 500}).json()
    api.client.put(body["upload_url"], content=b"a,b\n1,2\n")
    answer = api.client.post(f"/api/datasets/{body['dataset_id']}/confirm")
    assert (answer.status_code, answer.json()["code"]) == (409, "upload-missing")
    assert "8 of 500 bytes" in answer.json()["detail"]


def test_large_files_come_in_parts_and_can_be_resumed(make_api):
    api = make_api(part_threshold_bytes=200, part_bytes=256)
    data = CSV.encode()
    body = api.client.post("/api/upload", json={"filename": "t.csv", "size_bytes": len(data)}).json()
    parts = body["parts"]
    assert [part["number"] for part in parts] == list(range(1, len(parts) + 1))
    assert sum(part["size_bytes"] for part in parts) == len(data)

    def send(part):
        return api.client.put(part["url"], content=data[part["offset"] : part["offset"] + part["size_bytes"]])

    assert send(parts[-1]).status_code == 200
    short = api.client.put(parts[0]["url"], content=data[:100])
    assert (short.status_code, short.json()["code"]) == (422, "invalid-request")
    assert api.client.post(f"/api/datasets/{body['dataset_id']}/confirm").json()["code"] == "upload-missing"

    again = api.client.get(f"/api/upload/{body['dataset_id']}").json()
    assert [part["arrived"] for part in again["parts"]] == [False] * (len(parts) - 1) + [True]
    for part in again["parts"][:-1]:
        assert send(part).status_code == 200
    done = api.client.post(f"/api/datasets/{body['dataset_id']}/confirm")
    assert (done.status_code, done.json()["n_rows"], done.json()["size_bytes"]) == (200, 60, len(data))
    over = api.client.get(f"/api/upload/{body['dataset_id']}")
    assert (over.status_code, over.json()["code"]) == (409, "wrong-state")


def test_an_upload_goes_with_its_data_set(api):
    dataset_id = api.client.post("/api/upload", json={"filename": "t.csv"}).json()["dataset_id"]
    assert api.client.get(f"/api/upload/{dataset_id}").status_code == 200
    assert api.client.delete(f"/api/datasets/{dataset_id}").status_code == 204
    gone = api.client.get(f"/api/upload/{dataset_id}")
    assert (gone.status_code, gone.json()["code"]) == (404, "dataset-not-found")


def test_downloads_have_ranges_tags_and_safe_names(api):
    job = api.model(name='naïve "name"; <b>')
    detail = api.client.get(f"/api/jobs/{job.id}").json()
    url = detail["onnx_model_download_url"]
    whole = api.client.get(url)
    assert whole.headers["content-disposition"].startswith('attachment; filename="na_ve-name-b-model.onnx"')
    assert len(whole.content) == detail["model_bytes"]
    part = api.client.get(url, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, whole.content[2:6])
    assert api.client.get(url, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    head = api.client.head(url)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(whole.content)))


def test_reports_are_shown_in_a_sandbox(api):
    detail = api.client.get(f"/api/jobs/{api.model().id}").json()
    shown = api.client.get(detail["training_report_view_url"])
    assert shown.headers["content-disposition"].startswith("inline")
    assert shown.headers["content-security-policy"].startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in shown.headers["content-security-policy"]
    assert shown.headers["x-content-type-options"] == "nosniff"
    saved = api.client.get(detail["training_report_download_url"])
    assert saved.headers["content-disposition"].startswith("attachment")


def test_public_url_is_what_links_begin_with(make_api):
    api = make_api(public_url="https://ml.example.org/")
    url = api.client.post("/api/upload", json={"filename": "t.csv"}).json()["upload_url"]
    assert urlsplit(url)[:2] == ("https", "ml.example.org")
