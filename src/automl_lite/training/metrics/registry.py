"""The metrics there are: their names, the words a person reads, and the problem types they fit."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from automl_lite.domain.columns import Task
from automl_lite.errors import AutoMLLiteError, shorten

Needs = Literal["probabilities", "labels", "values"]
Unit = Literal["score", "share", "target"]

_BOTH = frozenset({Task.BINARY, Task.MULTICLASS})
_BINARY = frozenset({Task.BINARY})
_REGRESSION = frozenset({Task.REGRESSION})
_TASK_WORDS = {
    Task.BINARY: "a choice between two classes (binary)",
    Task.MULTICLASS: "a choice between several classes (multiclass)",
    Task.REGRESSION: "a number (regression)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One way to measure predictions.

    Parameters
    ----------
    name : str
        The name in settings and files, such as ``"roc_auc"``.
    label : str
        What it is called on screen, by meaning.
    term : str
        The textbook name, for the tooltip.
    meaning : str
        One sentence on what the number says.
    tasks : frozenset of Task
        The problem types it can measure.
    reported : frozenset of Task
        The problem types whose evaluation lists it; a subset of ``tasks``.
    greater_is_better : bool
        True where more is better.
    needs : {"probabilities", "labels", "values"}
        What it looks at: probabilities, the classes chosen from them, or predicted numbers.
    unit : {"score", "share", "target"}
        How to write it: a bare score, a share within 0 to 1 (a percentage), or in the unit of the target.
    """

    name: str
    label: str
    term: str
    meaning: str
    tasks: frozenset[Task]
    reported: frozenset[Task]
    greater_is_better: bool
    needs: Needs
    unit: Unit

    def limits(self, n_classes: int = 0) -> tuple[float | None, float | None]:
        """The least and the largest value that there can be, None for no end."""
        if self.name in {"r2", "mcc"}:
            return (None, 1.0) if self.name == "r2" else (-1.0, 1.0)
        if self.name == "brier":
            return 0.0, 1.0 if n_classes == 2 else 2.0
        is_error = self.unit == "target" or self.name in {"log_loss", "rmsle"} or self.tasks == _REGRESSION
        return 0.0, 1.0 if not is_error or self.name == "within_20" else None


class UnknownMetric(AutoMLLiteError):
    """A metric was named that does not exist."""

    code = "unknown-metric"

    def __init__(self, name: str, names: list[str]) -> None:
        close = get_close_matches(_plain(name), [*names, *_ALIASES], n=1)
        meant = _ALIASES.get(close[0], close[0]) if close else ""
        start = f"Did you mean {meant!r}? " if meant else ""
        super().__init__(
            f"There is no metric named {shorten(name)!r}.", hint=f"{start}There are: auto, {', '.join(names)}."
        )


class MetricUnfit(AutoMLLiteError):
    """A metric was asked for that cannot measure this problem or this target."""

    code = "metric-unfit"


def _metric(
    name: str,
    label: str,
    term: str,
    meaning: str,
    *,
    up: bool,
    needs: Needs,
    unit: Unit,
    tasks: frozenset[Task] = _BOTH,
    reported: frozenset[Task] | None = None,
) -> Metric:
    return Metric(
        name=name,
        label=label,
        term=term,
        meaning=meaning,
        tasks=tasks,
        reported=tasks if reported is None else reported,
        greater_is_better=up,
        needs=needs,
        unit=unit,
    )


# In the order in which an evaluation lists them.
METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        _metric(
            "roc_auc",
            "ROC AUC",
            "area under the ROC curve; several classes: one against the rest, averaged",
            "How often a random row of the class gets a higher probability than a random other row; guessing gets 0.5.",
            up=True,
            needs="probabilities",
            unit="score",
        ),
        _metric(
            "log_loss",
            "Average surprise",
            "log loss, cross-entropy",
            "How small the probability of what really happened was; 0 is perfect, sure and wrong costs most.",
            up=False,
            needs="probabilities",
            unit="score",
        ),
        _metric(
            "accuracy",
            "Accuracy",
            "accuracy",
            "The share of rows whose class was named right.",
            up=True,
            needs="labels",
            unit="share",
        ),
        _metric(
            "balanced_accuracy",
            "Accuracy, each class alike",
            "balanced accuracy, macro recall",
            "The share named right in each class, averaged, so that a rare class counts as much as a common one.",
            up=True,
            needs="labels",
            unit="share",
        ),
        _metric(
            "recall",
            "Cases caught",
            "recall, sensitivity, true positive rate; several classes: macro average",
            "Of the rows that really are positive, the share that was flagged.",
            up=True,
            needs="labels",
            unit="share",
            reported=_BINARY,  # with several classes it is balanced accuracy again
        ),
        _metric(
            "precision",
            "Flags that are right",
            "precision, positive predictive value; several classes: macro average",
            "Of the rows that were flagged, the share that really is positive.",
            up=True,
            needs="labels",
            unit="share",
        ),
        _metric(
            "f1",
            "Caught and right, together",
            "F1, the harmonic mean of precision and recall",
            "High only if most cases are caught and most flags are right.",
            up=True,
            needs="labels",
            unit="score",
            tasks=_BINARY,
        ),
        _metric(
            "f1_macro",
            "Caught and right, each class alike",
            "macro F1",
            "F1 of each class, averaged, so that a rare class counts as much as a common one.",
            up=True,
            needs="labels",
            unit="score",
            reported=frozenset({Task.MULTICLASS}),
        ),
        _metric(
            "average_precision",
            "Right flags over all thresholds",
            "average precision, area under the precision-recall curve; several classes: macro average",
            "How right the flags stay while more and more cases are caught; guessing gets the share of the class.",
            up=True,
            needs="probabilities",
            unit="score",
        ),
        _metric(
            "mcc",
            "Agreement with the truth",
            "Matthews correlation coefficient",
            "The correlation between predicted and true classes; 0 is guessing, 1 is perfect.",
            up=True,
            needs="labels",
            unit="score",
        ),
        _metric(
            "brier",
            "Squared error of the probabilities",
            "Brier score",
            "The mean squared distance between the probabilities and what happened; 0 is perfect.",
            up=False,
            needs="probabilities",
            unit="score",
        ),
        _metric(
            "ece",
            "Percentages off by",
            "expected calibration error, ten groups of equal size",
            "How far the predicted percentages are from what happened, on average over groups of like predictions.",
            up=False,
            needs="probabilities",
            unit="share",
        ),
        _metric(
            "median_relative_error",
            "Typical error",
            "median absolute percentage error",
            "Half of the estimates are closer to the truth than this share of it.",
            up=False,
            needs="values",
            unit="share",
            tasks=_REGRESSION,
        ),
        _metric(
            "rmse",
            "Error, big misses weighted",
            "root mean squared error",
            "The usual size of an error, where a miss twice as big counts four times.",
            up=False,
            needs="values",
            unit="target",
            tasks=_REGRESSION,
        ),
        _metric(
            "mae",
            "Average error",
            "mean absolute error",
            "How far the estimates are from the truth, on average.",
            up=False,
            needs="values",
            unit="target",
            tasks=_REGRESSION,
        ),
        _metric(
            "median_absolute_error",
            "Middle error",
            "median absolute error",
            "Half of the estimates are closer to the truth than this.",
            up=False,
            needs="values",
            unit="target",
            tasks=_REGRESSION,
        ),
        _metric(
            "r2",
            "Explained",
            "R², coefficient of determination",
            "The share of the target's ups and downs that the estimates follow; always guessing the mean gets 0.",
            up=True,
            needs="values",
            unit="share",
            tasks=_REGRESSION,
        ),
        _metric(
            "within_20",
            "Within 20 %",
            "share of estimates within 20 % of the truth",
            "The share of estimates that miss the truth by at most a fifth of it.",
            up=True,
            needs="values",
            unit="share",
            tasks=_REGRESSION,
        ),
        _metric(
            "mape",
            "Average relative error",
            "mean absolute percentage error (MAPE)",
            "The average miss as a share of the truth; small true values weigh heavily.",
            up=False,
            needs="values",
            unit="share",
            tasks=_REGRESSION,
        ),
        _metric(
            "rmsle",
            "Relative error, big misses weighted",
            "root mean squared logarithmic error (RMSLE)",
            "The usual size of the error on a logarithmic scale, so that factors count instead of differences.",
            up=False,
            needs="values",
            unit="score",
            tasks=_REGRESSION,
        ),
    )
}

# mse and msle order models exactly as their roots do.
_ALIASES = {
    "auc": "roc_auc", "auroc": "roc_auc", "rocauc": "roc_auc", "roc": "roc_auc", "roc_auc_score": "roc_auc",
    "roc_auc_ovr": "roc_auc", "logloss": "log_loss", "nll": "log_loss", "neg_log_loss": "log_loss",
    "cross_entropy": "log_loss", "crossentropy": "log_loss", "acc": "accuracy", "accuracy_score": "accuracy",
    "bacc": "balanced_accuracy", "balanced_acc": "balanced_accuracy", "f_1": "f1", "f1_score": "f1", "f1score": "f1",
    "f1macro": "f1_macro", "macro_f1": "f1_macro", "sensitivity": "recall", "tpr": "recall", "ppv": "precision",
    "ap": "average_precision", "pr_auc": "average_precision", "auprc": "average_precision",
    "aucpr": "average_precision", "matthews": "mcc", "matthews_corrcoef": "mcc", "brier_score": "brier",
    "brier_score_loss": "brier", "neg_brier_score": "brier", "calibration_error": "ece",
    "expected_calibration_error": "ece", "root_mean_squared_error": "rmse", "neg_root_mean_squared_error": "rmse",
    "mse": "rmse", "mean_squared_error": "rmse", "neg_mean_squared_error": "rmse", "mean_absolute_error": "mae",
    "neg_mean_absolute_error": "mae", "r2_score": "r2", "r_2": "r2", "r²": "r2", "rsquared": "r2", "r_squared": "r2",
    "mean_absolute_percentage_error": "mape", "neg_mean_absolute_percentage_error": "mape",
    "medae": "median_absolute_error", "neg_median_absolute_error": "median_absolute_error",
    "mdape": "median_relative_error", "median_absolute_percentage_error": "median_relative_error",
    "root_mean_squared_log_error": "rmsle", "rmsle_score": "rmsle", "msle": "rmsle",
}  # fmt: skip


def resolve_metric(name: str, task: Task) -> Metric:
    """Find the metric that ``name`` means for ``task``.

    Parameters
    ----------
    name : str
        A metric's name or one of its usual other names, in any case (``"auc"``, ``"R2"``, ``"neg_log_loss"``);
        ``"auto"`` is log loss for classes and RMSE for numbers. ``"f1"`` with several classes is macro F1.
    task : Task
        The problem type.

    Raises
    ------
    UnknownMetric
        No metric has that name; the hint has the closest one.
    MetricUnfit
        The metric exists but measures another problem type.
    """
    plain = _plain(name)
    if plain == "auto":
        return METRICS["log_loss" if task.is_classification else "rmse"]
    plain = _ALIASES.get(plain, plain)
    if plain == "f1" and task is Task.MULTICLASS:
        plain = "f1_macro"
    fitting = [metric.name for metric in METRICS.values() if task in metric.tasks]
    if plain not in METRICS:
        raise UnknownMetric(name, fitting)
    if plain not in fitting:
        raise MetricUnfit(
            f"The metric {plain!r} does not fit this problem: the target is {_TASK_WORDS[task]}.",
            hint=f"Choose one of: auto, {', '.join(fitting)}.",
        )
    return METRICS[plain]


def reported_metrics(task: Task) -> tuple[Metric, ...]:
    """Return the metrics that an evaluation of ``task`` lists, in reading order."""
    return tuple(metric for metric in METRICS.values() if task in metric.reported)


def _plain(name: str) -> str:
    return name.strip().casefold().replace("-", "_").replace(" ", "_")
