"""The closer look at a sample of the rows: relations to the target, leaks, columns that say the same, time order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Any

import numpy as np

from automl_lite.domain.columns import Kind, Notice
from automl_lite.ingest.association import Truth, ranks, skewness_of
from automl_lite.ingest.engine import Workspace
from automl_lite.ingest.leaks import MIN_ROWS, LeakSearch, tells
from automl_lite.ingest.notices import one_or_many, quoted
from automl_lite.ingest.problem_type import problem_type
from automl_lite.ingest.relations import relation, strength_of
from automl_lite.ingest.sample import Drawn, draw, sample_rows
from automl_lite.ingest.statistics import ColumnStatistics, label
from automl_lite.ingest.target_means import MeanSearch, answers
from automl_lite.ingest.target_notices import spelling_notices, target_notices

_MIN_ROWS = 20
_OUT_OF_ORDER = 0.01  # mean distance of a row from its place in time, over the number of rows; 1/3 at random
_MAX_CHARTS = 200  # columns whose relation to the target is kept in full
_MIN_LEVELS = 3  # any two columns of a single value each would say the same


@dataclass(slots=True)
class Closer:
    """What the closer look found; relations go into the entries of the columns."""

    n_sampled: int = 0
    notices: list[Notice] = field(default_factory=list)


def look_closer(
    ws: Workspace,
    source: str,
    measured: Sequence[ColumnStatistics],
    n_rows: int,
    *,
    n_duplicates: int,
    target: str | None,
) -> Closer:
    """Look at all columns in a sample of the rows; ``target`` adds what concerns it."""
    about = next((statistics for statistics in measured if statistics.column.name == target), None)
    columns = [statistics.column for statistics in measured if statistics is not about]
    n_sampled = sample_rows(n_rows, len(measured))
    found = Closer(n_sampled)
    if n_rows < 2:
        return found
    judge = _Judge(ws, source, measured, about, n_rows, n_sampled, n_duplicates) if about is not None else None
    alike = _Alike(n_rows)
    for drawn, statistics in zip(
        draw(ws, source, columns, n_rows, n_sampled), (s for s in measured if s is not about), strict=True
    ):
        if judge is not None:
            judge.look(drawn, statistics)
        alike.look(drawn, statistics)
        found.notices += _time_order(drawn)
        found.notices += spelling_notices(statistics)
    if judge is not None:
        found.notices[:0] = judge.notices()
    found.notices += alike.notices()
    return found


class _Judge:
    """Holds the target against one column after the other."""

    def __init__(
        self,
        ws: Workspace,
        source: str,
        measured: Sequence[ColumnStatistics],
        about: ColumnStatistics,
        n_rows: int,
        n_sampled: int,
        n_duplicates: int,
    ) -> None:
        self._ws, self._source, self._measured, self._n_rows = ws, source, measured, n_rows
        self._about = about
        (drawn,) = draw(ws, source, [about.column], n_rows, n_sampled)
        found = problem_type(about.column.kind, about.entry["n_distinct"])
        self._is_classes = found.task.is_classification
        self._truth = Truth.of(drawn, is_classes=self._is_classes)
        self._classes = _class_labels(about)
        self._means = MeanSearch(answers(drawn, is_classes=self._is_classes))
        self._related: list[tuple[float, int, Drawn, dict[str, Any]]] = []  # a heap of the strongest
        self._place = count()
        # Copies of the same few rows agree in everything.
        self._is_telling = n_rows - n_duplicates >= max(MIN_ROWS, n_rows // 10)
        self._leaks = LeakSearch(self._truth, self._classes)

    def look(self, drawn: Drawn, statistics: ColumnStatistics) -> None:
        """Measure a column's relation to the target; add it to its entry."""
        if not len(self._truth.values) or not statistics.entry["n_distinct"]:
            return
        told = tells(drawn, self._truth)
        self._leaks.add(told)
        if statistics.column.kind not in (Kind.ID, Kind.TEXT):
            statistics.entry["relation"] = {"strength": strength_of(told.skill), "classes": [], "groups": []}
            heappush(self._related, (told.skill, -next(self._place), drawn, statistics.entry))
            if len(self._related) > _MAX_CHARTS:
                heappop(self._related)
        self._means.add(drawn)

    def notices(self) -> list[Notice]:
        """Return what is to be said about the target and the columns that give it away."""
        target = self._about.column.name
        found: list[Notice] = []
        if self._is_telling:
            found += self._leaks.notices(target, len(self._measured) - 1)
            found += self._means.notices(self._ws, self._source, {notice.column for notice in found})
        for strength, _, drawn, entry in self._related:
            entry["relation"] = relation(drawn, self._truth, strength, self._classes)
        skewness = 0.0 if self._is_classes else skewness_of(self._truth.values[:, 0])
        return found + target_notices(self._about, self._n_rows, is_classes=self._is_classes, skewness=skewness)


def _class_labels(about: ColumnStatistics) -> list[str]:
    """The classes, the most frequent first, as they are shown."""
    counted = sorted(about.values.items(), key=lambda item: -item[1])
    return [label(value, about.column) for value, _ in counted]


class _Alike:
    """Finds columns whose values go one to one with those of an earlier column."""

    def __init__(self, n_rows: int) -> None:
        self._n_rows = n_rows
        self._first: dict[bytes, str] = {}
        self._found: list[tuple[str, str, dict[str, object]]] = []
        self._prints: dict[str, int] = {}

    def look(self, drawn: Drawn, statistics: ColumnStatistics) -> None:
        """Compare a column with all earlier ones."""
        # Where all rows are drawn, what was counted already spares another sort.
        if len(drawn) == self._n_rows and statistics.entry["n_distinct"] > len(drawn) // 2:
            return
        n_levels = int(drawn.codes.max(initial=-1)) + 1
        n_values = n_levels - int(drawn.missing.any())
        if n_values < _MIN_LEVELS or n_levels > len(drawn.codes) // 2 or drawn.column.kind is Kind.ID:
            return
        name = drawn.column.name
        self._prints[name] = statistics.fingerprint
        first = self._first.setdefault(drawn.codes.astype(np.int32).tobytes(), name)
        if first == name or self._prints[first] == statistics.fingerprint:
            return  # equal values are told as such
        message = f"{quoted(name)} says the same as {quoted(first)}: each value of one goes with one of the other."
        self._found.append((name, message, {"same_as": first}))

    def notices(self) -> list[Notice]:
        """Return a notice for each column that adds nothing."""
        return one_or_many(
            self._found,
            lambda n, names: f"{n:,} columns say the same as an earlier one, value for value: {names}.",
            code="same-information",
            severity="info",
            remedy="One of the two is enough; leave one out if you want to know which of all columns matter.",
            action="drop",
        )


def _time_order(drawn: Drawn) -> list[Notice]:
    """Say that rows are sorted by a time."""
    if drawn.column.kind is not Kind.DATETIME or drawn.numbers is None:
        return []
    times = drawn.numbers[~np.isnan(drawn.numbers)]
    if len(times) < _MIN_ROWS or times.min() == times.max():
        return []
    places = ranks(times)
    forward = float(np.abs(places - np.arange(len(times))).mean()) / len(times)
    backward = float(np.abs(places[::-1] - np.arange(len(times))).mean()) / len(times)
    if min(forward, backward) > _OUT_OF_ORDER:
        return []
    name = quoted(drawn.column.name)
    return [
        Notice(
            code="time-order",
            severity="info",
            message=f"The rows are sorted by {name}.",
            column=drawn.column.name,
            remedy="If the model is to predict what comes later, test it on the latest rows: a random test set would "
            "let it look into the future.",
            action="split-by-time",
            facts={"order": "forward" if forward <= backward else "backward"},
        )
    ]
