"""Data sets: reading files off the request's path, what is known about them, previews, targets, deletion."""

from __future__ import annotations

import json
import logging
import random
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import orjson

from automl_lite.blobs import Blobs
from automl_lite.domain.batches import BatchFilter
from automl_lite.domain.callers import Caller
from automl_lite.domain.datasets import Dataset, DatasetState
from automl_lite.domain.errors import BlobNotFound, DatasetInUse, DatasetNotReady, Failure, StateError, Told
from automl_lite.domain.jobs import JobFilter, JobState
from automl_lite.domain.pages import Page
from automl_lite.domain.records import utcnow
from automl_lite.errors import AutoMLLiteError, UnknownColumn, UnknownTarget
from automl_lite.services.analysis import Analyser, AnalysisQueue
from automl_lite.services.files import target_key
from automl_lite.services.records import change, own_dataset
from automl_lite.services.uploads import RAW, Uploads
from automl_lite.store import Store

log = logging.getLogger("automl_lite.datasets")

TABLE, READING, CARDS, PREVIEW, KINDS = "table.parquet", "reading.json", "cards.json", "preview.json", "kinds.json"
# What the analysis writes beside the table, each a blob of the data set.
_WRITTEN = {"table": TABLE, "reading": READING, "cards": CARDS, "preview": PREVIEW}


class Datasets:
    """Uploaded tables."""

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        uploads: Uploads,
        analyser: Analyser,
        queue: AnalysisQueue,
        *,
        seconds: float,
        elsewhere: Callable[[str, Mapping[str, str]], None] | None = None,
        inline_bytes: int = 0,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._uploads = uploads
        self._analyser = analyser
        self._queue = queue
        self._seconds = seconds
        # Where requests are short (Lambda), files above ``inline_bytes`` are read elsewhere.
        self._elsewhere = elsewhere
        self._inline_bytes = inline_bytes
        # Between looking whether a file is being read and putting it in line, nobody else may do the same.
        self._beginning = threading.Lock()

    def page(
        self, caller: Caller, *, limit: int, cursor: str | None, state: DatasetState | None = None, text: str = ""
    ) -> Page[Dataset]:
        """List the caller's data sets, newest first."""
        return self._store.datasets.page(caller.user_id, limit=limit, cursor=cursor, state=state, text=text)

    def get(self, caller: Caller, dataset_id: str) -> Dataset:
        """Return one of the caller's data sets."""
        return own_dataset(self._store, caller, dataset_id)

    def ready(self, caller: Caller, dataset_id: str) -> Dataset:
        """Return one that can be trained on. Raises DatasetNotReady."""
        dataset = self.get(caller, dataset_id)
        if dataset.state is not DatasetState.READY:
            raise DatasetNotReady(dataset.id, dataset.state)
        return dataset

    def confirm(self, caller: Caller, dataset_id: str, *, kinds: Mapping[str, str]) -> Future[Dataset]:
        """Read the uploaded file. The future gives the data set, or raises why the file cannot be used."""
        dataset = self.get(caller, dataset_id)
        if dataset.state is DatasetState.READY and not kinds:
            return _done(dataset)
        if dataset.state is DatasetState.READY:
            return self.override(caller, dataset_id, kinds=kinds)
        if dataset.state is DatasetState.REJECTED and not kinds and dataset.error:
            raise Told(dataset.error)
        chosen = dict(kinds) or self._kinds(dataset)
        with self._beginning:
            under_way = self._queue.find(dataset.id)
            if under_way is not None:
                return under_way
            if dataset.state is DatasetState.ANALYSING:
                return _done(dataset)  # by another server; the record will tell
            try:
                begun = self._begin(dataset, self._uploads.settle(dataset))
            except StateError:
                current = self.get(caller, dataset_id)
                if current.state is DatasetState.ANALYSING:
                    return _done(current)  # an upload event was faster
                raise
            return self._read(begun, chosen)

    def override(self, caller: Caller, dataset_id: str, *, kinds: Mapping[str, str]) -> Future[Dataset]:
        """Read the file again with forced types. Raises UnknownColumn, DatasetInUse while jobs train on it."""
        dataset = self.ready(caller, dataset_id)
        names = self.column_names(dataset)
        for name in kinds:
            if name not in names:
                raise UnknownColumn(name, names)
        active = self._active_jobs(dataset) + self._appending_jobs(dataset)
        if active:
            raise DatasetInUse(dataset.id, active)
        chosen = dict(kinds)
        with self._beginning:
            return self._read(self._begin(dataset, dataset.size_bytes), chosen)

    def arrived(self, dataset_id: str) -> None:
        """Read a file whose bytes have arrived, without waiting for somebody to confirm it; the record tells how."""
        dataset = self._store.datasets.get(dataset_id)
        if dataset.state is not DatasetState.WAITING:
            return
        try:
            self._begin(dataset, self._uploads.settle(dataset))
        except StateError:
            return  # parts are missing, or it was confirmed this moment
        self.analyse(dataset_id, {})

    def analyse(self, dataset_id: str, kinds: Mapping[str, str]) -> None:
        """Do an analysis that has been noted in the store, here and now; the record tells how it went."""
        try:
            self._analyse(dataset_id, dict(kinds))
        except AutoMLLiteError as err:
            log.info("the file cannot be used: %s", err.message, extra={"dataset_id": dataset_id})

    def _read(self, dataset: Dataset, kinds: dict[str, str]) -> Future[Dataset]:
        if self._elsewhere is not None and dataset.size_bytes > self._inline_bytes:
            self._elsewhere(dataset.id, kinds)
            return _done(dataset)
        return self._queue.submit(dataset.id, lambda: self._analyse(dataset.id, kinds))

    def cards(self, dataset: Dataset) -> bytes:
        """Return columns, notices, assumptions and rejects as the JSON object that the reader wrote; ``{}`` before."""
        if dataset.state is not DatasetState.READY:
            return b"{}"
        try:
            with self._blobs.open(dataset.key(CARDS)) as file:
                return file.read()
        except BlobNotFound:
            return b"{}"

    def column_names(self, dataset: Dataset) -> list[str]:
        """Return the names of all columns, in order."""
        return [column["name"] for column in self.columns(dataset)]

    def columns(self, dataset: Dataset) -> list[dict[str, Any]]:
        """Return the columns as ``Column.as_dict`` writes them."""
        with self._blobs.open(dataset.key(READING)) as file:
            columns: list[dict[str, Any]] = orjson.loads(file.read())["columns"]
        return columns

    def preview(
        self, caller: Caller, dataset_id: str, *, which: Literal["first", "random"], limit: int, seed: int
    ) -> dict[str, Any]:
        """Return the first rows, or a random page of the sample that was kept when the file was read."""
        dataset = self.ready(caller, dataset_id)
        with self._blobs.open(dataset.key(PREVIEW)) as file:
            kept = orjson.loads(file.read())
        part = kept[which]
        order = list(range(len(part["rows"])))
        if which == "random":
            order = sorted(random.Random(seed).sample(order, min(limit, len(order))))  # noqa: S311 - a look, no secret
        order = order[:limit]
        return {
            "columns": kept["columns"],
            "rows": [part["rows"][i] for i in order],
            "row_numbers": [part["row_numbers"][i] for i in order],
            "n_rows": dataset.n_rows,
            "which": which,
        }

    def target(self, caller: Caller, dataset_id: str, column: str) -> Future[dict[str, Any]]:
        """Tell what predicting ``column`` would mean. Raises UnknownTarget. Answers are kept for the next time."""
        dataset = self.ready(caller, dataset_id)
        names = self.column_names(dataset)
        if column not in names:
            raise UnknownTarget(column, names)
        key = dataset.key(target_key(column))
        try:
            with self._blobs.open(key) as file:
                return _done(orjson.loads(file.read())["target"])
        except BlobNotFound:
            return self._queue.submit(f"{key}:{dataset.version}", lambda: self._check_target(dataset, column, key))

    def delete(self, caller: Caller, dataset_id: str) -> None:
        """Delete the record and every blob. Raises DatasetInUse while jobs use it."""
        dataset = self.get(caller, dataset_id)
        n_jobs = len(self._store.jobs.page(caller.user_id, JobFilter(dataset_id=dataset.id), limit=100).items)
        n_jobs += self._appending_jobs(dataset) + self._active_batches(dataset)
        if n_jobs:
            raise DatasetInUse(dataset.id, n_jobs)
        self.erase(dataset)

    def erase(self, dataset: Dataset) -> None:
        """Delete without asking who uses it."""
        if dataset.upload_id:
            self._blobs.drop_parts(dataset.key(RAW), dataset.upload_id)
        self._store.datasets.delete(dataset.id)
        self._blobs.delete_all(dataset.key(""))

    def free_stuck(self) -> int:
        """Send back analyses whose process died with its server; return how many. They can be confirmed again."""
        stuck = self._store.datasets.stuck(utcnow())
        for dataset in stuck:
            change(self._store.datasets, dataset.id, _given_up)
        return len(stuck)

    def _begin(self, dataset: Dataset, size: int) -> Dataset:
        ends_at = utcnow() + timedelta(seconds=self._seconds)

        def begin(current: Dataset) -> Dataset:
            return replace(current.moved_to(DatasetState.ANALYSING), size_bytes=size, analysis_ends_at=ends_at)

        return change(self._store.datasets, dataset.id, begin)

    def _analyse(self, dataset_id: str, kinds: dict[str, str]) -> Dataset:
        # The clock starts when the work does, however long it stood in line.
        ends_at = utcnow() + timedelta(seconds=2 * self._seconds)
        dataset = change(self._store.datasets, dataset_id, lambda d: replace(d, analysis_ends_at=ends_at))
        outputs = {name: self._blobs.scratch() for name in _WRITTEN}
        try:
            with self._blobs.local(dataset.key(RAW)) as raw:
                task = {
                    "task": "read",
                    "raw": str(raw),
                    "filename": dataset.filename,
                    "kinds": kinds,
                    **{name: str(path) for name, path in outputs.items()},
                }
                facts = self._analyser.run(task)
            return self._finish(dataset, facts, outputs, kinds)
        except AutoMLLiteError as err:
            said = err.as_dict()
            failure = Failure(code=said["code"], message=said["message"], hint=said["hint"])
            change(self._store.datasets, dataset.id, lambda current: _without_success(current, failure))
            raise
        finally:
            for path in outputs.values():
                path.unlink(missing_ok=True)

    def _finish(
        self, dataset: Dataset, facts: Mapping[str, Any], outputs: Mapping[str, Path], kinds: dict[str, str]
    ) -> Dataset:
        self._blobs.put(dataset.key(KINDS), orjson.dumps(kinds))
        for name, path in outputs.items():
            self._blobs.place(dataset.key(_WRITTEN[name]), path)
        self._blobs.delete_all(dataset.key("targets/"))

        def finish(current: Dataset) -> Dataset:
            done = current.moved_to(DatasetState.READY)
            return replace(done, confirmed_at=current.confirmed_at or utcnow(), **facts)

        try:
            return change(self._store.datasets, dataset.id, finish)
        except AutoMLLiteError:
            # Deleted meanwhile: leave nothing behind.
            self._blobs.delete_all(dataset.key(""))
            raise

    def _check_target(self, dataset: Dataset, column: str, key: str) -> dict[str, Any]:
        with ExitStack() as stack:
            table = stack.enter_context(self._blobs.local(dataset.key(TABLE)))
            reading = stack.enter_context(self._blobs.local(dataset.key(READING)))
            answer = self._analyser.run(
                {"task": "target", "table": str(table), "reading": str(reading), "column": column}
            )
        # The profile goes with it: training starts from there.
        self._blobs.put(key, orjson.dumps(answer))
        found: dict[str, Any] = answer["target"]
        return found

    def _kinds(self, dataset: Dataset) -> dict[str, str]:
        try:
            with self._blobs.open(dataset.key(KINDS)) as file:
                kinds: dict[str, str] = json.load(file)
        except BlobNotFound:
            return {}
        return kinds

    def _active_jobs(self, dataset: Dataset) -> int:
        return sum(
            len(self._store.jobs.page(dataset.user_id, JobFilter(dataset_id=dataset.id, state=state), limit=100).items)
            for state in (JobState.PENDING, JobState.RUNNING)
        )

    def _appending_jobs(self, dataset: Dataset) -> int:
        """Count queued and running jobs that train on the rows of this data set besides those of their own."""
        found = 0
        for state in (JobState.PENDING, JobState.RUNNING):
            cursor: str | None = None
            while True:
                page = self._store.jobs.page(dataset.user_id, JobFilter(state=state), limit=100, cursor=cursor)
                found += sum(dataset.id in job.append_to for job in page.items)
                cursor = page.next_cursor
                if cursor is None:
                    break
        return found

    def _active_batches(self, dataset: Dataset) -> int:
        filters = (BatchFilter(dataset_id=dataset.id, state=state) for state in (JobState.PENDING, JobState.RUNNING))
        return sum(len(self._store.batches.page(dataset.user_id, wanted, limit=100).items) for wanted in filters)


def _without_success(dataset: Dataset, failure: Failure) -> Dataset:
    """Reject the file; but if it was read before, in other types, those stay."""
    if dataset.confirmed_at is not None:
        return dataset.moved_to(DatasetState.READY)
    return replace(dataset.moved_to(DatasetState.REJECTED), error=failure)


def _given_up(dataset: Dataset) -> Dataset:
    try:
        return dataset.moved_to(DatasetState.WAITING) if dataset.state is DatasetState.ANALYSING else dataset
    except StateError:
        return dataset


def _done(value: Any) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(value)
    return future
