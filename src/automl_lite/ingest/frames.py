"""pandas frames on both sides of the typed table: a frame read like a file, and the table loaded for training."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from automl_lite.domain.columns import NUMERIC_KINDS, Column, Kind
from automl_lite.ingest.engine import Workspace, chunks, identifier
from automl_lite.ingest.limits import Limits
from automl_lite.ingest.parquet import native_table
from automl_lite.ingest.reading import MAX_REJECTS, Notes, Reading
from automl_lite.ingest.typed import force_kinds, write_typed

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS_AT_ONCE = 50  # loaded by one query: their strings are in memory twice for that long
_ROW = "__automl_lite_row"


def read_frame(
    frame: pd.DataFrame,
    *,
    out: Path,
    limits: Limits | None = None,
    kinds: Mapping[str, Kind] | None = None,
) -> Reading:
    """Write a pandas frame as a typed table, as ``read_file`` does with a file.

    Numbers, booleans and times keep their types; everything else is text and read like the cells of a file.

    Parameters
    ----------
    frame : pandas.DataFrame
        Every row is kept, in order; the index is not.
    out : Path
        Where the Parquet file goes.
    limits, kinds : optional
        As for ``read_file``; columns of pandas' categorical type are categories unless ``kinds`` says otherwise.

    Raises
    ------
    IngestError
        The frame has no rows, or a forced kind does not fit.
    LimitExceeded
        It passes one of ``limits``.
    UnknownColumn
        ``kinds`` names a column that the frame does not have.
    """
    import pandas as pd

    limits = limits or Limits()
    limits.check_columns(frame.shape[1])
    categorical = {str(name) for name, dtype in frame.dtypes.items() if isinstance(dtype, pd.CategoricalDtype)}
    with Workspace(parent=out.parent) as ws:
        arrays = {f"c{index}": _cells(frame.iloc[:, index]) for index in range(frame.shape[1])}
        ws.db.register("frame", arrays | {_ROW: np.arange(len(frame))})
        ws.db.execute("CREATE TABLE source AS SELECT * FROM frame")
        ws.db.unregister("frame")
        del arrays
        stored = ws.rows("DESCRIBE source")[:-1]
        headers = [str(name) for name in frame.columns]
        described = [(header, *row[1:]) for header, row in zip(headers, stored, strict=True)]
        notes = Notes()
        names = ", ".join(f"{row[0]} AS {identifier(header)}" for header, row in zip(headers, stored, strict=True))
        table = native_table(ws, f"(SELECT {names}, {_ROW} AS file_row_number FROM source)", described, notes)
        by_header = {column.header: column.name for column in table.columns}
        chosen = {by_header[name]: Kind.CATEGORY for name in categorical} | dict(kinds or {})
        force_kinds(table.columns, chosen)
        typed = write_typed(ws, table, notes, limits)
        os.replace(typed.path, out)
    return Reading(
        format="frame",
        encoding="",
        delimiter="",
        header=True,
        n_rows=typed.n_rows,
        n_rejected=typed.n_rejected,
        columns=typed.columns,
        assumptions=notes.assumptions(),
        rejects=tuple(typed.rejects[:MAX_REJECTS]),
        notices=tuple(notes.notices),
    )


def _cells(series: pd.Series[Any]) -> npt.NDArray[Any]:
    """The values of a column as an array that DuckDB takes; missing ones masked, None or NaT."""
    import pandas as pd

    dtype = series.dtype
    if isinstance(dtype, pd.DatetimeTZDtype):
        series = series.dt.tz_convert("UTC").dt.tz_localize(None)
    elif isinstance(dtype, pd.PeriodDtype):
        series = series.dt.to_timestamp()
    kind = series.dtype.kind
    if kind == "M":
        return series.to_numpy("datetime64[us]")
    if kind == "m":
        return np.asarray(series.dt.total_seconds(), np.float64)
    if isinstance(dtype, pd.CategoricalDtype) or kind not in "biufO":
        return _words(series)
    if kind == "O":
        return _objects(series)
    missing = series.isna().to_numpy()
    if kind == "b":
        return np.ma.array(series.fillna(False).to_numpy(bool), mask=missing)
    if kind in "iu" and (not len(series) or (series.min() >= -(2**63) and series.max() < 2**63)):
        return np.ma.array(series.fillna(0).to_numpy(np.int64), mask=missing)
    return series.to_numpy(np.float64, na_value=np.nan)


def _objects(series: pd.Series[Any]) -> npt.NDArray[Any]:
    """Python objects as what they all are, or as words."""
    import pandas as pd

    match pd.api.types.infer_dtype(series, skipna=True):
        case "boolean":
            return _cells(series.astype("boolean"))
        case "integer":
            try:
                return _cells(series.astype("Int64"))
            except (OverflowError, TypeError, ValueError):
                return _words(series)
        case "floating" | "mixed-integer-float" | "decimal":
            return pd.to_numeric(series).to_numpy(np.float64, na_value=np.nan)
        case "datetime64" | "datetime" | "date":
            return _cells(pd.to_datetime(series, utc=True))
    return _words(series)


def _words(series: pd.Series[Any]) -> npt.NDArray[Any]:
    values = series.astype(object)
    return values.where(values.notna(), None).map(str, na_action="ignore").to_numpy(object)


def load_frame(table: Path, columns: Sequence[Column], *, limit: int | None = None, seed: int = 0) -> pd.DataFrame:
    """Load a typed table for training.

    Parameters
    ----------
    table : Path
        As ``read_file`` writes it.
    columns : sequence of Column
        The columns to load.
    limit : int, optional
        Load this many rows, drawn at random, in their order; all by default.
    seed : int, default=0
        Of the draw.

    Returns
    -------
    pandas.DataFrame
        Numbers and integers as float64 (NaN is missing), booleans as True, False and None, category, text and id as
        str and None (both of object dtype), times as datetime64[us] (NaT is missing).
    """
    import pandas as pd

    data: dict[str, pd.Series[Any]] = {}
    with Workspace(reads=[table]) as ws:
        relation = f"read_parquet({ws.sql_path(table)}, file_row_number = true)"
        n_rows = ws.number(f"SELECT count(*) FROM {relation}")
        where = ""
        if limit is not None and limit < n_rows:
            drawn = np.random.default_rng(seed).choice(n_rows, limit, replace=False)
            ws.db.register("drawn", {"place": drawn})
            ws.db.execute("CREATE TABLE places AS SELECT place FROM drawn")
            where = "WHERE file_row_number IN (SELECT place FROM places)"
        for chunk in chunks(columns, _COLUMNS_AT_ONCE):
            cells = [f"{_loaded(column)} AS c{index}" for index, column in enumerate(chunk)]
            order = "ORDER BY file_row_number" if where else ""
            query = f"SELECT {', '.join(cells)} FROM {relation} {where} {order}"
            found: dict[str, Any] = ws.db.execute(query).fetchnumpy()
            for index, column in enumerate(chunk):
                data[column.name] = pd.Series(_as_loaded(found.pop(f"c{index}"), column.kind), copy=False)
    return pd.DataFrame(data, copy=False)


def _loaded(column: Column) -> str:
    name = identifier(column.name)
    return f"CAST({name} AS DOUBLE)" if column.kind in NUMERIC_KINDS else name


def _as_loaded(values: npt.NDArray[Any], kind: Kind) -> Any:
    import pandas as pd

    mask = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    plain = np.asarray(values)
    if kind in NUMERIC_KINDS:
        return plain if mask is None else np.where(mask, np.nan, plain)
    if kind is Kind.DATETIME:
        times = plain.astype("datetime64[us]")
        return times if mask is None else np.where(mask, np.datetime64("NaT", "us"), times)
    objects = plain.astype(object)
    if mask is not None:
        objects[mask] = None
    if kind is not Kind.TEXT:  # few different values: one string for all cells that are alike
        codes, levels = pd.factorize(objects)
        shared = np.array([*levels, None], object)
        objects = shared[codes]
    return pd.Series(objects, dtype=object)
