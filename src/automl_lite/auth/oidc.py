"""Callers with a token of an OpenID Connect issuer: ``oidc://login.example.org/realm?audience=automl-lite``.

The issuer is that address with https; ``oidc+http://127.0.0.1:8080?audience=…`` is one on this machine. Its keys come
from its discovery document, and are read again after an hour or when a token names a key that is not there.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.error import URLError
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from automl_lite.auth import Credentials
from automl_lite.domain.callers import Caller
from automl_lite.domain.errors import BackendUnavailable, InvalidConfig, Unauthenticated

# What issuers sign with; never "none", and no algorithm whose key is a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
KEYS_KEPT_S = 3600.0
# Tokens with unknown keys make nobody ask the issuer more often than this.
KEYS_AGAIN_S = 60.0
TIMEOUT_S = 5.0
LEEWAY_S = 60  # clocks differ
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_NAMES = ("name", "email", "preferred_username", "cognito:username", "username")


class OidcAuth:
    """Verifies the ``Authorization: Bearer`` header of every request: signature, issuer, audience and time."""

    protects = True

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        plain = parts.scheme == "oidc+http"
        audience = parse_qs(parts.query).get("audience", [])
        if not parts.netloc or not audience or (plain and parts.hostname not in _LOOPBACK):
            raise InvalidConfig(
                f"auth_url {url!r} is not complete.",
                hint="Name issuer and audience: oidc://login.example.org/realm?audience=automl-lite.",
            )
        self._issuer = f"{'http' if plain else 'https'}://{parts.netloc}{parts.path}"
        self._audience = frozenset(audience)
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._read_at = 0.0

    def authenticate(self, credentials: Credentials) -> Caller:
        """Return the token's subject. Raises Unauthenticated, or BackendUnavailable if the issuer does not answer."""
        kind, _, token = credentials.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise Unauthenticated("The request has no token.", hint=f"Send one of {self._issuer} as Bearer token.")
        claims = self._verified(token.strip())
        name = next((str(claims[key]) for key in _NAMES if claims.get(key)), "")
        return Caller(user_id=str(claims["sub"]), name=name)

    def _verified(self, token: str) -> Mapping[str, Any]:
        keys = self._known_keys(KEYS_KEPT_S)
        try:
            claims = self._decoded(token, keys)
        except (JoseError, ValueError):
            fresh = self._known_keys(KEYS_AGAIN_S)
            if fresh is keys:
                raise _refused("Its signature is not the issuer's.") from None
            try:
                claims = self._decoded(token, fresh)
            except (JoseError, ValueError) as err:
                raise _refused("Its signature is not the issuer's.") from err
        self._check(claims)
        return claims

    @staticmethod
    def _decoded(token: str, keys: KeySet) -> Mapping[str, Any]:
        claims: Mapping[str, Any] = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
        return claims

    def _check(self, claims: Mapping[str, Any]) -> None:
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self._issuer},
            sub={"essential": True},
            exp={"essential": True},
        )
        try:
            registry.validate(dict(claims))
        except JoseError as err:
            raise _refused(f"{err}.") from err
        # Access tokens of Amazon Cognito have no audience; API Gateway looks at client_id then, and so does this.
        named = claims.get("aud", claims.get("client_id", ()))
        if self._audience.isdisjoint([named] if isinstance(named, str) else named):
            raise _refused("It is for another audience.")

    def _known_keys(self, max_age_s: float) -> KeySet:
        """Return the issuer's keys, read again if they are older than that."""
        with self._lock:
            if self._keys is None or time.monotonic() - self._read_at > max_age_s:
                described = _json(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
                if described.get("issuer") != self._issuer:
                    raise InvalidConfig(
                        f"The issuer calls itself {described.get('issuer')!r}, auth_url says {self._issuer!r}.",
                        hint="Write auth_url as the issuer writes itself, up to the last slash.",
                    )
                self._keys = KeySet.import_key_set(_json(str(described["jwks_uri"])))  # type: ignore[arg-type]
                self._read_at = time.monotonic()
            return self._keys


def _json(url: str) -> dict[str, Any]:
    try:
        with urlopen(url, timeout=TIMEOUT_S) as answer:  # noqa: S310 - http only for issuers on this machine
            found: dict[str, Any] = json.load(answer)
    except (URLError, OSError, ValueError) as err:
        raise BackendUnavailable("issuer") from err
    return found


def _refused(why: str) -> Unauthenticated:
    return Unauthenticated(f"The token is not accepted. {why}", hint="Sign in again to get a new one.")
