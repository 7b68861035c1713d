"""Which reader suits a column, from a sample of its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from automl_lite.domain.columns import Kind
from automl_lite.ingest import cells
from automl_lite.ingest.dates import find_formats
from automl_lite.ingest.numbers import MINUS, NumberStyle, find_style, has_comma_decimals
from automl_lite.ingest.readers import INTEGER, NUMBER, TEXT, WHOLE, How, Reader, boolean_reader

MIN_FIT_SHARE = 0.9  # below it a column of numbers with other cells in it is text
MAX_LEVEL_SHARE = 0.025  # an odd cell met more often than this is a level, not a slip
_MIN_DATES = 20  # distinct YYYYMMDD numbers that make dates of a column without a telling name
_DATE_WORDS = ("date", "day", "datum", "fecha", "data", "dt", "ymd", "tag", "jour")


@dataclass(frozen=True, slots=True)
class Hints:
    """What the rest of the file suggests where a column alone does not tell.

    ``comma_decimals``: other columns write ``1,5``; ``day_first``: other columns write ``13/10/2014``.
    """

    comma_decimals: bool = False
    day_first: bool = False


def find_hints(columns: list[Counter[str]]) -> Hints:
    """Look for decimal commas and day-first dates in samples of all columns."""
    commas = any(has_comma_decimals([text for text in column if text[-1:].isdigit()]) for column in columns)
    day_first = False
    for column in columns:
        slashed = {text: count for text, count in column.items() if "/" in text}
        found = find_formats(slashed, day_first=commas)
        if found and not found.is_ambiguous and any("/%Y" in format for format in found.formats):
            day_first = found.day_first
            break
    return Hints(comma_decimals=commas, day_first=day_first or commas)


def choose_reader(sample: Mapping[str, int], hints: Hints, *, name: str = "") -> Reader:
    """Choose how to read a column.

    Parameters
    ----------
    sample : mapping of str to int
        Trimmed cells with their counts.
    hints : Hints
    name : str
        Of the column: only where numbers may be dates (``20141013``).

    Returns
    -------
    Reader
        TEXT unless at least 90 % of the cells that are not missing fit something narrower.
    """
    values = {text: count for text, count in sample.items() if not cells.is_missing_number(text)}
    if not values or _has_codes(values):
        return TEXT
    for reader in _candidates(values, hints, name):
        if all(map(reader.fits, values)):
            return reader
    best = TEXT
    best_share = MIN_FIT_SHARE
    total = sum(values.values())
    partial = (INTEGER, WHOLE, NUMBER, _styled(values, hints), _dated(values, hints))
    for reader in filter(None, partial):
        share = sum(count for text, count in values.items() if reader.fits(text)) / total
        if share > best_share and not _has_level(values, reader, total):
            best, best_share = reader, share
    return best


def force_reader(kind: Kind, sample: Mapping[str, int], hints: Hints) -> Reader | None:
    """Return the reader of a forced ``kind``, or None if no cell of the sample can be read so."""
    values = {text: count for text, count in sample.items() if not cells.is_missing_number(text)}
    candidates: tuple[Reader | None, ...]
    match kind:
        case Kind.NUMBER:
            candidates = (_dotted(values, hints), NUMBER, _styled(values, hints, whole=False))
        case Kind.INTEGER:
            candidates = (_dotted(values, hints), INTEGER, WHOLE, _styled(values, hints, whole=True))
        case Kind.BOOLEAN:
            candidates = (boolean_reader(values),)
        case Kind.DATETIME:
            candidates = (_dated(values, hints),)
        case _:
            return TEXT
    scored = [(sum(map(reader.fits, values)), reader) for reader in candidates if reader]
    n_fit, reader = max(scored, key=lambda pair: pair[0], default=(0, None))
    return reader if n_fit or not values else None


def _candidates(values: Mapping[str, int], hints: Hints, name: str) -> Iterator[Reader]:
    """Readers in order: the first that fits every cell is taken, and those after it are not made."""
    if all(map(cells.is_integer, values)):
        yield from _some(_date_numbers(values, name))
    yield from (INTEGER, WHOLE)
    yield from _some(_dotted(values, hints))
    yield NUMBER
    if _is_boolean(values):
        yield boolean_reader(values)
    yield from _some(_dated(values, hints))
    yield from _some(_styled(values, hints))


def _some(reader: Reader | None) -> tuple[Reader, ...]:
    return (reader,) if reader else ()


def _has_codes(values: Mapping[str, int]) -> bool:
    """Digits that would lose leading zeros, or more of them than a double can hold: names, not quantities."""
    digits = [text for text in values if text.lstrip("+-").isdigit()]
    if sum(values[text] for text in digits) < MIN_FIT_SHARE * sum(values.values()):
        return False
    return any(
        (cells.has_leading_zero(text) and text.strip("+-0")) or (cells.is_long_integer(text) and abs(int(text)) > 2**53)
        for text in digits
    )


def _is_boolean(values: Mapping[str, int]) -> bool:
    spellings = {text.lower() for text in values}
    if not spellings <= cells.TRUE | cells.FALSE:
        return False
    if spellings & cells.TRUE and spellings & cells.FALSE:
        return True
    return bool(spellings & {"true", "false"})  # "Y" and nothing else is a mark, not yes or no


def _date_numbers(values: Mapping[str, int], name: str) -> Reader | None:
    """YYYYMMDD: eight digits that are all valid days, many of them or under a telling name."""
    found = find_formats(values, day_first=False) if all(len(text) == 8 for text in values) else None
    if not found or found.formats != ("%Y%m%d",):
        return None
    reader = Reader(How.DATETIME, dates=found)
    named = any(word in name.lower() for word in _DATE_WORDS)
    return reader if all(map(reader.fits, values)) and (named or len(values) >= _MIN_DATES) else None


def _dated(values: Mapping[str, int], hints: Hints) -> Reader | None:
    found = find_formats(values, day_first=hints.day_first)
    if not found or "%Y%m%d" in found.formats:
        return None
    return Reader(How.DATETIME, dates=found)


def _dotted(values: Mapping[str, int], hints: Hints) -> Reader | None:
    """``1.234`` in a file of decimal commas is a thousand and some."""
    style = NumberStyle(",", ".")
    if not hints.comma_decimals or not any("." in text for text in values):
        return None
    reader = Reader(How.STYLED, style=style, whole=not any(map(style.has_fraction, values)))
    return reader if all(map(style.fits, values)) else None


def _styled(values: Mapping[str, int], hints: Hints, *, whole: bool | None = None) -> Reader | None:
    style = find_style(values, comma_decimals=hints.comma_decimals)
    if not style or (style == NumberStyle() and _may_be_marks(values, style)):
        return None
    if whole is None:
        whole = style.unit != "%" and not any(style.has_fraction(text) for text in values if style.fits(text))
    return Reader(How.STYLED, style=style, whole=whole)


def _may_be_marks(values: Mapping[str, int], style: NumberStyle) -> bool:
    """Whether ``(1)`` everywhere or ``5-`` among whole numbers may be marks of a list or grades, not minus."""
    fitting = [text for text in values if style.fits(text)]
    if any(style.has_fraction(text) for text in fitting):
        return False
    return any(text[-1] in MINUS for text in fitting) or all(text[0] == "(" for text in fitting)


def _has_level(values: Mapping[str, int], reader: Reader, total: int) -> bool:
    """Whether a cell that does not fit is met so often that it must mean something."""
    return any(count > max(MAX_LEVEL_SHARE * total, 4) for text, count in values.items() if not reader.fits(text))
