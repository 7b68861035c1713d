"""Other engines over HTTP: what is offered, what is refused, and runs that have no portable model."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

DATA = "x,z,y\n" + "".join(f"{n},{n % 7},{n % 2}\n" for n in range(80))


def train(api, dataset_id, **config):
    body = {"dataset_id": dataset_id, "target_column": "y", "config": config}
    return api.client.post("/api/train", json=body)


@pytest.fixture
def foreign(api):
    """A completed run of another engine."""
    job = api.model(deployed=False)
    without = tuple(a for a in job.result.artifacts if a.name != "model.onnx")
    result = replace(
        job.result, portable=False, model="AutoGluon 1.0: WeightedEnsemble_L2", model_bytes=0, artifacts=without
    )
    jobs = api.services.system.store.jobs
    return jobs.save(replace(jobs.get(job.id), result=result))


def test_autogluon_is_refused_where_it_is_not_there(api):
    assert api.client.get("/api/system").json()["engines"] == ["portfolio", "flaml"]
    refused = train(api, api.dataset(DATA), engine="autogluon")
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid-config")
    assert "automl-lite engines install autogluon" in refused.json()["hint"]


def test_where_it_is_there_it_is_offered_and_asked_for(make_api):
    api = make_api(autogluon_python=sys.executable)
    assert "autogluon" in api.client.get("/api/system").json()["engines"]
    dataset_id = api.dataset(DATA)
    for wrong, said in (
        ({"max_models": 3}, "no number of models"),
        ({"final_fit": "all"}, "does not learn from the test rows"),
        ({"time_budget": 10}, "at least 20 seconds"),
        ({"metric": "brier"}, "cannot optimise brier"),
    ):
        refused = train(api, dataset_id, engine="autogluon", **wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid-config")
        assert said in refused.json()["detail"]
    job_id = train(api, dataset_id, engine="autogluon", time_budget=30).json()["job_id"]
    assert api.client.get(f"/api/jobs/{job_id}").json()["config"]["engine"] == "autogluon"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/jobs/{id}/deploy", {"deploy": True}),
        ("POST", "/jobs/{id}/page", None),
        ("POST", "/predict/{id}", {"features": {"x": 1}}),
        ("GET", "/predict/{id}/info", None),
        ("POST", "/predict/{id}/batch", {"dataset_id": "{data}"}),
        ("POST", "/predict/{id}/validate", {"dataset_id": "{data}"}),
        ("POST", "/jobs/{id}/retrain", {"dataset_id": "{data}"}),
    ],
)
def test_a_run_without_a_portable_model_cannot_serve(api, foreign, method, path, body):
    if body and "dataset_id" in body:
        body = {"dataset_id": api.dataset(DATA)}
    answer = api.client.request(method, "/api" + path.format(id=foreign.id), json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "no-portable-model")
    assert "made by AutoGluon 1.0" in answer.json()["detail"]


def test_it_cannot_take_the_place_of_a_model_in_service(api, foreign):
    champion = api.model(target=foreign.target, task=foreign.task)
    answer = api.client.post(f"/api/jobs/{foreign.id}/promote", json={"replaces": champion.id})
    assert (answer.status_code, answer.json()["code"]) == (409, "no-portable-model")
    assert api.client.get(f"/api/jobs/{champion.id}").json()["deployed"] is True


def test_it_can_be_looked_at_and_compared(api, foreign):
    told = api.client.get(f"/api/jobs/{foreign.id}").json()
    assert (told["portable"], told["model_bytes"], told["onnx_model_download_url"]) == (False, 0, None)
    assert told["score"]["value"] == 0.9
    assert api.client.get(f"/api/jobs/{foreign.id}/evaluation").status_code == 200
