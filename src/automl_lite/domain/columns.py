"""The typed columns of a table: what reading a file yields and what training and prediction agree on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What the values of a column are, as a person would say it."""

    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CATEGORY = "category"
    DATETIME = "datetime"
    TEXT = "text"
    ID = "id"


NUMERIC_KINDS = frozenset({Kind.NUMBER, Kind.INTEGER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        Unique within the table; trimmed, and renamed where the header was empty or repeated.
    kind : Kind
        In the table file the values are DOUBLE (number), BIGINT (integer), BOOLEAN, TIMESTAMP (datetime) or
        VARCHAR (category, text, id: leading zeros kept); missing values are NULL.
    header : str
        The name as it stood in the file.
    unit : str
        A sign stripped from the values, such as ``"%"``, ``"$"`` or ``"€"``; empty if there was none.
    formats : tuple of str
        For datetime columns, the ``strptime`` formats found, most frequent first; for boolean columns the most
        frequent spelling of false and that of true, as they stood in the file.
    reason : str
        Why this kind was chosen, as a sentence for the user.
    """

    name: str
    kind: Kind
    header: str = ""
    unit: str = ""
    formats: tuple[str, ...] = ()
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values; ``from_dict`` reads them back."""
        return asdict(self) | {"kind": self.kind.value, "formats": list(self.formats)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Column:
        """Read what ``as_dict`` wrote."""
        return cls(**(data | {"kind": Kind(data["kind"]), "formats": tuple(data.get("formats", ()))}))


class Task(StrEnum):
    """The problem type."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"

    @property
    def is_classification(self) -> bool:
        """True for binary and multi-class problems."""
        return self is not Task.REGRESSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something the user should know about the data or the run, with its reason and its remedy.

    ``code`` is kebab-case (``"constant-column"``, ``"leak-suspect"``); ``severity`` is ``"info"``, ``"warning"`` or
    ``"error"`` (an error stops training); ``column`` is empty where the whole table is meant; ``remedy`` says what
    to do. ``action`` is what an interface offers with one click: ``"drop"`` (a column that is used), ``"keep"`` (one
    that the program leaves out by itself), ``"split-by-time"`` or empty. ``facts`` holds the figures
    behind it, JSON values only; a notice about several columns names them in ``facts["columns"]``, with a sentence
    for each in ``facts["details"]``.
    """

    code: str
    message: str
    severity: str = "warning"
    column: str = ""
    remedy: str = ""
    action: str = ""
    facts: dict[str, Any] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are meant; none where it is the whole table."""
        return (self.column,) if self.column else tuple((self.facts or {}).get("columns", ()))

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)
