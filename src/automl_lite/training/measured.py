"""What every engine gives: predictions of rows that no model saw, and all that is needed to judge them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from automl_lite.domain.columns import Notice, Task
from automl_lite.training import metrics
from automl_lite.training.clock import Clock
from automl_lite.training.config import LeaderboardRow, Progress, ProgressCallback, TrainConfig
from automl_lite.training.evaluation import Evaluation, evaluate
from automl_lite.training.inputs import Dropped
from automl_lite.training.split import Split
from automl_lite.training.target import Target

Floats = npt.NDArray[np.float64]

INTERVAL_LEVEL = 0.9
ABSOLUTE_METRICS = frozenset({"mae", "mape", "median_absolute_error"})
THRESHOLD_METRICS = frozenset({"f1", "f1_macro", "accuracy", "balanced_accuracy", "mcc"})


@dataclass(slots=True, kw_only=True)
class Measured:
    """What a run found, before anything is written.

    ``prediction`` is what ``how`` measures: on the test rows, or out of fold on all rows with known answer.
    ``versions`` are those of programs outside this environment. ``learnt_from`` is "all" where the model has learnt
    from the test rows since it was measured.
    """

    contract: dict[str, Any]
    threshold: float
    split: Split
    target: Target
    metric: str
    how: str
    measured_rows: npt.NDArray[np.int64]  # positions in the frame given
    y_measured: npt.NDArray[Any]
    prediction: Floats
    baseline: Floats
    linear: Floats | None
    intervals: Floats | None
    leaderboard: list[LeaderboardRow]
    dropped: list[Dropped]
    notices: list[Notice]
    failures: list[str] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    learnt_from: str = "training"

    def evaluated(self, *, seed: int, max_seconds: float, unit: str = "") -> Evaluation:
        """Measure the prediction by every metric, with ranges, in ``max_seconds`` (see ``evaluation.evaluate``)."""
        return evaluate(
            self.target.task,
            self.y_measured,
            self.prediction,
            classes=self.target.classes,
            metric=self.metric,
            baseline_prediction=self.baseline,
            linear_prediction=self.linear,
            positive=self.contract.get("positive"),
            threshold=self.threshold,
            intervals=self.intervals,
            level=INTERVAL_LEVEL,
            seed=seed,
            how="test split" if self.how == "test split" else "cross-validation",
            max_seconds=max_seconds,
            unit=unit,
        )


class Reporter:
    """Turns where a run stands into Progress events."""

    def __init__(self, clock: Clock, callback: ProgressCallback | None) -> None:
        self.clock = clock
        self.callback = callback
        self.leaderboard: tuple[LeaderboardRow, ...] = ()

    def __call__(self, stage: str, message: str = "") -> None:
        """Tell the stage; the share done is the share of the budget that is gone."""
        if self.callback is None:
            return
        share = 1.0 if stage == "done" else min(self.clock.elapsed_s / self.clock.budget_s, 0.99)
        self.callback(
            Progress(
                stage=stage,
                share=share,
                elapsed_s=self.clock.elapsed_s,
                remaining_s=self.clock.remaining_s,
                message=message,
                leaderboard=self.leaderboard,
            )
        )


def best_threshold(metric: str, y: npt.NDArray[Any], probabilities: Floats) -> float:
    """The threshold for the second class that does best by ``metric``, among 99 quantiles of its probability."""
    positive = probabilities[:, 1]
    tries = np.unique(np.append(np.quantile(positive, np.linspace(0.01, 0.99, 99)), 0.5))
    scores = [metrics.score(metric, y, probabilities, threshold=float(t)) for t in tries]
    return float(f"{tries[int(np.argmax(scores))]:.6g}")


def ranked(rows: Sequence[LeaderboardRow], metric: str) -> list[LeaderboardRow]:
    """Best first."""
    sign = -1 if metrics.METRICS[metric].greater_is_better else 1
    return sorted(rows, key=lambda r: sign * r.score)


def baseline(target: Target, train: npt.NDArray[np.int64], n: int, *, absolute: bool) -> Floats:
    """What guessing predicts: the class shares, or the mean (median) of the training rows."""
    y = target.y[train]
    if target.task is Task.REGRESSION:
        return np.full(n, np.median(y) if absolute else y.mean())
    return np.tile(np.bincount(y, minlength=len(target.classes)) / len(y), (n, 1))


def learns_from_test(split: Split, config: TrainConfig) -> bool:
    """True where there are test rows and the model is to learn from them once they have served."""
    return config.final_fit == "all" and len(split.test) > 0


def subset(target: Target, rows: npt.NDArray[np.int64]) -> Target:
    """Return the target of some rows."""
    return Target(target.task, target.y[rows], target.classes, target.class_kind)
