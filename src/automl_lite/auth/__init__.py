"""The port for identity: who calls. Adapters: none, API Gateway, OpenID Connect; local accounts and keys fit in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from automl_lite._adapters import load_adapter
from automl_lite.domain.callers import Caller


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request says about its sender: header names are looked up without regard to case.

    ``gateway`` is what a gateway in front says about the request, verified; no sender can write to it.
    """

    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    gateway: Mapping[str, Any] = field(default_factory=dict)


class Authenticator(Protocol):
    """Tells who calls. One object is shared by threads and by the event loop: ``authenticate`` must not block long."""

    @property
    def protects(self) -> bool:
        """False where everybody is let in; such a server only listens on loopback addresses."""

    def authenticate(self, credentials: Credentials) -> Caller:
        """Return who calls. Raises Unauthenticated if the credentials are missing, wrong or out of date."""


ADAPTERS = {
    "none": ("automl_lite.auth.none:NoAuth", ""),
    "gateway": ("automl_lite.auth.gateway:GatewayAuth", ""),
    "oidc": ("automl_lite.auth.oidc:OidcAuth", "oidc"),
}


def open_auth(url: str) -> Authenticator:
    """Open the authenticator at ``url``. Raises UnknownScheme or ExtraMissing."""
    auth: Authenticator = load_adapter("authenticator", url, ADAPTERS)(url)
    return auth
