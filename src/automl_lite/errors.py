"""The root of every error that AutoML Lite tells a user: a code, a message and a hint about the next step."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import ClassVar


class AutoMLLiteError(Exception):
    """An expected failure, told to the user as it stands.

    Parameters
    ----------
    message : str
        What happened, naming the value that was wrong. Never a path of the server, SQL or a traceback.
    hint : str, optional
        What to do next.

    Attributes
    ----------
    code : str
        Kebab-case name of the failure, stable across releases; each subclass has its own.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def as_dict(self) -> dict[str, str]:
        """Return ``{code, message, hint}``, the one shape that every surface shows."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class ExtraMissing(AutoMLLiteError):
    """A feature needs packages that only an optional extra installs."""

    code = "extra-missing"

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs packages that are not installed.", hint=f"Run: pip install 'automl-lite[{extra}]'"
        )
        self.extra = extra


class UnknownColumn(AutoMLLiteError):
    """A column was named that the table does not have."""

    code = "unknown-column"

    def __init__(self, column: str, columns: Sequence[str], *, role: str = "column") -> None:
        super().__init__(f"The table has no {role} named {shorten(column)!r}.", hint=closest_hint(column, columns))


class UnknownTarget(AutoMLLiteError):
    """The column to predict is not in the table."""

    code = "unknown-target"

    def __init__(self, target: str, columns: Sequence[str]) -> None:
        super().__init__(f"The table has no column {shorten(target)!r} to predict.", hint=closest_hint(target, columns))


def closest_hint(name: str, names: Sequence[str]) -> str:
    """Name the closest of ``names``, or list the first ten of them."""
    close = get_close_matches(name, names, n=1) or [n for n in names if n.casefold() == name.casefold()]
    if close:
        return f"Did you mean {shorten(close[0])!r}?"
    rest = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return f"Columns: {', '.join(shorten(n) for n in names[:10])}{rest}."


def shorten(text: str, length: int = 80) -> str:
    """Cut ``text`` to at most ``length`` characters for a message, with an ellipsis."""
    return text if len(text) <= length else text[: length - 1] + "…"
