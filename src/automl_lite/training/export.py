"""A trained pipeline as one ONNX graph from raw columns to labels and probabilities, or a number and its interval."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, helper

from automl_lite.domain.columns import Task
from automl_lite.training.blend import SMALLEST_P
from automl_lite.training.boosters import TreeModel
from automl_lite.training.graph import Graph
from automl_lite.training.linear import LinearModel, NeuralModel
from automl_lite.training.logs import LogTargetModel
from automl_lite.training.pipeline import Floats, Pipeline
from automl_lite.training.problem import FoldModel, link_onnx
from automl_lite.training.rest import RestModel
from automl_lite.training.trees import add_trees

METADATA_KEY = "automl_lite"


def to_onnx(pipeline: Pipeline, contract: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """Serialise ``pipeline`` with ``contract`` as metadata; return the contract with the names of the outputs."""
    graph = Graph(taken=[c.name for c in pipeline.columns])
    matrix32 = pipeline.encoder.to_onnx(graph)
    matrix = graph.cast(matrix32, TensorProto.DOUBLE)
    blend = _blend(pipeline, graph, matrix)
    outputs = (_classify if pipeline.task.is_classification else _regress)(pipeline, graph, blend)
    whole = contract | {"outputs": outputs, "width": graph.width}
    return graph.model({METADATA_KEY: _json(whole)}).SerializeToString(deterministic=True), whole


def with_contract(model: bytes, contract: dict[str, Any]) -> bytes:
    """Put ``contract`` into a model file instead of the one that it has; the graph stays as it is."""
    proto = ModelProto.FromString(model)
    helper.set_model_props(proto, {METADATA_KEY: _json(contract)})
    return bytes(proto.SerializeToString(deterministic=True))


def _json(contract: dict[str, Any]) -> str:
    return json.dumps(contract, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))


def _blend(pipeline: Pipeline, graph: Graph, matrix: str) -> str:
    """The members' predictions in their shares: (n, n_classes), or (n, 1) for numbers and the second of two classes.

    Numbers are in the target's unit, but without its mean: ``pipeline.scale`` is in the weights, since onnxruntime
    would round a factor that follows a product to float32 (its MatMulScaleFusion).
    """
    parts = [
        link_onnx(pipeline.problem, graph, _raw(graph, matrix, m.model), shares=m.shares) for m in pipeline.members
    ]
    unit = pipeline.scale if pipeline.task is Task.REGRESSION else 1.0
    weights = [m.weight * unit for m in pipeline.members]
    if weights == [1.0]:
        return parts[0]
    if len(parts) == 1:
        return graph.add("Mul", parts[0], graph.const(weights[0], np.float64))
    if pipeline.task is not Task.MULTICLASS:
        return graph.add("MatMul", graph.concat(parts), graph.const(np.array(weights)[:, None], np.float64))
    scaled = [graph.add("Mul", p, graph.const(w, np.float64)) for p, w in zip(parts, weights, strict=True)]
    return graph.add("Sum", *scaled)


def _raw(graph: Graph, matrix: str, model: FoldModel) -> str:
    """Raw outputs of a model."""
    if isinstance(model, TreeModel):
        return add_trees(graph, model.trees(), matrix)
    if isinstance(model, LinearModel):
        return _network(graph, model.scaler.to_onnx(graph, matrix), [(model.weights, model.intercept)])
    if isinstance(model, NeuralModel):
        return _network(graph, model.scaler.to_onnx(graph, matrix), model.layers)
    if isinstance(model, LogTargetModel):
        return model.to_onnx(graph, _raw(graph, matrix, model.inner))
    if isinstance(model, RestModel):
        return graph.add("Add", _raw(graph, matrix, model.base), _raw(graph, matrix, model.inner))
    raise TypeError(f"there is no graph for {type(model).__name__}")


def _network(graph: Graph, scaled: str, layers: Sequence[tuple[Floats, Floats]]) -> str:
    z = scaled
    for i, (weights, bias) in enumerate(layers):
        z = graph.add("Add", graph.add("MatMul", z, graph.const(weights, np.float64)), graph.const(bias, np.float64))
        if i + 1 < len(layers):
            z = graph.add("Relu", z)
    return z


def _classify(pipeline: Pipeline, graph: Graph, blend: str) -> dict[str, str]:
    probabilities = blend
    is_binary = pipeline.task is Task.BINARY
    if is_binary:
        probabilities = graph.concat([graph.add("Sub", graph.const(1, np.float64), blend), blend])
    if pipeline.temperature != 1.0:
        safe = graph.add("Max", probabilities, graph.const(SMALLEST_P, np.float64))
        logs = graph.add("Mul", graph.add("Log", safe), graph.const(1 / pipeline.temperature, np.float64))
        probabilities = graph.add("Softmax", logs, axis=1)
    if is_binary:
        second = graph.add("Gather", probabilities, graph.const(1, np.int64), axis=1)
        above = graph.add("GreaterOrEqual", second, graph.const(pipeline.threshold, np.float64))
        low, high = pipeline.classes
        labels = graph.add("Where", above, graph.strings([high]), graph.strings([low]))
    else:
        labels = graph.add(
            "Gather", graph.strings(pipeline.classes), graph.add("ArgMax", probabilities, axis=1, keepdims=0)
        )
    return {
        "label": graph.output(labels, "label", TensorProto.STRING, ["N"]),
        "probabilities": graph.output(
            graph.cast(probabilities, TensorProto.FLOAT),
            "probabilities",
            TensorProto.FLOAT,
            ["N", len(pipeline.classes)],
        ),
    }


def _regress(pipeline: Pipeline, graph: Graph, blend: str) -> dict[str, str]:
    value = graph.add("Add", blend, graph.const(pipeline.mean, np.float64))
    flat = graph.add("Reshape", value, graph.const([-1], np.int64))
    outputs = {"prediction": graph.output(flat, "prediction", TensorProto.DOUBLE, ["N"])}
    if pipeline.intervals is not None:
        # the bin is the number of edges that the prediction has passed
        passed = graph.add("Greater", value, graph.const(pipeline.intervals.edges[None, :], np.float64))
        counts = graph.add("ReduceSum", graph.cast(passed, TensorProto.INT64), graph.const([1], np.int64), keepdims=0)
        offsets = np.stack([pipeline.intervals.low, pipeline.intervals.high], axis=1)
        interval = graph.add("Add", value, graph.add("Gather", graph.const(offsets, np.float64), counts))
        outputs["interval"] = graph.output(interval, "interval", TensorProto.DOUBLE, ["N", 2])
    return outputs
