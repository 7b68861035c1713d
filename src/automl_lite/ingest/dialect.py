"""How a text is cut into cells: delimiter, quotation mark, header, and the lines above the table."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from automl_lite.ingest import cells
from automl_lite.ingest.headers import is_header, looks_typed

SAMPLE_CHARS = 131_000  # below the csv module's limit for one field
_DELIMITERS = ",;\t|\x1f"
_MAX_RECORDS = 500
_SEP_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The shape of a delimited text.

    Parameters
    ----------
    delimiter, quote, escape : str
        ``escape`` equals ``quote`` where quotes are doubled; both are empty where nothing is quoted.
    n_columns : int
    header : tuple of str, optional
        The cells of the header as they stand, None if there is none.
    n_skip : int
        Records before the first row of data: lines above the table and the header.
    preamble : tuple of str
        The text of the lines above the table.
    row_names : bool
        Whether the header lacks a name for the first column, as R writes it.
    """

    delimiter: str
    quote: str
    escape: str
    n_columns: int
    header: tuple[str, ...] | None
    n_skip: int
    preamble: tuple[str, ...] = ()
    row_names: bool = False

    def csv_options(self) -> dict[str, Any]:
        """Return the arguments with which the csv module cuts the same cells."""
        return _options(self.delimiter, self.quote, self.escape)


@dataclass(frozen=True, slots=True)
class _Cut:
    """The sample cut in one way, and how well that went."""

    delimiter: str
    quote: str
    escape: str
    records: list[list[str]]
    width: int
    score: float


def find_dialect(sample: str, *, is_whole: bool) -> Dialect:
    """Find the dialect of a text by its beginning.

    Parameters
    ----------
    sample : str
        Up to 131,000 characters.
    is_whole : bool
        Whether this is the whole text; otherwise its last record may be cut and is left out.
    """
    start = 0
    delimiters = _DELIMITERS
    if declared := _SEP_LINE.match(sample):  # Excel's own way to say it
        delimiters = declared[1]
        start = 1
        sample = sample[declared.end() :]
    cuts = [
        cut
        for delimiter in delimiters
        if delimiter in sample
        for quote, escape in _quotings(sample, delimiter)
        if (cut := _cut(sample, delimiter, quote, escape, is_whole=is_whole))
    ]
    best = max(cuts, key=lambda cut: cut.score, default=None)
    if best is None or best.score < 0.5:
        best = _cut(sample, "\x1f", '"', '"', is_whole=is_whole, single=True)
    return (
        _with_header(best, start)
        if best
        else Dialect(delimiter=",", quote='"', escape='"', n_columns=1, header=None, n_skip=start)
    )


def _with_header(cut: _Cut, start: int) -> Dialect:
    top = _first_full(cut)
    first = cut.records[top]
    body = [record for record in cut.records[top + 1 :] if not _is_blank(record)][:100]
    width = cut.width
    if width > 1 and len(first) == width + 1 and not first[-1].strip():
        first = first[:-1]  # the header alone ends in a delimiter
    named = is_header(first, body)
    if named and len(first) == width - 1 and not any(record[-1].strip() for record in body if len(record) == width):
        first = [*first, ""]  # the rows alone end in a delimiter
    row_names = named and len(first) == width - 1
    preamble = [cut.delimiter.join(record).strip() for record in cut.records[:top]]
    return Dialect(
        delimiter=cut.delimiter if width > 1 else ",",
        quote=cut.quote,
        escape=cut.escape,
        n_columns=max(width, len(first)) if named else width,  # rows may be short of the header
        header=tuple(["", *first] if row_names else first) if named else None,
        n_skip=start + top + named,
        preamble=tuple(text for text in preamble if text),
        row_names=row_names,
    )


def _first_full(cut: _Cut) -> int:
    """The index of the header, or of the first row where there is none; what is above it is no part of the table."""
    records = cut.records
    for index, record in enumerate(records[:50]):
        if _is_blank(record) or len(record) < cut.width - (cut.width >= 3):
            continue
        n_filled = sum(bool(text.strip()) for text in record)
        if n_filled <= max(1, cut.width // 3) < cut.width and _has_full_header_below(
            records[index + 1 : index + 10], cut.width
        ):
            continue  # a title padded with delimiters, as spreadsheets save it
        if len(record) == cut.width - 1 and not _all_wider(records[index + 1 :], cut.width):
            continue
        return index
    return next((index for index, record in enumerate(records) if not _is_blank(record)), 0)


def _has_full_header_below(records: list[list[str]], width: int) -> bool:
    for record in records:
        filled = [text.strip() for text in record if text.strip()]
        if len(filled) >= max(2, 0.8 * width):
            return len(set(filled)) == len(filled) and not any(map(looks_typed, filled))
    return False


def _all_wider(records: list[list[str]], width: int) -> bool:
    full = [record for record in records if not _is_blank(record)]
    return bool(full) and sum(len(record) == width for record in full) >= 0.95 * len(full)


def _cut(sample: str, delimiter: str, quote: str, escape: str, *, is_whole: bool, single: bool = False) -> _Cut | None:
    options = _options(delimiter, quote, escape)
    records = []
    try:
        for record in csv.reader(io.StringIO(sample, newline=""), **options):
            records.append(record)
            if len(records) == _MAX_RECORDS:
                break
        else:
            if not is_whole and len(records) > 1:
                records.pop()
    except csv.Error:
        return None
    full = [record for record in records if not _is_blank(record)]
    if not full:
        return None
    if single:
        return _Cut(delimiter, quote, escape, [["".join(record)] for record in records], 1, 1.0)
    widths = Counter(map(len, full))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width < 2 or (width == 2 and len(full[0]) == 1 and len(full) < 20 and count == len(full) - 1):
        return None
    share = count / len(full)
    looked_at = [text for record in full[:200] if len(record) == width for text in record]
    others = [char for char in _DELIMITERS if char != delimiter]
    clean = sum(not any(char in text for char in others) or _may_hold_delimiters(text) for text in looked_at)
    fits_top = len(full[0]) in (width, width - 1) if width >= 3 else len(full[0]) == width
    score = share * (clean / max(len(looked_at), 1)) * (1.0 if fits_top else 0.9) + min(width, 100) * 1e-6
    return _Cut(delimiter, quote, escape, records, width, score)


def _may_hold_delimiters(text: str) -> bool:
    """Whether another delimiter inside a cell is no sign of a wrong cut: in numbers (``1,5``) and in sentences."""
    text = text.strip(cells.SPACES)
    return looks_typed(text) or " " in text


def _quotings(sample: str, delimiter: str) -> list[tuple[str, str]]:
    found = [('"', '"')]
    if '\\"' in sample:
        found.append(('"', "\\"))
    if '"' not in sample:
        mark = re.escape(delimiter)
        quoted = len(re.findall(rf"(?:^|{mark})'[^'\n]*'(?={mark}|\r?$)", sample, re.MULTILINE))
        if quoted >= 0.5 * max(sample.count("\n"), 1):
            found.insert(0, ("'", "'"))
    return found


def _options(delimiter: str, quote: str, escape: str) -> dict[str, Any]:
    options: dict[str, Any] = {"delimiter": delimiter, "skipinitialspace": delimiter != " "}
    if not quote:
        return options | {"quoting": csv.QUOTE_NONE}
    if escape and escape != quote:
        return options | {"quotechar": quote, "doublequote": False, "escapechar": escape}
    return options | {"quotechar": quote, "doublequote": True}


def _is_blank(record: list[str]) -> bool:
    return not any(text.strip(cells.SPACES) for text in record)
