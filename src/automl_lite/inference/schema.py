"""Does a table fit the model? Names, order, types and values against the input contract, before anything is scored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from automl_lite.domain.columns import Kind, Notice
from automl_lite.errors import shorten
from automl_lite.inference.contract import Contract, InputColumn
from automl_lite.inference.encode import Array, Encoded, encode_column
from automl_lite.inference.errors import WrongType, closest
from automl_lite.inference.notices import Checker, Tally
from automl_lite.inference.pvalues import Counts, psi
from automl_lite.inference.sketch import Sketch

_MOSTLY = 0.5  # from this share of unreadable values on, the column is not of its kind
_RECODED = 0.9  # from this share of unseen levels on, it is another code and not new levels
_FEWEST = 20  # values below which nothing is said about a column as a whole
_UNLIKE, _LIKE = 1.0, 0.25  # PSI: another column altogether; as alike as a column is to itself
_DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
_SEPARATED = {";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces", ":": "colons"}
_MAX_LEVELS = 10_000


@dataclass(slots=True)
class _Column:
    """What was seen of a column."""

    n_values: int = 0
    n_wrong: int = 0
    n_unseen: int = 0
    example: str = ""
    expected: str = ""
    hint: str = ""
    levels: Counter[str] = field(default_factory=Counter)
    numbers: list[Array] = field(default_factory=list)


class SchemaCheck:
    """Compares a table with what a model takes, chunk by chunk; a first chunk of some thousand rows says enough.

    Parameters
    ----------
    contract : Contract
        Of the model.
    names : iterable of str
        The table's columns in their order.

    Examples
    --------
    ``check = SchemaCheck(contract, names)``, then ``check.add(columns, n_rows)`` and ``check.notices()``: those of
    severity ``"error"`` say that the answers would mean nothing.
    """

    def __init__(self, contract: Contract, names: Iterable[str]) -> None:
        self._contract, self._names = contract, list(names)
        self._inputs = {c.name: c for c in contract.inputs}
        self._checker = Checker(contract)
        self._tally = Tally(self._checker)
        self._seen = {c.name: _Column() for c in contract.inputs}
        self._sketches = {c.name: Sketch.from_dict(c.details.get("histogram")) for c in contract.inputs}
        self._told: list[Notice] = []

    def read_as(self, delimiter: str, spellings: Mapping[str, Sequence[str]]) -> None:
        """Take how the file was written, where reading has levelled that out.

        Parameters
        ----------
        delimiter : str
            What separates its cells; empty where nothing does (Parquet).
        spellings : mapping
            Boolean column → how false and true are written.
        """
        if delimiter not in ("", ","):
            self._told.append(
                Notice(
                    code="delimiter",
                    severity="info",
                    message=f"The cells are separated by {_SEPARATED.get(delimiter, repr(delimiter))}, "
                    "and were read so.",
                )
            )
        for name, written in spellings.items():
            before = self._inputs[name].details.get("spellings") if name in self._inputs else None
            if before and written and list(written) != list(before):
                (false, true), (no, yes) = written, before
                self._told.append(
                    Notice(
                        code="other-spelling",
                        severity="info",
                        column=name,
                        message=f"{name!r} is written {false!r} and {true!r}, in training {no!r} and {yes!r}; "
                        f"{true!r} was taken for {yes!r}.",
                        remedy=f"Correct the file if {true!r} does not mean {yes!r}.",
                    )
                )

    def add(
        self, columns: Mapping[str, Any], n_rows: int, unreadable: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Look at some rows.

        Parameters
        ----------
        columns : mapping
            Name → values, raw text or typed.
        n_rows : int
            Number of rows; above 0.
        unreadable : mapping, optional
            Name → texts that reading the file could not turn into the column's kind, and left out.
        """
        feed: dict[str, Array] = {}
        for name, column in self._inputs.items():
            if name not in columns:
                missing: Any = np.nan if column.type == "float" else ""
                feed[name] = np.full((n_rows, 1), missing, np.float32 if column.type == "float" else object)
                continue
            errors: dict[int, WrongType] = {}
            values = encode_column(columns[name], column, 0, errors)
            feed[name] = values.reshape(-1, 1)
            self._look(column, values, errors, (unreadable or {}).get(name, ()))
        self._tally.add(Encoded(feed, n_rows))

    def _look(
        self, column: InputColumn, values: Array, errors: Mapping[int, WrongType], unreadable: Sequence[str]
    ) -> None:
        seen = self._seen[column.name]
        n_wrong = len(errors) + len(unreadable)
        seen.n_wrong += n_wrong
        if errors and not seen.example:
            first = errors[min(errors)]
            seen.example, seen.expected, seen.hint = first.value, first.expected, first.hint
        elif unreadable and not seen.example:
            seen.example, seen.expected = repr(shorten(unreadable[0], 60)), f"a value of the kind {column.kind}"
        if column.type == "float":
            known = values[~np.isnan(values)]
            seen.n_values += len(known) + n_wrong
            seen.numbers.append(known)
            return
        seen.n_values += int((values != "").sum()) + n_wrong
        if column.kind in (Kind.CATEGORY, Kind.BOOLEAN):
            known_levels = set(column.values)
            for level, n in Counter(values.tolist()).items():
                if level and level not in known_levels:
                    seen.n_unseen += n
                if level and (level in seen.levels or len(seen.levels) < _MAX_LEVELS):
                    seen.levels[level] += n

    def notices(self) -> list[Notice]:
        """Return what does not fit, the gravest first."""
        absent = [name for name in self._inputs if name not in self._names]
        found = self._delimiter(absent)
        found += [self._absent(name) for name in absent]
        found += [n for n in self._checker.names(self._names) if n.code == "unknown-column"]
        found += self._order(absent)
        told = set()
        for name, column in self._inputs.items():
            notice = self._whole(column, absent)
            if notice is not None:
                told.add(name)
                found.append(notice)
        found += [n for n in self._tally.notices() if n.column not in told]
        found += [n for n in self._told if n.column not in told]
        ranks = ("error", "warning", "info")
        return sorted(found, key=lambda n: ranks.index(n.severity))

    def _delimiter(self, absent: Sequence[str]) -> list[Notice]:
        if not absent:
            return []
        for header in self._names:
            for sign, word in _DELIMITERS.items():
                parts = {part.strip().strip('"') for part in header.split(sign)}
                inside = parts & set(absent)
                if len(parts) > 1 and inside:
                    return [
                        Notice(
                            code="wrong-delimiter",
                            severity="error",
                            message=f"The column {shorten(header)!r} looks like {len(parts)} columns in one: the cells "
                            f"of the file seem to be separated by {word}.",
                            remedy="Save the file with the delimiter that its header uses.",
                        )
                    ]
        return []

    def _absent(self, name: str) -> Notice:
        unknown = [n for n in self._names if n not in self._inputs and n not in self._contract.ignored]
        close = closest(name, [n for n in unknown if n != self._contract.target])
        return Notice(
            code="absent-column",
            severity="error",
            column=name,
            message=f"The table has no column {shorten(name)!r}, which the model needs.",
            remedy=f"Is {shorten(close[0])!r} meant?" if close else "Add it, empty where the value is not known.",
        )

    def _order(self, absent: Sequence[str]) -> list[Notice]:
        given = [n for n in self._names if n in self._inputs]
        # The graph has its columns by kind; the table that was trained on had them in its own order.
        trained = self._contract.as_dict().get("order") or list(self._inputs)
        if given == [n for n in trained if n in self._inputs and n not in absent]:
            return []
        return [
            Notice(
                code="column-order",
                severity="info",
                message="The columns stand in another order than in training.",
                remedy="They are found by their names, so this does no harm if the names are right.",
            )
        ]

    def _whole(self, column: InputColumn, absent: Sequence[str]) -> Notice | None:
        """Say what is wrong with a column as a whole, or with some of its cells."""
        seen = self._seen[column.name]
        if column.name in absent or not seen.n_values:
            return None
        said = shorten(column.name)
        if seen.n_wrong:
            mostly = seen.n_wrong >= _MOSTLY * seen.n_values
            counted = f"{seen.n_wrong:,} of {seen.n_values:,} values of {said!r} are not of its kind"
            return Notice(
                code="wrong-type",
                severity="error" if mostly else "warning",
                column=column.name,
                message=f"{counted}: it expects {seen.expected}, not {seen.example}.",
                remedy=self._home(column) or seen.hint or "Rows with such a value get no answer.",
                facts={"n": seen.n_wrong, "n_values": seen.n_values},
            )
        if seen.n_values < _FEWEST:
            return None
        if column.knows_all_levels and seen.n_unseen >= _RECODED * seen.n_values:
            shown = ", ".join(repr(shorten(level, 40)) for level, _ in seen.levels.most_common(3))
            known = ", ".join(repr(shorten(level, 40)) for level in column.values[:3])
            return Notice(
                code="recoded-column",
                severity="error",
                column=column.name,
                message=f"{seen.n_unseen / seen.n_values:.0%} of the values of {said!r} are unknown to the model, such "
                f"as {shown}; in training they were {known}, ….",
                remedy=self._home(column)
                or self._garbled(column)
                or "Is it coded or spelled otherwise than in training?",
                facts={"n": seen.n_unseen, "n_values": seen.n_values},
            )
        distance = self._distance(column, column.name)
        if distance is None or distance < _UNLIKE:
            return None
        return Notice(
            code="unlike-training",
            column=column.name,
            message=f"The values of {said!r} are nothing like those of training{self._middles(column)}.",
            remedy=self._home(column) or "Is it in another unit, scaled, or coded otherwise than in training?",
            facts={"psi": distance},
        )

    def _middles(self, column: InputColumn) -> str:
        if column.type != "float":
            return ""
        now = float(np.median(np.concatenate(self._seen[column.name].numbers)))
        return f": the middle one is {now:.4g}, and was {column.typical:.4g}"

    def _garbled(self, column: InputColumn) -> str:
        """Recognise UTF-8 that was read as a Western 8-bit encoding, or the other way round."""
        for level, _ in self._seen[column.name].levels.most_common(50):
            for wrong, right in (("cp1252", "utf-8"), ("latin-1", "utf-8")):
                try:
                    meant = level.encode(wrong).decode(right)
                except UnicodeError:
                    continue
                if meant != level and meant in column.values:
                    return f"{shorten(level, 40)!r} is {shorten(meant, 40)!r} read in a wrong encoding: save as UTF-8."
        return ""

    def _home(self, column: InputColumn) -> str:
        """Name the column of the model whose training values these look like, if there is one of the same type."""
        for other in self._inputs.values():
            if other.name == column.name or other.type != column.type:
                continue
            distance = self._distance(other, column.name)
            if distance is not None and distance < _LIKE:
                return f"They look like those of {shorten(other.name)!r}: have columns changed places?"
        return ""

    def _distance(self, profile: InputColumn, name: str) -> float | None:
        """Return the PSI of the values given as ``name`` against the training values of a column; None if unknown."""
        seen = self._seen[name]
        if profile.type == "float":
            sketch = self._sketches[profile.name]
            if sketch is None or not seen.numbers or not len(sketch.edges):
                return None
            values = np.concatenate(seen.numbers)
            return _psi(np.array(sketch.counts, np.float64), sketch.count(values)) if len(values) >= _FEWEST else None
        if not profile.knows_all_levels or not profile.shares or seen.levels.total() < _FEWEST:
            return None
        before = np.array([*profile.shares, 0.0]) * seen.levels.total()
        known = [seen.levels[level] for level in profile.values]
        return _psi(before, np.array([*known, seen.levels.total() - sum(known)], np.float64))


def _psi(before: Counts, now: Counts) -> float:
    return psi(before * (now.sum() / max(before.sum(), 1.0)), now)
