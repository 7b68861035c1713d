"""A configuration that was fitted on every fold, and how well it did out of fold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from automl_lite.domain.columns import Task
from automl_lite.training.families import SHARE_FAMILIES
from automl_lite.training.portfolio import Config
from automl_lite.training.problem import FoldModel, Problem, validation_loss


@dataclass(slots=True)
class Candidate:
    """A configuration fitted on every fold. ``prediction`` is out of fold, NaN on rows that no fold validates."""

    config: Config
    models: list[FoldModel]
    prediction: npt.NDArray[np.float64]
    loss: float
    seconds: float
    number: int = 0  # place among the proposals
    row_s: float = 0.0  # seconds to predict one row in a batch

    @property
    def shares(self) -> bool:
        """True when raw outputs are shares of the classes instead of margins."""
        return self.config.family in SHARE_FAMILIES


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model, its raw outputs on the validation rows, the seconds that all, and predicting, took; cut short or not."""

    model: FoldModel
    raw: npt.NDArray[np.float64]
    seconds: float
    predict_s: float
    was_stopped: bool = False


def loss_on(problem: Problem, candidate: Candidate, rows: npt.NDArray[np.int64], y: npt.NDArray[Any]) -> float:
    """Log-loss, squared or absolute error of a candidate's out-of-fold predictions on some rows."""
    prediction = candidate.prediction[rows]
    if problem.task is Task.REGRESSION:
        return validation_loss(problem, prediction[:, None], y[rows])
    p = prediction[np.arange(len(rows)), y[rows]]
    return float(-np.log(np.maximum(p, 1e-15)).mean())
