"""AutoGluon's tabular predictor with one of its presets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.quality.fitting.job import FrameModel, Job, folder_bytes, read_frame

_TASKS = {"binary": "binary", "multiclass": "multiclass", "regression": "regression"}


def load() -> None:
    """Import what training needs."""
    import autogluon.tabular  # noqa: F401


def fit(job: Job) -> AutoGluon:
    """Search; what is measured is the copy that it makes for deployment."""
    from autogluon.tabular import TabularPredictor

    predictor = TabularPredictor(
        job.target,
        problem_type=_TASKS[job.task],
        eval_metric="root_mean_squared_error" if job.is_regression else "log_loss",
        path=str(Path(job.folder) / "search"),
        verbosity=2,
    )
    predictor.fit(
        read_frame(job.train, job), presets=job.options["presets"], time_limit=job.budget_s, num_cpus=job.cores
    )
    return AutoGluon(job, predictor)


class AutoGluon(FrameModel):
    """The fitted predictor, its models in memory as its documentation advises for latency."""

    def __init__(self, job: Job, predictor: Any) -> None:
        super().__init__(job)
        small = Path(job.folder) / "deployment"
        self.predictor = predictor.clone_for_deployment(path=str(small), return_clone=True)
        self.size_bytes = folder_bytes(small)
        self.predictor.persist()
        if not job.is_regression:
            self.labels = [str(label) for label in self.predictor.class_labels]

    def predict(self, rows: pd.DataFrame) -> np.ndarray[Any, Any]:
        """See Model."""
        if self.job.is_regression:
            return np.asarray(self.predictor.predict(rows))
        return np.asarray(self.predictor.predict_proba(rows)[self.predictor.class_labels])
