"""Batches: check a file, have it answered, follow, look at, download, compare, delete."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from automl_lite.domain.batches import Batch, BatchFilter, BatchKind
from automl_lite.domain.callers import Caller
from automl_lite.domain.errors import (
    BadCursor,
    BatchNotFound,
    BatchStateError,
    Busy,
    DatasetNotFound,
    DatasetNotReady,
    InvalidRequest,
    JobNotFound,
    NoPortableModel,
    NoSuchResult,
    NotDeployed,
    NotTrained,
    TooLarge,
    UploadMissing,
)
from automl_lite.domain.jobs import JobState
from automl_lite.errors import AutoMLLiteError
from automl_lite.server.batches import views
from automl_lite.server.batches.results import CompareOut, DriftOut, SummaryOut, TimelineOut, ValidationOut
from automl_lite.server.batches.schemas import (
    BatchDetail,
    BatchIn,
    BatchKindName,
    BatchPage,
    BatchStateName,
    CheckIn,
    CheckOut,
    ValidateIn,
)
from automl_lite.server.datasets.waiting import wait_for
from automl_lite.server.deps import CallerDep, JobId, Links, LinksDep, ServicesDep
from automl_lite.server.errors import responses
from automl_lite.server.jobs.schemas import LogOut
from automl_lite.server.schemas import EXAMPLE_ID, Text
from automl_lite.services.batches import NewBatch
from automl_lite.wiring import Services

router = APIRouter(tags=["batches"])

BatchId = Annotated[UUID, Path(description="Id of the batch.", examples=[EXAMPLE_ID])]
Wait = Annotated[
    float, Query(ge=0, le=25, description="Seconds to wait for the end; a batch that is over is answered with 200.")
]
_POLL_S = 0.2
_FILE_ERRORS = (JobNotFound, NotTrained, NoPortableModel, DatasetNotFound, DatasetNotReady, UploadMissing)
_ETAG: dict[int | str, dict[str, Any]] = {
    304: {"description": "Unchanged since the ETag in If-None-Match.", "content": None},
}


def _begun(*errors: type[AutoMLLiteError]) -> dict[int | str, dict[str, Any]]:
    over = {"model": BatchDetail, "description": "It is over already."}
    return {200: over, **responses(*_FILE_ERRORS, *errors)}


@router.post(
    "/predict/{job_id}/batch/check", responses=responses(*_FILE_ERRORS, Busy, AutoMLLiteError), operation_id="checkFile"
)
async def check_file(job_id: JobId, body: CheckIn, services: ServicesDep, caller: CallerDep) -> CheckOut:
    """Compare a file with what the model takes, before anything is scored: names, types, values; with a preview.

    A large file takes a while to read: 503 `busy` says to ask again, the work goes on meanwhile.
    """
    future = await run_in_threadpool(services.batches.check, caller, str(job_id), body.dataset_id)
    found = await wait_for(future, services.settings.confirm_wait_seconds)
    if found is None:
        raise Busy("The file is still being read.", hint="Ask again in a moment.")
    return CheckOut.model_validate(found)


@router.post(
    "/predict/{job_id}/batch",
    status_code=202,
    response_model=BatchDetail,
    responses=_begun(NotDeployed),
    operation_id="startBatch",
)
async def start_batch(
    job_id: JobId, body: BatchIn, services: ServicesDep, caller: CallerDep, links: LinksDep, wait: Wait = 0
) -> Response:
    """Have every row of an uploaded file answered; small files begin at once, others wait in a queue of their own.

    The results keep the file's columns and the order of its rows, and add prediction, probabilities or interval, and
    `_error` for rows that cannot be scored. A file that does not fit the model fails with `rows-do-not-fit-model`.
    """
    wanted = NewBatch(
        job_id=str(job_id), dataset_id=body.dataset_id, name=body.name, allow_problems=body.allow_problems
    )
    return await begin(services, caller, wanted, links, wait)


@router.post(
    "/predict/{job_id}/batch/file",
    status_code=202,
    response_model=BatchDetail,
    responses=_begun(NotDeployed, TooLarge),
    operation_id="startBatchWithFile",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def start_batch_with_file(
    job_id: JobId,
    request: Request,
    services: ServicesDep,
    caller: CallerDep,
    links: LinksDep,
    filename: Annotated[Text, Query(min_length=1, max_length=255, description="What the file is called.")] = "rows",
    kind: BatchKindName = "predict",
    allow_problems: bool = False,
    wait: Wait = 0,
) -> Response:
    """Do the same with the file itself as the body, in any format that is read; with `kind=validate`, measure on it.

    Files above `max_body_bytes` take the way through POST /upload.
    """
    data = await request.body()
    wanted = NewBatch(job_id=str(job_id), dataset_id="", kind=BatchKind(kind), allow_problems=allow_problems)
    batch = await run_in_threadpool(services.batches.start_with, caller, wanted, filename=filename, data=data)
    return await followed(services, caller, batch, links, wait)


@router.post(
    "/predict/{job_id}/validate",
    status_code=202,
    response_model=BatchDetail,
    responses=_begun(),
    operation_id="startValidation",
)
async def start_validation(
    job_id: JobId, body: ValidateIn, services: ServicesDep, caller: CallerDep, links: LinksDep, wait: Wait = 0
) -> Response:
    """Measure a model on a file that holds the true answers, beside its scores at test time; or let two compete.

    The target column must be in the file, under its name. GET /batches/{id}/validation has the outcome.
    """
    wanted = NewBatch(
        job_id=str(job_id),
        dataset_id=body.dataset_id,
        kind=BatchKind.VALIDATE,
        name=body.name,
        allow_problems=body.allow_problems,
        challenger_id=body.challenger_id,
        metric=body.metric,
    )
    return await begin(services, caller, wanted, links, wait)


async def begin(services: Services, caller: Caller, wanted: NewBatch, links: Links, wait: float) -> Response:
    """Start a batch and answer with it."""
    batch = await run_in_threadpool(services.batches.start, caller, wanted)
    return await followed(services, caller, batch, links, wait)


async def followed(services: Services, caller: Caller, batch: Batch, links: Links, wait: float) -> Response:
    """Answer with a batch after ``wait`` seconds, or when it is over."""
    until = asyncio.get_running_loop().time() + wait
    while not batch.state.is_over and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(_POLL_S)
        batch = await run_in_threadpool(services.batches.get, caller, batch.id)
    body = await run_in_threadpool(views.detail, batch, services.batches, links)
    return Response(body.model_dump_json(), 200 if batch.state.is_over else 202, media_type="application/json")


Limit = Annotated[int, Query(ge=1, le=100)]
NextToken = Annotated[str | None, Query(max_length=300, description="From the page before.")]
Find = Annotated[str, Query(max_length=200, description="Text in the names of batch, file and models.")]
DatasetFilter = Annotated[str, Query(max_length=36)]


@router.get("/predict/{job_id}/batches", responses=responses(JobNotFound, BadCursor), operation_id="listModelBatches")
def list_model_batches(
    job_id: JobId,
    services: ServicesDep,
    caller: CallerDep,
    limit: Limit = 20,
    next_token: NextToken = None,
    status: BatchStateName | None = None,
    kind: BatchKindName | None = None,
    dataset_id: DatasetFilter = "",
    q: Find = "",
) -> BatchPage:
    """List the batches of a model, newest first."""
    filters = _filters(str(job_id), status, kind, dataset_id, q)
    return _page(services, caller, filters, limit, next_token)


@router.get("/batches", responses=responses(BadCursor), operation_id="listBatches")
def list_batches(
    services: ServicesDep,
    caller: CallerDep,
    limit: Limit = 20,
    next_token: NextToken = None,
    job_id: Annotated[str, Query(max_length=36)] = "",
    status: BatchStateName | None = None,
    kind: BatchKindName | None = None,
    dataset_id: DatasetFilter = "",
    q: Find = "",
) -> BatchPage:
    """List all batches, newest first."""
    return _page(services, caller, _filters(job_id, status, kind, dataset_id, q), limit, next_token)


def _filters(job_id: str, status: str | None, kind: str | None, dataset_id: str, q: str) -> BatchFilter:
    return BatchFilter(
        job_id=job_id,
        dataset_id=dataset_id,
        kind=BatchKind(kind) if kind else None,
        state=JobState(status) if status else None,
        text=q,
    )


def _page(services: Services, caller: Caller, filters: BatchFilter, limit: int, next_token: str | None) -> BatchPage:
    page = services.batches.page(caller, filters, limit=limit, cursor=next_token)
    return BatchPage(items=[views.item(batch) for batch in page.items], next_token=page.next_cursor)


@router.get(
    "/batches/{batch_id}",
    response_model=BatchDetail,
    responses={**_ETAG, **responses(BatchNotFound)},
    operation_id="getBatch",
)
def get_batch(
    batch_id: BatchId, request: Request, services: ServicesDep, caller: CallerDep, links: LinksDep
) -> Response:
    """Everything about a batch, with live progress while it runs. Send If-None-Match to be told of changes only."""
    batch = services.batches.get(caller, str(batch_id))
    etag = views.etag(batch, services.jobs.links_bucket())
    if etag in [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers={"ETag": etag})
    return Response(
        views.detail(batch, services.batches, links).model_dump_json(),
        media_type="application/json",
        headers={"ETag": etag, "Cache-Control": "no-cache"},
    )


@router.get(
    "/batches/{batch_id}/summary",
    response_model=SummaryOut,
    responses=responses(BatchNotFound, NoSuchResult),
    operation_id="getBatchSummary",
)
def get_summary(batch_id: BatchId, services: ServicesDep, caller: CallerDep) -> Response:
    """Show the first rows of the results, the answers as distributions, and the rows without an answer."""
    return stored(services.batches.json_file(caller, str(batch_id), "summary.json", "answers"))


@router.get(
    "/batches/{batch_id}/drift",
    response_model=DriftOut,
    responses=responses(BatchNotFound, NoSuchResult),
    operation_id="getBatchDrift",
)
def get_drift(batch_id: BatchId, services: ServicesDep, caller: CallerDep) -> Response:
    """Compare the rows of a batch with those of training, column by column, and estimate the accuracy on them."""
    return stored(services.batches.json_file(caller, str(batch_id), "drift.json", "comparison with training"))


@router.get(
    "/batches/{batch_id}/validation",
    response_model=ValidationOut,
    responses=responses(BatchNotFound, NoSuchResult),
    operation_id="getValidation",
)
def get_validation(batch_id: BatchId, services: ServicesDep, caller: CallerDep) -> Response:
    """Tell how a model did on true answers: metrics, what changed since the test, worst segments, the duel."""
    return stored(services.batches.json_file(caller, str(batch_id), "validation.json", "validation"))


@router.get(
    "/batches/{batch_id}/compare",
    responses=responses(BatchNotFound, NoSuchResult, InvalidRequest),
    operation_id="compareBatches",
)
def compare_batches(
    batch_id: BatchId,
    services: ServicesDep,
    caller: CallerDep,
    other: Annotated[UUID, Query(description="Id of a later batch of the same model.")],
) -> CompareOut:
    """Compare two batches of one model: labels, scores, and every column, by the tests that drift is found with."""
    found = services.batches.compare(caller, str(batch_id), str(other))
    return CompareOut.model_validate({**found, "a": views.item(found["a"]), "b": views.item(found["b"])})


@router.get("/predict/{job_id}/drift", responses=responses(JobNotFound), operation_id="getDrift")
def get_timeline(
    job_id: JobId,
    services: ServicesDep,
    caller: CallerDep,
    limit: Annotated[int, Query(ge=1, le=100, description="So many of the latest batches.")] = 50,
) -> TimelineOut:
    """Show how the batches of a model have drifted from its training, over time and column by column."""
    return TimelineOut.model_validate(services.batches.timeline(caller, str(job_id), limit=limit))


def stored(found: tuple[Batch, bytes]) -> Response:
    """Answer with JSON as a worker wrote it."""
    return Response(found[1], media_type="application/json", headers={"Cache-Control": "private, max-age=60"})


@router.get("/batches/{batch_id}/log", responses=responses(BatchNotFound), operation_id="readBatchLog")
def read_log(
    batch_id: BatchId,
    services: ServicesDep,
    caller: CallerDep,
    offset: Annotated[int, Query(ge=0, le=2**53, description="`next_offset` of the answer before.")] = 0,
) -> LogOut:
    """Read a batch's log from an offset on, also while it runs."""
    return LogOut.model_validate(services.batches.log(caller, str(batch_id), offset=offset))


@router.post(
    "/batches/{batch_id}/cancel",
    status_code=202,
    responses=responses(BatchNotFound, BatchStateError),
    operation_id="cancelBatch",
)
def cancel_batch(batch_id: BatchId, services: ServicesDep, caller: CallerDep, links: LinksDep) -> BatchDetail:
    """End a batch: at once if it waits, between two parts if it runs."""
    return views.detail(services.batches.cancel(caller, str(batch_id)), services.batches, links)


@router.post(
    "/batches/{batch_id}/retry",
    status_code=202,
    responses=responses(BatchNotFound, BatchStateError, *_FILE_ERRORS),
    operation_id="retryBatch",
)
def retry_batch(batch_id: BatchId, services: ServicesDep, caller: CallerDep, links: LinksDep) -> BatchDetail:
    """Queue a failed or cancelled batch again; what had been answered is not answered again."""
    return views.detail(services.batches.retry(caller, str(batch_id)), services.batches, links)


@router.delete("/batches/{batch_id}", status_code=204, responses=responses(BatchNotFound), operation_id="deleteBatch")
def delete_batch(
    batch_id: BatchId,
    services: ServicesDep,
    caller: CallerDep,
    delete_data: Annotated[bool, Query(description="Also delete the file, unless something else uses it.")] = False,
) -> None:
    """Delete a batch and its results; a running one is ended first."""
    services.batches.delete(caller, str(batch_id), delete_data=delete_data)
