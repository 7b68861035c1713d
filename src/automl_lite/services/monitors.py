"""Monitors: how a deployed model is watched, and when it is trained again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from automl_lite.domain.callers import Caller
from automl_lite.domain.datasets import Dataset, DatasetState
from automl_lite.domain.errors import InvalidConfig, MonitorNotFound, RecordExists, StaleRecord
from automl_lite.domain.monitors import Delivery, Monitor, Schedule
from automl_lite.domain.records import to_plain, utcnow
from automl_lite.errors import AutoMLLiteError
from automl_lite.notify import Notifier
from automl_lite.notify.webhooks import new_secret
from automl_lite.services.alerts import monitor_of
from automl_lite.services.records import change, own_job
from automl_lite.services.retraining import Retraining, RetrainRequest
from automl_lite.store import Store

log = logging.getLogger("automl_lite.monitors")

# The newest data set of a name is looked for among so many.
LOOKED_AT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorChange:
    """What a caller sets; the whole of it, as PUT does."""

    drift: str = "moderate"
    accuracy_drop: float | None = None
    error_share: float | None = None
    worse: bool = True
    log_share: float = 0.0
    log_without: tuple[str, ...] = ()
    webhook_url: str = ""
    new_secret: bool = False
    schedule: Schedule | None = None


class Monitors:
    """How models are watched."""

    def __init__(self, store: Store, notifier: Notifier, retraining: Retraining) -> None:
        self._store = store
        self._notifier = notifier
        self._retraining = retraining

    def get(self, caller: Caller, job_id: str) -> Monitor:
        """Return how a model is watched; the defaults where nobody has set anything up."""
        job = own_job(self._store, caller, job_id)
        return monitor_of(self._store, job.id, job.user_id)

    def put(self, caller: Caller, job_id: str, wanted: MonitorChange) -> tuple[Monitor, str]:
        """Set up how a model is watched; return that, and the webhook's secret if it was made now (else nothing).

        Raises InvalidConfig for a schedule that cannot be read, WebhookRefused for a URL that may not be called.
        """
        job = own_job(self._store, caller, job_id)
        if wanted.webhook_url:
            self._notifier.check(wanted.webhook_url)
        next_at = None if wanted.schedule is None else next_time(wanted.schedule.cron, utcnow())
        made = ""

        def edit(monitor: Monitor) -> Monitor:
            nonlocal made
            secret = monitor.webhook_secret if wanted.webhook_url else ""
            made = new_secret() if wanted.webhook_url and (wanted.new_secret or not secret) else ""
            return replace(
                monitor,
                drift=wanted.drift,
                accuracy_drop=wanted.accuracy_drop,
                error_share=wanted.error_share,
                worse=wanted.worse,
                log_share=wanted.log_share,
                log_without=wanted.log_without,
                webhook_url=wanted.webhook_url,
                webhook_secret=made or secret,
                schedule=wanted.schedule,
                next_at=next_at,
            )

        try:
            self._store.monitors.get(job.id)
        except MonitorNotFound:
            try:
                self._store.monitors.add(monitor_of(self._store, job.id, job.user_id))
            except RecordExists:
                log.debug("another request made the monitor first")
        return change(self._store.monitors, job.id, edit), made

    def delete(self, caller: Caller, job_id: str) -> None:
        """Go back to the defaults: no webhook, no schedule."""
        self._store.monitors.delete(own_job(self._store, caller, job_id).id)

    def test(self, caller: Caller, job_id: str) -> Delivery:
        """Send a test webhook. Raises InvalidConfig where none is set up."""
        job = own_job(self._store, caller, job_id)
        monitor = monitor_of(self._store, job.id, job.user_id)
        if not monitor.webhook_url:
            raise InvalidConfig("The model has no webhook.", hint="Set webhook_url with PUT /jobs/{id}/monitor.")
        data = {"job_id": job.id, "model_name": job.name, "message": "This is a test."}
        payload = {"type": "test", "timestamp": to_plain(utcnow()), "data": data}
        return self._notifier.post(monitor.webhook_url, monitor.webhook_secret, str(uuid4()), payload)

    def run_due(self) -> int:
        """Train again what is due; return how many trainings were started."""
        n_started = 0
        for monitor in self._store.monitors.due(utcnow()):
            schedule = monitor.schedule
            if schedule is None:
                continue
            try:
                # Whoever saves the next time first does the work; the others find the record changed.
                taken = self._store.monitors.save(replace(monitor, next_at=next_time(schedule.cron, utcnow())))
            except (StaleRecord, MonitorNotFound):
                continue
            n_started += self._retrain(taken, schedule)
        return n_started

    def _retrain(self, monitor: Monitor, schedule: Schedule) -> bool:
        caller = Caller(user_id=monitor.user_id)
        now = utcnow()
        try:
            job = own_job(self._store, caller, monitor.id)
            dataset = self._newest(monitor.user_id, schedule.filename)
            known = {monitor.last_dataset_id, job.dataset_id}
            if dataset is None or dataset.id in known:
                said = f"Nothing new is called {schedule.filename!r}."
                self._note(monitor, lambda current: replace(current, last_at=now, last_note=said))
                return False
            request = RetrainRequest(
                job_id=job.id, dataset_id=dataset.id, append=schedule.append, promote=schedule.promote
            )
            started, _ = self._retraining.start(caller, request)
        except AutoMLLiteError as err:
            log.warning("a scheduled training was not started: %s", err.message, extra={"job_id": monitor.id})
            said = f"{err.message} {err.hint}".strip()[:500]
            self._note(monitor, lambda current: replace(current, last_at=now, last_note=said))
            return False
        self._note(
            monitor,
            lambda current: replace(
                current,
                last_at=now,
                last_job_id=started.id,
                last_dataset_id=dataset.id,
                last_note=f"Training started on {dataset.filename}.",
            ),
        )
        return True

    def _note(self, monitor: Monitor, how: Callable[[Monitor], Monitor]) -> None:
        try:
            change(self._store.monitors, monitor.id, how)
        except MonitorNotFound:
            log.info("the monitor was removed meanwhile", extra={"job_id": monitor.id})

    def _newest(self, user_id: str, filename: str) -> Dataset | None:
        page = self._store.datasets.page(user_id, limit=LOOKED_AT, state=DatasetState.READY, text=filename)
        return next((dataset for dataset in page.items if dataset.filename == filename), None)


def next_time(cron: str, after: datetime) -> datetime:
    """Return when ``cron`` (five fields, UTC) is due next after ``after``. Raises InvalidConfig."""
    from cronsim import CronSim, CronSimError

    try:
        if len(cron.split()) != 5:
            raise CronSimError("Wrong number of fields")
        found: datetime = next(CronSim(cron, after))
    except (CronSimError, StopIteration) as err:
        raise InvalidConfig(
            f"{cron!r} is no schedule: {err or 'it never comes'}.",
            hint="Write five fields: minute, hour, day, month, weekday; 0 3 * * 1 is Mondays at 3:00 UTC.",
        ) from err
    return found
