"""Routers become an application that answers errors in the one shape; ``app`` has all of them."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI

from automl_lite.server import errors
from automl_lite.server.metrics import Metrics


def assemble(routers: Sequence[APIRouter]) -> FastAPI:
    """Build an application of ``routers``; ``app.state.services`` must be set before the first request."""
    api = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    api.state.metrics = Metrics()
    for router in routers:
        api.include_router(router)
    api.state.routes = [route for router in routers for route in router.routes]
    errors.install(api)
    return api
