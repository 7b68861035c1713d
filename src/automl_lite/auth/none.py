"""No authentication: everybody is the one local user. ``none://``, for loopback addresses only."""

from __future__ import annotations

from automl_lite.auth import Credentials
from automl_lite.domain.callers import LOCAL, Caller


class NoAuth:
    """Lets everybody in."""

    protects = False

    def __init__(self, url: str = "none://") -> None:
        self._caller = LOCAL

    def authenticate(self, credentials: Credentials) -> Caller:
        """Return the local user."""
        return self._caller
