"""Data sets: confirm, list, look at, change types, delete."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from automl_lite.domain.datasets import DatasetState
from automl_lite.domain.errors import (
    AutoMLLiteError,
    BadCursor,
    Busy,
    DatasetInUse,
    DatasetNotFound,
    DatasetNotReady,
    StateError,
    TooLarge,
    UploadMissing,
)
from automl_lite.errors import UnknownColumn, UnknownTarget
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
from automl_lite.server.deps import CallerDep, DatasetId, ServicesDep
from automl_lite.server.errors import responses
from automl_lite.server.schemas import ColumnName

router = APIRouter(prefix="/datasets", tags=["datasets"])

_LATER = {202: {"model": DatasetDetail, "description": "Still being read; ask GET /datasets/{id} again."}}


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
    responses={**_LATER, **responses(DatasetNotFound, UploadMissing, StateError, TooLarge, Busy, AutoMLLiteError)},
    operation_id="confirmDataset",
)
def confirm_dataset(
    dataset_id: DatasetId,
    services: ServicesDep,
    caller: CallerDep,
    response: Response,
    body: ConfirmIn | None = None,
) -> DatasetDetail:
    """Read the uploaded file: types, statistics, warnings, rejected rows, problem type for each column.

    A file that cannot be read is answered with 422, its reason and what to do about it.
    """
    dataset = services.datasets.confirm(caller, str(dataset_id), kinds=dict(body.kinds) if body else {})
    if dataset.state is DatasetState.ANALYSING:
        response.status_code = 202
    return views.detail(dataset, services.datasets.reading(dataset))


@router.get("/{dataset_id}", responses=responses(DatasetNotFound), operation_id="getDataset")
def get_dataset(dataset_id: DatasetId, services: ServicesDep, caller: CallerDep) -> DatasetDetail:
    """Everything known about a data set: columns with statistics and histograms, notices, rejected rows."""
    dataset = services.datasets.get(caller, str(dataset_id))
    return views.detail(dataset, services.datasets.reading(dataset))


@router.patch(
    "/{dataset_id}",
    responses={**_LATER, **responses(DatasetNotFound, StateError, UnknownColumn, Busy, AutoMLLiteError)},
    operation_id="overrideTypes",
)
def override_types(
    dataset_id: DatasetId, body: DatasetPatch, services: ServicesDep, caller: CallerDep, response: Response
) -> DatasetDetail:
    """Force the types of columns; the file is read again with them."""
    dataset = services.datasets.override(caller, str(dataset_id), kinds=dict(body.kinds))
    if dataset.state is DatasetState.ANALYSING:
        response.status_code = 202
    return views.detail(dataset, services.datasets.reading(dataset))


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
def check_target(
    dataset_id: DatasetId,
    services: ServicesDep,
    caller: CallerDep,
    column: Annotated[ColumnName, Query(description="The column to predict.")],
) -> TargetOut:
    """What predicting a column would mean: problem type and reason, classes, leaks and other warnings."""
    return TargetOut.model_validate(services.datasets.target(caller, str(dataset_id), column))
