"""Answers beside the rows they are for: names of the added columns, and CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

import numpy as np

from automl_lite.inference.contract import Contract
from automl_lite.inference.predictor import Scores
from automl_lite.inference.values import iso

MAX_CLASS_COLUMNS = 50  # with more classes only the probability of the predicted one is written
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMERAL = re.compile(r"[-+]?\d[\d.,]*(e[-+]?\d+)?%?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """Names of the columns that answers add, none of which the table has already.

    ``probabilities`` has one name a class, or none where there are more than ``MAX_CLASS_COLUMNS``; ``interval`` has
    two names or none; ``probability`` is empty for regression.
    """

    prediction: str
    probability: str
    probabilities: tuple[str, ...]
    interval: tuple[str, ...]
    error: str

    @classmethod
    def beside(cls, contract: Contract, taken: Iterable[str]) -> AnswerColumns:
        """Choose names for answers of a model next to columns named ``taken``, unlike any of them in any case."""
        used = {name.casefold() for name in taken}

        def free(name: str) -> str:
            while name.casefold() in used:
                name += "_"
            used.add(name.casefold())
            return name

        classes = contract.classes if len(contract.classes) <= MAX_CLASS_COLUMNS else ()
        has_interval = "interval" in contract.outputs
        return cls(
            prediction=free("prediction"),
            probability=free("probability") if contract.task.is_classification else "",
            probabilities=tuple(free(f"probability_{c}") for c in classes),
            interval=(free("prediction_low"), free("prediction_high")) if has_interval else (),
            error=free("_error"),
        )

    def names(self) -> list[str]:
        """Return the names in the order in which ``values`` gives the columns."""
        single = [self.probability] if self.probability else []
        return [self.prediction, *single, *self.probabilities, *self.interval, self.error]

    def values(self, contract: Contract, scores: Scores, errors: Mapping[int, str]) -> list[list[Any]]:
        """Return the columns: None in rows (0-based) with an error, labels as text, numbers as Python's own."""
        columns: list[list[Any]] = [scores.predictions.tolist()]
        if scores.probabilities is not None:
            position = {text: i for i, text in enumerate(contract.classes)}
            at = np.array([position[text] for text in columns[0]], dtype=np.intp)
            columns.append(_rounded(scores.probabilities[np.arange(len(at)), at]))
            columns += [_rounded(scores.probabilities[:, k]) for k in range(len(self.probabilities))]
        if scores.intervals is not None:
            columns += [scores.intervals[:, 0].tolist(), scores.intervals[:, 1].tolist()]
        for column in columns:
            for row in errors:
                column[row] = None
        return [*columns, [errors.get(row, "") for row in range(len(columns[0]))]]


def _rounded(probabilities: Any) -> list[float]:
    # float32 holds seven digits; more of them would only be the error of the conversion
    return [float(f"{p:.7g}") for p in probabilities.tolist()]


class CsvWriter:
    """Writes rows with their answers, chunk by chunk.

    Parameters
    ----------
    file : text file
        Opened with ``newline=""``.
    names : sequence of str
        The table's own columns, in its order.
    contract : Contract
        Of the model that answers.
    header : bool, default=True
        Whether to begin with the names of the columns; False for a later part of a file.
    """

    def __init__(self, file: TextIO, names: Sequence[str], contract: Contract, *, header: bool = True) -> None:
        self.columns = AnswerColumns.beside(contract, names)
        self._names, self._contract = list(names), contract
        self._writer = csv.writer(file, lineterminator="\n")
        if header:
            self._writer.writerow([safe_cell(name) for name in [*names, *self.columns.names()]])

    def write(self, table: Mapping[str, Sequence[Any]], scores: Scores, errors: Mapping[int, str]) -> None:
        """Write one chunk: its columns by name, its answers, and the rows (0-based in the chunk) that have none."""
        answers = self.columns.values(self._contract, scores, errors)
        cells = [_cells(column) for column in (*(table[name] for name in self._names), *answers)]
        self._writer.writerows(zip(*cells, strict=True))


def _cells(values: Sequence[Any]) -> list[Any]:
    # Whole columns of text or of numbers are the rule: no question is asked about a cell that its column answers.
    kinds = set(map(type, values))
    if kinds <= {str, type(None)}:
        return ["" if v is None else safe_cell(v) if v[:1] in _FORMULA else v for v in values]
    if kinds == {float}:
        return ["" if v != v else int(v) if v.is_integer() and -1e15 < v < 1e15 else v for v in values]
    return [_cell(v) for v in values]


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return safe_cell(value)
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return iso(value) if isinstance(value, datetime) else value


def safe_cell(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula; numbers stay as they are.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("-1.5"), safe_cell("-1+1"), safe_cell("plain")
    ("'=1+1", '-1.5', "'-1+1", 'plain')
    """
    return "'" + text if text.startswith(_FORMULA) and not _NUMERAL.fullmatch(text) else text
