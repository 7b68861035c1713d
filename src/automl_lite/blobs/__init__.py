"""The port for bytes: files by relative, '/'-separated key, and links that move them without credentials.

One object may be shared by threads. Keys hold letters, digits and ``. _ - /`` only; no part begins with a dot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from automl_lite._adapters import load_adapter

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobInfo:
    """Size in bytes and an opaque tag that changes with the content."""

    size_bytes: int
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A signed URL; send ``headers`` with the request. Paths without a host are on the server that handed it out."""

    url: str
    expires_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """How a file shall arrive: its name, type, and whether browsers show it instead of saving it."""

    filename: str
    content_type: str = "application/octet-stream"
    inline: bool = False


class BlobStore(Protocol):
    """Bytes by key."""

    def put(self, key: str, data: bytes) -> None:
        """Store ``data``. Readers see all of the old bytes or all of the new ones, never a mix."""

    def place(self, key: str, file: Path) -> None:
        """Store a file, as atomically as ``put``; the file is used up (moved or removed)."""

    def open(self, key: str) -> BinaryIO:
        """Open for reading from byte 0. Raises BlobNotFound."""

    def info(self, key: str) -> BlobInfo:
        """Return size and tag. Raises BlobNotFound."""

    def local(self, key: str) -> AbstractContextManager[Path]:
        """Give a real file to read within the ``with`` block. Raises BlobNotFound."""

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with ``prefix`` (which ends in '/'), in order."""

    def delete(self, key: str) -> None:
        """Remove one blob; absent ones are no error."""

    def delete_all(self, prefix: str) -> None:
        """Remove every blob whose key begins with ``prefix`` (which ends in '/')."""

    def scratch(self) -> Path:
        """Return the path of a new, empty file that ``place`` moves cheaply."""


class BlobLinks(Protocol):
    """Links to blobs, and uploads in parts."""

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
        """Allow one PUT of at most ``max_bytes`` to ``key``; ``name`` is only for people who look at the URL.

        Stores that can only hold a PUT to one exact size (S3) need it: they raise SizeNeeded without ``size_bytes``.
        """

    def get_link(self, key: str, *, expires_at: datetime, download: Download) -> Link:
        """Allow GET of ``key``. The same arguments give the same URL."""

    def begin_parts(self, key: str) -> str:
        """Begin an upload in parts; return its id."""

    def part_link(self, key: str, upload_id: str, number: int, *, expires_at: datetime, size_bytes: int) -> Link:
        """Allow one PUT of exactly ``size_bytes`` as part ``number``, counted from 1."""

    def arrived(self, key: str, upload_id: str) -> Mapping[int, int]:
        """Return the size of every part that has arrived, by number; nothing for unknown ids."""

    def join_parts(self, key: str, upload_id: str, n_parts: int) -> None:
        """Make one blob of parts 1 … ``n_parts``; safe to repeat. Raises BlobNotFound if one is missing."""

    def drop_parts(self, key: str, upload_id: str) -> None:
        """Forget an upload in parts; unknown ids are no error."""


class Blobs(BlobStore, BlobLinks, Protocol):
    """A whole blob store."""


ADAPTERS = {
    "memory": ("automl_lite.blobs.memory:MemoryBlobs", ""),
    "file": ("automl_lite.blobs.local:LocalBlobs", ""),
    "s3": ("automl_lite.blobs.s3:S3Blobs", "aws"),
}


def open_blobs(url: str, *, secret: bytes = b"") -> Blobs:
    """Open the blob store at ``url``; ``secret`` signs the links of stores that this server serves itself.

    Raises UnknownScheme, or ExtraMissing if the adapter's dependencies are not installed.
    """
    blobs: Blobs = load_adapter("blob store", url, ADAPTERS)(url, secret=secret)
    return blobs


def check_key(key: str) -> str:
    """Return ``key`` if every store takes it. Raises ValueError: keys are made by us, never by users."""
    if not _KEY.fullmatch(key.rstrip("/")):
        raise ValueError(f"{key!r} is not a blob key")
    return key
