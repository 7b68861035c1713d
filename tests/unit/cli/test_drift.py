from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from automl_lite.inference.sketch import Sketch
from tests.unit.cli.conftest import write_csv
from tests.unit.inference import graphs

pytestmark = pytest.mark.usefixtures("plain_csv")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return a model that knows the distribution of its training rows."""
    rows = graphs.random_rows(3_000, seed=1)
    inputs: list[dict[str, Any]] = copy.deepcopy(graphs.INPUTS)
    for column in inputs:
        column["missing_share"] = 0.1
        if column["type"] == "float":
            column["histogram"] = Sketch.of(np.array([r[column["name"]] for r in rows])).as_dict()
    inputs[2] |= {"values": ["male", "female", "other"], "shares": [1 / 3] * 3, "n_values": 3}
    inputs[3] |= {"shares": [0.5, 0.5]}
    path = tmp_path / "model.onnx"
    trees = graphs.random_trees(12, 1)
    path.write_bytes(graphs.classifier(["no", "yes"], trees, inputs=inputs, n_training_rows=3_000))
    return path


def test_rows_like_training(run, model, tmp_path):
    path = write_csv(tmp_path / "new.csv", graphs.random_rows(1_000, seed=2))
    outcome = run("drift", model, path)
    assert outcome.code == 0
    assert "like those of training" in outcome.out
    assert "Accuracy to be expected: 0." in outcome.out


def test_what_changed_is_told(run, model, tmp_path):
    rows = [r | {"Age": r["Age"] + 30, "Sex": r["Sex"] if i % 4 else "unknown"}
            for i, r in enumerate(graphs.random_rows(1_000, seed=2))]  # fmt: skip
    path = write_csv(tmp_path / "new.csv", rows)
    outcome = run("drift", model, path)
    assert "Strong drift: 2 of 6 columns changed beyond chance" in outcome.out
    assert "never seen in training" in outcome.out
    told = run("drift", model, path, "--json").json
    assert [c["column"] for c in told["columns"] if c["severity"] != "none"] == ["Sex", "Age"]
    assert told["columns"][1]["shares"]["edges"]
    assert told["estimate"]["n_rows"] == 1_000


def test_missing_columns_are_refused_as_in_predict(run, model, tmp_path):
    rows = [{k: v for k, v in r.items() if k != "Age"} for r in graphs.random_rows(400)]
    path = write_csv(tmp_path / "new.csv", rows)
    assert "missing-columns" in run("drift", model, path).err
    allowed = run("drift", model, path, "--allow-missing-columns")
    assert allowed.code == 0
    assert "'Age' has no value in 100.0% of rows" in allowed.out
