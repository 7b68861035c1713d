"""How much each column alone says about the target: rows in groups by the column's value, and the target in each."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from automl_lite.domain.columns import NUMERIC_KINDS, Column, Kind, Task
from automl_lite.training.target import label_strings, read_target
from automl_lite.training.verdict import amount

MAX_GROUPS = 10  # of numbers; and shown of categories
MAX_LEVELS = 40  # of categories that are compared one by one; the rarer ones count as one
MAX_ROWS = 20_000
SHOWN_CLASSES = 8
_MOST_CELLS = 8_000_000  # rows × columns that are compared: about 2 seconds
_FEWEST_ROWS = 2_000
_CHANCE = 0.05  # shared out over all columns (Bonferroni)

Codes = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of like value: the rows of each class, or the quartiles of a numeric target."""

    name: str
    n: int
    role: str = "value"  # or "missing", or "other" for the rarer levels together
    counts: tuple[int, ...] = ()
    quartiles: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Relation:
    """What one column alone says about the target.

    Parameters
    ----------
    strength : float in [0, 1] or None
        Share of the target's differences between rows that lie between the groups, less what as many random groups
        would show (adjusted η² of the target's ranks; for classes adjusted Goodman–Kruskal τ). None: not compared.
    is_real : bool
        Chance alone would show as much in less than 5 % of such tables (F test, CATANOVA; over all columns together).
    by : {"value", "length"}
        Texts are grouped by their length.
    spread : tuple of (class code, quartiles)
        Of a number, in each of the most frequent classes of a target with more than two.
    reason : str
        Why it was not compared.
    """

    column: Column
    strength: float | None = None
    is_real: bool = False
    groups: tuple[Group, ...] = ()
    by: str = "value"
    spread: tuple[tuple[int, tuple[float, float, float]], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The target of the compared rows: codes into ``classes``, or numbers."""

    task: Task
    classes: tuple[str, ...] = ()
    codes: Codes = field(default_factory=lambda: np.empty(0, np.intp))
    numbers: Floats = field(default_factory=lambda: np.empty(0))
    rows: Codes = field(default_factory=lambda: np.empty(0, np.intp))
    n_known: int = 0

    @property
    def totals(self) -> tuple[int, ...]:
        """Rows of each class."""
        return tuple(np.bincount(self.codes, minlength=len(self.classes)).tolist())

    @property
    def commonest(self) -> list[int]:
        """Codes of the most frequent classes, at most ``SHOWN_CLASSES``."""
        totals = self.totals
        return sorted(range(len(totals)), key=lambda code: -totals[code])[:SHOWN_CLASSES]


def read_outcome(frame: pd.DataFrame, column: Column, task: Task, n_columns: int, seed: int = 0) -> Outcome | None:
    """Return the target of at most ``MAX_ROWS`` rows that have one, or None if it has less than two values."""
    known = np.flatnonzero(frame[column.name].notna().to_numpy())
    most = int(np.clip(_MOST_CELLS // max(n_columns, 1), _FEWEST_ROWS, MAX_ROWS))
    rows = known
    if len(known) > most:
        rows = np.sort(np.random.default_rng(seed).choice(known, most, replace=False))
    values = frame[column.name].iloc[rows]
    if values.nunique() < 2:
        return None
    if task is Task.REGRESSION:
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(np.float64)
        finite = np.isfinite(numbers)
        return Outcome(task, numbers=numbers[finite], rows=rows[finite], n_known=len(known))
    target = read_target(values, column, task)
    return Outcome(target.task, tuple(target.classes), target.y.astype(np.intp), rows=rows, n_known=len(known))


def relate(
    frame: pd.DataFrame, columns: Sequence[Column], outcome: Outcome, *, max_seconds: float = 5.0
) -> list[Relation]:
    """Compare every column with the target, the strongest first; those not compared come last and say why.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        As ``ingest.load_frame`` gives it.
    columns : sequence of Column
        Without the target.
    max_seconds : float
        After this time the remaining columns are left out.
    """
    end = time.monotonic() + max_seconds
    limit = _CHANCE / max(len(columns), 1)
    ranks = stats.rankdata(outcome.numbers) if outcome.task is Task.REGRESSION else np.empty(0)
    found = []
    for column in columns:
        if time.monotonic() > end:
            found.append(Relation(column, reason="There was no time left to compare it."))
            continue
        found.append(_relate(frame[column.name].iloc[outcome.rows], column, outcome, ranks, limit))
    return sorted(found, key=lambda each: 1.0 if each.strength is None else -each.strength - each.is_real)


def _relate(values: pd.Series[Any], column: Column, outcome: Outcome, ranks: Floats, limit: float) -> Relation:
    if column.kind is Kind.ID:
        return Relation(column, reason="Its values name rows, so there are no groups to compare.")
    if not values.notna().any():
        return Relation(column, reason="It has no values.")
    codes, names = _grouped(values, column)
    if len(names) < 2:
        return Relation(column, reason="It holds one value only.")
    n, k = len(codes), len(names)
    if n <= k:
        return Relation(column, reason="There are too few rows.")
    if outcome.task is Task.REGRESSION:
        share, chance = _explained_numbers(codes, k, ranks)
    else:
        share, chance = _explained_classes(codes, k, outcome)
    adjusted = 1 - (1 - share) * (n - 1) / (n - k)
    if column.kind in {Kind.CATEGORY, Kind.BOOLEAN}:
        codes, names = _shown(codes, names, int(values.nunique()))
    return Relation(
        column,
        strength=float(min(max(adjusted, 0.0), 1.0)),
        is_real=bool(chance < limit and adjusted > 0),
        groups=_groups(codes, names, outcome),
        by="length" if column.kind is Kind.TEXT else "value",
        spread=_spread(values, column, outcome),
    )


def _grouped(values: pd.Series[Any], column: Column) -> tuple[Codes, list[tuple[str, str]]]:
    """Return a group code a row, and the (name, role) of each group."""
    if column.kind is Kind.TEXT:
        values = values.str.len().astype(np.float64)
    if column.kind is Kind.DATETIME or column.kind in NUMERIC_KINDS or column.kind is Kind.TEXT:
        codes, names = _by_number(values, column)
    else:
        codes, names = _by_level(values, column)
    if (codes < 0).any():
        codes = np.where(codes < 0, len(names), codes)
        names.append(("missing", "missing"))
    present = np.bincount(codes, minlength=len(names)) > 0
    return (np.cumsum(present) - 1)[codes], [name for name, there in zip(names, present, strict=True) if there]


def _by_number(values: pd.Series[Any], column: Column) -> tuple[Codes, list[tuple[str, str]]]:
    if column.kind is Kind.DATETIME:
        numbers = values.to_numpy("datetime64[us]").astype(np.int64).astype(np.float64)
        numbers[values.isna().to_numpy()] = np.nan
    else:
        numbers = values.to_numpy(np.float64, na_value=np.nan)
    finite = np.isfinite(numbers)
    levels, counts = np.unique(numbers[finite], return_counts=True)
    codes = np.full(len(numbers), -1, np.intp)
    if not len(levels):
        return codes, []
    if len(levels) <= MAX_GROUPS:
        codes[finite] = np.searchsorted(levels, numbers[finite])
        return codes, [(_write(each, column), "value") for each in levels]
    cuts = _cuts(levels, counts)
    codes[finite] = np.searchsorted(cuts, numbers[finite], side="right")
    names = []
    for code in range(len(cuts) + 1):
        inside = numbers[codes == code]
        ends = [_write(float(each), column) for each in (inside.min(), inside.max())] if len(inside) else ["", ""]
        names.append((ends[0] if ends[0] == ends[1] else " – ".join(ends), "value"))
    return codes, names


def _cuts(levels: Floats, counts: npt.NDArray[np.intp]) -> Floats:
    """Return where groups begin: values as common as a group stand alone, the rest is split evenly."""
    heavy = counts >= counts.sum() / MAX_GROUPS
    n_rest = counts[~heavy].sum()
    n_groups = int(np.clip(np.ceil(MAX_GROUPS * n_rest / counts.sum()), 3, MAX_GROUPS))
    edges = [levels[heavy], levels[1:][heavy[:-1]]]
    if n_rest:
        # The first level of each even part of the rest.
        reached = np.cumsum(counts[~heavy]) - counts[~heavy]
        starts = np.searchsorted(reached, np.arange(1, n_groups) * n_rest / n_groups)
        edges.append(levels[~heavy][starts[starts < len(reached)]])
    found = np.unique(np.concatenate(edges))
    return found[found > levels[0]]


def _by_level(values: pd.Series[Any], column: Column) -> tuple[Codes, list[tuple[str, str]]]:
    codes, levels = pd.factorize(values, use_na_sentinel=True)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    order = np.argsort(-counts, kind="stable")
    kept = order if len(order) <= MAX_LEVELS else order[: MAX_LEVELS - 1]
    place = np.full(len(levels) + 1, len(kept), np.intp)
    place[kept] = np.arange(len(kept))
    place[-1] = -1
    shown = pd.Series([levels[i] for i in kept], dtype=object)
    names = [(str(name), "value") for name in label_strings(shown, column)]
    if len(order) > len(kept):
        names.append((f"{len(order) - len(kept):,} others", "other"))
    return place[codes], names


def _shown(codes: Codes, names: list[tuple[str, str]], n_levels: int) -> tuple[Codes, list[tuple[str, str]]]:
    """Put the rarer of many groups together."""
    if len(names) <= MAX_GROUPS + 1:
        return codes, names
    n_kept = MAX_GROUPS - 1
    last = [("missing", "missing")] if names[-1][1] == "missing" else []
    place = np.minimum(np.arange(len(names)), n_kept)
    if last:
        place[-1] = n_kept + 1
    return place[codes], [*names[:n_kept], (f"{n_levels - n_kept:,} others", "other"), *last]


def _write(value: float, column: Column) -> str:
    if column.kind is Kind.DATETIME:
        return str(np.datetime64(int(value), "us").astype("datetime64[D]"))
    if float(value).is_integer() and abs(value) < 1e4:
        return f"{value:.0f}".replace("-", "\N{MINUS SIGN}")
    return amount(value)


def _explained_numbers(codes: Codes, k: int, ranks: Floats) -> tuple[float, float]:
    """Return η² of the ranks, and the probability of as much by chance."""
    n = len(codes)
    centred = ranks - ranks.mean()
    between = float((np.bincount(codes, centred, k) ** 2 / np.bincount(codes, minlength=k)).sum())
    share = min(between / float((centred**2).sum()), 1.0)
    if share >= 1.0:
        return 1.0, 0.0
    return share, float(stats.f.sf(share / (k - 1) / ((1 - share) / (n - k)), k - 1, n - k))


def _explained_classes(codes: Codes, k: int, outcome: Outcome) -> tuple[float, float]:
    """Return Goodman–Kruskal's τ of the classes given the groups, and the probability of as much by chance."""
    n, n_classes = len(codes), len(outcome.classes)
    table = np.bincount(codes * n_classes + outcome.codes, minlength=k * n_classes).reshape(k, n_classes)
    guess = float(((table.sum(axis=0) / n) ** 2).sum())
    known = float((table**2 / table.sum(axis=1, keepdims=True)).sum() / n)
    share = min(max((known - guess) / (1 - guess), 0.0), 1.0)
    # Light and Margolin (1971), An analysis of variance for categorical data.
    return share, float(stats.chi2.sf((n - 1) * (n_classes - 1) * share, (k - 1) * (n_classes - 1)))


def _groups(codes: Codes, names: list[tuple[str, str]], outcome: Outcome) -> tuple[Group, ...]:
    found = []
    for code, (name, role) in enumerate(names):
        inside = codes == code
        n = int(inside.sum())
        if outcome.task is Task.REGRESSION:
            low, middle, high = np.quantile(outcome.numbers[inside], (0.25, 0.5, 0.75)).tolist()
            found.append(Group(name, n, role, quartiles=(low, middle, high)))
        else:
            counts = np.bincount(outcome.codes[inside], minlength=len(outcome.classes)).tolist()
            found.append(Group(name, n, role, counts=tuple(counts)))
    return tuple(found)


def _spread(
    values: pd.Series[Any], column: Column, outcome: Outcome
) -> tuple[tuple[int, tuple[float, float, float]], ...]:
    if outcome.task is not Task.MULTICLASS or column.kind not in NUMERIC_KINDS:
        return ()
    numbers = values.to_numpy(np.float64, na_value=np.nan)
    found = []
    for code in outcome.commonest:
        inside = numbers[(outcome.codes == code) & np.isfinite(numbers)]
        if len(inside):
            low, middle, high = np.quantile(inside, (0.25, 0.5, 0.75)).tolist()
            found.append((code, (low, middle, high)))
    return tuple(found)
