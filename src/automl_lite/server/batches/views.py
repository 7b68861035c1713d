"""From the domain's batches to the API's JSON."""

from __future__ import annotations

from typing import Any

from automl_lite.domain.batches import Batch
from automl_lite.domain.records import to_plain
from automl_lite.server.batches.schemas import BatchDetail, BatchFileOut, BatchOut
from automl_lite.server.deps import Links
from automl_lite.services.batches import Batches
from automl_lite.services.jobs import FileLinks

_SHOWN = (
    "id", "name", "job_id", "model_name", "target", "task", "dataset_id", "dataset_name", "challenger_id",
    "challenger_name", "metric", "allow_problems", "created_at", "started_at", "finished_at", "expires_at", "attempt",
)  # fmt: skip


def etag(batch: Batch, bucket: int) -> str:
    """Return the tag of a batch's JSON: it changes with every write and when links are renewed."""
    return f'"{batch.version}-{bucket}"'


def item(batch: Batch) -> BatchOut:
    """Return a batch as lists show it."""
    return BatchOut.model_validate(_common(batch))


def detail(batch: Batch, batches: Batches, links: Links) -> BatchDetail:
    """Return everything about a batch."""
    return BatchDetail.model_validate(
        {
            **_common(batch),
            "batch_id": batch.id,
            "files": [_file(file, links) for file in batches.files(batch)],
            "links_expire_at": batches.links_expire_at(),
        }
    )


def _common(batch: Batch) -> dict[str, Any]:
    return {
        **{name: getattr(batch, name) for name in _SHOWN},
        "kind": batch.kind.value,
        "status": batch.state.value,
        "progress": to_plain(batch.progress),
        "error": to_plain(batch.error),
        "result": to_plain(batch.result),
    }


def _file(file: FileLinks, links: Links) -> BatchFileOut:
    return BatchFileOut(
        name=file.artifact.name,
        label=file.label,
        filename=file.filename,
        content_type=file.artifact.content_type,
        size_bytes=file.artifact.size_bytes,
        url=links.absolute(file.url),
    )
