"""``Predictor``: a model file that answers, with numpy and onnxruntime and nothing else."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from automl_lite.domain.columns import Kind, Notice
from automl_lite.errors import closest_hint
from automl_lite.inference.contract import Label
from automl_lite.inference.encode import Array, Encoded, Encoder
from automl_lite.inference.errors import MissingColumns, WrongTask, WrongType
from automl_lite.inference.explain import Explanation, explain_row
from automl_lite.inference.notices import Checker, Tally
from automl_lite.inference.session import open_session
from automl_lite.inference.tables import ColumnTable, RowList, as_table

# Rows of one call of the graph: enough to drown its overhead, small enough that its tensors stay in tens of megabytes.
_CHUNK_CELLS = 500_000
_CHUNK_ROWS = 16_384
_CHUNK_NUMBERS = 8_000_000  # of a value inside the graph that holds many a row; 64 MB
_CHUNK_ROWS_WITH_TEXT = 1_000  # the tokens of a chunk stand side by side in memory, each row as wide as the longest


class InputWarning(UserWarning):
    """Rows had columns that the model does not know, or lacked some that it does."""


class Counting(Protocol):
    """Something that looks at every encoded chunk that is scored."""

    def add(self, encoded: Encoded) -> None:
        """Count one chunk."""


@dataclass(slots=True, kw_only=True)  # not frozen: a frozen one takes three times as long to make
class Answer:
    """What the model says about one row.

    Parameters
    ----------
    prediction : str, int, float or bool
        The label in its own type, or the number.
    probability : float or None
        Probability (0–1) of the predicted label; None for regression.
    probabilities : dict or None
        Label as text → probability, in the order of ``Contract.classes``.
    interval : tuple of float or None
        Lower and upper end of the prediction interval of level ``Contract.interval_level``.
    warnings : tuple of Notice
        Values unlike those in training, columns absent or unknown.
    explanation : Explanation or None
        Contributions of the columns, if asked for.
    """

    prediction: Label
    probability: float | None = None
    probabilities: dict[str, float] | None = None
    interval: tuple[float, float] | None = None
    warnings: tuple[Notice, ...] = ()
    explanation: Explanation | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "prediction": self.prediction,
            "probability": self.probability,
            "probabilities": self.probabilities,
            "interval": None if self.interval is None else list(self.interval),
            "warnings": [w.as_dict() for w in self.warnings],
            "explanation": None if self.explanation is None else self.explanation.as_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Answers for many rows, as columns.

    ``predictions`` has one value a row (labels as text where the task is classification), ``probabilities`` is
    [n, K] or None, ``intervals`` [n, 2] or None. ``errors`` maps the 0-based rows that hold a value of a wrong type
    to the error; what the arrays hold for those rows means nothing. ``notices`` is about the rows as a whole.
    """

    predictions: Array
    probabilities: Array | None
    intervals: Array | None
    errors: dict[int, WrongType]
    notices: tuple[Notice, ...]


class Predictor:
    """A trained model, from its one file.

    Parameters
    ----------
    model : path or bytes
        ``model.onnx`` of a training run.
    threads : int, default=1
        Threads within one call of the graph. One is best for rows as they come; more help with large tables.

    Attributes
    ----------
    contract : Contract
        What the model takes and gives.
    classes_ : list
        Labels in their own type, in the order of the probabilities; empty for regression.

    Raises
    ------
    ModelNotFound, NotAModel, ModelTooNew

    Notes
    -----
    ``rows`` may be one dict, a list of dicts, a dict of columns (lists or numpy arrays), a pandas or a polars table.
    None, NaN, NaT, pandas.NA and infinite numbers are missing values. An object may be shared by threads.
    """

    def __init__(self, model: str | os.PathLike[str] | bytes, *, threads: int = 1) -> None:
        self._graph, self.contract = open_session(model, threads=threads)
        self.classes_: list[Label] = [self.contract.label(c) for c in self.contract.classes]
        self._position = {text: i for i, text in enumerate(self.contract.classes)}
        self._encoder = Encoder(self.contract)
        self._checker = Checker(self.contract)
        roles = self.contract.outputs
        self._is_classifier = self.contract.task.is_classification
        order = ("label", "probabilities") if self._is_classifier else ("prediction", "interval")
        self._outputs = [roles[role] for role in order if role in roles]
        self._has_interval = "interval" in roles
        has_text = any(column.kind is Kind.TEXT for column in self.contract.inputs)
        most = _CHUNK_ROWS_WITH_TEXT if has_text else _CHUNK_ROWS
        wide = _CHUNK_NUMBERS // max(1, self.contract.width)
        self._chunk = max(256, min(most, _CHUNK_CELLS // len(self.contract.inputs), wide))

    def __repr__(self) -> str:
        c = self.contract
        return f"Predictor({c.model or 'model'!s} for {c.target!r}: {c.task}, {len(c.inputs)} columns)"

    def predict(self, rows: Any) -> Array:
        """Return one prediction a row, shape [n]: labels in their own type, or numbers.

        Raises WrongType, MissingColumns, UnreadableRows; warns (InputWarning) about columns that it does not know.
        """
        raw = _joined(self._run(rows, 0), self._empty(0))
        return self._labels(raw) if self._is_classifier else raw

    def predict_proba(self, rows: Any) -> Array:
        """Return the probability of each class, shape [n, K] in the order of ``classes_``.

        Raises WrongTask for a regression model, else as ``predict``.
        """
        if not self._is_classifier:
            raise WrongTask("The model predicts a number; it has no probabilities.", hint="Ask for predict_interval.")
        return _joined(self._run(rows, 1), self._empty(1))

    def predict_interval(self, rows: Any) -> Array:
        """Return the lower and upper end of the prediction interval, shape [n, 2].

        Raises WrongTask for a model without intervals, else as ``predict``.
        """
        if not self._has_interval:
            raise WrongTask("The model gives no prediction interval.", hint="Ask for predict_proba.")
        return _joined(self._run(rows, 1), self._empty(1))

    def answer(self, row: Any, *, explain: bool = False) -> Answer:
        """Return everything that the model says about one row, a dict; an absent column counts as missing.

        Raises WrongType, or MissingColumns if none of the model's columns is there.
        """
        encoded = self._encode_rows((row,), single=True)
        notices = self._checker.names(row, complete=encoded.complete) + self._checker.row(encoded)
        output = self._graph(self._outputs, encoded.feed)
        explanation = self._explain(encoded, output) if explain else None
        (first,), (second,) = self._as_lists(output)
        return self._answer(first, second, notices, explanation)

    def answers(self, rows: Any) -> list[Answer]:
        """Return one Answer a row, for as many rows as fit in memory as objects; for tables ``score`` is quicker."""
        table = as_table(rows)
        if not isinstance(table, RowList):
            columns = {name: table.column(name) for name in table.names}
            table = RowList([{n: values[i] for n, values in columns.items()} for i in range(len(table))])
        answers = []
        for start in range(0, len(table), self._chunk):
            chunk = table.rows[start : start + self._chunk]
            encoded = self._encode_rows(chunk, start=start)
            output = self._graph(self._outputs, encoded.feed)
            odd = self._checker.rows(encoded)
            for i, (row, first, second) in enumerate(zip(chunk, *self._as_lists(output), strict=True)):
                notices = self._checker.names(row, complete=encoded.complete)
                answers.append(self._answer(first, second, notices + odd[i] if i in odd else notices, None))
        return answers

    def tally(self) -> Tally:
        """Return an empty count of values unlike those in training, for ``score`` to add to table by table."""
        return Tally(self._checker)

    def check_names(self, names: Iterable[str], *, allow_absent: bool = False) -> list[Notice]:
        """Compare a table's column names with those that the model takes.

        Raises MissingColumns if it lacks some (with ``allow_absent`` only if it lacks all).
        """
        names = list(names)
        absent = [c.name for c in self.contract.inputs if c.name not in names]
        if absent and (not allow_absent or len(absent) == len(self.contract.inputs)):
            raise MissingColumns(absent, names)
        return self._checker.names(names)

    def score(
        self, rows: Any, *, collect: bool = False, allow_absent: bool = False, tally: Counting | None = None
    ) -> Scores:
        """Return answers for a whole table as columns, in bounded extra memory.

        Parameters
        ----------
        collect : bool, default=False
            Gather the rows that hold a value of a wrong type in ``errors`` instead of raising WrongType.
        allow_absent : bool, default=False
            Count columns that a table lacks as missing, with a notice, instead of raising MissingColumns.
        tally : Tally or Watch, optional
            Where to count values unlike those in training, for tables that come in pieces; notices about them are
            then in ``tally.notices()`` and not in the result.
        """
        table = as_table(rows)
        own, errors, parts = self.tally(), dict[int, WrongType](), []
        counts: Counting = own if tally is None else tally
        notices = self._name_notices(table, allow_absent=allow_absent)
        for encoded in self._chunks(table, collect=collect):
            parts.append(self._graph(self._outputs, encoded.feed))
            counts.add(encoded)
            errors.update(encoded.errors)
        first = _joined([p[0] for p in parts], self._empty(0))
        second = _joined([p[1] for p in parts], self._empty(1)) if len(self._outputs) > 1 else None
        return Scores(
            predictions=first,
            probabilities=second if self._is_classifier else None,
            intervals=None if self._is_classifier else second,
            errors=errors,
            notices=(*notices, *own.notices()),
        )

    def count(self, rows: Any, tally: Counting) -> None:
        """Show a table to ``tally`` as ``score`` would, without asking the model; wrong types count as missing."""
        for encoded in self._chunks(as_table(rows), collect=True):
            tally.add(encoded)

    def explain(self, row: Any, *, label: Label | None = None, seed: int = 0, max_rows: int = 2_000) -> Explanation:
        """Return how much each column moved the answer for one row away from that for typical rows.

        Parameters
        ----------
        label : optional
            Class whose probability is explained; by default the positive one of two, else the predicted one.
        seed : int, default=0
            Of the random orders; the same seed gives the same explanation.
        max_rows : int, default=2000
            At most so many rows go through the graph (more only if the columns alone need them).
        """
        encoded = self._encode_rows((row,), single=True)
        output = self._graph(self._outputs, encoded.feed)
        return self._explain(encoded, output, label=label, seed=seed, max_rows=max_rows)

    def _explain(
        self, encoded: Encoded, output: list[Any], *, label: Label | None = None, seed: int = 0, max_rows: int = 2_000
    ) -> Explanation:
        background = self._encoder.rows(self.contract.background, collect=True)
        if not self._is_classifier:
            name, position = self._outputs[0], None
        else:
            name, position = self._outputs[1], self._explained_class(output, label)
        return explain_row(
            lambda feed: self._evaluate(feed, name, position),
            encoded.feed,
            background.feed,
            output="" if position is None else self.contract.classes[position],
            seed=seed,
            max_rows=max_rows,
        )

    def _explained_class(self, output: list[Any], label: Label | None) -> int:
        if label is not None:
            text = next((t for t, own in zip(self._position, self.classes_, strict=True) if label in (own, t)), None)
            if text is None:
                hint = closest_hint(str(label), self.contract.classes).replace("Columns", "Classes")
                raise WrongTask(f"The model has no class {label!r}.", hint=hint)
            return self._position[text]
        if self.contract.positive in self._position:
            return self._position[self.contract.positive]
        return self._position[output[0][0]]

    def _evaluate(self, feed: dict[str, Array], output: str, position: int | None) -> Array:
        (values,) = self._graph([output], feed)
        result: Array = np.asarray(values if position is None else values[:, position], dtype=np.float64)
        return result

    def _as_lists(self, output: list[Any]) -> tuple[list[Any], list[Any]]:
        """Label and shares, or value and interval, of each row; many at once turn into lists far quicker."""
        first = output[0].tolist()
        return first, output[1].tolist() if len(output) > 1 else [None] * len(first)

    def _answer(
        self, first: Any, second: list[float] | None, notices: list[Notice], explanation: Explanation | None
    ) -> Answer:
        if not self._is_classifier or second is None:
            interval = (second[0], second[1]) if second is not None else None
            return Answer(prediction=first, interval=interval, warnings=tuple(notices), explanation=explanation)
        shares, position = second, self._position[first]
        return Answer(
            prediction=self.classes_[position],
            probability=shares[position],
            probabilities=dict(zip(self.contract.classes, shares, strict=True)),
            warnings=tuple(notices),
            explanation=explanation,
        )

    def _encode_rows(self, rows: Any, *, start: int = 0, single: bool = False) -> Encoded:
        if (plain := self._encoder.plain(rows)) is not None:
            return plain
        known = self.contract.inputs
        for row in rows:
            if not isinstance(row, dict):
                as_table([row])  # tells what is wrong with it
            if not any(c.name in row for c in known):
                raise MissingColumns([c.name for c in known], row)
        return self._encoder.rows(rows, start=start, single=single)

    def _chunks(self, table: RowList | ColumnTable, *, collect: bool = False) -> Iterator[Encoded]:
        """Yield the arrays of so many rows at a time."""
        names = [] if isinstance(table, RowList) else [c.name for c in self.contract.inputs if c.name in table.names]
        for start in range(0, len(table), self._chunk):
            stop = min(start + self._chunk, len(table))
            if isinstance(table, RowList):
                yield self._encoder.rows(table.rows[start:stop], collect=collect, start=start, single=table.single)
            else:
                columns = {name: table.column(name)[start:stop] for name in names}
                yield self._encoder.columns(columns, stop - start, collect=collect, start=start)

    def _run(self, rows: Any, output: int) -> list[Array]:
        """Return one output of every chunk."""
        table = as_table(rows)
        for notice in self._name_notices(table, allow_absent=False):
            warnings.warn(f"{notice.message} {notice.remedy}".strip(), InputWarning, stacklevel=3)
        names = self._outputs[output : output + 1]
        return [self._graph(names, encoded.feed)[0] for encoded in self._chunks(table)]

    def _empty(self, output: int) -> Array:
        """Return what an output is for no rows; the graph is not asked then."""
        if self._is_classifier:
            return np.empty((0, len(self.classes_)), np.float32) if output else np.empty(0, object)
        return np.empty((0, 2)) if output else np.empty(0)

    def _name_notices(self, table: RowList | ColumnTable, *, allow_absent: bool) -> list[Notice]:
        """Check the names of a table's columns; rows as dicts may leave out keys. Raises MissingColumns."""
        if not len(table):
            return []
        if isinstance(table, ColumnTable):
            return self.check_names(table.names, allow_absent=allow_absent)
        names: dict[str, None] = {}
        for row in table.rows:
            names.update(dict.fromkeys(row))
        return self.check_names(names, allow_absent=True)

    def _labels(self, texts: Array) -> Array:
        kinds = {"integer": np.int64, "number": np.float64, "boolean": np.bool_}
        own = [self.classes_[self._position[t]] for t in texts]
        return np.array(own, dtype=kinds.get(self.contract.class_kind, object))


def _joined(parts: list[Any], empty: Array) -> Array:
    if not parts:
        return empty
    result: Array = parts[0] if len(parts) == 1 else np.concatenate(parts)
    return result
