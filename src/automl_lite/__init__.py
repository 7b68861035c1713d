"""AutoML Lite: a CSV in, an honest model out, in one ONNX file that takes the raw columns."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from automl_lite.inference import Predictor
    from automl_lite.training import AutoML, AutoMLClassifier, AutoMLRegressor

__version__ = "0.1.0"
__all__ = ["AutoML", "AutoMLClassifier", "AutoMLRegressor", "Predictor", "__version__"]

# Loaded at first use, so that `import automl_lite` costs next to nothing.
_HOMES = {
    "AutoML": "automl_lite.training",
    "AutoMLClassifier": "automl_lite.training",
    "AutoMLRegressor": "automl_lite.training",
    "Predictor": "automl_lite.inference",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
