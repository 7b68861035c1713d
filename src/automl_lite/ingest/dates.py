"""Dates and times as people write them: which formats a column holds, and whether the day or the month comes first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from automl_lite.ingest.engine import literal, string_list

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_MONTHS_SHORT = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_DAYS_SHORT = "mon|tue|wed|thu|fri|sat|sun"
_YEAR = r"(?:1[0-9]|2[0-9])[0-9]{2}"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"

_WEEKDAY = f"(?:(?:{_DAYS}|{_DAYS_SHORT}),? )?"
_CLOCK = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
_CLOCK_12 = r"(?:0?[1-9]|1[0-2]):[0-5][0-9]"

# Each template with its strptime format; %1 and %2 stand for day and month, whose order the column decides.
_DATES = (
    (rf"{_YEAR}-{_MONTH}-{_DAY}", "%Y-%m-%d"),
    (rf"{_YEAR}/{_MONTH}/{_DAY}", "%Y/%m/%d"),
    (rf"{_YEAR}\.{_MONTH}\.{_DAY}", "%Y.%m.%d"),
    (rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])", "%Y%m%d"),
    (rf"{_YEAR}-(?:0[1-9]|1[0-2])", "%Y-%m"),
    (rf"{_DAY}/{_DAY}/{_YEAR}", "%1/%2/%Y"),
    (rf"{_DAY}\.{_DAY}\.{_YEAR}", "%1.%2.%Y"),
    (rf"{_DAY}-{_DAY}-{_YEAR}", "%1-%2-%Y"),
    (rf"{_DAY}/{_DAY}/[0-9]{{2}}", "%1/%2/%y"),
    (rf"{_DAY}\.{_DAY}\.[0-9]{{2}}", "%1.%2.%y"),
    (rf"{_DAY}-{_DAY}-[0-9]{{2}}", "%1-%2-%y"),
    (rf"{_WEEKDAY}(?:{_MONTHS}) {_DAY}, {_YEAR}", "%B %d, %Y"),
    (rf"{_WEEKDAY}(?:{_MONTHS_SHORT}) {_DAY}, {_YEAR}", "%b %d, %Y"),
    (rf"{_WEEKDAY}(?:{_MONTHS}) {_DAY} {_YEAR}", "%B %d %Y"),
    (rf"{_WEEKDAY}(?:{_MONTHS_SHORT}) {_DAY} {_YEAR}", "%b %d %Y"),
    (rf"{_WEEKDAY}{_DAY} (?:{_MONTHS}) {_YEAR}", "%d %B %Y"),
    (rf"{_WEEKDAY}{_DAY} (?:{_MONTHS_SHORT}) {_YEAR}", "%d %b %Y"),
    (rf"{_DAY}\. (?:{_MONTHS}) {_YEAR}", "%d. %B %Y"),
    (rf"{_DAY}-(?:{_MONTHS_SHORT})-{_YEAR}", "%d-%b-%Y"),
    (rf"{_DAY}-(?:{_MONTHS_SHORT})-[0-9]{{2}}", "%d-%b-%y"),
    (rf"{_DAY}/(?:{_MONTHS_SHORT})/{_YEAR}", "%d/%b/%Y"),
    (rf"(?:{_MONTHS}) {_YEAR}", "%B %Y"),
    (rf"(?:{_MONTHS_SHORT}) {_YEAR}", "%b %Y"),
    (rf"(?:{_MONTHS_SHORT})-{_YEAR}", "%b-%Y"),
)
_TIMES = (
    ("", ""),
    (f" {_CLOCK}", " %H:%M"),
    (f" {_CLOCK}:[0-5][0-9]", " %H:%M:%S"),
    (rf" {_CLOCK}:[0-5][0-9]\.[0-9]{{1,6}}", " %H:%M:%S.%f"),
    (f" {_CLOCK_12} [ap]m", " %I:%M %p"),
    (f" {_CLOCK_12}:[0-5][0-9] [ap]m", " %I:%M:%S %p"),
)
_ISO_DATE = f"{_YEAR}-{_MONTH}-{_DAY}"
_ISO_CLOCK = rf"{_CLOCK}(?::[0-5][0-9](?:\.[0-9]{{1,9}})?)?"
_ISO = f"{_ISO_DATE}(?:[T ]{_ISO_CLOCK}(?:Z| UTC)?)?"
_OFFSET = "[+-][0-9]{2}(?::?[0-9]{2})?"
_ISO_OFFSET = f"{_ISO_DATE}[T ]{_ISO_CLOCK}{_OFFSET}"
_ISO_PARTS = re.compile(
    rf"{_ISO_DATE}(?:(?P<gap>[T ]){_CLOCK}(?P<seconds>:[0-5][0-9])?(?P<fraction>\.[0-9]{{1,9}})?"
    rf"(?P<zone>Z| UTC|{_OFFSET})?)?"
)
# What every template begins with or holds: most cells are no dates, and this tells in one go.
_PROMISING = re.compile(
    rf"[0-9]{{1,4}}[-/.][0-9]{{1,2}}[-/.][0-9]|[0-9]{{8}}(?![0-9.])|[0-9]{{4}}-[0-9]{{2}}(?![0-9])|.*(?:{_MONTHS_SHORT})",
    re.IGNORECASE,
)
_FIRST_TWO = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class DateFormats:
    """The formats of one column, most frequent first.

    ``is_ambiguous`` says that no cell showed whether the day or the month comes first; ``is_contradictory`` that
    some cells can only be one and some only the other, in which case the rarer ones are not read.
    """

    formats: tuple[str, ...]
    is_ambiguous: bool = False
    is_contradictory: bool = False

    @property
    def day_first(self) -> bool:
        """Whether dates in numbers are read with the day in front of the month."""
        return any(format.startswith(("%d/%m", "%d.%m", "%d-%m")) for format in self.formats)

    @property
    def has_offset(self) -> bool:
        """Whether some cells carry an offset from UTC."""
        return any(format.endswith("%z") for format in self.formats)

    def sql(self, cell: str) -> str:
        """Return SQL of a TIMESTAMP: in UTC where a zone is given, else as written; NULL where no format fits."""
        text = cell
        parts = []
        iso = [format for format in self.formats if format.startswith("%Y-%m-%d")]
        if any(not format.endswith("%z") for format in iso):
            parts.append(f"CASE WHEN regexp_full_match({text}, {literal(_ISO)}) THEN TRY_CAST({text} AS TIMESTAMP) END")
        if any(format.endswith("%z") for format in iso):
            parts.append(
                f"CASE WHEN regexp_full_match({text}, {literal(_ISO_OFFSET)})"
                f" THEN TRY_CAST({text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END"
            )
        # Two-digit years first: "%Y" would read 15 as the year 15.
        others = sorted((format for format in self.formats if format not in iso), key=lambda f: "%y" not in f)
        if others:
            if any("%b" in format.lower() for format in others):
                text = f"regexp_replace({text}, '(?i)^(?:{_DAYS}|{_DAYS_SHORT}),? ', '')"
            value = f"try_strptime({text}, [{string_list(others)}])"
            parts.append(f"CASE WHEN year({value}) BETWEEN 1000 AND 2999 THEN {value} END")
        return parts[0] if len(parts) == 1 else f"COALESCE({', '.join(parts)})"


@lru_cache(maxsize=4_096)
def shape(text: str) -> str:
    """Return the strptime format of a trimmed cell, or ``""``; ``%1``, ``%2`` are day and month in unknown order.

    Examples
    --------
    >>> shape("2014-10-13"), shape("13/10/2014 08:30"), shape("October 13, 2014"), shape("twelve")
    ('%Y-%m-%d', '%1/%2/%Y %H:%M', '%B %d, %Y', '')
    """
    if not 6 <= len(text) <= 60 or not _PROMISING.match(text):
        return ""
    if iso := _ISO_PARTS.fullmatch(text):
        zone = iso["zone"] or ""
        time = f"{iso['gap']}%H:%M" if iso["gap"] else ""
        seconds = ("%S" if not iso["fraction"] else "%S.%f") if iso["seconds"] else ""
        return f"%Y-%m-%d{time}{':' if seconds else ''}{seconds}{'%z' if zone[-1:].isdigit() else zone}"
    return next((format for pattern, format in _shapes() if pattern.fullmatch(text)), "")


@lru_cache(maxsize=1)
def _shapes() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(date + time, re.IGNORECASE), date_format + time_format)
        for date, date_format in _DATES
        for time, time_format in _TIMES
    )


def find_formats(cells: Mapping[str, int], *, day_first: bool) -> DateFormats | None:
    """Return the formats of the trimmed ``cells`` with their counts, or None if none is a date.

    Parameters
    ----------
    cells : mapping of str to int
        Distinct cells without the missing ones. To settle day and month it must hold the whole column.
    day_first : bool
        What to assume of ``04/05/2015`` if no cell tells. Dots and dashes mean day first anyway.
    """
    counts: Counter[str] = Counter()
    first_over, second_over = Counter[str](), Counter[str]()
    for text, count in cells.items():
        format = shape(text)
        if not format:
            continue
        counts[format] += count
        if "%1" in format and (numbers := _FIRST_TWO.search(text)):
            mark = format[2]
            first_over[mark] += count * (int(numbers[1]) > 12)
            second_over[mark] += count * (int(numbers[2]) > 12)
    if not counts:
        return None
    resolved, ambiguous, contradictory = [], False, False
    for format, _ in counts.most_common():
        if "%1" not in format:
            resolved.append(format)
            continue
        mark = format[2]
        days, months = first_over[mark], second_over[mark]
        contradictory = contradictory or bool(days and months)
        if days == months == 0:
            # Another separator of the same column may tell; otherwise convention does.
            days, months = sum(first_over.values()), sum(second_over.values())
            if days == months:
                ambiguous = True
                days, months = (1, 0) if day_first or mark != "/" else (0, 1)
        order = ("%d", "%m") if days >= months else ("%m", "%d")
        resolved.append(format.replace("%1", order[0]).replace("%2", order[1]))
    return DateFormats(tuple(resolved), ambiguous, contradictory)
