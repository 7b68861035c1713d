"""Signed links for blob stores that have no web address of their own: this server serves them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote

from automl_lite.blobs import Download, Link
from automl_lite.domain.errors import LinkExpired, LinkRefused
from automl_lite.domain.records import from_plain, to_plain

PATH = "/api/blobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What the bearer of a link may do until ``until`` (seconds since 1970)."""

    op: Literal["put", "get"]
    key: str
    until: int
    max_bytes: int = 0
    min_bytes: int = 0
    upload_id: str = ""
    part: int = 0
    filename: str = ""
    content_type: str = ""
    inline: bool = False


class Signer:
    """Writes grants into URLs and reads them back (HMAC-SHA-256)."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def link(self, grant: Grant, name: str) -> Link:
        """Return a URL path that carries ``grant`` and ends in ``name``."""
        payload = json.dumps({k: v for k, v in to_plain(grant).items() if v}, separators=(",", ":"), sort_keys=True)
        body = _b64(payload.encode())
        # The name is for people who look at the URL; nothing is read from it.
        shown = "".join(c if c.isalnum() or c in "._-" else "_" for c in name[:100]) or "file"
        url = f"{PATH}/{body}.{self._sign(body)}/{quote(shown, safe='')}"
        return Link(url=url, expires_at=datetime.fromtimestamp(grant.until, UTC))

    def read(self, token: str, op: Literal["put", "get"]) -> Grant:
        """Return the grant of a token. Raises LinkRefused or LinkExpired."""
        body, _, signature = token.partition(".")
        if not hmac.compare_digest(self._sign(body).encode(), signature.encode()):
            raise LinkRefused
        grant = from_plain(Grant, json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
        if grant.op != op:
            raise LinkRefused(f"it is for {grant.op.upper()}")
        if datetime.now(UTC).timestamp() > grant.until:
            raise LinkExpired
        return grant

    def _sign(self, body: str) -> str:
        return _b64(hmac.digest(self._secret, body.encode(), hashlib.sha256))


class SignedLinks:
    """The link half of the blob port, for stores whose bytes travel through this server."""

    def __init__(self, secret: bytes) -> None:
        # Without a secret, links work until this object is gone.
        self.signer = Signer(secret or secrets.token_bytes(32))

    def put_link(
        self,
        key: str,
        *,
        expires_at: datetime,
        max_bytes: int,
        content_type: str,
        name: str,
        size_bytes: int | None = None,
    ) -> Link:
        """Allow one PUT of up to ``max_bytes``, whatever size was announced."""
        grant = Grant(op="put", key=key, until=_seconds(expires_at), max_bytes=max_bytes, content_type=content_type)
        return self.signer.link(grant, name)

    def get_link(self, key: str, *, expires_at: datetime, download: Download) -> Link:
        """Allow GET."""
        grant = Grant(
            op="get",
            key=key,
            until=_seconds(expires_at),
            filename=download.filename,
            content_type=download.content_type,
            inline=download.inline,
        )
        return self.signer.link(grant, download.filename)

    def part_link(self, key: str, upload_id: str, number: int, *, expires_at: datetime, size_bytes: int) -> Link:
        """Allow one PUT of a part."""
        grant = Grant(
            op="put",
            key=key,
            until=_seconds(expires_at),
            max_bytes=size_bytes,
            min_bytes=size_bytes,
            upload_id=upload_id,
            part=number,
        )
        return self.signer.link(grant, f"part-{number}")


def _seconds(time: datetime) -> int:
    return int(time.timestamp())


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
