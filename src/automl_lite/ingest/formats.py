"""What a file is, told by its first bytes and never by its name; what cannot be a table is refused here."""

from __future__ import annotations

import json
import re
import zipfile
from enum import StrEnum
from pathlib import Path

from automl_lite.ingest.errors import Damaged, EmptyFile, IsArchive, IsJson, NotATable

HEAD_BYTES = 65_536


class Format(StrEnum):
    """The formats that can be read."""

    TEXT = "csv"
    GZIP = "gzip"
    PARQUET = "parquet"
    XLSX = "xlsx"
    JSON_LINES = "json-lines"


_PICTURES_AND_OTHERS = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"%PDF-", "a PDF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document such as .xls; save it as .xlsx or CSV"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"ARROW1\x00\x00", "an Arrow or Feather file; save it as Parquet"),
    (b"Obj\x01", "an Avro file; save it as Parquet"),
    (b"ORC", "an ORC file; save it as Parquet"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"OggS", "a sound file"),
    (b"ID3", "a sound file"),
    (b"fLaC", "a sound file"),
    (b"{\\rtf", "an RTF document; save it as CSV"),
    (b"$FL2@(#)", "an SPSS file; save it as CSV"),
    (b"<stata_dta>", "a Stata file; save it as CSV"),
    (b"RDX3\n", "an R data file; save it as CSV"),
)
_ARCHIVES = (
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\x04\x22\x4d\x18", "LZ4"),
)
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_MARKUP = re.compile(rb"<(!doctype html|html|head|body|table|\?xml|svg)[\s>]", re.IGNORECASE)
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27, 28, 29, 30, 31}) + b"\x7f"


def detect(path: Path) -> Format:
    """Tell the format of the file at ``path``.

    Raises
    ------
    EmptyFile, NotATable, IsArchive, IsJson
        With what the content looks like.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip(b" \t\r\n\x0b\x0c\x00\xef\xbb\xbf\xff\xfe"):
        if path.stat().st_size > len(head):
            raise NotATable("an empty disk area")
        raise EmptyFile
    if head.startswith(b"\x1f\x8b"):
        return Format.GZIP
    if head.startswith(b"PAR1"):
        return Format.PARQUET
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_format(path)
    for magic, name in _ARCHIVES:
        if head.startswith(magic):
            raise IsArchive(name)
    if head[257:262] == b"ustar":
        raise IsArchive("TAR")
    if head.startswith(b"RIFF") and head[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        raise NotATable("a picture, sound or film")
    if head[4:8] == b"ftyp":
        raise NotATable("a film")
    for magic, name in _PICTURES_AND_OTHERS:
        if head.startswith(magic) and (len(magic) > 3 or _is_binary(head)):
            raise NotATable(name)
    return _text_format(head)


def _text_format(head: bytes) -> Format:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if _MARKUP.match(text):
        raise NotATable("a web page or XML", hint="Save the table in it as CSV.")
    if text[:1] in (b"{", b"["):
        kind = _json_kind(text, cut=len(head) == HEAD_BYTES)
        if kind == "lines":
            return Format.JSON_LINES
        if kind == "document":
            raise IsJson
    if _is_binary(head):
        raise NotATable("a binary file")
    return Format.TEXT


def _is_binary(head: bytes) -> bool:
    """Control characters in more than 1 % of the bytes, where UTF-16 does not explain them."""
    if head.startswith(_WIDE_BOMS) or looks_utf16(head):
        return False
    n_control = len(head) - len(head.translate(None, _CONTROL))
    return n_control > 0.01 * len(head)


def looks_utf16(head: bytes) -> str:
    """Return ``"utf-16-le"`` or ``"utf-16-be"`` if every other byte is mostly NUL, else an empty string."""
    even, odd = head[0::2], head[1::2]
    if not odd:
        return ""
    nul_even, nul_odd = even.count(0) / len(even), odd.count(0) / len(odd)
    if nul_odd > 0.4 and nul_even < 0.05:
        return "utf-16-le"
    if nul_even > 0.4 and nul_odd < 0.05:
        return "utf-16-be"
    return ""


def _json_kind(text: bytes, *, cut: bool) -> str:
    """Tell JSON lines (``"lines"``) from one document (``"document"``) and from a CSV that starts with a brace."""
    decoder = json.JSONDecoder()
    start = text.decode("utf-8", errors="replace")
    try:
        value, end = decoder.raw_decode(start)
    except json.JSONDecodeError as err:
        # A document larger than the head breaks off at its end; anything wrong earlier is not JSON.
        broke_off = cut and err.pos >= len(start) - 2_000
        opens = re.match(r'[\[{]\s*(["\[{\]}]|-?\d)', start)
        return "document" if broke_off and opens else ""
    rest = start[end:].lstrip(" \t\r")
    if isinstance(value, dict) and (not rest or rest.startswith("\n")):
        # One object on one line is a table of one row; spread over lines it is a document.
        return "lines" if "\n" not in start[:end] else "document"
    return "document" if not rest.strip() else ""


def _zip_format(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as err:
        raise Damaged("ZIP archive") from err
    if "xl/workbook.xml" in names:
        return Format.XLSX
    if "xl/workbook.bin" in names:
        raise NotATable("a binary Excel workbook (.xlsb); save it as .xlsx or CSV")
    if "word/document.xml" in names:
        raise NotATable("a Word document")
    if "mimetype" in names and "content.xml" in names:
        raise NotATable("an OpenDocument file; save the sheet as .xlsx or CSV")
    raise IsArchive("ZIP")
