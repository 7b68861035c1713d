"""POST /upload and the signed links of a local blob store."""

from __future__ import annotations

from fastapi import APIRouter

from automl_lite.domain.errors import DatasetNotFound, SizeNeeded, StateError, TooLarge
from automl_lite.server.deps import CallerDep, DatasetId, LinksDep, ServicesDep
from automl_lite.server.errors import responses
from automl_lite.server.uploads.schemas import UploadIn, UploadOut, UploadPart
from automl_lite.services.uploads import Upload

router = APIRouter(prefix="/upload", tags=["uploads"])


def _view(upload: Upload, links: LinksDep) -> UploadOut:
    parts = [
        UploadPart(
            number=part.number,
            offset=part.offset,
            size_bytes=part.size_bytes,
            url=links.absolute(part.link.url),
            arrived=part.arrived,
        )
        for part in upload.parts
    ]
    return UploadOut(
        dataset_id=upload.dataset.id,
        upload_url=links.absolute(upload.link.url),
        method="PUT",
        headers=dict(upload.link.headers),
        expires_in=upload.expires_in,
        max_bytes=upload.max_bytes,
        part_bytes=upload.dataset.part_bytes or None,
        parts=parts,
    )


@router.post("", status_code=201, responses=responses(TooLarge, SizeNeeded), operation_id="startUpload")
def start_upload(body: UploadIn, services: ServicesDep, caller: CallerDep, links: LinksDep) -> UploadOut:
    """Register a file and get a signed URL to PUT its bytes to; then confirm the data set.

    Files over 100 MB whose size is given get one URL for each part, so that an interrupted upload can go on.
    """
    upload = services.uploads.start(
        caller, filename=body.filename, content_type=body.content_type, size_bytes=body.size_bytes
    )
    return _view(upload, links)


@router.get("/{dataset_id}", responses=responses(DatasetNotFound, StateError), operation_id="resumeUpload")
def resume_upload(dataset_id: DatasetId, services: ServicesDep, caller: CallerDep, links: LinksDep) -> UploadOut:
    """Get fresh links for an upload that was interrupted, and which parts have arrived."""
    return _view(services.uploads.resume(caller, str(dataset_id)), links)
