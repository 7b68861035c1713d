"""POST /train and its estimate: what is refused, what is chosen."""

from __future__ import annotations

from uuid import uuid4

import pytest

from automl_lite.domain.jobs import JobState
from automl_lite.server.training.schemas import EstimateOut, TrainOut

DATA = "when,Group,price,Survived\n" + "".join(
    f"2024-01-{n % 28 + 1:02d},g{n % 5},{n * 1.5},{n % 2}\n" for n in range(80)
)


@pytest.fixture
def dataset_id(api) -> str:
    return api.dataset(DATA)


def train(api, dataset_id, target="Survived", **config):
    return api.client.post("/api/train", json={"dataset_id": dataset_id, "target_column": target, "config": config})


def test_a_job_is_queued_with_what_was_chosen(api, dataset_id):
    answer = train(api, dataset_id)
    assert answer.status_code == 202
    told = TrainOut.model_validate(answer.json())
    assert (told.status, told.task, told.metric, told.budget_s) == ("pending", "binary", "log_loss", 60)
    assert told.estimated_time == 60
    assert told.budget_reason == "Chosen for 80 rows × 3 columns."
    assert told.cost.amount == 0
    job = api.client.get(f"/api/jobs/{told.job_id}").json()
    assert (job["status"], job["name"], job["config"]["problem_type"]) == ("pending", "t · Survived", "binary")
    assert train(api, dataset_id).json()["queue_ahead"] == 1


def test_the_estimate_starts_nothing(api, dataset_id):
    answer = api.client.post("/api/train/estimate", json={"dataset_id": dataset_id, "target_column": "price"})
    plan = EstimateOut.model_validate(answer.json())
    assert (plan.task, plan.metric, plan.n_features) == ("regression", "rmse", 3)
    assert plan.n_train_rows + plan.n_test_rows == 80
    assert [budget.name for budget in plan.budgets if budget.suggested] == ["balanced"]
    assert plan.memory_mb >= 500
    assert api.client.get("/api/jobs").json()["items"] == []


def test_settings_arrive(api, dataset_id):
    config = {
        "time_budget": 30, "metric": "roc_auc", "split": {"by": "time", "column": "when", "test_share": 0.3},
        "drop": ["price"], "keep": ["Group"], "seed": 7, "name": "My run", "max_models": 3, "quality": "fast",
        "final_fit": "training",
    }  # fmt: skip
    job_id = train(api, dataset_id, **config).json()["job_id"]
    job = api.client.get(f"/api/jobs/{job_id}").json()
    for name, value in config.items():
        assert job["config"][name] == value, name
    assert (job["name"], job["budget_s"], job["metric"]) == ("My run", 30, "roc_auc")


@pytest.mark.parametrize(
    ("config", "code", "says", "hint"),
    [
        ({"drop": ["Price"]}, "unknown-column", "'Price'", "Did you mean 'price'?"),
        ({"keep": ["grup"]}, "unknown-column", "'grup'", "Did you mean 'Group'?"),
        ({"split": {"by": "time", "column": "wen"}}, "unknown-column", "'wen'", "Did you mean 'when'?"),
        ({"split": {"by": "time"}}, "invalid-config", "needs config.split.column", "date column"),
        ({"split": {"by": "random", "column": "when"}}, "invalid-config", "split.by is random", "time or group"),
        ({"split": {"by": "time", "column": "Group"}}, "invalid-config", "category", "date column"),
        ({"split": {"by": "group", "column": "Survived"}}, "invalid-config", "target", "another column"),
        ({"drop": ["Survived"]}, "invalid-config", "is the target", "Take it off"),
        ({"drop": ["price"], "keep": ["price"]}, "invalid-config", "dropped and kept", "one of the two"),
        ({"drop": ["when", "Group", "price"]}, "invalid-config", "besides the target", "fewer columns"),
        ({"metric": "rmse"}, "invalid-config", "not a metric of binary", "log_loss"),
        ({"name": "  "}, "invalid-config", "name is empty", "Leave it out"),
        ({"time_budget": 0}, "invalid-request", "config.time_budget", ""),
        ({"time_budget": None, "metric": ""}, "invalid-request", "config.metric", ""),
        ({"problem_type": ""}, "invalid-request", "config.problem_type", ""),
        ({"drop": [""]}, "invalid-request", "config.drop.0", ""),
        ({"split": {"by": ""}}, "invalid-request", "config.split.by", ""),
        ({"split": {"test_share": 0.9}}, "invalid-request", "config.split.test_share", ""),
        ({"final_fit": "most"}, "invalid-request", "config.final_fit", ""),
        ({"final_fit": ""}, "invalid-request", "config.final_fit", ""),
        ({"seed": -1}, "invalid-request", "config.seed", ""),
        ({"budget": 5}, "invalid-request", "config.budget", ""),
    ],
)
def test_what_is_wrong_is_named(api, dataset_id, config, code, says, hint):
    answer = train(api, dataset_id, **config)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == code
    assert says in problem["detail"]
    assert hint in problem["hint"]
    assert api.client.get("/api/jobs").json()["items"] == []


def test_the_closest_target_is_named(api, dataset_id):
    problem = train(api, dataset_id, target="survived").json()
    assert (problem["code"], problem["hint"]) == ("unknown-target", "Did you mean 'Survived'?")


def test_data_sets_that_are_not_there_or_not_ready(api):
    assert train(api, str(uuid4())).json()["code"] == "dataset-not-found"
    assert train(api, api.upload()).json()["code"] == "dataset-not-ready"


def test_tags_are_cleaned_and_counted(api, dataset_id):
    body = {"dataset_id": dataset_id, "target_column": "Survived"}
    job_id = api.client.post("/api/train", json=body | {"tags": [" a  b ", "a b", "c"]}).json()["job_id"]
    assert api.client.get(f"/api/jobs/{job_id}").json()["tags"] == ["a b", "c"]
    assert api.client.post("/api/train", json=body | {"tags": ["  "]}).json()["code"] == "invalid-config"
    assert api.client.post("/api/train", json=body | {"tags": [str(n) for n in range(11)]}).status_code == 422


def test_a_specification_stays_small_however_many_columns(api):
    names = [f"a_rather_long_column_name_number_{n}" for n in range(2000)]
    dataset_id = api.dataset(
        ",".join([*names, "y"]) + "\n" + "".join(f"{','.join(['1'] * 2000)},{n % 2}\n" for n in range(12))
    )
    job_id = train(api, dataset_id, target="y", drop=names[:500]).json()["job_id"]
    job = api.services.system.store.jobs.get(job_id)
    spec = api.services.training._specs.write(job)
    assert len(spec.to_json()) < 1000
    assert api.services.jobs.config(job).drop == tuple(names[:500])


def test_an_unreachable_state_is_not_entered(api, dataset_id):
    train(api, dataset_id)
    assert api.services.system.store.jobs.queue().counts == {JobState.PENDING: 1}
