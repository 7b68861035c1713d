"""One batch from its JobSpec to its outcome in store and blobs; after a crash it goes on where it was."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from automl_lite.blobs import Blobs
from automl_lite.domain.batches import Batch, BatchKind, BatchResult
from automl_lite.domain.errors import BlobNotFound, Failure, JobStateError, LeaseLost, NotFound
from automl_lite.domain.jobs import Artifact, Job, JobState
from automl_lite.domain.records import utcnow
from automl_lite.domain.runs import JobSpec
from automl_lite.errors import AutoMLLiteError
from automl_lite.notify import Notifier
from automl_lite.services.alerts import raise_alerts
from automl_lite.services.evaluations import accuracy_at_test
from automl_lite.services.files import type_of
from automl_lite.services.lanes import ending
from automl_lite.services.records import change
from automl_lite.store import Store
from automl_lite.worker.heart import Heart, claim
from automl_lite.worker.outcomes import Reasons, at_work, outcome_of

if TYPE_CHECKING:
    from automl_lite.domain.columns import Kind
    from automl_lite.ingest.rows import Rows

log = logging.getLogger("automl_lite.worker")

RAW, MODEL = "raw", "model.onnx"

_REASONS = Reasons(
    data_gone=Failure(
        code="dataset-not-found",
        message="The file or the model of this batch is gone.",
        hint="Upload the file again and start a new batch.",
    ),
    out_of_memory=Failure(
        code="out-of-memory",
        message="The batch needed more memory than it may use.",
        hint="Use fewer columns, or raise AUTOML_LITE_JOB_MEMORY_MB.",
    ),
    crashed=Failure(
        code="batch-crashed",
        message="The batch ended with an unexpected error.",
        hint="Its log has the details. Retry it; please report it if it happens again.",
    ),
)

Outcome = Callable[[Batch], Batch]


def run_batch(
    spec: JobSpec, store: Store, blobs: Blobs, notifier: Notifier, *, leave: Callable[[int], None] | None = None
) -> None:
    """Run one batch to its end; every failure becomes its own, with its reason."""
    try:
        batch = claim(spec, store.batches)
    except (NotFound, JobStateError, LeaseLost) as err:
        log.info("nothing to do: %s", err.message, extra={"batch_id": spec.job_id})
        return
    with at_work(lambda log_file: Heart(spec, batch, store.batches, blobs, log_file, leave), leave) as (folder, heart):
        outcome = outcome_of(lambda: _stored(spec, batch, store, blobs, folder, heart), heart, _REASONS)
    _finish(batch, outcome, heart, store, blobs, notifier)


def _stored(spec: JobSpec, batch: Batch, store: Store, blobs: Blobs, folder: Path, heart: Heart[Batch]) -> Outcome:
    """Do the work and store its files; return what is to be done with the record."""
    out = folder / "out"
    out.mkdir()
    log.info("attempt %d: %s through %s", batch.attempt, batch.dataset_name, batch.model_name)
    heart.tell("read", 0.0, f"Reading {batch.dataset_name}")
    result, files = _work(spec, batch, store, blobs, out, heart)
    heart.check()
    artifacts = []
    for name, file in files.items():
        artifacts.append(Artifact(name=name, content_type=type_of(name), size_bytes=file.stat().st_size))
        blobs.place(batch.key(name), file)
    done = replace(result, artifacts=tuple(artifacts), seconds=round(heart.elapsed_s, 3))
    log.info("completed: %s", result.verdict)
    return lambda current: replace(current.completed(done, now=utcnow()), n_rows=done.n_rows)


def _work(
    spec: JobSpec, batch: Batch, store: Store, blobs: Blobs, out: Path, heart: Heart[Batch]
) -> tuple[BatchResult, dict[str, Path]]:
    from automl_lite.inference import Predictor
    from automl_lite.worker import scoring

    job = store.jobs.get(batch.job_id)
    predictor = Predictor(_model(blobs, job), threads=max(1, spec.threads))
    kinds = scoring.kinds_of(predictor.contract)
    with ExitStack() as stack:
        if batch.kind is BatchKind.VALIDATE:
            from automl_lite.worker import validating

            rival = store.jobs.get(batch.challenger_id) if batch.challenger_id else None
            challenger = Predictor(_model(blobs, rival), threads=max(1, spec.threads)) if rival else None
            kinds = validating.kinds_of_all(predictor, challenger)
            rows = _rows(spec, batch, blobs, kinds, out, stack)
            before = _read(blobs, job.key("evaluation.json"))
            capsules = [_read(blobs, each.key("metadata.json")).get("capsule") or {} for each in (job, rival) if each]
            return validating.run(batch, predictor, challenger, before, capsules, rows, out, heart.tell)
        rows = _rows(spec, batch, blobs, kinds, out, stack)
        key = {"model": blobs.info(job.key(MODEL)).etag, "data": rows.reading.source_sha256}
        scored = scoring.score(batch, predictor, rows, blobs, out, heart.tell, key=key)
    for name, value in (
        ("summary.json", scored.summary),
        ("drift.json", scored.drift.as_dict()),
        ("counts.json", scored.counts),
    ):
        (out / name).write_bytes(orjson.dumps(value))
        scored.files[name] = out / name
    return scored.result, scored.files


def _rows(spec: JobSpec, batch: Batch, blobs: Blobs, kinds: Mapping[str, Kind], out: Path, stack: ExitStack) -> Rows:
    """Return the rows in the types of the model: as they were read when the data set was confirmed, if that is so."""
    from automl_lite.ingest import Reading
    from automl_lite.ingest.rows import RowFile, Rows, fits
    from automl_lite.worker.scoring import READ_MEMORY_BYTES

    prefix = f"datasets/{batch.dataset_id}/"
    try:
        with blobs.open(f"{prefix}reading.json") as file:
            reading = Reading.from_dict(orjson.loads(file.read()))
        if fits(reading, kinds):
            return Rows(stack.enter_context(blobs.local(f"{prefix}table.parquet")), reading)
    except BlobNotFound:
        log.info("the file has not been read before")
    raw = stack.enter_context(blobs.local(prefix + RAW))
    return stack.enter_context(
        RowFile(
            raw,
            kinds,
            filename=batch.dataset_name,
            memory_bytes=READ_MEMORY_BYTES,
            threads=spec.threads or None,
            folder=out,
        )
    )


def _read(blobs: Blobs, key: str) -> dict[str, Any]:
    with blobs.open(key) as file:
        value: dict[str, Any] = orjson.loads(file.read())
    return value


def _model(blobs: Blobs, job: Job) -> bytes:
    with blobs.open(job.key(MODEL)) as file:
        return file.read()


def _finish(
    batch: Batch, outcome: Outcome, heart: Heart[Batch], store: Store, blobs: Blobs, notifier: Notifier
) -> None:
    try:
        ended = change(store.batches, batch.id, lambda current: outcome(heart.filled(current.held_by(heart.token))))
    except NotFound:
        blobs.delete_all(batch.key(""))
        return
    except LeaseLost:
        log.info("the outcome is not wanted any more", extra={"batch_id": batch.id})
        return
    notifier.send(ending(ended))
    if ended.state is JobState.COMPLETED:
        try:
            raise_alerts(ended, store, notifier, test_accuracy=accuracy_at_test(blobs, ended.job_id))
        except AutoMLLiteError as err:
            # The batch is done; what it says about the model is in its files.
            log.warning("alerts could not be raised: %s", err.message, extra={"batch_id": ended.id})
