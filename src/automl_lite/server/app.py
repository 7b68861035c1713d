"""The application: the API under /api, the web app at /, around one set of services."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from automl_lite.server import openapi
from automl_lite.server.assembly import assemble
from automl_lite.server.batches.router import router as batches_router
from automl_lite.server.blobs.router import router as blobs_router
from automl_lite.server.datasets.router import router as datasets_router
from automl_lite.server.docs import router as docs_router
from automl_lite.server.jobs.router import router as jobs_router
from automl_lite.server.middleware import Guard
from automl_lite.server.monitors.router import router as monitors_router
from automl_lite.server.predict.direct import Direct
from automl_lite.server.predict.router import router as predict_router
from automl_lite.server.samples.router import router as samples_router
from automl_lite.server.system.router import router as system_router
from automl_lite.server.training.router import router as training_router
from automl_lite.server.uploads.router import router as uploads_router
from automl_lite.server.web import web_routes
from automl_lite.settings import Settings
from automl_lite.wiring import Services

# Order is speed: routes are matched one after the other, so the hot path comes first.
ROUTERS = (
    predict_router,
    system_router,
    jobs_router,
    batches_router,
    monitors_router,
    datasets_router,
    training_router,
    uploads_router,
    blobs_router,
    samples_router,
    docs_router,
)


def create_api() -> FastAPI:
    """Build the API alone; ``app.state.services`` must be set before the first request."""
    api = assemble(ROUTERS)
    api.openapi = lambda: openapi.complete(api)  # type: ignore[method-assign]
    return api


def create_app(settings: Settings, open_services: Callable[[Settings], Services]) -> Guard:
    """Build the whole server. Services open when it starts and close when it stops."""
    api = create_api()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        services = open_services(settings)
        api.state.services = services
        try:
            services.start()
            yield
        finally:
            services.close()

    root = Starlette(routes=[Mount("/api", api), *web_routes()], lifespan=lifespan)
    return Guard(Direct(root, api), settings, api.state.metrics)
