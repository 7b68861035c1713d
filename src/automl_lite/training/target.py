"""The column to predict as codes or standardised numbers, and back to its original labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl_lite.domain.columns import NUMERIC_KINDS, Column, Kind, Task
from automl_lite.errors import AutoMLLiteError, shorten

# Words that name the case a person looks for; otherwise it is the rarer class.
_POSITIVE_WORDS = frozenset({"1", "true", "yes", "y", "t", "positive", "pos"})


class UnusableTarget(AutoMLLiteError, ValueError):
    """The target has nothing that could be learnt."""

    code = "unusable-target"


MAX_TARGETS = 12  # classes that target encoding follows; the most frequent ones


@dataclass(frozen=True, slots=True)
class Target:
    """What training predicts.

    ``y`` holds int codes into ``classes`` or float64 values; ``class_kind`` says how to give labels back in their own
    type; for two classes the positive one has code 1.
    """

    task: Task
    y: npt.NDArray[Any]
    classes: list[str]
    class_kind: str

    @property
    def n_outputs(self) -> int:
        """How many numbers a model predicts for a row."""
        return len(self.classes) if self.task is Task.MULTICLASS else 1


def read_target(series: pd.Series[Any], column: Column, task: Task) -> Target:
    """Codes or values of a target without missing values. Raises UnusableTarget if it has one value only."""
    if series.nunique() < 2:
        value = shorten(str(series.iloc[0])) if len(series) else "none"
        raise UnusableTarget(
            f'The target "{shorten(column.name)}" has only one value ("{value}"), so there is nothing to learn.',
            hint="Choose another column to predict, or add rows with other values.",
        )
    if task is Task.REGRESSION:
        values = pd.to_numeric(series, errors="coerce").to_numpy(np.float64)
        if not np.isfinite(values).all():
            raise UnusableTarget(
                f'The target "{shorten(column.name)}" holds values that are not finite numbers.',
                hint="Choose classification, or clean the column.",
            )
        return Target(task, values, [], "number")
    labels = label_strings(series, column)
    counts = labels.value_counts()
    order = _sorted_labels(list(counts.index), column.kind)
    if task is Task.BINARY and len(order) == 2:
        positive = next((c for c in order if c.casefold() in _POSITIVE_WORDS), None)
        positive = positive or min(order, key=lambda c: (counts[c], -order.index(c)))
        order = [c for c in order if c != positive] + [positive]
    codes = pd.Index(order).get_indexer(pd.Index(labels)).astype(np.int64)
    kind = {Kind.INTEGER: "integer", Kind.NUMBER: "number", Kind.BOOLEAN: "boolean"}.get(column.kind, "string")
    if kind == "boolean" and not set(order) <= {"true", "false"}:
        kind = "string"
    return Target(Task.BINARY if len(order) == 2 else Task.MULTICLASS, codes, order, kind)


def label_strings(series: pd.Series[Any], column: Column) -> pd.Series[str]:
    """Labels as they stood in the file: ``1`` rather than ``1.0``, booleans in their own spelling."""
    if column.kind is Kind.BOOLEAN:
        false, true = column.formats if len(column.formats) == 2 else ("false", "true")
        return series.map({True: true, False: false})
    if column.kind in NUMERIC_KINDS:
        return series.map(lambda v: str(int(v)) if float(v).is_integer() else repr(float(v)))
    return series.astype(str)


def _sorted_labels(labels: list[str], kind: Kind) -> list[str]:
    return sorted(labels, key=float) if kind in NUMERIC_KINDS else sorted(labels)


def target_means(target: Target, y: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """What target encoding averages: the number, the positive class, or the most frequent classes; (n, n_targets)."""
    if target.task is Task.MULTICLASS:
        frequent = np.argsort(-np.bincount(y), kind="stable")[:MAX_TARGETS]
        return np.asarray(y[:, None] == np.sort(frequent)[None, :], np.float64)
    return np.asarray(y, np.float64)[:, None]


def strata(target: Target, n_bins: int = 20) -> npt.NDArray[np.int64]:
    """A code a row to balance splits by: the class, or the bin of a number by rank."""
    if target.task is not Task.REGRESSION:
        return target.y
    rank = np.empty(len(target.y), np.int64)
    rank[np.argsort(target.y, kind="stable")] = np.arange(len(target.y))
    return rank * min(n_bins, max(1, len(rank) // 20)) // len(rank)
