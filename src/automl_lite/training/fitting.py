"""A configuration to a model: of the target, of its logarithm, or of what a linear model leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from automl_lite.training.families import FAMILIES
from automl_lite.training.logs import LogScale, LogTargetModel, fit_on_logs
from automl_lite.training.portfolio import Config
from automl_lite.training.problem import FitData, FoldModel, Problem, Stop
from automl_lite.training.rest import RestModel, fit_on_rest


def fit_config(
    config: Config,
    problem: Problem,
    params: Mapping[str, Any],
    data: FitData,
    stop: Stop,
    log_scale: LogScale | None,
    of_folds: Sequence[FoldModel] = (),
) -> FoldModel:
    """Fit what the configuration learns; a refit takes from the fold models what only validation rows can tell."""
    fit = FAMILIES[config.family]
    if config.learns == "logs" and log_scale is not None:
        on_logs = fit_on_logs(fit, log_scale, problem, params, data, stop)
        found = [model.smear for model in of_folds if isinstance(model, LogTargetModel)]
        on_logs.smear = float(np.mean(found)) if found else on_logs.smear
        return on_logs
    if config.learns == "rest":
        strengths = [model.base.rounds for model in of_folds if isinstance(model, RestModel)]
        return fit_on_rest(fit, problem, params, data, stop, strengths[-1] if strengths else None)
    return fit(problem, params, data, stop)
