"""All rows of a table with known answers, test rows included, as what the final models learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl_lite.domain.columns import Column, Task
from automl_lite.training.encoders import Matrix, Targets
from automl_lite.training.features import FeatureEncoder, RawColumns, raw_columns
from automl_lite.training.split import Split
from automl_lite.training.target import Target, target_means


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What models are fitted on: ``rows`` of the table, their raw columns and features, and their answers, scaled."""

    rows: npt.NDArray[np.int64]
    raw: RawColumns
    encoder: FeatureEncoder
    matrix: Matrix
    y: npt.NDArray[Any]

    @classmethod
    def whole(
        cls,
        frame: pd.DataFrame,
        inputs: Sequence[Column],
        split: Split,
        target: Target,
        *,
        mean: float,
        scale: float,
        seed: int,
    ) -> Self:
        """Training rows and test rows, in this order, with features that are learnt anew from all of them."""
        rows = np.concatenate([split.train, split.test])
        raw = raw_columns(frame.iloc[rows], inputs)
        y = (target.y[rows] - mean) / scale if target.task is Task.REGRESSION else target.y[rows]
        # for what is learnt from the target, the test rows are a fold of their own
        fold = np.append(split.fold, np.full(len(split.test), split.fold.max() + 1))
        encoder = FeatureEncoder(inputs, seed=seed)
        matrix = encoder.fit(raw, Targets(target_means(target, y), fold))
        return cls(rows=rows, raw=raw, encoder=encoder, matrix=matrix, y=y)
