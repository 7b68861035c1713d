"""What is handed over: in a series, models that have learnt from the latest rows as well; a file that was checked."""

from __future__ import annotations

import os
from dataclasses import replace

import pandas as pd

from automl_lite.domain.columns import Notice
from automl_lite.training.clock import Clock
from automl_lite.training.config import TrainConfig
from automl_lite.training.engine import FITTING, Trained, described
from automl_lite.training.export import to_onnx
from automl_lite.training.features import raw_columns
from automl_lite.training.measured import Reporter, learns_from_test
from automl_lite.training.verify import OnnxModel, verify

MARGIN = 1.1  # times what the same took with fewer rows
FILES_S = 1.0  # for what is still to be written


def completed(trained: Trained, config: TrainConfig, clock: Clock, tell: Reporter) -> Trained:
    """Fit the members of a measured series once more, with its test rows: a forecast begins where the series ends.

    In the shares and with the calibration that were chosen. What was measured stays where time is too short.
    """
    split, first = trained.split, trained.pipeline
    if not (split.by_time and learns_from_test(split, config)) or clock.stopped:
        return trained
    n, n_train = len(split.train) + len(split.test), len(split.train)
    check_s = len(split.test) * sum(c.row_s for c in trained.used)
    if clock.remaining_s < MARGIN * (trained.fit_s * n / n_train + check_s) + FILES_S:
        return trained
    tell("blend", f"{FITTING} on all rows")
    basis = trained.table.whole()
    members = []
    search = trained.search.on(basis.matrix, basis.y)
    search.after_refit_s = FILES_S
    for member, model in zip(first.members, search.refit(trained.used), strict=True):
        if model is None:
            return trained
        members.append(replace(member, model=model))
    pipeline = replace(first, columns=basis.encoder.columns, encoder=basis.encoder, members=members)
    contract = described(pipeline, basis, trained.table, trained.dropped, config)
    onnx, contract = to_onnx(pipeline, contract | {"predictions": trained.contract["predictions"]})
    return replace(trained, pipeline=pipeline, contract=contract, onnx=onnx, learnt_from="all")


def told(trained: Trained) -> list[Notice]:
    """Say what the file has learnt from, where that is more than what was measured."""
    if trained.learnt_from != "all":
        return []
    n_test = len(trained.split.test)
    return [
        Notice(
            code="learnt-from-test-rows",
            message=f"Once it was measured, the model also learnt from the {n_test:,} test rows. "
            "The scores are of models that had not seen them.",
            severity="info",
            remedy="To keep the model that was measured, let the final model learn from training rows alone.",
            facts={"n_rows": len(trained.split.train) + n_test, "n_test_rows": n_test},
        )
    ]


def checked(trained: Trained, frame: pd.DataFrame, config: TrainConfig) -> Trained:
    """Compare the file that is handed over with Python, on all test rows (else all rows). Raises ExportMismatch."""
    split, pipeline = trained.split, trained.pipeline
    raw = raw_columns(frame.iloc[split.test if len(split.test) else split.train], pipeline.columns)
    model = OnnxModel(trained.onnx, trained.contract["outputs"])
    workers = config.workers or os.cpu_count() or 1
    return replace(trained, agreement=verify(pipeline, model, raw, seed=config.seed, workers=workers))
