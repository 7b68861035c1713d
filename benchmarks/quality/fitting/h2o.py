"""H2O's AutoML, which is a Java server with a client in Python."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.quality.fitting.job import FrameModel, Job, read_frame

MEMORY = "6G"


def load() -> None:
    """Import what training needs and start the server."""
    import h2o

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    h2o.init(port=port, nthreads=-1, max_mem_size=MEMORY, bind_to_localhost=True)
    h2o.no_progress()


def fit(job: Job) -> H2O:
    """Search; the best model is saved in the form that H2O can load again."""
    import h2o
    from h2o.automl import H2OAutoML

    model = H2O(job)
    frame = read_frame(job.train, job)
    model.kinds = {
        str(c): "time" if c in job.dates else "numeric" if frame[c].dtype.kind in "ifu" else "enum" for c in frame
    }
    table = model.upload(frame)
    search = H2OAutoML(
        max_runtime_secs=int(job.budget_s),
        seed=job.seed,
        sort_metric="RMSE" if job.is_regression else "logloss",
        stopping_metric="RMSE" if job.is_regression else "logloss",
        verbosity=None,
    )
    search.train(y=job.target, training_frame=table)
    if search.leader is None:
        raise RuntimeError("H2O found no model in its time.")
    model.leader = search.leader
    model.size_bytes = Path(h2o.save_model(search.leader, path=str(Path(job.folder) / "model"))).stat().st_size
    return model


class H2O(FrameModel):
    """The best model on the server; every prediction sends rows there, since that is how Python gets one."""

    leader: Any
    kinds: dict[str, str]

    def upload(self, frame: pd.DataFrame) -> Any:
        """The frame on the server: columns of texts as factors, dates as times, as they were in training."""
        import h2o

        return h2o.H2OFrame(frame, column_types={str(c): self.kinds[str(c)] for c in frame})

    def predict(self, rows: pd.DataFrame) -> np.ndarray[Any, Any]:
        """See Model."""
        answers = self.leader.predict(self.upload(rows)).as_data_frame()
        if self.job.is_regression:
            return np.asarray(answers["predict"], np.float64)
        names = [c for c in answers if c != "predict"]
        by_text = {label: label for label in self.job.classes} | {f"p{label}": label for label in self.job.classes}
        self.labels = [by_text[str(c)] for c in names]
        return np.asarray(answers[names], np.float64)
