"""Predictions: the hot path, kept free of anything that waits."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from automl_lite.domain.errors import InvalidRequest, JobNotFound, NoPortableModel, NotDeployed, NotTrained, TooLarge
from automl_lite.server.deps import CallerDep, JobId, LinksDep, ServicesDep, caller_of, services_of
from automl_lite.server.errors import responses
from automl_lite.server.predict.schemas import ModelInfoOut, PredictIn, PredictionOut, PredictionsOut

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
    return Response(await answered(request, str(job_id), explain=explain), media_type="application/json")


async def answered(request: Request, job_id: str, *, explain: bool = False) -> bytes:
    """Answer the rows in the body of ``request`` as JSON."""
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
)
predict_route = router.routes[-1]


@router.get("/{job_id}/info", responses=responses(JobNotFound, NotTrained, NoPortableModel), operation_id="modelInfo")
def model_info(job_id: JobId, services: ServicesDep, caller: CallerDep, links: LinksDep) -> ModelInfoOut:
    """Everything a form needs: fields with type, range and categories, an example, and the ONNX file's link."""
    info = services.predictions.info(caller, str(job_id))
    return ModelInfoOut.model_validate({**info, "onnx_url": links.absolute(info["onnx_url"])})
