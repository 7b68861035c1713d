"""Whether a file fits a model, before anything is scored: as kept, found out here, or by a function elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

import orjson

from automl_lite.blobs import Blobs
from automl_lite.domain.datasets import Dataset
from automl_lite.domain.errors import BlobNotFound, Busy, Failure, Told
from automl_lite.domain.jobs import Job
from automl_lite.domain.records import utcnow
from automl_lite.errors import AutoMLLiteError
from automl_lite.services.analysis import Analyser, AnalysisQueue
from automl_lite.services.uploads import RAW

MODEL = "model.onnx"
# A function that was asked so long ago has answered, or never will.
ASKED_FOR = timedelta(minutes=15)


class FileChecks:
    """Compares files with models, each pair once.

    Where requests are short (Lambda), ``elsewhere`` is given the ids of job and data set if the file is larger than
    ``inline_bytes``; whatever it invokes calls ``carry_out``.
    """

    def __init__(
        self,
        blobs: Blobs,
        analyser: Analyser,
        queue: AnalysisQueue,
        *,
        elsewhere: Callable[[str, str], None] | None = None,
        inline_bytes: int = 0,
    ) -> None:
        self._blobs = blobs
        self._analyser = analyser
        self._queue = queue
        self._elsewhere = elsewhere
        self._inline_bytes = inline_bytes

    def find(self, job: Job, dataset: Dataset) -> Future[dict[str, Any]]:
        """Return what the comparison found, or will find.

        The future raises Told if the file cannot be read. Raises Busy while the work is done elsewhere.
        """
        key = _key(job, dataset)
        kept = self._read(key)
        if kept is not None:
            return self._settled(key, kept)
        if self._elsewhere is None or self._size(dataset) <= self._inline_bytes:
            return self._queue.submit(key, lambda: self._compare(job, dataset, key))
        self._hand_over(job, dataset, key)
        raise Busy("The file is still being read.", hint="Ask again in a moment.")

    def carry_out(self, job: Job, dataset: Dataset) -> None:
        """Compare here and now, and keep what was found, also that the file cannot be read."""
        key = _key(job, dataset)
        try:
            self._compare(job, dataset, key)
        except AutoMLLiteError as err:
            self._blobs.put(key, orjson.dumps({"error": err.as_dict()}))

    def _compare(self, job: Job, dataset: Dataset, key: str) -> dict[str, Any]:
        with self._blobs.local(dataset.key(RAW)) as raw, self._blobs.local(job.key(MODEL)) as model:
            found = self._analyser.run(
                {"task": "check", "raw": str(raw), "filename": dataset.filename, "model": str(model)}
            )
        self._blobs.put(key, orjson.dumps(found))
        return found

    def _settled(self, key: str, kept: Mapping[str, Any]) -> Future[dict[str, Any]]:
        known: Future[dict[str, Any]] = Future()
        if "error" in kept:
            # Told once; whoever asks again has it read again.
            self._blobs.delete(key)
            self._blobs.delete(_asked(key))
            known.set_exception(Told(Failure(**kept["error"])))
        else:
            known.set_result(dict(kept))
        return known

    def _hand_over(self, job: Job, dataset: Dataset, key: str) -> None:
        asked = self._read(_asked(key))
        if asked is not None and utcnow() - datetime.fromisoformat(asked["at"]) < ASKED_FOR:
            return
        assert self._elsewhere is not None  # noqa: S101 - find has looked
        self._elsewhere(job.id, dataset.id)
        self._blobs.put(_asked(key), orjson.dumps({"at": utcnow().isoformat()}))

    def _size(self, dataset: Dataset) -> int:
        return dataset.size_bytes or self._blobs.info(dataset.key(RAW)).size_bytes

    def _read(self, key: str) -> dict[str, Any] | None:
        try:
            with self._blobs.open(key) as file:
                kept: dict[str, Any] = orjson.loads(file.read())
        except BlobNotFound:
            return None
        return kept


def _key(job: Job, dataset: Dataset) -> str:
    return dataset.key(f"checks/{job.id}-{job.attempt}.json")


def _asked(key: str) -> str:
    return f"{key}.asked"
