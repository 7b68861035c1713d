"""The finished parts of a batch in the blob store: what was scored before a crash is not scored again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from automl_lite.blobs import Blobs
from automl_lite.domain.errors import BlobNotFound


class BlobParts:
    """Parts under a prefix, each complete or not there: its record is written after its file.

    Parameters
    ----------
    prefix : str
        Key prefix that ends in ``/``.
    key : mapping
        What the parts depend on, JSON values: with any other key old parts are thrown away.
    """

    def __init__(self, blobs: Blobs, prefix: str, key: Mapping[str, Any]) -> None:
        self._blobs, self._prefix = blobs, prefix
        sign = json.dumps(key, sort_keys=True).encode()
        if self._read("key.json") != sign:
            blobs.delete_all(prefix)
            blobs.put(f"{prefix}key.json", sign)

    def done(self, index: int) -> dict[str, Any] | None:
        """Return the record of a part that is complete; None if it has to be made."""
        record = self._read(f"{index:07d}.json")
        facts: dict[str, Any] | None = None if record is None else orjson.loads(record)
        return facts

    def place(self, index: int, file: Path, facts: Mapping[str, Any]) -> None:
        """Keep a part and what is known about it (JSON values); the file is used up."""
        self._blobs.place(self._file(index), file)
        self._blobs.put(f"{self._prefix}{index:07d}.json", orjson.dumps(dict(facts)))

    @contextmanager
    def local(self, index: int) -> Iterator[Path]:
        """Give a part as a real file. Raises BlobNotFound."""
        with self._blobs.local(self._file(index)) as path:
            yield path

    def clear(self) -> None:
        """Remove all parts."""
        self._blobs.delete_all(self._prefix)

    def _file(self, index: int) -> str:
        return f"{self._prefix}{index:07d}.parquet"

    def _read(self, name: str) -> bytes | None:
        try:
            with self._blobs.open(self._prefix + name) as file:
                return file.read()
        except BlobNotFound:
            return None
