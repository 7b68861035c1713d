"""What is configured and what is missing, for ``automl-lite doctor``; opens nothing and shows no secret."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from automl_lite import auth, blobs, notify, runners, store
from automl_lite._adapters import load_adapter
from automl_lite.errors import AutoMLLiteError
from automl_lite.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that was looked at: ``ok`` is False where something is missing, and ``hint`` says what to do."""

    name: str
    value: str
    ok: bool = True
    hint: str = ""


_PORTS = {
    "store": ("store", store.ADAPTERS),
    "blobs": ("blob store", blobs.ADAPTERS),
    "runner": ("runner", runners.ADAPTERS),
    "auth": ("authenticator", auth.ADAPTERS),
    "notify": ("notifier", notify.ADAPTERS),
}


def configuration(settings: Settings | None = None) -> tuple[Line, ...]:
    """Return the lines about the settings in force. Each port's line names the pip command for what it lacks."""
    settings = settings or Settings()
    lines = [
        Line(name="data folder", value=str(settings.data_dir)),
        _address(settings),
    ]
    for name, (port, table) in _PORTS.items():
        url = getattr(settings, f"{name}_url")
        try:
            load_adapter(port, url, table)
            lines.append(Line(name=name, value=masked(url)))
        except AutoMLLiteError as err:
            lines.append(Line(name=name, value=masked(url), ok=False, hint=f"{err.message} {err.hint}"))
    secret = "set" if settings.secret else "random, kept in the data folder"
    return (*lines, Line(name="link secret", value=secret))


def masked(url: str) -> str:
    """Return ``url`` with ``***`` for a password."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    user_host = parts.netloc.replace(f":{parts.password}@", ":***@")
    return urlunsplit(parts._replace(netloc=user_host))


def _address(settings: Settings) -> Line:
    from automl_lite.server.run import check_exposure

    address = f"{settings.host}:{settings.port}"
    try:
        check_exposure(settings)
    except AutoMLLiteError as err:
        return Line(name="address", value=address, ok=False, hint=f"{err.message} {err.hint}")
    return Line(name="address", value=address)
