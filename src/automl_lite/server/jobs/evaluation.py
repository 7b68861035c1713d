"""JSON of what a run found out about its model: the evaluation and how the model was made."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from automl_lite.server.schemas import NoticeOut, Out, TaskName

# What a run wrote into its files is served as it stands: fields with a default may be absent there.
_STORED = ConfigDict(extra="allow", from_attributes=True, json_schema_serialization_defaults_required=False)


class ComparisonOut(Out):
    """The paired difference between two systems on the same rows."""

    model_config = _STORED


class MetricOut(Out):
    """One metric on the test rows; a number that cannot be computed is null, with a reason."""

    model_config = _STORED

    name: str
    label: str = Field(description="Its meaning first: Flags that are right.")
    term: str = Field(default="", description="The field's word: precision.")
    meaning: str = ""
    unit: str = Field(default="", description="share, score or target: how to write the number.")
    value: float | None
    low: float | None = Field(description="95 % interval.")
    high: float | None
    baseline: float | None
    linear: float | None
    greater_is_better: bool
    against_baseline: ComparisonOut | None = None
    against_linear: ComparisonOut | None = None
    reason: str = ""
    note: str = ""


class ConfusionOut(Out):
    """Rows: really; columns: predicted."""

    labels: list[str]
    matrix: list[list[int]]


class ImportanceOut(Out):
    """How much the score loses when a column is shuffled."""

    column: str
    mean: float
    low: float | None
    high: float | None


class LearningPointOut(Out):
    """The loss out of fold after learning from so many rows."""

    n_rows: int
    value: float


class LearningCurveOut(Out):
    """How the loss of the heaviest model fell with its training rows, and what twice as many would do to it."""

    model: str
    metric: str
    label: str
    points: list[LearningPointOut]
    gain: float | None = Field(description="What the loss would fall by with twice the rows; null if not measurable.")
    low: float = Field(description="Lower end of the 95 % range of the gain, as far as chance goes.")
    high: float
    sentence: str


class EvaluationOut(Out):
    """How good the model is on rows that it never saw. Parts that do not apply are null or absent."""

    model_config = _STORED

    task: TaskName
    n_rows: int
    how: str = Field(description="test split or cross-validation")
    metrics: list[MetricOut]
    primary: str = Field(description="Name of the metric that the verdict is about.")
    verdict: str
    basis: str = Field(default="", description="What was measured on, as a sentence.")
    remarks: list[str] = Field(default_factory=list)
    classes: list[str] = Field(default_factory=list)
    positive: str | None = None
    threshold: float | None = None
    commonest: str | None = Field(default=None, description="What a guess would always say.")
    per_class: list[dict[str, Any]] = Field(default_factory=list)
    importance_info: dict[str, Any] | None = None
    confusion: ConfusionOut | None = None
    roc: dict[str, Any] | None = Field(default=None, description="{fpr: […], tpr: […]}, at most 200 points.")
    pr: dict[str, Any] | None = Field(default=None, description="{precision: […], recall: […]}")
    calibration: dict[str, Any] | None = Field(default=None, description="{predicted, observed, low, high, n, ece}")
    thresholds: list[dict[str, Any]] | None = Field(
        default=None, description="Binary: [{threshold, tp, fp, tn, fn, precision, recall}]"
    )
    histogram: dict[str, Any] | list[Any] | None = Field(default=None, description="Predicted scores per true class.")
    residuals: dict[str, Any] | None = None
    predicted_vs_actual: dict[str, Any] | list[Any] | None = Field(default=None, description="At most 500 points.")
    intervals: dict[str, Any] | None = Field(default=None, description="{level, coverage, mean_width}")
    importance: list[ImportanceOut] | None = None
    shap: dict[str, Any] | None = None
    learning_curve: LearningCurveOut | None = Field(
        default=None, description="Would more rows help? For runs of fewer than 1,000 training rows, if time allowed."
    )


class DroppedOut(Out):
    """A column that the model does not take; naming it in `keep` brings it back."""

    column: str
    reason: str


class MetadataOut(Out):
    """How the model was made: what was left out, what to know, and the capsule that makes it again."""

    model_config = _STORED

    model: str
    task: TaskName
    target: str
    dropped: list[DroppedOut] = Field(default_factory=list)
    notices: list[NoticeOut] = Field(default_factory=list)
    capsule: dict[str, Any] = Field(
        default_factory=dict, description="Data fingerprint, rows, split, seed, settings, versions, times."
    )
