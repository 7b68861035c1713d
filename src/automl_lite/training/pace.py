"""How fast this machine fits this table, and the learning rate and rows a fold that follow from it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from automl_lite.domain.columns import Notice
from automl_lite.training.candidate import Candidate
from automl_lite.training.encoders import Fold, Matrix
from automl_lite.training.families import FAMILIES
from automl_lite.training.portfolio import PORTFOLIO
from automl_lite.training.problem import FitData, Problem
from automl_lite.training.scaling import Scales

PROBE_ROUNDS = 20
PROBE_ROWS = 20_000
STEADY_RATE = 0.05  # learning rate where the clock must not decide
RATES = (0.03, 0.2)
CALM_RATE = 0.1  # rather than a larger rate, fewer folds (docs/adr/0016)
FEWEST_JUDGED = 2_000  # rows that the folds left validate together
ONE_FOLD_SHARE = 1 / 8  # of the rows: what it validates where it is the only one left
ROUNDS_AT_RATE_1 = 25  # a booster with learning rate r typically needs about 25 / r rounds
FEWEST_ROUNDS = 60  # when fewer fit into the time of one configuration, folds are fitted on fewer rows
FEWEST_ROWS = 2_000
CONFIG_SHARE = 0.5  # of the time left: what one configuration may take, on all folds and once more in the end
TYPICAL_CONFIGS = 8  # the portfolio should get this far
LIKELY_MEMBERS = 4  # of the blend, to be fitted once more
PASSES = 3  # of the test rows through the model kept: to explain it, and to check the file in Python and in ONNX
EXPORT_ROWS = 5_000  # which take as long to predict as their trees to be written
REFIT_FACTOR = 1.5  # times what a fold took: more rounds, and estimates err


@dataclass(frozen=True, slots=True)
class Pace:
    """The ``rate`` for every booster, how many folds are fitted, and on which share of its training rows each."""

    rate: float
    n_folds: int
    share: float


def choose(
    round_s: float, folds: Sequence[Fold], left_s: float, *, workers: int, refits: float, may_leave_folds: bool
) -> Pace:
    """Choose rate, folds and rows.

    Parameters
    ----------
    round_s : float
        Seconds that a round takes on a fold's training rows.
    folds : sequence of (training rows, validation rows)
    left_s : float
        Seconds for the search and what is fitted after it, with so many ``workers``.
    refits : float
        Rows fitted after the search, as a share of the training rows.
    may_leave_folds : bool
        False where every row needs a prediction out of fold.
    """
    n_rows, n_judged = map(len, folds[0])
    most = len(folds)
    least = min(-(-FEWEST_JUDGED // n_judged), most) if may_leave_folds else most

    def rate(n_folds: int) -> float:
        n_fits = TYPICAL_CONFIGS * n_folds + LIKELY_MEMBERS * REFIT_FACTOR * refits
        return ROUNDS_AT_RATE_1 * round_s * n_fits / max(left_s * workers, 1e-3)

    n_folds = next((n for n in range(most, least, -1) if rate(n) <= CALM_RATE), least)
    fold_s = fit_limit_s(left_s, n_folds, workers, refits)
    affordable, share = fold_s / round_s, 1.0
    if affordable < FEWEST_ROUNDS:
        fewer = max(FEWEST_ROWS, int(n_rows * affordable / FEWEST_ROUNDS))
        share = min(1.0, fewer / n_rows)
        round_s *= share
    return Pace(float(np.clip(rate(n_folds), *RATES)), n_folds, share)


def fit_limit_s(left_s: float, n_folds: int, workers: int, refits: float) -> float:
    """Seconds that one fit may take of the ``left_s`` that are left: there are other folds, and the fit in the end."""
    return CONFIG_SHARE * left_s / (max(n_folds / workers, 1) + REFIT_FACTOR * refits)


def left(folds: Sequence[Fold], n: int, seed: int) -> Sequence[Fold]:
    """The first ``n`` folds; one alone gives back what it need not validate to what it learns from."""
    if n > 1 or len(folds) == 1:
        return folds[:n]
    train, valid = folds[0]
    judged = drawn(valid, max(FEWEST_JUDGED, round(ONE_FOLD_SHARE * (len(train) + len(valid)))), seed)
    return [(np.sort(np.concatenate([train, np.setdiff1d(valid, judged)])), judged)]


def fewer_rows(folds: Sequence[Fold], n_rows: int, seed: int) -> Sequence[Fold]:
    """Folds of at most ``n_rows`` training rows, and validation rows in proportion, drawn at random."""
    few = max(n_rows // 2, 500)
    return [(drawn(train, n_rows, seed), drawn(valid, few, seed)) for train, valid in folds]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What comes after the search, in seconds by what the folds took.

    Members of the blend are fitted once more, on ``refits`` times the training rows and with so many ``workers``. They
    are written, and predict ``n_test`` rows several times. The models of ``n_judges`` folds, which are measured, do so
    once. Fits may run elsewhere; the rest runs here.
    """

    n_test: int
    n_judges: int
    workers: int
    refits: float

    def member_s(self, candidate: Candidate) -> float:
        """What one member takes while the others keep all workers busy."""
        n_rows = (self.n_judges + PASSES) * self.n_test + EXPORT_ROWS
        n_here = min(self.workers, os.cpu_count() or 1)
        return self._fit_s(candidate) / self.workers + n_rows * candidate.row_s / n_here

    def likely_s(self, candidates: Sequence[Candidate]) -> float:
        """What the likely members of a blend take: one worker may have to wait for the longest fit."""
        likely = sorted(candidates, key=lambda c: c.loss)[:LIKELY_MEMBERS]
        fit_s = [self._fit_s(c) for c in likely]
        return sum(map(self.member_s, likely)) + max(max(fit_s) - sum(fit_s) / self.workers, 0.0)

    def _fit_s(self, candidate: Candidate) -> float:
        return self.refits * REFIT_FACTOR * candidate.seconds / len(candidate.models)


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
    problem: Problem, matrix: Matrix, y: npt.NDArray[Any], rows: npt.NDArray[np.int64], scales: Scales, most_s: float
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
        scales=scales,
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
