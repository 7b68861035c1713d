"""What the evaluation of a training says, read from its file."""

from __future__ import annotations

import orjson

from automl_lite.blobs import Blobs
from automl_lite.domain.errors import BlobNotFound


def accuracy_at_test(blobs: Blobs, job_id: str) -> float | None:
    """Return the accuracy of a model at test time; None for regression, or where there is no evaluation."""
    try:
        with blobs.open(f"jobs/{job_id}/evaluation.json") as file:
            metrics = orjson.loads(file.read())["metrics"]
    except BlobNotFound:
        return None
    found: float | None = next((m["value"] for m in metrics if m["name"] == "accuracy"), None)
    return found
