"""The files that a completed job leaves: what they are for, what they are called when saved, their types."""

from __future__ import annotations

import hashlib

# name -> (label, end of the name when saved)
FILES = {
    "model.onnx": ("Model (ONNX)", "model.onnx"),
    "autogluon.zip": ("AutoGluon predictor (zip)", "autogluon.zip"),
    "model.pkl": ("Python pipeline (pickle)", "model.pkl"),
    "metadata.json": ("Metadata and capsule", "metadata.json"),
    "evaluation.json": ("Evaluation", "evaluation.json"),
    "leaderboard.json": ("Leaderboard", "leaderboard.json"),
    "eda.html": ("Data report", "data-report.html"),
    "report.html": ("Training report", "training-report.html"),
    "predict.py": ("Prediction script", "predict.py"),
    "page.html": ("Page with the model inside", "model-page.html"),
    "log.txt": ("Log", "log.txt"),
}
# What a batch leaves for people to take away.
BATCH_FILES = {
    "results.csv": ("Results (CSV)", "predictions.csv"),
    "results.parquet": ("Results (Parquet)", "predictions.parquet"),
    "results.xlsx": ("Results (Excel)", "predictions.xlsx"),
}
_TYPES = {
    "onnx": "application/octet-stream",
    "pkl": "application/octet-stream",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "py": "text/x-python; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def target_key(column: str) -> str:
    """Return the key, below its data set's, of what was found out about a target column."""
    return f"targets/{hashlib.sha256(column.encode()).hexdigest()[:32]}.json"


def type_of(name: str) -> str:
    """Return the content type of a job's file by its name."""
    return _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
