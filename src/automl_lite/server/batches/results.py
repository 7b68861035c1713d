"""JSON of what came of batches: answers, drift, validations, comparisons."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from automl_lite.server.batches.schemas import BatchKindName, BatchOut, MetricChangeOut, SeverityName
from automl_lite.server.jobs.evaluation import EvaluationOut
from automl_lite.server.predict.schemas import Value
from automl_lite.server.schemas import NoticeOut, Out

# What a worker wrote into its files is served as it stands: fields with a default may be absent there.
_STORED = ConfigDict(extra="allow", from_attributes=True, json_schema_serialization_defaults_required=False)


class HistogramOut(Out):
    """Shares of the answers in bins; the last bin is open."""

    label: str
    edges: list[float]
    training: list[float]
    batch: list[float]


class LabelCountOut(Out):
    """How often a label was answered."""

    label: str
    n: int
    share: float


class RowErrorOut(Out):
    """Why a row (counted from 1) has no answer."""

    row: int
    message: str


class SummaryOut(Out):
    """The first rows of the results, and the answers as distributions."""

    columns: list[str]
    rows: list[list[Value]]
    n_rows: int
    prediction_column: str
    error_column: str
    histogram: HistogramOut | None
    labels: list[LabelCountOut]
    errors: list[RowErrorOut] = Field(description="The first 100.")
    notices: list[NoticeOut]


class ColumnDriftOut(Out):
    """How a column of the batch differs from training."""

    column: str = Field(description="Empty for the answers.")
    kind: str
    severity: SeverityName
    p_value: float = Field(description="Smallest of the column's tests, adjusted for all tests of the batch.")
    message: str
    missing_share: float
    missing_share_training: float
    psi: float | None
    test: str
    distance: float | None
    new_levels: dict[str, int]
    new_share: float
    shares: dict[str, Any] = Field(description="`edges` or `levels` with the shares of `training` and `batch`.")


class ExpectedOut(Out):
    """Scores to be expected, without labels (CBPE, arXiv:2401.08348)."""

    n_rows: int
    metrics: dict[str, float]
    accuracy_low: float
    accuracy_high: float
    caveat: str


class DriftOut(Out):
    """A batch against training."""

    n_rows: int
    n_training_rows: int
    alpha: float = Field(description="Chance of any alarm in a batch that is like training.")
    severity: SeverityName
    verdict: str
    columns: list[ColumnDriftOut] = Field(description="Worst first.")
    prediction: ColumnDriftOut | None
    not_compared: dict[str, str] = Field(description="Column to the reason.")
    estimate: ExpectedOut | None


class ChangeOut(Out):
    """One metric at test time and on this file."""

    name: str
    before: float
    now: float
    gap: float = Field(description="Above 0 where it is better now, whatever the metric's direction.")
    gap_low: float | None
    gap_high: float | None
    verdict: Literal["better", "no real difference", "worse"] | None
    message: str


class SegmentOut(Out):
    """Rows that share a value and on which the model fails more often than elsewhere, beyond chance."""

    column: str
    value: str
    n_rows: int
    score: float = Field(description="Accuracy, or mean absolute error for numbers.")
    rest: float = Field(description="The same of all other rows.")
    p_value: float
    message: str


class PairedOut(Out):
    """A paired bootstrap over the same rows."""

    gap: float = Field(description="Above 0 where the challenger is better.")
    low: float | None
    high: float | None
    verdict: Literal["better", "no real difference", "worse"] | None
    reason: str


class DuelOut(Out):
    """A challenger against the champion."""

    metric: str
    champion: float | None
    challenger: float | None
    comparison: PairedOut
    promote: bool = Field(description="The challenger is better beyond chance.")
    message: str


class ValidationOut(Out):
    """How the model does on rows with the true answers."""

    model_config = _STORED

    evaluation: EvaluationOut
    verdict: str
    changes: list[ChangeOut] = Field(description="Every metric beside its value at test time.")
    segments: list[SegmentOut] = Field(description="Where it fails most, the largest loss first.")
    duel: DuelOut | None
    n_rows: int
    n_left_out: int
    notices: list[NoticeOut]


class LabelPairOut(Out):
    """The share of a label in two batches."""

    label: str
    a: float
    b: float


class ColumnChangeOut(Out):
    """How a column differs between two batches."""

    column: str = Field(description="Empty for the answers.")
    kind: str
    severity: SeverityName
    p_value: float
    psi: float | None
    missing_a: float
    missing_b: float
    message: str
    shares: dict[str, Any] = Field(description="`edges` or `levels` with the shares of `a` and `b`.")


class CompareOut(Out):
    """Two batches of one model beside each other."""

    a: BatchOut
    b: BatchOut
    severity: SeverityName
    verdict: str
    labels: list[LabelPairOut]
    columns: list[ColumnChangeOut] = Field(description="Worst first.")
    prediction: ColumnChangeOut | None = Field(description="The answers: scores, or labels where there are many.")


class PointOut(Out):
    """A batch on the timeline."""

    batch_id: str
    kind: BatchKindName
    name: str
    created_at: datetime
    n_rows: int
    severity: SeverityName
    verdict: str
    n_drifted: int
    n_columns: int
    prediction: Literal["", "none", "slight", "moderate", "strong"]
    accuracy: float | None = Field(description="Estimated without labels.")
    accuracy_low: float | None
    accuracy_high: float | None
    metric: MetricChangeOut | None = Field(description="What a validation measured.")


class CellOut(Out):
    """The drift of a column in a batch."""

    severity: SeverityName
    psi: float | None


class ColumnRowOut(Out):
    """A column that drifted in some batch."""

    column: str
    cells: list[CellOut | None] = Field(description="One for each point; null where it did not drift.")


class TimelineOut(Out):
    """How the batches of a model have drifted from its training."""

    job_id: str
    points: list[PointOut] = Field(description="Oldest first.")
    columns: list[ColumnRowOut] = Field(description="Those that drifted most often first, at most 100.")
    test_accuracy: float | None = Field(description="At test time; null for regression.")
