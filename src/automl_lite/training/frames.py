"""Whatever Python users hand over, as pandas frames; and labels back in their own type."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


def as_frame(table: Any) -> pd.DataFrame:
    """A pandas or polars frame, a mapping of columns, rows as dicts, or a 2-D array, as a pandas frame."""
    if isinstance(table, pd.DataFrame):
        return table if all(isinstance(c, str) for c in table.columns) else table.rename(columns=str)
    if hasattr(table, "get_columns") and hasattr(table, "height"):  # polars, which needs pyarrow to convert itself
        return pd.DataFrame({column.name: column.to_list() for column in table.get_columns()})
    if isinstance(table, dict):
        return pd.DataFrame({k: v if np.ndim(v) else [v] for k, v in table.items()})
    if isinstance(table, list) and table and isinstance(table[0], dict):
        return pd.DataFrame.from_records(table)
    array = np.asarray(table)
    if array.ndim != 2:
        raise ValueError(f"Expected a table of rows and columns, got an array of shape {array.shape}.")
    return pd.DataFrame(array, columns=[f"x{i}" for i in range(array.shape[1])])


def free_name(frame: pd.DataFrame, wanted: str = "y") -> str:
    """``wanted``, with underscores until no column has the name."""
    while wanted in frame.columns:
        wanted += "_"
    return wanted


def own_type(labels: npt.NDArray[Any], class_kind: str) -> npt.NDArray[Any]:
    """String labels as integers, numbers or booleans where the target's were."""
    match class_kind:
        case "integer":
            return labels.astype(np.int64)
        case "number":
            return labels.astype(np.float64)
        case "boolean":
            return labels == "true"
    return labels
