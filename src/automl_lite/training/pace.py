"""How fast this machine fits this table, and the learning rate and rows a fold that follow from it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from automl_lite.domain.columns import Notice
from automl_lite.training.encoders import Matrix
from automl_lite.training.families import FAMILIES
from automl_lite.training.portfolio import PORTFOLIO
from automl_lite.training.problem import FitData, Problem
from automl_lite.training.scaling import Scaler

PROBE_ROUNDS = 20
PROBE_ROWS = 20_000
STEADY_RATE = 0.05  # learning rate where the clock must not decide
RATES = (0.03, 0.2)
ROUNDS_AT_RATE_1 = 25  # a booster with learning rate r typically needs about 25 / r rounds
FEWEST_ROUNDS = 60  # when fewer fit into the time of one configuration, folds are fitted on fewer rows
FEWEST_ROWS = 2_000
CONFIG_SHARE = 0.3  # of the time left: what one configuration may take
TYPICAL_CONFIGS = 8  # the portfolio should get this far


@dataclass(frozen=True, slots=True)
class Pace:
    """The ``rate`` for every booster, and the most training rows of a fold."""

    rate: float
    n_rows: int


def pace(round_s: float, n_rows: int, fold_s: float) -> Pace:
    """Choose rate and rows.

    Parameters
    ----------
    round_s : float
        Seconds that a round takes on a fold's ``n_rows`` training rows.
    fold_s : float
        Seconds for one fold if the whole search went to one configuration.
    """
    affordable = fold_s * CONFIG_SHARE / round_s
    if affordable < FEWEST_ROUNDS:
        fewer = max(FEWEST_ROWS, int(n_rows * affordable / FEWEST_ROUNDS))
        round_s *= min(1.0, fewer / n_rows)
        n_rows = min(n_rows, fewer)
    wanted = ROUNDS_AT_RATE_1 * round_s * TYPICAL_CONFIGS / max(fold_s, 1e-3)
    return Pace(float(np.clip(wanted, *RATES)), n_rows)


def drawn(rows: npt.NDArray[np.int64], most: int, seed: int) -> npt.NDArray[np.int64]:
    """At most so many of ``rows``, drawn at random, in their order."""
    return rows if len(rows) <= most else np.sort(np.random.default_rng(seed).permutation(rows)[:most])


def thinned(n_rows: int, n: int) -> Notice:
    """Tell that folds were fitted on ``n_rows`` of ``n`` rows."""
    return Notice(
        code="sampled-for-time",
        message=f"Each model was fitted on {n_rows:,} of {n:,} training rows, drawn at random: all of them "
        "do not fit into the time.",
        severity="info",
        remedy="Give more time to use all rows.",
        facts={"n_rows": n_rows, "of": n},
    )


def seconds_per_round(
    problem: Problem, matrix: Matrix, y: npt.NDArray[Any], rows: npt.NDArray[np.int64], scaler: Scaler, most_s: float
) -> float:
    """Time one round of a LightGBM fit of ``rows``: a few rounds on some of them, scaled up to all.

    It takes at most ``most_s`` seconds, but for binning the rows.
    """
    some = rows[:: max(1, len(rows) // PROBE_ROWS)]
    data = FitData(
        train_x=matrix[some],
        train_y=y[some],
        valid_x=None,
        valid_y=None,
        scaler=scaler,
        rounds=PROBE_ROUNDS,
    )
    config = next(c for c in PORTFOLIO if c.family == "LightGBM")
    limit = time.monotonic() + most_s
    at: list[float] = []  # when each round ended; loading the library and binning the rows come before the first

    def stop() -> bool:
        at.append(time.monotonic())
        return at[-1] > limit and len(at) > 1

    FAMILIES["LightGBM"](problem, dict(config.params) | {"learning_rate": 0.1}, data, stop)
    return float(np.median(np.diff(at))) * len(rows) / len(some)
