"""JSON of batches: files of rows, what a model said about them, and how it did."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from automl_lite.server.predict.schemas import Value
from automl_lite.server.schemas import EXAMPLE_DATASET_ID, FailureOut, In, NoticeOut, Out, Text

BatchKindName = Literal["predict", "validate"]
BatchStateName = Literal["pending", "running", "completed", "failed", "cancelled"]
SeverityName = Literal["none", "slight", "moderate", "strong"]
VerdictName = Literal["", "better", "no real difference", "worse"]
Name = Annotated[Text, Field(max_length=200, description="What people call it; by default the file's name.")]
DatasetRef = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-fA-F-]{36}$",
        description="An uploaded file, confirmed or not: it is read in the types of the model.",
        examples=[EXAMPLE_DATASET_ID],
    ),
]


class CheckIn(In):
    """A file to compare with what the model takes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"dataset_id": EXAMPLE_DATASET_ID}]})

    dataset_id: DatasetRef


class BatchIn(In):
    """A file to answer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"dataset_id": EXAMPLE_DATASET_ID, "name": "Customers of March"}]}
    )

    dataset_id: DatasetRef
    name: Name = ""
    allow_problems: bool = Field(
        strict=True,
        default=False,
        description="Score a file that does not fit: columns that it lacks count as missing.",
    )


class ValidateIn(In):
    """A file with the true answers."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"dataset_id": EXAMPLE_DATASET_ID, "name": "March, with what happened"}]}
    )

    dataset_id: DatasetRef
    name: Name = ""
    challenger_id: Annotated[
        str,
        Field(
            pattern=r"^([0-9a-fA-F-]{36})?$", description="Job of a second model that answers the same rows: a duel."
        ),
    ] = ""
    metric: Annotated[
        Text, Field(max_length=40, description="That verdict and duel are about; by default the job's.")
    ] = ""
    allow_problems: bool = Field(default=False, strict=True)


class MissingOut(Out):
    """A column that the model needs and the file does not have."""

    name: str
    closest: str | None = Field(description="A column of the file that may be meant.")


class TableOut(Out):
    """Some rows."""

    columns: list[str]
    rows: list[list[Value]]


class CheckPreviewOut(TableOut):
    """The first rows as they were read, and what the model says about them."""

    answers: TableOut | None = Field(description="Null where the file has none of the model's columns.")


class CheckOut(Out):
    """Whether a file fits a model."""

    fits: bool = Field(description="False where an answer would mean nothing; some notice is an error then.")
    n_rows: int
    n_checked: int = Field(description="Rows that were looked at, the first of the file.")
    n_rejected: int = Field(description="Lines of the file that are no rows.")
    has_target: bool = Field(description="The file holds the true answers: it can be validated as well.")
    columns: list[str]
    missing: list[MissingOut]
    extra: list[str] = Field(description="Columns that the model does not know; they are kept in the results.")
    notices: list[NoticeOut] = Field(description="Gravest first.")
    remarks: list[str] = Field(description="What was assumed in reading the file.")
    preview: CheckPreviewOut


class ColumnSummaryOut(Out):
    """How far a column has drifted."""

    column: str
    severity: SeverityName
    psi: float | None


class DriftSummaryOut(Out):
    """Drift of a batch in a few numbers."""

    severity: SeverityName
    verdict: str
    n_columns: int
    n_drifted: int
    columns: list[ColumnSummaryOut] = Field(description="Those that drifted, the worst first, at most 30.")
    prediction: Literal["", "none", "slight", "moderate", "strong"] = Field(description="Of the answers themselves.")
    accuracy: float | None = Field(description="Estimated without labels (CBPE); null for regression.")
    accuracy_low: float | None
    accuracy_high: float | None


class ShareOut(Out):
    """A label and its share of the answers."""

    label: str
    share: float


class MetricChangeOut(Out):
    """The main metric at test time and on this file."""

    name: str
    label: str
    before: float | None
    now: float | None
    low: float | None = Field(description="95 % interval of `now`.")
    high: float | None
    greater_is_better: bool
    verdict: VerdictName


class BatchResultOut(Out):
    """What came of a batch."""

    n_rows: int
    n_errors: int = Field(description="Rows without an answer; the `_error` column of the results says why.")
    n_rejected: int = Field(description="Lines of the file that are no rows.")
    n_left_out: int = Field(description="Rows that could not be measured (validation).")
    verdict: str
    seconds: float
    labels: list[ShareOut]
    mean: float | None = Field(description="Regression: the mean answer.")
    drift: DriftSummaryOut | None
    metric: MetricChangeOut | None = Field(description="Validation only.")
    winner: str = Field(description="Of a duel: the id of the model that is better beyond chance, or empty.")


class BatchProgressOut(Out):
    """Where a batch stands."""

    stage: str = Field(description="queued, starting, read, check, score, measure, write, done.")
    share: float = Field(description="Share done, 0–1.")
    elapsed_s: float
    remaining_s: float | None
    message: str


class BatchOut(Out):
    """A batch as lists show it."""

    id: str
    kind: BatchKindName
    status: BatchStateName
    name: str
    job_id: str = Field(description="Of the model.")
    model_name: str
    target: str
    task: str
    dataset_id: str
    dataset_name: str
    challenger_id: str = Field(description="Of the second model of a duel; else empty.")
    challenger_name: str
    metric: str = Field(description="That a validation is about; else empty.")
    allow_problems: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None = Field(description="When it will be deleted; null: never.")
    attempt: int
    progress: BatchProgressOut
    error: FailureOut | None
    result: BatchResultOut | None


class BatchPage(Out):
    """One page of batches, newest first."""

    items: list[BatchOut]
    next_token: str | None = Field(description="Pass it to get the next page; null on the last.")


class BatchFileOut(Out):
    """A file to take away."""

    name: str
    label: str
    filename: str
    content_type: str
    size_bytes: int
    url: str = Field(description="Signed link that downloads the file.")


class BatchDetail(BatchOut):
    """Everything about a batch."""

    batch_id: str = Field(description="The same as `id`.")
    files: list[BatchFileOut]
    links_expire_at: datetime
