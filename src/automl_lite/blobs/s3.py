"""Blobs in Amazon S3: ``s3://BUCKET`` or ``s3://BUCKET/PREFIX``.

Region, credentials and, for an emulator, ``AWS_ENDPOINT_URL`` come from the environment, as the AWS SDK reads them.
The bucket's default encryption applies to everything.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from automl_lite._aws import client
from automl_lite.blobs import BlobInfo, Download, Link, check_key
from automl_lite.domain.errors import BackendUnavailable, BlobNotFound, SizeNeeded
from automl_lite.domain.records import utcnow

DELETE_BATCH = 1000  # DeleteObjects takes no more
READ_BUFFER_BYTES = 1 << 20
LINKS_KEPT = 4096
_ABSENT = {"404", "NoSuchKey", "NoSuchUpload", "NotFound"}
_UNAVAILABLE = {"500", "503", "InternalError", "NoSuchBucket", "RequestTimeout", "ServiceUnavailable", "SlowDown"}


class S3Blobs:
    """One object for each blob. ``secret`` is not used: S3 signs its own links with the caller's credentials."""

    def __init__(self, url: str, *, secret: bytes = b"") -> None:
        parts = urlsplit(url)
        self._bucket = parts.netloc
        self._prefix = f"{parts.path.strip('/')}/" if parts.path.strip("/") else ""
        self._client = client(
            "s3",
            signature_version="s3v4",
            max_pool_connections=32,
            # Links are signed before anyone knows the bytes; they cannot carry a checksum.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        # Signing the same thing twice gives two URLs, since the moment is part of it; the port promises one.
        self._signed = lru_cache(LINKS_KEPT)(self._sign_get)

    def put(self, key: str, data: bytes) -> None:
        """Put the object; S3 shows it when all of it has arrived."""
        with _translated(key):
            self._client.put_object(Bucket=self._bucket, Key=self._key(key), Body=data)

    def place(self, key: str, file: Path) -> None:
        """Upload the file, in parts if it is large, and remove it."""
        with _translated(key), self._transfers() as transfers:
            transfers.upload(str(file), self._bucket, self._key(key)).result()
        file.unlink()

    def open(self, key: str) -> BinaryIO:
        """Begin to read; seeking begins again elsewhere in the same version of the object."""
        reader = _Reader(self._client, key, Bucket=self._bucket, Key=self._key(key))
        return io.BufferedReader(reader, READ_BUFFER_BYTES)

    def info(self, key: str) -> BlobInfo:
        """Ask for the headers."""
        with _translated(key):
            head = self._client.head_object(Bucket=self._bucket, Key=self._key(key))
        return BlobInfo(size_bytes=head["ContentLength"], etag=head["ETag"].strip('"'))

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """Download to a temporary file."""
        path = self.scratch()
        try:
            with _translated(key), self._transfers() as transfers:
                transfers.download(self._bucket, self._key(key), str(path)).result()
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keys(self, prefix: str) -> Iterator[str]:
        """List the objects, a thousand at a time."""
        full = self._key(prefix)
        with _translated(prefix):
            for answer in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=full):
                for entry in answer.get("Contents", ()):
                    yield entry["Key"].removeprefix(self._prefix)

    def delete(self, key: str) -> None:
        """Delete the object."""
        with _translated(key):
            self._client.delete_object(Bucket=self._bucket, Key=self._key(key))

    def delete_all(self, prefix: str) -> None:
        """Delete what is listed, a thousand at a time."""
        found = list(self.keys(prefix))
        for start in range(0, len(found), DELETE_BATCH):
            objects = [{"Key": self._key(key)} for key in found[start : start + DELETE_BATCH]]
            with _translated(prefix):
                self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True})

    def scratch(self) -> Path:
        """Return a new temporary file."""
        handle, name = tempfile.mkstemp(prefix="automl-lite-")
        os.close(handle)
        return Path(name)

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
        """Sign a PUT of exactly ``size_bytes`` of that type. Raises SizeNeeded: S3 signs no upper limit."""
        if size_bytes is None:
            raise SizeNeeded
        kind = content_type or "application/octet-stream"
        url = self._sign("put_object", key, expires_at, ContentType=kind, ContentLength=size_bytes)
        return Link(url=url, expires_at=expires_at, headers={"Content-Type": kind})

    def get_link(self, key: str, *, expires_at: datetime, download: Download) -> Link:
        """Sign a GET that answers with the name and type that ``download`` asks for."""
        return Link(url=self._signed(key, expires_at, download), expires_at=expires_at)

    def begin_parts(self, key: str) -> str:
        """Begin a multipart upload."""
        with _translated(key):
            answer = self._client.create_multipart_upload(Bucket=self._bucket, Key=self._key(key))
        upload_id: str = answer["UploadId"]
        return upload_id

    def part_link(self, key: str, upload_id: str, number: int, *, expires_at: datetime, size_bytes: int) -> Link:
        """Sign a PUT of exactly ``size_bytes``."""
        part = {"UploadId": upload_id, "PartNumber": number, "ContentLength": size_bytes}
        return Link(url=self._sign("upload_part", key, expires_at, **part), expires_at=expires_at)

    def arrived(self, key: str, upload_id: str) -> Mapping[int, int]:
        """List the parts."""
        return {part["PartNumber"]: part["Size"] for part in self._parts(key, upload_id)}

    def join_parts(self, key: str, upload_id: str, n_parts: int) -> None:
        """Complete the multipart upload; one that is complete already is left as it is."""
        parts = {part["PartNumber"]: part["ETag"] for part in self._parts(key, upload_id)}
        if not parts:
            self.info(key)  # says so if the upload never was
            return
        missing = [number for number in range(1, n_parts + 1) if number not in parts]
        if missing:
            raise BlobNotFound(f"part {missing[0]}")
        chosen = [{"PartNumber": number, "ETag": parts[number]} for number in range(1, n_parts + 1)]
        with _translated(key):
            self._client.complete_multipart_upload(
                Bucket=self._bucket, Key=self._key(key), UploadId=upload_id, MultipartUpload={"Parts": chosen}
            )

    def drop_parts(self, key: str, upload_id: str) -> None:
        """Abort the multipart upload."""
        try:
            with _translated(key):
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._key(key), UploadId=upload_id)
        except BlobNotFound:
            return

    def _transfers(self) -> Any:
        """Return what moves files in parts, several at a time."""
        from s3transfer.manager import TransferManager  # predictions never move files, and need not wait for it

        return TransferManager(self._client)

    def _key(self, key: str) -> str:
        return f"{self._prefix}{check_key(key)}"

    def _parts(self, key: str, upload_id: str) -> list[dict[str, Any]]:
        pages = self._client.get_paginator("list_parts").paginate(
            Bucket=self._bucket, Key=self._key(key), UploadId=upload_id
        )
        try:
            with _translated(key):
                return [part for answer in pages for part in answer.get("Parts", ())]
        except BlobNotFound:
            return []

    def _sign_get(self, key: str, expires_at: datetime, download: Download) -> str:
        how = "inline" if download.inline else "attachment"
        disposition = f"{how}; filename*=UTF-8''{quote(download.filename, safe='')}"
        return self._sign(
            "get_object",
            key,
            expires_at,
            ResponseContentDisposition=disposition,
            ResponseContentType=download.content_type,
        )

    def _sign(self, operation: str, key: str, expires_at: datetime, **more: Any) -> str:
        seconds = max(1, ceil((expires_at - utcnow()).total_seconds()))
        url: str = self._client.generate_presigned_url(
            operation, Params={"Bucket": self._bucket, "Key": self._key(key), **more}, ExpiresIn=seconds
        )
        return url


class _Reader(io.RawIOBase):
    """An object as a file: one request, and one more for each jump."""

    def __init__(self, source: Any, name: str, **where: str) -> None:
        super().__init__()
        self._client = source
        self._name = name
        self._where = where
        with _translated(name):
            answer = source.get_object(**where)
        self._body = answer["Body"]
        self._etag = answer["ETag"]
        self._size = answer["ContentLength"]
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        target = max(0, start + offset)
        if target != self._at:
            self._body.close()
            self._body = self._from(target)
            self._at = target
        return self._at

    def readinto(self, buffer: Any) -> int:
        with _translated(self._name):
            data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._body.close()
        super().close()

    def _from(self, offset: int) -> Any:
        if offset >= self._size:
            return io.BytesIO()
        with _translated(self._name):
            return self._client.get_object(**self._where, Range=f"bytes={offset}-", IfMatch=self._etag)["Body"]


@contextmanager
def _translated(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as err:
        code = err.response["Error"]["Code"]
        if code in _ABSENT:
            raise BlobNotFound(key) from err
        if code in _UNAVAILABLE:
            raise BackendUnavailable("blob store") from err
        raise
    except BotoCoreError as err:
        raise BackendUnavailable("blob store") from err
