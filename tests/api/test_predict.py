"""Predictions over HTTP."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest

from automl_lite.inference import Predictor
from automl_lite.server.predict import router
from automl_lite.server.predict.schemas import ModelInfoOut, PredictionOut, PredictionsOut
from tests.api.conftest import boosted
from tests.unit.inference.graphs import ROW, random_rows, regressor


def post(api, job, body, **query):
    return api.client.post(f"/api/predict/{job.id}", json=body, params=query)


def test_one_row_gets_labels_probabilities_and_time(api):
    job = api.model()
    answer = post(api, job, {"features": ROW})
    assert answer.status_code == 200
    body = PredictionOut.model_validate(answer.json())
    expected = Predictor(boosted()).answer(ROW)
    assert (body.job_id, body.prediction, body.model_type) == (job.id, expected.prediction, "Blend of 2")
    assert body.probabilities == pytest.approx(expected.probabilities)
    assert body.probability == pytest.approx(expected.probability)
    assert body.inference_time_ms > 0


@pytest.mark.parametrize("body", [{}, {"features": {}}, {"features": ROW | {"Age": "old"}}, {"rows": [1]}, []])
def test_a_refusal_reads_the_same_however_it_is_routed(api, body):
    model, undeployed, unknown = api.model().id, api.model(deployed=False).id, uuid4()
    for job_id in (model, undeployed, unknown):
        first, second = (
            api.client.post(f"/api/predict/{job_id}", json=body, params=query, headers={"X-Request-ID": "r"})
            for query in ({}, {"explain": "false"})
        )
        assert first.status_code == second.status_code >= 400
        assert first.headers == second.headers
        assert first.json() == second.json()


def test_several_rows_equal_one_at_a_time(api):
    job = api.model()
    rows = [{k: (None if v == "" or v != v else v) for k, v in row.items()} for row in random_rows(30)]
    several = PredictionsOut.model_validate(post(api, job, {"rows": rows}).json())
    for row, answer in zip(rows, several.predictions, strict=True):
        alone = post(api, job, {"features": row}).json()
        assert answer.prediction == alone["prediction"]
        assert answer.probabilities == pytest.approx(alone["probabilities"], abs=1e-6)


def test_many_rows_leave_the_event_loop_until_they_are_known_to_be_quick(api, monkeypatch):
    job, hops = api.model(), []
    hop = router.run_in_threadpool

    async def counted(call, *given, **named):
        hops.append(call.__name__)
        return await hop(call, *given, **named)

    monkeypatch.setattr(router, "run_in_threadpool", counted)
    body = {"rows": [ROW] * (router.INLINE_ROWS + 1)}
    monkeypatch.setattr(router, "INLINE_S", 3_600.0)
    post(api, job, body)
    post(api, job, body)
    assert hops == ["load", "answer"]
    monkeypatch.setattr(router, "INLINE_S", 0.0)
    post(api, job, body)
    assert hops == ["load", "answer", "answer"]


def test_regression_gives_numbers_with_intervals(api):
    body = post(api, api.model(regressor()), {"features": ROW}).json()
    assert body["interval"] == pytest.approx([body["prediction"] - 25, body["prediction"] + 25])
    assert (body["probability"], body["probabilities"]) == (None, None)


def test_missing_unseen_and_extreme_values_are_answered_with_warnings(api):
    job = api.model()
    answer = post(api, job, {"features": {"Age": None, "Sex": "other", "rooms": 500, "colour": "red"}})
    assert answer.status_code == 200
    assert {w["column"] for w in answer.json()["warnings"]} >= {"Sex", "rooms", "colour"}
    assert all(w["message"] and w["code"] for w in answer.json()["warnings"])


def test_a_wrong_type_names_field_value_and_expectation(api):
    job = api.model()
    for body, where in (({"features": ROW | {"Age": "old"}}, ""), ({"rows": [ROW, ROW | {"Age": [1]}]}, "Row 2")):
        answer = post(api, job, body)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "wrong-type")
        assert "'Age' expects a number" in problem["detail"]
        assert where in problem["detail"]
        assert problem["errors"][0]["field"] == "Age"


@pytest.mark.parametrize(
    "content",
    ["", "nonsense", "[]", "5", "null", "{}", '{"features": 5}', '{"rows": []}', '{"rows": {}}', '{"rows": [5]}',
     '{"features": {}, "rows": []}', '{"features": {"Age": 1}, "more": 1}', '{"features": {}}',
     '{"features": {"x": 1}}', '{"features": {"Age": NaN}}', '{"features": {"Age": {"a": 1}}}', "\xff",
     '{"features": {"Sex": "\\ud800"}}'],
)  # fmt: skip
def test_malformed_bodies_are_told(api, content):
    job = api.model()
    answer = api.client.post(f"/api/predict/{job.id}", content=content.encode("latin-1"))
    assert answer.status_code == 422, content
    assert answer.json()["detail"]


def test_too_many_rows_are_refused(make_api):
    api = make_api(max_predict_rows=3)
    job = api.model()
    assert post(api, job, {"rows": [ROW] * 3}).status_code == 200
    answer = post(api, job, {"rows": [ROW] * 4})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_explanations_add_up_and_name_their_source(api):
    job = api.model()
    plain = post(api, job, {"features": ROW}).json()
    told = PredictionOut.model_validate(post(api, job, {"features": ROW}, explain=True).json())
    assert plain["explanation"] is None
    why = told.explanation
    assert "doi" in why.source
    assert why.method
    assert why.base + sum(c.contribution for c in why.contributions) == pytest.approx(why.value, abs=1e-6)
    assert why.value == pytest.approx(told.probabilities[why.output], abs=1e-6)
    several = post(api, job, {"rows": [ROW, ROW]}, explain=True).json()
    assert several["predictions"][1]["explanation"]["contributions"]
    assert post(api, job, {"rows": [ROW] * 21}, explain=True).json()["code"] == "too-large"


def test_undeployed_and_unfinished_models_do_not_answer(api):
    undeployed, waiting = api.model(deployed=False), api.job()
    for job, code, status in ((undeployed, "not-deployed", 409), (waiting, "not-trained", 409)):
        answer = post(api, job, {"features": ROW})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    missing = api.client.post(f"/api/predict/{uuid4()}", json={"features": ROW})
    assert (missing.status_code, missing.json()["code"]) == (404, "job-not-found")
    theirs = api.model(user_id="somebody-else")
    assert post(api, theirs, {"features": ROW}).status_code == 404


def test_undeploying_and_deleting_end_answers_at_once(api):
    for end in ("undeploy", "delete"):
        job = api.model()
        assert post(api, job, {"features": ROW}).status_code == 200
        if end == "undeploy":
            api.client.post(f"/api/jobs/{job.id}/deploy", json={"deploy": False})
            assert post(api, job, {"features": ROW}).json()["code"] == "not-deployed"
        else:
            api.client.delete(f"/api/jobs/{job.id}")
            assert post(api, job, {"features": ROW}).json()["code"] == "job-not-found"
    assert api.services.predictions.usage == (0, 0)


def test_another_server_is_heard_after_the_agreed_moment(make_api):
    from dataclasses import replace

    from automl_lite.services.records import change

    api = make_api(deployed_seconds=0.3)
    job = api.model()
    assert post(api, job, {"features": ROW}).status_code == 200
    change(api.services.system.store.jobs, job.id, lambda j: replace(j, deployed_at=None))
    assert post(api, job, {"features": ROW}).status_code == 200
    time.sleep(0.35)
    assert post(api, job, {"features": ROW}).status_code == 409


def test_no_store_is_asked_while_the_state_is_fresh(make_api, monkeypatch):
    api = make_api(deployed_seconds=60)
    job = api.model()
    post(api, job, {"features": ROW})
    monkeypatch.setattr(type(api.services.system.store.jobs), "get", lambda *_: pytest.fail("the store was asked"))
    for _ in range(5):
        assert post(api, job, {"features": ROW}).status_code == 200
    assert api.services.predictions.n_loads == 1


def test_the_cache_is_bounded_by_bytes(make_api):
    size = len(boosted())
    api = make_api(model_cache_bytes=5 * size)
    jobs = [api.model() for _ in range(3)]
    for job in jobs:
        post(api, job, {"features": ROW})
    assert api.services.predictions.usage == (2, 4 * size)
    assert post(api, jobs[0], {"features": ROW}).status_code == 200
    assert api.services.predictions.n_loads == 4


def test_a_retrained_model_replaces_the_cached_one(make_api):
    from dataclasses import replace

    from automl_lite.services.records import change

    api = make_api(deployed_seconds=0)
    job = api.model()
    post(api, job, {"features": ROW})
    api.services.blobs.put(job.key("model.onnx"), regressor())
    change(api.services.system.store.jobs, job.id, lambda j: replace(j, attempt=2))
    assert post(api, job, {"features": ROW}).json()["interval"]


def test_model_info_has_everything_for_a_form(api):
    job = api.model()
    info = ModelInfoOut.model_validate(api.client.get(f"/api/predict/{job.id}/info").json())
    assert (info.task, info.target, info.classes, info.deployed) == ("binary", "y", ["no", "yes"], True)
    assert [field.name for field in info.inputs] == list(ROW)
    assert info.inputs[2].values == ["male", "female"]
    assert info.inputs[0].quantiles
    assert post(api, job, {"features": info.example}).status_code == 200
    assert api.client.get(info.onnx_url).content == boosted()
    assert api.client.get(f"/api/predict/{api.job().id}/info").json()["code"] == "not-trained"
