"""From bytes to plain UTF-8 text on disk: unpacking, decoding and one kind of line end, all streamed and capped."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from automl_lite.ingest.errors import Damaged, UnknownEncoding
from automl_lite.ingest.limits import Limits

_BLOCK = 1 << 20
_LINE_FEED, _UNDERSCORE = ord("\n"), ord("_")


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What one pass over the bytes of a text tells.

    ``n_lf``, ``n_cr`` and ``n_crlf`` count line feeds, carriage returns and pairs of them; ``n_lines`` counts
    physical lines, the last one with or without a line end.
    """

    sha256: str
    size_bytes: int
    n_lf: int
    n_cr: int
    n_crlf: int
    n_nul: int
    n_underscores: int
    has_quotes: bool
    is_ascii: bool
    n_lines: int

    @property
    def newline(self) -> str:
        r"""``"\n"``, ``"\r\n"`` or ``"\r"`` where all line ends are the same, else an empty string."""
        if not self.n_cr:
            return "\n"
        if not self.n_lf:
            return "\r"
        return "\r\n" if self.n_cr == self.n_lf == self.n_crlf else ""


def scan(path: Path) -> TextFacts:
    """Read the file once and return its facts; 0.2 s for 150 MB, mostly without holding the interpreter."""
    digest = hashlib.sha256()
    size = n_lf = n_cr = n_crlf = n_nul = n_underscores = 0
    is_ascii, has_quotes = True, False
    last = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
            codes = np.frombuffer(block, np.uint8)  # counts common characters three times faster than bytes.count
            n_lf += int(np.count_nonzero(codes == _LINE_FEED))
            n_nul += block.count(b"\x00") if b"\x00" in block else 0
            n_underscores += int(np.count_nonzero(codes == _UNDERSCORE))
            has_quotes = has_quotes or b'"' in block
            is_ascii = is_ascii and block.isascii()
            if b"\r" in block or last == b"\r":
                n_cr += block.count(b"\r")
                n_crlf += block.count(b"\r\n") + (last == b"\r" and block.startswith(b"\n"))
            last = block[-1:]
    n_lines = n_lf + n_cr - n_crlf + (last not in (b"\n", b"\r", b""))
    return TextFacts(digest.hexdigest(), size, n_lf, n_cr, n_crlf, n_nul, n_underscores, has_quotes, is_ascii, n_lines)


def first_newline(path: Path) -> str:
    """Return the line end that the first 64 kB of a text suggest; line feeds where they are mixed."""
    with path.open("rb") as file:
        head = file.read(65_536)
    n_lf, n_pairs = head.count(b"\n"), head.count(b"\r\n")
    if not n_lf:
        return "\r" if b"\r" in head else "\n"
    return "\r\n" if n_pairs == n_lf else "\n"


def unpack_gzip(source: Path, out: Path, limits: Limits) -> None:
    """Unpack ``source`` to ``out``.

    Raises
    ------
    LimitExceeded
        As soon as the unpacked size or the ratio passes its cap; nothing beyond it is written.
    Damaged
        If the file breaks off or fails its checksum.
    """
    packed = source.stat().st_size
    unpacked = 0
    try:
        with gzip.open(source, "rb") as file, out.open("wb") as target:
            while block := file.read(_BLOCK):
                unpacked += len(block)
                limits.check_unpacked(unpacked, packed)
                target.write(block)
    except (EOFError, zlib.error, gzip.BadGzipFile) as err:
        raise Damaged("gzip file") from err


def write_utf8(source: Path, out: Path, codec: str, *, keep_broken: bool = False) -> None:
    """Write the text of ``source`` to ``out`` as UTF-8 with line feeds, without mark and without NUL characters.

    Parameters
    ----------
    keep_broken : bool, default=False
        Let bytes that are not UTF-8 through, for the reader to set their lines aside.

    Raises
    ------
    UnknownEncoding
        If the text is not in ``codec``; the message names the line.
    """
    decoder = codecs.getincrementaldecoder(codec)("surrogateescape" if keep_broken else "strict")
    held_back = ""  # a carriage return at the end of a block may be half of a pair
    n_lines = 0
    with source.open("rb") as file, out.open("wb") as target:
        while True:
            block = file.read(_BLOCK)
            try:
                text = held_back + decoder.decode(block, final=not block)
            except UnicodeDecodeError as err:
                good = err.object[: err.start].decode(codec, errors="replace")
                raise UnknownEncoding(n_lines + good.count("\n") + 1) from err
            held_back = "\r" if block and text.endswith("\r") else ""
            text = text.removesuffix(held_back) if held_back else text
            if "\r" in text:
                text = text.replace("\r\n", "\n").replace("\r", "\n")
            if n_lines == 0:
                text = text.removeprefix("\ufeff")
            text = text.replace("\x00", "")
            n_lines += text.count("\n")
            target.write(text.encode("utf-8", errors="surrogateescape"))
            if not block:
                return
