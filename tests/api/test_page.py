"""The page with a model inside, and what serving costs."""

from __future__ import annotations

import base64
import gzip
import json

import pytest

from automl_lite.inference import Predictor
from automl_lite.server.jobs import page
from automl_lite.server.jobs.schemas import ArtifactOut
from tests.api.conftest import boosted

TEMPLATE = (
    "<title>%TITLE%</title><script id=facts>%FACTS%</script><script id=model>%MODEL%</script>"
    "<script id=wasm>%WASM%</script><script>run('%MODEL%')</script>"
)


@pytest.fixture
def web_folder(tmp_path, monkeypatch):
    (tmp_path / "ort").mkdir()
    (tmp_path / page.TEMPLATE).write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / page.WASM).write_bytes(b"\0asm")
    monkeypatch.setattr(page, "FOLDER", tmp_path)
    return tmp_path


def packed(html: str, part: str) -> bytes:
    return gzip.decompress(base64.b64decode(html.split(f"<script id={part}>")[1].split("</script>")[0]))


def test_the_page_with_a_model_inside_is_whole_and_harmless(api, web_folder):
    job = api.model(name="</title><script>alert(1)</script> %MODEL% 😀")
    answer = api.client.post(f"/api/jobs/{job.id}/page")
    assert answer.status_code == 200, answer.text
    file = ArtifactOut.model_validate(answer.json())
    saved = api.client.get(file.url.replace("http://testserver", ""))
    assert saved.headers["content-disposition"].startswith("attachment")
    html = saved.text
    assert len(saved.content) == file.size_bytes
    assert "<script>alert" not in html
    facts = json.loads(html.split("<script id=facts>")[1].split("</script>")[0])
    assert facts["name"] == job.name
    assert facts["contract"]["outputs"] == Predictor(boosted()).contract.as_dict()["outputs"]
    assert "capsule" not in facts["contract"]
    assert packed(html, "model") == boosted()
    assert packed(html, "wasm") == b"\0asm"
    assert html.endswith("<script>run('%MODEL%')</script>")


def test_the_page_goes_with_its_job(api, web_folder):
    job = api.model()
    api.client.post(f"/api/jobs/{job.id}/page")
    assert api.client.delete(f"/api/jobs/{job.id}").status_code == 204
    assert list(api.services.blobs.keys(job.key(""))) == []


def test_without_the_web_app_the_page_is_refused_with_a_hint(api, tmp_path, monkeypatch):
    monkeypatch.setattr(page, "FOLDER", tmp_path)
    answer = api.client.post(f"/api/jobs/{api.model().id}/page")
    assert (answer.status_code, answer.json()["code"]) == (404, "page-unavailable")
    assert "make web" in answer.json()["hint"]


def test_the_system_tells_what_serving_costs(api):
    serving = api.client.get("/api/system").json()["serving"]
    assert serving["per_million"] == serving["idle_per_month"] == 0
    assert serving["always_on_per_month"] == pytest.approx(36.5)
    assert serving["basis"]
    assert serving["always_on_basis"]
