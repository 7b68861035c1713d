"""One table from error class to HTTP status, and one JSON shape for every error (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from automl_lite.domain import errors as e
from automl_lite.errors import AutoMLLiteError, ExtraMissing, UnknownColumn, UnknownTarget, shorten

log = logging.getLogger("automl_lite.server")

# The first match along a class's bases counts; anything expected that is not listed is the caller's data: 422.
STATUS: dict[type[AutoMLLiteError], int] = {
    e.NotFound: 404,
    e.StateError: 409,
    e.RecordExists: 409,
    e.StaleRecord: 409,
    e.LeaseLost: 409,
    e.InvalidRequest: 422,
    e.BadCursor: 422,
    UnknownColumn: 422,
    UnknownTarget: 422,
    e.TooLarge: 413,
    e.LinkRefused: 403,
    e.Unauthenticated: 401,
    e.NotAllowed: 403,
    e.HostRefused: 421,
    e.Busy: 503,
    e.BackendUnavailable: 503,
    ExtraMissing: 501,
    AutoMLLiteError: 422,
}

_HTTP_CODES = {
    400: ("bad-request", "Check the request against the documentation at /api/docs."),
    404: ("no-such-path", "See /api/docs for the paths of the API."),
    405: ("method-not-allowed", "See /api/docs for what this path understands."),
    413: ("too-large", "Send less at once."),
    415: ("unsupported-media-type", "Send JSON with Content-Type: application/json."),
}
MAX_FIELD_PROBLEMS = 20


def status_of(error: AutoMLLiteError | type[AutoMLLiteError]) -> int:
    """Return the HTTP status of an expected error or of its class."""
    cls = error if isinstance(error, type) else type(error)
    return next(STATUS[base] for base in cls.__mro__ if base in STATUS)


def problem(
    request: Request,
    status: int,
    code: str,
    detail: str,
    hint: str = "",
    errors: Sequence[dict[str, str]] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """Build the one error response."""
    body = {
        "type": f"urn:automl-lite:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "hint": hint,
        "errors": list(errors),
        "request_id": getattr(request.state, "request_id", ""),
    }
    if status == 401:
        headers = {"WWW-Authenticate": "Bearer"} | (headers or {})
    return Response(orjson.dumps(body), status, headers, media_type="application/problem+json")


async def expected(request: Request, error: Exception) -> Response:
    """Answer an error of ours."""
    assert isinstance(error, AutoMLLiteError)  # noqa: S101 - registered for this class only
    status = status_of(error)
    if status >= 500:
        log.warning("%s: %s", error.code, error.message, exc_info=error)
    headers = {"Retry-After": "5"} if status == 503 else None
    said = error.as_dict()
    # Wrong values in rows know their column: forms can show the message beside the field.
    column = getattr(error, "column", None)
    fields = [{"field": column, "message": error.message}] if isinstance(column, str) and column else []
    return problem(request, status, said["code"], said["message"], said["hint"], errors=fields, headers=headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    fields = [_field_problem(item) for item in error.errors()[:MAX_FIELD_PROBLEMS]]
    first = fields[0] if fields else {"field": "", "message": "It is not readable."}
    detail = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
    return problem(request, 422, "invalid-request", detail, "See /api/docs for what this request takes.", errors=fields)


def _field_problem(item: dict[str, Any]) -> dict[str, str]:
    where, *path = item["loc"]
    name = ".".join(shorten(str(p)) for p in path if item["type"] != "json_invalid")
    message = "The body is not valid JSON." if item["type"] == "json_invalid" else str(item["msg"])
    given = item.get("input")
    if isinstance(given, str | int | float | bool) and item["type"] not in ("json_invalid", "extra_forbidden"):
        message = f"{message} (given: {shorten(str(given), 60)!r})"
    if item["type"] == "missing" and where == "body" and not path:
        message = "A JSON body is needed."
    return {"field": name, "message": message}


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    if isinstance(error.__cause__, AutoMLLiteError):
        # FastAPI says 400 for whatever ended the reading of a body, also for our own limit.
        return await expected(request, error.__cause__)
    code, hint = _HTTP_CODES.get(error.status_code, ("http-error", ""))
    if error.status_code == 404:
        detail = f"Nothing is at {shorten(request.url.path)}."
    elif error.status_code == 405:
        detail = f"{request.method} is not possible at {shorten(request.url.path)}."
    else:
        detail = HTTPStatus(error.status_code).description or HTTPStatus(error.status_code).phrase
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request))
    return problem(request, error.status_code, code, detail, hint, headers=headers)


def _methods(request: Request) -> list[str]:
    """Return what the path understands; each method is a route of its own, and the first one's answer is not all."""
    found: set[str] = set()
    for route in request.app.state.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            found |= getattr(route, "methods", None) or set()
    return sorted(found)


async def _bug(request: Request, error: Exception) -> Response:
    log.error("unexpected error at %s %s", request.method, request.url.path, exc_info=error)
    return problem(
        request,
        500,
        "internal-error",
        "Something went wrong in the server; it has been logged.",
        "Please report it with the request id.",
    )


def install(app: FastAPI) -> None:
    """Give ``app`` the one error shape for expected errors, bad requests, unknown paths and bugs."""
    app.add_exception_handler(AutoMLLiteError, expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


def responses(*errors: type[AutoMLLiteError]) -> dict[int | str, dict[str, Any]]:
    """Document the errors of a route, grouped by status; every route may also answer with the default problem."""
    by_status: dict[int, list[type[AutoMLLiteError]]] = {}
    for error in (*errors, e.InvalidRequest):
        by_status.setdefault(status_of(error), []).append(error)
    documented: dict[int | str, dict[str, Any]] = {
        status: _documented(" or ".join(f"`{cls.code}`: {_summary(cls)}" for cls in dict.fromkeys(classes)))
        for status, classes in sorted(by_status.items())
    }
    return documented | {"default": _documented("Any other problem.")}


def _summary(cls: type[AutoMLLiteError]) -> str:
    return (cls.__doc__ or "").strip().splitlines()[0]


def _documented(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}
