"""Blobs in this process's memory, for tests and trials: ``memory://``."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from automl_lite.blobs import BlobInfo, check_key
from automl_lite.blobs.signing import SignedLinks
from automl_lite.domain.errors import BlobNotFound


class MemoryBlobs(SignedLinks):
    """A dictionary from key to bytes."""

    def __init__(self, url: str = "memory://", *, secret: bytes = b"") -> None:
        super().__init__(secret)
        self._lock = threading.Lock()
        self._blobs: dict[str, bytes] = {}
        self._parts: dict[str, dict[int, bytes]] = {}

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes."""
        with self._lock:
            self._blobs[check_key(key)] = bytes(data)

    def place(self, key: str, file: Path) -> None:
        """Read and remove the file."""
        self.put(key, file.read_bytes())
        file.unlink()

    def open(self, key: str) -> BinaryIO:
        """Give a reader over the bytes."""
        return io.BytesIO(self._get(key))

    def info(self, key: str) -> BlobInfo:
        """Measure the bytes."""
        data = self._get(key)
        return BlobInfo(size_bytes=len(data), etag=hashlib.sha256(data).hexdigest()[:32])

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """Write a temporary file."""
        data = self._get(key)
        path = self.scratch()
        try:
            path.write_bytes(data)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keys(self, prefix: str) -> Iterator[str]:
        """Look through the keys."""
        with self._lock:
            found = sorted(key for key in self._blobs if key.startswith(prefix))
        yield from found

    def delete(self, key: str) -> None:
        """Forget the bytes."""
        with self._lock:
            self._blobs.pop(check_key(key), None)

    def delete_all(self, prefix: str) -> None:
        """Forget all under the prefix."""
        with self._lock:
            for key in [key for key in self._blobs if key.startswith(prefix)]:
                del self._blobs[key]

    def scratch(self) -> Path:
        """Return a new temporary file."""
        handle, name = tempfile.mkstemp(prefix="automl-lite-")
        os.close(handle)
        return Path(name)

    def begin_parts(self, key: str) -> str:
        """Begin a dictionary of parts."""
        upload_id = uuid4().hex
        with self._lock:
            self._parts[upload_id] = {}
        return upload_id

    def place_part(self, upload_id: str, number: int, file: Path) -> None:
        """Keep an uploaded part. Raises BlobNotFound if the upload is over or was given up."""
        data = file.read_bytes()
        file.unlink()
        with self._lock:
            if upload_id not in self._parts:
                raise BlobNotFound(f"part {number}")
            self._parts[upload_id][number] = data

    def arrived(self, key: str, upload_id: str) -> Mapping[int, int]:
        """Measure the parts."""
        with self._lock:
            return {number: len(data) for number, data in self._parts.get(upload_id, {}).items()}

    def join_parts(self, key: str, upload_id: str, n_parts: int) -> None:
        """Put the parts together."""
        with self._lock:
            if upload_id not in self._parts and key in self._blobs:
                return
            parts = self._parts.get(upload_id, {})
            missing = [number for number in range(1, n_parts + 1) if number not in parts]
            if missing:
                raise BlobNotFound(f"part {missing[0]}")
            self._blobs[check_key(key)] = b"".join(parts[number] for number in range(1, n_parts + 1))
            self._parts.pop(upload_id, None)

    def drop_parts(self, key: str, upload_id: str) -> None:
        """Forget the parts."""
        with self._lock:
            self._parts.pop(upload_id, None)

    def _get(self, key: str) -> bytes:
        with self._lock:
            try:
                return self._blobs[check_key(key)]
            except KeyError as err:
                raise BlobNotFound(key) from err
