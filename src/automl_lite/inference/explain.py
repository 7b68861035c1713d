"""Why this answer: Shapley values of one row's columns, estimated by asking the model file itself.

The value of a set of columns is the mean answer for rows that take these columns from the row in question and the
others from typical (background) rows. A column's Shapley value is its mean effect over all orders in which the columns
can be taken over; a sample of orders estimates it (Štrumbelj & Kononenko 2014, doi:10.1007/s10115-013-0679-x). Each
order is used forwards and backwards: such antithetic pairs cancel much of the sampling error (Mitchell et al. 2022,
"Sampling Permutations for Shapley Value Estimation", JMLR 23:43).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import permutations
from typing import Any

import numpy as np

from automl_lite.inference.encode import Array

METHOD = "Shapley values by antithetic permutation sampling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one column adds to the answer.

    ``value`` is the row's own (None if missing), ``contribution`` in the unit of the answer (for probabilities 0.1 is
    10 percentage points), ``standard_error`` that of the estimate, for the choice of orders and of background rows;
    None where one pair of orders was all that ``max_rows`` allowed.
    """

    column: str
    value: float | str | None
    contribution: float
    standard_error: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Contributions that add up, from the mean answer for typical rows to the answer for this one.

    Parameters
    ----------
    output : str
        Class whose probability is explained; empty for regression.
    base : float
        Mean answer for the background rows.
    value : float
        Answer for the row: ``base`` plus all contributions.
    contributions : tuple of Contribution
        One a column, largest effect first.
    n_background, n_rows : int
        Background rows compared with; rows that went through the graph.
    """

    output: str
    base: float
    value: float
    contributions: tuple[Contribution, ...]
    n_background: int
    n_rows: int
    method: str = METHOD

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self) | {"contributions": [asdict(c) for c in self.contributions]}


def explain_row(
    evaluate: Callable[[dict[str, Array]], Array],
    row: dict[str, Array],
    background: dict[str, Array],
    *,
    output: str = "",
    seed: int = 0,
    max_rows: int = 2_000,
) -> Explanation:
    """Estimate the Shapley values of the columns of ``row``.

    Parameters
    ----------
    evaluate : callable
        Arrays of n rows, by input name → n answers.
    row, background : dict of array
        Encoded inputs, shapes [1, 1] and [m, 1].
    max_rows : int, default=2000
        Rows to evaluate at most; background rows are used in their order as far as that allows. A single background
        row is always walked once in both directions, however many columns differ from it.
    """
    names = list(row)
    differs = np.stack([_differs(row[n], background[n]) for n in names], axis=1)  # [m, p]
    walks = _plan(differs, max_rows, np.random.default_rng(seed))
    n_background = len(walks)
    masks = np.concatenate(
        [np.ones((1, len(names)), bool), np.zeros((n_background, len(names)), bool)]
        + [_steps(order, len(names)) for orders in walks for order in orders]
    )
    sources: Array = np.concatenate(
        [np.zeros(1, int), np.arange(n_background)]
        + [np.full(len(order) - 1, b) for b, orders in enumerate(walks) for order in orders]
    )
    answers = evaluate({n: np.where(masks[:, [j]], row[n], background[n][sources]) for j, n in enumerate(names)})

    value, starts = float(answers[0]), answers[1 : n_background + 1]
    by_background = np.zeros((n_background, len(names)))
    single = np.zeros((len(walks[0]), len(names)))  # each walk from the first background row
    at = n_background + 1
    for b, orders in enumerate(walks):
        for i, order in enumerate(orders):
            path = np.concatenate([[starts[b]], answers[at : at + len(order) - 1], [value]])
            at += len(order) - 1
            effects = np.diff(path)
            by_background[b, order] += effects / len(orders)
            if b == 0:
                single[i, order] = effects
    errors = _standard_errors(by_background, single)
    contributions = [
        Contribution(
            column=name,
            value=_plain(row[name][0, 0]),
            contribution=float(by_background[:, j].mean()),
            standard_error=None if errors is None else float(errors[j]),
        )
        for j, name in enumerate(names)
    ]
    return Explanation(
        output=output,
        base=float(starts.mean()),
        value=value,
        contributions=tuple(sorted(contributions, key=lambda c: -abs(c.contribution))),
        n_background=n_background,
        n_rows=len(masks),
    )


def _differs(value: Array, others: Array) -> Array:
    """Return where a background row differs; two missing numbers are the same."""
    if value.dtype == object:
        return np.array([other != value[0, 0] for other in others[:, 0]], dtype=bool)
    same: Array = (others[:, 0] == value[0, 0]) | (np.isnan(others[:, 0]) & np.isnan(value[0, 0]))
    return ~same


def _plan(differs: Array, max_rows: int, rng: np.random.Generator) -> list[list[Array]]:
    """Return orders of the differing columns for each background row that is used: pairs, forwards and backwards.

    A column that has the same value in both rows has no effect there and need not be walked.
    """
    costs = [2 * max(0, int(d.sum()) - 1) for d in differs]  # inner steps of one pair; its ends are shared
    fits = np.cumsum([1 + c for c in costs]) <= max_rows - 1
    n_used = max(1, int(fits.sum()))
    n_pairs = max(1, (max_rows - 1 - n_used) // max(1, sum(costs[:n_used])))
    walks = []
    for d in differs[:n_used]:
        orders = _orders(np.flatnonzero(d), n_pairs, rng)
        walks.append([o for order in orders for o in (order, order[::-1])])
    return walks


def _orders(columns: Array, n_pairs: int, rng: np.random.Generator) -> list[Array]:
    """Return ``n_pairs`` random orders; all of them, each without its reverse, if there are no more than that."""
    if len(columns) < 2:
        return [columns] * len(columns)
    if math.factorial(min(len(columns), 12)) // 2 <= n_pairs:
        return [np.array(order) for order in permutations(columns) if order[0] < order[-1]]
    return [rng.permutation(columns) for _ in range(n_pairs)]


def _steps(order: Array, n_columns: int) -> Array:
    """Return which columns are taken over after 1, 2, …, len(order) − 1 steps, shape [len(order) − 1, n_columns]."""
    steps = np.zeros((len(order) - 1, n_columns), bool)
    for k in range(1, len(order)):
        steps[k - 1 :, order[k - 1]] = True
    return steps


def _standard_errors(by_background: Array, single: Array) -> Array | None:
    """Return the spread over background rows; with one of them over its pairs of orders; None with one pair."""
    sample = by_background if len(by_background) > 1 else single.reshape(-1, 2, single.shape[1]).mean(axis=1)
    if len(sample) < 2:
        # One pair holds all orders of up to two columns: nothing was left to chance.
        return np.zeros(by_background.shape[1]) if np.count_nonzero(by_background) <= 2 else None
    result: Array = sample.std(axis=0, ddof=1) / np.sqrt(len(sample))
    return result


def _plain(value: Any) -> float | str | None:
    if isinstance(value, str):
        return value or None
    return None if np.isnan(value) else float(value)
