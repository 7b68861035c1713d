"""What holds for every request: who it is addressed to, how large it is, its id, its headers, its line in the log."""

from __future__ import annotations

import logging
import re
import time
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from automl_lite.domain.errors import HostRefused, NoSuchPath, NotAllowed, TooLarge
from automl_lite.errors import AutoMLLiteError
from automl_lite.server.errors import problem, status_of
from automl_lite.server.metrics import Metrics
from automl_lite.settings import Settings

log = logging.getLogger("automl_lite.access")

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_API_POLICY = b"default-src 'none'; frame-ancestors 'none'"
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_UPLOADS = "/api/blobs/"
MAX_HOSTS_KNOWN = 100


class Guard:
    """Wraps the application; pure ASGI, since it stands in the hot path."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        metrics: Metrics,
        *,
        check_hosts: bool = True,
        api_at_root: bool = False,
    ) -> None:
        if settings.cors_origins:
            app = CORSMiddleware(
                app,
                allow_origins=settings.cors_origins,
                allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
                allow_headers=["*"],
                expose_headers=["ETag", "X-Request-ID"],
            )
        self._app = app
        self._metrics = metrics
        self._max_body = settings.max_body_bytes
        self._check_hosts = check_hosts
        self._api = "/" if api_at_root else "/api"
        self._hosts = LOOPBACK | {host.lower() for host in settings.allowed_hosts}
        public = urlsplit(settings.public_url).hostname
        if public:
            self._hosts |= {public}
        self._origins = frozenset(settings.cors_origins)
        self._good_hosts: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        request_id = self._request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        method, path = scope["method"], scope["path"]
        is_api = path.startswith(self._api)
        status = 500
        began = False

        async def sending(message: Message) -> None:
            nonlocal status, began
            if message["type"] == "http.response.start":
                status, began = message["status"], True
                message["headers"] = _completed(message["headers"], request_id, is_api)
            await send(message)

        if method == "HEAD" and is_api and not path.endswith("/events"):
            # The server itself leaves out the body; routes need to know GET only.
            scope["method"] = "GET"
        try:
            if "\n" in path:  # which no route's pattern matches, so that nobody would answer in the one shape
                raise NoSuchPath(path)
            self._check(method, headers)
            limited = self._limited(receive, headers) if not path.startswith(_UPLOADS) else receive
            await self._app(scope, limited, sending)
        except AutoMLLiteError as err:
            response = problem(Request(scope), status_of(err), err.code, err.message, err.hint)
            if not began:
                await response(scope, receive, sending)
        except Exception:
            # Logged where it happened (server/errors.py); here only the answer counts.
            if not began:
                log.exception("unexpected error", extra={"request_id": request_id, "path": path})
                await problem(Request(scope), 500, "internal-error", "Something went wrong in the server.")(
                    scope, receive, sending
                )
        finally:
            seconds = time.perf_counter() - start
            route = getattr(scope.get("route"), "path", "web" if not is_api else "none")
            self._metrics.observe(method, route, status, seconds)
            if log.isEnabledFor(logging.INFO):
                log.info(
                    "request",
                    extra={
                        "request_id": request_id,
                        "method": method,
                        "path": _loggable(path),
                        "status": status,
                        "ms": round(seconds * 1000, 2),
                    },
                )

    @staticmethod
    def _request_id(headers: dict[bytes, bytes]) -> str:
        given = headers.get(b"x-request-id", b"")
        return given.decode() if _REQUEST_ID.fullmatch(given) else token_hex(8)

    def _check(self, method: str, headers: dict[bytes, bytes]) -> None:
        host = headers.get(b"host", b"")
        if self._check_hosts and host not in self._good_hosts:
            self._check_host(host)
        if method not in _SAFE:
            origin = headers.get(b"origin")
            if origin is not None and origin.decode("latin-1") not in self._origins:
                _check_origin(origin, host)

    def _check_host(self, host: bytes) -> None:
        # A page of another site that resolves its name to 127.0.0.1 (DNS rebinding) is recognised by the Host header.
        name = _hostname(host.decode("latin-1"))
        if name not in self._hosts:
            raise HostRefused(
                f"This server does not answer for {name[:80]!r}.",
                hint="Use http://127.0.0.1, or add the name to AUTOML_LITE_ALLOWED_HOSTS.",
            )
        if len(self._good_hosts) < MAX_HOSTS_KNOWN:
            self._good_hosts.add(host)

    def _limited(self, receive: Receive, headers: dict[bytes, bytes]) -> Receive:
        declared = headers.get(b"content-length", b"")
        if declared.isdigit():
            if int(declared) > self._max_body:
                raise self._too_large()
            return receive
        if b"transfer-encoding" not in headers:
            return receive
        size = 0

        async def counting() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._max_body:
                raise self._too_large()
            return message

        return counting

    def _too_large(self) -> TooLarge:
        return TooLarge(
            f"The body is larger than {self._max_body:,} bytes.",
            hint="Files go through POST /upload; send rows in several requests, or raise AUTOML_LITE_MAX_BODY_BYTES.",
        )


def _check_origin(origin: bytes, host: bytes) -> None:
    sender = urlsplit(origin.decode("latin-1"))
    if sender.netloc.lower() != host.decode("latin-1").lower():
        raise NotAllowed(
            "Pages of other sites may not change anything here.",
            hint="Add the site to AUTOML_LITE_CORS_ORIGINS if it is yours.",
        )


def _hostname(host: str) -> str:
    name = host.lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0]


def _completed(headers: Any, request_id: str, is_api: bool) -> list[tuple[bytes, bytes]]:
    given = list(headers)
    names = {name.lower() for name, _ in given}
    given += [(name, value) for name, value in _HEADERS if name not in names]
    if is_api:
        if b"content-security-policy" not in names:
            given.append((b"content-security-policy", _API_POLICY))
        if b"cache-control" not in names:
            given.append((b"cache-control", b"no-store"))
    given.append((b"x-request-id", request_id.encode()))
    return given


def _loggable(path: str) -> str:
    """Leave out the token of signed links: whoever reads the log must not be able to use them."""
    return f"{_UPLOADS}…" if path.startswith(_UPLOADS) else path[:500]
