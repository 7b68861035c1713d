"""Uploads: register a file, hand out links for its bytes, see that all of them arrived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from automl_lite.blobs import Blobs, Link
from automl_lite.domain.callers import Caller
from automl_lite.domain.datasets import Dataset, DatasetState
from automl_lite.domain.errors import BlobNotFound, StateError, TooLarge, UploadMissing
from automl_lite.domain.records import utcnow
from automl_lite.services.records import own_dataset
from automl_lite.store import Store

RAW = "raw"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLimits:
    """Sizes in bytes, ``link_seconds`` until links expire."""

    max_bytes: int
    part_threshold_bytes: int
    part_bytes: int
    link_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartUpload:
    """A piece of a large file and where to PUT it."""

    number: int
    offset: int
    size_bytes: int
    link: Link
    arrived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A registered file and its links."""

    dataset: Dataset
    link: Link
    parts: tuple[PartUpload, ...]
    expires_in: int
    max_bytes: int


class Uploads:
    """Bytes in."""

    def __init__(
        self, store: Store, blobs: Blobs, limits: UploadLimits, *, expect: Callable[[], None] = lambda: None
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._limits = limits
        # Called when a file is on its way and will soon be read.
        self._expect = expect

    def start(self, caller: Caller, *, filename: str, content_type: str, size_bytes: int | None) -> Upload:
        """Register a file. Raises TooLarge if its declared size is above the limit, SizeNeeded if S3 must know it."""
        limits = self._limits
        if size_bytes is not None and size_bytes > limits.max_bytes:
            raise TooLarge(
                f"The file has {size_bytes:,} bytes; at most {limits.max_bytes:,} are taken.",
                hint="Upload fewer rows, a Parquet file, or raise AUTOML_LITE_MAX_UPLOAD_BYTES.",
            )
        dataset = Dataset(
            id=str(uuid4()),
            user_id=caller.user_id,
            filename=filename,
            content_type=content_type,
            created_at=utcnow(),
            declared_bytes=size_bytes,
        )
        if size_bytes is not None and size_bytes > limits.part_threshold_bytes:
            upload_id = self._blobs.begin_parts(dataset.key(RAW))
            dataset = replace(dataset, upload_id=upload_id, part_bytes=limits.part_bytes)
        upload = self._links(dataset)
        self._store.datasets.add(dataset)
        self._expect()
        return upload

    def take(self, caller: Caller, *, filename: str, data: bytes) -> Dataset:
        """Store a file that came whole with a request. Raises TooLarge."""
        if len(data) > self._limits.max_bytes:
            raise TooLarge(f"The file has {len(data):,} bytes; at most {self._limits.max_bytes:,} are taken.")
        dataset = Dataset(
            id=str(uuid4()),
            user_id=caller.user_id,
            filename=filename,
            created_at=utcnow(),
            declared_bytes=len(data),
        )
        self._blobs.put(dataset.key(RAW), data)
        self._store.datasets.add(dataset)
        return dataset

    def resume(self, caller: Caller, dataset_id: str) -> Upload:
        """Return fresh links, and which parts have arrived. Raises StateError once the file has been read."""
        dataset = own_dataset(self._store, caller, dataset_id)
        if dataset.state is not DatasetState.WAITING:
            raise StateError(
                f"The upload of data set {dataset.id} is over: it is {dataset.state}.", hint="Start a new POST /upload."
            )
        return self._links(dataset)

    def settle(self, dataset: Dataset) -> int:
        """See that the bytes of ``dataset`` are complete, joining parts; return how many there are.

        Raises UploadMissing if something has not arrived, TooLarge if more arrived than is allowed.
        """
        key = dataset.key(RAW)
        if dataset.upload_id:
            sizes = _part_sizes(dataset)
            arrived = self._blobs.arrived(key, dataset.upload_id)
            missing = [number for number, size in enumerate(sizes, 1) if arrived.get(number) != size]
            if arrived and missing:
                raise UploadMissing(dataset.id, f"{len(sizes) - len(missing)} of {len(sizes)} parts")
        try:
            if dataset.upload_id:
                self._blobs.join_parts(key, dataset.upload_id, len(_part_sizes(dataset)))
            size = self._blobs.info(key).size_bytes
        except BlobNotFound as err:
            raise UploadMissing(dataset.id) from err
        if size > self._limits.max_bytes:
            self._blobs.delete(key)
            raise TooLarge(
                f"The file has {size:,} bytes; at most {self._limits.max_bytes:,} are taken.",
                hint="Upload fewer rows, or raise AUTOML_LITE_MAX_UPLOAD_BYTES.",
            )
        if dataset.declared_bytes is not None and size != dataset.declared_bytes:
            raise UploadMissing(dataset.id, f"{size:,} of {dataset.declared_bytes:,} bytes")
        return size

    def _links(self, dataset: Dataset) -> Upload:
        limits = self._limits
        expires_at = utcnow() + timedelta(seconds=limits.link_seconds)
        max_bytes = limits.max_bytes if dataset.declared_bytes is None else dataset.declared_bytes
        link = self._blobs.put_link(
            dataset.key(RAW),
            expires_at=expires_at,
            max_bytes=max_bytes,
            content_type=dataset.content_type,
            name=dataset.filename,
            size_bytes=dataset.declared_bytes,
        )
        return Upload(
            dataset=dataset,
            link=link,
            parts=tuple(self._parts(dataset, expires_at)) if dataset.upload_id else (),
            expires_in=limits.link_seconds,
            max_bytes=max_bytes,
        )

    def _parts(self, dataset: Dataset, expires_at: datetime) -> list[PartUpload]:
        key = dataset.key(RAW)
        arrived = self._blobs.arrived(key, dataset.upload_id)
        return [
            PartUpload(
                number=number,
                offset=(number - 1) * dataset.part_bytes,
                size_bytes=size,
                arrived=arrived.get(number) == size,
                link=self._blobs.part_link(key, dataset.upload_id, number, expires_at=expires_at, size_bytes=size),
            )
            for number, size in enumerate(_part_sizes(dataset), 1)
        ]


def _part_sizes(dataset: Dataset) -> list[int]:
    total, part = dataset.declared_bytes or 0, dataset.part_bytes
    return [min(part, total - start) for start in range(0, total, part)]
