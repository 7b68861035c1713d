"""LightGBM with its default settings and pandas categories."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.quality.fitting.job import Job, pickled_bytes, read_frame
from benchmarks.quality.fitting.plain import PlainModel


def load() -> None:
    """Import what training needs."""
    import lightgbm  # noqa: F401


def fit(job: Job) -> LightGBM:
    """Fit 100 rounds."""
    from lightgbm import LGBMClassifier, LGBMRegressor

    model = LightGBM(job)
    frame = read_frame(job.train, job)
    make = LGBMRegressor if job.is_regression else LGBMClassifier
    model.estimator = make(n_jobs=job.cores, random_state=job.seed, verbosity=-1)
    model.estimator.fit(_named(model.learn(frame)), frame[job.target])
    model.size_bytes = pickled_bytes(model.estimator, job)
    if not job.is_regression:
        model.labels = [str(label) for label in model.estimator.classes_]
    return model


class LightGBM(PlainModel):
    """The fitted estimator."""

    estimator: Any

    def __init__(self, job: Job) -> None:
        super().__init__(job, categories=True)

    def predict(self, rows: pd.DataFrame) -> np.ndarray[Any, Any]:
        """See Model."""
        table = _named(self.prepared(rows))
        ask = self.estimator.predict if self.job.is_regression else self.estimator.predict_proba
        return np.asarray(ask(table), np.float64)


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """LightGBM refuses names with the marks of JSON in them."""
    return table.set_axis([f"{i} {re.sub(r'[^A-Za-z0-9_]', ' ', str(c))}" for i, c in enumerate(table)], axis=1)
