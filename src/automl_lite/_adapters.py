"""From the scheme of a settings URL to the adapter that serves it; the only place that knows the extras."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from automl_lite.domain.errors import UnknownScheme
from automl_lite.errors import ExtraMissing

# scheme -> (where, the extra that brings its dependencies)
Table = Mapping[str, tuple[str, str]]


def scheme_of(url: str) -> str:
    """Return the scheme of ``url`` without a driver: ``postgresql+psycopg://…`` gives ``postgresql``."""
    return urlsplit(url).scheme.split("+")[0]


def load_adapter(port: str, url: str, table: Table) -> Any:
    """Return the class or factory that serves ``url``.

    Raises
    ------
    UnknownScheme
        If no adapter of this port has the scheme.
    ExtraMissing
        If the adapter's dependencies are not installed.
    """
    scheme = scheme_of(url)
    if scheme not in table:
        raise UnknownScheme(port, scheme, sorted(table))
    where, extra = table[scheme]
    module, _, name = where.partition(":")
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as err:
        if err.name is not None and err.name.startswith("automl_lite"):
            raise
        raise ExtraMissing(f"The {port} {scheme}://", extra) from err
