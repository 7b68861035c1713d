"""Our engine with one ingredient taken out: constants and functions of ``training`` are replaced from outside.

The product has no switches for this. An ablation names what it replaces; if the product moves that, applying it fails
at once (and so does its test) instead of measuring nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

Make = Callable[[Any], Any]  # the present value -> the one that takes its place


@dataclass(frozen=True, slots=True)
class Patch:
    """One name of one module of ``automl_lite.training`` (``search``, ``search:Search.refit``) and its replacement."""

    place: str
    make: Make

    def owner(self) -> tuple[Any, str]:
        """The object that has the attribute, and the attribute. Raises AttributeError if the product has moved it."""
        module, _, path = self.place.partition(":")
        found: Any = import_module(f"automl_lite.training.{module}")
        *outer, name = path.split(".")
        for step in outer:
            found = getattr(found, step)
        getattr(found, name)
        return found, name


def _without_family(*families: str) -> tuple[Patch, ...]:
    """No configuration of these families, neither in the portfolio nor in the search."""

    def fewer_configs(portfolio: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **more: tuple(c for c in portfolio(*args, **more) if c.family not in families)

    def fewer_spaces(spaces: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
        return lambda: {family: space for family, space in spaces().items() if family not in families}

    return (Patch("proposals:portfolio", fewer_configs), Patch("proposals:search_spaces", fewer_spaces))


def _without_pieces(portfolio: Callable[..., Any]) -> Callable[..., Any]:
    """No configuration that computes with pieces of numbers."""
    return lambda *args, **more: tuple(c for c in portfolio(*args, **more) if not c.params.get("pieces"))


def _best_alone(_: Any) -> Any:
    """In place of the greedy selection: all weight on the best single model."""
    import numpy as np

    from automl_lite.domain.columns import Task

    def weights(task: Task, predictions: Any, y: Any, loss: Any) -> Any:
        def own(p: Any) -> float:
            if task is Task.REGRESSION:
                return float(np.square(p - y).mean())
            return float(-np.log(np.maximum(p[np.arange(len(y)), y], 1e-7)).mean())

        losses = [(loss or own)(p) for p in predictions]
        return np.eye(len(predictions))[int(np.argmin(losses))]

    return weights


def _no_fits(_: Any) -> Any:
    """No fits after the search: the model of each candidate's last fold stays."""
    return lambda self, candidates: [None] * len(candidates)


def _test_rows_stay_out(_: Any) -> Any:
    return lambda split, config: False


def _one_encoding(_: Any) -> Any:
    """All folds learn from the same features, although some of these know the answers that a fold validates."""
    import numpy as np

    from automl_lite.training.encoders import FoldFeatures

    return lambda *_: FoldFeatures(np.empty(0, np.int64), ())


def _never_the_rest(learns: property) -> property:
    """In a series boosters learn the target alone, not also what a linear model leaves."""

    def other(self: Any) -> Any:
        assert learns.fget is not None
        told = learns.fget(self)
        return "target" if told == "rest" else told

    return property(other)


def _no_tolerance(limits: dict[str, Any]) -> dict[str, Any]:
    return {quality: replace(limit, tolerance=0.0) for quality, limit in limits.items()}


def _no_size(limits: dict[str, Any]) -> dict[str, Any]:
    return {quality: replace(limit, size_bytes=10**12) for quality, limit in limits.items()}


ABLATIONS: dict[str, tuple[Patch, ...]] = {
    "lightgbm": _without_family("LightGBM"),
    "catboost": _without_family("CatBoost"),
    "xgboost": _without_family("XGBoost"),
    "linear": _without_family("Linear"),
    "neural": _without_family("Neural network"),
    "forests": _without_family("Extra trees", "Random forest"),
    "pieces": (Patch("proposals:portfolio", _without_pieces),),
    "many-outputs": (Patch("portfolio:MANY_OUTPUTS", lambda _: float("inf")),),
    "early-forests": (Patch("portfolio:FEW_ROWS", lambda _: 0),),
    "bounds": (Patch("scaling:BOUND", lambda _: 1e6),),
    "all-folds": (Patch("pace:FEWEST_JUDGED", lambda _: 10**12),),
    "search": (Patch("proposals:PATIENT_TRIALS", lambda _: 0),),
    "elimination": (Patch("gathering:ELIMINATE_MARGIN", lambda _: float("inf")),),
    "blend": (Patch("selection:greedy_weights", _best_alone),),
    "earning": (Patch("engine:LIMITS", _no_tolerance),),
    "size-limit": (Patch("engine:LIMITS", _no_size),),
    "temperature": (Patch("selection:fit_temperature", lambda _: lambda probabilities, y: 1.0),),
    "refit": (Patch("search:Search.refit", _no_fits),),
    "test-rows": (
        Patch("engine:learns_from_test", _test_rows_stay_out),
        Patch("final:learns_from_test", _test_rows_stay_out),
    ),
    "more-rounds": (Patch("search:MORE_ROUNDS", lambda _: 1.0),),
    "own-rate": (Patch("pace:RATES", lambda _: (0.05, 0.05)),),
    "logs": (Patch("logs:LEAST_SKEW", lambda _: float("inf")),),
    "rest": (Patch("search:Search._learns", _never_the_rest),),
    "one-hot": (Patch("encoders:MAX_ONE_HOT", lambda _: 0),),
    "fold-encodings": (Patch("features:FeatureEncoder.of_folds", _one_encoding),),
    "agreed-rounds": (Patch("gathering:AGREE_BELOW", lambda _: 0),),
    "even-weights": (Patch("selection:EVEN_ROWS", lambda _: 0),),
    "calm-temperature": (Patch("selection:CALM_ROWS", lambda _: 0),),
    "endless-rounds": (Patch("boosters:LEAST_GAIN", lambda _: 0.0),),
    "smoothing": (Patch("encoders:SMOOTHING", lambda _: 1e-3),),
}


@contextmanager
def without(name: str) -> Iterator[None]:
    """Take an ingredient out for the time of the block. Raises KeyError, or AttributeError for a patch gone stale."""
    old: list[tuple[Any, str, Any]] = []
    try:
        for patch in ABLATIONS[name]:
            owner, attribute = patch.owner()
            old.append((owner, attribute, getattr(owner, attribute)))
            setattr(owner, attribute, patch.make(old[-1][2]))
        yield
    finally:
        for owner, attribute, value in reversed(old):
            setattr(owner, attribute, value)
