"""POST /train and the estimate before it."""

from __future__ import annotations

from fastapi import APIRouter

from automl_lite.domain.errors import Busy, DatasetNotFound, DatasetNotReady, InvalidConfig
from automl_lite.domain.jobs import Job
from automl_lite.errors import UnknownColumn, UnknownTarget
from automl_lite.server.deps import CallerDep, ServicesDep
from automl_lite.server.errors import responses
from automl_lite.server.training.schemas import EstimateOut, TrainIn, TrainOut
from automl_lite.services.training import Plan, TrainRequest

router = APIRouter(prefix="/train", tags=["training"])

_ERRORS = responses(DatasetNotFound, DatasetNotReady, UnknownTarget, UnknownColumn, InvalidConfig, Busy)


def _request(body: TrainIn) -> TrainRequest:
    config = body.config
    return TrainRequest(
        dataset_id=str(body.dataset_id),
        target=body.target_column,
        budget_s=config.time_budget,
        metric=config.metric or "",
        task=config.problem_type or "",
        split_by=config.split.by,
        split_column=config.split.column or "",
        test_share=config.split.test_share,
        final_fit=config.final_fit or "",
        drop=tuple(config.drop),
        keep=tuple(config.keep),
        seed=config.seed,
        name=config.name,
        engine=config.engine or "",
        quality=config.quality or "",
        max_models=config.max_models,
        eda=config.eda or "",
        tags=tuple(body.tags),
        cloned_from=str(body.cloned_from) if body.cloned_from else "",
    )


@router.post("", status_code=202, responses=_ERRORS, operation_id="startTraining")
def start_training(body: TrainIn, services: ServicesDep, caller: CallerDep) -> TrainOut:
    """Queue a training; follow it with GET /jobs/{id} or GET /jobs/{id}/events."""
    return started(*services.training.start(caller, _request(body)))


def started(job: Job, plan: Plan) -> TrainOut:
    """Return what was queued and what it will take."""
    return TrainOut.model_validate(
        {
            "job_id": job.id,
            "status": "pending",
            "estimated_time": plan.estimated_s,
            "budget_s": plan.budget_s,
            "budget_reason": plan.budget_reason,
            "task": plan.task,
            "metric": plan.metric,
            "cost": plan.cost,
            "queue_ahead": plan.queue_ahead,
        }
    )


@router.post("/estimate", responses=_ERRORS, operation_id="estimateTraining")
def estimate_training(body: TrainIn, services: ServicesDep, caller: CallerDep) -> EstimateOut:
    """Tell what a training would take in time, memory and money, without starting it."""
    return EstimateOut.model_validate(services.training.plan(caller, _request(body)))
