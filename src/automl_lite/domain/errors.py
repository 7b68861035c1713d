"""What can go wrong between people, records and ports; only the server knows which HTTP status each one gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from automl_lite.errors import AutoMLLiteError, closest_hint, shorten


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why something failed, kept in its record in the one shape that every surface shows."""

    code: str
    message: str
    hint: str = ""

    @classmethod
    def of(cls, err: AutoMLLiteError) -> Failure:
        """Keep what an expected error says."""
        return cls(code=err.code, message=err.message, hint=err.hint)


class NotFound(AutoMLLiteError):
    """A record or file was named that does not exist, or belongs to somebody else."""

    code = "not-found"


class NoSuchPath(NotFound):
    """Nothing is at this path of the server."""

    code = "no-such-path"

    def __init__(self, path: str) -> None:
        super().__init__(f"Nothing is at {shorten(path)!r}.", hint="See /api/docs for the paths of the API.")


class DatasetNotFound(NotFound):
    """No data set has this id."""

    code = "dataset-not-found"

    def __init__(self, dataset_id: str) -> None:
        super().__init__(f"There is no data set {shorten(dataset_id)}.", hint="List them with GET /datasets.")


class JobNotFound(NotFound):
    """No job has this id."""

    code = "job-not-found"

    def __init__(self, job_id: str) -> None:
        super().__init__(f"There is no job {shorten(job_id)}.", hint="List them with GET /jobs.")


class BatchNotFound(NotFound):
    """No batch has this id."""

    code = "batch-not-found"

    def __init__(self, batch_id: str) -> None:
        super().__init__(f"There is no batch {shorten(batch_id)}.", hint="List them with GET /batches.")


class AlertNotFound(NotFound):
    """No alert has this id."""

    code = "alert-not-found"

    def __init__(self, alert_id: str) -> None:
        super().__init__(f"There is no alert {shorten(alert_id)}.", hint="List them with GET /alerts.")


class MonitorNotFound(NotFound):
    """Nobody has set up how this model is watched."""

    code = "monitor-not-found"

    def __init__(self, job_id: str) -> None:
        super().__init__(f"Job {shorten(job_id)} has no monitor.", hint="Set one up: PUT /jobs/{id}/monitor.")


class ArtifactNotFound(NotFound):
    """The job has no such file (yet)."""

    code = "artifact-not-found"

    def __init__(self, name: str, job_id: str) -> None:
        super().__init__(
            f"Job {shorten(job_id)} has no file {shorten(name)!r}.",
            hint="Files exist once the job has completed; GET /jobs/{id} lists them under artifacts.",
        )


class PageUnavailable(NotFound):
    """The installation has no template for pages with a model inside."""

    code = "page-unavailable"

    def __init__(self) -> None:
        super().__init__(
            "This installation does not hold the web app, which pages with a model inside are made of.",
            hint="Install a released wheel, or run make web in a checkout and start the server again.",
        )


class SampleNotFound(NotFound):
    """No sample table has this name."""

    code = "sample-not-found"

    def __init__(self, name: str, names: Sequence[str]) -> None:
        super().__init__(f"There is no sample {shorten(name)!r}.", hint=closest_hint(name, names))


class BlobNotFound(NotFound):
    """The blob store has no such key."""

    code = "blob-not-found"

    def __init__(self, key: str) -> None:
        super().__init__(f"There is no stored file {shorten(key)!r}.", hint="It may have been deleted with its job.")
        self.key = key


class RecordExists(AutoMLLiteError):
    """A record with this id is already stored."""

    code = "record-exists"

    def __init__(self, record_id: str) -> None:
        super().__init__(f"{shorten(record_id)} is already stored.", hint="Use a new id.")


class StaleRecord(AutoMLLiteError):
    """The record was changed by somebody else since it was read."""

    code = "stale-record"

    def __init__(self, record_id: str) -> None:
        super().__init__(f"{shorten(record_id)} was changed meanwhile.", hint="Read it again and repeat the change.")


class LeaseLost(AutoMLLiteError):
    """A worker's claim on a job is over: it was cancelled, timed out or given to another worker."""

    code = "lease-lost"

    def __init__(self, job_id: str) -> None:
        super().__init__(f"The claim on job {shorten(job_id)} is over.", hint="Stop working on it; write nothing more.")


class StateError(AutoMLLiteError):
    """The record's state does not allow this."""

    code = "wrong-state"


class DatasetNotReady(StateError):
    """The data set has not been read (successfully) yet."""

    code = "dataset-not-ready"

    def __init__(self, dataset_id: str, state: str) -> None:
        hints = {
            "waiting": "PUT the file to its upload_url, then POST /datasets/{id}/confirm.",
            "analysing": "It is being read; ask GET /datasets/{id} again in a moment.",
            "rejected": "It could not be read; GET /datasets/{id} says why. Upload a corrected file.",
        }
        super().__init__(f"Data set {shorten(dataset_id)} is {state}.", hint=hints.get(state, ""))


class DatasetInUse(StateError):
    """A data set cannot be changed or deleted while jobs need it."""

    code = "dataset-in-use"

    def __init__(self, dataset_id: str, n_jobs: int) -> None:
        jobs = "1 job uses it" if n_jobs == 1 else f"{n_jobs} jobs use it"
        super().__init__(
            f"Data set {shorten(dataset_id)} cannot be removed: {jobs}.", hint="Delete or finish those jobs first."
        )


class UploadMissing(StateError):
    """The data set was confirmed before its bytes arrived."""

    code = "upload-missing"

    def __init__(self, dataset_id: str, arrived: str = "nothing") -> None:
        super().__init__(
            f"The file of data set {shorten(dataset_id)} has not arrived: {arrived} was uploaded so far.",
            hint="PUT all bytes to the upload_url (or to every part), then confirm again.",
        )


class JobStateError(StateError):
    """A job cannot go from its state to the one asked for."""

    code = "job-state"

    def __init__(self, job_id: str, state: str, wanted: str) -> None:
        super().__init__(
            f"Job {shorten(job_id)} is {state}; it cannot be {wanted}.",
            hint="GET /jobs/{id} shows its state; only failed and cancelled jobs can be retried.",
        )


class BatchStateError(JobStateError):
    """A batch cannot go from its state to the one asked for."""

    code = "batch-state"

    def __init__(self, batch_id: str, state: str, wanted: str) -> None:
        StateError.__init__(
            self,
            f"Batch {shorten(batch_id)} is {state}; it cannot be {wanted}.",
            hint="GET /batches/{id} shows its state; only failed and cancelled batches can be retried.",
        )


class NoSuchResult(StateError):
    """Something was asked of a batch that it does not have: it is not over, failed or is of the other kind."""

    code = "no-such-result"

    def __init__(self, batch_id: str, state: str, what: str) -> None:
        super().__init__(
            f"Batch {shorten(batch_id)} ({state}) has no {what}.",
            hint="GET /batches/{id} shows its state, its kind and the files that it left.",
        )


class NotDeployed(StateError):
    """Predictions were asked from a model that is not deployed."""

    code = "not-deployed"

    def __init__(self, job_id: str) -> None:
        super().__init__(
            f"The model of job {shorten(job_id)} is not deployed.",
            hint='Deploy it: POST /jobs/{id}/deploy with {"deploy": true}.',
        )


class NotTrained(StateError):
    """A model was asked for that does not exist (yet)."""

    code = "not-trained"

    def __init__(self, job_id: str, state: str) -> None:
        super().__init__(
            f"Job {shorten(job_id)} is {state} and has no model.", hint="Wait until GET /jobs/{id} says completed."
        )


class NoPortableModel(StateError):
    """A run by another engine has no model file, so nothing here can answer with it."""

    code = "no-portable-model"

    def __init__(self, engine: str = "another engine") -> None:
        super().__init__(
            f"This run was made by {engine}, as a second opinion: it has no model.onnx, so it cannot predict here.",
            hint="Train with the engine portfolio for a model to use. Scores and reports of both can be compared.",
        )


class InvalidRequest(AutoMLLiteError):
    """The request does not have the documented form."""

    code = "invalid-request"


class BadCursor(InvalidRequest):
    """A ``next_token`` that this server did not hand out."""

    code = "bad-cursor"

    def __init__(self) -> None:
        super().__init__("next_token is not one that this list handed out.", hint="Start again without next_token.")


class InvalidConfig(InvalidRequest):
    """A training setting is empty, out of range or contradicts another."""

    code = "invalid-config"


class WebhookRefused(InvalidRequest):
    """A webhook's URL is none that this server may call."""

    code = "webhook-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The webhook cannot be called: {reason}.",
            hint="Give a public https:// URL, or have its host named in AUTOML_LITE_WEBHOOK_HOSTS.",
        )


class TooLarge(AutoMLLiteError):
    """A body, file or row count above the configured limit."""

    code = "too-large"


class SizeNeeded(InvalidRequest):
    """The blob store cannot take a file whose size is not known beforehand."""

    code = "size-needed"

    def __init__(self) -> None:
        super().__init__(
            "size_bytes is missing: files go to S3 here, which is told the exact size beforehand.",
            hint="Send size_bytes, the number of bytes of the file, with POST /upload.",
        )


class LinkRefused(AutoMLLiteError):
    """A signed URL is wrong, was changed or is used for something else."""

    code = "link-refused"

    def __init__(self, reason: str = "its signature is wrong") -> None:
        super().__init__(f"This link cannot be used: {reason}.", hint="Ask the API for a new link.")


class LinkExpired(LinkRefused):
    """A signed URL after its time."""

    code = "link-expired"

    def __init__(self) -> None:
        super().__init__("it has expired")


class Unauthenticated(AutoMLLiteError):
    """The caller did not say who it is, or not convincingly."""

    code = "unauthenticated"


class NotAllowed(AutoMLLiteError):
    """The caller is known but may not do this."""

    code = "not-allowed"


class HostRefused(NotAllowed):
    """The Host or Origin header names a site that this server does not answer for."""

    code = "host-refused"


class Busy(AutoMLLiteError):
    """Too much is being done already."""

    code = "busy"


class BackendUnavailable(AutoMLLiteError):
    """The store, blob store or runner does not answer."""

    code = "backend-unavailable"

    def __init__(self, what: str) -> None:
        super().__init__(f"The {what} does not answer at the moment.", hint="Try again in a few seconds.")


class UnknownScheme(AutoMLLiteError):
    """A settings URL names an adapter that does not exist."""

    code = "unknown-scheme"

    def __init__(self, port: str, scheme: str, schemes: Sequence[str]) -> None:
        super().__init__(f"There is no {port} for {shorten(scheme)!r}.", hint=f"Choose one of: {', '.join(schemes)}.")


class UnsafeSetting(AutoMLLiteError):
    """A combination of settings that would expose data."""

    code = "unsafe-setting"


class Told(AutoMLLiteError):
    """An expected error that another process met, told again from the record that kept it."""

    code = "failed"

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message, hint=failure.hint)
        self.failure = failure

    def as_dict(self) -> dict[str, str]:
        """Return the original's code, message and hint."""
        return {"code": self.failure.code, "message": self.message, "hint": self.hint}
