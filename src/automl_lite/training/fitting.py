"""One fit as a value: a configuration to a model of the target, of its logarithm, or of what a linear model leaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from automl_lite.training.candidate import Fitted
from automl_lite.training.encoders import Fold, FoldFeatures, Matrix
from automl_lite.training.families import FAMILIES
from automl_lite.training.logs import LogScale, LogTargetModel, fit_on_logs
from automl_lite.training.portfolio import Config
from automl_lite.training.problem import FitData, FoldModel, Problem, Stop
from automl_lite.training.rest import RestModel, fit_on_rest
from automl_lite.training.scaling import Scales

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all fits of a search have in common; on a cluster it travels once. ``rows`` are those of a refit."""

    problem: Problem
    matrix: Matrix
    y: npt.NDArray[Any]
    folds: tuple[Fold, ...]
    of_folds: FoldFeatures
    rows: Rows
    scales: Scales
    log_scale: LogScale | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FitTask:
    """One fit: of a fold, or (``fold`` is None) of the rows of a refit for ``rounds`` rounds.

    ``limit_s`` is when it keeps what it has, ``give_up_s`` when it is not worth waiting for; seconds from its start.
    """

    config: Config
    params: Mapping[str, Any]
    fold: int | None = None
    rounds: int | None = None
    of_folds: tuple[FoldModel, ...] = ()
    threads: int = 1
    limit_s: float = np.inf
    give_up_s: float = np.inf


RunFit = Callable[[FitTask, Stop], Fitted]  # blocks; called from several threads at once


class Place(Protocol):
    """Where fits run. ``here`` is True for the threads of this process, whose fits start when they are asked for."""

    here: bool

    def share(self, shared: Shared) -> RunFit:
        """Make the data ready; return what fits a task on them and raises what the fit raises."""

    def close(self) -> None:
        """Let go of everything; fits that still run are given up."""


class Threads:
    """Fits run in the thread that asks."""

    here = True

    def share(self, shared: Shared) -> RunFit:
        """See Place."""
        return lambda task, stop: fit_task(task, shared, stop)

    def close(self) -> None:
        """See Place; a thread that hangs ends with the process."""


def fit_task(task: FitTask, shared: Shared, stop: Stop) -> Fitted:
    """Fit, and predict the validation rows if there are any."""
    started = time.monotonic()
    was_stopped = False

    def over() -> bool:
        nonlocal was_stopped
        was_stopped = was_stopped or stop() or time.monotonic() >= started + task.limit_s
        return was_stopped

    data = _data(task, shared)
    model = fit_config(task.config, shared.problem, task.params, data, over, shared.log_scale, task.of_folds)
    fitted = time.monotonic()
    raw = np.empty((0, shared.problem.n_outputs)) if data.valid_x is None else model.raw(data.valid_x)
    return Fitted(model, raw, time.monotonic() - started, time.monotonic() - fitted, was_stopped)


def _data(task: FitTask, shared: Shared) -> FitData:
    if task.fold is None:
        rows = shared.rows
        return FitData(
            train_x=shared.matrix[rows],
            train_y=shared.y[rows],
            valid_x=None,
            valid_y=None,
            scales=shared.scales,
            rounds=task.rounds,
            threads=task.threads,
        )
    train, valid = shared.folds[task.fold]
    return FitData(
        train_x=shared.of_folds.rows(shared.matrix, train, task.fold),
        train_y=shared.y[train],
        valid_x=shared.of_folds.rows(shared.matrix, valid, task.fold),
        valid_y=shared.y[valid],
        scales=shared.scales,
    )


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
