"""Columns to float32 features, twice over: in numpy for training and as ONNX nodes with the same result.

Raw values arrive as the ONNX file takes them: float32 with NaN (number, integer), str with "" for missing (category,
boolean, text) and, for dates, ``datetime64[s]`` with NaT here and ISO 8601 strings there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from onnx import TensorProto

from automl_lite.training.graph import Graph

Values = npt.NDArray[Any]
Matrix = npt.NDArray[np.float32]
Codes = npt.NDArray[np.int64]

# Spellings of the two values; the first of each is how AutoML Lite writes them.
FALSE_SPELLINGS = ("false", "False", "FALSE", "0", "0.0", "no", "No", "NO", "n", "N", "f", "F", "off", "Off", "OFF")
TRUE_SPELLINGS = ("true", "True", "TRUE", "1", "1.0", "yes", "Yes", "YES", "y", "Y", "t", "T", "on", "On", "ON")

MAX_ONE_HOT = 10  # more levels are target-encoded
MIN_LEVEL_ROWS = 3  # rarer levels share one row of the table
SMOOTHING = 10.0  # rows of prior evidence in a target mean (Micci-Barreca, 2001)


Fold = tuple[Codes, Codes]  # training rows, validation rows


class Targets:
    """What encoders may learn of the target: ``means`` of shape (n_rows, n_targets) and the fold of each row.

    ``fold`` is an int array; encodings of a row never use targets of its own fold.
    """

    def __init__(self, means: npt.NDArray[np.float64], fold: Codes) -> None:
        self.means = means
        self.fold = fold
        self.prior = means.mean(axis=0)


@dataclass(frozen=True, slots=True)
class FoldFeatures:
    """Features learnt from the target, as they are where a fold judges: without the targets that it validates.

    Otherwise training rows would tell the sums that the validation rows are part of, and models learn to subtract.
    ``columns`` are the places of those features in the matrix; ``values`` has one array (n_rows, n_columns) a fold.
    """

    columns: Codes
    values: tuple[Matrix, ...]

    def rows(self, matrix: Matrix, rows: Codes, k: int) -> Matrix:
        """Rows of ``matrix`` for fold ``k``."""
        found = matrix[rows]
        if len(self.columns):
            found[:, self.columns] = self.values[k][rows]
        return found


class ColumnEncoder(Protocol):
    """One column to float32 features, one for each of ``names``."""

    names: tuple[str, ...]

    def fit(self, values: Values, targets: Targets) -> Matrix:
        """Learn from the training rows and return their features, out of fold where the target is used."""

    def transform(self, values: Values) -> Matrix:
        """Encode rows that were not in training, shape (n, len(names))."""

    @classmethod
    def to_onnx(cls, graph: Graph, encoders: Sequence[Self], names: Sequence[str]) -> str:
        """Add an input and what ``transform`` does to it for each encoder; return the features side by side."""


class NumberEncoder:
    """The number itself; missing stays NaN, infinite becomes missing."""

    names: tuple[str, ...]

    def __init__(self, column: str) -> None:
        self.names = (column,)

    def fit(self, values: Values, targets: Targets) -> Matrix:
        """Nothing to learn."""
        return self.transform(values)

    def transform(self, values: Values) -> Matrix:
        """Shape (n, 1)."""
        x = values.astype(np.float32, copy=True).reshape(-1, 1)
        x[np.isinf(x)] = np.nan
        return x

    @classmethod
    def to_onnx(cls, graph: Graph, encoders: Sequence[Self], names: Sequence[str]) -> str:
        """The same with IsInf and Where, for all columns at once."""
        raw = graph.concat([graph.input(name, TensorProto.FLOAT) for name in names])
        return graph.add("Where", graph.add("IsInf", raw), graph.const(np.nan, np.float32), raw)


class BooleanEncoder:
    """1, 0 or NaN for any usual spelling of true and false; anything else is missing."""

    names: tuple[str, ...]

    def __init__(self, column: str) -> None:
        self.names = (column,)
        self._value = dict.fromkeys(TRUE_SPELLINGS, 1.0) | dict.fromkeys(FALSE_SPELLINGS, 0.0)

    def fit(self, values: Values, targets: Targets) -> Matrix:
        """Nothing to learn."""
        return self.transform(values)

    def transform(self, values: Values) -> Matrix:
        """Shape (n, 1)."""
        return pd.Series(values, dtype=object).map(self._value).to_numpy(np.float32).reshape(-1, 1)

    @classmethod
    def to_onnx(cls, graph: Graph, encoders: Sequence[Self], names: Sequence[str]) -> str:
        """One LabelEncoder from strings to floats, for all columns at once."""
        return graph.add(
            "LabelEncoder",
            graph.concat([graph.input(name, TensorProto.STRING) for name in names]),
            domain="ai.onnx.ml",
            keys_strings=[*TRUE_SPELLINGS, *FALSE_SPELLINGS],
            values_floats=[1.0] * len(TRUE_SPELLINGS) + [0.0] * len(FALSE_SPELLINGS),
            default_float=float("nan"),
        )


class CategoryEncoder:
    """Levels by a table with one row each for missing, every kept level, and all rare or unseen ones.

    Up to ``MAX_ONE_HOT`` levels are one-hot; more are given the smoothed mean of the target, out of fold in training,
    and the logarithm of how often the level occurs.
    """

    def __init__(self, column: str) -> None:
        self.column = column
        self.names: tuple[str, ...] = ()

    def fit(self, values: Values, targets: Targets) -> Matrix:
        """Learn levels and table; return the out-of-fold features, shape (n, n_features)."""
        strings = pd.Series(values, dtype=object)
        counts = strings[strings != ""].value_counts(sort=False)
        floor = MIN_LEVEL_ROWS if len(counts) > MAX_ONE_HOT else 1
        kept = counts[counts >= floor]
        order = sorted(kept.index, key=lambda level: (-kept[level], level))
        self.levels_: list[str] = order
        self._index = pd.Index(order, dtype=object)
        codes = self._codes(values)
        self.learns_means_ = max(len(order), len(counts)) > MAX_ONE_HOT
        return self._fit_means(codes, targets) if self.learns_means_ else self._fit_one_hot(codes)

    def _fit_one_hot(self, codes: Codes) -> Matrix:
        n = len(self.levels_)
        with_missing = bool((codes == 0).any())
        self.names = tuple(f"{self.column}={level}" for level in self.levels_)
        self.names += (f"{self.column} is missing",) * with_missing
        self.table_ = np.zeros((n + 2, n + with_missing), np.float32)
        self.table_[1 : n + 1, :n] = np.eye(n, dtype=np.float32)
        if with_missing:
            self.table_[0, n] = 1
        return self.table_[codes]

    def _fit_means(self, codes: Codes, targets: Targets) -> Matrix:
        n_targets = targets.means.shape[1]
        self.names = (*(f"{self.column}: target mean {k}" for k in range(n_targets)), f"{self.column}: log count")
        everything = np.arange(len(codes))
        means, features = self._means(codes, targets, everything)
        log_count = np.log1p(np.bincount(codes, minlength=len(means)))[:, None]
        self.table_ = np.hstack([means, log_count]).astype(np.float32)
        return np.hstack([features, log_count[codes]]).astype(np.float32)

    def _means(
        self, codes: Codes, targets: Targets, train: Codes
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Smoothed target means of each level over ``train``, and of each row: of ``train`` without its fold."""
        n_rows = len(self.levels_) + 2
        prior = targets.means[train].mean(axis=0)

        def sums(rows: Codes) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
            here = codes[rows]
            total = [np.bincount(here, means, minlength=n_rows) for means in targets.means[rows].T]
            return np.stack(total, axis=1), np.bincount(here, minlength=n_rows)[:, None].astype(np.float64)

        total, count = sums(train)
        means = (total + SMOOTHING * prior) / (count + SMOOTHING)
        of_rows = means[codes]
        for fold in np.unique(targets.fold[train]):
            inside = train[targets.fold[train] == fold]
            own, n_own = sums(inside)
            of_rows[inside] = ((total - own + SMOOTHING * prior) / (count - n_own + SMOOTHING))[codes[inside]]
        return means, of_rows

    def of_folds(self, values: Values, targets: Targets, folds: Sequence[Fold]) -> tuple[Codes, list[Matrix]]:
        """After ``fit``: places of the target means among the features, and their values for each fold."""
        if not self.learns_means_:
            return np.empty(0, np.int64), []
        codes = self._codes(values)
        found = [self._means(codes, targets, train)[1].astype(np.float32) for train, _ in folds]
        return np.arange(targets.means.shape[1]), found

    def _codes(self, values: Values) -> Codes:
        """0 missing, 1… kept levels, last = rare or unseen."""
        found = self._index.get_indexer(pd.Index(values, dtype=object))
        return np.where(values == "", 0, np.where(found < 0, len(self.levels_) + 1, found + 1)).astype(np.int64)

    def transform(self, values: Values) -> Matrix:
        """Look up the table."""
        return self.table_[self._codes(values)]

    @classmethod
    def to_onnx(cls, graph: Graph, encoders: Sequence[Self], names: Sequence[str]) -> str:
        """One LabelEncoder a column gives rows of one common table; a last Gather restores the order of the features.

        One-hot tables are padded to the widest; those of target means are equally wide and stand apart.
        """
        features: list[str] = []
        order: list[npt.NDArray[np.int64]] = [np.empty(0, np.int64)] * len(encoders)
        n_before = 0
        for means in (False, True):
            group = [i for i, e in enumerate(encoders) if e.learns_means_ is means]
            if not group:
                continue
            width = max(encoders[i].table_.shape[1] for i in group)
            codes, tables, start = [], [], 0
            for place, i in enumerate(group):
                table = encoders[i].table_
                codes.append(encoders[i]._rows(graph, graph.input(names[i], TensorProto.STRING), start))
                tables.append(np.pad(table, ((0, 0), (0, width - table.shape[1]))))
                order[i] = n_before + place * width + np.arange(table.shape[1])
                start += len(table)
            found = graph.add("Gather", graph.const(np.vstack(tables), np.float32), graph.concat(codes))
            features.append(graph.add("Reshape", found, graph.const([0, len(group) * width], np.int64)))
            n_before += len(group) * width
        whole, wanted = graph.concat(features), np.concatenate(order)
        if np.array_equal(wanted, np.arange(n_before)):
            return whole
        return graph.add("Gather", whole, graph.const(wanted, np.int64), axis=1)

    def _rows(self, graph: Graph, raw: str, start: int) -> str:
        """Rows of a table in which this encoder's begins at ``start``, int64 of shape (n, 1)."""
        return graph.add(
            "LabelEncoder",
            raw,
            domain="ai.onnx.ml",
            keys_strings=["", *self.levels_],
            values_int64s=list(range(start, start + len(self.levels_) + 1)),
            default_int64=start + len(self.levels_) + 1,
        )
