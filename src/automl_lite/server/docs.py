"""The API's documentation, offline: Swagger UI from a package, without inline scripts."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

router = APIRouter(include_in_schema=False)

_FILES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>AutoML Lite API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="ui"></div>
<script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body></html>
"""
_START = (
    'SwaggerUIBundle({url: "openapi.json", dom_id: "#ui", deepLinking: true, tryItOutEnabled: true, '
    "validatorUrl: null, syntaxHighlight: {activate: false}});\n"
)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
)


@router.get("/openapi.json")
def document(request: Request) -> Response:
    """Return the OpenAPI 3.1 document."""
    return Response(orjson.dumps(request.app.openapi()), media_type="application/json")


@router.get("/docs")
def page() -> Response:
    """Show the documentation."""
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})


@router.get("/docs/start.js")
def start() -> Response:
    """Return the script that starts Swagger UI."""
    return Response(_START, media_type="text/javascript")


@router.get("/docs/{name}")
def file(name: str) -> Response:
    """Return a file of Swagger UI."""
    spec = find_spec("fastapi_offline")
    if name not in _FILES or spec is None or spec.origin is None:
        return Response(status_code=404)
    path = Path(spec.origin).parent / "static" / name
    return FileResponse(path, media_type=_FILES[name], headers={"Cache-Control": "public, max-age=86400"})
