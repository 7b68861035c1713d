"""The handler of the Lambda function ``score``: files that need no container of their own are answered here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from automl_lite import logs
from automl_lite.domain.runs import JobSpec
from automl_lite.settings import Settings
from automl_lite.wiring import open_worker
from automl_lite.worker.batches import run_batch

if TYPE_CHECKING:
    from mangum.types import LambdaContext


def score(event: dict[str, Any], _: LambdaContext) -> dict[str, str]:
    """Run the batch of a spec that ``runners.function`` has sent; its outcome is in the store."""
    settings = _settings()
    spec = JobSpec.from_json(event["spec"])
    with open_worker(settings) as (store, blobs, notifier):
        run_batch(spec, store, blobs, notifier)
    return {"looked_at": spec.job_id}


@cache
def _settings() -> Settings:
    settings = Settings()
    logs.configure(settings.log_format, settings.log_level)
    return settings
