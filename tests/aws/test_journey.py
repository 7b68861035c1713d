"""The whole journey in the emulated account: real Terraform, real zip, the worker as Batch would start it."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from datetime import timedelta
from typing import Any

import pytest

from automl_lite.domain.records import to_plain, utcnow
from automl_lite.domain.runs import JobSpec
from automl_lite.store.dynamodb.table import moment
from tests.aws import watching
from tests.aws.conftest import Deployment, send, wait_for
from tests.aws.hooks import Receiver, webhooks

pytestmark = pytest.mark.xdist_group("aws")

BUDGET_S = 8


def table(n_rows: int = 400, seed: int = 4) -> bytes:
    """Return a table in which ``y`` follows from ``colour`` and ``size``, with some noise and missing cells."""
    draw = random.Random(seed)
    lines = ["id,colour,size,when,y"]
    for n in range(n_rows):
        colour, size = draw.choice(["red", "green", "blue"]), draw.gauss(10, 3)
        label = "yes" if (colour == "red") + size / 10 + draw.gauss(0, 0.2) > 1.3 else "no"
        shown = "" if draw.random() < 0.05 else f"{size:.3f}"
        lines.append(f"k{n},{colour},{shown},2024-0{1 + n % 9}-11,{label}")
    return "\n".join(lines).encode()


def upload(deployed: Deployment, data: bytes, filename: str = "shop.csv") -> str:
    begun = deployed.post("/upload", {"filename": filename, "content_type": "text/csv", "size_bytes": len(data)})
    assert begun["upload_url"].startswith(deployed.account.url)
    assert "X-Amz-Signature" in begun["upload_url"]
    status, answer = send("PUT", begun["upload_url"], data, begun["headers"])
    assert status == 200, answer
    return str(begun["dataset_id"])


def ready_dataset(deployed: Deployment, data: bytes | None = None, filename: str = "shop.csv") -> str:
    dataset_id = upload(deployed, data or table(), filename)
    status, answer = deployed.call("POST", f"/datasets/{dataset_id}/confirm")
    assert status in (200, 202), answer
    dataset = wait_for(lambda: _when(deployed.get(f"/datasets/{dataset_id}"), "ready", "rejected"))
    assert dataset["status"] == "ready", dataset["error"]
    return dataset_id


def train(deployed: Deployment, dataset_id: str, budget_s: int = BUDGET_S) -> str:
    request = {"dataset_id": dataset_id, "target_column": "y", "config": {"time_budget": budget_s, "eda": "none"}}
    return str(deployed.post("/train", request)["job_id"])


def _when(answer: Any, *states: str) -> Any:
    return answer if answer["status"] in states else None


def test_from_upload_to_prediction_and_away(deployed: Deployment):
    with webhooks() as hook:
        the_whole_journey(deployed, hook)


def the_whole_journey(deployed: Deployment, hook: Receiver) -> None:
    dataset_id = ready_dataset(deployed)
    dataset = deployed.get(f"/datasets/{dataset_id}")
    assert (dataset["n_rows"], dataset["n_columns"]) == (400, 5)

    job_id = train(deployed, dataset_id)
    submission = deployed.account.batch.submissions[-1]
    given = {entry["name"]: entry["value"] for entry in submission["containerOverrides"]["environment"]}
    assert list(given) == [JobSpec.ENV]
    assert JobSpec.from_json(given[JobSpec.ENV]).job_id == job_id
    assert len(given[JobSpec.ENV]) < JobSpec.MAX_BYTES

    batch_id = next(j["jobId"] for j in deployed.account.batch.jobs.values() if job_id in j["jobName"])
    job = wait_for(lambda: _when(deployed.get(f"/jobs/{job_id}"), "completed", "failed"), 240)
    assert job["status"] == "completed", (job["error"], deployed.account.batch.logs[batch_id].read_text()[-3000:])
    assert wait_for(lambda: deployed.account.batch.jobs[batch_id]["status"] == "SUCCEEDED")

    status, refused = deployed.call("POST", f"/predict/{job_id}", {"features": {"colour": "red"}})
    assert (status, refused["code"]) == (409, "not-deployed")
    watching.watched(deployed, job_id, hook)
    deployed.post(f"/jobs/{job_id}/deploy", {"deploy": True})
    start = time.perf_counter()
    answer = deployed.post(f"/predict/{job_id}", {"features": {"colour": "red", "size": 12.5, "when": "2024-03-11"}})
    print(f"first prediction: {time.perf_counter() - start:.3f} s")
    assert answer["prediction"] == "yes"
    assert deployed.post(f"/predict/{job_id}", {"features": {"colour": "blue", "size": 3}})["prediction"] == "no"
    start = time.perf_counter()
    deployed.post(f"/predict/{job_id}", {"features": {"colour": "blue", "size": None}})
    print(f"warm prediction: {time.perf_counter() - start:.3f} s")
    assert {column["name"] for column in deployed.get(f"/predict/{job_id}/info")["inputs"]} >= {"colour", "size"}

    watching.kept(deployed, job_id)
    batches = [scored_at_once(deployed, job_id), scored_by_batch(deployed, job_id)]
    listed = deployed.get(f"/predict/{job_id}/batches")["items"]
    assert [item["id"] for item in listed] == [batch["id"] for batch in reversed(batches)]
    watching.alarmed(deployed, job_id, batches, hook)
    watching.drifted(deployed, job_id, batches)
    validated(deployed, job_id, dataset_id)
    watching.cancelled(deployed, job_id, dataset_id)
    more = ready_dataset(deployed, table(300, seed=6), "more.csv")
    watching.replaced(deployed, job_id, dataset_id, more)
    trained_again_when_due(deployed, job_id)
    for batch in batches:
        assert deployed.call("DELETE", f"/batches/{batch['id']}?delete_data=true")[0] == 204
    assert deployed.get("/batches")["items"] == []

    listed = deployed.get("/jobs?limit=10")
    assert [item["id"] for item in listed["items"]] == [job_id]
    status, model = send("GET", job["onnx_model_download_url"], None, {})
    assert status == 200
    assert len(model) == next(a["size_bytes"] for a in job["artifacts"] if a["name"] == "model.onnx")

    status, _ = deployed.call("DELETE", f"/jobs/{job_id}?delete_data=true")
    assert status == 204
    assert deployed.call("GET", f"/jobs/{job_id}")[0] == 404
    assert deployed.call("GET", f"/datasets/{dataset_id}")[0] == 404
    s3 = deployed.account.client("s3")
    assert s3.list_objects_v2(Bucket=deployed.outputs["data_bucket"])["KeyCount"] == 0


def rows_to_score(n_rows: int) -> bytes:
    """Return a table without the target, whose sizes are three standard deviations larger than in training."""
    draw = random.Random(5)
    lines = ["id,colour,size,when"]
    lines += [f"k{n},{draw.choice(['red', 'blue'])},{draw.gauss(19, 3):.3f},2024-05-11" for n in range(n_rows)]
    return "\n".join(lines).encode()


def begin_batch(deployed: Deployment, job_id: str, n_rows: int) -> Any:
    dataset_id = upload(deployed, rows_to_score(n_rows), "new.csv")
    checked = deployed.post(f"/predict/{job_id}/batch/check", {"dataset_id": dataset_id})
    assert (checked["fits"], checked["n_rows"]) == (True, n_rows), checked
    return deployed.post(f"/predict/{job_id}/batch", {"dataset_id": dataset_id})


def finished(deployed: Deployment, batch: Any, n_rows: int) -> Any:
    """Wait for a batch; see that its files have every row and that the drift was found."""
    over = ("completed", "failed", "cancelled")
    batch = wait_for(lambda: _when(deployed.get(f"/batches/{batch['id']}"), *over), 120)
    assert batch["status"] == "completed", batch["error"]
    assert (batch["result"]["n_rows"], batch["result"]["n_errors"]) == (n_rows, 0)
    link = next(file["url"] for file in batch["files"] if file["name"] == "results.csv")
    assert "X-Amz-Signature" in link
    status, results = send("GET", link, None, {})
    assert status == 200
    lines = results.decode().splitlines()
    assert [len(lines), lines[1].split(",")[0], lines[-1].split(",")[0]] == [n_rows + 1, "k0", f"k{n_rows - 1}"]
    report = deployed.get(f"/batches/{batch['id']}/drift")
    assert report["severity"] == "strong"
    assert report["columns"][0]["column"] == "size"
    return batch


def scored_at_once(deployed: Deployment, job_id: str) -> Any:
    """A small file goes to the function ``score``; no container is started."""
    n_submissions = len(deployed.account.batch.submissions)
    start = time.perf_counter()
    batch = finished(deployed, begin_batch(deployed, job_id, 300), 300)
    print(f"a small batch: {time.perf_counter() - start:.1f} s")
    assert len(deployed.account.batch.submissions) == n_submissions
    return batch


def scored_by_batch(deployed: Deployment, job_id: str) -> Any:
    """A larger one waits in the queue of AWS Batch."""
    batch = begin_batch(deployed, job_id, 150_000)
    submission = deployed.account.batch.submissions[-1]
    assert batch["id"] in submission["jobName"]
    return finished(deployed, batch, 150_000)


def validated(deployed: Deployment, job_id: str, dataset_id: str) -> None:
    """The rows of training with their true answers: measured by a container, which has the libraries for it."""
    batch = deployed.post(f"/predict/{job_id}/validate", {"dataset_id": dataset_id})
    assert batch["id"] in deployed.account.batch.submissions[-1]["jobName"]
    batch = wait_for(lambda: _when(deployed.get(f"/batches/{batch['id']}"), "completed", "failed"), 120)
    assert batch["status"] == "completed", batch["error"]
    found = deployed.get(f"/batches/{batch['id']}/validation")
    assert found["n_rows"] == 400
    assert {change["name"] for change in found["changes"]} >= {"log_loss", "accuracy"}
    assert deployed.call("DELETE", f"/batches/{batch['id']}")[0] == 204


def trained_again_when_due(deployed: Deployment, job_id: str) -> None:
    """What EventBridge Scheduler calls begins a training of the model on the newest file of that name."""
    account = deployed.account
    fresh = ready_dataset(deployed)
    schedule = {"cron": "0 3 * * 1", "filename": "shop.csv", "promote": "better"}
    status, monitor = deployed.call("PUT", f"/jobs/{job_id}/monitor", {"schedule": schedule})
    assert status == 200, monitor
    dynamodb, table = account.client("dynamodb"), "automl-lite-dev-monitors"
    item = dynamodb.get_item(TableName=table, Key={"id": {"S": job_id}})["Item"]
    # Nobody waits for Monday: an hour ago it was due.
    due = utcnow() - timedelta(hours=1)
    doc = json.loads(item["doc"]["S"]) | {"next_at": to_plain(due)}
    item |= {"doc": {"S": json.dumps(doc)}, "waiting_since": {"S": moment(due, job_id)}}
    dynamodb.put_item(TableName=table, Item=item)

    account.batch.runs = False
    target = account.client("scheduler").get_schedule(Name="automl-lite-dev-due")["Target"]
    functions = account.client("lambda")
    try:
        for _ in range(2):  # the second finds that it is done
            answer = functions.invoke(FunctionName=target["Arn"], Payload=target["Input"].encode())
            assert "FunctionError" not in answer, answer["Payload"].read()
    finally:
        account.batch.runs = True
    again = [job for job in deployed.get("/jobs")["items"] if job["id"] != job_id]
    assert [(job["dataset_id"], job["status"]) for job in again] == [(fresh, "pending")]
    assert deployed.get(f"/jobs/{again[0]['id']}")["champion_id"] == job_id
    assert again[0]["id"] in account.batch.submissions[-1]["containerOverrides"]["environment"][0]["value"]
    told = deployed.get(f"/jobs/{job_id}/monitor")
    assert (told["last_job_id"], told["last_note"]) == (again[0]["id"], "Training started on shop.csv.")
    deployed.post(f"/jobs/{again[0]['id']}/cancel")
    assert deployed.call("DELETE", f"/jobs/{again[0]['id']}?delete_data=true")[0] == 204


def test_nobody_comes_in_without_a_token_of_the_issuer(deployed: Deployment):
    issuer = deployed.account.issuer
    refused = {
        "none": "",
        "nonsense": "a.b.c",
        "another key": issuer.token(forged=True),
        "another audience": issuer.token(aud="somebody-else"),
        "another issuer": issuer.token(iss="http://127.0.0.1:9"),
        "out of date": issuer.token(exp=int(time.time()) - 1),
    }
    assert {why: deployed.call("GET", "/jobs", token=token)[0] for why, token in refused.items()} == dict.fromkeys(
        refused, 401
    )
    assert deployed.call("GET", "/jobs")[0] == 200


def test_users_see_their_own_records_only(deployed: Deployment):
    ben = deployed.account.issuer.token("ben")
    request = {"filename": "t.csv", "content_type": "text/csv", "size_bytes": 8}
    dataset_id = deployed.post("/upload", request)["dataset_id"]
    assert deployed.call("GET", f"/datasets/{dataset_id}")[0] == 200
    assert deployed.call("GET", f"/datasets/{dataset_id}", token=ben)[0] == 404
    assert deployed.call("DELETE", f"/datasets/{dataset_id}", token=ben)[0] == 404
    assert deployed.call("GET", "/datasets", token=ben)[1]["items"] == []
    assert [item["id"] for item in deployed.get("/datasets")["items"]] == [dataset_id]
    assert deployed.call("DELETE", f"/datasets/{dataset_id}")[0] == 204


def test_upload_links_take_what_they_were_made_for_and_nothing_else(deployed: Deployment):
    data = b"a,y\n1,2\n"
    begun = deployed.post("/upload", {"filename": "t.csv", "content_type": "text/csv", "size_bytes": len(data)})
    url, headers = begun["upload_url"], begun["headers"]
    assert send("PUT", url, data + b"3,4\n", headers)[0] == 403  # too large
    assert send("PUT", url, data, {"Content-Type": "text/html"})[0] == 403
    assert send("PUT", url.replace("/raw?", "/table.parquet?"), data, headers)[0] == 403
    assert send("GET", url, None, {})[0] == 403
    signature = url.partition("X-Amz-Signature=")[2].partition("&")[0]
    assert send("PUT", url.replace(signature, "0" * len(signature)), data, headers)[0] == 403
    assert send("PUT", url, data, headers)[0] == 200


def test_links_expire(deployed: Deployment, monkeypatch: pytest.MonkeyPatch):
    from automl_lite.blobs import Download, open_blobs

    for name, value in deployed.account.batch.aws.items():
        monkeypatch.setenv(name, value)
    blobs = open_blobs(f"s3://{deployed.outputs['data_bucket']}")
    blobs.put("jobs/x/f", b"content")
    download, until = Download(filename="f"), utcnow() + timedelta(seconds=3)
    put = blobs.put_link("jobs/x/p", expires_at=until, max_bytes=1, content_type="", name="p", size_bytes=1)
    get = blobs.get_link("jobs/x/f", expires_at=until, download=download)
    assert send("GET", get.url, None, {}) == (200, b"content")
    time.sleep(4.1)  # S3 counts whole seconds
    assert send("GET", get.url, None, {})[0] == 403
    assert send("PUT", put.url, b"1", dict(put.headers))[0] == 403
    blobs.delete_all("jobs/x/")


def test_files_without_a_size_get_no_link(deployed: Deployment):
    status, answer = deployed.call("POST", "/upload", {"filename": "t.csv"})
    assert (status, answer["code"]) == (422, "size-needed")


def deliver(deployed: Deployment, batch_job: dict[str, Any]) -> list[str]:
    """Do what EventBridge does with Batch's event: nobody but AWS may put events of ``aws.batch`` on a bus.

    The rules that match are the emulator's to tell; each of their targets is called. Return the names of the rules.
    """
    event = {
        "id": "1",
        "version": "0",
        "account": "000000000000",
        "source": "aws.batch",
        "detail-type": "Batch Job State Change",
        "time": "2026-01-01T00:00:00Z",
        "region": "eu-central-1",
        "resources": [batch_job["jobArn"]],
        "detail": batch_job,
    }
    events, functions = deployed.account.client("events"), deployed.account.client("lambda")
    matching = []
    for rule in events.list_rules()["Rules"]:
        pattern = rule.get("EventPattern")
        if pattern and events.test_event_pattern(EventPattern=pattern, Event=json.dumps(event))["Result"]:
            matching.append(rule["Name"])
            for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
                answer = functions.invoke(FunctionName=target["Arn"], Payload=json.dumps(event).encode())
                assert "FunctionError" not in answer, answer["Payload"].read()
    return matching


def test_a_killed_worker_ends_its_job_through_the_event_bus(deployed: Deployment):
    batch = deployed.account.batch
    told: list[dict[str, Any]] = []
    batch.on_change = told.append
    dataset_id = ready_dataset(deployed)
    job_id = train(deployed, dataset_id, budget_s=120)
    batch_id = next(j["jobId"] for j in batch.jobs.values() if job_id in j["jobName"])
    wait_for(lambda: _when(deployed.get(f"/jobs/{job_id}"), "running"))
    os.kill(batch.processes[batch_id].pid, signal.SIGKILL)
    wait_for(lambda: told)
    assert deliver(deployed, told[0]) == ["automl-lite-dev-failed"]
    job = wait_for(lambda: _when(deployed.get(f"/jobs/{job_id}"), "failed", "completed"))
    assert (job["status"], job["error"]["code"]) == ("failed", "worker-died")
    assert "status 137" in job["error"]["message"]
    assert deployed.call("DELETE", f"/jobs/{job_id}?delete_data=true")[0] == 204


def test_a_cancelled_job_leaves_the_queue(deployed: Deployment):
    batch = deployed.account.batch
    batch.runs = False
    try:
        dataset_id = ready_dataset(deployed)
        job_id = train(deployed, dataset_id)
        batch_job = next(j for j in batch.jobs.values() if job_id in j["jobName"])
        assert deployed.post(f"/jobs/{job_id}/cancel")["status"] == "cancelled"
        assert batch_job["status"] == "FAILED"
        assert deployed.call("DELETE", f"/jobs/{job_id}?delete_data=true")[0] == 204
    finally:
        batch.runs = True


def test_destroy_leaves_nothing(deployed: Deployment):
    assert deployed.created > 50
    told = deployed.terraform("destroy", "-auto-approve", "-no-color", "-refresh=false", "-parallelism=30")
    assert f"{deployed.created} destroyed" in told
    assert deployed.terraform("state", "list") == ""
    account = deployed.account
    left = {
        "buckets": account.client("s3").list_buckets(Prefix="automl-lite")["Buckets"],
        "tables": [t for t in account.client("dynamodb").list_tables()["TableNames"] if t.startswith("automl-lite")],
        "functions": account.client("lambda").list_functions()["Functions"],
        "apis": account.client("apigatewayv2").get_apis()["Items"],
        "rules": account.client("events").list_rules()["Rules"],
        "schedules": account.client("scheduler").list_schedules()["Schedules"],
        "roles": [r for r in account.client("iam").list_roles()["Roles"] if "automl-lite" in r["RoleName"]],
        "queues": account.client("batch").describe_job_queues()["jobQueues"],
        "logs": account.client("logs").describe_log_groups(logGroupNamePrefix="/automl-lite")["logGroups"],
    }
    assert {name: found for name, found in left.items() if found} == {}
