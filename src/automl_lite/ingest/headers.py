"""Column names: whether the first row holds them, and how they become unique, short and printable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from automl_lite.domain.columns import Notice
from automl_lite.ingest import cells
from automl_lite.ingest.dates import shape
from automl_lite.ingest.numbers import NumberStyle, find_unit
from automl_lite.ingest.reading import Notes, name_list
from automl_lite.ingest.table import RawColumn

MAX_NAME_LENGTH = 200  # characters; models, databases and pages carry the name many times
_TAKEN = "file_row_number"  # what DuckDB calls the place of a row in a Parquet file
_PLAIN_STYLES = (NumberStyle(".", ","), NumberStyle(",", "."), NumberStyle(".", " "))
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")


def looks_typed(text: str) -> bool:
    """Whether a trimmed cell is a number, a date or a boolean rather than a name."""
    if cells.is_number(text) or cells.has_leading_zero(text) or shape(text) or text.lower() in ("true", "false"):
        return True
    if any(style.fits(text) for style in _PLAIN_STYLES):
        return True
    unit = find_unit([text]) if any(char.isdigit() for char in text) else ""
    return bool(unit) and NumberStyle(".", ",", unit).fits(text)


def is_header(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether the first row holds column names, judged against the rows below it.

    A column of numbers or dates with a word on top speaks for a header, with a number or date on top against it.
    Where all columns are words, a first row whose cells come again below is data.
    """
    typed_on_top = word_on_top = repeated = n_words = 0
    for index, cell in enumerate(text.strip(cells.SPACES) for text in first):
        column = [row[index].strip(cells.SPACES) for row in body if index < len(row)]
        column = [text for text in column if not cells.is_missing_number(text)]
        if not column or not cell:
            continue
        if sum(map(looks_typed, column)) >= 0.8 * len(column):
            if looks_typed(cell):
                typed_on_top += 1
            elif not cells.is_missing_number(cell):
                word_on_top += 1
        else:
            n_words += 1
            repeated += cell in column
    if not body and first:
        return sum(map(looks_typed, first)) < 0.5 * len(first)
    if typed_on_top or word_on_top:
        return word_on_top >= typed_on_top or _is_sequence(first)
    return repeated < 0.5 * max(n_words, 1)


def _is_sequence(first: Sequence[str]) -> bool:
    """Years or running numbers as column names: at least three whole numbers that count up by one."""
    numbers = [int(text) for text in first if cells.is_integer(text.strip())]
    others = [text for text in first if looks_typed(text.strip()) and not cells.is_integer(text.strip())]
    steps = {after - before for before, after in pairwise(numbers)}
    return len(numbers) >= 3 and not others and steps == {1}


def clean_names(raw: Sequence[str]) -> list[str]:
    """Make names from header cells: trimmed, one line, at most 200 characters, unique whatever the case.

    Empty ones become ``column_3`` by their place, repeated ones ``price_2``. Names that differ only in case are
    repeated too: SQL engines would take one for the other.

    Examples
    --------
    >>> clean_names([" price ", "Price", "", "price"])
    ['price', 'Price_2', 'column_3', 'price_3']
    """
    names: list[str] = []
    taken = {_TAKEN}
    wanted = [_printable(text)[:MAX_NAME_LENGTH] for text in raw]
    reserved = {name.casefold() for name in wanted if name}
    for place, name in enumerate(wanted, start=1):
        if not name:
            name = _free(f"column_{place}", taken | reserved)
        if name.casefold() in taken:
            name = _free(name, taken | reserved)
        taken.add(name.casefold())
        names.append(name)
    return names


def tell_names(columns: Sequence[RawColumn], notes: Notes) -> None:
    """Say which columns are not called as their header says."""
    empty = [column.name for column in columns if not _printable(column.header)]
    cut = [column.name for column in columns if len(_printable(column.header)) > MAX_NAME_LENGTH]
    known = {*empty, *cut}
    repeated = [c.name for c in columns if c.name not in known and c.name != _printable(c.header)]
    for code, names, what, remedy in (
        ("empty-headers", empty, "had no name and are called {names}", "Name them in the file."),
        ("duplicate-headers", repeated, "repeat a name and are called {names}", "Give each column its own name."),
        ("long-header", cut, f"have a name of more than {MAX_NAME_LENGTH} characters, which was cut", "Shorten it."),
    ):
        if names:
            message = f"{len(names)} columns {what.format(names=name_list(names))}."
            if len(names) == 1:
                message = message.replace("columns had", "column had").replace(" are called", " is called")
                message = message.replace("columns repeat", "column repeats").replace("columns have", "column has")
            notes.warn(Notice(code=code, message=message, remedy=remedy, facts={"columns": names[:100]}))


def _printable(text: str) -> str:
    text = _CONTROL.sub(" ", text).strip(cells.SPACES)
    if len(text) >= 2 and text[0] == text[-1] == '"':  # a space before the quote kept it from being one
        text = text[1:-1].replace('""', '"').strip(cells.SPACES)
    return text


def _free(name: str, taken: set[str]) -> str:
    """The first of ``name``, ``name_2``, ``name_3``… that is not taken."""
    candidate, number = name, 2
    while candidate.casefold() in taken:
        candidate = f"{name[: MAX_NAME_LENGTH - 8]}_{number}"
        number += 1
    return candidate
