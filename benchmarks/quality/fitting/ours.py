"""AutoML Lite as its user runs it: a file in, the whole folder of results out, answers from the ONNX file alone."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.ablations import without
from benchmarks.quality.fitting.job import Job


def load() -> None:
    """Import what training needs."""
    import catboost  # noqa: F401
    import flaml  # noqa: F401
    import lightgbm  # noqa: F401
    import xgboost  # noqa: F401

    import automl_lite.training.run  # noqa: F401


def fit(job: Job) -> Ours:
    """Train; everything counts: reading, reports, export, verification."""
    from automl_lite.domain.columns import Task
    from automl_lite.training.config import TrainConfig
    from automl_lite.training.run import train_file

    left_out = job.options.get("without")
    config = TrainConfig(
        budget_s=job.budget_s,
        task=Task(job.task),
        quality=job.options["quality"],
        seed=job.seed,
        workers=job.cores,
    )
    with without(left_out) if left_out else nullcontext():
        run = train_file(Path(job.train), target=job.target, out=Path(job.folder) / "run", config=config)
    metric = next(m for m in run.metadata["metrics"] if m["name"] == run.metadata["primary"])
    return Ours(Path(job.folder) / "run" / "model.onnx", (metric["value"], metric["low"], metric["high"]))


class Ours:
    """The model file."""

    def __init__(self, file: Path, promise: tuple[float, ...]) -> None:
        from automl_lite.inference import Predictor

        self.predictor = Predictor(file)
        self.labels = list(self.predictor.contract.classes)
        self.size_bytes = file.stat().st_size
        self.promise = promise

    def read(self, file: str) -> dict[str, list[Any]]:
        """Columns by name, as ``automl-lite predict`` reads a file."""
        from automl_lite.cli.rows import open_rows

        kinds = {c.name: c.kind for c in self.predictor.contract.inputs}
        columns: dict[str, list[Any]] = {name: [] for name in kinds}
        with open_rows(Path(file), kinds) as rows:
            for chunk in rows.chunks():
                for name, values in columns.items():
                    values.extend(chunk.columns[name])
        return columns

    def take(self, rows: dict[str, list[Any]], positions: list[int]) -> dict[str, Any]:
        """One row as a dict of values, more as a dict of columns."""
        if len(positions) == 1:
            return {name: values[positions[0]] for name, values in rows.items()}
        return {name: [values[i] for i in positions] for name, values in rows.items()}

    def predict(self, rows: dict[str, Any]) -> np.ndarray[Any, Any]:
        """See Model."""
        return self.predictor.predict_proba(rows) if self.labels else self.predictor.predict(rows)
