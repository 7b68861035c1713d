"""Data sets: confirm, list, look at, change types, delete."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from automl_lite.domain.callers import Caller
from automl_lite.domain.datasets import Dataset, DatasetState
from automl_lite.domain.errors import (
    BadCursor,
    Busy,
    DatasetInUse,
    DatasetNotFound,
    DatasetNotReady,
    StateError,
    TooLarge,
    UploadMissing,
)
from automl_lite.errors import AutoMLLiteError, UnknownColumn, UnknownTarget
from automl_lite.server.datasets import views
from automl_lite.server.datasets.schemas import (
    ConfirmIn,
    DatasetDetail,
    DatasetPage,
    DatasetPatch,
    DatasetStateName,
    PreviewOut,
    TargetOut,
)
from automl_lite.server.datasets.waiting import wait_for
from automl_lite.server.deps import CallerDep, DatasetId, ServicesDep
from automl_lite.server.errors import responses
from automl_lite.server.schemas import ColumnName
from automl_lite.wiring import Services

router = APIRouter(prefix="/datasets", tags=["datasets"])

_LATER: dict[int | str, dict[str, Any]] = {
    202: {"model": DatasetDetail, "description": "Still being read; ask GET /datasets/{id} again."}
}


@router.get("", responses=responses(BadCursor), operation_id="listDatasets")
def list_datasets(
    services: ServicesDep,
    caller: CallerDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    next_token: Annotated[str | None, Query(max_length=300, description="From the page before.")] = None,
    status: DatasetStateName | None = None,
    q: Annotated[str, Query(max_length=200, description="Text in the file name.")] = "",
) -> DatasetPage:
    """List data sets, newest first."""
    state = DatasetState(status) if status else None
    page = services.datasets.page(caller, limit=limit, cursor=next_token, state=state, text=q)
    return DatasetPage(items=[views.item(dataset) for dataset in page.items], next_token=page.next_cursor)


@router.post(
    "/{dataset_id}/confirm",
    response_model=DatasetDetail,
    responses={**_LATER, **responses(DatasetNotFound, UploadMissing, StateError, TooLarge, Busy, AutoMLLiteError)},
    operation_id="confirmDataset",
)
async def confirm_dataset(
    dataset_id: DatasetId,
    services: ServicesDep,
    caller: CallerDep,
    body: ConfirmIn | None = None,
) -> Response:
    """Read the uploaded file: types, statistics, warnings, rejected rows, problem type for each column.

    A file that cannot be read is answered with 422, its reason and what to do about it.
    """
    kinds: dict[str, str] = dict(body.kinds) if body else {}
    future = await run_in_threadpool(services.datasets.confirm, caller, str(dataset_id), kinds=kinds)
    return await _read(services, caller, str(dataset_id), future)


async def _read(services: Services, caller: Caller, dataset_id: str, future: Future[Dataset]) -> Response:
    await wait_for(future, services.settings.confirm_wait_seconds)
    return await run_in_threadpool(_detail, services, caller, dataset_id)


def _detail(services: Services, caller: Caller, dataset_id: str) -> Response:
    dataset = services.datasets.get(caller, dataset_id)
    return views.detail(dataset, services.datasets.cards(dataset))


@router.get(
    "/{dataset_id}",
    response_model=DatasetDetail,
    responses={**_LATER, **responses(DatasetNotFound)},
    operation_id="getDataset",
)
def get_dataset(dataset_id: DatasetId, services: ServicesDep, caller: CallerDep) -> Response:
    """Everything known about a data set: columns with statistics and histograms, notices, rejected rows."""
    return _detail(services, caller, str(dataset_id))


@router.patch(
    "/{dataset_id}",
    response_model=DatasetDetail,
    responses={**_LATER, **responses(DatasetNotFound, StateError, UnknownColumn, Busy, AutoMLLiteError)},
    operation_id="overrideTypes",
)
async def override_types(
    dataset_id: DatasetId, body: DatasetPatch, services: ServicesDep, caller: CallerDep
) -> Response:
    """Force the types of columns; the file is read again with them."""
    kinds: dict[str, str] = dict(body.kinds)
    future = await run_in_threadpool(services.datasets.override, caller, str(dataset_id), kinds=kinds)
    return await _read(services, caller, str(dataset_id), future)


@router.delete(
    "/{dataset_id}", status_code=204, responses=responses(DatasetNotFound, DatasetInUse), operation_id="deleteDataset"
)
def delete_dataset(dataset_id: DatasetId, services: ServicesDep, caller: CallerDep) -> None:
    """Delete a data set and all its files; refused while jobs use it."""
    services.datasets.delete(caller, str(dataset_id))


@router.get("/{dataset_id}/preview", responses=responses(DatasetNotFound, DatasetNotReady), operation_id="previewRows")
def preview_rows(
    dataset_id: DatasetId,
    services: ServicesDep,
    caller: CallerDep,
    which: Annotated[Literal["first", "random"], Query(description="The first rows or a random page.")] = "first",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    seed: Annotated[int, Query(ge=0, le=2**31 - 1, description="Another seed, another random page.")] = 0,
) -> PreviewOut:
    """Look at some rows as they were read."""
    rows = services.datasets.preview(caller, str(dataset_id), which=which, limit=limit, seed=seed)
    return PreviewOut.model_validate(rows)


@router.get(
    "/{dataset_id}/target",
    responses=responses(DatasetNotFound, DatasetNotReady, UnknownTarget, Busy),
    operation_id="checkTarget",
)
async def check_target(
    dataset_id: DatasetId,
    services: ServicesDep,
    caller: CallerDep,
    column: Annotated[ColumnName, Query(description="The column to predict.")],
) -> TargetOut:
    """Tell what predicting a column would mean: problem type and reason, classes, leaks, other warnings."""
    future = await run_in_threadpool(services.datasets.target, caller, str(dataset_id), column)
    found = await wait_for(future, services.settings.confirm_wait_seconds)
    if found is None:
        raise Busy("The column is still being looked at.", hint="Ask again in a moment.")
    return TargetOut.model_validate(found)
