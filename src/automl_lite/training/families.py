"""The families of models that a search may fit.

Fits of folds use one thread each: folds run side by side instead, which on two cores is many times faster than
two-thread fits (docs/adr/0003). A model that is fitted alone has all of them. Every fit asks ``stop()`` between its
rounds and keeps what it has when the answer is yes.
"""

from __future__ import annotations

from automl_lite.training.boosters import fit_catboost, fit_forest, fit_lightgbm, fit_xgboost
from automl_lite.training.linear import fit_linear, fit_neural
from automl_lite.training.problem import Fit

FAMILIES: dict[str, Fit] = {
    "LightGBM": fit_lightgbm,
    "XGBoost": fit_xgboost,
    "CatBoost": fit_catboost,
    "Extra trees": fit_forest,
    "Random forest": fit_forest,
    "Linear": fit_linear,
    "Neural network": fit_neural,
}
# Forests average shares of the classes; all others give margins.
SHARE_FAMILIES = frozenset({"Extra trees", "Random forest"})
BOOSTERS = frozenset({"LightGBM", "XGBoost", "CatBoost"})


def load() -> None:
    """Import what threads would otherwise import beside each other's fits.

    CatBoost imports polars where that is installed, and scikit-learn looks into a polars that is only half there.
    """
    import catboost  # noqa: F401
