"""The OpenAPI document: in the checkout as it is served, with examples and error models for everybody who generates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BeforeValidator

from automl_lite.server.app import create_api
from automl_lite.server.openapi import TAGS
from automl_lite.server.schemas import In

COMMITTED = Path(__file__).parents[2] / "frontend" / "openapi.json"
DOCUMENT = create_api().openapi()
OPERATIONS = [
    (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]  # fmt: skip


def test_the_web_apps_copy_is_up_to_date():
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == DOCUMENT, "run: make openapi"


def test_it_is_served(api):
    assert api.client.get("/api/openapi.json").json() == DOCUMENT
    assert DOCUMENT["openapi"].startswith("3.1")


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=[o["operationId"] for *_, o in OPERATIONS])
def test_every_operation_is_described(path, method, operation):
    assert operation["summary"]
    assert operation["description"]
    assert set(operation["tags"]) <= {tag["name"] for tag in TAGS}
    problems = [r for code, r in operation["responses"].items() if code[0] in "45d" and code != "503"]
    assert problems
    for response in problems:
        assert response["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem")


def test_operation_ids_are_unique():
    ids = [operation["operationId"] for *_, operation in OPERATIONS]
    assert len(set(ids)) == len(ids)


def test_every_reference_leads_somewhere():
    text = json.dumps(DOCUMENT)
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(DOCUMENT["components"]["schemas"])


def test_bodies_have_examples():
    schemas = DOCUMENT["components"]["schemas"]
    for path, method, operation in OPERATIONS:
        for body in operation.get("requestBody", {}).get("content", {}).values():
            reference = body["schema"].get("$ref", "")
            if reference:
                assert schemas[reference.rpartition("/")[2]].get("examples"), (path, method)


def test_documentation_works_offline(api):
    page = api.client.get("/api/docs")
    assert page.status_code == 200
    assert "http" not in page.text.replace("http-equiv", "")
    assert "unsafe-inline" not in page.headers["content-security-policy"].split("style-src")[0]
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js"):
        file = api.client.get(f"/api/docs/{name}")
        assert file.status_code == 200, name
        assert len(file.content) > 50
    assert api.client.get("/api/docs/other.js").status_code == 404


def bodies(kind: type[In] = In) -> Iterator[type[In]]:
    for child in kind.__subclasses__():
        yield child
        yield from bodies(child)


def test_numbers_and_truths_of_bodies_are_what_the_document_says():
    """True is no number and "yes" no truth: pydantic would take them without a word."""
    lax = [
        f"{body.__name__}.{name}"
        for body in bodies()
        for name, field in body.model_fields.items()
        if {bool, float, int} & {field.annotation, *get_args(field.annotation)}
        and not any(isinstance(m, BeforeValidator) or getattr(m, "strict", False) for m in field.metadata)
    ]
    assert list(bodies())
    assert lax == []
