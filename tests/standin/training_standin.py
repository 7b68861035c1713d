"""A training that only takes its time, with the public names of ``automl_lite.training``.

The run's name says what happens: ``fail``, ``crash``, ``memory``, ``deaf`` (never looks at stop), else it succeeds.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from automl_lite.errors import AutoMLLiteError
from automl_lite.inference import Contract  # noqa: F401


class NothingLearnt(AutoMLLiteError):
    code = "nothing-learnt"


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    budget_s: float
    name: str
    metric: str = "auto"
    task: Any = None
    engine: str = "portfolio"
    quality: str = "balanced"
    split: str = "auto"
    test_share: float | None = None
    drop: tuple = ()
    keep: tuple = ()
    seed: int = 0
    max_models: int | None = None
    eda: str = "skrub"


@dataclass(frozen=True, kw_only=True)
class Row:
    name: str
    family: str
    score: float
    seconds: float
    weight: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Progress:
    stage: str
    share: float
    elapsed_s: float
    remaining_s: float
    message: str = ""
    leaderboard: tuple = ()


def train_file(data, *, target, out, config, progress, stop, reading, profile=None):
    start = time.monotonic()
    seconds = config.max_models / 10 if config.max_models else 0.3

    def tell(stage, share, message="", rows=()):
        passed = time.monotonic() - start
        progress(
            Progress(
                stage=stage,
                share=share,
                elapsed_s=passed,
                remaining_s=max(0, seconds - passed),
                message=message,
                leaderboard=tuple(rows),
            )
        )

    tell("read", 0.0, "Reading")
    if config.name == "fail":
        raise NothingLearnt("There is nothing to learn here.", hint="Choose another target.")
    if config.name == "crash":
        raise RuntimeError("secret-path /srv/private.csv")
    if config.name == "memory":
        raise MemoryError
    rows = []
    while (passed := time.monotonic() - start) < seconds:
        if stop.is_set() and config.name != "deaf":
            break
        rows.append(Row(name=f"Model {len(rows) + 1}", family="tree", score=1 / (len(rows) + 2), seconds=0.05))
        if config.name != "deaf":
            tell("search", passed / seconds, f"Model {len(rows)}", rows)
        time.sleep(0.05)
    tell("export", 0.95)
    out.mkdir(exist_ok=True)
    (out / "model.onnx").write_bytes(b"onnx")
    (out / "report.html").write_text("<script>1</script>")
    metric = {
        "name": "log_loss",
        "label": "Log loss",
        "value": 0.4,
        "low": 0.3,
        "high": 0.5,
        "baseline": 0.69,
        "linear": 0.5,
        "greater_is_better": False,
    }
    evaluation = {
        "task": "binary",
        "n_rows": 20,
        "how": "test split",
        "primary": "log_loss",
        "verdict": "Better than guessing.",
        "metrics": [metric],
    }
    (out / "evaluation.json").write_text(json.dumps(evaluation))
    metadata = {
        "model": "Stand-in",
        "task": "binary",
        "target": target,
        "inputs": [],
        "outputs": {},
        "capsule": {"n_training_rows": 80},
    }
    (out / "metadata.json").write_text(json.dumps(metadata))
    (out / "leaderboard.json").write_text(json.dumps([vars(r) for r in rows]))
    tell("done", 1.0)
