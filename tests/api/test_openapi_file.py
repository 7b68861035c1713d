"""The API document that the web app's types are made of is that of this server."""

from __future__ import annotations

from pathlib import Path

from automl_lite.server import openapi

FILE = Path(__file__).parents[2] / "frontend" / "openapi.json"


def test_the_committed_document_is_up_to_date(tmp_path):
    openapi.write(tmp_path / "openapi.json")
    fresh = (tmp_path / "openapi.json").read_text(encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == fresh, "run `make openapi`, then `make web-test`"
