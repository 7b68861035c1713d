"""From the place of a row in the table back to its line in the file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from automl_lite.ingest import cells
from automl_lite.ingest.dialect import Dialect

_BLOCK = 1 << 20


def find_lines(path: Path, dialect: Dialect, rows: Sequence[int], *, padded: bool) -> dict[int, int]:
    """Return the 1-based line in which each of ``rows`` starts.

    Parameters
    ----------
    path : Path
        The UTF-8 text.
    rows : sequence of int
        0-based places among the rows that were kept; the file is read up to the last of them.
    padded : bool
        Whether short rows were kept.

    Notes
    -----
    The csv module cuts the text again, quoted line breaks and all, and skips what was set aside: rows with another
    number of cells. Rows that it does not meet are left out of the answer.
    """
    wanted = set(rows)
    last = max(wanted, default=-1)
    found: dict[int, int] = {}
    place = -1
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file, **dialect.csv_options())
        start = 1
        try:
            for index, record in enumerate(reader):
                line, start = start, reader.line_num + 1
                if index < dialect.n_skip or not _is_kept(record, dialect.n_columns, padded=padded):
                    continue
                place += 1
                if place in wanted:
                    found[place] = line
                if place >= last:
                    break
        except csv.Error:  # a cell of more than 128 kB: the lines after it stay unknown
            return found
    return found


def _is_kept(record: list[str], n_columns: int, *, padded: bool) -> bool:
    n_cells = len(record)
    if n_columns == 1:
        return n_cells <= 1  # an empty line is a row with a missing cell
    if not n_cells or (n_cells == 1 and not record[0].strip(cells.SPACES) and not padded):
        return False
    if n_cells > n_columns and not any(record[n_columns:]):
        return True  # delimiters at the end are no cells
    return n_cells <= n_columns if padded else n_cells == n_columns


def lines_at(path: Path, offsets: Sequence[int]) -> list[int]:
    """Return the 1-based lines of the bytes at ``offsets``; line ends right at an offset belong to earlier lines."""
    answers = dict.fromkeys(offsets, 0)
    line, done, last = 1, 0, b""
    with path.open("rb") as file:
        for offset in sorted(answers):
            while done < offset:
                block = file.read(min(_BLOCK, offset - done))
                if not block:
                    break
                done += len(block)
                line += _count_ends(block, last)
                last = block[-1:]
            ahead = file.read(4_096)
            file.seek(done)
            ends = len(ahead) - len(ahead.lstrip(b"\r\n"))
            answers[offset] = line + _count_ends(ahead[:ends], last)
    return [answers[offset] for offset in offsets]


def _count_ends(block: bytes, last: bytes) -> int:
    """Line ends in ``block``, where a line feed after ``last`` may be the second half of a pair."""
    n_pairs = block.count(b"\r\n") + (last == b"\r" and block.startswith(b"\n"))
    return block.count(b"\n") + block.count(b"\r") - n_pairs
