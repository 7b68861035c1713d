"""Would more rows help? One model, fitted on quarters, halves and all of the training rows of the same folds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from automl_lite.domain.columns import Task
from automl_lite.training.encoders import Fold
from automl_lite.training.verdict import amount, percent, signed

Floats = npt.NDArray[np.float64]

MAX_ROWS = 1_000  # training rows; with more the question is about money, not about whether there is a model at all
MIN_ROWS = 60
PARTS = ((4, 1), (2, 2), (1, 1))  # in how many parts training rows are dealt, and how many of these are fitted
N_FOLDS = 5
NEXT_GAIN = 0.65  # of the last doubling's gain; measured (docs/adr/0011): 0.4 to 0.8
# Of the paired error over rows, since folds share rows and other rows would teach otherwise; measured.
ERROR_FACTOR = 2.0
ONE_SIDE, TWO_SIDES = 1.645, 1.96  # standard errors: a real gain with 95 % confidence; a 95 % range
LEAST_SHARE = 0.005  # of the loss; a smaller gain is not worth a sentence

OutOfFold = Callable[[Sequence[Fold]], Floats | None]  # folds -> predictions, finite where a fold validates


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningCurve:
    """How the loss of ``model`` fell with its training rows, and what twice as many would do to it.

    ``points`` has ``n_rows`` and ``value`` of each size. ``gain`` is what the loss would fall by with twice the rows,
    between ``low`` and ``high`` with 95 % confidence as far as chance goes; None where no gain was measurable.
    """

    model: str
    metric: str
    label: str
    points: tuple[dict[str, float], ...]
    gain: float | None
    low: float
    high: float
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def learning_curve(
    model: str,
    task: Task,
    y: npt.NDArray[Any],
    fold: npt.NDArray[np.int64],
    fit: OutOfFold,
    *,
    absolute: bool = False,
    seed: int = 0,
) -> LearningCurve | None:
    """Measure the curve.

    Parameters
    ----------
    model : str
        What is fitted, for the reader.
    y : array of shape (n,)
        Class codes, or numbers in their own unit.
    fold : int array of shape (n,)
        Which fold validates each row; -1 for none. Not those of the search: a model that was chosen
        for its luck there would seem to gain from the rows.
    fit : callable
        Folds to out-of-fold predictions, None where time is over; then there is no curve.
    absolute : bool
        The error of numbers is absolute, not squared.
    """
    rng = np.random.default_rng(seed)
    known = np.flatnonzero(fold >= 0)
    valid = [np.flatnonzero(fold == k) for k in range(fold.max() + 1)]
    orders = [rng.permutation(np.flatnonzero(fold != k)) for k in range(len(valid))]
    sizes, losses = [], []
    for n_parts, n_fitted in PARTS:
        of_parts = []
        for part in range(n_fitted):
            folds = [(np.sort(o[part::n_parts]), rows) for o, rows in zip(orders, valid, strict=True)]
            prediction = fit(folds)
            if prediction is None:
                return None
            of_parts.append(_losses(task, y[known], prediction[known], absolute))
        sizes.append(round(float(np.mean([len(train) for train, _ in folds]))))
        losses.append(np.mean(of_parts, axis=0))
    gains = losses[-2] - losses[-1]
    gain, error = float(gains.mean()), ERROR_FACTOR * float(gains.std()) / sqrt(len(gains))
    squared = task is Task.REGRESSION and not absolute
    values = [sqrt(each.mean()) if squared else float(each.mean()) for each in losses]
    # the change of a root is the change of the mean square over twice the root
    unit = NEXT_GAIN / (2 * values[-1] if squared and values[-1] > 0 else 1.0)
    low, high = unit * (gain - TWO_SIDES * error), unit * (gain + TWO_SIDES * error)
    is_real = gain > ONE_SIDE * error and unit * gain > LEAST_SHARE * values[-1]
    metric, label = _metric(task, absolute)
    found = unit * gain if is_real else None
    return LearningCurve(
        model=model,
        metric=metric,
        label=label,
        points=tuple({"n_rows": n, "value": value} for n, value in zip(sizes, values, strict=True)),
        gain=found,
        low=low,
        high=high,
        sentence=_sentence(label, values[-1], found, high, task),
    )


def _metric(task: Task, absolute: bool) -> tuple[str, str]:
    if task.is_classification:
        return "log_loss", "log-loss"
    return ("mae", "mean absolute error") if absolute else ("rmse", "root mean squared error")


def _losses(task: Task, y: npt.NDArray[Any], prediction: Floats, absolute: bool) -> Floats:
    if task.is_classification:
        return -np.log(np.maximum(prediction[np.arange(len(y)), y], 1e-7))
    return np.abs(y - prediction) if absolute else (y - prediction) ** 2


def _sentence(label: str, value: float, gain: float | None, high: float, task: Task) -> str:
    def write(number: float) -> str:
        return signed(number, 3) if task.is_classification else amount(number)

    if gain is not None:
        return (
            f"Twice the rows would gain about {percent(gain / value, 0)}: "
            f"a {label} of {write(value - gain)} instead of {write(value)}, if it goes on as it has."
        )
    at_most = f"; {percent(high / value, 0)} at the most" if 0.005 < high / value < 1 else ""
    return f"Twice the rows would bring no measurable gain, as far as these rows can tell{at_most}."
