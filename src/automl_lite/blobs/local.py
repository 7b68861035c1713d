"""Blobs in a folder of this machine: ``file:///srv/automl-lite/blobs``."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from automl_lite.blobs import BlobInfo, check_key
from automl_lite.blobs.signing import SignedLinks
from automl_lite.domain.errors import BlobNotFound

# A file that was being written when its process died; older ones are swept when the store opens.
_STALE_S = 24 * 3600


class LocalBlobs(SignedLinks):
    """One file for each blob, written beside and renamed, so that readers never see half of it."""

    def __init__(self, url: str, *, secret: bytes = b"") -> None:
        super().__init__(secret)
        self._root = Path(unquote(urlsplit(url).path))
        self._files = self._root / "files"
        self._scratch = self._root / "scratch"
        self._parts = self._root / "parts"
        for folder in (self._files, self._scratch, self._parts):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._sweep()

    def put(self, key: str, data: bytes) -> None:
        """Write and rename."""
        path = self.scratch()
        path.write_bytes(data)
        self.place(key, path)

    def place(self, key: str, file: Path) -> None:
        """Rename within the same disk; from another one, copy and rename."""
        target = self._path(key)
        with file.open("rb+") as handle:
            os.fsync(handle.fileno())
        while True:
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                file.replace(target)
                return
            except FileNotFoundError:
                if not file.exists():
                    raise
                # delete_all took the folder between the two lines: make it again
            except OSError:
                near = self.scratch()
                shutil.copyfile(file, near)
                file.unlink()
                file = near

    def open(self, key: str) -> BinaryIO:
        """Open the file."""
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as err:
            raise BlobNotFound(key) from err

    def info(self, key: str) -> BlobInfo:
        """Look at the file."""
        with self.open(key) as handle:
            stat = os.fstat(handle.fileno())
        return BlobInfo(size_bytes=stat.st_size, etag=f"{stat.st_mtime_ns:x}-{stat.st_size:x}")

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """Give the file itself."""
        path = self._path(key)
        if not path.is_file():
            raise BlobNotFound(key)
        yield path

    def keys(self, prefix: str) -> Iterator[str]:
        """Walk the folder."""
        found = [path for path in self._path(prefix).rglob("*") if path.is_file()]
        yield from sorted(path.relative_to(self._files).as_posix() for path in found)

    def delete(self, key: str) -> None:
        """Remove the file."""
        self._path(key).unlink(missing_ok=True)

    def delete_all(self, prefix: str) -> None:
        """Move the folder away, then remove it: a reader sees all of it or nothing."""
        away = self._scratch / uuid4().hex
        try:
            self._path(prefix).rename(away)
        except FileNotFoundError:
            return
        shutil.rmtree(away, ignore_errors=True)

    def scratch(self) -> Path:
        """Return a new file in the scratch folder."""
        handle, name = tempfile.mkstemp(dir=self._scratch)
        os.close(handle)
        return Path(name)

    def begin_parts(self, key: str) -> str:
        """Make a folder for the parts."""
        upload_id = uuid4().hex
        (self._parts / upload_id).mkdir()
        return upload_id

    def place_part(self, upload_id: str, number: int, file: Path) -> None:
        """Keep an uploaded part. Raises BlobNotFound if the upload is over or was given up."""
        try:
            file.replace(self._parts / check_key(upload_id) / str(number))
        except FileNotFoundError as err:
            raise BlobNotFound(f"part {number}") from err

    def arrived(self, key: str, upload_id: str) -> Mapping[int, int]:
        """List the folder of the parts."""
        folder = self._parts / check_key(upload_id)
        if not folder.is_dir():
            return {}
        return {int(path.name): path.stat().st_size for path in folder.iterdir() if path.name.isdigit()}

    def join_parts(self, key: str, upload_id: str, n_parts: int) -> None:
        """Append part after part."""
        folder = self._parts / check_key(upload_id)
        if not folder.is_dir() and self._path(key).is_file():
            return
        whole = self.scratch()
        with whole.open("wb") as target:
            for number in range(1, n_parts + 1):
                try:
                    with (folder / str(number)).open("rb") as part:
                        _append(part, target)
                except FileNotFoundError as err:
                    whole.unlink()
                    raise BlobNotFound(f"part {number}") from err
        self.place(key, whole)
        shutil.rmtree(folder, ignore_errors=True)

    def drop_parts(self, key: str, upload_id: str) -> None:
        """Remove the folder of the parts."""
        shutil.rmtree(self._parts / check_key(upload_id), ignore_errors=True)

    def _path(self, key: str) -> Path:
        return self._files / check_key(key)

    def _sweep(self) -> None:
        for path in self._scratch.iterdir():
            if time.time() - path.stat().st_mtime > _STALE_S:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _append(part: BinaryIO, target: BinaryIO) -> None:
    """Copy a whole file to where another one is being written; on Linux without a detour through this process."""
    if sys.platform != "linux":
        shutil.copyfileobj(part, target, 1 << 20)
        return
    target.flush()
    left = os.fstat(part.fileno()).st_size
    while left:
        left -= os.sendfile(target.fileno(), part.fileno(), None, left)
