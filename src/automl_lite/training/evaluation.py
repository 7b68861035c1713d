"""How good a model is: every metric with its 95 % range, beside a baseline and a linear model, on the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from automl_lite.domain.columns import Task
from automl_lite.training import curves
from automl_lite.training.metrics import reported_metrics, resolve_metric
from automl_lite.training.metrics.measuring import Comparison, MetricResult, Rows, compare, measure, unmeasured
from automl_lite.training.metrics.scores import choose
from automl_lite.training.metrics.statistics import FloatArray, IntArray
from automl_lite.training.verdict import basis, remarks, verdict

__all__ = ["Comparison", "Evaluation", "MetricResult", "compare", "evaluate"]

How = Literal["test split", "cross-validation"]
# Ranges of cross-validated scores: rows that share models vary more than resampled rows do (Bates, Hastie and
# Tibshirani, 2023), most of all scores that a few rows decide; how much more was measured, see docs/adr/0012.
CROSS_WIDENING = {"log_loss": 1.75, "rmse": 1.75, "r2": 1.75}
CROSS_WIDENING_ELSE = 1.35
_RESERVE = 0.8  # share of the time for resampling; the rest is for curves


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Everything that was measured on rows the model had not seen. ``as_dict`` is plain JSON.

    Parts that a problem type does not have (a confusion matrix of a regression, say) are None or empty.
    """

    task: Task
    n_rows: int
    how: str
    primary: str
    metrics: tuple[MetricResult, ...]
    n_resamples: int = 0
    cut_short: bool = False
    classes: tuple[str, ...] = ()
    positive: str | None = None
    threshold: float | None = None
    commonest: str | None = None
    positive_target: bool = False
    verdict: str = ""
    basis: str = ""
    remarks: tuple[str, ...] = ()
    confusion: dict[str, Any] | None = None
    per_class: tuple[dict[str, Any], ...] = ()
    roc: dict[str, Any] | None = None
    pr: dict[str, Any] | None = None
    calibration: dict[str, Any] | None = None
    thresholds: tuple[dict[str, Any], ...] = ()
    histogram: dict[str, Any] | None = None
    residuals: dict[str, Any] | None = None
    predicted_vs_actual: tuple[dict[str, float], ...] = ()
    intervals: dict[str, Any] | None = None
    importance: tuple[dict[str, Any], ...] = ()
    importance_info: dict[str, Any] | None = None
    shap: dict[str, Any] | None = None
    learning_curve: dict[str, Any] | None = None

    def find(self, name: str) -> MetricResult | None:
        """Return the result of a metric, or None if it is not listed."""
        return next((result for result in self.metrics if result.name == name), None)

    def metric(self, name: str) -> MetricResult:
        """Return the result of a metric that is listed; KeyError if it is not."""
        found = self.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def with_explanation(
        self, importance: dict[str, Any] | None = None, shap: dict[str, Any] | None = None
    ) -> Evaluation:
        """Add what ``Importance.as_dict()`` and ``shap_summary`` return."""
        columns = tuple((importance or {}).get("columns", ()))
        info = {key: value for key, value in (importance or {}).items() if key != "columns"}
        return replace(self, importance=columns, importance_info=info or None, shap=shap)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values: no NaN, no infinity, no tuples."""
        return _jsonable(asdict(self))


def evaluate(
    task: Task,
    y: NDArray[Any],
    prediction: FloatArray,
    *,
    classes: Sequence[str] = (),
    metric: str = "auto",
    baseline_prediction: FloatArray,
    linear_prediction: FloatArray | None = None,
    positive: str | None = None,
    threshold: float = 0.5,
    intervals: FloatArray | None = None,
    level: float = 0.9,
    seed: int = 0,
    how: How = "test split",
    max_seconds: float = 20.0,
    unit: str = "",
) -> Evaluation:
    """Measure predictions of rows that the model had not seen.

    Parameters
    ----------
    task : Task
        The problem type.
    y : array of shape (n_rows,)
        Class codes 0 … n_classes - 1, or true numbers. May be empty: then nothing is measured, and it says so.
    prediction, baseline_prediction, linear_prediction : array of shape (n_rows, n_classes) or (n_rows,)
        Probabilities or numbers of the model, of the best constant guess and of a plain linear model.
    classes : sequence of str
        The names of the classes by code; empty for regression.
    metric : str, default="auto"
        The metric that the search optimised, by any of its names.
    positive : str, optional
        The class that counts as a case with two classes; default the second.
    threshold : float in [0, 1], default=0.5
        The probability from which a row is given the positive class.
    intervals : array of shape (n_rows, 2), optional
        Lower and upper ends of the prediction intervals of ``level``; regression only.
    seed : int, default=0
        Fixes the resamples and the rows drawn for the scatter plot.
    how : {"test split", "cross-validation"}
        Where the rows come from; the verdict says it.
    max_seconds : float, default=20
        With very many rows the bootstrap takes fewer resamples, and stops after about this time;
        ``n_resamples`` says how many there were.
    unit : str, default=""
        The unit of the target, for the verdict.

    Raises
    ------
    UnknownMetric, MetricUnfit
        See ``resolve_metric``.
    ValueError
        Predictions of the wrong shape or not finite: a bug in the caller, never a property of the data.
    """
    primary = resolve_metric(metric, task)
    wanted = reported_metrics(task)
    wanted = wanted if primary in wanted else (primary, *wanted)
    systems = {"model": prediction, "baseline": baseline_prediction}
    if linear_prediction is not None:
        systems["linear"] = linear_prediction
    rows = _checked(task, y, systems, classes, positive, threshold)
    facts: dict[str, Any] = {"task": task, "n_rows": len(rows.y), "how": how, "primary": primary.name}
    if task.is_classification:
        facts["classes"] = tuple(classes)
    if task is Task.BINARY:
        facts |= {"positive": classes[rows.positive], "threshold": threshold}
    if not len(rows.y):
        empty = tuple(unmeasured(each, "There are no test rows.") for each in wanted)
        return _told(Evaluation(metrics=empty, **facts), unit)
    crossed = how == "cross-validation"
    widening = {m.name: CROSS_WIDENING.get(m.name, CROSS_WIDENING_ELSE) if crossed else 1.0 for m in wanted}
    results, draws = measure(wanted, rows, classes, seed=seed, max_seconds=max_seconds * _RESERVE, widening=widening)
    facts |= {"metrics": results, "n_resamples": draws.n_resamples, "cut_short": draws.cut_short}
    if task.is_classification:
        facts |= _class_evidence(rows, classes)
    else:
        ends = None if intervals is None else np.asarray(intervals, dtype=np.float64)
        facts |= _number_evidence(rows, ends, level, seed)
    return _told(Evaluation(**facts), unit)


def _checked(
    task: Task,
    y: NDArray[Any],
    systems: dict[str, FloatArray],
    classes: Sequence[str],
    positive: str | None,
    threshold: float,
) -> Rows:
    n, k = len(y), len(classes)
    expected = (n, k) if task.is_classification else (n,)
    if task.is_classification and (k < 2 or (task is Task.BINARY) != (k == 2)):
        raise ValueError(f"A {task} problem cannot have {k} classes.")
    for name, prediction in systems.items():
        if prediction.shape != expected:
            raise ValueError(f"The {name} prediction has shape {prediction.shape}; expected {expected}.")
        if not np.isfinite(prediction).all():
            raise ValueError(f"The {name} prediction holds NaN or infinity.")
    if task.is_classification:
        codes = np.asarray(y, dtype=np.intp)
        if n and not (codes.min() >= 0 and codes.max() < k):
            raise ValueError(f"Class codes must be within 0 to {k - 1}.")
        code = 1 if positive is None else list(classes).index(positive)
        return Rows(task, codes, threshold, code, systems)
    truth = np.asarray(y, dtype=np.float64)
    if not np.isfinite(truth).all():
        raise ValueError("The true values hold NaN or infinity.")
    wide = {name: np.asarray(prediction, dtype=np.float64) for name, prediction in systems.items()}
    return Rows(task, truth, threshold, 1, wide)


def _class_evidence(rows: Rows, classes: Sequence[str]) -> dict[str, Any]:
    y: IntArray = rows.y
    prediction = rows.systems["model"]
    chosen = choose(prediction, threshold=rows.threshold, positive=rows.positive)
    guessed = choose(rows.systems["baseline"], positive=rows.positive)
    evidence: dict[str, Any] = {
        "confusion": curves.confusion(y, chosen, classes),
        "per_class": tuple(curves.per_class(y, chosen, classes)),
        "calibration": curves.calibration(y, prediction, rows.positive),
        "histogram": curves.score_histogram(y, prediction, classes, rows.positive),
        "commonest": classes[int(guessed[0])] if np.all(guessed == guessed[0]) else None,
    }
    if rows.task is not Task.BINARY:
        return evidence
    is_case = y == rows.positive
    for name, draw in (("roc", curves.roc), ("pr", curves.precision_recall)):
        curve: dict[str, Any] | None = draw(is_case, prediction[:, rows.positive])
        if curve is not None and "linear" in rows.systems:
            curve = curve | {"linear": draw(is_case, rows.systems["linear"][:, rows.positive])}
        evidence[name] = curve
    table = curves.threshold_table(y, prediction[:, rows.positive], rows.positive, rows.threshold)
    return evidence | {"thresholds": tuple(table)}


def _number_evidence(rows: Rows, intervals: FloatArray | None, level: float, seed: int) -> dict[str, Any]:
    prediction = rows.systems["model"]
    return {
        "residuals": curves.residuals(rows.y, prediction, intervals, level),
        "predicted_vs_actual": tuple(curves.predicted_vs_actual(rows.y, prediction, intervals, seed)),
        "intervals": None if intervals is None else curves.interval_summary(rows.y, intervals, level),
        "positive_target": bool(np.all(rows.y > 0)),
    }


def _told(evaluation: Evaluation, unit: str) -> Evaluation:
    return replace(
        evaluation,
        verdict=verdict(evaluation, unit=unit),
        basis=basis(evaluation),
        remarks=remarks(evaluation, unit=unit),
    )


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _jsonable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(each) for each in value]
    return value.value if isinstance(value, Task) else value
