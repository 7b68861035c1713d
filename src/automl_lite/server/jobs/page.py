"""One HTML page with a model, its form and the runtime inside: answers from file:// with the network off."""

from __future__ import annotations

import base64
import gzip
import html
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from automl_lite.domain.errors import PageUnavailable
from automl_lite.domain.jobs import Job
from automl_lite.server.web import FOLDER

TEMPLATE, WASM = "ort/page.html", "ort/ort-wasm-simd-threaded.wasm"
# What the page needs of metadata.json; the rest (capsule, metrics) may name files and people.
_CONTRACT = (
    "task", "target", "inputs", "outputs", "classes", "class_kind", "positive", "threshold", "interval_level",
    "target_range", "example", "background", "unit", "model",
)  # fmt: skip


def make(job: Job, model: bytes, metadata: Mapping[str, Any]) -> bytes:
    """Fill the template. Raises PageUnavailable where the web app was not built."""
    contract = {key: metadata[key] for key in _CONTRACT if key in metadata}
    facts = {
        "name": job.name,
        "made_at": job.finished_at.isoformat(timespec="seconds") if job.finished_at else "",
        "verdict": job.result.verdict if job.result else "",
        "contract": contract,
    }
    parts = {
        b"%TITLE%": html.escape(job.name).encode(),
        b"%FACTS%": _script_safe(orjson.dumps(facts)),
        b"%MODEL%": _packed(model),
        b"%WASM%": _runtime(FOLDER / WASM),
    }
    page = _template(FOLDER / TEMPLATE)
    # The parts come last in the template and are looked for one after the other: none can hold another's mark.
    out = []
    for mark, part in parts.items():
        before, _, page = page.partition(mark)
        out += [before, part]
    return b"".join([*out, page])


def _script_safe(text: bytes) -> bytes:
    """Return JSON that cannot end the script element that holds it."""
    return text.replace(b"<", b"\\u003c").replace(b">", b"\\u003e").replace(b"&", b"\\u0026")


def _packed(data: bytes) -> bytes:
    return base64.b64encode(gzip.compress(data, 9, mtime=0))


@lru_cache(maxsize=1)
def _runtime(path: Path) -> bytes:
    """The runtime is the same on every page; packing its 14 MB takes seconds."""
    try:
        return _packed(path.read_bytes())
    except FileNotFoundError as err:
        raise PageUnavailable from err


def _template(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as err:
        raise PageUnavailable from err
