"""Who is calling."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One authenticated user or program.

    Records belong to ``user_id``; ``name`` is for people; ``scopes`` limits what an API key may do (empty: all).
    """

    user_id: str
    name: str = ""
    scopes: frozenset[str] = frozenset()


LOCAL = Caller(user_id="local", name="This computer")
