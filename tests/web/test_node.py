"""The same file answers the same in JavaScript: Python and onnxruntime-web agree within 1e-5."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from automl_lite.inference import Predictor
from tests.unit.inference import graphs
from tests.web import node

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
