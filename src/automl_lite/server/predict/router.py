"""Predictions: the hot path, kept free of anything that waits."""

from __future__ import annotations

import re
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from automl_lite.domain.errors import InvalidRequest, JobNotFound, NoPortableModel, NotDeployed, NotTrained, TooLarge
from automl_lite.server.deps import CallerDep, JobId, LinksDep, ServicesDep, caller_of, services_of
from automl_lite.server.errors import responses
from automl_lite.server.predict.schemas import ModelInfoOut, PredictIn, PredictionOut, PredictionsOut

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class PredictRoute(APIRoute):
    """Answers at once where an id is all there is to read from the request.

    FastAPI's own reading of parameters, its exit stacks and response classes take about as long as everything else
    but the model (benchmarks/serving.py); they still do so where there is a query or an id that is not one.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. Errors go up to the application's handlers."""
        job_id = scope["path_params"]["job_id"]
        if scope["method"] != "POST" or scope["query_string"] or not _UUID.fullmatch(job_id):
            await super().handle(scope, receive, send)
            return
        body = await _answered(Request(scope, receive), job_id)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


router = APIRouter(prefix="/predict", tags=["predictions"])

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PredictIn"}}},
    }
}
BODY_MODEL = PredictIn
# Up to so many rows, or so many seconds, are answered on the event loop: a hop to a thread costs more than a few
# rows (benchmarks/serving.py), and nobody waits long for so little.
INLINE_ROWS = 8
INLINE_S = 0.002


async def predict(
    job_id: JobId,
    request: Request,
    explain: Annotated[bool, Query(description="Add each feature's contribution.")] = False,
) -> Response:
    """Answer one row (`features`) or several (`rows`) with the deployed model.

    Missing values and nulls are answered; unseen categories and values outside the training range are answered
    with a warning; a value of the wrong type is refused, naming the field and what is expected.
    """
    return Response(await _answered(request, str(job_id), explain=explain), media_type="application/json")


async def _answered(request: Request, job_id: str, *, explain: bool = False) -> bytes:
    # Not as dependencies: resolving those costs as much as everything else around the model.
    services = services_of(request)
    caller = caller_of(request, services)
    payload = services.predictions.parse(await request.body())
    model = services.predictions.cached(caller, job_id)
    if model is None:
        model = await run_in_threadpool(services.predictions.load, caller, job_id)
    if explain or (payload.n_rows > INLINE_ROWS and payload.n_rows * model.row_s > INLINE_S):
        answer = await run_in_threadpool(services.predictions.answer, model, payload, explain=explain)
    else:
        answer = services.predictions.answer(model, payload)
    return orjson.dumps(answer)


router.add_api_route(
    "/{job_id}",
    predict,
    methods=["POST"],
    response_model=PredictionOut | PredictionsOut,
    responses=responses(JobNotFound, NoPortableModel, NotDeployed, NotTrained, TooLarge, InvalidRequest),
    openapi_extra=_BODY,
    operation_id="predict",
    route_class_override=PredictRoute,
)


@router.get("/{job_id}/info", responses=responses(JobNotFound, NotTrained, NoPortableModel), operation_id="modelInfo")
def model_info(job_id: JobId, services: ServicesDep, caller: CallerDep, links: LinksDep) -> ModelInfoOut:
    """Everything a form needs: fields with type, range and categories, an example, and the ONNX file's link."""
    info = services.predictions.info(caller, str(job_id))
    return ModelInfoOut.model_validate({**info, "onnx_url": links.absolute(info["onnx_url"])})
