"""The exported file against the Python pipeline: the same answers on every test row and on awkward ones."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from automl_lite.domain.columns import NUMERIC_KINDS, Column, Kind, Task
from automl_lite.errors import AutoMLLiteError
from automl_lite.training.encoders import Values
from automl_lite.training.features import RawColumns, feed, rows_of
from automl_lite.training.pipeline import Pipeline

TOLERANCE = 1e-5
ROUNDING = 1e-12  # between two sums of the same float64 numbers in another order
N_AWKWARD = 200
CHUNK = 500  # rows a call, which bounds what text columns take


class ExportMismatch(AutoMLLiteError):
    """The ONNX file answers differently from the Python pipeline; the run fails rather than hand it over."""

    code = "export-mismatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How closely file and pipeline agree: the largest difference (relative for regression) over ``n_rows`` rows."""

    n_rows: int
    n_awkward: int
    max_difference: float
    label_share: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


class OnnxModel:
    """An exported file on one thread, fed with raw columns."""

    def __init__(self, model: bytes, outputs: dict[str, str]) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.outputs = outputs

    def run(self, raw: RawColumns, *, workers: int = 1) -> dict[str, Values]:
        """All outputs by the contract's key (``label``, ``probabilities``, ``prediction``, ``interval``), in chunks."""
        inputs = feed(raw)
        names = list(self.outputs.values())

        def part(rows: slice) -> list[Values]:
            return list(self.session.run(names, {k: v[rows] for k, v in inputs.items()}))

        parts = in_chunks(part, len(next(iter(inputs.values()))), workers)
        return {key: np.concatenate(values) for key, values in zip(self.outputs, zip(*parts, strict=True), strict=True)}


def in_chunks(part: Callable[[slice], Any], n: int, workers: int) -> list[Any]:
    """``part`` of every ``CHUNK`` rows, chunks side by side in threads (the libraries release the GIL)."""
    slices = [slice(start, start + CHUNK) for start in range(0, n, CHUNK)]
    if len(slices) < 2 or workers < 2:
        return [part(rows) for rows in slices]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(part, slices))


def verify(pipeline: Pipeline, model: OnnxModel, raw: RawColumns, *, seed: int, workers: int) -> Agreement:
    """Compare on all rows of ``raw`` and on awkward copies of some.

    Raises ExportMismatch beyond ``TOLERANCE``.
    """
    rng = np.random.default_rng(seed)
    n = len(next(iter(raw.values())))
    some = rows_of(raw, rng.integers(0, n, min(N_AWKWARD, 4 * n)))
    odd = {c.name: awkward(c, some[c.name], rng) for c in pipeline.columns}
    results = [
        _compare(pipeline, model.run(raw, workers=workers), raw, workers),
        _compare(pipeline, model.run(odd), odd, 1),
    ]
    worst = max(difference for difference, _ in results)
    share = min(labels for _, labels in results)
    if not worst <= TOLERANCE or share < 1:
        raise ExportMismatch(
            f"The ONNX file differs from the Python pipeline by {worst:.2g} (labels equal: {share:.2%}).",
            hint="Please report this with the data's column types; nothing was handed over.",
        )
    return Agreement(n_rows=n, n_awkward=len(next(iter(odd.values()))), max_difference=worst, label_share=share)


def _compare(pipeline: Pipeline, outputs: dict[str, Values], raw: RawColumns, workers: int) -> tuple[float, float]:
    matrix = pipeline.encoder.transform(raw)
    python = np.concatenate(in_chunks(lambda rows: pipeline.predict_matrix(matrix[rows]), len(matrix), workers))
    if pipeline.task.is_classification:
        wanted = np.array(pipeline.classes, object)[pipeline.labels(python)]
        same = (outputs["label"] == wanted) | _tied(pipeline, python)
        return float(np.abs(outputs["probabilities"] - python).max()), float(same.mean())
    scale = np.maximum(np.abs(python), 1e-3 * pipeline.scale)
    return float((np.abs(outputs["prediction"] - python) / scale).max()), 1.0


def _tied(pipeline: Pipeline, probabilities: Values) -> npt.NDArray[np.bool_]:
    """Rows where two labels are equal but for rounding in the last bits: either is right."""
    if pipeline.task is Task.BINARY:
        return np.abs(probabilities[:, 1] - pipeline.threshold) < ROUNDING
    top = np.sort(probabilities, axis=1)
    return np.asarray(top[:, -1] - top[:, -2] < ROUNDING)


def awkward(column: Column, values: Values, rng: np.random.Generator) -> Values:
    """A copy with a third of the cells missing, unseen or extreme."""
    out = values.copy()
    pick = rng.random(len(out))
    missing, strange = pick < 0.15, (pick >= 0.15) & (pick < 0.35)
    if column.kind in NUMERIC_KINDS:
        out[missing] = np.nan
        extremes = np.array([0, -1, 1e9, -1e9, 3e38, -3e38, 1e-30, np.inf, -np.inf], np.float32)
        out[strange] = rng.choice(extremes, int(strange.sum()))
    elif column.kind is Kind.DATETIME:
        out[missing] = np.datetime64("NaT")
        extremes = np.array(["1900-02-28", "2099-12-31T23:59:59", "2000-02-29"], "datetime64[s]")
        out[strange] = rng.choice(extremes, int(strange.sum()))
    else:
        out[missing] = ""
        unseen = np.array(["never seen", "🙂", " ", "0", "<b>", "ünïcode 字", "a" * 500], object)
        out[strange] = rng.choice(unseen, int(strange.sum()))
    return out
