from __future__ import annotations

import pytest

from automl_lite.inference import Predictor
from tests.unit.inference import graphs


@pytest.fixture(scope="session")
def binary() -> Predictor:
    return Predictor(graphs.classifier(["no", "yes"], graphs.random_trees(12, 1)))


@pytest.fixture(scope="session")
def multiclass() -> Predictor:
    return Predictor(graphs.classifier(["a", "b", "c"], graphs.random_trees(8, 3)))


@pytest.fixture(scope="session")
def regression() -> Predictor:
    return Predictor(graphs.regressor())
