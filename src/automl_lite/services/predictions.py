"""Predictions: deployed models stay loaded, and no store is asked while they answer."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from automl_lite.blobs import Blobs
from automl_lite.domain.callers import Caller
from automl_lite.domain.errors import BlobNotFound, InvalidRequest, JobNotFound, NotDeployed, NotTrained, TooLarge
from automl_lite.domain.jobs import Job
from automl_lite.errors import AutoMLLiteError
from automl_lite.services.jobs import Jobs
from automl_lite.services.prediction_log import PredictionLog, Sampling
from automl_lite.services.records import own_job
from automl_lite.store import Store

MODEL = "model.onnx"
# Explaining a row asks the model about thousands of others.
MAX_EXPLAINED_ROWS = 20
EXPLANATION_SOURCE = "Štrumbelj & Kononenko 2014, doi:10.1007/s10115-013-0679-x"


class Answer(Protocol):
    """What ``inference.Answer`` gives."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""


class Model(Protocol):
    """What ``inference.Predictor`` gives."""

    def answer(self, row: Any, *, explain: bool = False) -> Answer:
        """Answer one row."""

    def answers(self, rows: Any) -> Sequence[Answer]:
        """Answer several rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Rows to answer; ``single`` if the caller sent one as ``features``."""

    rows: list[Any]
    single: bool

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(self.rows)


@dataclass(slots=True, kw_only=True)
class Loaded:
    """A deployed model in memory.

    ``checked_at`` is the monotonic time when its job was last looked at; ``row_s`` the seconds that a row of several
    took it last.
    """

    job_id: str
    user_id: str
    attempt: int
    model_type: str
    model: Model
    size_bytes: int
    checked_at: float
    sampling: Sampling = field(default_factory=Sampling)
    row_s: float = math.inf


class Predictions:
    """Answers of deployed models. Safe to call from threads and from the event loop."""

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        jobs: Jobs,
        load_model: Callable[[bytes], Model],
        kept: PredictionLog,
        *,
        max_rows: int,
        cache_bytes: int,
        fresh_s: float,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._jobs = jobs
        self._load_model = load_model
        self.kept = kept
        self._max_rows = max_rows
        self._cache_bytes = cache_bytes
        self._fresh_s = fresh_s
        self._lock = threading.Lock()
        self._loading: dict[str, threading.Lock] = {}
        self._cache: OrderedDict[str, Loaded] = OrderedDict()
        self._used_bytes = 0
        self.n_answered = 0
        self.n_hits = 0
        self.n_loads = 0

    def parse(self, body: bytes) -> Payload:
        """Read a request body. Raises InvalidRequest naming what is wrong, TooLarge for too many rows."""
        try:
            data = orjson.loads(body)
        except orjson.JSONDecodeError as err:
            raise InvalidRequest(
                "The body is not valid JSON.", hint='Send {"features": {…}} or {"rows": […]}.'
            ) from err
        if not isinstance(data, dict) or ("features" in data) == ("rows" in data) or len(data) != 1:
            raise InvalidRequest(
                "The body must have either features or rows, and nothing else.",
                hint='Send {"features": {"column": value}} for one row or {"rows": [{…}, {…}]} for several.',
            )
        single = "features" in data
        rows = [data["features"]] if single else data["rows"]
        if not isinstance(rows, list) or not rows:
            raise InvalidRequest("rows must be a list of at least one row.", hint='Send {"rows": [{"column": value}]}.')
        if len(rows) > self._max_rows:
            raise TooLarge(
                f"{len(rows):,} rows were sent; one request takes at most {self._max_rows:,}.",
                hint="Send them in several requests.",
            )
        for number, row in enumerate(rows):
            if not isinstance(row, dict):
                where = "features" if single else f"rows.{number}"
                raise InvalidRequest(f"{where} must be an object of column names and values.")
        return Payload(rows=rows, single=single)

    def cached(self, caller: Caller, job_id: str) -> Loaded | None:
        """Return the model if it is loaded and its deployed state was checked within the last moments."""
        loaded = self._cache.get(job_id)
        if loaded is None or time.monotonic() - loaded.checked_at > self._fresh_s:
            return None
        if loaded.user_id != caller.user_id:
            raise JobNotFound(job_id)
        self.n_hits += 1
        return loaded

    def load(self, caller: Caller, job_id: str) -> Loaded:
        """Return the model, looking at its job and loading the file if need be.

        Raises JobNotFound, NotTrained, NoPortableModel, NotDeployed. Callers that come at the same time share one look
        and one load.
        """
        with self._lock:
            gate = self._loading.setdefault(job_id, threading.Lock())
        with gate:
            fresh = self.cached(caller, job_id)
            if fresh is not None:
                return fresh
            try:
                job = own_job(self._store, caller, job_id)
                job.check_servable()
                if job.deployed_at is None:
                    raise NotDeployed(job.id)
            except AutoMLLiteError:
                self.forget(job_id)
                raise
            known = self._cache.get(job_id)
            sampling = self.kept.sampling(job.id)
            if known is not None and known.attempt == job.attempt:
                known.checked_at, known.sampling = time.monotonic(), sampling
                with self._lock:
                    if job_id in self._cache:
                        self._cache.move_to_end(job_id)
                return known
            return self._keep(self._read(job, sampling))

    def answer(self, loaded: Loaded, payload: Payload, *, explain: bool = False) -> dict[str, Any]:
        """Answer rows as the JSON of the API. Raises what the input contract says about wrong values."""
        if explain and payload.n_rows > MAX_EXPLAINED_ROWS:
            raise TooLarge(
                f"{payload.n_rows:,} rows were sent; at most {MAX_EXPLAINED_ROWS} are explained at once.",
                hint="Send fewer rows, or leave out explain.",
            )
        start = time.perf_counter()
        answers = self._answers(loaded.model, payload, explain)
        self.n_answered += len(answers)
        if loaded.sampling.share:
            self.kept.note(loaded.job_id, loaded.sampling, payload.rows, answers)
        seconds = time.perf_counter() - start
        if not payload.single and not explain:
            loaded.row_s = seconds / payload.n_rows
        tail = {
            "inference_time_ms": round(seconds * 1000, 3),
            "model_type": loaded.model_type,
        }
        if payload.single:
            return {"job_id": loaded.job_id, **answers[0], **tail}
        return {"job_id": loaded.job_id, "predictions": answers, **tail}

    def _answers(self, model: Model, payload: Payload, explain: bool) -> list[dict[str, Any]]:
        if not explain and not payload.single:
            return [answer.as_dict() for answer in model.answers(payload.rows)]
        answers = [model.answer(row, explain=explain).as_dict() for row in payload.rows]
        if explain:
            for answer in answers:
                answer["explanation"]["source"] = EXPLANATION_SOURCE
        return answers

    def info(self, caller: Caller, job_id: str) -> dict[str, Any]:
        """Return what a form needs, deployed or not. Raises JobNotFound, NotTrained, NoPortableModel."""
        job = own_job(self._store, caller, job_id)
        job.check_servable()
        contract = self._metadata(job)
        return {
            "job_id": job.id,
            "deployed": job.deployed_at is not None,
            "task": contract["task"],
            "target": contract["target"],
            "classes": contract.get("classes"),
            "positive": contract.get("positive"),
            "threshold": contract.get("threshold"),
            "model_type": job.result.model if job.result else "",
            "inputs": contract["inputs"],
            "ignored": contract.get("ignored", []),
            "example": contract.get("example", {}),
            "interval_level": contract.get("interval_level"),
            "target_range": contract.get("target_range"),
            "unit": contract.get("unit", ""),
            "contract": {
                "outputs": contract["outputs"],
                "class_kind": contract.get("class_kind"),
                "background": contract.get("background", []),
            },
            "onnx_url": self._jobs.onnx_url(job),
            "model_bytes": job.result.model_bytes if job.result else 0,
            "max_rows": self._max_rows,
        }

    def forget(self, job_id: str) -> None:
        """Drop a model that was undeployed or deleted."""
        with self._lock:
            gone = self._cache.pop(job_id, None)
            self._loading.pop(job_id, None)
            if gone is not None:
                self._used_bytes -= gone.size_bytes

    @property
    def usage(self) -> tuple[int, int]:
        """Models in the cache and their bytes."""
        return len(self._cache), self._used_bytes

    def _metadata(self, job: Job) -> Mapping[str, Any]:
        try:
            with self._blobs.open(job.key("metadata.json")) as file:
                metadata: dict[str, Any] = orjson.loads(file.read())
        except BlobNotFound as err:
            raise NotTrained(job.id, job.state) from err
        return metadata

    def _read(self, job: Job, sampling: Sampling) -> Loaded:
        try:
            with self._blobs.open(job.key(MODEL)) as file:
                data = file.read()
        except BlobNotFound as err:
            raise NotTrained(job.id, job.state) from err
        self.n_loads += 1
        return Loaded(
            job_id=job.id,
            user_id=job.user_id,
            attempt=job.attempt,
            model_type=job.result.model if job.result else "",
            model=self._load_model(data),
            # Measured: a session holds the file's content about twice.
            size_bytes=2 * len(data),
            checked_at=time.monotonic(),
            sampling=sampling,
        )

    def _keep(self, loaded: Loaded) -> Loaded:
        with self._lock:
            old = self._cache.pop(loaded.job_id, None)
            self._used_bytes += loaded.size_bytes - (old.size_bytes if old else 0)
            self._cache[loaded.job_id] = loaded
            while self._used_bytes > self._cache_bytes and len(self._cache) > 1:
                _, evicted = self._cache.popitem(last=False)
                self._used_bytes -= evicted.size_bytes
        return loaded
