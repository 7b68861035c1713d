"""What the model leans on: permutation importance by raw column on test rows, and a summary of given SHAP values."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl_lite.domain.columns import Task
from automl_lite.training.metrics import resolve_metric
from automl_lite.training.metrics.registry import Metric
from automl_lite.training.metrics.resampling import resample
from automl_lite.training.metrics.scores import prepare
from automl_lite.training.metrics.statistics import FloatArray, Statistic

Predict = Callable[[dict[str, NDArray[Any]]], FloatArray]

_Z = NormalDist().inv_cdf(0.975)
_RESAMPLE_CAP = 100_000  # rows × resamples: the spread of a mean loss needs no more
_ALIKE = 0.9
_MAX_ALIKE_COLUMNS = 40
_MIN_ROWS = 500
SHAP_ROWS = 300
SHAP_COLUMNS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnImportance:
    """How much worse the metric gets if one column is shuffled, in the metric's units; above 0 is worse.

    ``low`` and ``high`` are the 95 % range over both the test rows and the shuffles.
    """

    column: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """Permutation importance of every column that was measured, most important first.

    ``not_measured`` names the columns for which there was no time; nothing is guessed for them. ``caveat`` says what
    such numbers cannot show.
    """

    metric: str
    columns: tuple[ColumnImportance, ...]
    n_rows: int
    n_repeats: int
    base: float | None
    not_measured: tuple[str, ...] = ()
    caveat: str = ""
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        plain = asdict(self)
        return plain | {"columns": list(plain["columns"]), "not_measured": list(self.not_measured)}


def permutation_importance(
    predict: Predict,
    columns: Mapping[str, NDArray[Any]],
    y: NDArray[Any],
    *,
    task: Task,
    metric: str = "auto",
    repeats: int = 10,
    max_rows: int = 5000,
    max_seconds: float = 20.0,
    threshold: float = 0.5,
    positive: int = 1,
    seed: int = 0,
) -> Importance:
    """Measure how much the metric loses when one raw column is shuffled (Breiman 2001; Fisher et al. 2019).

    Parameters
    ----------
    predict : callable
        From raw columns (name → array of n_rows) to probabilities (n_rows, n_classes) or numbers (n_rows,). Must
        give the same answer for the same row.
    columns : mapping of str to array of shape (n_rows,)
        The raw test columns, in any type that ``predict`` takes.
    y : array of shape (n_rows,)
        Class codes or true numbers.
    repeats : int, default=10
        Shuffles of each column. All columns get the same number; ``n_repeats`` says how many there was time for.
    max_rows : int, default=5000
        Rows used, drawn at random; fewer if one round of shuffles would not fit into the time, at least 500.
    max_seconds : float, default=20
        The time for everything. In the first round columns go in the given order; those not reached are named.
    """
    stop_at = time.monotonic() + max_seconds
    chosen = resolve_metric(metric, task)
    rng = np.random.default_rng(seed)
    table = {name: np.asarray(values) for name, values in columns.items()}
    truth = np.asarray(y)
    names = tuple(table)
    if not names or len(truth) < 2:
        reason = "There are too few test rows." if names else "The model uses no columns."
        return _nothing(chosen, names, len(truth), reason)
    table, truth = _take(table, truth, min(max_rows, len(truth)), rng)

    def bind(prediction: FloatArray) -> Statistic:
        return prepare(chosen.name, truth, prediction, threshold=threshold, positive=positive)

    started = time.monotonic()
    prediction = predict(dict(table))
    took = time.monotonic() - started
    affordable = int(len(truth) * (stop_at - time.monotonic()) / max(2 * took * len(names), 1e-9))
    if affordable < len(truth):
        n_rows = max(min(_MIN_ROWS, len(truth)), affordable)
        table, truth = _take(table, truth, n_rows, rng)
        prediction = predict(dict(table))
    base = bind(prediction)
    value = float(base()[0])
    if not isfinite(value):
        return _nothing(chosen, names, len(truth), "The metric is not defined on these test rows.")
    losses = _losses(predict, table, bind, base, names, chosen, repeats, stop_at, rng, seed)
    measured = [_summary(name, parts) for name, parts in losses.items() if parts]
    measured.sort(key=lambda each: -each.mean)
    return Importance(
        metric=chosen.name,
        columns=tuple(measured),
        n_rows=len(truth),
        n_repeats=min((len(parts) for parts in losses.values() if parts), default=0),
        base=value,
        not_measured=tuple(name for name, parts in losses.items() if not parts),
        caveat=_caveat(table, rng),
        reason="" if measured else "There was no time to measure.",
    )


@dataclass(frozen=True, slots=True)
class _Shuffle:
    """The loss of one shuffle, and its variance over resamples of the rows."""

    loss: float
    variance: float


def _losses(
    predict: Predict,
    table: dict[str, NDArray[Any]],
    bind: Callable[[FloatArray], Statistic],
    base: Statistic,
    names: Sequence[str],
    metric: Metric,
    repeats: int,
    stop_at: float,
    rng: np.random.Generator,
    seed: int,
) -> dict[str, list[_Shuffle]]:
    """Shuffle all columns round by round until the repeats or the time are used up; unfinished rounds are dropped."""
    turn = -1.0 if metric.greater_is_better else 1.0
    n_rows = len(next(iter(table.values())))
    n_draws = int(np.clip(_RESAMPLE_CAP // n_rows, 20, 200))

    def draw(statistic: Statistic) -> FloatArray:
        return resample({0: statistic}, n_rows, seed=seed, max_resamples=n_draws).values[0]

    resampled_base = draw(base)
    losses: dict[str, list[_Shuffle]] = {name: [] for name in names}
    for done in range(repeats):
        for name in names:
            if time.monotonic() > stop_at:
                if done:
                    losses = {column: parts[:done] for column, parts in losses.items()}
                return losses
            shuffled = table | {name: table[name][rng.permutation(n_rows)]}
            moved = bind(predict(shuffled))
            gaps = turn * (draw(moved) - resampled_base)
            gaps = gaps[np.isfinite(gaps)]
            loss = turn * float(moved()[0] - base()[0])
            if isfinite(loss) and len(gaps) > 1:
                losses[name].append(_Shuffle(loss, float(gaps.var(ddof=1))))
    return losses


def _summary(column: str, parts: Sequence[_Shuffle]) -> ColumnImportance:
    """Add the variance over rows, which repeats do not reduce, to that over shuffles, which they do."""
    losses = np.array([part.loss for part in parts])
    over_rows = float(np.mean([part.variance for part in parts]))
    over_shuffles = float(losses.var(ddof=1)) / len(losses) if len(losses) > 1 else 0.0
    mean, reach = float(losses.mean()), _Z * sqrt(over_rows + over_shuffles)
    return ColumnImportance(column=column, mean=mean, low=mean - reach, high=mean + reach)


def _take(
    table: dict[str, NDArray[Any]], y: NDArray[Any], n_rows: int, rng: np.random.Generator
) -> tuple[dict[str, NDArray[Any]], NDArray[Any]]:
    if n_rows >= len(y):
        return table, y
    rows = np.sort(rng.choice(len(y), n_rows, replace=False))
    return {name: values[rows] for name, values in table.items()}, y[rows]


def _nothing(metric: Metric, names: Sequence[str], n_rows: int, reason: str) -> Importance:
    return Importance(
        metric=metric.name, columns=(), n_rows=n_rows, n_repeats=0, base=None, not_measured=tuple(names), reason=reason
    )


def _caveat(table: Mapping[str, NDArray[Any]], rng: np.random.Generator) -> str:
    """Name the columns that stand in for each other: shuffling one of them leaves the other to tell the same."""
    general = (
        "Importance is what this model loses without a column, not what the column causes. "
        "Columns that say the same share it, so each may look small."
    )
    pairs = alike_columns(table)
    if not pairs:
        return general
    named = ", ".join(f"{a} and {b}" for a, b in pairs[:3]) + (
        f" and {len(pairs) - 3} more pairs" if len(pairs) > 3 else ""
    )
    return f"{general} Here that holds for {named}."


def alike_columns(table: Mapping[str, NDArray[Any]], limit: float = _ALIKE) -> list[tuple[str, str]]:
    """Return pairs of columns that (nearly) repeat each other: equal values, or numbers in almost the same order.

    Numbers are compared by Spearman's rank correlation of at least ``limit`` either way, missing values as a rank of
    their own below all others; other columns by equality. Only the first 40 columns are looked at.
    """
    names = list(table)[:_MAX_ALIKE_COLUMNS]
    ranks, texts = {}, {}
    for name in names:
        values = np.asarray(table[name]).reshape(-1)
        if values.dtype.kind in "fiu":
            rank = _ranks(np.nan_to_num(values.astype(np.float64), nan=-np.inf, neginf=-np.finfo(np.float64).max))
            if rank.std() > 0:
                ranks[name] = (rank - rank.mean()) / rank.std()
        else:
            texts[name] = values.astype(str)
    pairs = []
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            if a in ranks and b in ranks:
                alike = abs(float(np.mean(ranks[a] * ranks[b]))) >= limit
            else:
                alike = a in texts and b in texts and len(set(texts[a])) > 1 and np.array_equal(texts[a], texts[b])
            if alike:
                pairs.append((a, b))
    return pairs


def _ranks(values: FloatArray) -> FloatArray:
    """Return average ranks; ties share theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = counts.cumsum()
    return np.asarray((ends - (counts - 1) / 2)[inverse], dtype=np.float64)


def shap_summary(
    contributions: FloatArray,
    feature_to_column: Sequence[str],
    *,
    values: Mapping[str, NDArray[Any]] | None = None,
    unit: str = "",
    max_rows: int = SHAP_ROWS,
    max_columns: int = SHAP_COLUMNS,
    seed: int = 0,
) -> dict[str, Any]:
    """Sum given TreeSHAP contributions over the features made from each raw column (Lundberg et al. 2020).

    Parameters
    ----------
    contributions : array of shape (n_rows, n_features) or (n_rows, n_features, n_classes)
        As the boosters give them, without the bias column. With a third axis (several classes) columns are ordered
        by their mean size over all classes and no points are given, since direction differs by class.
    feature_to_column : sequence of n_features str
        The raw column behind each feature. Contributions add up, so a column's is the sum of its features'.
    values : mapping of str to array of shape (n_rows,), optional
        Raw columns, to colour points from low (0) to high (1); columns that are not numbers have no colour.
    unit : str
        What contributions are measured in, such as ``"log-odds of “yes”"``.

    Returns
    -------
    dict
        ``columns``: [{column, mean_abs}], largest first, all of them; ``points``: for at most ``max_columns`` of
        these, [{column, x, value}] for at most ``max_rows`` rows; ``n_rows``, ``unit``. Plain JSON.
    """
    given = np.asarray(contributions, dtype=np.float64)
    if given.ndim not in {2, 3} or given.shape[1] != len(feature_to_column):
        raise ValueError(f"{given.shape} contributions do not fit {len(feature_to_column)} features.")
    names = list(dict.fromkeys(feature_to_column))
    belongs = np.array([[name == column for column in names] for name in feature_to_column], dtype=np.float64)
    # Columns come last: (n_rows, n_columns), or (n_rows, n_classes, n_columns).
    summed = np.tensordot(given, belongs, axes=(1, 0))
    size = np.abs(summed).reshape(-1, len(names)).mean(axis=0) if len(given) else np.zeros(len(names))
    order = np.argsort(-size, kind="stable")
    summary: dict[str, Any] = {
        "columns": [{"column": names[i], "mean_abs": float(size[i])} for i in order],
        "points": [],
        "n_rows": len(given),
        "unit": unit,
    }
    if given.ndim == 3 or not len(given):
        return summary
    rows = np.arange(len(given))
    if len(rows) > max_rows:
        rows = np.sort(np.random.default_rng(seed).choice(rows, max_rows, replace=False))
    for i in order[:max_columns]:
        colour = _scaled(values.get(names[i]) if values else None, rows)
        x = [float(f"{each:.5g}") for each in summed[rows, i]]
        summary["points"].append({"column": names[i], "x": x, "value": colour})
    return summary


def _scaled(values: NDArray[Any] | None, rows: NDArray[np.intp]) -> list[float | None]:
    """Place numbers between 0 and 1 by rank; None for missing values and for columns that are not numbers."""
    if values is None or np.asarray(values).dtype.kind not in "fiu":
        return [None] * len(rows)
    shown = np.asarray(values, dtype=np.float64).reshape(-1)[rows]
    known = np.isfinite(shown)
    scaled: list[float | None] = [None] * len(rows)
    if known.any():
        ranks = _ranks(shown[known])
        span = max(float(ranks.max() - ranks.min()), 1.0)
        for place, rank in zip(np.flatnonzero(known), ranks, strict=True):
            scaled[place] = round(float((rank - ranks.min()) / span), 3)
    return scaled
