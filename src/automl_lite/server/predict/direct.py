"""The hot path: a row for a deployed model, answered before anything of the application is asked."""

from __future__ import annotations

import re

from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from automl_lite.errors import AutoMLLiteError
from automl_lite.server.errors import expected
from automl_lite.server.predict.router import answered, predict_route

_PATH = re.compile(r"/api/predict/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class Direct:
    """Answers ``POST /api/predict/{id}`` itself and hands everything else on.

    Finding the route, FastAPI's reading of parameters, its exit stacks and response classes take longer than
    everything else but the model (benchmarks/serving.py). They still do their part where there is a query, or an id
    that is not one.
    """

    def __init__(self, app: ASGIApp, api: FastAPI) -> None:
        self._app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        found = None
        if scope["type"] == "http" and scope["method"] == "POST" and not scope["query_string"]:
            found = _PATH.fullmatch(scope["path"])
        if found is None:
            await self._app(scope, receive, send)
            return
        scope["app"], scope["route"] = self._api, predict_route
        request = Request(scope, receive)
        try:
            body = await answered(request, found[1])
        except AutoMLLiteError as error:
            await (await expected(request, error))(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
