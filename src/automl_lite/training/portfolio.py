"""The configurations that a search tries first, in order, and the spaces in which it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Learns = Literal["target", "logs", "rest"]


@dataclass(frozen=True, slots=True)
class Config:
    """A family and its parameters.

    ``uses_rate`` means that the search sets ``learning_rate``. ``learns`` is "target", "logs" for the target's
    logarithm (``logs.py``), or "rest" for what a linear model leaves of it (``rest.py``).
    """

    name: str
    family: str
    params: Mapping[str, Any] = field(default_factory=dict)
    uses_rate: bool = False
    learns: Learns = "target"


def _lightgbm(name: str, **params: Any) -> Config:
    base = {
        "num_leaves": 31,
        "min_data_in_leaf": 20,
        "feature_fraction": 0.9,
        "bagging_fraction": 0.9,
        "bagging_freq": 1,
        "lambda_l2": 1.0,
        "feature_pre_filter": False,
    }
    return Config(name, "LightGBM", base | params, uses_rate=True)


def _xgboost(name: str, **params: Any) -> Config:
    base = {
        "max_depth": 6,
        "min_child_weight": 1.0,
        "subsample": 0.9,
        "colsample_bytree": 0.9,
        "reg_lambda": 1.0,
    }
    return Config(name, "XGBoost", base | params, uses_rate=True)


def _catboost(name: str, depth: int, **params: Any) -> Config:
    base = {"depth": depth, "l2_leaf_reg": 3.0, "border_count": 128}
    return Config(name, "CatBoost", base | params, uses_rate=True)


def _forest(family: str, **params: Any) -> Config:
    base = {"kind": family.lower(), "max_leaf_nodes": 1_024, "max_features": 0.5}
    return Config(family, family, base | params)


def _neural(name: str, **params: Any) -> Config:
    base = {"hidden": (256, 128), "alpha": 1e-3, "learning_rate": 2e-3, "batch": 128, "epochs": 200, "patience": 12}
    return Config(name, "Neural network", base | params)


LINEAR = Config("Linear", "Linear")
NEURAL = _neural("Neural network")

PORTFOLIO: tuple[Config, ...] = (
    LINEAR,
    _lightgbm("LightGBM"),
    Config("Piecewise linear", "Linear", {"pieces": True}),
    _catboost("CatBoost depth 6", 6),
    _xgboost("XGBoost depth 6"),
    _lightgbm("LightGBM random splits", extra_trees=True, feature_fraction=0.7),
    _neural("Neural network on pieces", hidden=(256,), pieces=True),
    _forest("Extra trees"),
    _lightgbm("LightGBM 127 leaves", num_leaves=127, min_data_in_leaf=10, feature_fraction=0.7),
    _catboost("CatBoost depth 8", 8),
    _xgboost("XGBoost depth 3", max_depth=3, colsample_bytree=0.7),
    _lightgbm("LightGBM 7 leaves", num_leaves=7, feature_fraction=0.7),
    NEURAL,
    _forest("Random forest", min_samples_leaf=2),
    _xgboost("XGBoost depth 10", max_depth=10, min_child_weight=4.0, colsample_bytree=0.6),
    _catboost("CatBoost depth 4", 4),
)


N_FIRST = 6  # configurations that come before any is tried another way
MANY_OUTPUTS = 10  # then boosters, with a tree for each output and round, come after what fits all of them at once
FIT_AT_ONCE = frozenset({"Linear", "Neural network", "Extra trees"})  # the random forest does so too, but slowly
FEW_ROWS = 10_000  # of which forests make something that boosters do not, and in less time
FORESTS = frozenset({"Extra trees", "Random forest"})


def portfolio(learns: Learns = "target", *, n_rows: int = FEW_ROWS, n_outputs: int = 1) -> tuple[Config, ...]:
    """What to try in order, for so many training rows and outputs of a model.

    With "logs" everything learns logarithms and the first boosters the target too; with "rest" it is the first ones
    that learn what a linear model leaves, and everything the target.
    """
    configs = _ordered(n_rows, n_outputs)
    first, later = configs[:N_FIRST], configs[N_FIRST:]
    other = tuple(learning(config, learns) for config in configs)
    if learns == "logs":
        plain = {"LightGBM", "CatBoost"}
        pairs = [(on_logs, *[config] * (config.family in plain)) for config, on_logs in zip(first, other, strict=False)]
        return (LINEAR, *(config for pair in pairs for config in pair), *other[N_FIRST:])
    if learns == "rest":
        both = zip(first, other, strict=False)
        return (*(c for pair in both for c in pair if c.family != "Linear" or c.learns == "target"), *later)
    return configs


def _ordered(n_rows: int, n_outputs: int) -> tuple[Config, ...]:
    if n_outputs >= MANY_OUTPUTS:
        return tuple(sorted(PORTFOLIO, key=lambda config: config.family not in FIT_AT_ONCE))
    if n_rows >= FEW_ROWS:
        return PORTFOLIO
    start, later = PORTFOLIO[:3], PORTFOLIO[3:]
    return (*start, *sorted(later, key=lambda config: config.family not in FORESTS))


def learning(config: Config, learns: Learns) -> Config:
    """The same configuration, learning something else."""
    return config if learns == "target" else replace(config, name=f"{config.name}, {learns}", learns=learns)


def search_spaces() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """For each boosted family: the space of FLAML's cost-frugal search and its cheap starting point."""
    from flaml import tune

    return {
        "LightGBM": (
            {
                "num_leaves": tune.lograndint(4, 256),
                "min_data_in_leaf": tune.lograndint(2, 129),
                "feature_fraction": tune.uniform(0.3, 1.0),
                "lambda_l1": tune.loguniform(1e-4, 10.0),
                "lambda_l2": tune.loguniform(1e-4, 100.0),
            },
            {"num_leaves": 15},
        ),
        "CatBoost": (
            {
                "depth": tune.randint(3, 10),
                "l2_leaf_reg": tune.loguniform(0.5, 50.0),
                "random_strength": tune.loguniform(0.1, 10.0),
                "bagging_temperature": tune.uniform(0.0, 2.0),
            },
            {"depth": 5},
        ),
        "XGBoost": (
            {
                "max_depth": tune.randint(2, 12),
                "min_child_weight": tune.loguniform(0.01, 64.0),
                "subsample": tune.uniform(0.5, 1.0),
                "colsample_bytree": tune.uniform(0.3, 1.0),
                "reg_lambda": tune.loguniform(1e-3, 64.0),
            },
            {"max_depth": 4},
        ),
    }


def searched(family: str, number: int, found: Mapping[str, Any]) -> Config:
    """A configuration proposed by the search."""
    base = {"LightGBM": _lightgbm, "XGBoost": _xgboost}
    plain = {k: v.item() if hasattr(v, "item") else v for k, v in found.items()}
    if family == "CatBoost":
        depth = int(plain.pop("depth"))
        return _catboost(f"CatBoost tuned {number}", depth, **plain)
    return base[family](f"{family} tuned {number}", **plain)
