"""All columns of a table to one float32 matrix, and the same as an ONNX graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl_lite.domain.columns import NUMERIC_KINDS, Column, Kind
from automl_lite.training.dates import DateEncoder
from automl_lite.training.encoders import (
    BooleanEncoder,
    CategoryEncoder,
    ColumnEncoder,
    Fold,
    FoldFeatures,
    Matrix,
    NumberEncoder,
    Targets,
    Values,
)
from automl_lite.training.graph import Graph
from automl_lite.training.words import TextEncoder

RawColumns = Mapping[str, Values]


def raw_columns(frame: pd.DataFrame, columns: Sequence[Column]) -> dict[str, Values]:
    """The columns of ``frame`` as encoders take them: float32, str with "" for missing, or ``datetime64[s]``."""
    return {c.name: _raw(frame[c.name], c.kind) for c in columns}


def _raw(series: pd.Series[Any], kind: Kind) -> Values:
    if kind in NUMERIC_KINDS:
        with np.errstate(over="ignore"):  # beyond float32 is infinite, which reads as missing
            return series.to_numpy(dtype=np.float64, na_value=np.nan).astype(np.float32)
    if kind is Kind.DATETIME:
        return series.to_numpy(dtype="datetime64[s]")
    missing = series.isna().to_numpy(bool)
    out = np.empty(len(series), object)
    out[~missing] = [value if isinstance(value, str) else str(value) for value in series[~missing]]
    out[missing] = ""
    return out


def feed(raw: RawColumns) -> dict[str, Values]:
    """Raw columns as inputs of the ONNX file: shape (n, 1), dates as ISO 8601 strings."""

    def shaped(values: Values) -> Values:
        if values.dtype.kind == "M":
            missing = np.isnat(values)
            values = np.datetime_as_string(values, unit="s").astype(object)
            values[missing] = ""
        return values.reshape(-1, 1)

    return {name: shaped(values) for name, values in raw.items()}


def rows_of(raw: RawColumns, rows: npt.NDArray[Any]) -> dict[str, Values]:
    """The same columns, those rows only."""
    return {name: values[rows] for name, values in raw.items()}


# Columns of one encoder stand together, in this order, so that the graph treats them together.
ENCODERS: tuple[type[ColumnEncoder], ...] = (NumberEncoder, BooleanEncoder, CategoryEncoder, DateEncoder, TextEncoder)


def _encoder(column: Column, seed: int) -> ColumnEncoder:
    match column.kind:
        case Kind.NUMBER | Kind.INTEGER:
            return NumberEncoder(column.name)
        case Kind.BOOLEAN:
            return BooleanEncoder(column.name)
        case Kind.DATETIME:
            return DateEncoder(column.name)
        case Kind.TEXT:
            return TextEncoder(column.name, seed=seed)
        case _:
            return CategoryEncoder(column.name)


class FeatureEncoder:
    """Every column to its features.

    Parameters
    ----------
    columns : sequence of Column
        The inputs of the model, in order.
    seed : int
        For the truncated SVD of text columns.

    Attributes
    ----------
    names_ : list of str, one for each feature
    column_of_ : list of str
        The column that each feature comes from.
    """

    def __init__(self, columns: Sequence[Column], *, seed: int = 0) -> None:
        pairs = [(column, _encoder(column, seed)) for column in columns]
        pairs.sort(key=lambda pair: ENCODERS.index(type(pair[1])))
        self.columns = [column for column, _ in pairs]
        self.encoders = [encoder for _, encoder in pairs]

    def fit(self, raw: RawColumns, targets: Targets) -> Matrix:
        """Learn from the training rows; return their features with target encodings out of fold, (n, n_features)."""
        parts = [e.fit(raw[c.name], targets) for c, e in zip(self.columns, self.encoders, strict=True)]
        self.names_ = [name for e in self.encoders for name in e.names]
        self.column_of_ = [c.name for c, e in zip(self.columns, self.encoders, strict=True) for _ in e.names]
        return np.ascontiguousarray(np.hstack(parts))

    def of_folds(self, raw: RawColumns, targets: Targets, folds: Sequence[Fold]) -> FoldFeatures:
        """After ``fit`` on the same rows: what each fold's models learn from and are judged on instead."""
        columns: list[npt.NDArray[np.int64]] = [np.empty(0, np.int64)]
        values: list[list[Matrix]] = [[] for _ in folds]
        start = 0
        for column, encoder in zip(self.columns, self.encoders, strict=True):
            if isinstance(encoder, CategoryEncoder | TextEncoder):
                places, found = encoder.of_folds(raw[column.name], targets, folds)
                columns.append(start + places)
                for of_fold, more in zip(values, found, strict=False):
                    of_fold.append(more)
            start += len(encoder.names)
        places = np.concatenate(columns)
        return FoldFeatures(places, tuple(np.hstack(parts) for parts in values) if len(places) else ())

    def transform(self, raw: RawColumns) -> Matrix:
        """Shape (n_rows, n_features)."""
        parts = [e.transform(raw[c.name]) for c, e in zip(self.columns, self.encoders, strict=True)]
        return np.ascontiguousarray(np.hstack(parts))

    def to_onnx(self, graph: Graph) -> str:
        """Declare one input a column; return the name of the float32 matrix."""
        parts = []
        for kind in ENCODERS:
            places = [i for i, e in enumerate(self.encoders) if type(e) is kind]
            if places:
                names = [self.columns[i].name for i in places]
                parts.append(kind.to_onnx(graph, [self.encoders[i] for i in places], names))
        return graph.concat(parts)
