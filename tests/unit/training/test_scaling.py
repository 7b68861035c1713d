"""Features as linear models and networks compute with them, here and in the graph."""

from __future__ import annotations

import numpy as np
import onnxruntime as ort
import pytest
from onnx import TensorProto

from automl_lite.domain.columns import Task
from automl_lite.training import scaling
from automl_lite.training.graph import Graph
from automl_lite.training.linear import fit_linear
from automl_lite.training.problem import FitData, Problem
from automl_lite.training.scaling import BoundedScaler, Scaler, Scales

ODD = np.array([np.nan, 0, -1, 1e9, -1e9, 3e38, -3e38, 1e-30], np.float32)


def table(n=500):
    """Heavy tails, few values, gaps, a constant, nothing at all."""
    rng = np.random.default_rng(0)
    x = np.stack(
        [
            rng.lognormal(0, 2, n),
            rng.integers(0, 2, n),
            np.where(rng.random(n) < 0.3, np.nan, rng.normal(size=n)),
            np.full(n, 7.0),
            np.full(n, np.nan),
            rng.random(n) < 0.01,
        ],
        axis=1,
    )
    return x.astype(np.float32)


@pytest.mark.parametrize("make", [Scaler, BoundedScaler, lambda matrix: BoundedScaler(matrix).without_pieces()])
def test_the_graph_scales_as_python_does(make):
    found = make(table())
    graph = Graph()
    names = [graph.input(f"x{j}", TensorProto.FLOAT) for j in range(6)]
    scaled = found.to_onnx(graph, graph.cast(graph.concat(names), TensorProto.DOUBLE))
    graph.output(scaled, "z", TensorProto.DOUBLE, ["N", found.n_features])
    session = ort.InferenceSession(graph.model({}).SerializeToString())
    for rows in (table(), np.tile(ODD[:, None], (1, 6))):
        (said,) = session.run(None, {name: rows[:, [j]] for j, name in enumerate(names)})
        wanted = found.transform(rows)
        assert wanted.shape == (len(rows), found.n_features)
        assert np.isfinite(wanted).all()
        np.testing.assert_allclose(said, wanted, rtol=1e-14, atol=1e-14)


def test_pieces_say_where_a_number_stands_between_quantiles():
    x = np.arange(1_001, dtype=np.float32)[:, None]
    pieces = BoundedScaler(x)
    z = pieces.transform(np.array([[0], [500], [1_000], [np.nan], [-1e30]], np.float32))
    assert z.shape == (5, 1 + scaling.MOST_PIECES)
    np.testing.assert_allclose(z[0, 1:], -0.5)
    np.testing.assert_allclose(z[2, 1:], 0.5)
    np.testing.assert_allclose(z[1, 1:], [0.5] * 8 + [-0.5] * 8)
    np.testing.assert_array_equal(z[3], z[1])  # missing is as the median
    assert z[1, 0] == 0
    assert z[4, 0] == pytest.approx(-scaling.BOUND)


def test_many_cells_get_fewer_pieces_and_in_the_end_none(monkeypatch):
    x = np.random.default_rng(0).normal(size=(1_000, 3)).astype(np.float32)
    for cells, wanted in ((60_000, 16), (24_000, 8), (9_000, 0)):
        monkeypatch.setattr(scaling, "MOST_CELLS", cells)
        assert BoundedScaler(x).n_features == 3 * (1 + wanted)


def test_a_sum_of_curves_follows_what_a_line_cannot():
    rng = np.random.default_rng(0)
    x = rng.uniform(-3, 3, (2_000, 2)).astype(np.float32)
    y = np.sin(2 * x[:, 0]) + x[:, 1] ** 2
    data = FitData(train_x=x[:1_000], train_y=y[:1_000], valid_x=x[1_000:], valid_y=y[1_000:], scales=Scales.of(x))
    problem = Problem(task=Task.REGRESSION, n_classes=0, absolute=False, seed=0)
    line, curve = (fit_linear(problem, params, data, lambda: False) for params in ({}, {"pieces": True}))
    error = [np.sqrt(np.mean((model.raw(x[1_000:])[:, 0] - y[1_000:]) ** 2)) for model in (line, curve)]
    assert error[0] > 2
    assert error[1] < 0.2


def test_only_series_go_on_beyond_their_training_rows():
    x = np.linspace(0, 1, 100, dtype=np.float32)[:, None]
    far = np.array([[2.0], [3.0]], np.float32)
    goes_on, bounded = Scales.of(x, extrapolate=True).columns, Scales.of(x).columns
    assert np.diff(goes_on.transform(far)[:, 0]) == pytest.approx(1 / x.std(), rel=1e-3)
    assert np.abs(bounded.transform(1e6 * far)).max() <= scaling.BOUND
