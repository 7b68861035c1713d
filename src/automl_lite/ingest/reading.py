"""The report of one reading: what was found, what was assumed, what was set aside."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from automl_lite.domain.columns import Column, Notice

MAX_REJECTS = 1_000  # rejects kept with their text; the counts are of all
_TEXT_LENGTH = 200  # characters of a reject's text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A row or a cell that could not be read.

    Parameters
    ----------
    line : int
        1-based line in the file where the row starts (for XLSX the row of the sheet); 0 if it is not known.
    column : str
        Name of the column whose cell became missing; empty if the whole row was set aside.
    reason : str
        A sentence.
    text : str
        What stood there, cut to 200 characters.
    """

    line: int
    column: str
    reason: str
    text: str

    def __post_init__(self) -> None:
        if len(self.text) > _TEXT_LENGTH:
            object.__setattr__(self, "text", self.text[: _TEXT_LENGTH - 1] + "…")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What reading a file gave.

    Parameters
    ----------
    format : str
        ``"csv"``, ``"tsv"``, ``"json-lines"``, ``"xlsx"``, ``"parquet"`` or ``"frame"``, with ``"+gzip"`` if packed.
    encoding : str
        Of the text (``"utf-8"``, ``"cp1252"``…); empty for binary formats.
    delimiter : str
        Between cells; empty where there is none.
    header : bool
        Whether the first row held the column names.
    n_rows : int
        Rows in the typed table.
    n_rejected : int
        Rows set aside; cells that became missing are counted in ``notices``.
    columns : tuple of Column
        In the order of the file.
    assumptions : tuple of str
        Sentences that say how the file was understood.
    rejects : tuple of Reject
        The first 1,000 rows and cells that could not be read, by line.
    notices : tuple of Notice
        What the user should know about the file.
    source_sha256 : str
        Of the bytes as they came; empty for a frame.
    size_bytes : int
        Of the file as it came.
    """

    format: str
    encoding: str
    delimiter: str
    header: bool
    n_rows: int
    n_rejected: int
    columns: tuple[Column, ...]
    assumptions: tuple[str, ...] = ()
    rejects: tuple[Reject, ...] = ()
    notices: tuple[Notice, ...] = ()
    source_sha256: str = ""
    size_bytes: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values; ``from_dict`` reads them back."""
        return asdict(self) | {
            "columns": [column.as_dict() for column in self.columns],
            "assumptions": list(self.assumptions),
            "rejects": [asdict(reject) for reject in self.rejects],
            "notices": [notice.as_dict() for notice in self.notices],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Reading:
        """Read what ``as_dict`` wrote."""
        return cls(
            **data
            | {
                "columns": tuple(Column.from_dict(column) for column in data["columns"]),
                "assumptions": tuple(data["assumptions"]),
                "rejects": tuple(Reject(**reject) for reject in data["rejects"]),
                "notices": tuple(Notice(**notice) for notice in data["notices"]),
            }
        )


class Notes:
    """Collects assumptions and notices while a file is read; remarks on many columns become one sentence."""

    def __init__(self) -> None:
        self._sentences: dict[str, list[str]] = {}
        self.notices: list[Notice] = []

    def say(self, sentence: str) -> None:
        """Add an assumption about the whole file."""
        self._sentences.setdefault(sentence, [])

    def say_of(self, column: str, sentence: str) -> None:
        """Add an assumption about ``column``; the sentence follows its name and is said once for all columns."""
        self._sentences.setdefault(sentence, []).append(column)

    def warn(self, notice: Notice) -> None:
        """Add a notice."""
        self.notices.append(notice)

    def assumptions(self) -> tuple[str, ...]:
        """Return the sentences, each with the names of its columns in front (at most five of them)."""
        return tuple(
            f"{name_list(columns)}: {sentence}" if columns else sentence
            for sentence, columns in self._sentences.items()
        )


def counted(n: int, one: str, many: str) -> str:
    """Write a number with the words that follow it.

    Examples
    --------
    >>> counted(1, "row was", "rows were"), counted(2_000, "row was", "rows were")
    ('1 row was', '2,000 rows were')
    """
    return f"{n:,} {one if n == 1 else many}"


def name_list(names: list[str], *, shown: int = 5) -> str:
    """Quote names for a sentence.

    Examples
    --------
    >>> name_list(["a", "b"]), name_list(list("abcdefgh"))
    ('"a", "b"', '"a", "b", "c", "d", "e" and 3 more')
    """
    quoted = ", ".join(f'"{name if len(name) <= 80 else name[:79] + "…"}"' for name in names[:shown])
    return quoted + (f" and {len(names) - shown} more" if len(names) > shown else "")
