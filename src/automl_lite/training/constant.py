"""The model of nothing learnt: class shares or the mean, for when no fit was done in time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from automl_lite.domain.columns import Task
from automl_lite.training.candidate import Candidate, loss_on
from automl_lite.training.encoders import Matrix
from automl_lite.training.linear import LinearModel
from automl_lite.training.portfolio import Config
from automl_lite.training.problem import Problem, link
from automl_lite.training.scaling import Scaling

CONSTANT = "Constant"


def constant_model(problem: Problem, scaler: Scaling, matrix: Matrix, y: npt.NDArray[Any]) -> Candidate:
    """The class shares or the mean, as a linear model without weights, for when nothing could be fitted."""
    if problem.task.is_classification:
        share = (np.bincount(y, minlength=problem.n_classes) + 0.5) / (len(y) + 1)
        intercept = np.log(share) if problem.task is Task.MULTICLASS else np.log(share[1:] / share[:1])
    else:
        intercept = np.array([np.median(y) if problem.absolute else y.mean()])
    weights = np.zeros((scaler.n_features, problem.n_outputs))
    model = LinearModel(scaler, weights, np.asarray(intercept, np.float64))
    prediction = link(problem, model.raw(matrix), shares=False)
    candidate = Candidate(Config(CONSTANT, "Linear"), [model], prediction, np.nan, 0.0)
    candidate.loss = loss_on(problem, candidate, np.arange(len(y)), y)
    return candidate
