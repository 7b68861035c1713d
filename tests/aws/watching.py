"""What follows a deployment, walked through in the emulated account: kept predictions, drift, a rival, promotion."""

from __future__ import annotations

from typing import Any

from tests.aws.conftest import Deployment, wait_for
from tests.aws.hooks import Receiver

OVER = ("completed", "failed", "cancelled")


def watched(deployed: Deployment, job_id: str, hook: Receiver) -> None:
    """Set thresholds and a webhook, and have every single prediction kept, without one column."""
    body = {"drift": "moderate", "webhook_url": hook.url, "log_share": 1, "log_without": ["when"]}
    status, monitor = deployed.call("PUT", f"/jobs/{job_id}/monitor", body)
    assert status == 200, monitor
    hook.secret = monitor["webhook_secret"]
    assert deployed.post(f"/jobs/{job_id}/monitor/test")["status"] == 204
    assert [sent["type"] for sent in hook.taken.values()] == ["test"]


def kept(deployed: Deployment, job_id: str) -> None:
    """The latest predictions are there, without what is not to be kept; then they are deleted."""
    items = deployed.get(f"/predict/{job_id}/kept")["items"]
    assert [set(item["features"]) for item in items] == [{"colour", "size"}] * 3
    assert (items[-1]["features"], items[-1]["prediction"]) == ({"colour": "red", "size": 12.5}, "yes")
    assert len(deployed.get(f"/predict/{job_id}/kept?q=RED")["items"]) == 1
    status, table = deployed.call("GET", f"/predict/{job_id}/kept/export")
    assert (status, table.splitlines()[0]) == (
        200,
        b"at,prediction,probability,prediction_low,prediction_high,colour,size",
    )
    assert deployed.call("DELETE", f"/predict/{job_id}/kept")[0] == 204
    assert deployed.get(f"/predict/{job_id}/kept")["items"] == []


def alarmed(deployed: Deployment, job_id: str, batches: list[Any], hook: Receiver) -> None:
    """Every drifted batch has raised an alert, which was told by a webhook that could be verified."""

    def delivered() -> list[Any]:
        items = deployed.get(f"/alerts?job_id={job_id}&open=true")["items"]
        whole = len(items) == len(batches) and all(item["delivery"] for item in items)
        return items if whole else []

    alerts = wait_for(delivered)
    assert {(alert["rule"], alert["severity"]) for alert in alerts} == {("drift", "strong")}
    assert {alert["batch_id"] for alert in alerts} == {batch["id"] for batch in batches}
    assert [alert["delivery"]["status"] for alert in alerts] == [204] * len(alerts)
    told = {name: sent["data"] for name, sent in hook.taken.items() if sent["type"] == "alert"}
    assert {name: data["message"] for name, data in told.items()} == {a["id"]: a["message"] for a in alerts}
    assert hook.refused == 0
    deployed.post(f"/alerts/{alerts[0]['id']}/acknowledge")
    assert len(deployed.get(f"/alerts?job_id={job_id}&open=true")["items"]) == len(alerts) - 1


def drifted(deployed: Deployment, job_id: str, batches: list[Any]) -> None:
    """The timeline has every batch; two of one origin differ from training, but not from each other."""
    timeline = deployed.get(f"/predict/{job_id}/drift")
    assert [point["batch_id"] for point in timeline["points"]] == [batch["id"] for batch in batches]
    assert "size" in [row["column"] for row in timeline["columns"]]
    compared = deployed.get(f"/batches/{batches[0]['id']}/compare?other={batches[1]['id']}")
    assert (compared["a"]["id"], compared["b"]["id"]) == (batches[0]["id"], batches[1]["id"])
    assert compared["severity"] == "none", compared["verdict"]
    assert {column["column"] for column in compared["columns"]} >= {"colour", "size"}


def cancelled(deployed: Deployment, job_id: str, dataset_id: str) -> None:
    """A batch that waits for a container can be cancelled, and started again."""
    batch = deployed.account.batch
    batch.runs = False
    try:
        waiting = deployed.post(f"/predict/{job_id}/validate", {"dataset_id": dataset_id})
        assert waiting["status"] == "pending"
        assert deployed.post(f"/batches/{waiting['id']}/cancel")["status"] == "cancelled"
    finally:
        batch.runs = True
    assert deployed.post(f"/batches/{waiting['id']}/retry")["status"] == "pending"
    ended = finished(deployed, waiting["id"])
    assert ended["status"] == "completed", ended["error"]
    assert deployed.call("DELETE", f"/batches/{waiting['id']}")[0] == 204


def finished(deployed: Deployment, batch_id: str, seconds: float = 120) -> Any:
    """Wait until a batch is over and return it."""

    def over() -> Any:
        found = deployed.get(f"/batches/{batch_id}")
        return found if found["status"] in OVER else None

    return wait_for(over, seconds)


def replaced(deployed: Deployment, job_id: str, old: str, new: str) -> None:
    """Train again on more rows; the rival meets its champion there and on a file; one is promoted, then the other."""
    answer = deployed.post(f"/jobs/{job_id}/retrain", {"dataset_id": new, "append": True})
    rival_id = answer["job_id"]
    rival = deployed.get(f"/jobs/{rival_id}")
    assert (rival["champion_id"], rival["config"]["append_to"]) == (job_id, [old])
    # Needed by two jobs: by the one that was trained on it, and by the one that is.
    status, refused = deployed.call("DELETE", f"/datasets/{old}")
    assert (status, refused["code"]) == (409, "dataset-in-use")
    rival = wait_for(lambda: found if (found := deployed.get(f"/jobs/{rival_id}"))["status"] in OVER else None, 240)
    assert rival["status"] == "completed", rival["error"]
    assert rival["duel"]["champion_id"] == job_id
    assert rival["duel"]["message"]

    duel = deployed.post(f"/predict/{job_id}/validate", {"dataset_id": new, "challenger_id": rival_id})
    duel = finished(deployed, duel["id"])
    assert duel["status"] == "completed", duel["error"]
    found = deployed.get(f"/batches/{duel['id']}/validation")
    assert found["duel"]["comparison"]["verdict"] in ("better", "worse", "no real difference")
    assert duel["result"]["winner"] in ("", job_id, rival_id)

    deployed.post(f"/jobs/{rival_id}/promote", {"replaces": job_id})
    in_service = {item["id"] for item in deployed.get("/jobs?deployed=true")["items"]}
    assert in_service == {rival_id}
    heir = deployed.get(f"/jobs/{rival_id}/monitor")
    assert (heir["drift"], heir["has_secret"], heir["log_share"]) == ("moderate", True, 1)
    deployed.post(f"/jobs/{job_id}/promote", {"replaces": rival_id})
    assert {item["id"] for item in deployed.get("/jobs?deployed=true")["items"]} == {job_id}
    assert deployed.call("DELETE", f"/batches/{duel['id']}")[0] == 204
    assert deployed.call("DELETE", f"/jobs/{rival_id}?delete_data=true")[0] == 204
    assert deployed.call("GET", f"/datasets/{new}")[0] == 404
