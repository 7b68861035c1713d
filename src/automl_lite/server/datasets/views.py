"""From the domain's data sets to the API's JSON."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import Response

from automl_lite.domain.datasets import Dataset, DatasetState
from automl_lite.server.datasets.schemas import DatasetOut
from automl_lite.server.schemas import FailureOut

_EMPTY: dict[str, Any] = {"columns": [], "notices": [], "assumptions": [], "rejects": [], "suggested_target": None}


def item(dataset: Dataset) -> DatasetOut:
    """Return a data set as lists show it."""
    return DatasetOut(
        id=dataset.id,
        filename=dataset.filename,
        status=dataset.state.value,
        created_at=dataset.created_at,
        confirmed_at=dataset.confirmed_at,
        size_bytes=dataset.size_bytes,
        format=dataset.format,
        encoding=dataset.encoding,
        delimiter=dataset.delimiter,
        n_rows=dataset.n_rows,
        n_columns=dataset.n_columns,
        n_rejected=dataset.n_rejected,
        n_notices=dataset.n_notices,
        missing_share=dataset.missing_share,
        source_sha256=dataset.source_sha256,
        sample=dataset.sample,
        error=FailureOut.model_validate(dataset.error) if dataset.error else None,
    )


def detail(dataset: Dataset, cards: bytes) -> Response:
    """Return a data set with its cards, which the reader wrote in the API's form; 202 while it is being read.

    The cards of a table with thousands of columns are megabytes of JSON: they are passed on as they are.
    """
    head = orjson.dumps(item(dataset).model_dump(mode="json"))
    tail = cards if cards != b"{}" else orjson.dumps(_EMPTY)
    status = 202 if dataset.state is DatasetState.ANALYSING else 200
    return Response(head[:-1] + b"," + tail[1:], status, media_type="application/json")
