"""The handlers of the Lambda functions: ``api`` (API Gateway), ``analyse`` (files) and ``sweep`` (dead jobs).

One zip holds all of them; each opens its services when the first event comes, and heavy libraries when they are used.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import threading
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from automl_lite import logs
from automl_lite.domain.errors import DatasetNotFound

if TYPE_CHECKING:
    from fastapi import FastAPI
    from mangum.types import LambdaContext

    from automl_lite.settings import Settings
    from automl_lite.wiring import Services

log = logging.getLogger("automl_lite.aws_lambda")

Event = dict[str, Any]
_PREDICT = re.compile("/predict/[^/]+")


def api(event: Event, context: LambdaContext) -> dict[str, Any]:
    """Answer a request of API Gateway: HTTP API (payload 2.0) or REST API (1.0)."""
    # Mangum runs on the current thread's event loop, which Lambda does not make.
    asyncio.set_event_loop(_loop())
    prefix = _stage(event)
    # Reading what all other paths need takes as long again as everything that a prediction needs.
    application = _whole if _whole.cache_info().currsize or not _predicts(event, prefix) else _predictions
    answer: dict[str, Any] = application(prefix)(event, context)
    return answer


def analyse(event: Event, _: LambdaContext) -> dict[str, int]:
    """Read files: those that S3 says have arrived, or the one that the API hands over, alone or with a model."""
    if "check" in event:
        _services().batches.carry_out_check(**event["check"])
        return {"read": 1}
    datasets = _services().datasets
    if "analyse" in event:
        datasets.analyse(event["analyse"], event.get("kinds") or {})
        return {"read": 1}
    n_read = 0
    for key in _uploaded(event):
        try:
            datasets.arrived(key.split("/")[1])
            n_read += 1
        except DatasetNotFound:
            log.info("the data set was deleted before its file arrived", extra={"key": key})
    return {"read": n_read}


def sweep(event: Event, _: LambdaContext) -> dict[str, str]:
    """End jobs whose worker died: at once when AWS Batch says so, otherwise all that are silent for too long."""
    from automl_lite.runners.batch import ending, job_id_of

    dispatcher = _services().dispatcher
    if event.get("source") == "aws.batch":
        batch_job = event["detail"]
        job_id = job_id_of(batch_job["jobName"])
        if job_id is not None and batch_job["status"] == "FAILED":
            dispatcher.worker_ended(job_id, batch_job["jobId"], ending(batch_job))
        return {"looked_at": batch_job["jobName"]}
    dispatcher.step()
    return {"looked_at": "every running job"}


def _uploaded(event: Event) -> Iterable[str]:
    """Yield the keys of new ``datasets/{id}/raw`` objects in an S3 notification."""
    for record in event.get("Records", ()):
        key = unquote_plus(record["s3"]["object"]["key"])
        if key.startswith("datasets/") and key.endswith("/raw") and key.count("/") == 2:
            yield key


def _stage(event: Event) -> str:
    """Return the stage that stands before every path; the default stage of an HTTP API is none."""
    stage: str = (event.get("requestContext") or {}).get("stage") or "$default"
    return "" if stage == "$default" else f"/{stage}"


def _predicts(event: Event, prefix: str) -> bool:
    """Return whether the event is a request for a prediction, in either format."""
    method = event.get("httpMethod") or event["requestContext"]["http"]["method"]
    path: str = event.get("rawPath") or event.get("path") or ""
    return method == "POST" and _PREDICT.fullmatch(path.removeprefix(prefix)) is not None


@cache
def _settings() -> Settings:
    from automl_lite.settings import Settings

    settings = Settings()
    logs.configure(settings.log_format, settings.log_level)
    return settings


@cache
def _services() -> Services:
    from automl_lite.wiring import open_services

    return open_services(_settings(), run_job=_never_here)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


@cache
def _whole(prefix: str) -> Any:
    from automl_lite.server.app import create_api

    return _handler(create_api(), prefix)


@cache
def _predictions(prefix: str) -> Any:
    from automl_lite.server.assembly import assemble
    from automl_lite.server.predict.router import router

    # Loads onnxruntime while job and model are on their way from AWS.
    threading.Thread(target=import_module, args=("automl_lite.inference",), daemon=True).start()
    return _handler(assemble([router]), prefix)


def _handler(application: FastAPI, prefix: str) -> Any:
    from mangum import Mangum

    from automl_lite.server.middleware import Guard

    application.state.services = _services()
    guard = Guard(
        application,
        _settings(),
        application.state.metrics,
        check_hosts=False,  # API Gateway answers for its own names only
        api_at_root=True,
    )
    return Mangum(guard, lifespan="off", api_gateway_base_path=prefix or "/", text_mime_types=_TEXT)


_TEXT = ["text/", "application/json", "application/problem+json", "application/javascript", "application/xml"]


def _never_here(*_: Any, **__: Any) -> None:
    raise AssertionError(f"{os.environ.get('AWS_LAMBDA_FUNCTION_NAME', 'Lambda')} trains nothing; AWS Batch does.")
