"""From the domain's jobs to the API's JSON."""

from __future__ import annotations

from automl_lite.domain.jobs import Job, JobState
from automl_lite.domain.records import to_plain, utcnow
from automl_lite.server.deps import Links
from automl_lite.server.jobs.schemas import (
    ArtifactOut,
    ConfigOut,
    CurveOut,
    JobDetail,
    JobOut,
    LeaderboardOut,
    ProgressOut,
    ScoreOut,
    SplitOut,
    StageOut,
)
from automl_lite.server.schemas import FailureOut
from automl_lite.server.training.schemas import CostOut
from automl_lite.services.jobs import FileLinks, Jobs

# The stages of a training in their order, with the words that people see.
STAGES = {
    "read": "Read the table",
    "profile": "Look at the columns",
    "prepare": "Prepare the columns",
    "search": "Search models",
    "blend": "Blend the best",
    "evaluate": "Test on held-out rows",
    "explain": "Explain the model",
    "export": "Write the ONNX file",
    "report": "Write the reports",
}
_URLS = {
    "onnx_model_download_url": "model.onnx",
    "model_download_url": "model.pkl",
    "metadata_download_url": "metadata.json",
    "evaluation_download_url": "evaluation.json",
    "leaderboard_download_url": "leaderboard.json",
    "predict_script_download_url": "predict.py",
    "eda_report_download_url": "eda.html",
    "training_report_download_url": "report.html",
    "log_download_url": "log.txt",
}
_VIEWS = {"eda_report_view_url": "eda.html", "training_report_view_url": "report.html"}


def etag(job: Job, bucket: int) -> str:
    """Return the tag of a job's JSON: it changes with every write and when links are renewed."""
    return f'"{job.version}-{bucket}"'


def item(job: Job) -> JobOut:
    """Return a job as lists show it."""
    return JobOut.model_validate(_common(job))


def detail(job: Job, jobs: Jobs, links: Links) -> JobDetail:
    """Return everything about a job."""
    config, files = jobs.config(job), jobs.files(job)
    result = job.result
    return JobDetail.model_validate(
        {
            **_common(job),
            "notes": job.detail.notes,
            "config": ConfigOut.model_validate(
                {
                    **to_plain(config),
                    "time_budget": config.budget_s,
                    "problem_type": config.task or None,
                    "split": SplitOut.model_validate(config.split),
                }
            ),
            "cost": CostOut.model_validate(jobs.cost(job)),
            "stages": stages(job),
            "leaderboard": [LeaderboardOut.model_validate(row) for row in job.detail.leaderboard],
            "curve": [CurveOut.model_validate(point) for point in job.detail.curve],
            "how_tested": result.how if result else "",
            "n_train_rows": result.n_train_rows if result else 0,
            "n_test_rows": result.n_test_rows if result else 0,
            "champion_id": job.champion_id or None,
            "promote": job.promote,
            "duel": to_plain(job.duel),
            "artifacts": [artifact(file, links) for file in files],
            "links_expire_at": jobs.links_expire_at(),
            **_file_urls(files, links),
        }
    )


def stages(job: Job) -> list[StageOut]:
    """Return every stage: done, running, failed where the job ended in it, or waiting."""
    runs = {run.name: run for run in job.detail.stages}
    shown = []
    for name, label in STAGES.items():
        run = runs.get(name)
        if run is None and job.state is JobState.COMPLETED:
            continue  # this training had no such stage
        if run is None:
            status = "waiting"
        elif run.seconds is not None or job.state is JobState.COMPLETED:
            status = "done"
        else:
            status = "failed" if job.state.is_over else "running"
        seconds = run.seconds if run else None
        shown.append(
            StageOut.model_validate(
                {
                    "name": name,
                    "label": label,
                    "status": status,
                    "started_s": run.started_s if run else None,
                    "seconds": seconds,
                }
            )
        )
    return shown


def _common(job: Job) -> dict[str, object]:
    result = job.result
    until = job.finished_at or (utcnow() if job.state is JobState.RUNNING else None)
    return {
        "id": job.id,
        "name": job.name,
        "status": job.state.value,
        "dataset_id": job.dataset_id,
        "dataset_name": job.dataset_name,
        "target_column": job.target,
        "problem_type": job.task or None,
        "metric": job.metric,
        "budget_s": job.budget_s,
        "estimated_time": job.estimated_s,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "duration_s": (until - job.started_at).total_seconds() if until and job.started_at else None,
        "attempt": job.attempt,
        "cancel_requested": job.cancel.value,
        "progress": ProgressOut.model_validate(job.progress),
        "model_type": result.model if result else "",
        "score": ScoreOut(
            metric=result.metric,
            label=result.metric_label,
            value=result.value,
            low=result.low,
            high=result.high,
            baseline=result.baseline,
            linear=result.linear,
            greater_is_better=result.greater_is_better,
        )
        if result
        else None,
        "verdict": result.verdict if result else "",
        "model_bytes": result.model_bytes if result else 0,
        "portable": result.portable if result else True,
        "error": FailureOut.model_validate(job.error) if job.error else None,
        "tags": list(job.tags),
        "deployed": job.deployed_at is not None,
        "deployed_at": job.deployed_at,
        "cloned_from": job.cloned_from or None,
    }


def artifact(file: FileLinks, links: Links) -> ArtifactOut:
    """Return a file with its links."""
    return ArtifactOut(
        name=file.artifact.name,
        label=file.label,
        filename=file.filename,
        content_type=file.artifact.content_type,
        size_bytes=file.artifact.size_bytes,
        url=links.absolute(file.url),
        view_url=links.absolute(file.view_url) if file.view_url else None,
    )


def _file_urls(files: list[FileLinks], links: Links) -> dict[str, str | None]:
    by_name = {file.artifact.name: file for file in files}
    urls: dict[str, str | None] = {}
    for field, name in _URLS.items():
        urls[field] = links.absolute(by_name[name].url) if name in by_name else None
    for field, name in _VIEWS.items():
        urls[field] = links.absolute(by_name[name].view_url) if name in by_name else None
    return urls
