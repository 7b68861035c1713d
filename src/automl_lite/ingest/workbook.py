"""XLSX workbooks: the first sheet with a table, written as plain CSV with one line a row."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from pathlib import Path

from automl_lite.ingest.errors import Damaged, EmptyFile, LimitExceeded
from automl_lite.ingest.limits import Limits, readable
from automl_lite.ingest.reading import Notes

_MAX_SHEET_BYTES = 1_500_000_000  # the reader holds a sheet in memory; Excel's own limit is a million rows
_MIN_RATIO_BYTES = 64_000_000


def write_csv(path: Path, out: Path, notes: Notes, limits: Limits) -> None:
    """Write the cells of a workbook to ``out``, one line a row of the sheet from the first row on.

    Numbers are written as Excel holds them (whole ones without a decimal point), dates as ISO 8601, line breaks in
    cells as spaces, so that a line of the text is a row of the sheet.

    Raises
    ------
    LimitExceeded
        If it unpacks to too much.
    EmptyFile
        If no sheet has a cell.
    Damaged
        If it cannot be read.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as err:
        raise Damaged("workbook") from err
    limits.check_unpacked(unpacked, path.stat().st_size)
    if unpacked > _MAX_SHEET_BYTES:
        raise LimitExceeded(
            f"Unpacked, the workbook has {readable(unpacked)}",
            readable(_MAX_SHEET_BYTES),
            hint="Save the sheet as CSV.",
        )
    try:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if not sheet.height or not sheet.width:
                continue
            limits.check_columns(sheet.width)
            if len(book.sheet_names) > 1:
                notes.say(f'The sheet "{name}" was read, the first of {len(book.sheet_names)} that holds cells.')
            with out.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
                for row in sheet.iter_rows():
                    writer.writerow([_text(cell) for cell in row])
            return
    except (CalamineError, ValueError, OSError) as err:
        raise Damaged("workbook") from err
    raise EmptyFile


def _text(cell: object) -> str:
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
        case dt.datetime():
            return cell.isoformat(sep=" ") if cell.time() != dt.time() else cell.date().isoformat()
        case dt.date() | dt.time():
            return cell.isoformat()
        case dt.timedelta():
            return str(cell)
        case None:
            return ""
        case _:
            return " ".join(str(cell).splitlines()) if "\n" in str(cell) or "\r" in str(cell) else str(cell)
