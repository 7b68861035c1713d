"""Dates to calendar parts, elapsed time and cycles: in numpy, and from ISO 8601 strings inside the graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from onnx import TensorProto

from automl_lite.training.encoders import Matrix, Targets, Values
from automl_lite.training.graph import Graph

DATE_PATTERN = r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?Z?)?"
DAY_S = 86_400
YEAR_DAYS = 365.2425
# Sines are rounded to this fraction: near zero, libraries differ in all digits, and a tree may split there.
WAVE_STEPS = 2.0**20


class DateEncoder:
    """Calendar parts that vary in training, days elapsed since the training median and its square, and cyclic parts."""

    def __init__(self, column: str) -> None:
        self.column = column
        self.names: tuple[str, ...] = ()

    def fit(self, values: Values, targets: Targets) -> Matrix:
        """Learn the reference day and which parts vary."""
        known = values[~np.isnat(values)]
        days = known.astype("datetime64[D]").astype(np.int64)
        self.reference_ = int(np.median(days)) if len(days) else 0
        self.spread_ = max(float(days.max() - days.min()), 1.0) if len(days) else 1.0
        self.parts_ = tuple(range(len(self._all_names())))
        features = self._features(values)
        varying = [i for i in range(features.shape[1]) if len(np.unique(features[~np.isnan(features[:, i]), i])) > 1]
        # Without two whole cycles in training a cyclic part only repeats the elapsed time.
        whole_years = self.spread_ >= 2 * YEAR_DAYS
        keep = [i for i in varying if whole_years or i not in _YEARLY]
        self.parts_ = tuple(keep or [0])
        self.names = tuple(self._all_names()[i] for i in self.parts_)
        return features[:, list(self.parts_)]

    def _all_names(self) -> list[str]:
        return [f"{self.column}: {part}" for part in _DATE_PARTS]

    def _features(self, values: Values) -> Matrix:
        missing = np.isnat(values)
        seconds = values.astype("datetime64[s]").astype(np.int64)
        seconds[missing] = 0
        at = seconds.astype("datetime64[s]")
        day = at.astype("datetime64[D]")
        year = at.astype("datetime64[Y]").astype(np.int64) + 1970
        month = at.astype("datetime64[M]").astype(np.int64) % 12 + 1
        day_of_month = (day - at.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
        features = self._combine(
            year.astype(np.float64),
            month.astype(np.float64),
            day_of_month.astype(np.float64),
            (seconds % DAY_S).astype(np.float64),
            day.astype(np.int64).astype(np.float64),
        )
        features[missing] = np.nan
        return features

    def _combine(self, year: Values, month: Values, day: Values, second: Values, epoch_day: Values) -> Matrix:
        elapsed = epoch_day - self.reference_ + second / DAY_S
        year_turn = 2 * np.pi * (epoch_day / YEAR_DAYS)
        day_turn = 2 * np.pi * (second / DAY_S)
        weekday = (epoch_day + 3) % 7  # 1970-01-01 was a Thursday; 0 is Monday
        week_turn = 2 * np.pi * (weekday / 7)
        columns = [
            elapsed,
            (elapsed / self.spread_) ** 2,
            year,
            month,
            day,
            weekday,
            np.floor(second / 3600),
            _wave(np.sin(year_turn)),
            _wave(np.cos(year_turn)),
            _wave(np.sin(2 * year_turn)),
            _wave(np.cos(2 * year_turn)),
            _wave(np.sin(week_turn)),
            _wave(np.cos(week_turn)),
            _wave(np.sin(day_turn)),
            _wave(np.cos(day_turn)),
        ]
        return np.stack(columns, axis=1).astype(np.float32)

    def transform(self, values: Values) -> Matrix:
        """Shape (n, n_parts); missing dates give NaN."""
        return self._features(values)[:, list(self.parts_)]

    @classmethod
    def to_onnx(cls, graph: Graph, encoders: Sequence[Self], names: Sequence[str]) -> str:
        """A column at a time."""
        raws = [graph.input(name, TensorProto.STRING) for name in names]
        return graph.concat([e._to_onnx(graph, raw) for e, raw in zip(encoders, raws, strict=True)])

    def _to_onnx(self, graph: Graph, raw: str) -> str:
        """Read the ISO string with a tokenizer, then the same arithmetic in float64, several quantities a node."""

        def num(value: Any) -> str:
            return graph.const(value, np.float64)

        def op(name: str, *values: str, **attributes: Any) -> str:
            return graph.add(name, *values, **attributes)

        def weighted(values: str, weights: Sequence[Any], plus: Any) -> str:
            return op("Add", op("MatMul", values, num(np.array(weights).reshape(len(weights), -1))), num([plus]))

        valid = op("RegexFullMatch", raw, pattern=DATE_PATTERN)
        safe = op("Where", valid, raw, graph.strings(["1970-01-01"]))
        padded = op("StringConcat", safe, graph.strings([" 0 0 0"]))  # a bare date has no time tokens
        tokens = graph.add(
            "Tokenizer",
            op("Reshape", padded, graph.const([-1], np.int64)),
            domain="com.microsoft",
            tokenexp="[0-9]+",
            mincharnum=1,
            mark=0,
            pad_value="0",
        )
        parts = graph.cast(graph.columns(tokens, 0, 6), TensorProto.DOUBLE)  # year to second
        # Days from civil, years from 1 March: https://howardhinnant.github.io/date_algorithms.html
        months = weighted(parts, [12, 1, 0, 0, 0, 0], -3.0)
        year = op("Floor", op("Div", months, num(12)))
        five_times_days = weighted(graph.concat([months, year]), [153, -12 * 153], 2.0)
        whole = graph.concat(
            [
                parts,
                year,
                op("Floor", op("Div", five_times_days, num(5))),  # before the month
                op("Floor", op("Div", year, num([[4, 100, 400]]))),  # leap days
            ]
        )
        to_epoch = [0, 0, 1, 0, 0, 0, 365, 1, 1, -1, 1]
        to_second = [0, 0, 0, 3600, 60, 1, 0, 0, 0, 0, 0]
        epoch = -1 - 719_468
        monday = epoch + 3 + 7 * 10**6  # long before any year of four digits, since Mod keeps a minus
        numbers = weighted(
            whole,
            list(zip(to_epoch, to_epoch, to_second, to_epoch, strict=True)),
            [epoch - self.reference_, epoch, 0, monday],
        )
        since_reference, epoch_day, second, since_monday = (graph.columns(numbers, i, i + 1) for i in range(4))
        weekday = op("Mod", since_monday, num(7), fmod=1)

        def elapsed() -> str:
            days = op("Add", since_reference, op("Div", second, num(DAY_S)))
            relative = op("Div", days, num(self.spread_))
            return graph.concat([days, op("Mul", relative, relative)])

        def waves() -> str:
            periods = graph.concat([epoch_day, epoch_day, weekday, second])
            turns = op("Mul", op("Div", periods, num([[YEAR_DAYS, YEAR_DAYS / 2, 7, DAY_S]])), num(2 * np.pi))
            steps = op("Round", op("Mul", graph.concat([op("Sin", turns), op("Cos", turns)]), num(WAVE_STEPS)))
            return op("Div", steps, num(WAVE_STEPS))

        # groups of parts, by their places in _DATE_PARTS
        groups = [
            ((0, 1), elapsed),
            ((2, 3, 4, 6), lambda: graph.columns(parts, 0, 4)),
            ((5,), lambda: weekday),
            ((7, 9, 11, 13, 8, 10, 12, 14), waves),
        ]
        used = [(places, make) for places, make in groups if set(places) & set(self.parts_)]
        there = [place for places, _ in used for place in places]
        found = graph.cast(graph.concat([make() for _, make in used]), TensorProto.FLOAT)
        wanted = [there.index(part) for part in self.parts_]
        features = op("Gather", found, graph.const(wanted, np.int64), axis=1)
        return op("Where", valid, features, graph.const(np.nan, np.float32))


def _wave(values: Values) -> Values:
    return np.rint(values * WAVE_STEPS) / WAVE_STEPS


_DATE_PARTS = (
    "elapsed days",
    "elapsed squared",
    "year",
    "month",
    "day",
    "weekday",
    "hour",
    "sin year",
    "cos year",
    "sin half-year",
    "cos half-year",
    "sin week",
    "cos week",
    "sin day",
    "cos day",
)
_YEARLY = frozenset({2, 7, 8, 9, 10})
