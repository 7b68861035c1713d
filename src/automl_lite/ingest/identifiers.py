"""Which columns name rows instead of describing them, by their values and their names together."""

from __future__ import annotations

import re

# Parts of names that mean an identifier. A part counts only as a whole word: "paid", "width" and "humidity" have none.
_ID_WORDS = frozenset(
    {
        *("id", "ids", "key", "uuid", "guid", "index", "idx", "rownum", "rowid", "row", "record", "serial", "order"),
        *("pid", "uid", "sid", "oid", "cid", "tid", "rid", "nr", "no", "num", "number", "nummer", "numero", "ref"),
        *("account", "acct", "konto", "ssn", "iban", "isbn", "ean", "sku", "vin", "imei", "email", "mail", "phone"),
        *("telephone", "mobile", "fax", "url", "hash", "token", "unnamed", "identifier", "code", "ticket", "invoice"),
    }
)
_WEAK_WORDS = frozenset({"code", "number", "num", "no", "order", "record", "row", "index", "ticket", "invoice", "ref"})
_TIME_WORDS = frozenset(
    {"time", "day", "days", "date", "week", "month", "year", "period", "step", "t", "hour", "quarter", "age", "tick"}
)
_UUID = re.compile(r"\{?[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}\}?")
_HEX = re.compile(r"(?=.*[0-9])[0-9a-fA-F]{12,}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}")
_CODE = re.compile(r"[A-Za-z]{0,6}[-_/#.:]?[0-9A-Za-z]*[0-9][0-9A-Za-z]*(?:[-_/][0-9A-Za-z]+)*")
MIN_ROWS = 20  # in fewer rows anything is unique


def words(name: str) -> list[str]:
    """Split a column name into lower-case words at punctuation and at camelCase humps.

    Examples
    --------
    >>> words("PassengerId"), words("hospitalID"), words("zip_code"), words("humidity")
    (['passenger', 'id'], ['hospital', 'id'], ['zip', 'code'], ['humidity'])
    """
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", spaced)
    return [word.lower() for word in re.split(r"[^0-9A-Za-z]+", spaced) if word]


def name_says_id(name: str, *, weak: bool = True) -> bool:
    """Whether a word of the name means an identifier; ``weak`` words such as ``number`` count only on request."""
    found = _ID_WORDS.intersection(words(name))
    return bool(found if weak else found - _WEAK_WORDS)


def integer_is_id(name: str, *, n_values: int, n_distinct: int, low: int, high: int) -> str:
    """Return why a column of whole numbers names rows, or an empty string.

    Parameters
    ----------
    n_values, n_distinct : int
        Without missing ones; ``n_distinct`` must be exact when close to ``n_values``.
    low, high : int
        The range.
    """
    if high > 2**53 or low < -(2**53):
        return "The numbers are too large to be told apart as quantities, so they are names."
    if n_values < MIN_ROWS:
        return ""
    share = n_distinct / n_values
    parts = set(words(name))
    if share == 1 and high - low == n_values - 1 and not parts & _TIME_WORDS:
        if low in (0, 1) or name_says_id(name):
            return "The values count the rows one by one."
        return ""
    if share == 1 and name_says_id(name) and not parts & _TIME_WORDS:
        return "Every value is different and the name says identifier."
    if share >= 0.9 and name_says_id(name, weak=False):
        return f"{share:.1%} of the values are different and the name says identifier."
    return ""


def text_is_id(name: str, *, n_values: int, n_distinct: int, sample: list[str]) -> str:
    """Return why a column of words names rows, or an empty string.

    Parameters
    ----------
    sample : list of str
        Some values, without missing ones.
    """
    if n_values < MIN_ROWS or not sample:
        return ""
    share = n_distinct / n_values
    if share < 0.9:
        return ""
    for pattern, what in ((_UUID, "UUIDs"), (_EMAIL, "e-mail addresses"), (_HEX, "hexadecimal keys")):
        if all(map(pattern.fullmatch, sample)):
            return f"The values are {what}."
    one_word = sum(" " not in text for text in sample) >= 0.98 * len(sample)
    digits = sum(text.isdigit() for text in sample) == len(sample)
    if share >= 0.98 and digits:
        return "Nearly every value is a different string of digits."
    coded = sum(_CODE.fullmatch(text) is not None for text in sample) >= 0.98 * len(sample)
    if one_word and coded and (share >= 0.98 or name_says_id(name, weak=False)):
        return "Nearly every value is a different code."
    if one_word and name_says_id(name, weak=False):
        return f"{share:.1%} of the values are different and the name says identifier."
    return ""
