"""JSON of starting a training."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from automl_lite.server.schemas import (
    EXAMPLE_DATASET_ID,
    EXAMPLE_ID,
    ColumnName,
    EngineName,
    In,
    JsonInt,
    NoticeOut,
    Out,
    TaskName,
)

MetricName = Literal[
    "log_loss", "accuracy", "balanced_accuracy", "f1", "f1_macro", "precision", "recall", "roc_auc",
    "average_precision", "brier", "mcc", "rmse", "mae", "r2", "mape", "median_absolute_error", "rmsle",
]  # fmt: skip


class SplitIn(In):
    """How test rows are set aside."""

    by: Literal["auto", "random", "time", "group"] = Field(
        default="auto",
        description="At random (stratified), the latest rows by a date column, or whole groups; auto chooses.",
    )
    column: ColumnName | None = Field(default=None, description="The date or group column; required for both.")
    test_share: float | None = Field(
        default=None, strict=True, ge=0.05, le=0.5, description="Share of the rows; null: chosen from their number."
    )


class TrainConfigIn(In):
    """Settings of a training; whatever is left out is chosen and shown."""

    time_budget: float | None = Field(default=None, strict=True, ge=5, le=86_400, description="Wall-clock seconds.")
    metric: MetricName | None = Field(default=None, description="What to optimise; null: log-loss or RMSE.")
    problem_type: TaskName | None = Field(default=None, description="Null: as detected.")
    split: SplitIn = Field(default_factory=SplitIn)
    final_fit: Literal["all", "training"] | None = Field(
        default=None,
        description="What the model learns from once it is measured: all rows, test rows included, or training rows "
        "alone, so that it is the very model that was measured. Null: all. Retrained models, and those of AutoGluon, "
        "always learn from training rows alone.",
    )
    drop: list[ColumnName] = Field(default_factory=list, max_length=20_000, description="Columns to leave out.")
    keep: list[ColumnName] = Field(
        default_factory=list, max_length=20_000, description="Columns to use although they look like identifiers."
    )
    seed: JsonInt = Field(default=0, ge=0, le=2**31 - 1)
    name: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] | None = Field(
        default=None, description="What the run is called; null: the file's name and the target."
    )
    engine: EngineName | None = Field(
        default=None,
        description="Null: portfolio, our own search. flaml is FLAML alone; autogluon a second opinion by AutoGluon, "
        "which can be compared but neither deployed nor downloaded as ONNX. GET /system tells which are there.",
    )
    quality: Literal["fast", "balanced", "best"] | None = Field(
        default=None, description="Trades the size and latency of the model for its score."
    )
    max_models: JsonInt | None = Field(default=None, ge=1, le=10_000)
    eda: Literal["skrub", "sweetviz", "none"] | None = None


class TrainIn(In):
    """A training to start."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "dataset_id": EXAMPLE_DATASET_ID,
                    "target_column": "Survived",
                    "config": {
                        "time_budget": 60,
                        "drop": ["PassengerId"],
                        "split": {"by": "random", "test_share": 0.2},
                    },
                }
            ]
        }
    )

    dataset_id: UUID
    target_column: ColumnName
    config: TrainConfigIn = Field(default_factory=TrainConfigIn)
    tags: list[Annotated[str, StringConstraints(min_length=1, max_length=40)]] = Field(
        default_factory=list, max_length=10
    )
    cloned_from: UUID | None = Field(default=None, description="The job whose settings were changed for this one.")


class CostOut(Out):
    """What the training costs."""

    amount: float
    currency: str
    basis: str = Field(description="Where it runs and what the price is made of, as a sentence.")


class BudgetChoice(Out):
    """A budget to offer."""

    name: Literal["quick", "balanced", "thorough"]
    seconds: int
    suggested: bool


class EstimateOut(Out):
    """What a training would take, before it starts."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "budget_s": 60,
                    "budget_reason": "891 rows × 12 columns: 60 s is enough for a first look and most of the gain.",
                    "estimated_s": 63,
                    "task": "binary",
                    "task_reason": "Survived holds two values.",
                    "metric": "log_loss",
                    "n_features": 11,
                    "n_train_rows": 713,
                    "n_test_rows": 178,
                    "memory_mb": 700,
                    "cost": {"amount": 0.0, "currency": "USD", "basis": "Runs on this computer."},
                    "budgets": [{"name": "quick", "seconds": 60, "suggested": True}],
                    "queue_ahead": 0,
                    "notices": [],
                }
            ]
        }
    )

    budget_s: float
    budget_reason: str
    estimated_s: float = Field(description="From start to last file.")
    task: TaskName
    task_reason: str
    metric: str
    n_features: int
    n_train_rows: int
    n_test_rows: int
    memory_mb: int
    cost: CostOut
    budgets: list[BudgetChoice]
    queue_ahead: int = Field(description="Jobs that wait before this one.")
    notices: list[NoticeOut]


class TrainOut(Out):
    """A queued training."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "job_id": EXAMPLE_ID,
                    "status": "pending",
                    "estimated_time": 63,
                    "budget_s": 60,
                    "budget_reason": "As asked.",
                    "task": "binary",
                    "metric": "log_loss",
                    "cost": {"amount": 0.0, "currency": "USD", "basis": "Runs on this computer."},
                    "queue_ahead": 0,
                }
            ]
        }
    )

    job_id: str
    status: Literal["pending"]
    estimated_time: float = Field(description="Seconds from start to last file.")
    budget_s: float
    budget_reason: str
    task: TaskName
    metric: str
    cost: CostOut
    queue_ahead: int
