"""Starting a training: check the request, choose what was left open, say what it will take, queue it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson

from automl_lite.blobs import Blobs
from automl_lite.domain.callers import Caller
from automl_lite.domain.datasets import Dataset
from automl_lite.domain.errors import BackendUnavailable, Failure, InvalidConfig, Told
from automl_lite.domain.jobs import Job, JobState
from automl_lite.domain.records import to_plain, utcnow
from automl_lite.domain.runs import LEAST_AUTOGLUON_S, RunConfig, SplitConfig
from automl_lite.errors import UnknownColumn, UnknownTarget
from automl_lite.services.costs import Cost, Machine
from automl_lite.services.datasets import Datasets
from automl_lite.services.specs import CONFIG, SpecWriter
from automl_lite.store import Store

CHECK_SECONDS = 120
# What the engine holds back from tables of usual size; only the estimate needs it.
DEFAULT_TEST_SHARE = 0.2
MAX_STEM_CHARS = 60
NOT_IN_AUTOGLUON = frozenset({"brier", "rmsle"})

# Measured on two cores: by then the ensemble has had most of its gain on tables of this many cells.
_BUDGETS = ((200_000, 60), (2_000_000, 120), (20_000_000, 300), (200_000_000, 900))
_LARGEST_BUDGET = 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainRequest:
    """What a caller asks for; None and empty strings leave the choice to us."""

    dataset_id: str
    target: str
    budget_s: float | None = None
    metric: str = ""
    task: str = ""
    split_by: str = "auto"
    split_column: str = ""
    test_share: float | None = None
    final_fit: str = ""
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    seed: int = 0
    name: str | None = None
    engine: str = ""
    quality: str = ""
    max_models: int | None = None
    eda: str = ""
    tags: tuple[str, ...] = ()
    cloned_from: str = ""
    champion_id: str = ""
    promote: str = ""
    append_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A budget to offer, in seconds."""

    name: str
    seconds: int
    suggested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a training will take and what was chosen for it."""

    budget_s: float
    budget_reason: str
    estimated_s: float
    task: str
    task_reason: str
    metric: str
    n_features: int
    n_train_rows: int
    n_test_rows: int
    memory_mb: int
    cost: Cost
    budgets: tuple[Budget, ...]
    queue_ahead: int
    notices: tuple[dict[str, Any], ...] = field(default=())


class Training:
    """Trainings before they run."""

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        datasets: Datasets,
        specs: SpecWriter,
        machine: Machine,
        *,
        has_autogluon: Callable[[], bool] = lambda: False,
    ) -> None:
        self._has_autogluon = has_autogluon
        self._store = store
        self._blobs = blobs
        self._datasets = datasets
        self._specs = specs
        self._machine = machine

    def plan(self, caller: Caller, request: TrainRequest) -> Plan:
        """Check a request and tell what it would take.

        Raises UnknownTarget, UnknownColumn or InvalidConfig, each naming the value that is wrong, and what ails the
        target itself (one value only, too few rows) as the reader says it.
        """
        return self._plan(self._datasets.ready(caller, request.dataset_id), caller, request)

    def start(self, caller: Caller, request: TrainRequest) -> tuple[Job, Plan]:
        """Queue a training."""
        dataset = self._datasets.ready(caller, request.dataset_id)
        plan = self._plan(dataset, caller, request)
        now = utcnow()
        name = (request.name or f"{_stem(dataset.filename)} · {request.target}").strip()
        config = RunConfig(
            budget_s=plan.budget_s,
            task=plan.task,
            metric=plan.metric,
            split=SplitConfig(by=request.split_by, column=request.split_column, test_share=request.test_share),
            final_fit=request.final_fit,
            drop=request.drop,
            keep=request.keep,
            seed=request.seed,
            name=name,
            engine=request.engine,
            quality=request.quality,
            max_models=request.max_models,
            eda=request.eda,
            append_to=request.append_to,
        )
        job = Job(
            id=str(uuid4()),
            user_id=caller.user_id,
            dataset_id=dataset.id,
            dataset_name=dataset.filename,
            name=name if len(name) <= 200 else name[:199] + "…",
            target=request.target,
            task=plan.task,
            metric=plan.metric,
            budget_s=plan.budget_s,
            estimated_s=plan.estimated_s,
            memory_mb=plan.memory_mb,
            seed=request.seed,
            max_attempts=self._machine.job_attempts,
            created_at=now,
            queued_at=now,
            tags=clean_tags(request.tags),
            cloned_from=request.cloned_from,
            champion_id=request.champion_id,
            promote=request.promote,
            append_to=request.append_to,
        )
        # Blob first: a job in the queue always finds its configuration.
        self._blobs.put(job.key(CONFIG), orjson.dumps(to_plain(config)))
        self._store.jobs.add(job)
        return self._specs.hand_over(job, self._store.jobs), plan

    def _plan(self, dataset: Dataset, caller: Caller, request: TrainRequest) -> Plan:
        columns = {column["name"]: column for column in self._datasets.columns(dataset)}
        names = list(columns)
        if request.target not in columns:
            raise UnknownTarget(request.target, names)
        _check_columns(request, columns)
        self._check_engine(request)
        if request.name is not None and not request.name.strip():
            raise InvalidConfig("config.name is empty.", hint="Leave it out, or give the run a name.")
        try:
            found = self._datasets.target(caller, dataset.id, request.target).result(timeout=CHECK_SECONDS)
        except TimeoutError as err:
            raise BackendUnavailable("reader") from err
        if found["error"]:
            raise Told(Failure(**found["error"]))
        task = _task(request, found)
        features = [name for name in names if name != request.target and name not in set(request.drop)]
        if not features:
            raise InvalidConfig(
                "At least one column besides the target is needed.", hint="Drop fewer columns, or upload a wider table."
            )
        n_test = round(found["n_rows"] * (request.test_share or DEFAULT_TEST_SHARE))
        memory_mb = _memory_mb(dataset.n_rows * len(features))
        budgets = _budgets(dataset.n_rows * len(features))
        suggested = next(budget for budget in budgets if budget.suggested)
        budget_s = float(request.budget_s if request.budget_s is not None else suggested.seconds)
        return Plan(
            budget_s=budget_s,
            budget_reason="As asked."
            if request.budget_s is not None
            else f"Chosen for {dataset.n_rows:,} rows × {len(features):,} columns.",
            estimated_s=budget_s,
            task=task,
            task_reason=found["reason"] if task == found["task"] else "As asked.",
            metric=_metric(request, task, found),
            n_features=len(features),
            n_train_rows=found["n_rows"] - n_test,
            n_test_rows=n_test,
            memory_mb=memory_mb,
            cost=self._machine.cost(budget_s, memory_mb),
            budgets=budgets,
            queue_ahead=self._store.jobs.queue().counts.get(JobState.PENDING, 0),
            notices=tuple(found["notices"]),
        )

    def engines(self) -> tuple[str, ...]:
        """Return the engines that a training may ask for here."""
        return ("portfolio", "flaml", "autogluon") if self._has_autogluon() else ("portfolio", "flaml")

    def _check_engine(self, request: TrainRequest) -> None:
        if request.engine != "autogluon":
            return
        if not self._has_autogluon():
            raise InvalidConfig(
                "AutoGluon's environment is not there where trainings run.",
                hint="Whoever runs this server installs it with: automl-lite engines install autogluon.",
            )
        if request.max_models is not None:
            raise InvalidConfig("AutoGluon takes no number of models.", hint="Leave max_models out.")
        if request.final_fit == "all":
            raise InvalidConfig("AutoGluon's model does not learn from the test rows.", hint="Leave final_fit out.")
        if request.budget_s is not None and request.budget_s < LEAST_AUTOGLUON_S:
            raise InvalidConfig(
                f"AutoGluon needs a budget of at least {LEAST_AUTOGLUON_S:.0f} seconds.", hint="It starts slowly."
            )
        if request.metric in NOT_IN_AUTOGLUON:
            raise InvalidConfig(
                f"AutoGluon cannot optimise {request.metric}.",
                hint="Choose another metric; every metric is measured whatever is optimised.",
            )


def clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Return tags trimmed, on one line, without repetition, in their order. Raises InvalidConfig for empty ones."""
    cleaned = tuple(dict.fromkeys(" ".join(tag.split()) for tag in tags))
    if "" in cleaned:
        raise InvalidConfig("A tag is empty.", hint="Give every tag at least one visible character.")
    return cleaned


def _check_columns(request: TrainRequest, columns: dict[str, dict[str, Any]]) -> None:
    names = list(columns)
    for role, chosen in (("column to drop", request.drop), ("column to keep", request.keep)):
        for name in chosen:
            if name not in columns:
                raise UnknownColumn(name, names, role=role)
            if name == request.target:
                raise InvalidConfig(f"{name!r} is the target; it cannot be a {role}.", hint="Take it off that list.")
    both = set(request.drop) & set(request.keep)
    if both:
        raise InvalidConfig(f"{min(both)!r} is to be dropped and kept.", hint="Name it in one of the two lists only.")
    if request.split_by in ("auto", "random"):
        if request.split_column:
            raise InvalidConfig(
                f"config.split.column is given, but split.by is {request.split_by}.",
                hint="Set split.by to time or group.",
            )
        return
    if not request.split_column:
        raise InvalidConfig(
            f"Splitting by {request.split_by} needs config.split.column.",
            hint="Name a date column." if request.split_by == "time" else "Name the column that holds the groups.",
        )
    if request.split_column not in columns:
        raise UnknownColumn(request.split_column, names, role="column to split by")
    if request.split_column == request.target:
        raise InvalidConfig("The target cannot be the column to split by.", hint="Name another column.")
    kind = columns[request.split_column]["kind"]
    if request.split_by == "time" and kind not in ("datetime", "number", "integer"):
        raise InvalidConfig(
            f"{request.split_column!r} holds {kind} values; splitting by time needs dates or numbers.",
            hint="Name a date column, or set its type to datetime with PATCH /datasets/{id}.",
        )


def _task(request: TrainRequest, found: dict[str, Any]) -> str:
    detected: str = found["task"]
    if not request.task or request.task == detected:
        return detected
    for alternative in found["alternatives"]:
        if alternative["task"] == request.task and not alternative["allowed"]:
            raise InvalidConfig(
                f"{request.target!r} cannot be a {request.task} problem: {alternative['reason']}",
                hint=f"Leave problem_type out; it was found to be {detected}.",
            )
    return request.task


def _metric(request: TrainRequest, task: str, found: dict[str, Any]) -> str:
    allowed = metrics_of(task)
    if not request.metric:
        return found["default_metric"] if task == found["task"] else allowed[0]
    if request.metric not in allowed:
        raise InvalidConfig(
            f"{request.metric} is not a metric of {task} problems.", hint=f"Choose one of: {', '.join(allowed)}."
        )
    return request.metric


def metrics_of(task: str) -> tuple[str, ...]:
    """Return the metrics that training can optimise for a problem type; the first is the default."""
    if task == "regression":
        return ("rmse", "mae", "r2", "mape", "median_absolute_error", "rmsle")
    common = ("log_loss", "accuracy", "balanced_accuracy")
    if task == "multiclass":
        return (*common, "f1_macro", "roc_auc", "mcc")
    return (*common, "f1", "precision", "recall", "roc_auc", "average_precision", "brier", "mcc")


def _budgets(n_cells: int) -> tuple[Budget, ...]:
    balanced = next((seconds for cells, seconds in _BUDGETS if n_cells <= cells), _LARGEST_BUDGET)
    return (
        Budget(name="quick", seconds=max(30, balanced // 4), suggested=False),
        Budget(name="balanced", seconds=balanced, suggested=True),
        Budget(name="thorough", seconds=balanced * 5, suggested=False),
    )


def _memory_mb(n_cells: int) -> int:
    # Libraries take about 500 MB; the encoded table, its folds and the models' binned copies about 60 bytes a cell.
    return 500 + round(n_cells * 60 / 1e6)


def _stem(filename: str) -> str:
    stem = filename.rpartition(".")[0] or filename
    return stem if len(stem) <= MAX_STEM_CHARS else stem[: MAX_STEM_CHARS - 1] + "…"
