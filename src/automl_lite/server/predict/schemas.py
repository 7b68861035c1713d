"""JSON of predictions."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator

from automl_lite.server.schemas import EXAMPLE_ID, In, KindName, NoticeOut, Out, TaskName

Value = float | int | bool | str | None
# What a column takes is the model's to say, not the schema's: GET /predict/{job_id}/info lists it.
Row = dict[str, Any]

_ANSWER: dict[str, Any] = {
    "prediction": "1",
    "probability": 0.91,
    "probabilities": {"0": 0.09, "1": 0.91},
    "interval": None,
    "warnings": [],
}


class PredictIn(In):
    """One row as `features`, or several as `rows`: column names to values; absent and null are missing values."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"features": {"Sex": "female", "Age": 29, "Pclass": 1}},
                {"rows": [{"Sex": "female", "Age": 29}, {"Sex": "male", "Age": None}]},
            ],
            "oneOf": [{"required": ["features"]}, {"required": ["rows"]}],
        }
    )

    features: Row = Field(default_factory=dict, min_length=1)
    rows: list[Annotated[Row, Field(min_length=1)]] = Field(default_factory=list, min_length=1)

    @model_validator(mode="after")
    def _one_of_both(self) -> PredictIn:
        if len(self.model_fields_set) != 1:
            raise ValueError("give either features or rows")
        return self


class ContributionOut(Out):
    """How much a column moved the answer."""

    column: str
    value: Value = Field(description="The row's own; null if missing.")
    contribution: float = Field(description="In the unit of the answer: 0.1 of a probability is 10 points.")
    standard_error: float | None = Field(description="Of the estimate; null where it cannot be told.")


class ExplanationOut(Out):
    """Why the answer is what it is, from the same ONNX file: contributions lead from `base` to `value`."""

    method: str
    source: str = Field(description="Paper of the method.")
    output: str = Field(description="The class whose probability is explained; empty for regression.")
    base: float = Field(description="Mean answer for typical rows.")
    value: float = Field(description="Answer for this row: base plus all contributions.")
    contributions: list[ContributionOut] = Field(description="Largest effect first.")
    n_background: int
    n_rows: int


class AnswerOut(Out):
    """The answer for one row."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWER]})

    prediction: Value = Field(description="The original label in its own type, or a number.")
    probability: float | None = Field(default=None, description="Of the predicted class; null for regression.")
    probabilities: dict[str, float] | None = Field(default=None, description="By label.")
    interval: list[float] | None = Field(default=None, description="Regression: low and high at the interval level.")
    warnings: list[NoticeOut] = Field(description="Unseen, out of range, unknown or absent: answered all the same.")
    explanation: ExplanationOut | None = None


class PredictionOut(AnswerOut):
    """The answer for one row, with its job."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"job_id": EXAMPLE_ID, **_ANSWER, "inference_time_ms": 0.21, "model_type": "Blend of 3"}]
        }
    )

    job_id: str
    inference_time_ms: float
    model_type: str


class PredictionsOut(Out):
    """The answers for several rows, in their order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"job_id": EXAMPLE_ID, "predictions": [_ANSWER], "inference_time_ms": 0.4, "model_type": "Blend of 3"}
            ]
        }
    )

    job_id: str
    predictions: list[AnswerOut]
    inference_time_ms: float
    model_type: str


class InputOut(Out):
    """A field of the form."""

    model_config = ConfigDict(extra="allow", from_attributes=True)

    name: str
    kind: KindName
    unit: str = ""
    missing_share: float = Field(default=0.0, description="Share of training rows without a value: empty is allowed.")
    min: float | str | None = Field(default=None, description="Smallest value in training (numbers, dates).")
    max: float | str | None = None
    mean: float | None = None
    median: float | str | None = None
    quantiles: list[float] | None = Field(default=None, description="At 1, 5, 25, 50, 75, 95 and 99 %.")
    integer: bool = False
    values: list[str] | None = Field(default=None, description="Known categories, most frequent first, at most 1,000.")
    shares: list[float] | None = None
    n_values: int | None = None
    example: Value = None
    length: dict[str, Any] | None = Field(default=None, description="Text: {mean, max} characters.")


class IgnoredOut(Out):
    """A column of the data that the model does not use."""

    name: str
    reason: str


class ModelInfoOut(Out):
    """Everything that a prediction form needs."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "job_id": EXAMPLE_ID,
                    "deployed": True,
                    "task": "binary",
                    "target": "Survived",
                    "classes": ["0", "1"],
                    "positive": "1",
                    "threshold": 0.5,
                    "model_type": "Blend of 3",
                    "inputs": [{"name": "Age", "kind": "number", "min": 0.4, "max": 80, "missing_share": 0.2}],
                    "ignored": [{"name": "PassengerId", "reason": "Every value is different."}],
                    "example": {"Age": 29.0},
                    "interval_level": None,
                    "target_range": None,
                    "unit": "",
                    "onnx_url": "http://127.0.0.1:8000/api/blobs/eyJvIjoiZ2V0In0.c2ln/model.onnx",
                    "model_bytes": 3200000,
                    "max_rows": 10000,
                }
            ]
        }
    )

    job_id: str
    deployed: bool
    task: TaskName
    target: str
    classes: list[str] | None
    positive: str | None = Field(description="Binary: the class that probabilities are usually read for.")
    threshold: float | None = Field(description="Binary: from this probability of `positive` on it is predicted.")
    model_type: str
    inputs: list[InputOut]
    ignored: list[IgnoredOut]
    example: dict[str, Value] = Field(description="A complete row to start from.")
    interval_level: float | None = Field(description="Regression: 0.9 means nine in ten true values lie inside.")
    target_range: dict[str, float | None] | None
    unit: str
    contract: dict[str, Any] = Field(
        default_factory=dict, description="The ONNX file's own description: input types and output names."
    )
    onnx_url: str = Field(description="Signed link to model.onnx, for inference in the browser.")
    model_bytes: int
    max_rows: int = Field(description="Most rows of one request.")
