"""Moving the bytes of signed links between the network and the blob store."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable
from urllib.parse import quote

from fastapi import Request, Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from automl_lite.blobs import Blobs
from automl_lite.blobs.signing import Grant, Signer
from automl_lite.domain.errors import InvalidRequest, LinkRefused, TooLarge
from automl_lite.server.uploads.schemas import ReceivedOut

BUFFER_BYTES = 1 << 20
# Reports carry scripts of their own. In a sandbox without an origin they see neither cookies nor the API.
SANDBOX = (
    "sandbox allow-scripts allow-popups allow-downloads; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; form-action 'none'; base-uri 'none'"
)
NOTHING = "default-src 'none'; sandbox"


@runtime_checkable
class SelfServed(Protocol):
    """A blob store whose links lead to this server."""

    signer: Signer

    def place_part(self, upload_id: str, number: int, file: Path) -> None:
        """Keep an uploaded part."""


def _signer(blobs: Blobs) -> tuple[Signer, SelfServed]:
    if not isinstance(blobs, SelfServed):
        raise LinkRefused("this server's files are stored elsewhere")
    return blobs.signer, blobs


async def receive(blobs: Blobs, token: str, request: Request) -> ReceivedOut:
    """Stream a body to disk and store it. Raises LinkRefused, LinkExpired, TooLarge, InvalidRequest."""
    signer, store = _signer(blobs)
    grant = signer.read(token, "put")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > grant.max_bytes:
        raise _too_large(grant)
    path = await run_in_threadpool(blobs.scratch)
    try:
        size = await _spool(request, path, grant)
        if size < grant.min_bytes:
            raise InvalidRequest(
                f"{size:,} bytes arrived; this part has {grant.min_bytes:,}.", hint="Send the part again, complete."
            )
        if grant.part:
            await run_in_threadpool(store.place_part, grant.upload_id, grant.part, path)
            return ReceivedOut(size_bytes=size, etag=f"{grant.part}-{size}")
        await run_in_threadpool(blobs.place, grant.key, path)
        return ReceivedOut(size_bytes=size, etag=(await run_in_threadpool(blobs.info, grant.key)).etag)
    finally:
        await run_in_threadpool(path.unlink, missing_ok=True)


async def _spool(request: Request, path: Path, grant: Grant) -> int:
    size, buffer = 0, bytearray()
    file: BinaryIO = await run_in_threadpool(path.open, "wb")
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > grant.max_bytes:
                raise _too_large(grant)
            buffer += chunk
            if len(buffer) >= BUFFER_BYTES:
                await run_in_threadpool(file.write, bytes(buffer))
                buffer.clear()
        await run_in_threadpool(file.write, bytes(buffer))
    finally:
        await run_in_threadpool(file.close)
    return size


async def send(blobs: Blobs, token: str, request: Request) -> Response:
    """Send a file, with ranges, ETag and the name that the link carries."""
    signer, _ = _signer(blobs)
    grant = signer.read(token, "get")
    info = await run_in_threadpool(blobs.info, grant.key)
    etag = f'"{info.etag}"'
    html = grant.content_type.startswith("text/html")
    headers = {
        "ETag": etag,
        "Cache-Control": "private, max-age=300",
        "Content-Disposition": _disposition(grant),
        "Content-Security-Policy": SANDBOX if html and grant.inline else NOTHING,
        # A page of this server may show a report in a frame; nobody else may.
        "X-Frame-Options": "SAMEORIGIN",
    }
    if etag in [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    stack = ExitStack()
    path = await run_in_threadpool(stack.enter_context, blobs.local(grant.key))
    return FileResponse(
        path, headers=headers, media_type=grant.content_type or None, background=BackgroundTask(stack.close)
    )


def _disposition(grant: Grant) -> str:
    how = "inline" if grant.inline else "attachment"
    name = grant.filename or "file"
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\;%' else "_" for c in name)
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _too_large(grant: Grant) -> TooLarge:
    return TooLarge(
        f"More than the {grant.max_bytes:,} bytes were sent that this link takes.",
        hint="Declare the right size_bytes with POST /upload, or upload less.",
    )
