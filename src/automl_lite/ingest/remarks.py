"""What is said about the reading of single columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from automl_lite.domain.columns import Kind, Notice
from automl_lite.errors import shorten
from automl_lite.ingest import cells
from automl_lite.ingest.numbers import MINUS
from automl_lite.ingest.readers import Reader
from automl_lite.ingest.reading import Notes, counted

NOUNS = {
    Kind.NUMBER: "a number",
    Kind.INTEGER: "a whole number",
    Kind.BOOLEAN: "true or false",
    Kind.DATETIME: "a date",
}
_MARKS = {" ": "spaces", ",": "commas", ".": "dots", "'": "apostrophes"}
_PLAIN_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f")


def tell_missing(name: str, n_missing: int, signs: Sequence[str], notes: Notes) -> None:
    """Say which signs were read as missing."""
    shown = ", ".join(f'"{shorten(sign, 20)}"' if sign else "white space" for sign in signs)
    notes.say_of(name, f"{counted(n_missing, 'cell', 'cells')} ({shown}) read as missing.")


def tell_reader(reader: Reader, name: str, sample: Counter[str], notes: Notes, *, forced: bool = False) -> None:
    """Say which signs a reader strips, which dates it reads and where it had to guess."""
    if reader.style:
        parts = []
        if reader.style.unit == "%":
            parts.append("the percent sign was removed, 12.5 % is read as 12.5")
        elif reader.style.unit:
            parts.append(f"the currency sign {reader.style.unit} was removed")
        if reader.style.decimal == ",":
            parts.append("a comma is the decimal mark")
        if reader.style.thousands:
            parts.append(f"{_MARKS[reader.style.thousands]} between thousands were removed")
        if any(text.startswith("(") for text in sample):
            parts.append("brackets mean minus")
        if any(text[-1:] in MINUS and text for text in sample if reader.fits(text)):
            parts.append("a minus behind a number counts")
        if parts:
            notes.say_of(name, "; ".join(parts) + ".")
    if reader.dates:
        _tell_dates(reader, name, notes)
    if reader.is_text and not forced:
        _tell_mixed(name, sample, notes)


def _tell_dates(reader: Reader, name: str, notes: Notes) -> None:
    dates = reader.dates
    if dates is None:
        return
    order = "day/month" if dates.day_first else "month/day"
    days = {format.split("%H")[0].split("%I")[0].rstrip(" T") for format in dates.formats}
    shown = ", ".join(dates.formats)
    if len(days) > 1:
        notes.warn(
            Notice(
                code="mixed-date-formats",
                message=f'"{shorten(name)}" holds dates in {len(days)} formats ({shown}).',
                column=name,
                remedy="Check that they mean what you think, or write all dates as 2014-10-13.",
                facts={"formats": list(dates.formats)},
            )
        )
    elif dates.formats[0] not in _PLAIN_FORMATS:
        notes.say_of(name, f"dates are written as {shown}.")
    if dates.has_offset or any(format.endswith(("Z", "UTC")) for format in dates.formats):
        notes.say_of(name, "times with a zone were brought to UTC.")
    if dates.is_ambiguous:
        notes.warn(
            Notice(
                code="ambiguous-dates",
                message=f'No date of "{shorten(name)}" tells the day from the month; they were read as {order}/year.',
                column=name,
                remedy="Write dates as 2014-10-13 if that is wrong.",
            )
        )
    if dates.is_contradictory:
        notes.warn(
            Notice(
                code="contradictory-dates",
                message=f'Some dates of "{shorten(name)}" have the day first, some the month; only {order} was read.',
                column=name,
                remedy="Write dates as 2014-10-13.",
            )
        )


def _tell_mixed(name: str, sample: Counter[str], notes: Notes) -> None:
    """Say that a column of text holds numbers for a good part, which may be a slip."""
    values = {text: count for text, count in sample.items() if not cells.is_missing_number(text)}
    total = sum(values.values())
    n_numbers = sum(count for text, count in values.items() if cells.is_number(text))
    if total and 0.5 <= n_numbers / total < 1:
        share = n_numbers / total
        notes.warn(
            Notice(
                code="mixed-types",
                severity="info",
                message=f'"{shorten(name)}" mixes numbers ({share:.0%} of the cells) and words; it is read as words.',
                column=name,
                remedy="Correct the words in the file, or give the column the type number.",
                facts={"number_share": round(share, 4)},
            )
        )


def warn_unfit(name: str, kind: Kind, n_unfit: int, texts: Sequence[str], notes: Notes) -> None:
    """Warn that cells could not be read and became missing."""
    n = counted(n_unfit, "cell", "cells")
    examples = ", ".join(f'"{shorten(text, 30)}"' for text in list(dict.fromkeys(texts))[:5])
    notes.warn(
        Notice(
            code="mixed-types",
            message=f'{n} of "{shorten(name)}" became missing: not {NOUNS[kind]} ({examples}).',
            column=name,
            remedy="Correct the cells in the file, or give the column the type category.",
            facts={"n_cells": n_unfit},
        )
    )
