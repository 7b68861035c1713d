"""What every blob store promises (automl_lite.blobs): memory, a folder and S3."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from automl_lite.blobs import Download, open_blobs
from automl_lite.domain.errors import BlobNotFound, LinkExpired, LinkRefused, UnknownScheme
from automl_lite.domain.records import utcnow


@pytest.fixture(params=["memory", "file", "s3"])
def blobs(request, tmp_path):
    if request.param == "s3":
        return open_blobs(request.getfixturevalue("s3_url"))
    url = "memory://" if request.param == "memory" else f"file://{tmp_path}/blobs with space"
    return open_blobs(url.replace(" ", "%20"), secret=b"s" * 32)


@pytest.fixture(params=["memory", "file"])
def served_blobs(request, tmp_path):
    """Blobs whose links this server serves itself."""
    return open_blobs("memory://" if request.param == "memory" else f"file://{tmp_path}/blobs", secret=b"s" * 32)


def place_part(blobs: Any, key: str, upload_id: str, number: int, data: bytes) -> None:
    """Let a part arrive: as the server's own route does it, or through a link."""
    if hasattr(blobs, "place_part"):
        path = blobs.scratch()
        path.write_bytes(data)
        try:
            blobs.place_part(upload_id, number, path)
        finally:
            path.unlink(missing_ok=True)
        return
    soon = utcnow() + timedelta(minutes=5)
    link = blobs.part_link(key, upload_id, number, expires_at=soon, size_bytes=len(data))
    try:
        urlopen(Request(link.url, data=data, headers={"Content-Type": "x/y", **link.headers}, method="PUT")).close()  # noqa: S310
    except HTTPError as err:
        err.close()
        raise BlobNotFound(f"part {number}") from err


def test_gives_back_the_bytes(blobs):
    blobs.put("a/b.bin", b"\x00\xff" * 1000)
    with blobs.open("a/b.bin") as file:
        assert file.read() == b"\x00\xff" * 1000
    assert blobs.info("a/b.bin").size_bytes == 2000
    with blobs.local("a/b.bin") as path:
        assert path.read_bytes() == b"\x00\xff" * 1000


def test_a_placed_file_is_used_up(blobs):
    path = blobs.scratch()
    path.write_bytes(b"hello")
    blobs.place("a/placed", path)
    with blobs.open("a/placed") as file:
        assert file.read() == b"hello"
    assert not path.exists()


def test_missing_key_names_itself(blobs):
    for ask in (blobs.open, blobs.info):
        with pytest.raises(BlobNotFound, match="runs/8"):
            ask("runs/8")
    with pytest.raises(BlobNotFound), blobs.local("runs/8"):
        pass
    blobs.put("runs/8/file", b"x")
    with pytest.raises(BlobNotFound):
        blobs.open("runs/8")


def test_keys_are_listed_by_prefix_and_deleted(blobs):
    for key in ("d/1/b", "d/1/a", "d/1/deep/c", "d/10/a", "e"):
        blobs.put(key, b"x")
    assert list(blobs.keys("d/1/")) == ["d/1/a", "d/1/b", "d/1/deep/c"]
    blobs.delete("d/1/a")
    blobs.delete("d/1/a")
    assert list(blobs.keys("d/1/")) == ["d/1/b", "d/1/deep/c"]
    blobs.delete_all("d/1/")
    blobs.delete_all("d/1/")
    assert list(blobs.keys("d/1/")) == []
    assert list(blobs.keys("d/10/")) == ["d/10/a"]
    assert list(blobs.keys("nothing/")) == []


def test_the_tag_changes_with_the_content(blobs):
    blobs.put("k", b"one")
    first = blobs.info("k").etag
    assert blobs.info("k").etag == first
    blobs.put("k", b"three")
    assert blobs.info("k").etag != first


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../x", "a/../b", "a//b", ".hidden", "a/.b", "a\\b", "ä", "a b", "a\0"]
)
def test_keys_of_another_form_are_bugs(blobs, key):
    with pytest.raises(ValueError, match="not a blob key"):
        blobs.put(key, b"x")


def test_readers_never_see_half_a_blob(blobs):
    blobs.put("k", b"a" * 100_000)
    over = threading.Event()

    def write() -> None:
        for n in range(60):
            blobs.put("k", (b"b" if n % 2 else b"a") * 100_000)
        over.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not over.is_set():
        with blobs.open("k") as file:
            content = file.read()
        assert len(content) == 100_000
        assert len(set(content)) == 1
    writer.join()


def test_an_open_reader_outlives_deletion(blobs):
    blobs.put("d/k", b"x" * 10)
    with blobs.open("d/k") as file:
        blobs.delete_all("d/")
        assert file.read() == b"x" * 10


def test_parts_become_one_blob(blobs):
    key = "d/raw"
    first = bytes(5 * 1024 * 1024)  # S3 takes smaller parts only as the last one
    upload_id = blobs.begin_parts(key)
    assert blobs.arrived(key, upload_id) == {}
    for number, data in ((2, b"world"), (1, first)):
        place_part(blobs, key, upload_id, number, data)
    assert blobs.arrived(key, upload_id) == {1: len(first), 2: 5}
    with pytest.raises(BlobNotFound, match="part 3"):
        blobs.join_parts(key, upload_id, 3)
    blobs.join_parts(key, upload_id, 2)
    blobs.join_parts(key, upload_id, 2)
    with blobs.open(key) as file:
        assert file.read() == first + b"world"
    assert blobs.arrived(key, upload_id) == {}


def test_an_upload_in_parts_can_be_given_up(blobs):
    upload_id = blobs.begin_parts("d/raw")
    blobs.drop_parts("d/raw", upload_id)
    blobs.drop_parts("d/raw", upload_id)
    with pytest.raises(BlobNotFound):
        place_part(blobs, "d/raw", upload_id, 1, b"late")


def _token(link) -> str:
    return link.url.removeprefix("/api/blobs/").split("/")[0]


def test_a_reader_can_jump(blobs):
    blobs.put("k", bytes(range(200)))
    with blobs.open("k") as file:
        assert file.read(3) == b"\x00\x01\x02"
        file.seek(150)
        assert file.read(2) == bytes([150, 151])
        file.seek(500)
        assert file.read(1) == b""


def test_links_carry_their_grant_and_nothing_else_works(served_blobs):
    blobs = served_blobs
    soon = utcnow() + timedelta(minutes=5)
    put = blobs.put_link("d/raw", expires_at=soon, max_bytes=7, content_type="text/csv", name="a/../b ü.csv")
    assert put.url.startswith("/api/blobs/")
    assert put.url.count("/") == 4
    grant = blobs.signer.read(_token(put), "put")
    assert (grant.key, grant.max_bytes) == ("d/raw", 7)
    with pytest.raises(LinkRefused, match="it is for PUT"):
        blobs.signer.read(_token(put), "get")
    for token in ("", "x", "x.y", _token(put)[:-1], "A" + _token(put), _token(put) + "ä"):
        with pytest.raises(LinkRefused):
            blobs.signer.read(token, "put")


def test_the_same_arguments_give_the_same_link(blobs):
    soon, download = utcnow() + timedelta(minutes=5), Download(filename="m.onnx")
    assert blobs.get_link("k", expires_at=soon, download=download) == blobs.get_link(
        "k", expires_at=soon, download=download
    )


def test_links_expire(served_blobs):
    blobs, download = served_blobs, Download(filename="m.onnx")
    late = blobs.get_link("k", expires_at=utcnow() - timedelta(seconds=2), download=download)
    with pytest.raises(LinkExpired):
        blobs.signer.read(_token(late), "get")


def test_another_secret_opens_nothing(served_blobs):
    blobs = served_blobs
    link = open_blobs("memory://", secret=b"t" * 32).get_link(
        "k", expires_at=utcnow() + timedelta(minutes=5), download=Download(filename="f")
    )
    with pytest.raises(LinkRefused):
        blobs.signer.read(_token(link), "get")


def test_unknown_schemes_name_the_known_ones():
    with pytest.raises(UnknownScheme, match="'ftp'") as caught:
        open_blobs("ftp://x")
    assert "file, memory, s3" in caught.value.hint
