"""What the server says about itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import automl_lite
from automl_lite._adapters import scheme_of
from automl_lite.blobs import Blobs
from automl_lite.domain.callers import Caller
from automl_lite.domain.errors import BlobNotFound
from automl_lite.domain.jobs import JobState
from automl_lite.errors import AutoMLLiteError
from automl_lite.services.costs import Machine, memory_bytes
from automl_lite.services.jobs import MAX_NOTES, MAX_TAGS
from automl_lite.settings import Settings
from automl_lite.store import Queue, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Health, limits, counts."""

    store: Store
    blobs: Blobs
    machine: Machine
    settings: Settings
    engines: Callable[[], Sequence[str]]

    def checks(self) -> dict[str, str]:
        """Ask store and blobs; ``ok`` or the code of what is wrong, by part."""
        answers = {}
        for name, ask in (("store", self.store.ping), ("blobs", self._ask_blobs)):
            try:
                ask()
                answers[name] = "ok"
            except AutoMLLiteError as err:
                answers[name] = err.code
            except OSError:
                answers[name] = "backend-unavailable"
        return answers

    def queue(self) -> Queue:
        """Count all users' jobs."""
        return self.store.jobs.queue()

    def batch_queue(self) -> Queue:
        """Count all users' batches."""
        return self.store.batches.queue()

    def describe(self, caller: Caller) -> dict[str, Any]:
        """Return version, machine, limits and the caller's jobs by state."""
        total, used = memory_bytes()
        counts = self.store.jobs.queue(caller.user_id).counts
        settings = self.settings
        return {
            "version": automl_lite.__version__,
            "auth": scheme_of(settings.auth_url),
            "machine": {
                "kind": self.machine.kind,
                "cores": self.machine.cores,
                "memory_total_bytes": total,
                "memory_used_bytes": used,
                "concurrency": self.machine.concurrency,
            },
            "limits": {
                "max_upload_bytes": settings.max_upload_bytes,
                "part_threshold_bytes": settings.part_threshold_bytes,
                "max_columns": settings.max_columns,
                "max_rows": settings.max_rows,
                "max_predict_rows": settings.max_predict_rows,
                "max_body_bytes": settings.max_body_bytes,
                "max_tags": MAX_TAGS,
                "max_notes_chars": MAX_NOTES,
            },
            "serving": self.machine.serving_cost(),
            "jobs": {state.value: counts.get(state, 0) for state in JobState},
            "engines": self.engines(),
            "events": settings.streaming,
        }

    def _ask_blobs(self) -> None:
        try:
            self.blobs.info("health/check")
        except BlobNotFound:
            return
