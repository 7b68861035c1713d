"""A typed table as models learn from it: rows set aside, answers as codes or scaled numbers, features."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl_lite.domain.columns import Column, Task
from automl_lite.errors import shorten
from automl_lite.training import metrics
from automl_lite.training.config import TrainConfig
from automl_lite.training.encoders import Fold, FoldFeatures, Matrix, Targets
from automl_lite.training.features import FeatureEncoder, RawColumns, raw_columns
from automl_lite.training.measured import ABSOLUTE_METRICS
from automl_lite.training.problem import Problem
from automl_lite.training.split import Split, make_split
from automl_lite.training.target import Target, UnusableTarget, read_target, strata, target_means


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What models are fitted on: ``rows`` of the table, their raw columns and features, and their answers, scaled.

    ``targets`` is what was learnt from the answers for the features; ``seconds`` is what all that took.
    """

    rows: npt.NDArray[np.int64]
    raw: RawColumns
    encoder: FeatureEncoder
    matrix: Matrix
    y: npt.NDArray[Any]
    targets: Targets
    seconds: float

    def of_folds(self, folds: Sequence[Fold]) -> FoldFeatures:
        """What takes the place of features that are learnt from the target, for other folds than the split's."""
        return self.encoder.of_folds(self.raw, self.targets, folds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A typed frame, its target, and which rows are for what; numbers are learnt as ``(y - mean) / scale``.

    ``training`` holds the training rows with their features; ``metric`` is the name that was resolved.
    """

    frame: pd.DataFrame
    inputs: Sequence[Column]
    target: Target
    target_column: Column
    metric: str
    split: Split
    problem: Problem
    mean: float
    scale: float
    training: Basis

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        columns: Sequence[Column],
        inputs: Sequence[Column],
        target_column: Column,
        task: Task,
        config: TrainConfig,
    ) -> Self:
        """Prepare ``frame``, whose target has no missing values. Raises UnusableTarget, or what the metric demands."""
        target = read_target(frame[target_column.name], target_column, task)
        found = metrics.resolve_metric(config.metric, target.task)
        metrics.check_target(found, target.y)
        split = make_split(frame, columns, strata(target), config, target.n_outputs)
        if not split.folds:
            raise UnusableTarget(
                f'No class of "{shorten(target_column.name)}" has a second row, so nothing can be checked.',
                hint="Add rows: each class should have ten or more.",
            )
        mean, scale = 0.0, 1.0
        if target.task is Task.REGRESSION:
            known = target.y[split.train]
            mean, scale = float(known.mean()), float(known.std()) or 1.0
        return cls(
            frame=frame,
            inputs=inputs,
            target=target,
            target_column=target_column,
            metric=found.name,
            split=split,
            problem=Problem(
                task=target.task,
                n_classes=len(target.classes),
                absolute=found.name in ABSOLUTE_METRICS,
                seed=config.seed,
            ),
            mean=mean,
            scale=scale,
            training=_basis(frame, inputs, target, split.train, split.fold, mean, scale, config.seed),
        )

    def whole(self) -> Basis:
        """Training rows and test rows, in this order, with features that are learnt anew from all of them."""
        rows = np.concatenate([self.split.train, self.split.test])
        # for what is learnt from the target, the test rows are a fold of their own
        fold = np.append(self.split.fold, np.full(len(self.split.test), self.split.fold.max() + 1))
        return _basis(self.frame, self.inputs, self.target, rows, fold, self.mean, self.scale, self.problem.seed)

    def test_columns(self) -> RawColumns:
        """Raw columns of the test rows."""
        return raw_columns(self.frame.iloc[self.split.test], self.inputs)

    def unscaled(self, y: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Numbers as they stand in the table; codes and probabilities as they are."""
        return self.mean + self.scale * y if self.target.task is Task.REGRESSION else y


def _basis(
    frame: pd.DataFrame,
    inputs: Sequence[Column],
    target: Target,
    rows: npt.NDArray[np.int64],
    fold: npt.NDArray[np.int64],
    mean: float,
    scale: float,
    seed: int,
) -> Basis:
    began = time.monotonic()
    raw = raw_columns(frame.iloc[rows], inputs)
    y = (target.y[rows] - mean) / scale if target.task is Task.REGRESSION else target.y[rows]
    encoder = FeatureEncoder(inputs, seed=seed)
    targets = Targets(target_means(target, y), fold)
    matrix = encoder.fit(raw, targets)
    return Basis(
        rows=rows,
        raw=raw,
        encoder=encoder,
        matrix=matrix,
        y=y,
        targets=targets,
        seconds=time.monotonic() - began,
    )
