"""Jobs: list, follow, change, end, deploy, delete."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from fastapi.responses import StreamingResponse

from automl_lite.domain.callers import Caller
from automl_lite.domain.errors import (
    ArtifactNotFound,
    BadCursor,
    InvalidConfig,
    JobNotFound,
    JobStateError,
    NoPortableModel,
    NotTrained,
    PageUnavailable,
)
from automl_lite.domain.jobs import Cancel, JobFilter, JobState
from automl_lite.server.deps import CallerDep, JobId, LinksDep, ServicesDep
from automl_lite.server.errors import responses
from automl_lite.server.jobs import events, page, views
from automl_lite.server.jobs.evaluation import EvaluationOut, MetadataOut
from automl_lite.server.jobs.schemas import (
    ArtifactOut,
    CancelIn,
    DeployIn,
    JobDetail,
    JobPage,
    JobPatch,
    JobStateName,
    LogOut,
    PromoteIn,
)
from automl_lite.wiring import Services

router = APIRouter(prefix="/jobs", tags=["jobs"])

_ETAG: dict[int | str, dict[str, Any]] = {
    304: {"description": "Unchanged since the ETag in If-None-Match.", "content": None},
}


@router.get("", responses=responses(BadCursor), operation_id="listJobs")
def list_jobs(
    services: ServicesDep,
    caller: CallerDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    next_token: Annotated[str | None, Query(max_length=300, description="From the page before.")] = None,
    status: JobStateName | None = None,
    deployed: Annotated[bool | None, Query(description="Only deployed (or undeployed) models.")] = None,
    tag: Annotated[str, Query(max_length=40)] = "",
    dataset_id: Annotated[str, Query(max_length=36)] = "",
    q: Annotated[str, Query(max_length=200, description="Text in name, file, target, model or tags.")] = "",
) -> JobPage:
    """List jobs, newest first. Items are small: notes and leaderboard come with GET /jobs/{id}."""
    state = JobState(status) if status else None
    filters = JobFilter(state=state, deployed=deployed, tag=tag, dataset_id=dataset_id, text=q)
    page = services.jobs.page(caller, filters, limit=limit, cursor=next_token)
    return JobPage(items=[views.item(job) for job in page.items], next_token=page.next_cursor)


@router.get(
    "/{job_id}",
    response_model=JobDetail,
    responses={**_ETAG, **responses(JobNotFound)},
    operation_id="getJob",
)
def get_job(job_id: JobId, request: Request, services: ServicesDep, caller: CallerDep, links: LinksDep) -> Response:
    """Everything about a job, with live progress while it runs. Send If-None-Match to be told of changes only."""
    job = services.jobs.get(caller, str(job_id))
    etag = views.etag(job, services.jobs.links_bucket())
    if etag in [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers={"ETag": etag})
    body = views.detail(job, services.jobs, links)
    return Response(
        body.model_dump_json(), media_type="application/json", headers={"ETag": etag, "Cache-Control": "no-cache"}
    )


@router.patch("/{job_id}", responses=responses(JobNotFound), operation_id="updateJob")
def update_job(job_id: JobId, body: JobPatch, services: ServicesDep, caller: CallerDep, links: LinksDep) -> JobDetail:
    """Change name, tags (at most 10) or notes (at most 1,000 characters)."""
    job = services.jobs.annotate(
        caller,
        str(job_id),
        name=body.name,
        tags=None if body.tags is None else tuple(body.tags),
        notes=body.notes,
    )
    return views.detail(job, services.jobs, links)


@router.delete("/{job_id}", status_code=204, responses=responses(JobNotFound), operation_id="deleteJob")
def delete_job(
    job_id: JobId,
    services: ServicesDep,
    caller: CallerDep,
    delete_data: Annotated[bool, Query(description="Also delete the data set, unless other jobs use it.")] = False,
) -> None:
    """Delete a job and all its files; a running one is cancelled first."""
    services.batches.forget_model(services.jobs.get(caller, str(job_id)))
    services.jobs.delete(caller, str(job_id), delete_data=delete_data)
    services.predictions.forget(str(job_id))


@router.post(
    "/{job_id}/cancel", status_code=202, responses=responses(JobNotFound, JobStateError), operation_id="cancelJob"
)
def cancel_job(
    job_id: JobId,
    services: ServicesDep,
    caller: CallerDep,
    links: LinksDep,
    body: Annotated[CancelIn | None, Body()] = None,
) -> JobDetail:
    """End a job: at once if it waits, softly and then hard if it runs; `keep_best` finishes with the best so far."""
    how = Cancel.STOP if body and body.keep_best else Cancel.CANCEL
    return views.detail(services.jobs.cancel(caller, str(job_id), how), services.jobs, links)


@router.post(
    "/{job_id}/retry", status_code=202, responses=responses(JobNotFound, JobStateError), operation_id="retryJob"
)
def retry_job(job_id: JobId, services: ServicesDep, caller: CallerDep, links: LinksDep) -> JobDetail:
    """Queue a failed or cancelled job again, with the same settings."""
    return views.detail(services.jobs.retry(caller, str(job_id)), services.jobs, links)


@router.post(
    "/{job_id}/deploy", responses=responses(JobNotFound, NotTrained, NoPortableModel), operation_id="deployJob"
)
def deploy_job(job_id: JobId, body: DeployIn, services: ServicesDep, caller: CallerDep, links: LinksDep) -> JobDetail:
    """Make the model answer POST /predict/{job_id}, or stop it."""
    job = services.jobs.deploy(caller, str(job_id), deploy=body.deploy)
    if not body.deploy:
        services.predictions.forget(job.id)
    return views.detail(job, services.jobs, links)


@router.post(
    "/{job_id}/promote",
    responses=responses(JobNotFound, NotTrained, NoPortableModel, InvalidConfig),
    operation_id="promoteJob",
)
def promote_job(job_id: JobId, body: PromoteIn, services: ServicesDep, caller: CallerDep, links: LinksDep) -> JobDetail:
    """Put the model into service in another one's place: this one is deployed, then that one undeployed."""
    job = services.jobs.promote(caller, str(job_id), body.replaces)
    services.predictions.forget(body.replaces)
    return views.detail(job, services.jobs, links)


@router.get(
    "/{job_id}/events",
    response_class=StreamingResponse,
    responses={
        **responses(JobNotFound),
        200: {
            "description": "Server-sent events: `job` carries the JSON of GET /jobs/{id}, `end` closes the stream.",
            "content": {"text/event-stream": {}},
        },
    },
    operation_id="followJob",
)
async def follow_job(
    job_id: JobId, request: Request, services: ServicesDep, caller: CallerDep, links: LinksDep
) -> StreamingResponse:
    """Stream a job's changes until it is over; resumable with Last-Event-ID."""
    stream = await events.open_stream(
        services.jobs,
        caller,
        str(job_id),
        links,
        last_event_id=request.headers.get("last-event-id", ""),
        follow=services.settings.streaming,
    )
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


@router.get("/{job_id}/log", responses=responses(JobNotFound), operation_id="readLog")
def read_log(
    job_id: JobId,
    services: ServicesDep,
    caller: CallerDep,
    offset: Annotated[int, Query(ge=0, le=2**53, description="`next_offset` of the answer before.")] = 0,
) -> LogOut:
    """Read a job's log from an offset on, also while it runs."""
    return LogOut.model_validate(services.jobs.log(caller, str(job_id), offset=offset))


@router.get(
    "/{job_id}/evaluation",
    response_model=EvaluationOut,
    responses={**_ETAG, **responses(JobNotFound, NotTrained, ArtifactNotFound)},
    operation_id="getEvaluation",
)
def get_evaluation(job_id: JobId, request: Request, services: ServicesDep, caller: CallerDep) -> Response:
    """Tell how good the model is on rows that it never saw: metrics with intervals, curves, importance."""
    return _stored_json(services, caller, str(job_id), "evaluation.json", request)


@router.get(
    "/{job_id}/metadata",
    response_model=MetadataOut,
    responses={**_ETAG, **responses(JobNotFound, NotTrained, ArtifactNotFound)},
    operation_id="getMetadata",
)
def get_metadata(job_id: JobId, request: Request, services: ServicesDep, caller: CallerDep) -> Response:
    """Tell how the model was made: what was left out and why, notices, and the capsule that makes it again."""
    return _stored_json(services, caller, str(job_id), "metadata.json", request)


@router.post(
    "/{job_id}/page",
    responses=responses(JobNotFound, NotTrained, NoPortableModel, PageUnavailable),
    operation_id="makePage",
)
def make_page(job_id: JobId, services: ServicesDep, caller: CallerDep, links: LinksDep) -> ArtifactOut:
    """Pack the model, its form and the runtime into one HTML page that answers without a server; link to it."""
    return views.artifact(services.jobs.publish_page(caller, str(job_id), page.make), links)


def _stored_json(services: Services, caller: Caller, job_id: str, name: str, request: Request) -> Response:
    job, body = services.jobs.json_file(caller, job_id, name)
    etag = f'"{job.id[:8]}-{job.attempt}"'
    if etag in [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers={"ETag": etag})
    return Response(body, media_type="application/json", headers={"ETag": etag, "Cache-Control": "no-cache"})
