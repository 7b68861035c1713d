"""What can go wrong when a model file is opened or asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from automl_lite.errors import AutoMLLiteError, shorten


class ModelNotFound(AutoMLLiteError):
    """There is no file at the path given for the model."""

    code = "model-not-found"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no model file {shorten(name)!r}.", hint="A training run writes it as model.onnx into its folder."
        )


class NotAModel(AutoMLLiteError):
    """The bytes are not an ONNX model that AutoML Lite wrote."""

    code = "not-a-model"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"This is not a model file of AutoML Lite: {reason}",
            hint="Use the model.onnx of a training run, unchanged; other tools may drop its metadata.",
        )


class ModelTooNew(AutoMLLiteError):
    """The model file was written by a later version."""

    code = "model-too-new"

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"The model file has format {found}; this version reads up to format {known}.",
            hint="Run: pip install --upgrade automl-lite",
        )


class WrongType(AutoMLLiteError):
    """A value is not of its column's kind.

    Attributes
    ----------
    column, expected : str
        The column and what it takes, in words.
    value : str
        The value as Python writes it, cut at 60 characters.
    row : int or None
        0-based position of the row, where there were several.
    """

    code = "wrong-type"

    def __init__(self, column: str, value: Any, expected: str, *, hint: str = "") -> None:
        self.column, self.value, self.expected = column, shorten(repr(value), 60), expected
        self.row: int | None = None
        super().__init__(
            f"{shorten(column)!r} expects {expected}, not {self.value}.",
            hint=hint or "Leave a value out, or give null, where it is not known.",
        )

    def locate(self, row: int) -> WrongType:
        """Add the 0-based position of the row, once, and return the error."""
        if self.row is None:
            self.row, self.message = row, f"Row {row + 1}: {self.message}"
            self.args = (self.message,)
        return self


class MissingColumns(AutoMLLiteError):
    """A table lacks columns that the model was trained on.

    ``columns`` holds their names.
    """

    code = "missing-columns"

    def __init__(self, columns: Sequence[str], given: Iterable[str]) -> None:
        self.columns = tuple(columns)
        given = list(given)
        shown = ", ".join(repr(shorten(c)) for c in columns[:5]) + (" …" if len(columns) > 5 else "")
        close = {c: match[0] for c in columns[:5] if (match := closest(c, given))}
        did_you_mean = "; ".join(f"is {found!r} meant to be {name!r}?" for name, found in close.items())
        listed = ", ".join(repr(shorten(g)) for g in given[:8]) + (" …" if len(given) > 8 else "") or "nothing"
        super().__init__(
            f"The model needs {len(columns)} more column{'s' if len(columns) > 1 else ''}: {shown}.",
            hint=did_you_mean[:1].upper() + did_you_mean[1:] if did_you_mean else f"Given: {listed}.",
        )


class UnreadableRows(AutoMLLiteError):
    """The rows are neither a dict, a list of dicts, a dict of columns nor a table."""

    code = "unreadable-rows"

    def __init__(self, message: str) -> None:
        super().__init__(
            message, hint='Give {"column": value}, a list of such rows, a dict of columns, or a pandas or polars table.'
        )


class WrongTask(AutoMLLiteError):
    """The model does not give this kind of answer."""

    code = "wrong-task"


def closest(name: str, names: Iterable[str]) -> list[str]:
    """Return the one of ``names`` most like ``name``, letter case aside, or nothing."""
    folded = {n.casefold(): n for n in names}
    return [folded[n] for n in get_close_matches(name.casefold(), folded, n=1)]
