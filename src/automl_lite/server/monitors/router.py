"""Monitors, alerts and retraining."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from automl_lite.domain.errors import (
    AlertNotFound,
    BadCursor,
    DatasetNotFound,
    DatasetNotReady,
    InvalidConfig,
    InvalidRequest,
    JobNotFound,
    NoPortableModel,
    NotTrained,
    WebhookRefused,
)
from automl_lite.domain.monitors import AlertFilter, Schedule
from automl_lite.errors import UnknownColumn, UnknownTarget
from automl_lite.server.deps import CallerDep, JobId, ServicesDep
from automl_lite.server.errors import responses
from automl_lite.server.monitors.schemas import (
    AlertOut,
    AlertPage,
    DeliveryOut,
    KeptPage,
    MonitorIn,
    MonitorOut,
    RetrainIn,
    monitor_out,
)
from automl_lite.server.schemas import EXAMPLE_ID
from automl_lite.server.training.router import started
from automl_lite.server.training.schemas import TrainOut
from automl_lite.services.jobs import slug
from automl_lite.services.monitors import MonitorChange
from automl_lite.services.retraining import RetrainRequest

router = APIRouter(tags=["monitoring"])

AlertId = Annotated[UUID, Path(description="Id of the alert.", examples=[EXAMPLE_ID])]


@router.get("/jobs/{job_id}/monitor", responses=responses(JobNotFound), operation_id="getMonitor")
def get_monitor(job_id: JobId, services: ServicesDep, caller: CallerDep) -> MonitorOut:
    """Tell how a model is watched; the defaults where nobody has set anything up."""
    return monitor_out(services.monitors.get(caller, str(job_id)))


@router.put(
    "/jobs/{job_id}/monitor", responses=responses(JobNotFound, InvalidConfig, WebhookRefused), operation_id="setMonitor"
)
def set_monitor(job_id: JobId, body: MonitorIn, services: ServicesDep, caller: CallerDep) -> MonitorOut:
    """Set thresholds, webhook and schedule of a model. The webhook's secret is shown once, when it is made."""
    given = body.model_dump(exclude={"schedule"}) | {"log_without": tuple(body.log_without)}
    schedule = Schedule(**body.schedule.model_dump()) if body.schedule else None
    monitor, secret = services.monitors.put(caller, str(job_id), MonitorChange(**given, schedule=schedule))
    return monitor_out(monitor, secret)


@router.delete(
    "/jobs/{job_id}/monitor", status_code=204, responses=responses(JobNotFound), operation_id="deleteMonitor"
)
def delete_monitor(job_id: JobId, services: ServicesDep, caller: CallerDep) -> None:
    """Go back to the defaults: no webhook, no schedule."""
    services.monitors.delete(caller, str(job_id))


@router.post("/jobs/{job_id}/monitor/test", responses=responses(JobNotFound, InvalidConfig), operation_id="testWebhook")
def test_webhook(job_id: JobId, services: ServicesDep, caller: CallerDep) -> DeliveryOut:
    """Send a test through the webhook of a model, and tell how that went."""
    return DeliveryOut.model_validate(services.monitors.test(caller, str(job_id)))


Wanted = Annotated[
    str, Query(max_length=200, description="Only those with a value, or a prediction, that holds this text.")
]


@router.get("/predict/{job_id}/kept", responses=responses(JobNotFound), operation_id="listKeptPredictions")
def list_kept(
    job_id: JobId,
    services: ServicesDep,
    caller: CallerDep,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    q: Wanted = "",
) -> KeptPage:
    """Show the latest single predictions that were kept: those that `log_share` of the monitor asks for."""
    found = services.predictions.kept.latest(caller, str(job_id), limit=limit, text=q)
    return KeptPage.model_validate({"items": found})


@router.get(
    "/predict/{job_id}/kept/export",
    responses={
        **responses(JobNotFound),
        200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "A CSV file."},
    },
    response_class=Response,
    operation_id="exportKeptPredictions",
)
def export_kept(
    job_id: JobId,
    services: ServicesDep,
    caller: CallerDep,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 10_000,
    q: Wanted = "",
) -> Response:
    """Give the latest single predictions that were kept as CSV: time, answer, then a column for each feature."""
    job, text = services.predictions.kept.export(caller, str(job_id), limit=limit, text=q)
    shown = f"attachment; filename=\"predictions.csv\"; filename*=UTF-8''{quote(slug(job.name))}-predictions.csv"
    return Response(text, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": shown})


@router.delete(
    "/predict/{job_id}/kept", status_code=204, responses=responses(JobNotFound), operation_id="deleteKeptPredictions"
)
def delete_kept(job_id: JobId, services: ServicesDep, caller: CallerDep) -> None:
    """Delete every single prediction that was kept."""
    services.predictions.kept.delete(caller, str(job_id))


@router.get("/alerts", responses=responses(BadCursor), operation_id="listAlerts")
def list_alerts(
    services: ServicesDep,
    caller: CallerDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    next_token: Annotated[str | None, Query(max_length=300, description="From the page before.")] = None,
    job_id: Annotated[str, Query(max_length=36, description="Of one model.")] = "",
    is_open: Annotated[bool | None, Query(alias="open", description="Only those nobody has (or has) seen.")] = None,
) -> AlertPage:
    """List alerts, newest first."""
    filters = AlertFilter(job_id=job_id, is_open=is_open)
    page = services.alerts.page(caller, filters, limit=limit, cursor=next_token)
    return AlertPage(items=[AlertOut.model_validate(alert) for alert in page.items], next_token=page.next_cursor)


@router.post("/alerts/{alert_id}/acknowledge", responses=responses(AlertNotFound), operation_id="acknowledgeAlert")
def acknowledge_alert(alert_id: AlertId, services: ServicesDep, caller: CallerDep) -> AlertOut:
    """Note that somebody has seen an alert."""
    return AlertOut.model_validate(services.alerts.acknowledge(caller, str(alert_id)))


@router.post(
    "/jobs/{job_id}/retrain",
    status_code=202,
    responses=responses(
        JobNotFound,
        NotTrained,
        NoPortableModel,
        DatasetNotFound,
        DatasetNotReady,
        InvalidRequest,
        UnknownTarget,
        UnknownColumn,
    ),
    operation_id="retrain",
)
def retrain(job_id: JobId, body: RetrainIn, services: ServicesDep, caller: CallerDep) -> TrainOut:
    """Train again with the settings of a model, on new rows or on more of them.

    When it is done, both models answer the test rows that neither was trained on; `duel` of the new job tells which is
    better, and `promote` what follows from that.
    """
    request = RetrainRequest(
        job_id=str(job_id),
        dataset_id=body.dataset_id,
        append=body.append,
        promote=body.promote,
        budget_s=body.time_budget,
        name=body.name,
    )
    return started(*services.retraining.start(caller, request))
