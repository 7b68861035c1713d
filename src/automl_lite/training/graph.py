"""A small builder for ONNX graphs: nodes and constants with names that never meet a column's name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSETS = {"": 20, "ai.onnx.ml": 5, "com.microsoft": 1}
IR_VERSION = 10


class Graph:
    """Collects nodes; every method that adds one returns the name of its output."""

    def __init__(self, taken: Sequence[str] = ()) -> None:
        self._taken = set(taken)
        self._n = 0
        self._constants: dict[tuple[str, tuple[int, ...], bytes], str] = {}
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self.width = 1

    def needs(self, width: int) -> None:
        """Note that some value holds ``width`` numbers a row; ``self.width`` is the greatest."""
        self.width = max(self.width, width)

    def fresh(self, stem: str) -> str:
        """Return an unused value name that starts with ``stem``."""
        while True:
            self._n += 1
            name = f"{stem}.{self._n}"
            if name not in self._taken:
                return name

    def input(self, name: str, elem_type: int) -> str:
        """Declare an input of shape [N, 1]."""
        self.inputs.append(helper.make_tensor_value_info(name, elem_type, ["N", 1]))
        return name

    def output(self, value: str, wanted: str, elem_type: int, shape: Sequence[str | int]) -> str:
        """Give ``value``, which a node made, the name of an output; return it: ``wanted`` unless a column has it."""
        name = wanted
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        for node in self.nodes:
            for values in (node.input, node.output):
                values[:] = [name if v == value else v for v in values]
        self.outputs.append(helper.make_tensor_value_info(name, elem_type, list(shape)))
        return name

    def const(self, values: npt.ArrayLike, dtype: npt.DTypeLike) -> str:
        """Return the name of a constant tensor; equal constants are stored once."""
        array = np.asarray(values, dtype=dtype, order="C")
        key = (str(array.dtype), array.shape, array.tobytes())
        if key not in self._constants:
            self._constants[key] = name = self.fresh("c")
            self.initializers.append(numpy_helper.from_array(array, name))
        return self._constants[key]

    def strings(self, values: Sequence[str]) -> str:
        """Return the name of a constant tensor of strings, shape (len(values),)."""
        name = self.fresh("s")
        tensor = helper.make_tensor(name, TensorProto.STRING, [len(values)], [v.encode() for v in values])
        self.initializers.append(tensor)
        return name

    def add(self, op: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output."""
        out = self.fresh(op.lower())
        self.nodes.append(helper.make_node(op, list(inputs), [out], domain=domain, **attributes))
        return out

    def cast(self, value: str, elem_type: int) -> str:
        """Cast to an ONNX element type."""
        return self.add("Cast", value, to=elem_type)

    def concat(self, values: Sequence[str], axis: int = 1) -> str:
        """Join along an axis; a single value passes through."""
        return values[0] if len(values) == 1 else self.add("Concat", *values, axis=axis)

    def columns(self, value: str, start: int, stop: int) -> str:
        """Columns ``start:stop`` of a matrix."""
        ends = (self.const([start], np.int64), self.const([stop], np.int64), self.const([1], np.int64))
        return self.add("Slice", value, *ends)

    def model(self, metadata: dict[str, str]) -> onnx.ModelProto:
        """The finished model with ``metadata_props``, checked."""
        graph = helper.make_graph(self.nodes, "automl_lite", self.inputs, self.outputs, self.initializers)
        used = {node.domain for node in self.nodes}
        opsets = [helper.make_opsetid(d, v) for d, v in OPSETS.items() if d in used or not d]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="automl-lite")
        for key, value in sorted(metadata.items()):
            model.metadata_props.add(key=key, value=value)
        onnx.checker.check_model(model)
        return model
