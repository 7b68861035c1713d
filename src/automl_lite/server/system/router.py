"""Health, metrics and what this server is."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

import automl_lite
from automl_lite.server.deps import CallerDep, ServicesDep
from automl_lite.server.errors import responses
from automl_lite.server.system.schemas import HealthOut, ReadyOut, SystemOut

router = APIRouter(tags=["system"])
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/health", responses=responses(), operation_id="health")
async def health() -> HealthOut:
    """Tell that the process lives; touches neither store nor disk."""
    return HealthOut(status="ok", version=automl_lite.__version__)


@router.get(
    "/health/ready",
    responses={**responses(), 503: {"model": ReadyOut, "description": "Not ready."}},
    operation_id="ready",
)
def ready(services: ServicesDep, response: Response) -> ReadyOut:
    """Tell whether store, blobs and runner answer."""
    checks = services.system.checks()
    ok = all(value == "ok" for value in checks.values())
    response.status_code = 200 if ok else 503
    return ReadyOut(status="ready" if ok else "not-ready", checks=checks)


@router.get(
    "/metrics",
    responses={
        **responses(),
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus text format."},
    },
    response_class=Response,
    operation_id="metrics",
)
def metrics(request: Request, services: ServicesDep) -> Response:
    """Give Prometheus requests, latencies, jobs and batches by state, queue ages, rows answered and the model cache."""
    text = request.app.state.metrics.render(services)
    return Response(text, media_type=METRICS_TYPE)


@router.get("/system", responses=responses(), operation_id="system")
def system(services: ServicesDep, caller: CallerDep) -> SystemOut:
    """Version, machine, limits and how many jobs there are."""
    return SystemOut.model_validate(services.system.describe(caller))
