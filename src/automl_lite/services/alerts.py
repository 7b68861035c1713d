"""Alerts: raised when a finished batch crosses a threshold of its model, told by webhook, listed, acknowledged."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from automl_lite.domain.batches import SEVERITIES, Batch
from automl_lite.domain.callers import Caller
from automl_lite.domain.errors import MonitorNotFound, RecordExists
from automl_lite.domain.monitors import Alert, AlertFilter, Monitor
from automl_lite.domain.pages import Page
from automl_lite.domain.records import to_plain, utcnow
from automl_lite.notify import Event, Notifier
from automl_lite.services.records import change, own_alert, own_job
from automl_lite.store import Store

log = logging.getLogger("automl_lite.alerts")


class Alerts:
    """The alerts of one user or another."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(self, caller: Caller, filters: AlertFilter, *, limit: int, cursor: str | None) -> Page[Alert]:
        """List the caller's alerts, newest first. Raises JobNotFound for a model that is not the caller's."""
        if filters.job_id:
            own_job(self._store, caller, filters.job_id)
        return self._store.alerts.page(caller.user_id, filters, limit=limit, cursor=cursor)

    def acknowledge(self, caller: Caller, alert_id: str) -> Alert:
        """Note that somebody has seen an alert; the first time counts."""
        own_alert(self._store, caller, alert_id)
        return change(self._store.alerts, alert_id, lambda alert: alert.acknowledged(now=utcnow()))


def monitor_of(store: Store, job_id: str, user_id: str) -> Monitor:
    """Return how a model is watched: as set up, else by the defaults."""
    try:
        return store.monitors.get(job_id)
    except MonitorNotFound:
        return Monitor(id=job_id, user_id=user_id, created_at=utcnow())


def raise_alerts(batch: Batch, store: Store, notifier: Notifier, *, test_accuracy: float | None) -> list[Alert]:
    """Raise what a completed batch gives reason for, and tell it; safe to repeat: each alert is raised once.

    ``test_accuracy`` is that of the model at test time, None where it has none.
    """
    monitor = monitor_of(store, batch.job_id, batch.user_id)
    raised = []
    for alert in crossed(batch, monitor, test_accuracy):
        try:
            store.alerts.add(alert)
        except RecordExists:
            continue
        raised.append(_told(alert, monitor, store, notifier))
    return raised


def crossed(batch: Batch, monitor: Monitor, test_accuracy: float | None) -> Iterator[Alert]:
    """Yield an alert for every threshold that a completed batch crossed."""
    result = batch.result
    if result is None:
        return
    drift = result.drift
    if monitor.drift and drift is not None and _rank(drift.severity) >= _rank(monitor.drift):
        yield _alert(batch, "drift", drift.severity, f"{batch.name}: {drift.verdict}")
    expected = drift.accuracy if drift else None
    if monitor.accuracy_drop is not None and expected is not None and test_accuracy is not None:
        drop = test_accuracy - expected
        if drop >= monitor.accuracy_drop:
            yield _alert(
                batch,
                "accuracy-drop",
                "strong",
                f"{batch.name}: accuracy to be expected {expected:.3f}; at test time it was {test_accuracy:.3f}.",
                value=drop,
                threshold=monitor.accuracy_drop,
            )
    n_lines = result.n_rows + result.n_rejected
    share = (result.n_errors + result.n_rejected) / n_lines if n_lines else 0.0
    if monitor.error_share is not None and share > monitor.error_share:
        yield _alert(
            batch,
            "error-share",
            "strong",
            f"{batch.name}: {share:.1%} of its rows could not be answered.",
            value=share,
            threshold=monitor.error_share,
        )
    if monitor.worse and result.metric is not None and result.metric.verdict == "worse":
        yield _alert(batch, "worse", "strong", f"{batch.name}: {result.verdict}", value=result.metric.now)


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity)


def _alert(
    batch: Batch, rule: str, severity: str, message: str, *, value: float | None = None, threshold: float | None = None
) -> Alert:
    return Alert(
        # Of batch and rule: a worker that runs twice raises nothing twice.
        id=str(uuid5(NAMESPACE_URL, f"{batch.id}/{rule}")),
        user_id=batch.user_id,
        created_at=utcnow(),
        job_id=batch.job_id,
        batch_id=batch.id,
        model_name=batch.model_name,
        rule=rule,
        severity=severity,
        message=message[:500],
        value=value,
        threshold=threshold,
    )


def _told(alert: Alert, monitor: Monitor, store: Store, notifier: Notifier) -> Alert:
    notifier.send(
        Event(
            kind="alert",
            user_id=alert.user_id,
            job_id=alert.job_id,
            batch_id=alert.batch_id,
            title=alert.model_name,
            text=alert.message,
        )
    )
    if not monitor.webhook_url:
        return alert
    delivery = notifier.post(monitor.webhook_url, monitor.webhook_secret, alert.id, payload(alert))
    if delivery.error:
        log.warning("an alert's webhook was not delivered: %s", delivery.error, extra={"alert_id": alert.id})
    return change(store.alerts, alert.id, lambda current: replace(current, delivery=delivery))


def payload(alert: Alert) -> dict[str, Any]:
    """Return what a webhook is sent."""
    shown = {name: value for name, value in to_plain(alert).items() if name not in ("user_id", "version", "delivery")}
    return {"type": "alert", "timestamp": shown["created_at"], "data": shown}
