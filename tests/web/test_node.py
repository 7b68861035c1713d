"""The same file answers the same in JavaScript: Python and onnxruntime-web agree within 1e-5."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from automl_lite.inference import Predictor
from tests.unit.inference import graphs
from tests.web import node

DOCS = Path(__file__).parents[2] / "docs" / "model-file.md"
MODELS = {
    "binary": graphs.classifier(["nein", "ja – größer"], graphs.random_trees(50, 1, depth=5)),
    "multiclass": graphs.classifier(["a", "b", "c"], graphs.random_trees(20, 3)),
    "regression": graphs.regressor(),
}


@pytest.mark.skipif(bool(node.why_not()), reason=node.why_not())
def test_node_and_python_agree(tmp_path: Path):
    rows = graphs.random_rows(200, seed=6)
    for task, model in MODELS.items():
        found = node.run(model, rows, tmp_path)
        predictor = Predictor(model)
        if task == "regression":
            np.testing.assert_allclose(found["prediction"], predictor.predict(rows), rtol=1e-5)
            np.testing.assert_allclose(found["interval"], predictor.predict_interval(rows), rtol=1e-5)
        else:
            assert found["label"].tolist() == predictor.predict(rows).tolist()
            np.testing.assert_allclose(found["probabilities"], predictor.predict_proba(rows), atol=1e-5)


@pytest.mark.skipif(bool(node.why_not()), reason=node.why_not())
def test_the_documented_lines_run(tmp_path: Path):
    node.install()
    code = DOCS.read_text(encoding="utf-8").split("```js\n")[1].split("```")[0]
    (tmp_path / "model.onnx").write_bytes(MODELS["regression"])
    script = node.HERE / "node_modules" / "documented.mjs"  # where the import is found
    script.write_text(code, encoding="utf-8")
    done = subprocess.run([node.NODE, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True)
    answer = Predictor(MODELS["regression"]).score({"Age": [29], "Sex": ["male"]}, allow_absent=True).predictions
    name, value = done.stdout.splitlines()[0].replace("[", "").replace("]", "").split(maxsplit=1)
    assert name == "prediction"
    assert float(value) == pytest.approx(answer[0], rel=1e-5)
