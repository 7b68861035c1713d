"""Callers whom Amazon API Gateway has verified before the function ran: ``gateway://``.

Tokens of an OpenID Connect issuer name people by their subject; signed requests name them by the ARN of the IAM user,
or of the role and its session. What stands in headers is not looked at: only the gateway fills the event's context.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from automl_lite.auth import Credentials
from automl_lite.domain.callers import Caller
from automl_lite.domain.errors import Unauthenticated

_NAMES = ("name", "email", "preferred_username", "cognito:username", "username")


class GatewayAuth:
    """Takes the identity from the request context of HTTP APIs (payload 2.0) and REST APIs (1.0)."""

    protects = True

    def __init__(self, url: str = "gateway://") -> None:
        """Nothing is configured here: issuer and audience are the gateway's to check."""

    def authenticate(self, credentials: Credentials) -> Caller:
        """Return the verified caller. Raises Unauthenticated for a route that lets anybody through."""
        context = credentials.gateway
        authorizer = context.get("authorizer") or {}
        claims = (authorizer.get("jwt") or authorizer).get("claims") or {}
        if subject := claims.get("sub"):
            name = next((str(claims[key]) for key in _NAMES if claims.get(key)), "")
            return Caller(user_id=str(subject), name=name)
        if arn := _signer(context, authorizer):
            return Caller(user_id=arn, name=arn.rpartition("/")[2])
        raise Unauthenticated(
            "API Gateway does not say who calls.",
            hint="Its route needs an authorizer: AWS_IAM, or JWT with tokens that have a subject.",
        )


def _signer(context: Mapping[str, Any], authorizer: Mapping[str, Any]) -> str:
    """Return the ARN of whoever signed the request; empty if nobody did."""
    return str((authorizer.get("iam") or context.get("identity") or {}).get("userArn") or "")
