"""What one run is asked for, and what a fitted system has to be able to do; numpy and pandas only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Job:
    """One fit: files as ``splits.Split`` has them, seconds, cores, and a folder to leave the model in."""

    train: str
    test: str
    target: str
    task: str
    classes: list[str]
    dates: list[str]
    texts: list[str]
    adapter: str
    package: str
    options: dict[str, Any]
    budget_s: float
    seed: int
    cores: int
    folder: str

    @classmethod
    def read(cls, file: Path) -> Job:
        """Read what the harness wrote."""
        return cls(**json.loads(file.read_text(encoding="utf-8")))

    @property
    def is_regression(self) -> bool:
        """True if the target is a number."""
        return self.task == "regression"


class Model(Protocol):
    """A fitted system.

    ``labels`` are its classes as texts, in the order of its probabilities; ``promise`` is the loss that it told its
    user to expect with the ends of its 95 % interval (value, low, high), empty if it tells none.
    """

    labels: list[str]
    size_bytes: int
    promise: tuple[float, ...]

    def read(self, file: str) -> Any:
        """The rows of a CSV file in the form that the system takes."""

    def take(self, rows: Any, positions: list[int]) -> Any:
        """Some of the rows, in the form in which a caller would hand them over."""

    def predict(self, rows: Any) -> np.ndarray[Any, Any]:
        """Probabilities (n, n_classes), or numbers (n,)."""


def read_frame(file: str, job: Job) -> pd.DataFrame:
    """A CSV as pandas reads it: empty cell = missing, dates parsed, labels as texts."""
    frame = pd.read_csv(
        file,
        keep_default_na=False,
        na_values=[""],
        low_memory=False,
        dtype={} if job.is_regression else {job.target: str},
    )
    for column in job.dates:
        frame[column] = pd.to_datetime(frame[column], utc=True, format="ISO8601").dt.tz_localize(None)
    return frame


class FrameModel:
    """A system that takes pandas frames."""

    labels: list[str]
    size_bytes: int = 0
    promise: tuple[float, ...] = ()

    def __init__(self, job: Job) -> None:
        self.job = job
        self.labels = job.classes

    def read(self, file: str) -> pd.DataFrame:
        """See Model."""
        return read_frame(file, self.job)

    def take(self, rows: pd.DataFrame, positions: list[int]) -> pd.DataFrame:
        """See Model."""
        return rows.iloc[positions].reset_index(drop=True)


def folder_bytes(folder: Path) -> int:
    """Bytes of all files under a folder, or of a file."""
    files = [folder] if folder.is_file() else folder.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file() and not file.is_symlink())


def pickled_bytes(model: Any, job: Job) -> int:
    """Save with joblib, as scikit-learn advises; return the bytes of the file."""
    import joblib

    file = Path(job.folder) / "model.joblib"
    joblib.dump(model, file)
    return file.stat().st_size
