"""A run from file to folder: read, profile, train, measure, explain, and write everything the user takes away."""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from automl_lite import ingest
from automl_lite.domain.columns import Column, Kind, Notice, Task
from automl_lite.errors import UnknownTarget
from automl_lite.training.autogluon import engine as autogluon
from automl_lite.training.autogluon.engine import TrainedByAutoGluon
from automl_lite.training.autogluon.environment import python_for_runs
from automl_lite.training.capsule import metadata_of
from automl_lite.training.clock import Clock
from automl_lite.training.config import LeaderboardRow, ProgressCallback, TrainConfig
from automl_lite.training.elsewhere import ElsewhereModel
from automl_lite.training.engine import Trained, train_frame
from automl_lite.training.evaluation import Evaluation
from automl_lite.training.explain import explain
from automl_lite.training.final import checked, completed, told
from automl_lite.training.fitting import Place
from automl_lite.training.haste import rows_in_time
from automl_lite.training.inputs import Dropped, choose_inputs
from automl_lite.training.measured import Reporter
from automl_lite.training.memory import fitting_rows
from automl_lite.training.model import PythonModel
from automl_lite.training.on_ray import place_for
from automl_lite.training.reports import write_eda
from automl_lite.training.saving import save_run
from automl_lite.training.target import UnusableTarget

log = logging.getLogger(__name__)

EDA_SHARE = 0.15  # of the budget, at most; what does not fit is left out of the data report, which says so
MEASURE_SHARE = 0.03
FEWEST_ROWS = 2
NOT_EXPLAINED = {"reason": "AutoGluon's model can be asked in its own environment alone, so nothing was shuffled."}


@dataclass(slots=True, kw_only=True)
class TrainedRun:
    """One finished run.

    ``onnx`` is empty where another engine made the model; ``metadata`` is what ``metadata.json`` holds; ``folder`` is
    None for a run that was not saved; ``test_rows`` are the typed rows that no model saw, None where folds were
    measured.
    """

    model: PythonModel | ElsewhereModel
    onnx: bytes
    metadata: dict[str, Any]
    evaluation: Evaluation
    leaderboard: list[LeaderboardRow]
    dropped: list[Dropped]
    notices: list[Notice]
    reading: ingest.Reading | None = None
    folder: Path | None = None
    test_rows: pd.DataFrame | None = None

    @property
    def verdict(self) -> str:
        """How good the model is, in a sentence."""
        return self.evaluation.verdict


def train_file(
    data: Path,
    *,
    target: str,
    out: Path,
    config: TrainConfig | None = None,
    progress: ProgressCallback | None = None,
    stop: threading.Event | None = None,
    reading: ingest.Reading | None = None,
    profile: dict[str, Any] | None = None,
    started: float | None = None,
) -> TrainedRun:
    """Train on a file and write the run's folder.

    Parameters
    ----------
    data : Path
        Any file that ``ingest.read_file`` takes; or, with ``reading``, the typed table it wrote.
    target : str
        Name of the column to predict.
    out : Path
        Folder for the results; made if it is not there.
    config : TrainConfig, optional
    progress : callable, optional
        Called with ``Progress`` events in this thread.
    stop : threading.Event, optional
        Set it to end the search now and keep the best so far.
    reading, profile : optional
        What reading and profiling found, when that was done before.
    started : float, optional
        ``time.monotonic()`` from which the budget counts; now by default.

    Raises
    ------
    AutoMLLiteError
        Its subclasses say what is wrong with the file, the target or the settings.
    """
    config = config or TrainConfig()
    clock = Clock(config.budget_s, stop, started)
    tell = Reporter(clock, progress)
    out.mkdir(parents=True, exist_ok=True)
    with _logging_to(out / "log.txt"):
        table = data
        scratch = out / ".table.parquet"
        try:
            with place_for(config, clock) as place:
                if reading is None:
                    tell("read", "Reading the file")
                    table = scratch
                    reading = ingest.read_file(data, out=table, kinds=config.kinds)
                return _train_read(table, reading, profile, target, config, clock, tell, out, place)
        finally:
            scratch.unlink(missing_ok=True)


def _train_read(
    table: Path,
    reading: ingest.Reading,
    profile: dict[str, Any] | None,
    target: str,
    config: TrainConfig,
    clock: Clock,
    tell: Reporter,
    out: Path | None,
    place: Place | None,
) -> TrainedRun:
    if config.engine == "autogluon":
        python_for_runs(config.autogluon_python or "")  # it is not there: better said now than after the data report
    columns = with_kinds(reading.columns, config.kinds)
    names = [c.name for c in columns]
    if target not in names:
        raise UnknownTarget(target, names)
    tell("profile", "Looking at every column")
    if profile is None:
        profile = ingest.profile_table(table, columns, target=target).as_dict()
    task, reason = _task(profile, target, config)
    limit, why = fitting_rows(reading.n_rows, columns)
    frame = ingest.load_frame(table, columns, limit=limit, seed=config.seed)
    notices = [*reading.notices, *(Notice(**n) for n in profile["notices"])]
    if why:
        notices.append(why)
    if out is not None and config.eda != "none":
        tell("profile", "Writing the data report")
        write_eda(
            out / "eda.html",
            frame,
            profile=profile,
            notices=notices,
            target=target,
            task=task,
            columns=columns,
            engine=config.eda,
            title=config.name or "",
            max_seconds=min(clock.share_s(EDA_SHARE), 0.3 * clock.remaining_s),
        )
    run = train_table(
        frame, columns, target, config, clock, tell, task=task, notices=notices, reading=reading, place=place
    )
    run.metadata["problem_type"] = {"task": task.value, "reason": reason}
    if out is not None:
        tell("report", "Writing the files")
        save_run(run, out)
    tell("done", run.verdict)
    return run


def read_and_train(
    data: Path, target: str, config: TrainConfig, clock: Clock, tell: Reporter, *, work: Path
) -> TrainedRun:
    """Train on a file without writing results; ``work`` is a folder for what comes and goes."""
    tell("read", "Reading the file")
    table = work / "table.parquet"
    with place_for(config, clock) as place:
        reading = ingest.read_file(data, out=table, kinds=config.kinds)
        return _train_read(table, reading, None, target, config, clock, tell, None, place)


def train_in_memory(frame: pd.DataFrame, target: str, config: TrainConfig, clock: Clock, tell: Reporter) -> TrainedRun:
    """Train on a pandas frame."""
    if target not in frame.columns:
        raise UnknownTarget(target, [str(c) for c in frame.columns])
    tell("read", "Reading the frame")
    with tempfile.TemporaryDirectory() as work, place_for(config, clock) as place:
        table = Path(work) / "table.parquet"
        reading = ingest.read_frame(frame, out=table, kinds=config.kinds)
        return _train_read(table, reading, None, target, config, clock, tell, None, place)


def type_frame(frame: pd.DataFrame, kinds: Mapping[str, Kind]) -> tuple[pd.DataFrame, list[Column]]:
    """A frame with typed columns, as reading a file would give."""
    with tempfile.TemporaryDirectory() as work:
        table = Path(work) / "table.parquet"
        columns = list(ingest.read_frame(frame, out=table, kinds=kinds).columns)
        return ingest.load_frame(table, columns), columns


def _task(profile: dict[str, Any], target: str, config: TrainConfig) -> tuple[Task, str]:
    found = ingest.check_target(profile, target, task=config.task)
    return found.task, found.reason


def with_kinds(columns: Sequence[Column], kinds: Mapping[str, Kind]) -> list[Column]:
    """Columns with the user's kinds instead of those found."""
    return [replace(c, kind=Kind(kinds[c.name])) if c.name in kinds else c for c in columns]


def train_table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    target: str,
    config: TrainConfig,
    clock: Clock,
    tell: Reporter,
    *,
    task: Task,
    notices: Sequence[Notice] = (),
    reading: ingest.Reading | None = None,
    place: Place | None = None,
) -> TrainedRun:
    """Train on a typed frame (see ``ingest.load_frame``) and measure; nothing is written."""
    began = datetime.now(UTC)
    target_column = next(c for c in columns if c.name == target)
    inputs, dropped = choose_inputs(columns, target, notices, config)
    all_notices = list(notices)
    known = frame[target].notna()
    frame = frame[known].reset_index(drop=True)
    if len(frame) < FEWEST_ROWS:
        raise UnusableTarget(
            f"At least {FEWEST_ROWS} rows are needed to train; there is n_samples={len(frame)}.",
            hint="Add rows whose target is known.",
        )
    if not config.max_models and config.engine != "autogluon":
        frame, hurried = rows_in_time(frame, inputs, clock, seed=config.seed)
        all_notices += [hurried] if hurried else []
    trained: Trained | TrainedByAutoGluon

    def measured() -> Evaluation:
        tell("evaluate", "Measuring")
        return trained.evaluated(seed=config.seed, max_seconds=clock.share_s(MEASURE_SHARE), unit=target_column.unit)

    if config.engine == "autogluon":
        trained = autogluon.train_frame(frame, columns, inputs, dropped, target_column, task, config, clock, tell)
        evaluation = measured().with_explanation(NOT_EXPLAINED)
        model: PythonModel | ElsewhereModel = trained.model
    else:
        with place_for(config, clock, place) as opened:
            trained = train_frame(frame, columns, inputs, dropped, target_column, task, config, clock, tell, opened)
            evaluation = measured()
            if trained.learning_curve is not None:
                evaluation = replace(evaluation, learning_curve=trained.learning_curve.as_dict())
            tell("explain", "Finding out what matters")
            evaluation = explain(evaluation, trained, frame, config, clock)
            trained = completed(trained, config, clock, tell)
            tell("export", "Checking the file")
            trained = checked(trained, frame, config)
            all_notices += told(trained)
        model = PythonModel(trained.pipeline, trained.contract)
    all_notices += trained.notices
    return TrainedRun(
        model=model,
        onnx=trained.onnx if isinstance(trained, Trained) else b"",
        metadata=metadata_of(trained, evaluation, config, clock, began, reading, frame),
        evaluation=evaluation,
        leaderboard=trained.leaderboard,
        dropped=trained.dropped,
        notices=all_notices,
        reading=reading,
        test_rows=frame.iloc[trained.split.test] if len(trained.split.test) else None,
    )


@contextmanager
def _logging_to(path: Path) -> Iterator[None]:
    """Copy this package's log into a file for the time of a run."""
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logger = logging.getLogger("automl_lite")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)
        handler.close()
