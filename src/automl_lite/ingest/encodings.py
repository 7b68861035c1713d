"""Which encoding a text is in: byte-order marks, UTF-8 by its own proof, then the shape of what comes out."""

from __future__ import annotations

import codecs
from pathlib import Path

from automl_lite.ingest.errors import UnknownEncoding
from automl_lite.ingest.formats import looks_utf16

SAMPLE_BYTES = 262_144
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Letters and signs that texts in these code pages really hold. Bytes alone do not tell one from another: every
# byte means something in each, so the page whose results are likely characters wins; the first wins a tie.
_LATIN = {
    "cp1252": "éèêëàâäáãåçñóòôöõøúùûüíìîïßæœÿýÉÈÊËÀÂÄÁÃÅÇÑÓÒÔÖÕØÚÙÛÜÍÌÎÏÆŒ“”‘’„–—…€£¥°§«»©®²³½¼¡¿·™•\xa0",
    "cp1250": "ąćęłńóśźżáčďéěíňřšťúůýžäëöüôľĺŕőűăâîşţđĄĆĘŁŃÓŚŹŻÁČĎÉĚÍŇŘŠŤÚŮÝŽÄÖÜŐŰĂÂÎŞŢĐ“”‘’„–—…€°§«»ß\xa0",
    "cp1254": "çğıöşüâîûÇĞİÖŞÜ“”‘’–—…€°\xa0",
    "cp1257": "āčēģīķļņšūžąęėįųĀČĒĢĪĶĻŅŠŪŽĄĘĖĮŲ“”‘’„–—…€°õäöü\xa0",
    "cp850": "éèêëàâäáåçñóòôöúùûüíìîïßÉÈÄÅÇÑÖÜ£°",
    "mac_roman": "éèêëàâäáãåçñóòôöõøúùûüíìîïßæœÉÀÄÅÇÑÖÜ“”‘’–—…€£°•",
}
_OTHER_LATIN = frozenset({"iso8859_1", "latin_1", "iso8859_2", "iso8859_10", "iso8859_15", "iso8859_16", "cp775"})


def guess(path: Path) -> str:
    """Return the Python codec of the text at ``path``, by its first 256 kB or its first bytes beyond ASCII.

    Raises
    ------
    UnknownEncoding
        If no codec decodes the sample into likely text.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
        for mark, codec in _BOMS:
            if head.startswith(mark):
                return codec
        if utf16 := looks_utf16(head):
            return utf16
        sample = head
        while sample.isascii():  # the first accent may be far down
            sample = file.read(1 << 20)
            if not sample:
                return "utf-8"
    if _is_utf8(sample) or survives_as_utf8(path):
        return "utf-8"
    return guess_legacy(sample)


def describe(codec: str) -> str:
    """Return the name of a codec as people know it."""
    return {"cp1252": "Windows-1252", "cp1250": "Windows-1250", "utf-16": "UTF-16", "utf-32": "UTF-32"}.get(
        codec, codec
    )


def is_utf8_file(path: Path) -> bool:
    """Whether every byte of the file is part of valid UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def survives_as_utf8(path: Path) -> bool:
    """Whether a file with broken UTF-8 is UTF-8 all the same: ten good lines beyond ASCII for each broken one."""
    n_good = n_broken = 0
    with path.open("rb") as file:
        for line in file:
            if line.isascii():
                continue
            try:
                line.decode()
            except UnicodeDecodeError:
                n_broken += 1
            else:
                n_good += 1
    return n_good >= 10 * n_broken


def first_broken_sample(path: Path) -> bytes:
    """Return up to 64 kB of the lines that are not UTF-8."""
    broken = b""
    with path.open("rb") as file:
        for line in file:
            if not line.isascii() and not _is_utf8(line):
                broken += line[:4_096]
                if len(broken) > 65_536:
                    break
    return broken


def guess_legacy(sample: bytes) -> str:
    """Return the code page of ``sample``, which is known not to be UTF-8."""
    lines = [line for line in sample.splitlines() if not line.isascii()][:2_000]
    beyond_ascii = b"\n".join(lines)[:65_536]
    from charset_normalizer import from_bytes  # costs 30 ms; most files are UTF-8

    best = from_bytes(beyond_ascii).best()
    name = best.encoding if best else ""
    is_latin = not name or name in _LATIN or name in _OTHER_LATIN or name.startswith("mac_")
    if name and not is_latin and not _is_likely_latin(beyond_ascii):
        return name
    scores = {codec: _likelihood(beyond_ascii, codec) for codec in _LATIN}
    codec = max(scores, key=lambda codec: scores[codec])  # dicts keep their order: cp1252 wins ties
    if scores[codec] < 0.5:
        if name:
            return name
        raise UnknownEncoding
    return codec


def _is_utf8(sample: bytes) -> bool:
    """Whether ``sample`` decodes; it may begin and end inside a character."""
    for start in range(4):
        try:
            codecs.getincrementaldecoder("utf-8")().decode(sample[start:])
        except UnicodeDecodeError as err:
            if err.start > 0:
                return False
        else:
            return True
    return False


def _is_likely_latin(sample: bytes) -> bool:
    """Few bytes beyond ASCII among many letters, as in Western text; other scripts are mostly beyond ASCII."""
    n_high = sum(byte >= 0x80 for byte in sample)
    n_letters = sum(chr(byte).isalpha() for byte in sample if byte < 0x80)
    return n_high < 0.25 * n_letters


def _likelihood(sample: bytes, codec: str) -> float:
    text = sample.decode(codec, errors="replace")
    high = [char for char in text if ord(char) >= 0x80]
    return sum(char in _LATIN[codec] for char in high) / max(len(high), 1)
