"""``automl-lite train``: a model from a file, here and now, without a server."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer

from automl_lite.cli.output import JsonOption, needs, print_json, say_notices, stderr, stdout
from automl_lite.cli.progress import Display, leaderboard_table
from automl_lite.cli.report import print_evaluation, print_files, run_files
from automl_lite.domain.columns import Kind, Task


class Engine(StrEnum):
    """How models are searched for."""

    PORTFOLIO = "portfolio"
    FLAML = "flaml"
    AUTOGLUON = "autogluon"


class EngineWorkers(StrEnum):
    """Where fits run."""

    THREADS = "threads"
    RAY = "ray"


class FinalFit(StrEnum):
    """What the model file learns from."""

    ALL = "all"
    TRAINING = "training"


class Eda(StrEnum):
    """Who writes the data report."""

    SKRUB = "skrub"
    SWEETVIZ = "sweetviz"


def train(
    data: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV, TSV, Parquet, JSON lines or XLSX file.")
    ],
    target: Annotated[str, typer.Option("--target", "-t", help="Column to predict.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for the files; by default a new one in runs/.")
    ] = None,
    budget_s: Annotated[
        float, typer.Option(min=1, envvar="AUTOML_LITE_BUDGET_S", help="Seconds from first byte to last file.")
    ] = 60,
    metric: Annotated[
        str, typer.Option(envvar="AUTOML_LITE_METRIC", help="What to optimise: auto, log_loss, roc_auc, rmse, r2, …")
    ] = "auto",
    task: Annotated[
        Task | None, typer.Option(envvar="AUTOML_LITE_TASK", help="Problem type; found by itself if not given.")
    ] = None,
    engine: Annotated[
        Engine, typer.Option(envvar="AUTOML_LITE_ENGINE", help="How to search for models.")
    ] = Engine.PORTFOLIO,
    engine_workers: Annotated[
        EngineWorkers,
        typer.Option(envvar="AUTOML_LITE_ENGINE_WORKERS", help="Where fits run: threads here, or a Ray cluster."),
    ] = EngineWorkers.THREADS,
    quality: Annotated[
        str, typer.Option(envvar="AUTOML_LITE_QUALITY", help="Accuracy against size and speed of the model file.")
    ] = "balanced",
    split: Annotated[
        str, typer.Option(envvar="AUTOML_LITE_SPLIT", help="Test rows: auto, random, time:COLUMN or group:COLUMN.")
    ] = "auto",
    test_share: Annotated[
        float | None, typer.Option(min=0.01, max=0.9, envvar="AUTOML_LITE_TEST_SHARE", help="Share of test rows, 0–1.")
    ] = None,
    final_fit: Annotated[
        FinalFit,
        typer.Option(envvar="AUTOML_LITE_FINAL_FIT", help="What the model file learns from, once it is measured."),
    ] = FinalFit.ALL,
    drop: Annotated[list[str] | None, typer.Option(help="Column to leave out; may be given several times.")] = None,
    keep: Annotated[
        list[str] | None, typer.Option(help="Column to keep although it looks useless; may be given several times.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="COLUMN=KIND (number, category, datetime, text, …); several times.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, envvar="AUTOML_LITE_SEED", help="Same seed, same model.")] = 0,
    max_models: Annotated[
        int | None, typer.Option(min=1, envvar="AUTOML_LITE_MAX_MODELS", help="Stop after so many models.")
    ] = None,
    eda: Annotated[Eda, typer.Option(envvar="AUTOML_LITE_EDA", help="Who writes the data report.")] = Eda.SKRUB,
    name: Annotated[str | None, typer.Option(help="Name of the run.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Train a model on DATA here and now. Ctrl-C stops and keeps the best so far; a second one aborts."""
    split_by = _checked_split(split)
    kinds = _checked_kinds(kind or [])
    with needs("Training", "train"):
        from automl_lite.training import TrainConfig, train_file  # heavy: pandas, scikit-learn, the boosters

    config = TrainConfig(
        budget_s=budget_s,
        metric=metric,
        task=task,
        engine=engine.value,
        engine_workers=engine_workers.value,
        quality=quality,
        split=split_by,
        test_share=test_share,
        final_fit=final_fit.value,
        drop=tuple(drop or ()),
        keep=tuple(keep or ()),
        kinds=kinds,
        seed=seed,
        max_models=max_models,
        eda=eda.value,
        name=name,
    )
    folder = out or new_folder(Path("runs"), name or f"{data.stem}-{target}")
    console = stderr()
    stop = threading.Event()
    with needs("Training", "train"), Display(console) as display, _interruptible(stop, display):
        run = train_file(data, target=target, out=folder, config=config, progress=display, stop=stop)
    say_notices(console, run.notices)
    evaluation = run.evaluation.as_dict()
    if as_json:
        print_json(_summary(run, folder, evaluation))
        return
    result = stdout()
    result.print(leaderboard_table(run.leaderboard))
    print_evaluation(result, evaluation)
    print_files(result, folder)


def new_folder(parent: Path, name: str) -> Path:
    """Return a folder that is not there yet: the name made safe for any file system, numbered if it is taken."""
    safe = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80] or "run"
    folder, number = parent / safe, 2
    while folder.exists():
        folder, number = parent / f"{safe}-{number}", number + 1
    return folder


def _checked_split(split: str) -> str:
    by, _, column = split.partition(":")
    if split in ("auto", "random") or (by in ("time", "group") and column):
        return split
    raise typer.BadParameter(f"{split!r} is none of auto, random, time:COLUMN and group:COLUMN.", param_hint="--split")


def _checked_kinds(pairs: list[str]) -> dict[str, Kind]:
    kinds = {}
    for pair in pairs:
        column, _, kind = pair.rpartition("=")
        if not column or kind not in set(Kind):
            known = ", ".join(Kind)
            raise typer.BadParameter(f"{pair!r} is not COLUMN=KIND with a kind of {known}.", param_hint="--kind")
        kinds[column] = Kind(kind)
    return kinds


@contextmanager
def _interruptible(stop: threading.Event, display: Display) -> Iterator[None]:
    """Let the first Ctrl-C ask for an end and the second one end everything at once."""

    def on_signal(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            display.__exit__()
            print("Aborted.", file=sys.stderr, flush=True)
            os._exit(130)  # models being fitted in other threads would keep a normal exit waiting
        stop.set()
        display.note("Stopping: the best so far is kept. Press Ctrl-C again to abort.")

    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may handle signals
        return
    before = signal.signal(signal.SIGINT, on_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _summary(run: Any, folder: Path, evaluation: dict[str, Any]) -> dict[str, Any]:
    """Return what a program wants to know about the run."""
    return {
        "folder": str(folder),
        "files": run_files(folder),
        "verdict": evaluation.get("verdict"),
        "primary": evaluation.get("primary"),
        "metrics": evaluation.get("metrics"),
        "leaderboard": [
            {"name": r.name, "family": r.family, "score": r.score, "seconds": r.seconds, "weight": r.weight}
            for r in run.leaderboard
        ],
        "model": run.metadata.get("model"),
        "n_rows": run.reading.n_rows,
        "n_rejected": run.reading.n_rejected,
        "notices": [notice.as_dict() for notice in run.notices],
    }
