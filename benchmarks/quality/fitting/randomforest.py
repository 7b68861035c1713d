"""scikit-learn's random forest with its default settings over codes and medians."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.quality.fitting.job import Job, pickled_bytes, read_frame
from benchmarks.quality.fitting.plain import PlainModel


def load() -> None:
    """Import what training needs."""
    import sklearn.ensemble
    import sklearn.impute
    import sklearn.pipeline  # noqa: F401


def fit(job: Job) -> RandomForest:
    """Fit 100 trees."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    model = RandomForest(job)
    frame = read_frame(job.train, job)
    make = RandomForestRegressor if job.is_regression else RandomForestClassifier
    model.estimator = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), make(n_jobs=job.cores, random_state=job.seed)
    )
    model.estimator.fit(model.learn(frame), frame[job.target])
    model.size_bytes = pickled_bytes(model.estimator, job)
    if not job.is_regression:
        model.labels = [str(label) for label in model.estimator.classes_]
    return model


class RandomForest(PlainModel):
    """The fitted pipeline."""

    estimator: Any

    def __init__(self, job: Job) -> None:
        super().__init__(job, categories=False)

    def predict(self, rows: pd.DataFrame) -> np.ndarray[Any, Any]:
        """See Model."""
        table = self.prepared(rows)
        ask = self.estimator.predict if self.job.is_regression else self.estimator.predict_proba
        return np.asarray(ask(table), np.float64)
