"""Ask for a metric by name: its score, its loss, and why it has none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl_lite.domain.columns import Task
from automl_lite.training.metrics.registry import METRICS, Metric, MetricUnfit, resolve_metric
from automl_lite.training.metrics.scores import choose, prepare
from automl_lite.training.metrics.statistics import FloatArray


def task_of(prediction: FloatArray) -> Task:
    """Tell the problem type from the shape of its predictions."""
    if prediction.ndim == 1:
        return Task.REGRESSION
    return Task.BINARY if prediction.shape[1] == 2 else Task.MULTICLASS


def score(name: str, y: NDArray[Any], prediction: FloatArray, *, threshold: float = 0.5, positive: int = 1) -> float:
    """Measure predictions by one metric.

    Parameters
    ----------
    name : str
        A metric's name or one of its other names; see ``resolve_metric``.
    y : array of shape (n_rows,)
        Class codes 0 … n_classes - 1, or true numbers.
    prediction : array of shape (n_rows, n_classes) or (n_rows,)
        Probabilities whose rows add up to 1, or predicted numbers.
    threshold : float in [0, 1], default=0.5
        With two classes, the probability from which the positive class is chosen.
    positive : int, default=1
        The code of the positive class; used with two classes only.

    Returns
    -------
    float
        In the metric's own direction; nan where it is not defined (``undefined_reason`` says why). Macro averages
        run over the classes that have rows; precision with no row flagged is 0 here, as in scikit-learn, so that a
        search can go on.

    Raises
    ------
    UnknownMetric, MetricUnfit
        See ``resolve_metric``.
    """
    metric = resolve_metric(name, task_of(prediction))
    value = float(prepare(metric.name, y, prediction, threshold=threshold, positive=positive)()[0])
    if metric.name == "precision" and np.isnan(value):
        return 0.0
    return value


def loss(name: str, y: NDArray[Any], prediction: FloatArray, *, threshold: float = 0.5, positive: int = 1) -> float:
    """Return ``score`` with its sign turned where more is better, so that lower is always better."""
    value = score(name, y, prediction, threshold=threshold, positive=positive)
    return -value if resolve_metric(name, task_of(prediction)).greater_is_better else value


def check_target(metric: Metric, y: NDArray[Any]) -> None:
    """Raise MetricUnfit if ``metric`` cannot be computed for true values ``y``, shape (n_rows,), of a regression.

    To be asked before a search, which would otherwise chase a score that does not exist.
    """
    if metric.needs != "values":
        return
    reason = _value_reason(metric.name, np.asarray(y, dtype=np.float64))
    if reason:
        raise MetricUnfit(f"The metric {metric.name!r} cannot be used: {reason}", hint="Choose rmse, mae or auto.")


def undefined_reason(
    name: str,
    y: NDArray[Any],
    prediction: FloatArray,
    classes: Sequence[str] = (),
    *,
    threshold: float = 0.5,
    positive: int = 1,
) -> str:
    """Say in one sentence why the metric ``name`` has no value on these rows; empty if it has one."""
    metric = METRICS[name]
    if metric.needs == "values":
        return _value_reason(name, np.asarray(y, dtype=np.float64))
    present = np.unique(y)
    if name in {"roc_auc", "average_precision"} and len(present) < 2:
        return f"All test rows are {_called(classes, int(present[0]))}, so there is nothing to rank."
    if prediction.shape[1] != 2:
        return ""
    if name in {"recall", "f1", "average_precision"} and not np.any(y == positive):
        return f"No test row is {_called(classes, positive)}."
    chosen = choose(prediction, threshold=threshold, positive=positive)
    if name == "precision" and not np.any(chosen == positive):
        return f"No test row was given {_called(classes, positive)}."
    return ""


def absent_classes(y: NDArray[Any], n_classes: int) -> list[int]:
    """Return the codes of the classes that no row of ``y`` has."""
    return [code for code in range(n_classes) if code not in set(np.unique(y).tolist())]


def _value_reason(name: str, y: FloatArray) -> str:
    if name == "r2" and np.all(y == y[0]):
        return "All true values are the same, so there is nothing to explain."
    zeros = int(np.count_nonzero(y == 0))
    if name in {"mape", "median_relative_error", "within_20"} and zeros:
        rows = "1 row has" if zeros == 1 else f"{zeros:,} rows have"
        return f"{rows} a true value of 0, and no error is a share of 0."
    below = int(np.count_nonzero(y < 0))
    if name == "rmsle" and below:
        rows = "1 row has" if below == 1 else f"{below:,} rows have"
        return f"{rows} a true value under 0, which has no logarithm."
    return ""


def _called(classes: Sequence[str], code: int) -> str:
    return f"“{classes[code]}”" if code < len(classes) else f"class {code}"
