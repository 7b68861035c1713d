"""What a user should know about the rows given: unseen categories, values out of range, columns absent or unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from automl_lite.domain.columns import Kind, Notice
from automl_lite.errors import shorten
from automl_lite.inference.contract import Contract, InputColumn
from automl_lite.inference.encode import Encoded
from automl_lite.inference.errors import closest


class Checker:
    """Compares rows with what training saw; made once for a contract."""

    def __init__(self, contract: Contract) -> None:
        self._names = [c.name for c in contract.inputs]
        self._all_names = frozenset(self._names)
        self._known_names = frozenset(self._names) | frozenset(contract.ignored) | {contract.target}
        self._ranged = [(c, *_bounds(c)) for c in contract.inputs if c.type == "float" and _has_range(c)]
        self._moments = [c for c in contract.inputs if c.kind is Kind.DATETIME and _has_range(c)]
        self._levels = [(c, frozenset(c.values)) for c in contract.inputs if c.knows_all_levels]

    def names(self, given: Iterable[str], *, complete: bool = False) -> list[Notice]:
        """Return notices about columns that the model does not know, and about those that it lacks.

        ``complete`` says that ``given``, a dict, is known to have all that the model takes.
        """
        if isinstance(given, dict) and len(given) == len(self._names) and (complete or given.keys() == self._all_names):
            return []
        given = given if isinstance(given, (frozenset, set, dict)) else frozenset(given)
        notices = [
            Notice(
                code="absent-column",
                column=name,
                message=f"{shorten(name)!r} was not given; it counts as missing.",
                remedy="Give it, with null where it is not known.",
            )
            for name in self._names
            if name not in given
        ]
        unknown = [name for name in given if name not in self._known_names]
        absent = {n.column for n in notices}
        for name in unknown:
            close = closest(name, absent or self._names)
            notices.append(
                Notice(
                    code="unknown-column",
                    severity="warning" if close else "info",
                    column=name,
                    message=f"The model does not know the column {shorten(name)!r}; it was not used.",
                    remedy=f"Did you mean {shorten(close[0])!r}?" if close else "",
                )
            )
        return notices

    def row(self, encoded: Encoded, row: int = 0) -> list[Notice]:
        """Return notices about the values of one encoded row."""
        feed, notices = encoded.feed, []
        for column, low, high in self._ranged:
            value = feed[column.name].item(row)
            if value < low or value > high:  # NaN is neither
                notices.append(_outside(column, _figure(value)))
        for column in self._moments:
            text = feed[column.name].item(row)
            if text and not str(column.min) <= text <= str(column.max):
                notices.append(_outside(column, text))
        for column, levels in self._levels:
            text = feed[column.name].item(row)
            if text and text not in levels:
                notices.append(_unseen(column, [text]))
        return notices

    def rows(self, encoded: Encoded) -> dict[int, list[Notice]]:
        """Return the notices of each encoded row that has any."""
        feed, odd = encoded.feed, set[int]()
        for column, low, high in self._ranged:
            values = feed[column.name][:, 0]
            odd.update(np.flatnonzero((values < low) | (values > high)).tolist())
        for column in self._moments:
            low_text, high_text = str(column.min), str(column.max)
            texts = feed[column.name][:, 0].tolist()
            odd.update(i for i, text in enumerate(texts) if text and not low_text <= text <= high_text)
        for column, levels in self._levels:
            texts = feed[column.name][:, 0].tolist()
            if not levels.issuperset(texts):
                odd.update(i for i, text in enumerate(texts) if text and text not in levels)
        return {i: self.row(encoded, i) for i in sorted(odd)}


class Tally:
    """The same for many rows: how many values were unseen or out of range in each column, chunk by chunk."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self._outside: Counter[str] = Counter()
        self._extremes: dict[str, Any] = {}
        self._unseen: dict[str, Counter[str]] = {}
        self._n_rows = 0

    def add(self, encoded: Encoded) -> None:
        """Count the values of one chunk."""
        checker, feed = self._checker, encoded.feed
        self._n_rows += encoded.n_rows
        for column, low, high in checker._ranged:
            values = feed[column.name][:, 0]
            with np.errstate(invalid="ignore"):
                wrong = values[(values < low) | (values > high)]
            if wrong.size:
                self._note(column, wrong.size, _figure(float(wrong[np.argmax(np.abs(wrong))])))
        for column in checker._moments:
            texts = feed[column.name][:, 0]
            low_text, high_text = str(column.min), str(column.max)
            late = [t for t in texts if t and not low_text <= t <= high_text]
            if late:
                self._note(column, len(late), max(late))
        for column, levels in checker._levels:
            texts = feed[column.name][:, 0]
            odd = set(texts) - levels - {""}
            if odd:
                self._unseen.setdefault(column.name, Counter()).update(t for t in texts if t in odd)

    def _note(self, column: InputColumn, n: int, extreme: str) -> None:
        self._outside[column.name] += n
        self._extremes.setdefault(column.name, extreme)

    def notices(self) -> list[Notice]:
        """Return one notice a column, with the counts as ``facts``."""
        found = []
        for column in (*(c for c, _, _ in self._checker._ranged), *self._checker._moments):
            if n := self._outside[column.name]:
                found.append(_outside(column, self._extremes[column.name], n=n, n_rows=self._n_rows))
        for column, _ in self._checker._levels:
            if odd := self._unseen.get(column.name):
                top = [text for text, _ in odd.most_common(3)]
                found.append(_unseen(column, top, n=odd.total(), n_rows=self._n_rows))
        return found


def _has_range(column: InputColumn) -> bool:
    return column.min is not None and column.max is not None


def _bounds(column: InputColumn) -> tuple[float, float]:
    """Return the range as float32 knows it: the largest training value must not be outside of its own range."""
    return float(np.float32(column.min)), float(np.float32(column.max))


def _figure(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.6g}"


def _outside(column: InputColumn, value: str, *, n: int = 0, n_rows: int = 0) -> Notice:
    low, high = column.min, column.max
    if not isinstance(low, str) and not isinstance(high, str) and low is not None and high is not None:
        low, high = _figure(float(low)), _figure(float(high))
    if n:
        said = f"{n:,} of {n_rows:,} values of {shorten(column.name)!r} are outside the training range, such as {value}"
    else:
        said = f"{shorten(column.name)!r} is {value}, outside the training range"
    return Notice(
        code="outside-range",
        column=column.name,
        message=f"{said} ({low} to {high}).",
        remedy="The model has seen nothing like it: take the answer with care.",
        facts={"value": value, "min": column.min, "max": column.max} | ({"n": n, "n_rows": n_rows} if n else {}),
    )


def _unseen(column: InputColumn, texts: Sequence[str], *, n: int = 0, n_rows: int = 0) -> Notice:
    shown = ", ".join(repr(shorten(t, 40)) for t in texts)
    close = closest(texts[0].strip(), column.values)
    if n:
        said = f"{n:,} of {n_rows:,} values of {shorten(column.name)!r} were never seen in training, such as {shown}."
    else:
        said = f"{shorten(column.name)!r} was never {shown} in training."
    return Notice(
        code="unseen-category",
        column=column.name,
        message=said,
        remedy=f"Did you mean {shorten(close[0], 40)!r}?" if close else "It counts as an unknown level.",
        facts={"values": list(texts)} | ({"n": n, "n_rows": n_rows} if n else {}),
    )
