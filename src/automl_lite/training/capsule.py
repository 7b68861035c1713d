"""What a run says about itself: contract, scores, and how to do it again."""

from __future__ import annotations

import hashlib
import sys
from datetime import datetime
from importlib import metadata as packages
from typing import Any

import pandas as pd

from automl_lite import ingest
from automl_lite.training.clock import Clock
from automl_lite.training.config import TrainConfig
from automl_lite.training.engine import Trained
from automl_lite.training.evaluation import Evaluation
from automl_lite.training.measured import Measured

PACKAGES = ("automl-lite", "numpy", "pandas", "scikit-learn", "lightgbm", "xgboost-cpu", "catboost", "flaml", "onnx",
            "onnxruntime", "duckdb")  # fmt: skip


def metadata_of(
    trained: Measured,
    evaluation: Evaluation,
    config: TrainConfig,
    clock: Clock,
    began: datetime,
    reading: ingest.Reading | None,
    frame: pd.DataFrame,
) -> dict[str, Any]:
    """Return what ``metadata.json`` holds: contract, scores, and the capsule, which says how to do it again."""
    told = evaluation.as_dict()
    return trained.contract | {
        "name": config.name,
        "verdict": told["verdict"],
        "metrics": told["metrics"],
        "how": told["how"],
        "primary": told["primary"],
        "agreement": trained.agreement.as_dict() if isinstance(trained, Trained) and trained.agreement else None,
        "size_bytes": len(trained.onnx) if isinstance(trained, Trained) else 0,
        "capsule": {
            "data_sha256": reading.source_sha256 if reading and reading.source_sha256 else frame_sha256(frame),
            "n_rows": len(frame),
            "n_training_rows": len(trained.split.train),
            "n_test_rows": len(trained.split.test),
            "learnt_from": trained.learnt_from,
            "split": {"kind": trained.split.kind, "reason": trained.split.reason},
            "seed": config.seed,
            "settings": config.as_dict(),
            "versions": versions() | trained.versions,
            "started_at": began.isoformat(timespec="seconds"),
            "seconds": round(clock.elapsed_s, 3),
            "failures": trained.failures,
        },
    }


def frame_sha256(frame: pd.DataFrame) -> str:
    """Fingerprint of a frame's cells and column names, for tables that never were a file."""
    digest = hashlib.sha256("\x1f".join(map(str, frame.columns)).encode())
    digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that make the model."""
    found = {"python": sys.version.split()[0]}
    for name in PACKAGES:
        try:
            found[name] = packages.version(name)
        except packages.PackageNotFoundError:
            continue
    return found
