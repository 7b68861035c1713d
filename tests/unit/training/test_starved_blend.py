"""Blending when time was enough for one fold only."""

from __future__ import annotations

import numpy as np

from automl_lite.domain.columns import Task
from automl_lite.training.candidate import Candidate
from automl_lite.training.selection import LIMITS, Blender
from automl_lite.training.split import Split
from automl_lite.training.target import Target


def test_one_finished_fold_is_blended_by_its_own_rows():
    y = np.array([0, 1, 0, 1, 1, 0])
    shares = np.where(y == 1, 0.8, 0.3)
    prediction = np.column_stack([1 - shares, shares])
    prediction[3:] = np.nan  # the second fold was never fitted
    candidate = Candidate(config=None, models=[], prediction=prediction, loss=0.3, seconds=1.0)  # type: ignore[arg-type]
    first, second = np.arange(3), np.arange(3, 6)
    split = Split(
        train=np.arange(6),
        test=np.array([], int),
        folds=((second, first), (first, second)),
        fold=np.array([0, 0, 0, 1, 1, 1]),
        kind="stratified",
        reason="",
    )
    target = Target(Task.BINARY, y, ["no", "yes"], "string")
    blender = Blender([candidate], y, target, "log_loss", 0.0, 1.0, LIMITS["balanced"])
    answers = blender.cross_fitted(split, blender.weights(np.ones(6, bool)))
    assert np.isfinite(answers[:3]).all()
    assert np.isnan(answers[3:]).all()
