"""The sample tables."""

from __future__ import annotations

from fastapi import APIRouter

from automl_lite.domain.errors import SampleNotFound
from automl_lite.server.datasets import views
from automl_lite.server.datasets.schemas import DatasetOut
from automl_lite.server.deps import CallerDep, ServicesDep
from automl_lite.server.errors import responses
from automl_lite.server.samples.schemas import SampleOut, SamplesOut

router = APIRouter(prefix="/samples", tags=["samples"])


@router.get("", responses=responses(), operation_id="listSamples")
def list_samples(services: ServicesDep, caller: CallerDep) -> SamplesOut:
    """List the sample tables."""
    return SamplesOut(items=[SampleOut.model_validate(sample) for sample in services.samples.all()])


@router.post("/{name}", status_code=201, responses=responses(SampleNotFound), operation_id="useSample")
def use_sample(name: str, services: ServicesDep, caller: CallerDep) -> DatasetOut:
    """Make a data set of a sample; confirm it like an upload."""
    return views.item(services.samples.use(caller, name))
