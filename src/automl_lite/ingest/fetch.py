"""Columns of a typed table in memory, a few at a time, as numpy arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from automl_lite.domain.columns import Column, Kind
from automl_lite.ingest.engine import Workspace, chunks, identifier

Flags = npt.NDArray[np.bool_]

STRING_KINDS = frozenset({Kind.CATEGORY, Kind.TEXT, Kind.ID})
_CELLS_AT_ONCE = 2_000_000  # 16 MB of numbers
_COLUMNS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one column in some rows.

    Parameters
    ----------
    column : Column
    values : ndarray
        float64, int64 (times: microseconds since 1970), bool, or str as objects; anything where missing.
    missing : ndarray of bool
    """

    column: Column
    values: npt.NDArray[Any]
    missing: Flags

    @property
    def known(self) -> npt.NDArray[Any]:
        """The values that are not missing."""
        return self.values[~self.missing]


def fetch(ws: Workspace, source: str, columns: Sequence[Column], n_rows: int, where: str = "") -> Iterator[Cells]:
    """Yield each column of the relation ``source`` (SQL) in its order; ``n_rows`` is about how many rows come.

    Columns without expressions around them cost a fraction of anything that has to be planned, so what can be done
    with arrays is done with arrays.
    """
    at_once = max(1, min(_COLUMNS_AT_ONCE, _CELLS_AT_ONCE // max(n_rows, 1)))
    for part in chunks(columns, at_once):
        names = ", ".join(f"{identifier(column.name)} AS c{i}" for i, column in enumerate(part))
        found: dict[str, Any] = ws.db.execute(f"SELECT {names} FROM {source} {where}").fetchnumpy()
        for i, column in enumerate(part):
            cells = found.pop(f"c{i}")
            values = np.ma.getdata(cells)
            if column.kind is Kind.DATETIME:
                values = values.astype("datetime64[us]").view(np.int64)
            yield Cells(column, values, np.ma.getmaskarray(cells))
