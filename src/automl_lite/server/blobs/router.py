"""Signed links: PUT bytes in, GET files out, without credentials, until they expire."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from automl_lite.domain.errors import BlobNotFound, LinkExpired, LinkRefused, TooLarge
from automl_lite.server.blobs.serving import receive, send
from automl_lite.server.deps import ServicesDep
from automl_lite.server.errors import responses
from automl_lite.server.uploads.schemas import ReceivedOut

router = APIRouter(prefix="/blobs", tags=["uploads"])

_BYTES = {"type": "string", "format": "binary"}
_FILE = {"description": "The file; ranges are supported.", "content": {"application/octet-stream": {"schema": _BYTES}}}


@router.put(
    "/{token}/{filename}",
    responses=responses(LinkRefused, LinkExpired, TooLarge),
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": _BYTES}}}},
    operation_id="putBlob",
)
async def put_blob(token: str, filename: str, request: Request, services: ServicesDep) -> ReceivedOut:
    """Receive a file (or one part of it) through the link that POST /upload gave; streamed to disk."""
    return await receive(services.blobs, token, request)


@router.get(
    "/{token}/{filename}",
    response_class=Response,
    responses={**responses(LinkRefused, LinkExpired, BlobNotFound), 200: _FILE, 206: _FILE},
    operation_id="getBlob",
)
@router.head("/{token}/{filename}", include_in_schema=False)
async def get_blob(token: str, filename: str, request: Request, services: ServicesDep) -> Response:
    """Download a file through a link that the API gave. HTML is shown in a sandbox."""
    return await send(services.blobs, token, request)
