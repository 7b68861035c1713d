"""One job from its JobSpec to its outcome in store and blobs; safe to run twice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from automl_lite.blobs import Blobs
from automl_lite.domain.errors import (
    BlobNotFound,
    Failure,
    JobNotFound,
    JobStateError,
    LeaseLost,
)
from automl_lite.domain.jobs import MAX_LEADERBOARD_ROWS, Artifact, Duel, Job, JobState, Result
from automl_lite.domain.records import from_plain, utcnow
from automl_lite.domain.runs import Engines, JobSpec, RunConfig
from automl_lite.errors import AutoMLLiteError
from automl_lite.notify import Event, Notifier
from automl_lite.services.files import target_key, type_of
from automl_lite.services.lanes import ending
from automl_lite.services.promotion import put_in_service
from automl_lite.services.records import change
from automl_lite.store import Store
from automl_lite.worker import retraining, training
from automl_lite.worker.heart import Cancelled, claim
from automl_lite.worker.outcomes import Reasons, at_work, outcome_of
from automl_lite.worker.reporter import Reporter

log = logging.getLogger("automl_lite.worker")

_REASONS = Reasons(
    data_gone=Failure(
        code="dataset-not-found",
        message="The data set of this job is gone.",
        hint="Upload it again and start a new job.",
    ),
    out_of_memory=Failure(
        code="out-of-memory",
        message="The training needed more memory than it may use.",
        hint="Use fewer rows or columns, or raise AUTOML_LITE_JOB_MEMORY_MB.",
    ),
    crashed=Failure(
        code="training-crashed",
        message="The training ended with an unexpected error.",
        hint="The job's log has the details. Retry it; please report it if it happens again.",
    ),
)

_HERE = Engines()

Outcome = Callable[[Job], Job]


def run_job(
    spec: JobSpec,
    store: Store,
    blobs: Blobs,
    notifier: Notifier,
    *,
    leave: Callable[[int], None] | None = None,
    engines: Engines = _HERE,
) -> None:
    """Run one job or batch to its end; every expected or unexpected failure becomes its own, with its reason.

    ``leave`` ends this process, if it is the job's own.
    """
    if spec.kind == "batch":
        from automl_lite.worker.batches import run_batch

        run_batch(spec, store, blobs, notifier, leave=leave)
        return
    try:
        job = claim(spec, store.jobs)
    except (JobNotFound, JobStateError, LeaseLost) as err:
        log.info("nothing to do: %s", err.message, extra={"job_id": spec.job_id})
        return
    with at_work(lambda log_file: Reporter(spec, job, store, blobs, log_file, leave), leave) as (folder, reporter):
        outcome = outcome_of(lambda: _work(spec, job, store, blobs, folder, reporter, engines), reporter, _REASONS)
    _finish(job, outcome, reporter, store, blobs, notifier)


def _work(
    spec: JobSpec, job: Job, store: Store, blobs: Blobs, folder: Path, reporter: Reporter, engines: Engines
) -> Outcome:
    """Train and store the files; return what is to be done with the job's record."""
    out = folder / "run"
    out.mkdir()
    with blobs.open(spec.config_key) as file:
        config = from_plain(RunConfig, orjson.loads(file.read()))
    with blobs.open(f"datasets/{spec.dataset_id}/reading.json") as file:
        reading = orjson.loads(file.read())
    log.info("attempt %d of %r: predict %r from %s", job.attempt, job.name, job.target, job.dataset_name)
    with ExitStack() as stack:
        if config.append_to:
            table, reading = retraining.appended(blobs, config.append_to, spec.dataset_id, folder)
            profile = None
        else:
            table = stack.enter_context(blobs.local(f"datasets/{spec.dataset_id}/table.parquet"))
            profile = _profile(job, blobs)
        test = training.train(
            table, reading, job, config, out,
            profile=profile, progress=reporter, stop=reporter.stop, engines=engines,
        )  # fmt: skip
    reporter.check()
    fight = None
    if job.champion_id:
        fight = retraining.duel(job, (out / "model.onnx").read_bytes(), test, store, blobs)
    return _stored(out, job, blobs, reporter, fight)


def _profile(job: Job, blobs: Blobs) -> dict[str, Any] | None:
    """Return what the check of the target found out about all columns, so that it need not be measured again."""
    try:
        with blobs.open(f"datasets/{job.dataset_id}/{target_key(job.target)}") as file:
            profile: dict[str, Any] | None = orjson.loads(file.read())["profile"]
    except BlobNotFound:
        return None
    return profile


def _stored(out: Path, job: Job, blobs: Blobs, reporter: Reporter, fight: Duel | None) -> Outcome:
    result = training.result_of(out)
    board = training.leaderboard_of(out)[:MAX_LEADERBOARD_ROWS]
    for artifact in result.artifacts:
        if reporter.lost:
            raise Cancelled
        blobs.place(job.key(artifact.name), out / artifact.name)
    log.info("completed: %s", result.verdict or result.model)

    def complete(current: Job) -> Job:
        done = current.completed(result, now=utcnow())
        return replace(done, duel=fight, detail=replace(done.detail, leaderboard=board or done.detail.leaderboard))

    return complete


def _finish(job: Job, outcome: Outcome, reporter: Reporter, store: Store, blobs: Blobs, notifier: Notifier) -> None:
    def finish(current: Job) -> Job:
        ended = outcome(reporter.filled(current.held_by(reporter.token)))
        return ended if ended.result is None else replace(ended, result=_with_log(ended.result, job, blobs))

    try:
        ended = change(store.jobs, job.id, finish)
    except JobNotFound:
        blobs.delete_all(job.key(""))
        return
    except LeaseLost:
        log.info("the outcome is not wanted any more", extra={"job_id": job.id})
        return
    notifier.send(ending(ended))
    if ended.state is JobState.COMPLETED and ended.duel is not None:
        _promote(ended, ended.duel, store, notifier)


def _promote(job: Job, fight: Duel, store: Store, notifier: Notifier) -> None:
    """Put the new model into service if its rule says so."""
    if job.promote != "always" and not (job.promote == "better" and fight.verdict == "better"):
        return
    if fight.verdict != "better":
        found = fight.message.removesuffix("; the champion stays.").rstrip(".")
        fight = replace(fight, message=f"{found}; promoted in any case, as was asked for.")
    try:
        put_in_service(store, job.id, job.champion_id)
        change(store.jobs, job.id, lambda current: replace(current, duel=replace(fight, promoted=True)))
    except AutoMLLiteError as err:
        log.warning("the model was not put into service: %s", err.message, extra={"job_id": job.id})
        return
    notifier.send(Event(kind="model-promoted", user_id=job.user_id, job_id=job.id, title=job.name, text=fight.message))


def _with_log(result: Result, job: Job, blobs: Blobs) -> Result:
    try:
        size = blobs.info(job.key("log.txt")).size_bytes
    except BlobNotFound:
        return result
    entry = Artifact(name="log.txt", content_type=type_of("log.txt"), size_bytes=size)
    return replace(result, artifacts=(*(a for a in result.artifacts if a.name != "log.txt"), entry))
