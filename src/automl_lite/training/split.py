"""Which rows train, which test, and the folds between: at random by strata, by time or by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl_lite.domain.columns import Column, Kind
from automl_lite.errors import UnknownColumn
from automl_lite.training.config import InvalidSetting, TrainConfig

Rows = npt.NDArray[np.int64]

SMALL = 500  # rows; with fewer a test set says less than cross-validation
DEFAULT_TEST_SHARE = 0.2
MAX_TEST_ROWS = 50_000
REGULAR_SHARE = 0.8  # of gaps that equal the most frequent one: a time series
N_TIME_FOLDS = 3  # each looks about as far ahead as the test does
FIRST_TRAIN_SHARE = 0.4  # of the rows in time order: what the first time fold trains on


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers of the table. ``fold`` has one entry a training row: its fold, or -1 to train in every fold.

    ``folds`` are pairs of positions *within* ``train``; with ``by_time`` each fold trains on the past only.
    ``test`` is empty when cross-validation is the measure.
    """

    train: Rows
    test: Rows
    folds: tuple[tuple[Rows, Rows], ...]
    fold: Rows
    kind: str
    reason: str

    @property
    def validated_in(self) -> Rows:
        """The fold that validates each training row, -1 where none does."""
        out = np.full(len(self.train), -1, np.int64)
        for k, (_, valid) in enumerate(self.folds):
            out[valid] = k
        return out

    @property
    def by_time(self) -> bool:
        """True when folds go forward in time."""
        return self.kind == "time"


def n_folds(n_rows: int, n_outputs: int) -> int:
    """More folds where they are cheap and rows are dear."""
    if n_rows < 1_000:
        return 8
    return 6 if n_rows * n_outputs < 30_000 else 4


def make_split(
    frame: pd.DataFrame, columns: Sequence[Column], strata: npt.NDArray[np.int64], config: TrainConfig, n_outputs: int
) -> Split:
    """Plan the split of ``frame``; ``strata`` has one code a row (class, or bin of a number to predict)."""
    kind, _, by = config.split.partition(":")
    reason = ""
    if kind in {"time", "group"} and by not in frame.columns:
        raise UnknownColumn(by, list(frame.columns), role="column to split by")
    if kind == "auto":
        kind, by = "random", ""
        for column in columns:
            if column.kind is Kind.DATETIME and _is_regular(frame[column.name]):
                kind, by = "time", column.name
                reason = f"{column.name} is a regular series in time, one row a step: the latest rows are the test."
    rng = np.random.default_rng(config.seed)
    n = len(frame)
    share = config.test_share or min(DEFAULT_TEST_SHARE, MAX_TEST_ROWS / n)
    if kind == "time":
        return _by_time(frame[by], share, reason or f"The latest rows by {by} are the test.", rng)
    if kind == "group":
        return _by_group(frame[by], share, n_outputs, rng)
    small = n < SMALL and config.test_share is None
    test_mask = np.zeros(n, bool) if small else _take_share(strata, share, rng)
    train, test = np.flatnonzero(~test_mask), np.flatnonzero(test_mask)
    fold = assign_folds(strata[train], n_folds(len(train), n_outputs), rng)
    reason = (
        f"{n} rows are too few for a separate test: every row is predicted by models that never saw it."
        if small
        else f"{len(test):,} rows were drawn at random and opened once, for the final scores."
    )
    return Split(train, test, _pairs(fold), fold, "random", reason)


def _pairs(fold: Rows) -> tuple[tuple[Rows, Rows], ...]:
    return tuple((np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(fold.max() + 1))


def _take_share(strata: npt.NDArray[np.int64], share: float, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Mark ``share`` of the rows of each stratum; strata of one row stay out."""
    mask = np.zeros(len(strata), bool)
    for rows in _rows_by_code(strata):
        take = round(share * len(rows))
        mask[rng.permutation(rows)[:take]] = True
    return mask


def assign_folds(strata: npt.NDArray[np.int64], folds: int, rng: np.random.Generator) -> Rows:
    """Fold of each row, evenly within each stratum; rows of a stratum smaller than ``folds`` get -1."""
    groups = _rows_by_code(strata)
    if max(len(rows) for rows in groups) < folds:
        folds = max(2, max(len(rows) for rows in groups))
    out = np.full(len(strata), -1, np.int64)
    start = 0
    for rows in groups:
        if len(rows) >= folds:
            out[rng.permutation(rows)] = (start + np.arange(len(rows))) % folds
            start += len(rows)
    return out


def _rows_by_code(codes: npt.NDArray[np.int64]) -> list[Rows]:
    order = np.argsort(codes, kind="stable")
    return [rows for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1) if len(rows)]


def _by_time(times: pd.Series[pd.Timestamp], share: float, reason: str, rng: np.random.Generator) -> Split:
    values = times.to_numpy()
    if values.dtype.kind == "M":
        order = np.argsort(values.astype(np.int64), kind="stable")  # NaT is the smallest int: first, so training
    elif values.dtype.kind in "if":
        order = np.argsort(np.where(np.isnan(values), -np.inf, values), kind="stable")
    else:
        raise InvalidSetting(
            f"Column {times.name!r} is neither a date nor a number, so rows have no order in time by it.",
            hint="Choose a date column, or use the random split.",
        )
    n_test = max(1, round(share * len(order)))
    train, test = order[:-n_test], order[-n_test:]
    n = len(train)
    edges = np.unique(np.linspace(FIRST_TRAIN_SHARE * n, n, N_TIME_FOLDS + 1).astype(np.int64))
    folds = tuple((np.arange(a), np.arange(a, b)) for a, b in pairwise(edges))
    # target encodings need folds of all rows, which those that go forward in time are not
    return Split(train, test, folds, rng.permutation(np.arange(n) % N_TIME_FOLDS), "time", reason)


def _by_group(groups: pd.Series[str], share: float, n_outputs: int, rng: np.random.Generator) -> Split:
    codes, names = pd.factorize(groups, use_na_sentinel=False)
    if len(names) < 3:
        raise InvalidSetting(
            f"Column {groups.name!r} has {len(names)} groups; splitting by group needs at least 3.",
            hint="Choose a column with more groups, or use the random split.",
        )
    counts = np.bincount(codes)
    shuffled = rng.permutation(len(names))
    taken = np.cumsum(counts[shuffled]) - counts[shuffled] < share * len(codes)
    in_test = np.zeros(len(names), bool)
    in_test[shuffled[taken][: len(names) - 2]] = True
    test_mask = in_test[codes]
    train, test = np.flatnonzero(~test_mask), np.flatnonzero(test_mask)
    k = min(n_folds(len(train), n_outputs), int((~in_test).sum()))
    fold_of_group = np.zeros(len(names), np.int64)
    load = np.zeros(k)
    for group in sorted(np.flatnonzero(~in_test), key=lambda g: (-counts[g], g)):
        fold_of_group[group] = int(load.argmin())
        load[fold_of_group[group]] += counts[group]
    fold = fold_of_group[codes[train]]
    reason = f"No value of {groups.name} is on both sides: {int(in_test.sum())} of {len(names)} groups are the test."
    return Split(train, test, _pairs(fold), fold, "group", reason)


def _is_regular(times: pd.Series[pd.Timestamp]) -> bool:
    """One row a step in time: nearly all distinct, and most gaps equal."""
    known = times.dropna().to_numpy()
    if len(known) < 50 or len(known) < 0.95 * len(times):
        return False
    ordered = np.sort(known.astype("datetime64[s]").astype(np.int64))
    gaps = np.diff(ordered)
    if (gaps == 0).mean() > 0.01:
        return False
    _, counts = np.unique(gaps, return_counts=True)
    return bool(counts.max() / len(gaps) >= REGULAR_SHARE)
