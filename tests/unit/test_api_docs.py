"""Every error code that the API can answer with is documented."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from automl_lite.errors import AutoMLLiteError
from automl_lite.server.errors import status_of
from automl_lite.server.metrics import Metrics

DOCS = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
MODULES = ("automl_lite.errors", "automl_lite.domain.errors", "automl_lite.ingest.errors")


def kinds(kind: type[AutoMLLiteError]) -> list[type[AutoMLLiteError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in kinds(child))]


def test_error_codes_and_their_status():
    for name in MODULES:
        import_module(name)
    found = [kind for kind in kinds(AutoMLLiteError) if kind.__module__ in MODULES]
    codes = {kind.code: status_of(kind) for kind in found if kind.code not in ("error", "failed")}
    assert len(codes) > 40
    assert [line for code, status in codes.items() if (line := f"| `{code}` | {status} |") not in DOCS] == []


def test_metrics_stand_in_the_docs():
    families = Metrics()._registry.collect()
    names = [family.name + "_total" * (family.type == "counter") for family in families]
    assert len(names) > 12
    assert [name for name in names if f"`{name}`" not in DOCS] == []
