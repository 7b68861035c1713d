"""A trained model in Python: raw columns in, predictions out. What ``model.pkl`` holds and the ONNX file must equal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from automl_lite.domain.columns import Column, Task
from automl_lite.training.blend import mixed, tempered
from automl_lite.training.encoders import Matrix
from automl_lite.training.families import SHARE_FAMILIES
from automl_lite.training.features import FeatureEncoder, RawColumns
from automl_lite.training.problem import FoldModel, Problem, link

Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class Member:
    """One configuration in the blend; the ``weight`` of all members sums to 1."""

    name: str
    family: str
    model: FoldModel
    weight: float

    @property
    def shares(self) -> bool:
        """True when raw outputs are shares of the classes instead of margins."""
        return self.family in SHARE_FAMILIES


@dataclass(slots=True, kw_only=True)
class Pipeline:
    """Encoder, blend and calibration of one trained model.

    ``classes`` are the original labels as strings, in the order of the probabilities. For regression the members
    predict ``(y - mean) / scale``; ``intervals`` is a ``ConformalIntervals`` or None. ``threshold`` applies to the
    second class of two.
    """

    columns: list[Column]
    encoder: FeatureEncoder
    problem: Problem
    members: list[Member]
    classes: list[str]
    temperature: float = 1.0
    threshold: float = 0.5
    mean: float = 0.0
    scale: float = 1.0
    intervals: Any = None

    @property
    def task(self) -> Task:
        """The problem type."""
        return self.problem.task

    def predict(self, raw: RawColumns) -> Floats:
        """Probabilities (n, n_classes), or values (n,), of raw columns (see ``features.raw_columns``)."""
        return self.predict_matrix(self.encoder.transform(raw))

    def predict_matrix(self, matrix: Matrix, member: int | None = None) -> Floats:
        """The same from features; with ``member`` of that member alone, uncalibrated."""
        chosen = self.members if member is None else [self.members[member]]
        parts = [link(self.problem, m.model.raw(matrix), shares=m.shares) for m in chosen]
        weights = np.array([m.weight for m in chosen]) if member is None else np.ones(1)
        out = mixed(parts, weights)
        if self.problem.task is Task.REGRESSION:
            return self.mean + self.scale * out
        return tempered(out, self.temperature) if member is None else out

    def labels(self, probabilities: Floats) -> npt.NDArray[np.int64]:
        """Class codes: the most probable, or the second of two classes from ``threshold`` on."""
        if self.problem.task is Task.BINARY:
            return (probabilities[:, 1] >= self.threshold).astype(np.int64)
        return probabilities.argmax(axis=1)
