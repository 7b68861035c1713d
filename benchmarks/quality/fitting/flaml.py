"""FLAML with its classic list of learners."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.quality.fitting.job import FrameModel, Job, pickled_bytes, read_frame

LEARNERS = ("lgbm", "rf", "catboost", "xgboost", "extra_tree", "xgb_limitdepth")
FOR_CLASSES = ("lrl1",)


def load() -> None:
    """Import what training needs."""
    import catboost  # noqa: F401
    import flaml.automl  # noqa: F401
    import lightgbm  # noqa: F401
    import xgboost  # noqa: F401


def fit(job: Job) -> Flaml:
    """Search; the model that it keeps is the one refitted on all rows."""
    import flaml

    model = Flaml(job)
    frame = read_frame(job.train, job)
    model.automl = flaml.AutoML()
    model.automl.fit(
        frame.drop(columns=job.target),
        frame[job.target],
        task="regression" if job.is_regression else "classification",
        metric="rmse" if job.is_regression else "log_loss",
        time_budget=job.budget_s,
        estimator_list=[*LEARNERS, *(() if job.is_regression else FOR_CLASSES)],
        n_jobs=job.cores,
        seed=job.seed,
        verbose=0,
    )
    if model.automl.model is None:
        raise RuntimeError("FLAML found no model in its time.")
    model.size_bytes = pickled_bytes(model.automl, job)
    if not job.is_regression:
        model.labels = [str(label) for label in model.automl.classes_]
    return model


class Flaml(FrameModel):
    """The fitted search."""

    automl: Any

    def predict(self, rows: pd.DataFrame) -> np.ndarray[Any, Any]:
        """See Model."""
        ask = self.automl.predict if self.job.is_regression else self.automl.predict_proba
        return np.asarray(ask(rows), np.float64)
