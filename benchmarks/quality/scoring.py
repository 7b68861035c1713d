"""The one measure for everybody: losses of each test row from stored predictions, and the score that they make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SMALLEST_P = float(np.finfo(np.float64).eps)  # as scikit-learn clips: a sure miss costs 36, not infinity


def row_losses(answers: Sequence[str], predictions: Floats, classes: Sequence[str]) -> Floats:
    """Loss of each row: −log of the probability given to its class, or the squared error.

    Parameters
    ----------
    answers : sequence of str, length n
        Cells of the target as they stand in the file.
    predictions : array of shape (n, n_classes) or (n,)
        Probabilities are scaled to sum 1. A class that was not in the training rows has probability 0.
    classes : sequence of str
        Empty for regression.

    Raises
    ------
    ValueError
        The predictions have another shape, or hold a value that is missing, infinite or negative.
    """
    expected = (len(answers), len(classes)) if classes else (len(answers),)
    if predictions.shape != expected:
        raise ValueError(f"Predictions of shape {predictions.shape} instead of {expected}.")
    if not np.isfinite(predictions).all():
        raise ValueError(f"{int((~np.isfinite(predictions)).sum())} predictions are missing or infinite.")
    if not classes:
        return np.asarray(np.square(predictions - np.asarray(answers, np.float64)), np.float64)
    totals = predictions.sum(axis=1)
    if (predictions < 0).any() or (totals <= 0).any():
        raise ValueError("Probabilities are negative, or all 0 in a row.")
    place = {label: i for i, label in enumerate(classes)}
    known = np.array([label in place for label in answers])
    given = np.zeros(len(answers))
    codes = [place[label] for label in answers if label in place]
    given[known] = predictions[known, codes] / totals[known]
    return np.asarray(-np.log(np.maximum(given, SMALLEST_P)), np.float64)


def score(losses: Floats, *, regression: bool) -> float:
    """Log-loss, or RMSE in the target's unit; lower is better."""
    mean = float(losses.mean())
    return float(np.sqrt(mean)) if regression else mean


def guess(targets: Sequence[str], n: int, classes: Sequence[str]) -> Floats:
    """What knowing the training rows' targets alone predicts for n rows: class shares, or the mean."""
    if not classes:
        return np.full(n, np.asarray(targets, np.float64).mean())
    found: dict[Any, int] = dict.fromkeys(classes, 0)
    for label in targets:
        found[label] += 1
    return np.tile(np.array(list(found.values()), np.float64) / len(targets), (n, 1))
