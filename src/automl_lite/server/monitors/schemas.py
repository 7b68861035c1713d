"""JSON of monitors, alerts and retraining."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from automl_lite.server.batches.schemas import DatasetRef, SeverityName
from automl_lite.server.predict.schemas import Value
from automl_lite.server.schemas import EXAMPLE_DATASET_ID, ColumnName, In, Out, Text

PromoteName = Literal["", "better", "always"]
Promote = Annotated[
    PromoteName,
    Field(description="Deploy the new model in the old one's place: if it is better beyond chance, always, or never."),
]


class ScheduleIn(In):
    """When to train again, and on what."""

    cron: Annotated[
        Text, Field(min_length=9, max_length=100, description="Five fields, in UTC.", examples=["0 3 * * 1"])
    ]
    filename: Annotated[
        Text, Field(min_length=1, max_length=500, description="The newest confirmed data set so called is taken.")
    ]
    append: bool = Field(strict=True, default=False, description="Add its rows to those trained on so far.")
    promote: Promote = ""


class MonitorIn(In):
    """How to watch a model; what is left out goes back to its default."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "drift": "moderate",
                    "accuracy_drop": 0.05,
                    "webhook_url": "https://example.org/alerts",
                    "schedule": {"cron": "0 3 * * 1", "filename": "sales.csv", "promote": "better"},
                }
            ]
        }
    )

    drift: Literal["", "slight", "moderate", "strong"] = Field(
        default="moderate", description="An alert from this severity of drift on; empty: never."
    )
    accuracy_drop: float | None = Field(
        strict=True,
        default=None,
        gt=0,
        le=1,
        description="An alert if the estimated accuracy is so much below the test's.",
    )
    error_share: float | None = Field(
        strict=True,
        default=None,
        ge=0,
        lt=1,
        description="An alert if more than this share of a file could not be answered.",
    )
    worse: bool = Field(
        strict=True, default=True, description="An alert if a validation finds the model worse, beyond chance."
    )
    log_share: float = Field(
        strict=True, default=0.0, ge=0, le=1, description="Share of single predictions that are kept."
    )
    log_without: list[ColumnName] = Field(
        default_factory=list, max_length=1000, description="Columns that are not kept with them."
    )
    webhook_url: Annotated[Text, Field(max_length=2000)] = ""
    new_secret: bool = Field(
        strict=True, default=False, description="Make a new secret for the webhook; the old one ends."
    )
    schedule: ScheduleIn | None = None


class ScheduleOut(Out):
    """When the model is trained again, and on what."""

    cron: str
    filename: str
    append: bool
    promote: PromoteName


class MonitorOut(Out):
    """How a model is watched."""

    job_id: str
    drift: Literal["", "slight", "moderate", "strong"]
    accuracy_drop: float | None
    error_share: float | None
    worse: bool
    log_share: float
    log_without: list[str]
    webhook_url: str
    has_secret: bool
    webhook_secret: str | None = Field(
        default=None, description="Only when it was made now; it is not shown again. Signs as Standard Webhooks does."
    )
    schedule: ScheduleOut | None
    next_at: datetime | None
    last_at: datetime | None
    last_job_id: str
    last_note: str


class DeliveryOut(Out):
    """What became of a webhook."""

    attempts: int
    delivered_at: datetime | None
    status: int | None = Field(description="HTTP status of the last answer.")
    error: str


class AlertOut(Out):
    """A threshold that a batch crossed."""

    id: str
    job_id: str
    batch_id: str
    model_name: str
    rule: Literal["drift", "accuracy-drop", "error-share", "worse"]
    severity: SeverityName
    message: str
    value: float | None
    threshold: float | None
    created_at: datetime
    acknowledged_at: datetime | None
    delivery: DeliveryOut | None = Field(description="Null where the model has no webhook.")


class AlertPage(Out):
    """One page of alerts, newest first."""

    items: list[AlertOut]
    next_token: str | None = Field(description="Pass it to get the next page; null on the last.")


class RetrainIn(In):
    """New rows to train on, with the settings of a model."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"dataset_id": EXAMPLE_DATASET_ID, "append": True, "promote": "better"}]}
    )

    dataset_id: DatasetRef
    append: bool = Field(
        strict=True, default=False, description="Add its rows to those trained on so far, in their types."
    )
    promote: Promote = ""
    time_budget: float | None = Field(
        strict=True, default=None, ge=5, le=86_400, description="Seconds; by default the model's own."
    )
    name: Annotated[Text, Field(max_length=200)] = ""


class KeptOut(Out):
    """A single prediction that was kept."""

    at: datetime
    features: dict[str, Any] = Field(description="As they were sent, without the columns that are not kept.")
    prediction: Value
    probability: float | None
    interval: list[float] | None


class KeptPage(Out):
    """The latest single predictions, newest first."""

    items: list[KeptOut]


def monitor_out(monitor: Any, secret: str = "") -> MonitorOut:
    """Return a monitor without its secret, or with the one that was made now."""
    shown = {name: getattr(monitor, name) for name in MonitorOut.model_fields if hasattr(monitor, name)}
    return MonitorOut.model_validate(
        {
            **shown,
            "job_id": monitor.id,
            "has_secret": bool(monitor.webhook_secret),
            "webhook_secret": secret or None,
        }
    )
