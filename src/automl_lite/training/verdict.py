"""What the numbers mean, in one honest sentence; and how numbers are written."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING, Any

from automl_lite.domain.columns import Task

if TYPE_CHECKING:
    from automl_lite.training.evaluation import Evaluation
    from automl_lite.training.metrics.measuring import MetricResult

_NBSP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_FEW_ROWS = 100
_FEW_OF_A_CLASS = 30
_REAL_TILT = 0.05
_TOO_GOOD = {"roc_auc": 0.998, "accuracy": 0.998, "r2": 0.998}
# How far a score must be from guessing, on its own scale, to be called clear rather than slight.
_CLEAR = {"roc_auc": 0.2, "accuracy": 0.05, "r2": 0.1}


def percent(share: float, digits: int = 1) -> str:
    """Write a share as a percentage: 0.844 → ``84.4 %``, with a no-break space."""
    return f"{signed(100 * share, digits)}{_NBSP}%"


def signed(value: float, digits: int) -> str:
    """Write a number with fixed digits and a real minus sign; never ``−0``."""
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace("-", _MINUS)


def amount(value: float, unit: str = "") -> str:
    """Write a quantity in three significant digits: 60712 → ``60.7k``, 2_000_000 → ``2 M``, 0.01234 → ``0.0123``."""
    size = abs(value)
    if size >= 999.5e9 or 0 < size < 1e-4:
        text = f"{value:.3g}"
    elif size >= 999.5e6:
        text = f"{_three(value / 1e9)}{_NBSP}bn"
    elif size >= 999.5e3:
        text = f"{_three(value / 1e6)}{_NBSP}M"
    elif size >= 9_999.5:
        text = f"{_three(value / 1e3)}k"
    else:
        text = _three(value)
    text = text.replace("-", _MINUS)
    return f"{text}{_NBSP}{unit}" if unit else text


def in_words(value: float, metric_unit: str, unit: str = "") -> str:
    """Write a metric's value by its kind: share → percentage, score → three digits, target → amount with its unit."""
    if metric_unit == "share":
        return percent(value)
    return signed(value, 3) if metric_unit == "score" else amount(value, unit)


def verdict(evaluation: Evaluation, *, unit: str = "") -> str:
    """Say in one or two plain clauses how good the model is, against guessing and against a linear model.

    Parameters
    ----------
    evaluation : Evaluation
        With its metrics; its own ``verdict`` is not read.
    unit : str, default=""
        The unit of the target, such as ``"$"``.
    """
    if evaluation.n_rows == 0:
        return "Not measured: there are no test rows."
    result = _told_by(evaluation)
    if result.value is None:
        return f"Not measured. {result.reason}"
    if evaluation.task is Task.REGRESSION:
        return _number_verdict(evaluation, result, unit)
    told = f"{_opening(evaluation, result)} {_class_sentence(evaluation, result)}{_linear_sentence(result, unit)}"
    return told.strip()


def basis(evaluation: Evaluation) -> str:
    """Say on which rows the numbers were measured."""
    n = f"{evaluation.n_rows:,} row{'s' if evaluation.n_rows != 1 else ''}"
    if evaluation.n_rows == 0:
        return "No rows were kept for the test."
    if evaluation.how == "cross-validation":
        return (
            f"Measured by cross-validation on all {n}: each was judged by models that had not seen it. "
            "The choice between models used the same rows, so expect slightly less on new ones."
        )
    return f"Measured once, on {n} that no model saw."


def remarks(evaluation: Evaluation, *, unit: str = "") -> tuple[str, ...]:
    """Return what else a careful reader should know, one sentence each."""
    if evaluation.n_rows == 0:
        return ()
    return tuple(
        sentence
        for sentence in (
            _linear_remark(evaluation),
            _too_good_remark(evaluation),
            *_few_rows_remarks(evaluation),
            _calibration_remark(evaluation),
            _weak_spot_remark(evaluation, unit),
        )
        if sentence
    )


def _told_by(evaluation: Evaluation) -> MetricResult:
    """Choose the metric that a person understands best among those close to the one that was optimised."""
    if evaluation.task is Task.REGRESSION:
        order = ["median_relative_error", "median_absolute_error"]
        result = evaluation.metric("median_relative_error")
        return result if result.value is not None and evaluation.positive_target else evaluation.metric(order[1])
    if evaluation.primary in {"accuracy", "balanced_accuracy", "f1", "f1_macro", "precision", "recall", "mcc"}:
        return evaluation.metric(evaluation.primary)
    return evaluation.metric("roc_auc" if evaluation.task is Task.BINARY else "accuracy")


def _opening(evaluation: Evaluation, result: MetricResult) -> str:
    against = result.against_baseline
    if against is None:
        return ""
    if against.verdict is None:
        return "Too few test rows to tell whether this beats guessing."
    if against.verdict == "better":
        clear = _CLEAR.get(result.name, 0.0)
        return "Clearly better than guessing." if against.gap >= clear else "Better than guessing, but not by much."
    primary = evaluation.metric(evaluation.primary).against_baseline
    if primary is not None and primary.verdict == "better":
        return "Its percentages are better than guessing, its choices are not."
    if against.verdict == "worse":
        return "Worse than guessing."
    return f"No better than guessing, as far as {evaluation.n_rows:,} test rows can tell."


def _class_sentence(evaluation: Evaluation, result: MetricResult) -> str:
    value = result.value if result.value is not None else 0.0
    if result.name == "roc_auc" and evaluation.task is Task.BINARY:
        other = next(name for name in evaluation.classes if name != evaluation.positive)
        said = f"It ranks a “{evaluation.positive}” above a “{other}” {percent(value)} of the time"
        return f"{said}{_range(result, percent)}; guessing gets {percent(0.5, 0)}."
    if result.name == "accuracy":
        said = f"It names the right class {percent(value)} of the time{_range(result, percent)}"
        if result.baseline is None or evaluation.commonest is None:
            return f"{said}."
        return f"{said}; always saying “{evaluation.commonest}” gets {percent(result.baseline)}."
    if result.name == "balanced_accuracy":
        said = f"Averaged over the classes it gets {percent(value)} of the rows right{_range(result, percent)}"
    else:
        term = result.term.split(",")[0].split(";")[0]
        said = f"{term[0].upper()}{term[1:]} is {_write(result, value)}{_range(result, lambda v: _write(result, v))}"
    if result.baseline is None:
        return f"{said}."
    how = "flagging every row" if result.name in {"f1", "precision"} else "guessing"
    return f"{said}; {how} gets {_write(result, result.baseline)}."


def _number_verdict(evaluation: Evaluation, result: MetricResult, unit: str) -> str:
    value = result.value if result.value is not None else 0.0

    def write(number: float) -> str:
        return in_words(number, result.unit, unit)

    of = " of the true value" if result.unit == "share" else " of the truth"
    told = f"Half of the estimates land within {write(value)}{of}{_range(result, write)}."
    if result.linear is not None:
        tie = result.against_linear is not None and result.against_linear.verdict == "no real difference"
        told += f" A linear model alone: {write(result.linear)}{', which is no real difference' if tie else ''}."
    if result.baseline is not None:
        told += f" Always guessing the same value: {write(result.baseline)}."
    versus = [each.against_baseline for each in (result, evaluation.metric(evaluation.primary))]
    if any(each is not None and each.verdict == "better" for each in versus):
        return told
    worse = all(each is not None and each.verdict == "worse" for each in versus)
    start = "Worse than" if worse else "No better than"
    limit = "" if worse else f", as far as {evaluation.n_rows:,} test rows can tell"
    return f"{start} guessing the same value every time{limit}. {told}"


def _linear_sentence(result: MetricResult, unit: str) -> str:
    if result.linear is None or result.against_linear is None:
        return ""
    linear = percent(result.linear) if result.name == "roc_auc" else in_words(result.linear, result.unit, unit)
    ending = {
        "no real difference": ", which is no real difference",
        "better": ", which is really less",
        "worse": ", which is better: use that one",
        None: "",
    }[result.against_linear.verdict]
    return f" A linear model alone reaches {linear}{ending}."


def _linear_remark(evaluation: Evaluation) -> str:
    result = _told_by(evaluation)
    if result.against_linear is None or result.against_linear.verdict != "no real difference":
        return ""
    return "If you need to explain each decision, the linear model costs you nothing that these rows can show."


def _too_good_remark(evaluation: Evaluation) -> str:
    for name, limit in _TOO_GOOD.items():
        result = evaluation.find(name)
        if result is not None and result.value is not None and result.value >= limit:
            return "Scores this close to perfect are rare: check that no column gives the answer away."
    return ""


def _few_rows_remarks(evaluation: Evaluation) -> list[str]:
    found = []
    if evaluation.n_rows < _FEW_ROWS:
        found.append(f"{evaluation.n_rows} rows are few: read the ranges, not the numbers.")
    empty = [row["class"] for row in evaluation.per_class if row["n"] == 0]
    if empty:
        names = ", ".join(f"“{name}”" for name in empty[:5]) + (" and others" if len(empty) > 5 else "")
        found.append(f"No test row is {names}, so nothing is known about how well that is predicted.")
    few = [row for row in evaluation.per_class if 0 < row["n"] < _FEW_OF_A_CLASS]
    if few and evaluation.n_rows >= _FEW_ROWS:
        least = min(few, key=lambda row: row["n"])
        found.append(f"Only {least['n']} test row{'s are' if least['n'] != 1 else ' is'} “{least['class']}”.")
    return found


def _calibration_remark(evaluation: Evaluation) -> str:
    curve = evaluation.calibration
    if not curve or curve["ece"] <= curve["limit_if_perfect"]:
        return ""
    return f"The percentages are off by {percent(curve['ece'])} on average, more than chance explains."


def _weak_spot_remark(evaluation: Evaluation, unit: str) -> str:
    groups = (evaluation.residuals or {}).get("groups", [])
    relative = bool((evaluation.residuals or {}).get("relative"))
    tilted = [group for group in groups if group["tilt_is_real"] and len(groups) > 1]
    if not tilted or not relative:
        return ""
    worst: dict[str, Any] = max(tilted, key=lambda group: abs(group["tilt"]))
    if abs(worst["tilt"]) < _REAL_TILT:
        return ""
    side = "high" if worst["tilt"] > 0 else "low"
    where = f"estimates of {amount(worst['from'], unit)} to {amount(worst['to'], unit)}"
    return f"Weak spot: {where} are typically {percent(abs(worst['tilt']), 0)} too {side}."


def _range(result: MetricResult, write: Any) -> str:
    if result.low is None or result.high is None:
        return ""
    low, high = write(result.low), write(result.high)
    return f" ({low.removesuffix(f'{_NBSP}%')} to {high})"


def _write(result: MetricResult, value: float) -> str:
    return in_words(value, result.unit)


def _three(value: float) -> str:
    """Three significant digits without an exponent; integers of four digits stay whole."""
    if value == 0:
        return "0"
    digits = max(0, 2 - floor(log10(abs(value))))
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
