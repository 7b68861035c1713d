"""MLJAR's AutoML in one of its modes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.quality.fitting.job import FrameModel, Job, folder_bytes, read_frame

_TASKS = {"binary": "binary_classification", "multiclass": "multiclass_classification", "regression": "regression"}


def load() -> None:
    """Import what training needs."""
    import supervised  # noqa: F401


def fit(job: Job) -> Mljar:
    """Search, without the explanations that it can draw for each model."""
    from supervised import AutoML

    model = Mljar(job)
    frame = read_frame(job.train, job)
    folder = Path(job.folder) / "search"
    model.automl = AutoML(
        results_path=str(folder),
        mode=job.options["mode"],
        total_time_limit=int(job.budget_s),
        ml_task=_TASKS[job.task],
        eval_metric="rmse" if job.is_regression else "logloss",
        explain_level=0,
        n_jobs=job.cores,
        random_state=job.seed,
        verbose=1,
    )
    model.automl.fit(frame.drop(columns=job.target), frame[job.target])
    model.size_bytes = folder_bytes(folder)
    return model


class Mljar(FrameModel):
    """The fitted search; its folder is the only form that it has."""

    automl: Any

    def predict(self, rows: pd.DataFrame) -> np.ndarray[Any, Any]:
        """See Model."""
        if self.job.is_regression:
            return np.asarray(self.automl.predict(rows))
        answers = self.automl.predict_all(rows)
        names = [c for c in answers if str(c).startswith("prediction_")]
        self.labels = [str(c).removeprefix("prediction_") for c in names]
        return np.asarray(answers[names], np.float64)
