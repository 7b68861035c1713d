"""JSON of uploads."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from automl_lite.server.schemas import EXAMPLE_DATASET_ID, In, JsonInt, Out


class UploadIn(In):
    """A file that is about to be uploaded."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"filename": "titanic.csv", "content_type": "text/csv", "size_bytes": 62002}]}
    )

    filename: Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00]*$")] = Field(
        description="What the file is called. It is shown, never used as a path."
    )
    content_type: Annotated[str, StringConstraints(max_length=127, pattern=r"^[\x20-\x7e]*$")] = Field(
        default="application/octet-stream", description="Kept for downloads; the content decides how the file is read."
    )
    size_bytes: JsonInt | None = Field(
        default=None, ge=0, le=2**53, description="If known: refused at once when too large; large files get parts."
    )


class UploadPart(Out):
    """One piece of a large file."""

    number: int = Field(description="Counted from 1.")
    offset: int = Field(description="Where the piece begins in the file, in bytes.")
    size_bytes: int
    url: str = Field(description="PUT exactly these bytes here.")
    arrived: bool = Field(description="True for pieces that need not be sent again.")


class UploadOut(Out):
    """Where to PUT the bytes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "dataset_id": EXAMPLE_DATASET_ID,
                    "upload_url": "http://127.0.0.1:8000/api/blobs/eyJvIjoicHV0In0.c2ln/titanic.csv",
                    "method": "PUT",
                    "headers": {},
                    "expires_in": 3600,
                    "max_bytes": 2147483648,
                    "part_bytes": None,
                    "parts": [],
                }
            ]
        }
    )

    dataset_id: str
    upload_url: str = Field(description="PUT the whole file here, unless `parts` is filled.")
    method: str
    headers: dict[str, str] = Field(description="Send these headers with the PUT.")
    expires_in: int = Field(description="Seconds until the links expire.")
    max_bytes: int
    part_bytes: int | None = Field(description="Size of every part but the last, for files over 100 MB.")
    parts: list[UploadPart] = Field(
        description="For large files: PUT each part to its URL, in any order; ask again after an interruption."
    )


class ReceivedOut(Out):
    """Bytes that arrived through a signed link."""

    size_bytes: int
    etag: str
