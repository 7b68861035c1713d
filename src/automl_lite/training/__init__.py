"""Table in, model bundle out: features, search, blend, evaluation, explanation, export and reports."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from automl_lite.training.config import LeaderboardRow, Progress, TrainConfig

if TYPE_CHECKING:
    from automl_lite.training.estimators import AutoML, AutoMLClassifier, AutoMLRegressor
    from automl_lite.training.run import TrainedRun, train_file

__all__ = [
    "AutoML",
    "AutoMLClassifier",
    "AutoMLRegressor",
    "LeaderboardRow",
    "Progress",
    "TrainConfig",
    "TrainedRun",
    "train_file",
]

# The server reads TrainConfig without loading pandas and scikit-learn, so the rest comes at first use.
_HOMES = {
    "AutoML": "estimators",
    "AutoMLClassifier": "estimators",
    "AutoMLRegressor": "estimators",
    "TrainedRun": "run",
    "train_file": "run",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
