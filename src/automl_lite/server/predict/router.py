"""Predictions: the hot path, kept free of anything that waits."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from automl_lite.domain.errors import InvalidRequest, JobNotFound, NoPortableModel, NotDeployed, NotTrained, TooLarge
from automl_lite.server.deps import CallerDep, JobId, LinksDep, ServicesDep, caller_of, services_of
from automl_lite.server.errors import responses
from automl_lite.server.predict.schemas import ModelInfoOut, PredictIn, PredictionOut, PredictionsOut

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class PredictRoute(APIRoute):
    """Calls its coroutine straight away where an id is all there is to read from the request.

    FastAPI's own reading of parameters takes about as long as everything else but the model (benchmarks/serving.py);
    it still does so where there is a query or an id that is not one.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        read = super().get_route_handler()

        async def handle(request: Request) -> Response:
            job_id = request.path_params["job_id"]
            if request.scope["query_string"] or not _UUID.fullmatch(job_id):
                return await read(request)
            answer: Response = await self.endpoint(UUID(job_id), request)
            return answer

        return handle


router = APIRouter(prefix="/predict", tags=["predictions"])

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PredictIn"}}},
    }
}
BODY_MODEL = PredictIn
# Up to so many rows are answered on the event loop: a hop to a thread costs more (benchmarks/serving.py).
INLINE_ROWS = 8


async def predict(
    job_id: JobId,
    request: Request,
    explain: Annotated[bool, Query(description="Add each feature's contribution.")] = False,
) -> Response:
    """Answer one row (`features`) or several (`rows`) with the deployed model.

    Missing values and nulls are answered; unseen categories and values outside the training range are answered
    with a warning; a value of the wrong type is refused, naming the field and what is expected.
    """
    # Not as dependencies: resolving those costs as much as everything else around the model.
    services = services_of(request)
    caller = caller_of(request, services)
    payload = services.predictions.parse(await request.body())
    model = services.predictions.cached(caller, str(job_id))
    if model is None:
        model = await run_in_threadpool(services.predictions.load, caller, str(job_id))
    if explain or payload.n_rows > INLINE_ROWS:
        answer = await run_in_threadpool(services.predictions.answer, model, payload, explain=explain)
    else:
        answer = services.predictions.answer(model, payload)
    return Response(orjson.dumps(answer), media_type="application/json")


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
