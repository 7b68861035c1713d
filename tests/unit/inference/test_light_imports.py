"""Serving must stay small: what answers a request loads numpy and onnxruntime, and nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.unit.inference import graphs

HEAVY = ("pandas", "sklearn", "scipy", "duckdb", "onnx", "polars", "pyarrow", "typer", "rich", "lightgbm", "matplotlib")
SCRIPT = """
import sys, json
import automl_lite
after_package = set(sys.modules)
predictor = automl_lite.Predictor(sys.argv[1])
predictor.answer(json.loads(sys.argv[2]), explain=True)
predictor.score([json.loads(sys.argv[2])] * 3)
heavy = sorted({m.partition(".")[0] for m in sys.modules} & set(sys.argv[3].split(",")))
print(json.dumps([heavy, "numpy" in after_package]))
"""


def test_predicting_loads_numpy_and_onnxruntime_alone(tmp_path: Path):
    (tmp_path / "model.onnx").write_bytes(graphs.regressor())
    row = graphs.json.dumps(graphs.ROW)
    command = [sys.executable, "-W", "error", "-c", SCRIPT, str(tmp_path / "model.onnx"), row, ",".join(HEAVY)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert graphs.json.loads(done.stdout) == [[], False]
