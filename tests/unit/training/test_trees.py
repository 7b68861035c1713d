"""Fitted trees as arrays: the same answers as the library that fitted them, missing and extreme values included."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime as ort
import pytest
from onnx import TensorProto

from automl_lite.domain.columns import Task
from automl_lite.training import boosters
from automl_lite.training.families import FAMILIES
from automl_lite.training.graph import Graph
from automl_lite.training.portfolio import PORTFOLIO
from automl_lite.training.problem import FitData, Problem
from automl_lite.training.scaling import Scales
from automl_lite.training.trees import Trees, add_trees, concat

TREE_CONFIGS = {c.name: c for c in PORTFOLIO if c.family not in {"Linear", "Neural network"}}
N_CLASSES = {Task.REGRESSION: 0, Task.BINARY: 2, Task.MULTICLASS: 3}


def table(task, n=240, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 6)).astype(np.float32)
    x[:, 4] = np.round(x[:, 4])
    x[rng.random(x.shape) < 0.08] = np.nan
    signal = np.nan_to_num(x[:, 0]) + np.nan_to_num(x[:, 4]) ** 2
    if task is Task.REGRESSION:
        return x, signal + rng.normal(size=n) * 0.1
    return x, np.digitize(signal, np.quantile(signal, [0.5] if task is Task.BINARY else [0.4, 0.7])).astype(np.int64)


def fitted(config, task, stop=lambda: False):
    x, y = table(task)
    data = FitData(train_x=x[:160], train_y=y[:160], valid_x=x[160:], valid_y=y[160:], scales=Scales.of(x))
    params = dict(config.params) | ({"learning_rate": 0.1} if config.uses_rate else {})
    return FAMILIES[config.family](Problem(task=task, n_classes=N_CLASSES[task]), params, data, stop), x


def strange_rows(x):
    rows = np.repeat(x[:30], 2, axis=0)
    rows[::2, 0] = np.nan
    rows[1::4, 1] = 3e38
    rows[2::4, 2] = -3e38
    rows[::5] = np.nan
    return np.vstack([x, rows])


def run_onnx(trees, matrix):
    graph = Graph()
    value = graph.cast(graph.input("x", TensorProto.FLOAT), TensorProto.DOUBLE)
    graph.inputs[0].type.tensor_type.shape.dim[1].dim_value = matrix.shape[1]
    graph.output(add_trees(graph, trees, value), "y", TensorProto.DOUBLE, ["N", trees.n_outputs])
    session = ort.InferenceSession(graph.model({}).SerializeToString())
    return session.run(None, {"x": matrix})[0]


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("name", TREE_CONFIGS)
def test_arrays_and_graph_equal_the_library(name, task):
    model, x = fitted(TREE_CONFIGS[name], task)
    rows = strange_rows(x)
    expected = model.raw(rows)
    assert np.ptp(expected) > 0
    np.testing.assert_allclose(model.trees().predict(rows), expected, rtol=0, atol=1e-9)
    np.testing.assert_allclose(run_onnx(model.trees(), rows), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ["LightGBM", "XGBoost depth 6", "CatBoost depth 6"])
def test_shap_values_add_up_to_the_raw_output(name):
    model, x = fitted(TREE_CONFIGS[name], Task.BINARY)
    contributions = model.contributions(x)
    assert contributions.shape == (len(x), 6, 1)
    rest = model.raw(x)[:, 0] - contributions[:, :, 0].sum(axis=1)
    np.testing.assert_allclose(rest, rest[0], atol=1e-5)


def test_forests_have_no_shap_values():
    model, x = fitted(TREE_CONFIGS["Extra trees"], Task.BINARY)
    assert model.contributions(x) is None


@pytest.mark.parametrize("name", TREE_CONFIGS)
def test_a_fit_that_is_told_to_stop_keeps_what_it_has(name):
    model, x = fitted(TREE_CONFIGS[name], Task.BINARY, stop=lambda: True)
    assert 1 <= model.rounds <= 8
    assert np.isfinite(model.raw(x)).all()


def test_size_estimate_is_near_the_size_in_the_file():
    for name in ("LightGBM", "XGBoost depth 6", "CatBoost depth 6", "Extra trees"):
        model, _ = fitted(TREE_CONFIGS[name], Task.BINARY)
        graph = Graph()
        value = graph.cast(graph.input("x", TensorProto.FLOAT), TensorProto.DOUBLE)
        graph.output(add_trees(graph, model.trees(), value), "y", TensorProto.DOUBLE, ["N", 1])
        size = len(graph.model({}).SerializeToString())
        assert 0.5 < model.size_bytes / size < (4 if name.startswith("CatBoost") else 2), name


def test_oblivious_trees_lose_the_nodes_that_no_row_can_reach():
    model, x = fitted(TREE_CONFIGS["CatBoost depth 6"], Task.BINARY)
    trees = model.trees()
    whole = int(model.native.get_tree_leaf_counts().sum()) + 1  # and the bias
    assert len(trees.value) < 0.9 * whole
    assert len(trees.feature) == len(trees.value) - len(trees.roots)  # a binary tree has one node less than leaves
    np.testing.assert_allclose(trees.predict(strange_rows(x)), model.raw(strange_rows(x)), rtol=0, atol=1e-9)


def test_trees_of_an_output_alone():
    model, x = fitted(TREE_CONFIGS["LightGBM"], Task.MULTICLASS)
    trees = model.trees()
    output_of = np.arange(len(trees.roots)) % 3
    for k in range(3):
        alone = trees.only(np.flatnonzero(output_of == k)).predict(x)
        np.testing.assert_array_equal(alone[:, k], trees.predict(x)[:, k])
        assert not np.delete(alone, k, axis=1).any()


def test_an_output_without_trees_is_zero():
    none = np.zeros(0, np.int64)
    leaf = Trees(none, np.zeros(0), none, none, none, none, np.array([-1]), np.array([[0.0, 2.5, 0.0]]))
    assert run_onnx(leaf, np.zeros((2, 2), np.float32)).tolist() == [[0.0, 2.5, 0.0]] * 2


def test_trees_of_a_single_leaf():
    leaf = Trees(
        *(np.zeros(0, np.int64),) * 1, np.zeros(0), *(np.zeros(0, np.int64),) * 4, np.array([-1]), np.array([[2.5]])
    )
    matrix = np.zeros((3, 2), np.float32)
    assert concat([leaf, leaf]).predict(matrix).tolist() == [[5.0]] * 3
    assert run_onnx(concat([leaf, leaf]), matrix).tolist() == [[5.0]] * 3


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
@pytest.mark.parametrize("name", ["LightGBM", "XGBoost depth 6"])
def test_what_is_predicted_in_steps_is_what_is_predicted_at_once(name, task, monkeypatch):
    model, x = fitted(TREE_CONFIGS[name], task)
    at_once = model.raw(x)
    monkeypatch.setattr(boosters, "STEP_TREES", 5)
    monkeypatch.setattr(boosters, "STEP_LEAVES", 700)
    model = pickle.loads(pickle.dumps(model))
    with ThreadPoolExecutor(4) as pool:  # steps of several threads must not get in each other's way
        for found in pool.map(model.raw, [x] * 40):
            np.testing.assert_allclose(found, at_once, rtol=1e-12, atol=1e-12)
    assert model.raw(x[:0]).shape == (0, model.n_outputs)
