"""JSON of jobs: list items, the detail with its live progress, files."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from automl_lite.server.schemas import (
    EXAMPLE_DATASET_ID,
    EXAMPLE_ID,
    EXAMPLE_TIME,
    FailureOut,
    In,
    Out,
    TaskName,
)
from automl_lite.server.training.schemas import CostOut

JobStateName = Literal["pending", "running", "completed", "failed", "cancelled"]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]

_SCORE = {
    "metric": "roc_auc",
    "label": "ROC AUC",
    "value": 0.861,
    "low": 0.803,
    "high": 0.912,
    "baseline": 0.5,
    "linear": 0.848,
    "greater_is_better": True,
}
_JOB: dict[str, Any] = {
    "id": EXAMPLE_ID,
    "name": "titanic · Survived",
    "status": "completed",
    "dataset_id": EXAMPLE_DATASET_ID,
    "dataset_name": "titanic.csv",
    "target_column": "Survived",
    "problem_type": "binary",
    "metric": "log_loss",
    "budget_s": 60,
    "estimated_time": 63,
    "created_at": EXAMPLE_TIME,
    "started_at": EXAMPLE_TIME,
    "finished_at": "2026-11-20T09:31:02.000Z",
    "duration_s": 62.0,
    "attempt": 1,
    "cancel_requested": "",
    "progress": {
        "stage": "done",
        "share": 1.0,
        "elapsed_s": 62.0,
        "remaining_s": 0.0,
        "message": "",
        "best_name": "",
        "best_score": None,
        "n_models": 24,
    },
    "model_type": "Blend of 3: LightGBM, CatBoost, linear",
    "score": _SCORE,
    "verdict": "Clearly better than guessing.",
    "model_bytes": 3200000,
    "portable": True,
    "error": None,
    "tags": ["demo"],
    "deployed": True,
    "deployed_at": EXAMPLE_TIME,
    "cloned_from": None,
}


class ScoreOut(Out):
    """The chosen metric on rows that no model saw, its 95 % interval and what it is compared with."""

    metric: str
    label: str
    value: float | None
    low: float | None
    high: float | None
    baseline: float | None = Field(description="Always answering the commonest class or the mean.")
    linear: float | None = Field(description="A simple linear model.")
    greater_is_better: bool


class ProgressOut(Out):
    """Where the training stands."""

    stage: str = Field(
        description="queued, starting, read, profile, prepare, search, blend, evaluate, explain, export, report, done."
    )
    share: float = Field(description="Share done, 0–1.")
    elapsed_s: float
    remaining_s: float | None
    message: str
    best_name: str
    best_score: float | None = Field(description="Out-of-fold, in the metric's own direction.")
    n_models: int


class JobOut(Out):
    """A job in a list: no notes, no leaderboard."""

    model_config = ConfigDict(json_schema_extra={"examples": [_JOB]})

    id: str
    name: str
    status: JobStateName
    dataset_id: str
    dataset_name: str
    target_column: str
    problem_type: TaskName | None
    metric: str
    budget_s: float
    estimated_time: float = Field(description="Seconds from start to last file, as promised at the start.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    duration_s: float | None = Field(description="Seconds of the last attempt; until now while it runs.")
    attempt: int
    cancel_requested: Literal["", "stop", "cancel"] = Field(description="`stop` ends the search and keeps the best.")
    progress: ProgressOut
    model_type: str = Field(description="What the model is made of; empty before it exists.")
    score: ScoreOut | None
    verdict: str
    model_bytes: int = Field(description="Size of model.onnx; 0 before it exists.")
    portable: bool = Field(
        description="False where another engine made the model: no model.onnx, so no predictions, no deployment."
    )
    error: FailureOut | None = Field(
        description="Why it failed; on a pending job: why the attempt before ended, with the retry on its way."
    )
    tags: list[str]
    deployed: bool
    deployed_at: datetime | None
    cloned_from: str | None


class JobPage(Out):
    """A page of jobs, newest first."""

    items: list[JobOut]
    next_token: str | None


class LeaderboardOut(Out):
    """A model that was tried."""

    name: str
    family: str
    score: float
    seconds: float
    weight: float = Field(description="Its share in the final blend; 0 if it is not in it.")


class CurveOut(Out):
    """The best score after so many seconds."""

    elapsed_s: float
    score: float
    name: str


class StageOut(Out):
    """A stage that has begun."""

    name: str
    label: str
    status: Literal["done", "running", "waiting", "failed"]
    started_s: float | None = Field(description="Seconds after the start.")
    seconds: float | None


class ArtifactOut(Out):
    """A file of the job."""

    name: str = Field(examples=["model.onnx"])
    label: str = Field(description="What it is, for people.")
    filename: str = Field(description="What it is called when saved.")
    content_type: str
    size_bytes: int
    url: str = Field(description="Signed link that downloads the file.")
    view_url: str | None = Field(description="For HTML reports: signed link that shows it, in a sandbox.")


class SplitOut(Out):
    """How test rows were chosen."""

    by: str
    column: str
    test_share: float | None


class ConfigOut(Out):
    """The settings in force."""

    time_budget: float
    metric: str
    problem_type: TaskName | None
    split: SplitOut
    final_fit: str = Field(description="all or training; empty: chosen.")
    drop: list[str]
    keep: list[str]
    seed: int
    name: str
    engine: str
    quality: str
    max_models: int | None
    eda: str
    append_to: list[str] = Field(description="Data sets whose rows are trained on as well, before the job's own.")


class JobDuelOut(Out):
    """How a retrained model did against its champion, on test rows that neither was trained on."""

    champion_id: str
    metric: str
    champion: float | None
    challenger: float | None
    n_rows: int
    verdict: Literal["", "better", "no real difference", "worse"] = Field(
        description="About the new model; empty where the two could not be compared."
    )
    message: str
    promoted: bool = Field(description="The new model was deployed in the champion's place.")


class JobDetail(JobOut):
    """Everything about a job; the same JSON comes through GET /jobs/{id}/events while it runs."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_JOB, "notes": "", "leaderboard": [], "curve": []}]})

    notes: str
    config: ConfigOut
    cost: CostOut
    stages: list[StageOut]
    leaderboard: list[LeaderboardOut] = Field(description="Best first; grows while the job runs.")
    curve: list[CurveOut] = Field(description="Score over time, at most 200 points.")
    how_tested: str = Field(description="test split or cross-validation; empty before.")
    n_train_rows: int
    n_test_rows: int
    champion_id: str | None = Field(description="The model that this one was retrained to replace.")
    promote: Literal["", "better", "always"] = Field(description="What is to follow from the duel.")
    duel: JobDuelOut | None
    artifacts: list[ArtifactOut]
    links_expire_at: datetime
    onnx_model_download_url: str | None
    model_download_url: str | None = Field(description="The pickle, for Python with automl-lite[train].")
    metadata_download_url: str | None
    evaluation_download_url: str | None
    leaderboard_download_url: str | None
    predict_script_download_url: str | None
    eda_report_download_url: str | None
    eda_report_view_url: str | None
    training_report_download_url: str | None
    training_report_view_url: str | None
    log_download_url: str | None


class JobPatch(In):
    """What may be changed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"tags": ["q4", "credit"], "notes": "Ask risk."}]})

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")] | None = None
    tags: list[Tag] | None = Field(default=None, max_length=10, description="Replaces all tags.")
    notes: Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")] | None = None


class CancelIn(In):
    """How to end a job."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"keep_best": True}]})

    keep_best: bool = Field(
        default=False, strict=True, description="End the search now and finish with the best model so far."
    )


class DeployIn(In):
    """Deploy or undeploy."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"deploy": True}]})

    deploy: bool = Field(default=True, strict=True)


class PromoteIn(In):
    """Which model makes way."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"replaces": EXAMPLE_ID}]})

    replaces: str = Field(pattern=r"^[0-9a-fA-F-]{36}$", description="Id of the job whose model is undeployed.")


class LogOut(Out):
    """A piece of a job's log."""

    lines: list[str] = Field(description="Oldest first.")
    next_offset: int = Field(description="Pass it as `offset` to read on.")
    complete: bool = Field(description="True when the job is over and nothing follows.")
