"""A data set: an uploaded file, what became of it, and the keys of its blobs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from automl_lite.domain.errors import Failure, StateError


class DatasetState(StrEnum):
    """Where a data set is on its way from bytes to columns."""

    WAITING = "waiting"
    ANALYSING = "analysing"
    READY = "ready"
    REJECTED = "rejected"


_NEXT = {
    DatasetState.WAITING: {DatasetState.ANALYSING},
    DatasetState.ANALYSING: {DatasetState.READY, DatasetState.REJECTED, DatasetState.WAITING},
    DatasetState.READY: {DatasetState.ANALYSING},
    DatasetState.REJECTED: {DatasetState.ANALYSING},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One uploaded table; times are UTC, sizes bytes.

    ``filename`` is what the user called the file: data, never a path. ``version`` counts the writes (compare-and-set).
    ``upload_id`` names a running upload in parts. ``analysis_ends_at`` is when an analysis counts as dead.
    Columns, profile and rejected rows live in blobs, not here: a record stays below a few kilobytes.
    """

    id: str
    user_id: str
    filename: str
    created_at: datetime
    state: DatasetState = DatasetState.WAITING
    version: int = 0
    content_type: str = ""
    sample: str = ""
    declared_bytes: int | None = None
    upload_id: str = ""
    part_bytes: int = 0
    size_bytes: int = 0
    confirmed_at: datetime | None = None
    analysis_ends_at: datetime | None = None
    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    source_sha256: str = ""
    n_rows: int = 0
    n_columns: int = 0
    n_rejected: int = 0
    n_notices: int = 0
    missing_share: float = 0.0
    error: Failure | None = None

    def moved_to(self, state: DatasetState) -> Dataset:
        """Return the data set in its next state. Raises StateError if the step is not allowed."""
        if state not in _NEXT[self.state]:
            raise StateError(
                f"The data set is {self.state}; it cannot become {state}.", hint="Wait until it is ready, then repeat."
            )
        return replace(self, state=state, error=None, analysis_ends_at=None)

    def matches(self, *, state: DatasetState | None = None, text: str = "") -> bool:
        """Tell whether a list with these filters shows this data set; ``text`` is found anywhere in the file name."""
        return (state is None or self.state == state) and text.casefold() in self.filename.casefold()

    def key(self, name: str) -> str:
        """Return the blob key of one of this data set's files, such as ``raw`` or ``table.parquet``."""
        return f"datasets/{self.id}/{name}"
