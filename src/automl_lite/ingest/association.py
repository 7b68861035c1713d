"""How much of a target one column tells by itself, and what others tell together, never judged on the same rows.

Everything is measured as the share of the target's variation that a forecast explains (1 is all, 0 is nothing, less
than 0 is worse than the mean): R² for numbers, for classes the Brier skill (the same formula on 0/1 per class). The
forecast for a row is the mean of the other rows that are alike in the column, so its own answer is never used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from automl_lite.domain.columns import Kind
from automl_lite.ingest.fetch import Flags
from automl_lite.ingest.sample import Codes, Drawn, Floats

MAX_CLASSES = 30  # the rarer ones are one class here
_MAX_BINS = 64
_ROWS_A_BIN = 10
_PRIOR = 1.0  # rows that the overall mean counts for within a group
_NEIGHBOURS = 2  # rows on each side
_RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Truth:
    """The target in the sampled rows where it is known.

    Parameters
    ----------
    known : ndarray of bool
        Which of the sampled rows have a target.
    classes : ndarray of int64, optional
        The class of each known row, the most frequent first; None for numbers.
    values : ndarray of float64, shape (n_known, n_outputs)
        0 and 1 for each class; for numbers two columns, the value and its rank.
    """

    known: Flags
    classes: Codes | None
    values: Floats

    @classmethod
    def of(cls, drawn: Drawn, *, is_classes: bool) -> Truth:
        """Take a drawn column as the target."""
        known = ~drawn.missing
        if is_classes:
            _, classes, counts = np.unique(drawn.codes[known], return_inverse=True, return_counts=True)
            rank = np.empty(len(counts), np.int64)
            rank[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
            classes = np.minimum(rank[classes], MAX_CLASSES - 1)
            return cls(known, classes, np.eye(max(classes.max(initial=0) + 1, 1))[classes])
        numbers = (drawn.numbers if drawn.numbers is not None else drawn.codes.astype(np.float64))[known]
        return cls(known, None, np.column_stack([numbers, ranks(numbers)]))

    def one(self, index: int) -> Truth:
        """The target as this class against all others."""
        inside = self.values[:, index]
        return Truth(self.known, (1 - inside).astype(np.int64), np.column_stack([inside, 1 - inside]))


def ranks(numbers: Floats) -> Floats:
    """Return the mean rank of each number, from 0 to n - 1."""
    _, codes, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts + 1) / 2)[codes], np.float64)


def skewness_of(numbers: Floats) -> float:
    """Third standardised moment; 0 where nothing varies."""
    if not len(numbers) or not numbers.std() > 0:
        return 0.0
    return float((((numbers - numbers.mean()) / numbers.std()) ** 3).mean())


def groups(drawn: Drawn, known: Flags, *, n_bins: int = 0) -> Codes:
    """Return the group of each known row: its value, or its bin where there are too many numbers."""
    if drawn.numbers is None or drawn.column.kind is Kind.BOOLEAN:
        return drawn.codes[known]
    return bins(drawn.numbers[known], n_bins or min(_MAX_BINS, max(4, int(known.sum()) // _ROWS_A_BIN)))


def bins(numbers: Floats, n_bins: int) -> Codes:
    """Sort numbers into about ``n_bins`` bins of equally many rows; frequent values have a bin each, and so has NaN."""
    values, codes, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    if len(values) <= n_bins:
        return codes
    share = len(numbers) / n_bins
    place = np.floor((np.cumsum(counts) - counts / 2) / share)
    frequent = (counts >= max(5.0, share / 4)) | np.isnan(values)
    starts = np.concatenate([[False], (np.diff(place) > 0) | frequent[1:] | frequent[:-1]])
    return np.cumsum(starts)[codes]


def accuracy(groups: Codes, classes: Codes) -> float:
    """How often the commonest class among the other rows of a row's group is right."""
    n_groups, n_classes = int(groups.max(initial=0)) + 1, int(classes.max(initial=0)) + 1
    table = np.bincount(groups * n_classes + classes, minlength=n_groups * n_classes).reshape(n_groups, n_classes)
    others = table[groups]
    others[np.arange(len(classes)), classes] -= 1
    return float((others.argmax(axis=1) == classes).mean()) if len(classes) else 0.0


def skill(groups: Codes, truth: Truth) -> float:
    """Share of the target's variation that the group of a row explains, each row left out in turn."""
    n_groups = int(groups.max(initial=0)) + 1
    if truth.classes is not None:
        return _class_skill(groups, n_groups, truth.classes, truth.values)
    sizes = np.bincount(groups, minlength=n_groups)[groups]
    best = -np.inf
    for y in truth.values.T:
        sums = np.bincount(groups, y, n_groups)[groups]
        best = max(best, explained(y, (sums - y + _PRIOR * y.mean()) / (sizes - 1 + _PRIOR)))
    return best


def _class_skill(groups: Codes, n_groups: int, classes: Codes, values: Floats) -> float:
    """The same for classes; all rows of one group and class have the same forecast."""
    prior = values.mean(axis=0)
    spread = len(classes) * float((prior * (1 - prior)).sum())
    return 1 - float(_class_errors(groups, n_groups, classes, prior).sum()) / spread if spread > 0 else 0.0


def _class_errors(groups: Codes, n_groups: int, classes: Codes, prior: Floats) -> Floats:
    """The squared error of the forecasts for each class against all others, summed over the rows."""
    n_classes = len(prior)
    table = np.bincount(groups * n_classes + classes, minlength=n_groups * n_classes).reshape(n_groups, n_classes)
    table = table[table.any(axis=1)]
    sizes = table.sum(axis=1, keepdims=True)
    inside = (table - 1 + _PRIOR * prior) / (sizes - 1 + _PRIOR)
    outside = (table + _PRIOR * prior) / (sizes - 1 + _PRIOR)
    return np.asarray((table * (1 - inside) ** 2 + (sizes - table) * outside**2).sum(axis=0), np.float64)


def class_skills(groups: Codes, truth: Truth) -> Floats:
    """The skill for each class against all others."""
    if truth.classes is None:
        return np.empty(0)
    prior = truth.values.mean(axis=0)
    errors = _class_errors(groups, int(groups.max(initial=0)) + 1, truth.classes, prior)
    spread = len(truth.classes) * prior * (1 - prior)
    return 1 - errors / np.where(spread > 0, spread, np.inf)


def neighbour_skill(numbers: Floats, truth: Truth) -> float:
    """The same for numbers by numbers, by the mean of the rows just below and above: finer than any bin."""
    known = ~np.isnan(numbers)
    if known.sum() <= 4 * _NEIGHBOURS or truth.classes is not None:
        return -np.inf
    # Equal numbers in random order: their rows may be sorted by something else.
    shuffled = np.random.default_rng(0).permutation(int(known.sum()))
    order = shuffled[np.argsort(numbers[known][shuffled], kind="stable")]
    best = -np.inf
    for y in truth.values.T:
        inside = y[known][order]
        padded = np.concatenate([inside[_NEIGHBOURS:0:-1], inside, inside[-2 : -_NEIGHBOURS - 2 : -1]])
        total = sum(
            padded[_NEIGHBOURS + step : len(padded) - _NEIGHBOURS + step]
            for step in range(-_NEIGHBOURS, _NEIGHBOURS + 1)
            if step
        )
        forecast = np.full(len(y), y[~known].mean() if (~known).any() else 0.0)
        place = np.flatnonzero(known)[order]
        forecast[place] = total / (2 * _NEIGHBOURS)
        best = max(best, explained(y, forecast))
    return best


def joint_skill(columns: Sequence[Codes], truth: Truth) -> float:
    """Share of the target's variation that the groups of several columns explain together, on rows not learnt from.

    A linear mix of what each column says: the means of its groups come from the other half of the rows, and so do
    the weights. Few columns can do better than many on few rows, so the best of the first one, two, four… counts.
    """
    half = np.random.default_rng(0).permutation(len(truth.values)) % 2 == 0
    counts = [2**i for i in range(10) if 2**i < len(columns)] + [len(columns)] if columns else []
    errors = dict.fromkeys(counts, 0.0)
    best = 0.0
    for y in truth.values.T:
        said = [_other_half(codes, y, half) for codes in columns]
        for count in counts:
            forecast = _mixed(np.column_stack(said[:count]), y, half)
            if truth.classes is None:
                best = max(best, explained(y, forecast))
            errors[count] += float(((y - forecast) ** 2).sum())
    if truth.classes is not None and errors:
        spread = float(((truth.values - truth.values.mean(axis=0)) ** 2).sum())
        best = max(0.0, 1 - min(errors.values()) / spread) if spread > 0 else 0.0
    return best


def _mixed(said: Floats, y: Floats, half: Flags) -> Floats:
    """Forecasts by ridge regression on each half of the rows for the other half."""
    forecast = np.empty(len(y))
    for learn in (half, ~half):
        mean = y[learn].mean()
        x = np.column_stack([said[learn] - mean, np.ones(learn.sum())])
        penalty = (_RIDGE * learn.sum() * y.var() + 1e-12) * np.eye(x.shape[1])
        weights = np.linalg.solve(x.T @ x + penalty, x.T @ (y[learn] - mean))
        forecast[~learn] = np.column_stack([said[~learn] - mean, np.ones((~learn).sum())]) @ weights + mean
    return forecast


def _other_half(groups: Codes, y: Floats, half: Flags) -> Floats:
    """The mean of each row's group among the rows of the other half."""
    n_groups = int(groups.max(initial=0)) + 1
    said = np.empty(len(y))
    for rows in (half, ~half):
        sums = np.bincount(groups[~rows], y[~rows], n_groups) + _PRIOR * y[~rows].mean()
        sizes = np.bincount(groups[~rows], minlength=n_groups) + _PRIOR
        said[rows] = (sums / sizes)[groups[rows]]
    return said


def explained(y: Floats, forecast: Floats) -> float:
    """R²: 1 minus the squared error of the forecast over that of the mean."""
    spread = float(((y - y.mean()) ** 2).sum())
    return 1 - float(((y - forecast) ** 2).sum()) / spread if spread > 0 else 0.0
