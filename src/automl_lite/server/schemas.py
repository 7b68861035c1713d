"""The JSON that several resources share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

EXAMPLE_ID = "7f3f0a52-4a43-4f0e-9d0f-0f6a3b7f6c11"
EXAMPLE_DATASET_ID = "2b1d9a2e-93cf-4c0e-8f51-6d5a1f0c7b3e"
EXAMPLE_TIME = "2026-11-20T09:30:00.000Z"

TaskName = Literal["binary", "multiclass", "regression"]
EngineName = Literal["portfolio", "flaml", "autogluon"]
KindName = Literal["number", "integer", "boolean", "category", "datetime", "text", "id"]

# No NUL anywhere: PostgreSQL cannot store it, and nobody means it.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]


def _only_numbers(value: object) -> object:
    """Refuse what pydantic would turn into a number: true, and "5"."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ValueError("Input should be a valid integer")
    return value


# JSON knows one kind of number: 5.0 is an integer there, true is none.
JsonInt = Annotated[int, BeforeValidator(_only_numbers)]


class In(BaseModel):
    """A request body: unknown fields are refused, so that a typing error never passes silently."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """A response body, readable from the domain's records."""

    # Fields with a default are sent as well, so clients may rely on them. Serializers are built when they are first
    # used: a Lambda function that predicts uses none of them.
    model_config = ConfigDict(from_attributes=True, json_schema_serialization_defaults_required=True, defer_build=True)


class FieldProblem(Out):
    """What is wrong with one field of the request."""

    field: str = Field(description="Path to the field, such as `config.split.test_share`.")
    message: str


class Problem(Out):
    """What went wrong (RFC 9457 problem details, `application/problem+json`)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:automl-lite:problem:unknown-target",
                    "title": "Unprocessable Content",
                    "status": 422,
                    "code": "unknown-target",
                    "detail": "The table has no column 'Survive' to predict.",
                    "hint": "Did you mean 'Survived'?",
                    "errors": [],
                    "request_id": "b6c0a1b2f4d84c6f",
                }
            ]
        }
    )

    type: str = Field(description="`urn:automl-lite:problem:` and the code.")
    title: str = Field(description="The HTTP status in words.")
    status: int
    code: str = Field(description="Kebab-case name of the failure, stable across releases: branch on this.")
    detail: str = Field(description="What happened, for people.")
    hint: str = Field(description="What to do next; may be empty.")
    errors: list[FieldProblem] = Field(
        default_factory=list, description="Filled where fields of the request are wrong."
    )
    request_id: str = Field(description="Also in the `X-Request-ID` header and in the server's log.")


class FailureOut(Out):
    """Why a data set or job failed."""

    code: str
    message: str
    hint: str


class NoticeOut(Out):
    """Something to know about the data, with its reason and what to do."""

    code: str = Field(examples=["constant-column"])
    severity: Literal["info", "warning", "error"] = Field(description="An error stops training.")
    message: str
    column: str = Field(description="Empty where the whole table is meant.")
    remedy: str = Field(description="What to do, as a sentence; empty where nothing is to be done.")
    action: str = Field(
        description="What a program would do: `drop` or `keep` (the column), `split-by-time`, or empty."
    )
    facts: dict[str, Any] | None = Field(default=None, description="The figures behind the message.")


class SignedLink(Out):
    """A URL that works without credentials until it expires."""

    url: str
    expires_at: datetime
