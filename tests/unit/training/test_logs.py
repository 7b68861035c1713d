"""Learning a skewed number on its logarithm."""

from __future__ import annotations

import numpy as np
import onnxruntime as ort
import pytest
from onnx import TensorProto

from automl_lite.domain.columns import Task
from automl_lite.training.clock import Clock
from automl_lite.training.graph import Graph
from automl_lite.training.logs import LogScale, LogTargetModel
from automl_lite.training.portfolio import PORTFOLIO, portfolio
from automl_lite.training.problem import Problem
from automl_lite.training.search import Search
from automl_lite.training.split import _pairs


def prices(n=600, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4)).astype(np.float32)
    return x, np.exp(10 + x[:, 0] + 0.5 * x[:, 1] + 0.2 * rng.normal(size=n))


class Fixed:
    """A model that says what it was given."""

    rounds = 3
    size_bytes = 8

    def raw(self, matrix):
        return np.asarray(matrix, np.float64)[:, :1]


@pytest.mark.parametrize(
    ("y", "why"),
    [
        (np.array([1.0, 2.0, 0.0, 50.0]), "not positive"),
        (np.full(5, 3.0), "constant"),
        (np.random.default_rng(0).normal(100, 1, 500), "not skewed"),
        (-np.random.default_rng(0).lognormal(0, 1, 500) + 1_000, "skewed to the left"),
        (np.array([]), "empty"),
    ],
)
def test_logarithms_are_for_skewed_positive_numbers_only(y, why):
    assert LogScale.of(y, 0.0, 1.0) is None, why


def test_scales_lead_back():
    _, y = prices()
    mean, scale = y.mean(), y.std()
    logs = LogScale.of(y, mean, scale)
    z = (y - mean) / scale
    assert logs.to_logs(z).std() == pytest.approx(1)
    np.testing.assert_allclose(logs.values(logs.to_logs(z)), y)
    assert logs.values(np.array([1e9]))[0] == pytest.approx(y.max())
    assert logs.values(np.array([-1e9]))[0] == pytest.approx(y.min())


def test_the_graph_equals_the_model():
    _, y = prices()
    model = LogTargetModel(Fixed(), LogScale.of(y, y.mean(), y.std()), smear=1.03)
    matrix = np.array([[-50.0], [-1.0], [0.0], [0.7], [40.0]], np.float32)
    graph = Graph(taken=["x"])
    given = graph.cast(graph.input("x", TensorProto.FLOAT), TensorProto.DOUBLE)
    graph.output(model.to_onnx(graph, given), "z", TensorProto.DOUBLE, ["N", 1])
    session = ort.InferenceSession(graph.model({}).SerializeToString())
    np.testing.assert_allclose(session.run(["z"], {"x": matrix})[0], model.raw(matrix), rtol=1e-12)


def test_the_search_learns_logarithms_and_they_win():
    x, y = prices()
    mean, scale = y.mean(), y.std()
    search = Search(
        Problem(task=Task.REGRESSION),
        x,
        (y - mean) / scale,
        _pairs(np.arange(len(y)) % 3),
        clock=Clock(60),
        workers=2,
        max_models=2,
        log_scale=LogScale.of(y, mean, scale),
    )
    plain, on_logs = search.run()
    assert [plain.config.name, on_logs.config.name] == ["Linear", "Linear, logs"]
    assert on_logs.loss < 0.5 * plain.loss
    (again,) = search.refit([on_logs])
    assert isinstance(again, LogTargetModel)
    assert again.smear == pytest.approx(np.mean([m.smear for m in on_logs.models]))
    # that of the noise is 1.02, and bounds bend the line a little
    assert again.smear == pytest.approx(np.exp(0.2**2 / 2), abs=0.05)


def test_the_portfolio_for_logarithms_holds_everything_on_logarithms_and_the_first_boosters_as_they_are():
    tried = portfolio("logs")
    assert portfolio() == PORTFOLIO
    assert {c.name for c in tried if c.learns == "logs"} == {f"{c.name}, logs" for c in PORTFOLIO}
    assert {"LightGBM", "CatBoost"} <= {c.family for c in tried if c.learns == "target"}
    assert len({c.name for c in tried}) == len(tried)
