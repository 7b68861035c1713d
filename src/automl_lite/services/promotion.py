"""Putting a model into service in the place of another one."""

from __future__ import annotations

import logging
from dataclasses import replace

from automl_lite.domain.errors import JobNotFound, MonitorNotFound, RecordExists
from automl_lite.domain.jobs import Job
from automl_lite.domain.monitors import Monitor
from automl_lite.domain.records import utcnow
from automl_lite.services.records import change
from automl_lite.store import Store

log = logging.getLogger("automl_lite.promotion")


def put_in_service(store: Store, winner_id: str, loser_id: str) -> Job:
    """Deploy one model, take the other out of service, and watch the new one as the old one was.

    Raises NotTrained, NoPortableModel, JobNotFound (of the winner; a loser that is gone is no hindrance).
    """

    def deployed(job: Job) -> Job:
        job.check_servable()
        return job if job.deployed_at else replace(job, deployed_at=utcnow())

    # In this order: there is never a moment without a model.
    winner = change(store.jobs, winner_id, deployed)
    try:
        change(store.jobs, loser_id, lambda job: replace(job, deployed_at=None))
        _hand_on_monitor(store, winner, loser_id)
    except JobNotFound:
        log.info("the model to be replaced is gone", extra={"job_id": loser_id})
    return winner


def _hand_on_monitor(store: Store, winner: Job, loser_id: str) -> None:
    try:
        old = store.monitors.get(loser_id)
    except MonitorNotFound:
        return
    heir = replace(old, id=winner.id, created_at=utcnow(), version=0, last_dataset_id=winner.dataset_id)
    try:
        store.monitors.add(heir)
    except RecordExists:
        return  # it is watched in its own way
    change(store.monitors, old.id, _unscheduled)


def _unscheduled(monitor: Monitor) -> Monitor:
    return replace(monitor, schedule=None, next_at=None)
