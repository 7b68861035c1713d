"""The bridge from a job to ``automl_lite.training``: its arguments in, its files out."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automl_lite.domain.columns import Task
from automl_lite.domain.jobs import Artifact, Job, LeaderboardRow, Result
from automl_lite.domain.runs import Engines, RunConfig
from automl_lite.services.files import FILES, type_of

if TYPE_CHECKING:
    import pandas as pd

# The files of a run that are kept; the log is the job's own.
KEPT = tuple(name for name in FILES if name != "log.txt")


def train(
    table: Path,
    reading: Mapping[str, Any],
    job: Job,
    config: RunConfig,
    out: Path,
    *,
    profile: dict[str, Any] | None,
    progress: Callable[[Any], None],
    stop: threading.Event,
    engines: Engines,
) -> pd.DataFrame | None:
    """Train and leave the files in ``out``; return the test rows, None where folds were measured.

    Raises what the training tells its user.
    """
    from automl_lite.ingest import Reading
    from automl_lite.training import TrainConfig, train_file

    engine = config.engine or "portfolio"
    settings = TrainConfig(
        budget_s=config.budget_s,
        metric=config.metric or "auto",
        task=Task(config.task) if config.task else None,
        engine=engine,
        quality=config.quality or "balanced",
        split=f"{config.split.by}:{config.split.column}" if config.split.column else config.split.by,
        test_share=config.split.test_share,
        final_fit=config.final_fit or "all",
        drop=config.drop,
        keep=config.keep,
        seed=config.seed,
        max_models=config.max_models,
        eda=config.eda or "skrub",
        name=config.name,
        engine_workers=engines.workers if engine == "portfolio" else "threads",
        autogluon_python=engines.autogluon_python or None,
    )
    run = train_file(
        table,
        target=job.target,
        out=out,
        config=settings,
        reading=Reading.from_dict(dict(reading)),
        profile=profile,
        progress=progress,
        stop=stop,
    )
    return run.test_rows


def result_of(out: Path) -> Result:
    """Return what lists and pages show of a finished run, from its own files."""
    evaluation = _read(out / "evaluation.json")
    metadata = _read(out / "metadata.json")
    capsule = metadata.get("capsule") or {}
    model = out / "model.onnx"
    primary: dict[str, Any] = next((m for m in evaluation["metrics"] if m["name"] == evaluation["primary"]), {})
    return Result(
        model=metadata.get("model", ""),
        metric=evaluation["primary"],
        metric_label=primary.get("label", evaluation["primary"]),
        value=primary.get("value"),
        low=primary.get("low"),
        high=primary.get("high"),
        baseline=primary.get("baseline"),
        linear=primary.get("linear"),
        greater_is_better=primary.get("greater_is_better", True),
        verdict=evaluation.get("verdict", ""),
        how=evaluation.get("how", ""),
        n_train_rows=int(capsule.get("n_training_rows") or 0),
        n_test_rows=int(evaluation.get("n_rows") or 0),
        model_bytes=model.stat().st_size if model.is_file() else 0,
        portable=model.is_file(),
        artifacts=tuple(
            Artifact(name=name, content_type=type_of(name), size_bytes=(out / name).stat().st_size)
            for name in KEPT
            if (out / name).is_file()
        ),
    )


def leaderboard_of(out: Path) -> tuple[LeaderboardRow, ...]:
    """Return the final leaderboard, or nothing if the run wrote none."""
    file = out / "leaderboard.json"
    if not file.is_file():
        return ()
    rows = json.loads(file.read_text(encoding="utf-8"))
    rows = rows["rows"] if isinstance(rows, dict) else rows
    return tuple(
        LeaderboardRow(
            name=row["name"],
            family=row["family"],
            score=row["score"],
            seconds=row["seconds"],
            weight=row.get("weight") or 0.0,
        )
        for row in rows
    )


def _read(file: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return data
