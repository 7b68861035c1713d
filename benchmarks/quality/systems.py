"""The systems that can run: where each is installed, which adapter fits it, and with which settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.quality.ablations import ABLATIONS

OURS = "automl_lite"
OWN = ""  # the environment that the harness itself runs in
_WITHOUT = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One competitor.

    ``environment`` names a requirements file in ``envs/``, or is ``OWN``; ``adapter`` is a module of ``fitting``;
    ``package`` is the one whose version the table names. Systems that take no budget run once for all budgets.
    """

    name: str
    adapter: str
    package: str
    environment: str = OWN
    options: Mapping[str, Any] = field(default_factory=dict)
    takes_budget: bool = True


def _ours(quality: str, without: str = "") -> System:
    options = {"quality": quality} | ({"without": without} if without else {})
    name = f"{OURS}-{quality}" + (f"{_WITHOUT}{without}" if without else "")
    return System(name=name, adapter="ours", package="automl-lite", options=options)


def _default(name: str, adapter: str, package: str) -> System:
    return System(name=name, adapter=adapter, package=package, takes_budget=False)


def _autogluon(quality: str, environment: str) -> System:
    return System(
        name=f"{environment}-{quality}",
        adapter="autogluon",
        package="autogluon.tabular",
        environment=environment,
        options={"presets": f"{quality}_quality"},
    )


def _mljar(mode: str) -> System:
    return System(
        name=f"mljar-{mode.lower()}",
        adapter="mljar",
        package="mljar-supervised",
        environment="mljar",
        options={"mode": mode},
    )


SYSTEMS: dict[str, System] = {
    system.name: system
    for system in (
        *(_ours(quality) for quality in ("balanced", "fast", "best")),
        _default("lightgbm-default", "lightgbm", "lightgbm"),
        _default("catboost-default", "catboost", "catboost"),
        _default("randomforest-default", "randomforest", "scikit-learn"),
        System(name="flaml", adapter="flaml", package="flaml"),
        *(_autogluon(quality, "autogluon") for quality in ("medium", "good", "best")),
        *(_autogluon(quality, "autogluon-lean") for quality in ("medium", "good", "best")),
        *(_mljar(mode) for mode in ("Perform", "Compete")),
        System(name="h2o", adapter="h2o", package="h2o", environment="h2o"),
        *(_ours("balanced", without) for without in ABLATIONS),
    )
}


def is_ablation(name: str) -> bool:
    """True for our engine with an ingredient taken out."""
    return _WITHOUT in name
