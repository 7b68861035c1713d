"""What routes ask for: the services, the caller, absolute links."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request

from automl_lite.auth import Credentials
from automl_lite.domain.callers import Caller
from automl_lite.server.schemas import EXAMPLE_DATASET_ID, EXAMPLE_ID
from automl_lite.wiring import Services

# Where everybody is let in, reading headers and cookies would only cost time.
_NOTHING_SAID = Credentials(headers={}, cookies={})


def services_of(request: Request) -> Services:
    """Return the services that the application was started with."""
    services: Services = request.app.state.services
    return services


def caller_of(request: Request, services: Services) -> Caller:
    """Return who calls. Raises Unauthenticated."""
    if not services.auth.protects:
        return services.auth.authenticate(_NOTHING_SAID)
    # Mangum hands the event on beside the request; a server of one's own has none.
    context = request.scope.get("aws.event", {}).get("requestContext") or {}
    return services.auth.authenticate(Credentials(headers=request.headers, cookies=request.cookies, gateway=context))


# Coroutines all three: FastAPI runs plain functions in a thread, and the hop costs more than a prediction.
async def get_services(request: Request) -> Services:
    """Give a route the services."""
    return services_of(request)


ServicesDep = Annotated[Services, Depends(get_services)]


async def get_caller(request: Request, services: ServicesDep) -> Caller:
    """Give a route its caller."""
    return caller_of(request, services)


CallerDep = Annotated[Caller, Depends(get_caller)]
JobId = Annotated[UUID, Path(description="Id of the job.", examples=[EXAMPLE_ID])]
DatasetId = Annotated[UUID, Path(description="Id of the data set.", examples=[EXAMPLE_DATASET_ID])]


class Links:
    """Turns the paths that this server signs for itself into URLs that the caller can use as they are."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")

    def absolute(self, url: str) -> str:
        """Return ``url`` itself if it is absolute (S3), else with this server in front."""
        return f"{self._base}{url}" if url.startswith("/") else url


async def get_links(request: Request, services: ServicesDep) -> Links:
    """Return how this caller reaches this server."""
    return Links(services.settings.public_url or str(request.base_url))


LinksDep = Annotated[Links, Depends(get_links)]
