"""CatBoost with its default settings, its own categories and its own texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.quality.fitting.job import FrameModel, Job, read_frame
from benchmarks.quality.fitting.plain import with_date_parts


def load() -> None:
    """Import what training needs."""
    import catboost  # noqa: F401


def fit(job: Job) -> CatBoost:
    """Fit 1,000 rounds."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    model = CatBoost(job)
    frame = read_frame(job.train, job)
    table = with_date_parts(frame.drop(columns=job.target), job.dates)
    model.strings = [str(c) for c in table if not pd.api.types.is_numeric_dtype(table[c])]
    make = CatBoostRegressor if job.is_regression else CatBoostClassifier
    model.estimator = make(
        thread_count=job.cores,
        random_seed=job.seed,
        verbose=False,
        allow_writing_files=False,
        cat_features=[c for c in model.strings if c not in job.texts],
        text_features=[c for c in model.strings if c in job.texts],
    )
    model.estimator.fit(model.stringed(table), frame[job.target])
    file = Path(job.folder) / "model.cbm"
    model.estimator.save_model(str(file))
    model.size_bytes = file.stat().st_size
    if not job.is_regression:
        model.labels = [str(label) for label in model.estimator.classes_]
    return model


class CatBoost(FrameModel):
    """The fitted estimator."""

    estimator: Any
    strings: list[str]

    def stringed(self, table: pd.DataFrame) -> pd.DataFrame:
        """CatBoost takes no missing values in columns of texts."""
        return table.assign(
            **{c: table[c].astype(object).where(table[c].notna(), "").astype(str) for c in self.strings}
        )

    def predict(self, rows: pd.DataFrame) -> np.ndarray[Any, Any]:
        """See Model."""
        table = self.stringed(with_date_parts(rows, self.job.dates))
        ask = self.estimator.predict if self.job.is_regression else self.estimator.predict_proba
        return np.asarray(ask(table), np.float64)
