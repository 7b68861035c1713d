"""What single cells mean: missing values, booleans, plain numbers; each once for Python and once for SQL.

Python decides on samples, SQL reads whole columns: both must agree, and the tests hold them to it.
"""

from __future__ import annotations

import re

from automl_lite.ingest.engine import literal, string_list

# White space that is cut off cells; the no-break and the ideographic space come from web pages and Asian input.
SPACES = " \t\n\r\x0b\x0c\xa0\u2007\u202f\u3000\ufeff"
# Missing in every column, compared as they stand: spreadsheets, R, pandas and databases write them.
MISSING = frozenset(
    {
        *("NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "NaN", "nan", "-NaN", "-nan", "1.#QNAN", "-1.#IND"),
        *("NULL", "null", "Null", "NaT", r"\N", "#NULL!", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NUM!"),
    }
)
# Missing only where the other values are numbers or dates, compared in lower case; among words they may mean something.
MISSING_AMONG_NUMBERS = frozenset(
    {token.lower() for token in MISSING}
    | {
        *(
            "-",
            "--",
            "---",
            "–",
            "—",
            "?",
            "??",
            ".",
            "..",
            "...",
            "*",
            "x",
            "_",
            "none",
            "nil",
            "na",
            "n.a.",
            "n.a",
            "n.d.",
        )
    }
    | {*("unknown", "missing", "not available", "not applicable", "not known", "no data", "unspecified", "undefined")}
    | {*("k.a.", "o.a.", "s/o", "tbd", "tba", "pending", "(null)", "(blank)", "(none)", "[null]", "void", "#")}
    | {*("0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "00.00.0000")}
)
_OPPOSITES = {"true": "false", "t": "f", "yes": "no", "y": "n", "1": "0", "on": "off"}
TRUE = frozenset(_OPPOSITES)
FALSE = frozenset(_OPPOSITES.values())

_INTEGER = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,17})")
_WHOLE = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,14})\.0+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
PLAIN_INTEGER, PLAIN_NUMBER = r"-?(?:0|[1-9][0-9]{0,17})", _NUMBER.pattern
_LEADING_ZERO = re.compile(r"[+-]?0[0-9]+")
_LONG_INTEGER = re.compile(r"[+-]?[0-9]{16,}")


def is_missing(text: str) -> bool:
    """Whether a trimmed cell is missing in any kind of column."""
    return not text or text in MISSING


def is_missing_number(text: str) -> bool:
    """Whether a trimmed cell is missing in a column of numbers, dates or booleans."""
    return not text or text.lower() in MISSING_AMONG_NUMBERS


def is_integer(text: str) -> bool:
    """Whether a trimmed cell is a whole number that BIGINT holds, without leading zeros."""
    return _INTEGER.fullmatch(text) is not None


def is_whole(text: str) -> bool:
    """Whether a trimmed cell is a whole number written with decimals, such as ``3.0``."""
    return _WHOLE.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """Whether a trimmed cell is a plain decimal number within the range of a double."""
    return _NUMBER.fullmatch(text) is not None and abs(float(text)) < float("inf")


def has_leading_zero(text: str) -> bool:
    """Whether a trimmed cell is digits that would lose zeros as a number (``007``)."""
    return _LEADING_ZERO.fullmatch(text) is not None


def is_long_integer(text: str) -> bool:
    """Whether a trimmed cell has 16 digits or more: beyond 2^53, doubles no longer tell neighbours apart."""
    return _LONG_INTEGER.fullmatch(text) is not None


def opposite(text: str) -> str:
    """Return the other one of a pair of boolean spellings, in the same case; nothing for nothing.

    Examples
    --------
    >>> opposite("No"), opposite("TRUE"), opposite("f"), opposite("")
    ('Yes', 'FALSE', 't', '')
    """
    pairs = _OPPOSITES | {false: true for true, false in _OPPOSITES.items()}
    other = pairs.get(text.lower(), "")
    return other.upper() if text.isupper() else other.capitalize() if text.istitle() else other


def sql_spaced(cell: str) -> str:
    """Return SQL that tells whether a cell is empty or has white space around it; ten times faster than to trim it."""
    spaces = literal(SPACES)
    return f"(contains({spaces}, {cell}[1]) OR contains({spaces}, {cell}[-1]))"


def sql_tidy(cell: str) -> str:
    """Return SQL of the cell without white space around it, NULL where nothing is left."""
    return f"(CASE WHEN {sql_spaced(cell)} THEN nullif(trim({cell}, {literal(SPACES)}), '') ELSE {cell} END)"


# Below, cells are tidy: no white space around, never empty.


def sql_missing(cell: str) -> str:
    """Return SQL that tells whether a cell is missing in any kind of column."""
    return _one_of(cell, MISSING)


def sql_missing_number(cell: str) -> str:
    """Return SQL that tells whether a cell is missing in a column of numbers, dates or booleans."""
    return _one_of(f"lower({cell})", MISSING_AMONG_NUMBERS)


def _one_of(cell: str, texts: frozenset[str]) -> str:
    """Return SQL of ``cell IN (…)``, for which DuckDB would join every row with a table of the texts."""
    mark = "\x1f"
    listed = literal(mark + mark.join(sorted(texts)) + mark)
    longest = max(map(len, texts))
    return (
        f"(strlen({cell}) <= {4 * longest} AND contains({listed}, concat(chr(31), {cell}, chr(31)))"
        f" AND NOT contains({cell}, chr(31)))"
    )


def sql_integer(cell: str) -> str:
    """Return SQL of a BIGINT, or NULL where the cell is no whole number."""
    return f"CASE WHEN regexp_full_match({cell}, {literal(_INTEGER.pattern)}) THEN TRY_CAST({cell} AS BIGINT) END"


def sql_whole(cell: str) -> str:
    """Return SQL of a BIGINT of whole numbers with or without ``.0``."""
    pattern = f"{_INTEGER.pattern}|{_WHOLE.pattern}"
    return (
        f"CASE WHEN regexp_full_match({cell}, {literal(pattern)})"
        f" THEN TRY_CAST(regexp_replace({cell}, '\\.0+$', '') AS BIGINT) END"
    )


def sql_number(cell: str) -> str:
    """Return SQL of a DOUBLE of plain decimal numbers."""
    return f"CASE WHEN regexp_full_match({cell}, {literal(_NUMBER.pattern)}) THEN {sql_finite(cell)} END"


def sql_finite(text: str) -> str:
    """Return SQL of the text as DOUBLE, or NULL beyond its range."""
    return f"CASE WHEN isfinite(TRY_CAST({text} AS DOUBLE)) THEN CAST({text} AS DOUBLE) END"


def sql_boolean(cell: str) -> str:
    """Return SQL of a BOOLEAN by spelling."""
    text = f"lower({cell})"
    return (
        f"CASE WHEN {text} IN ({string_list(sorted(TRUE))}) THEN true"
        f" WHEN {text} IN ({string_list(sorted(FALSE))}) THEN false END"
    )


def sql_text(cell: str) -> str:
    """Return SQL of the text, NULL where it is missing."""
    return f"CASE WHEN NOT {sql_missing(cell)} THEN {cell} END"
