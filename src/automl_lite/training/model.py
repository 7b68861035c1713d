"""The trained model as Python users hold it: frames in, labels or numbers out. This is what ``model.pkl`` contains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl_lite.domain.columns import NUMERIC_KINDS, Column, Kind
from automl_lite.errors import AutoMLLiteError, UnknownColumn, shorten
from automl_lite.training.encoders import FALSE_SPELLINGS, TRUE_SPELLINGS
from automl_lite.training.features import raw_columns
from automl_lite.training.pipeline import Pipeline

_BOOLEANS = dict.fromkeys(TRUE_SPELLINGS, True) | dict.fromkeys(FALSE_SPELLINGS, False)


class WrongCells(AutoMLLiteError, TypeError):
    """A column holds cells of another type than the model was trained on."""

    code = "wrong-cells"


class PythonModel:
    """A pipeline with the contract of its ONNX file.

    Parameters
    ----------
    pipeline : Pipeline
    contract : dict
        As stored in the ONNX file.
    """

    def __init__(self, pipeline: Pipeline, contract: dict[str, Any]) -> None:
        self.pipeline = pipeline
        self.contract = contract

    def predict_proba(self, frame: pd.DataFrame) -> npt.NDArray[np.float64]:
        """Probabilities, shape (n_rows, n_classes), in the order of ``contract["classes"]``."""
        if not self.pipeline.task.is_classification:
            raise AttributeError("A regression model has no probabilities.")
        return self._values(frame)

    def predict(self, frame: pd.DataFrame) -> npt.NDArray[Any]:
        """Labels as strings in their original form, or numbers; shape (n_rows,)."""
        values = self._values(frame)
        if not self.pipeline.task.is_classification:
            return values
        return np.array(self.pipeline.classes, object)[self.pipeline.labels(values)]

    def labels(self, probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """The class that each row gets, as its place in ``contract["classes"]``; the threshold counts."""
        return self.pipeline.labels(probabilities)

    def predict_interval(self, frame: pd.DataFrame) -> npt.NDArray[np.float64]:
        """Lower and upper bounds, shape (n_rows, 2), at the contract's ``interval_level``."""
        if self.pipeline.intervals is None:
            raise AttributeError("This model gives no intervals.")
        return np.asarray(self.pipeline.intervals.apply(self._values(frame)), np.float64)

    def _values(self, frame: pd.DataFrame) -> npt.NDArray[np.float64]:
        columns = self.pipeline.columns
        return self.pipeline.predict(raw_columns(typed(frame, columns), columns))


def typed(frame: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """The ``columns`` of ``frame`` in the types of ``ingest.load_frame``. Raises UnknownColumn, WrongCells."""
    out = {}
    for column in columns:
        if column.name not in frame.columns:
            raise UnknownColumn(column.name, [str(c) for c in frame.columns])
        out[column.name] = _typed(frame[column.name], column)
    return pd.DataFrame(out, index=frame.index)


def _typed(series: pd.Series[Any], column: Column) -> pd.Series[Any]:
    try:
        if column.kind in NUMERIC_KINDS:
            return pd.to_numeric(series).astype(np.float64)
        if column.kind is Kind.DATETIME:
            return _dates(series, column)
    except (ValueError, TypeError) as err:
        raise WrongCells(
            f"Column {shorten(column.name)!r} should hold {column.kind.value} values.", hint=shorten(str(err), 160)
        ) from err
    if column.kind is Kind.BOOLEAN:
        return series.map(lambda v: v if isinstance(v, bool | np.bool_) else _BOOLEANS.get(str(v)), na_action="ignore")
    return series


def _dates(series: pd.Series[Any], column: Column) -> pd.Series[Any]:
    if series.dtype.kind == "M":
        return series
    for form in column.formats:
        read = pd.to_datetime(series, format=form, errors="coerce")
        if read.isna().sum() == series.isna().sum():
            return read
    return pd.to_datetime(series, format="ISO8601")
