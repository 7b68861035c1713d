"""Measure several systems on the same rows: each metric with its range, and who is really better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

from numpy.typing import NDArray

from automl_lite.domain.columns import Task
from automl_lite.training.metrics.registry import Metric, resolve_metric
from automl_lite.training.metrics.resampling import Draws, gap_interval, interval, resample
from automl_lite.training.metrics.scores import choose, prepare
from automl_lite.training.metrics.scoring import absent_classes, undefined_reason
from automl_lite.training.metrics.statistics import FloatArray, Statistic

Judgement = Literal["better", "no real difference", "worse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How much better one system is than another on the same rows.

    ``gap`` is in the metric's units and above 0 where the first is better, whatever the metric's direction; ``low``
    and ``high`` are its 95 % range from a paired bootstrap. The systems differ only if the range excludes 0; where
    nothing can be said, ``verdict`` is None and ``reason`` tells why.
    """

    gap: float
    low: float | None
    high: float | None
    verdict: Judgement | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricResult:
    """One metric on the test rows; a number that cannot be computed is None, with a ``reason``."""

    name: str
    label: str
    term: str
    meaning: str
    unit: str
    greater_is_better: bool
    value: float | None
    low: float | None
    high: float | None
    baseline: float | None
    linear: float | None
    against_baseline: Comparison | None = None
    against_linear: Comparison | None = None
    method: str = ""
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows under test and the rules for turning probabilities into classes."""

    task: Task
    y: NDArray[Any]
    threshold: float
    positive: int
    systems: Mapping[str, FloatArray]

    def statistic(self, metric: Metric, system: str) -> Statistic | None:
        """Bind a metric to a system, or None where the comparison has no sense."""
        prediction = self.systems[system]
        threshold = self.threshold
        if system == "baseline" and metric.name == "ece":
            return None  # a constant guess is calibrated and useless: no standard to beat
        if system == "baseline" and metric.needs == "labels" and self.task is Task.BINARY:
            if metric.name == "recall":
                return None  # flagging every row catches every case: no standard to beat
            # To guess well is to flag every row where flags are judged, else to name the commoner class.
            threshold = 0.0 if metric.name in {"precision", "f1"} else 0.5
        return prepare(metric.name, self.y, prediction, threshold=threshold, positive=self.positive)

    def n_differing(self, metric: Metric, a: str, b: str) -> int | None:
        """Count rows to which two systems give different classes, for metrics of classes."""
        if metric.needs != "labels":
            return None
        chosen = [choose(self.systems[s], threshold=self.threshold, positive=self.positive) for s in (a, b)]
        return int((chosen[0] != chosen[1]).sum())


def compare(
    task: Task,
    metric: str,
    y: NDArray[Any],
    a: FloatArray,
    b: FloatArray,
    *,
    threshold: float = 0.5,
    positive: int = 1,
    seed: int = 0,
    max_seconds: float = 10.0,
) -> Comparison:
    """Say whether predictions ``a`` are really better than predictions ``b`` of the same rows.

    Parameters
    ----------
    task : Task
        The problem type.
    metric : str
        The metric to compare by, by any of its names; ``"auto"`` for the usual one.
    y : array of shape (n_rows,)
        Class codes or true numbers.
    a, b : array of shape (n_rows, n_classes) or (n_rows,)
        Probabilities or numbers.
    """
    chosen = resolve_metric(metric, task)
    rows = Rows(task, y, threshold, positive, {"a": a, "b": b})
    statistics = {system: prepare(chosen.name, y, p, threshold=threshold, positive=positive)
                  for system, p in rows.systems.items()}  # fmt: skip
    draws = resample(statistics, len(y), seed=seed, max_seconds=max_seconds, cost=_cost(a))
    return _compared(chosen, rows, statistics["a"], statistics["b"], draws, "a", "b", ("a", "b"))


def measure(
    wanted: Sequence[Metric],
    rows: Rows,
    classes: Sequence[str],
    *,
    seed: int,
    max_seconds: float,
    widening: Mapping[str, float],
) -> tuple[tuple[MetricResult, ...], Draws]:
    """Measure the model of ``rows`` by every metric ``wanted``, against the other systems, on shared resamples.

    ``widening`` is for each metric how many times wider its ranges are than resampled rows make them.
    """
    statistics: dict[tuple[str, str], Statistic] = {}
    for metric in wanted:
        for system in rows.systems:
            bound = rows.statistic(metric, system)
            if bound is not None:
                statistics[metric.name, system] = bound
    cost = _cost(rows.systems["model"])
    draws = resample(statistics, len(rows.y), seed=seed, max_seconds=max_seconds, cost=cost)
    return tuple(_result(metric, rows, classes, statistics, draws, widening[metric.name]) for metric in wanted), draws


def _result(
    metric: Metric,
    rows: Rows,
    classes: Sequence[str],
    statistics: dict[tuple[str, str], Statistic],
    draws: Draws,
    widening: float,
) -> MetricResult:
    prediction = rows.systems["model"]
    statistic = statistics[metric.name, "model"]
    value = _finite(statistic)
    if value is None:
        reason = undefined_reason(
            metric.name, rows.y, prediction, classes, threshold=rows.threshold, positive=rows.positive
        )
        return unmeasured(metric, reason or "It is not defined on these rows.")
    found = interval(
        metric.name,
        statistic,
        (metric.name, "model"),
        draws,
        rows.y,
        prediction,
        threshold=rows.threshold,
        positive=rows.positive,
    ).wider(widening, value, *metric.limits(n_classes=len(classes)))
    others: dict[str, Any] = {}
    for system in ("baseline", "linear"):
        other = statistics.get((metric.name, system))
        others[system] = _finite(other) if other is not None else None
        if other is not None and others[system] is not None:
            keys = ((metric.name, "model"), (metric.name, system))
            others[f"against_{system}"] = _compared(
                metric, rows, statistic, other, draws, *keys, ("model", system), widening
            )
    return MetricResult(
        **_names(metric),
        value=value,
        low=found.low,
        high=found.high,
        method=found.method,
        reason=found.reason,
        note=_absent_note(metric, rows, classes),
        **({"baseline": None, "linear": None} | others),
    )


def _compared(
    metric: Metric,
    rows: Rows,
    a: Statistic,
    b: Statistic,
    draws: Draws,
    key_a: Any,
    key_b: Any,
    systems: tuple[str, str],
    widening: float = 1.0,
) -> Comparison:
    turn = 1.0 if metric.greater_is_better else -1.0
    gap = turn * float(a()[0] - b()[0])
    if not isfinite(gap):
        return Comparison(gap=0.0, low=None, high=None, verdict=None, reason="One of the two has no score.")
    gaps = turn * (draws.values[key_a] - draws.values[key_b])
    found = gap_interval(gaps, len(rows.y), n_differing=rows.n_differing(metric, *systems))
    found = found.wider(widening, gap, None, None)
    if found.low is None or found.high is None:
        return Comparison(gap=gap, low=None, high=None, verdict=None, reason=found.reason)
    said: Judgement = "better" if found.low > 0 else "worse" if found.high < 0 else "no real difference"
    return Comparison(gap=gap, low=found.low, high=found.high, verdict=said)


def _absent_note(metric: Metric, rows: Rows, classes: Sequence[str]) -> str:
    averaged = {"roc_auc", "average_precision", "balanced_accuracy", "precision", "recall", "f1_macro"}
    if rows.task is not Task.MULTICLASS or metric.name not in averaged:
        return ""
    absent = absent_classes(rows.y, len(classes))
    if not absent:
        return ""
    names = ", ".join(f"“{classes[code]}”" for code in absent[:5]) + (" …" if len(absent) > 5 else "")
    return f"Averaged over the other {len(classes) - len(absent)} classes: no test row is {names}."


def unmeasured(metric: Metric, reason: str) -> MetricResult:
    """Return a result without numbers, and why there are none."""
    return MetricResult(**_names(metric), value=None, low=None, high=None, baseline=None, linear=None, reason=reason)


def _names(metric: Metric) -> dict[str, Any]:
    kept = ("name", "label", "term", "meaning", "unit", "greater_is_better")
    return {name: getattr(metric, name) for name in kept}


def _cost(prediction: FloatArray) -> int:
    return 1 if prediction.ndim == 1 else max(1, prediction.shape[1] // 2)


def _finite(statistic: Statistic) -> float | None:
    value = float(statistic()[0])
    return value if isfinite(value) else None
