"""JSON of data sets: columns with their statistics, notices, previews, the chosen target."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from automl_lite.server.schemas import (
    EXAMPLE_DATASET_ID,
    EXAMPLE_TIME,
    ColumnName,
    FailureOut,
    In,
    KindName,
    NoticeOut,
    Out,
    TaskName,
)

DatasetStateName = Literal["waiting", "analysing", "ready", "rejected"]

_EXAMPLE: dict[str, Any] = {
    "id": EXAMPLE_DATASET_ID,
    "filename": "titanic.csv",
    "status": "ready",
    "created_at": EXAMPLE_TIME,
    "confirmed_at": EXAMPLE_TIME,
    "size_bytes": 62002,
    "format": "csv",
    "encoding": "utf-8",
    "delimiter": ",",
    "n_rows": 891,
    "n_columns": 12,
    "n_rejected": 0,
    "n_notices": 4,
    "missing_share": 0.081,
    "source_sha256": "8331e5a2532f5fdb66153a8fc053df08a7dc9d2584f246c7fb1752f0a7139ca5",
    "sample": "",
    "error": None,
}


class DatasetOut(Out):
    """A data set in a list."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: str
    filename: str
    status: DatasetStateName = Field(description="`ready` data sets can be trained on; `rejected` ones carry an error.")
    created_at: datetime
    confirmed_at: datetime | None
    size_bytes: int
    format: str = Field(description="csv, tsv, parquet, jsonl, xlsx …; empty before it was read.")
    encoding: str
    delimiter: str
    n_rows: int
    n_columns: int
    n_rejected: int = Field(description="Rows set aside; see `rejects`.")
    n_notices: int
    missing_share: float = Field(description="Share of empty cells, 0–1.")
    source_sha256: str
    sample: str = Field(description="Name of the sample this is a copy of; empty for uploads.")
    error: FailureOut | None


class Histogram(Out):
    """How the numbers (or times) of a column are spread: `counts[i]` values lie in `edges[i]`–`edges[i + 1]`.

    Where the column's `facts` have `n_sampled`, `counts` and quantiles are of so many values, drawn at random.
    """

    edges: list[float | str] = Field(description="One more than counts; ISO 8601 strings for dates.")
    counts: list[int]


class ValueCount(Out):
    """A value and how often it occurs."""

    value: str
    count: int
    share: float


class ProblemTypeOut(Out):
    """The problem type that a column would make, with the reason."""

    task: TaskName
    reason: str


class ColumnOut(Out):
    """A column's card."""

    name: str
    kind: KindName
    header: str = Field(description="The name as it stood in the file.")
    unit: str = Field(description="A sign that was stripped from the values (%, $, €), or empty.")
    formats: list[str] = Field(description="Date formats that were found.")
    reason: str = Field(description="Why the column has this kind.")
    kind_chosen_by_user: bool
    n_missing: int
    missing_share: float
    n_distinct: int
    min: float | str | None = Field(default=None, description="Numbers and dates only.")
    max: float | str | None = None
    mean: float | str | None = None
    median: float | str | None = None
    std: float | None = None
    quantiles: dict[str, float | str | None] = Field(
        default_factory=dict, description="By share: `0.01`, `0.05`, `0.25`, `0.5`, …"
    )
    histogram: Histogram | None = None
    top_values: list[ValueCount] = Field(default_factory=list, description="Most frequent first.")
    facts: dict[str, Any] = Field(default_factory=dict, description="Anything else that was measured.")
    problem_type: ProblemTypeOut | None = Field(
        default=None, description="What predicting this column would be; null where it cannot be predicted."
    )


class RejectOut(Out):
    """A row of the file that was set aside."""

    line: int = Field(description="Line in the file, counted from 1.")
    column: str
    reason: str
    text: str = Field(description="The line, cut at 200 characters.")


class DatasetDetail(DatasetOut):
    """Everything known about a data set."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_EXAMPLE, "columns": [], "notices": []}]})

    columns: list[ColumnOut] = Field(default_factory=list, description="Empty until the file has been read.")
    notices: list[NoticeOut] = Field(default_factory=list)
    assumptions: list[str] = Field(default_factory=list, description="What was assumed in reading, as sentences.")
    rejects: list[RejectOut] = Field(default_factory=list, description="The first of them (at most 1,000).")
    suggested_target: str | None = Field(default=None, description="A guess at the column to predict, or null.")


class DatasetPage(Out):
    """A page of data sets, newest first."""

    items: list[DatasetOut]
    next_token: str | None = Field(description="Pass it as `next_token` for the next page; null on the last.")


class ConfirmIn(In):
    """Options of reading the file."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"kinds": {"zip": "category"}}]})

    kinds: dict[ColumnName, KindName] = Field(
        default_factory=dict, max_length=20_000, description="Types to force, by column name."
    )


class DatasetPatch(ConfirmIn):
    """Type overrides: the file is read again with them. An empty object returns to the detected types."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kinds": {"zip": "category"}}]})

    kinds: dict[ColumnName, KindName] = Field(max_length=20_000, description="Types to force, by column name.")


class PreviewOut(Out):
    """Some rows; values are JSON numbers, booleans, strings or null, in the order of `columns`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "columns": ["Survived", "Sex", "Age"],
                    "rows": [[0, "male", 22.0], [1, "female", None]],
                    "row_numbers": [1, 2],
                    "n_rows": 891,
                    "which": "first",
                }
            ]
        }
    )

    columns: list[str]
    rows: list[list[float | int | bool | str | None]]
    row_numbers: list[int] = Field(description="Row of each in the table, counted from 1.")
    n_rows: int
    which: Literal["first", "random"]


class ClassOut(Out):
    """A class of the target."""

    value: str
    count: int
    share: float


class AlternativeTask(Out):
    """A problem type that could be chosen instead, or why it cannot."""

    task: TaskName
    allowed: bool
    reason: str


class TargetOut(Out):
    """What predicting one column would mean."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "column": "Survived",
                    "trainable": True,
                    "task": "binary",
                    "reason": "Survived holds two values, 0 and 1.",
                    "alternatives": [{"task": "regression", "allowed": True, "reason": "The values are numbers."}],
                    "n_rows": 891,
                    "n_missing": 0,
                    "classes": [
                        {"value": "0", "count": 549, "share": 0.616},
                        {"value": "1", "count": 342, "share": 0.384},
                    ],
                    "n_classes": 2,
                    "majority_share": 0.616,
                    "histogram": None,
                    "metrics": ["log_loss", "accuracy", "f1", "roc_auc"],
                    "default_metric": "log_loss",
                    "notices": [],
                    "error": None,
                }
            ]
        }
    )

    column: str
    trainable: bool = Field(description="False where `error` says why nothing can be learned.")
    task: TaskName | None
    reason: str
    alternatives: list[AlternativeTask]
    n_rows: int = Field(description="Rows that have a target value.")
    n_missing: int = Field(description="Rows without one; they are set aside.")
    classes: list[ClassOut] = Field(description="For classification: most frequent first, at most 100.")
    n_classes: int | None
    majority_share: float | None = Field(description="How often always answering the commonest class is right.")
    histogram: Histogram | None = Field(description="For regression.")
    metrics: list[str] = Field(description="Metrics that training can optimise for this target.")
    default_metric: str | None
    notices: list[NoticeOut] = Field(
        description="Leak suspects, imbalance, rare classes, duplicates: about this target."
    )
    error: FailureOut | None
