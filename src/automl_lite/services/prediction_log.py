"""Single predictions, kept where their model's monitor asks for it: a sample, without the columns that are nobody's."""

from __future__ import annotations

import csv
import io
import logging
import random
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import orjson

from automl_lite.blobs import Blobs
from automl_lite.domain.callers import Caller
from automl_lite.domain.errors import BlobNotFound, MonitorNotFound
from automl_lite.domain.jobs import Job
from automl_lite.domain.records import utcnow
from automl_lite.errors import AutoMLLiteError
from automl_lite.services.records import own_job
from automl_lite.store import Store

log = logging.getLogger("automl_lite.predictions")

# What waits to be written; beyond, predictions are answered and forgotten rather than held in memory.
MAX_WAITING = 10_000
MAX_FILES = 10_000  # the latest, which are looked at
_READERS, _AT_ONCE = 8, 64  # files that are read side by side, and before it is asked whether they are enough
_KEPT = ("prediction", "probability", "interval")
_TOLD = ("prediction", "probability", "prediction_low", "prediction_high")


class Sampling:
    """What is kept of a model's predictions: ``share`` (0–1) of the rows, without the columns ``without``."""

    __slots__ = ("share", "without")

    def __init__(self, share: float = 0.0, without: Sequence[str] = ()) -> None:
        self.share = share
        self.without = frozenset(without)


class PredictionLog:
    """A buffer that is written to blobs now and then.

    ``at_once`` writes with every request, where nothing runs between two of them.
    """

    def __init__(self, store: Store, blobs: Blobs, *, at_once: bool) -> None:
        self._store = store
        self._blobs = blobs
        self._at_once = at_once
        self._lock = threading.Lock()
        self._waiting: list[tuple[str, bytes]] = []
        self.n_dropped = 0

    def sampling(self, job_id: str) -> Sampling:
        """Return what is to be kept of a model's predictions; nothing by default."""
        try:
            monitor = self._store.monitors.get(job_id)
        except MonitorNotFound:
            return Sampling()
        return Sampling(monitor.log_share, monitor.log_without)

    def note(
        self, job_id: str, sampling: Sampling, rows: Sequence[Mapping[str, Any]], answers: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keep a sample of rows and their answers."""
        at = utcnow().isoformat(timespec="milliseconds")
        chosen = [
            (
                job_id,
                orjson.dumps(
                    {
                        "at": at,
                        "features": {name: value for name, value in row.items() if name not in sampling.without},
                        **{name: answer.get(name) for name in _KEPT},
                    }
                ),
            )
            for row, answer in zip(rows, answers, strict=True)
            if random.random() < sampling.share  # noqa: S311 - a sample, no secret
        ]
        with self._lock:
            room = MAX_WAITING - len(self._waiting)
            self.n_dropped += max(0, len(chosen) - room)
            self._waiting += chosen[:room]
        if self._at_once and chosen:
            self.flush()

    def flush(self) -> int:
        """Write what waits; return how many predictions that were."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        by_job: dict[str, list[bytes]] = defaultdict(list)
        for job_id, line in waiting:
            by_job[job_id].append(line)
        for job_id, lines in by_job.items():
            now = utcnow()
            # The time first, so that keys sort by it; the day as a folder, for people who look.
            name = f"{now:%Y-%m-%d}/{round(now.timestamp() * 1000):014d}-{uuid4().hex[:8]}.jsonl"
            try:
                self._blobs.put(_prefix(job_id) + name, b"\n".join(lines) + b"\n")
            except AutoMLLiteError as err:
                log.warning("predictions could not be kept: %s", err.message, extra={"job_id": job_id})
        return len(waiting)

    def latest(self, caller: Caller, job_id: str, *, limit: int, text: str = "") -> list[dict[str, Any]]:
        """Return the latest predictions that were kept, newest first.

        With ``text`` only those with a value, or a prediction, that holds it; letter case does not matter.
        """
        job = own_job(self._store, caller, job_id)
        self.flush()
        wanted, found = text.strip().casefold(), list[dict[str, Any]]()
        keys = sorted(self._blobs.keys(_prefix(job.id)), reverse=True)[:MAX_FILES]
        with ThreadPoolExecutor(_READERS) as readers:
            for start in range(0, len(keys), _AT_ONCE):
                for lines in readers.map(self._lines, keys[start : start + _AT_ONCE]):
                    found += [line for line in map(orjson.loads, reversed(lines)) if _holds(line, wanted)]
                if len(found) >= limit:
                    break
        return found[:limit]

    def export(self, caller: Caller, job_id: str, *, limit: int, text: str = "") -> tuple[Job, str]:
        """Return the job, and what ``latest`` finds as CSV that spreadsheets open safely: a column for each feature."""
        from automl_lite.inference import safe_cell

        job = own_job(self._store, caller, job_id)
        found = self.latest(caller, job_id, limit=limit, text=text)
        names = list(dict.fromkeys(name for kept in found for name in kept["features"]))
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([safe_cell(name) for name in ("at", *_TOLD, *names)])
        for kept in found:
            interval = kept["interval"] or (None, None)
            values = (kept["at"], kept["prediction"], kept["probability"], *interval)
            values += tuple(kept["features"].get(name) for name in names)
            writer.writerow([safe_cell(_cell(value)) for value in values])
        return job, out.getvalue()

    def _lines(self, key: str) -> list[bytes]:
        try:
            with self._blobs.open(key) as file:
                return file.read().splitlines()
        except BlobNotFound:
            return []  # deleted this moment

    def delete(self, caller: Caller, job_id: str) -> None:
        """Delete everything that was kept of a model's predictions."""
        self._blobs.delete_all(_prefix(own_job(self._store, caller, job_id).id))


def _holds(kept: Mapping[str, Any], wanted: str) -> bool:
    values = (kept["prediction"], *kept["features"].values())
    return not wanted or any(wanted in _cell(value).casefold() for value in values)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _prefix(job_id: str) -> str:
    return f"jobs/{job_id}/predictions/"
