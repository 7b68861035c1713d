"""The whole way over HTTP with the real engine: a file becomes a model whose answers are the Python pipeline's."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from automl_lite.server.jobs.evaluation import EvaluationOut, MetadataOut
from automl_lite.server.jobs.schemas import JobDetail
from automl_lite.server.predict.schemas import ModelInfoOut, PredictionsOut

EXAMPLES = Path(__file__).parents[2] / "examples"
BUDGET_S = 8
N_TRAIN, N_HELD_OUT = 900, 150
FILES = {
    "model.onnx", "model.pkl", "metadata.json", "evaluation.json", "leaderboard.json", "eda.html", "report.html",
    "predict.py", "log.txt",
}  # fmt: skip


def as_json(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as a client has them: numbers, strings, null."""
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()} for row in frame.to_dict("records")
    ]


@pytest.mark.parametrize(
    ("file", "target", "task"),
    [
        ("credit.csv", "Status", "binary"),
        ("jobs.csv", "class", "multiclass"),
        ("flights.csv", "arr_delay", "regression"),
    ],
)
def test_from_a_file_to_predictions(make_api, file, target, task):
    api = make_api(runner_url="process://", serve_jobs=True)
    table = pd.read_csv(EXAMPLES / file, nrows=N_TRAIN + N_HELD_OUT)
    past, new = table[:N_TRAIN], table[N_TRAIN:].drop(columns=target)
    dataset_id = api.dataset(past.to_csv(index=False), filename=file)

    body = {"dataset_id": dataset_id, "target_column": target, "config": {"time_budget": BUDGET_S, "seed": 3}}
    started = api.client.post("/api/train", json=body)
    assert (started.status_code, started.json()["task"]) == (202, task)
    url = f"/api/jobs/{started.json()['job_id']}"

    events = api.client.get(f"{url}/events").text
    stories = [json.loads(line[6:]) for line in events.splitlines() if line.startswith("data: {")]
    last = JobDetail.model_validate(stories[-1])
    assert last.status == "completed", last.error
    assert {"search", "evaluate", "export"} <= {story["progress"]["stage"] for story in stories} | {
        stage.name for stage in last.stages
    }
    shares = [story["progress"]["share"] for story in stories]
    assert shares == sorted(shares)
    assert last.leaderboard
    assert {artifact.name for artifact in last.artifacts} == FILES
    assert any("Measuring" in line for line in api.client.get(f"{url}/log").json()["lines"])

    evaluation = EvaluationOut.model_validate(api.client.get(f"{url}/evaluation").json())
    metadata = MetadataOut.model_validate(api.client.get(f"{url}/metadata").json())
    assert (evaluation.task, metadata.task, metadata.target) == (task, task, target)
    assert evaluation.verdict == last.verdict
    assert last.score.value == next(m.value for m in evaluation.metrics if m.name == evaluation.primary)

    job_id = last.id
    assert api.client.post(f"/api/predict/{job_id}", json={"rows": as_json(new)}).status_code == 409
    assert api.client.post(f"{url}/deploy", json={"deploy": True}).json()["deployed"] is True
    answer = api.client.post(f"/api/predict/{job_id}", json={"rows": as_json(new)})
    assert answer.status_code == 200, answer.text
    told = PredictionsOut.model_validate(answer.json()).predictions
    model = pickle.loads(api.client.get(last.model_download_url).content)
    if task == "regression":
        np.testing.assert_allclose([a.prediction for a in told], model.predict(new), rtol=1e-5)
        np.testing.assert_allclose([a.interval for a in told], model.predict_interval(new), rtol=1e-5)
    else:
        assert [a.prediction for a in told] == model.predict(new).tolist()
        given = [[a.probabilities[label] for label in model.contract["classes"]] for a in told]
        np.testing.assert_allclose(given, model.predict_proba(new), atol=1e-5)

    one = as_json(new)[0]
    explained = api.client.post(f"/api/predict/{job_id}", json={"features": one}, params={"explain": True}).json()
    assert explained["prediction"] == pytest.approx(told[0].prediction)
    assert explained["explanation"]["contributions"]
    info = ModelInfoOut.model_validate(api.client.get(f"/api/predict/{job_id}/info").json())
    assert {field.name for field in info.inputs} <= set(new.columns)
    assert api.client.post(f"/api/predict/{job_id}", json={"features": info.example}).status_code == 200
    assert api.client.get(info.onnx_url).content == api.client.get(last.onnx_model_download_url).content
