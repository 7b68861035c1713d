"""Which batches give reason for an alert."""

from __future__ import annotations

import pytest

from automl_lite.domain.batches import BatchResult, DriftSummary, MetricChange
from automl_lite.domain.jobs import JobState
from automl_lite.services.alerts import crossed, raise_alerts
from automl_lite.store.memory import MemoryStore
from tests.records import a_batch, a_monitor
from tests.worker.conftest import Told


def batch(severity="none", accuracy=None, verdict="", **result):
    drift = DriftSummary(severity=severity, verdict="They moved.", accuracy=accuracy)
    metric = MetricChange(name="accuracy", label="Accuracy", before=0.9, now=0.8, verdict=verdict) if verdict else None
    return a_batch(
        state=JobState.COMPLETED,
        result=BatchResult(**{"n_rows": 100, "drift": drift, "metric": metric, "verdict": "v"} | result),
    )


@pytest.mark.parametrize(
    ("given", "monitor", "rules"),
    [
        ({}, {}, []),
        ({"severity": "slight"}, {}, []),
        ({"severity": "moderate"}, {}, ["drift"]),
        ({"severity": "strong"}, {"drift": "strong"}, ["drift"]),
        ({"severity": "moderate"}, {"drift": "strong"}, []),
        ({"severity": "strong"}, {"drift": ""}, []),
        ({"accuracy": 0.8}, {"accuracy_drop": 0.05}, ["accuracy-drop"]),
        ({"accuracy": 0.88}, {"accuracy_drop": 0.05}, []),
        ({"accuracy": 0.1}, {}, []),
        ({"n_errors": 3}, {"error_share": 0.02}, ["error-share"]),
        ({"n_errors": 2}, {"error_share": 0.02}, []),
        ({"verdict": "worse"}, {}, ["worse"]),
        ({"verdict": "worse"}, {"worse": False}, []),
        ({"verdict": "no real difference"}, {}, []),
        ({"severity": "strong", "verdict": "worse"}, {}, ["drift", "worse"]),
    ],
)
def test_thresholds(given, monitor, rules):
    assert [alert.rule for alert in crossed(batch(**given), a_monitor(**monitor), 0.9)] == rules


def test_an_alert_is_raised_and_told_once():
    store, told = MemoryStore(), Told()
    drifted = batch("strong")
    hook = {"webhook_url": "https://a.example/", "webhook_secret": "whsec_AA=="}
    store.monitors.add(a_monitor(id=drifted.job_id, **hook))
    raised = raise_alerts(drifted, store, told, test_accuracy=None)
    assert raise_alerts(drifted, store, told, test_accuracy=None) == []
    assert [(alert.rule, alert.delivery.status) for alert in raised] == [("drift", 204)]
    assert store.alerts.get(raised[0].id) == raised[0]
    assert [event.kind for event in told.events] == ["alert"]
    ((url, secret, message_id, payload),) = told.posts
    assert (url, secret, message_id) == ("https://a.example/", "whsec_AA==", raised[0].id)
    assert payload["data"]["batch_id"] == drifted.id
    assert "user_id" not in payload["data"]


def test_a_model_nobody_set_up_is_watched_by_the_defaults():
    store, told = MemoryStore(), Told()
    assert [a.rule for a in raise_alerts(batch("moderate"), store, told, test_accuracy=None)] == ["drift"]
    assert told.posts == []
