"""Dates to calendar parts, elapsed time and cycles: in numpy, and from ISO 8601 strings inside the graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

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
        """Read the ISO string with a tokenizer, then the same arithmetic in float64."""

        def num(value: float) -> str:
            return graph.const(value, np.float64)

        def op(name: str, *values: str) -> str:
            return graph.add(name, *values)

        def wave(name: str, turn: str) -> str:
            return op("Div", op("Round", op("Mul", op(name, turn), num(WAVE_STEPS))), num(WAVE_STEPS))

        valid = graph.add("RegexFullMatch", raw, pattern=DATE_PATTERN)
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
        parts = graph.cast(graph.columns(tokens, 0, 6), TensorProto.DOUBLE)
        year, month, day, hour, minute, second = (graph.columns(parts, i, i + 1) for i in range(6))
        second_of_day = op("Add", op("Mul", hour, num(3600)), op("Add", op("Mul", minute, num(60)), second))
        # Days from civil: https://howardhinnant.github.io/date_algorithms.html
        january_or_february = graph.cast(op("LessOrEqual", month, num(2)), TensorProto.DOUBLE)
        shifted_year = op("Sub", year, january_or_february)
        era = op("Floor", op("Div", shifted_year, num(400)))
        year_of_era = op("Sub", shifted_year, op("Mul", era, num(400)))
        shifted_month = op("Add", op("Sub", month, num(3)), op("Mul", january_or_february, num(12)))
        month_days = op("Floor", op("Div", op("Add", op("Mul", shifted_month, num(153)), num(2)), num(5)))
        day_of_year = op("Sub", op("Add", month_days, day), num(1))
        leap_days = op(
            "Sub",
            op("Floor", op("Div", year_of_era, num(4))),
            op("Floor", op("Div", year_of_era, num(100))),
        )
        day_of_era = op("Add", op("Add", op("Mul", year_of_era, num(365)), leap_days), day_of_year)
        epoch_day = op("Sub", op("Add", op("Mul", era, num(146_097)), day_of_era), num(719_468))

        elapsed = op("Add", op("Sub", epoch_day, num(self.reference_)), op("Div", second_of_day, num(DAY_S)))
        year_turn = op("Mul", num(2 * np.pi), op("Div", epoch_day, num(YEAR_DAYS)))
        day_turn = op("Mul", num(2 * np.pi), op("Div", second_of_day, num(DAY_S)))
        plus3 = op("Add", epoch_day, num(3))
        weekday = op("Sub", plus3, op("Mul", op("Floor", op("Div", plus3, num(7))), num(7)))
        week_turn = op("Mul", num(2 * np.pi), op("Div", weekday, num(7)))
        relative = op("Div", elapsed, num(self.spread_))
        twice = op("Mul", num(2), year_turn)
        makers = [
            lambda: elapsed,
            lambda: op("Mul", relative, relative),
            lambda: year,
            lambda: month,
            lambda: day,
            lambda: weekday,
            lambda: op("Floor", op("Div", second_of_day, num(3600))),
            lambda: wave("Sin", year_turn),
            lambda: wave("Cos", year_turn),
            lambda: wave("Sin", twice),
            lambda: wave("Cos", twice),
            lambda: wave("Sin", week_turn),
            lambda: wave("Cos", week_turn),
            lambda: wave("Sin", day_turn),
            lambda: wave("Cos", day_turn),
        ]
        features = graph.cast(graph.concat([makers[i]() for i in self.parts_]), TensorProto.FLOAT)
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
