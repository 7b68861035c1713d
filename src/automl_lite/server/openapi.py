"""The OpenAPI document: completed with the shared error model, and written to a file for the web app's types."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

import automl_lite
from automl_lite.server.predict.schemas import PredictIn
from automl_lite.server.schemas import Problem

REF = "#/components/schemas/{model}"
# Models that no route names in its signature: errors, and the body that the hot path parses itself.
_EXTRA_MODELS = (Problem, PredictIn)
_UNUSED_MODELS = ("HTTPValidationError", "ValidationError")

TAGS = [
    {"name": "uploads", "description": "Bytes in: a signed URL to PUT a file to, in parts if it is large."},
    {"name": "datasets", "description": "Tables: types, statistics, warnings, previews, the target."},
    {"name": "samples", "description": "Small real tables to try things with."},
    {"name": "training", "description": "Start a training, or ask what it would take."},
    {"name": "jobs", "description": "Follow, compare, change, deploy and delete trainings."},
    {"name": "predictions", "description": "Ask a deployed model."},
    {"name": "batches", "description": "Whole files through a deployed model, and how far they are from training."},
    {"name": "monitoring", "description": "Thresholds, alerts, webhooks, and training again."},
    {"name": "system", "description": "Health, metrics, limits."},
]
DESCRIPTION = """CSV in, honest model out. Upload a file, confirm it, train, deploy, predict.

Errors are RFC 9457 problem details (`application/problem+json`) with a stable `code` and a `hint`. Lists are newest
first with opaque cursors. Times are UTC, ids are UUIDs, durations seconds, sizes bytes."""


def complete(app: FastAPI) -> dict[str, Any]:
    """Build the document of ``app`` once and keep it."""
    if app.openapi_schema is None:
        document = get_openapi(
            title="AutoML Lite",
            version=automl_lite.__version__,
            openapi_version="3.1.0",
            description=DESCRIPTION,
            routes=app.routes,
            tags=TAGS,
            servers=[{"url": "/api", "description": "This server"}],
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for model in _EXTRA_MODELS:
            schema = model.model_json_schema(ref_template=REF)
            schemas.update(schema.pop("$defs", {}))
            schemas[model.__name__] = schema
        for name in _UNUSED_MODELS:
            schemas.pop(name, None)
        app.openapi_schema = document
    return app.openapi_schema


def write(path: Path) -> None:
    """Write the document to ``path``, ordered and indented so that changes read well: ``make openapi``."""
    from automl_lite.server.app import create_api

    text = json.dumps(create_api().openapi(), indent=2, sort_keys=True, ensure_ascii=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
