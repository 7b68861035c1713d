"""Numbers in local dress: thousands marks, decimal commas, currency and percent signs, brackets for minus."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from automl_lite.ingest.cells import SPACES
from automl_lite.ingest.engine import literal

_SIGNS = ("$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₴", "₪", "₫", "฿", "₦", "¢")
_CODES = ("USD", "EUR", "GBP", "JPY", "CHF", "CNY", "INR", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK")
_MORE_CODES = (
    "HUF",
    "RON",
    "BRL",
    "MXN",
    "ZAR",
    "RUB",
    "TRY",
    "KRW",
    "SGD",
    "HKD",
    "US$",
    "A$",
    "C$",
    "R$",
    "kr",
    "zł",
    "Kč",
)
CURRENCIES = tuple(sorted((*_SIGNS, *_CODES, *_MORE_CODES), key=len, reverse=True))
MINUS = "\u2212\u2013-"  # minus sign, the dash of word processors, and the hyphen last: no range in a pattern
_GAP = "[ \u00a0\u2007\u202f]"  # the spaces that stand inside numbers
_LETTER = re.compile("[A-Za-z]")
_THOUSANDS = {",": ",", ".": r"\.", "'": "['’]", " ": _GAP}


@dataclass(frozen=True)
class NumberStyle:
    """One way of writing numbers.

    Parameters
    ----------
    decimal : {".", ","}
        The decimal mark.
    thousands : {"", ",", ".", "'", " "}
        The mark between groups of three digits; numbers without it are read too.
    unit : str
        A currency sign or code, which may stand before or after the number, or ``"%"``, which stands after each;
        empty for bare numbers.
    """

    decimal: str = "."
    thousands: str = ""
    unit: str = ""

    @cached_property
    def pattern(self) -> str:
        """A regular expression for trimmed cells, the same for Python and for DuckDB."""
        digits = "[0-9]+"
        if self.thousands:
            mark = _THOUSANDS[self.thousands]
            digits = f"(?:[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+|[0-9]+)"  # 0,123 is a decimal comma
        point = re.escape(self.decimal)
        body = f"(?:{digits}(?:{point}[0-9]*)?|{point}[0-9]+)"
        sign = f"[+{MINUS}]?{_GAP}?"
        if self.unit == "%":
            return f"{sign}{body}{_GAP}?%"
        if not self.unit:
            return f"{sign}{body}{_GAP}?[{MINUS}]?|\\({_GAP}?{body}{_GAP}?\\)"
        unit = re.escape(self.unit)
        inner = f"(?:{sign}(?:{unit})?{_GAP}?{sign}{body}{_GAP}?(?:{unit})?{_GAP}?[{MINUS}]?)"
        return f"{inner}|\\({inner}\\)|(?:{unit}){_GAP}?\\({body}\\)"

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def fits(self, text: str) -> bool:
        """Whether a trimmed cell is a number of this style."""
        return self._compiled.fullmatch(text) is not None

    def has_fraction(self, text: str) -> bool:
        """Whether a fitting cell has a decimal part other than zeros."""
        _, mark, fraction = text.partition(self.decimal)
        return bool(mark) and re.search("[1-9]", fraction) is not None

    def sql(self, cell: str) -> str:
        """Return SQL of a DOUBLE, or NULL where the cell is not of this style."""
        # Currency signs may hold dots (never here) but no digits, so digits and the decimal mark are the number.
        digits = f"regexp_replace({cell}, '[^0-9{self.decimal}]', '', 'g')"
        if self.decimal == ",":
            digits = f"replace({digits}, ',', '.')"
        sign = f"CASE WHEN regexp_matches({cell}, '[({MINUS}]') THEN -1 ELSE 1 END"
        fits = f"regexp_full_match({cell}, {literal(self.pattern)})"
        return f"CASE WHEN {fits} THEN {sign} * TRY_CAST({digits} AS DOUBLE) END"


def find_style(texts: Iterable[str], *, comma_decimals: bool) -> NumberStyle | None:
    """Return the style that most of the trimmed ``texts`` are written in, or None if most are no numbers.

    Parameters
    ----------
    texts : iterable of str
        Distinct cells without the missing ones.
    comma_decimals : bool
        Whether the rest of the file writes decimal commas: decides ``1.234`` and ``1,234``, which can be either.
    """
    cells = [text for text in texts if any(char.isdigit() for char in text)]
    if not cells:
        return None
    unit = find_unit(cells)
    if not unit and sum(_LETTER.search(text) is None for text in cells) < 0.5 * len(cells):
        return None  # most are words with digits in them
    best, best_share = None, 0.0
    for style in _styles(unit, comma_decimals):
        share = sum(map(style.fits, cells)) / len(cells)
        if share > best_share + 1e-9:
            best, best_share = style, share
    if best is None or best_share < 0.5:
        return None
    return best


def _styles(unit: str, comma_decimals: bool) -> list[NumberStyle]:
    """Candidates in order of preference: of two that fit the same share of cells the earlier wins."""
    decimals = (",", ".") if comma_decimals else (".", ",")
    thousands = {".": ("", ",", " ", "'"), ",": ("", ".", " ", "'")}
    return [NumberStyle(decimal, mark, unit) for decimal in decimals for mark in thousands[decimal]]


def has_comma_decimals(texts: Iterable[str]) -> bool:
    """Whether the trimmed cells show decimal commas beyond doubt: most fit, and one is no English thousands mark."""
    with_comma = [text for text in texts if "," in text]
    comma = NumberStyle(",", ".")
    english = NumberStyle(".", ",")
    fitting = [text for text in with_comma if comma.fits(text)]
    return len(fitting) > 0.8 * len(with_comma) and any(not english.fits(text) for text in fitting)


def find_unit(cells: Iterable[str]) -> str:
    """Return the one unit in at least half of the cells; cells in two currencies have none."""
    found: Counter[str] = Counter()
    n_cells = 0
    for text in cells:
        n_cells += 1
        bare = text.strip(SPACES + "+()" + MINUS)
        if bare.endswith("%"):
            found["%"] += 1
        elif bare.startswith(CURRENCIES) or bare.endswith(CURRENCIES):
            found[next(unit for unit in CURRENCIES if bare.startswith(unit) or bare.endswith(unit))] += 1
    unit, count = found.most_common(1)[0] if found else ("", 0)
    return unit if unit and count >= 0.5 * n_cells else ""
