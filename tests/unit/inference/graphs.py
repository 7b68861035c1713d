"""Model files made by hand with ``onnx.helper``, as the exporter writes them, and their answers in plain Python."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ISO = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?)?"
TRUE = ["true", "True", "yes", "1"]
FALSE = ["false", "False", "no", "0"]
SEXES = ["male", "female"]

INPUTS: list[dict[str, Any]] = [
    {"name": "Age", "kind": "number", "type": "float", "missing_share": 0.2, "min": 0.5, "max": 80.0, "mean": 29.5,
     "quantiles": [1.0, 4.0, 20.0, 28.0, 38.0, 56.0, 66.0], "integer": False},
    {"name": "rooms", "kind": "integer", "type": "float", "missing_share": 0.0, "min": 1, "max": 9, "mean": 3.2,
     "quantiles": [1, 1, 2, 3, 4, 6, 8], "integer": True},
    {"name": "Sex", "kind": "category", "type": "string", "values": SEXES, "n_values": 2, "shares": [0.65, 0.35],
     "missing_share": 0.0},
    {"name": "paid", "kind": "boolean", "type": "string", "values": ["false", "true"], "shares": [0.4, 0.6],
     "missing_share": 0.1},
    {"name": "sold", "kind": "datetime", "type": "string", "min": "2014-05-02T00:00:00", "max": "2015-05-14T00:00:00",
     "median": "2014-10-16T00:00:00", "missing_share": 0.0},
    {"name": "notes", "kind": "text", "type": "string", "example": "great view", "length": {"mean": 12, "max": 90}},
]  # fmt: skip
ROW: dict[str, Any] = {
    "Age": 29.0,
    "rooms": 3,
    "Sex": "male",
    "paid": True,
    "sold": "2014-10-13",
    "notes": "a great view",
}
N_FEATURES = 6

Tree = tuple[
    list[int], list[float], list[list[float]]
]  # features and splits of a full tree, then leaf × target weights


def features(row: dict[str, Any]) -> list[float]:
    """Return what the graph makes of a row in the file's own terms: float32 numbers and strings."""
    paid = row.get("paid", "")
    sold = row.get("sold", "")
    year, month = (int(p) for p in sold.split("-")[:2]) if re.fullmatch(ISO, sold) else (0, 0)
    return [
        float(np.float32(row.get("Age", np.nan))),
        float(np.float32(row.get("rooms", np.nan))),
        float({"": 0, "male": 1, "female": 2}.get(row.get("Sex", ""), 3)),
        1.0 if paid in TRUE else 0.0 if paid in FALSE else -1.0,
        float((year - 2014) * 12 + month) if year else -1.0,
        float(re.findall(r"[a-z]+", row.get("notes", "")).count("great")),
    ]


def random_trees(n_trees: int, n_targets: int, seed: int = 0, depth: int = 3) -> list[Tree]:
    """Return full trees over the six features; node i has the children 2i + 1 (split met) and 2i + 2."""
    rng = np.random.default_rng(seed)
    low, high = np.array([0, 1, 0, -1, 0, 0]), np.array([80, 9, 3, 1, 18, 3])
    trees = []
    for _ in range(n_trees):
        ids = rng.integers(0, N_FEATURES, 2**depth - 1)
        splits = rng.uniform(low[ids], high[ids])
        trees.append((ids.tolist(), splits.tolist(), rng.normal(0, 0.5, (2**depth, n_targets)).tolist()))
    return trees


def raw_scores(trees: list[Tree], row: dict[str, Any]) -> np.ndarray:
    """Return the sum of the trees' leaves for one row; a missing number goes the way of a split that is not met."""
    x = features(row)
    total = np.zeros(len(trees[0][2][0]))
    for ids, splits, leaves in trees:
        node = 0
        while node < len(ids):
            node = 2 * node + (1 if x[ids[node]] <= splits[node] else 2)
        total += leaves[node - len(ids)]
    return total


class Graph:
    """Nodes and constants in the making."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._n = 0

    def add(self, op: str, *inputs: str, out: str = "", domain: str = "", **attributes: Any) -> str:
        self._n += 1
        out = out or f"_{op}_{self._n}"
        self.nodes.append(helper.make_node(op, list(inputs), [out], domain=domain, **attributes))
        return out

    def constant(self, value: Any) -> str:
        self._n += 1
        name = f"_constant_{self._n}"
        array = np.asarray(value)
        if array.dtype.kind == "U":
            flat = [s.encode() for s in array.reshape(-1)]
            self.constants.append(helper.make_tensor(name, TensorProto.STRING, array.shape, flat))
        else:
            self.constants.append(numpy_helper.from_array(array, name))
        return name

    def lookup(self, name: str, levels: list[str], codes: list[float], unseen: float) -> str:
        """Strings → one double, through LabelEncoder and Gather as the exporter does."""
        code = self.add(
            "LabelEncoder", name, domain="ai.onnx.ml", keys_strings=levels, values_int64s=list(range(len(levels))),
            default_int64=len(levels),
        )  # fmt: skip
        return self.add("Gather", self.constant(np.array([*codes, unseen], dtype=np.float64)), code)

    def months(self, name: str) -> str:
        """ISO date → months since December 2013, −1 where it is missing or not a date."""
        ok = self.add("RegexFullMatch", name, pattern=ISO)
        date = self.add("Where", ok, name, self.constant([["1970-01-01"]]))
        parts = self.add(
            "Tokenizer", date, domain="com.microsoft", mark=0, mincharnum=1, pad_value="0", tokenexp="[0-9]+"
        )
        parts = self.add("Slice", parts, self.constant([0]), self.constant([2]), self.constant([2]))
        parts = self.add("Cast", parts, to=TensorProto.DOUBLE)
        offset = self.constant(np.array([2014.0, 0.0]))
        weighted = self.add("Mul", self.add("Sub", parts, offset), self.constant(np.array([12.0, 1.0])))
        months = self.add("ReduceSum", weighted, self.constant([2]), keepdims=0)
        return self.add("Where", ok, months, self.constant(np.array(-1.0)))

    def count_word(self, name: str, word: str) -> str:
        """Text → how often the word stands in it."""
        padded = self.add("StringConcat", name, self.constant([[" x"]]))  # no row may be without a token
        tokens = self.add(
            "Tokenizer", padded, domain="com.microsoft", mark=0, mincharnum=1, pad_value="", tokenexp="[a-z]+"
        )
        hits = self.add(
            "LabelEncoder", tokens, domain="ai.onnx.ml", keys_strings=[word], values_floats=[1.0], default_float=0.0
        )
        return self.add("Cast", self.add("ReduceSum", hits, self.constant([2]), keepdims=0), to=TensorProto.DOUBLE)

    def features(self) -> str:
        columns = [
            self.add("Cast", "Age", to=TensorProto.DOUBLE),
            self.add("Cast", "rooms", to=TensorProto.DOUBLE),
            self.lookup("Sex", ["", *SEXES], [0, 1, 2], 3),
            self.lookup("paid", [*FALSE, *TRUE], [0] * 4 + [1] * 4, -1),
            self.months("sold"),
            self.count_word("notes", "great"),
        ]
        return self.add("Concat", *columns, axis=1)

    def trees(self, x: str, trees: list[Tree]) -> str:
        roots, ids, splits, true_ids, true_leafs, false_ids, false_leafs, targets, weights = ([] for _ in range(9))
        n_targets = len(trees[0][2][0])
        for tree_ids, tree_splits, leaves in trees:
            start, n_inner = len(ids), len(tree_ids)
            roots.append(start)
            ids += tree_ids
            splits += tree_splits
            # A leaf of the operator carries one target, so the same tree stands there once for each target.
            first_leaf = len(targets)
            for node in range(n_inner):
                for child, where, is_leaf in (
                    (2 * node + 1, true_ids, true_leafs),
                    (2 * node + 2, false_ids, false_leafs),
                ):
                    leaf = child >= n_inner
                    where.append(first_leaf + child - n_inner if leaf else start + child)
                    is_leaf.append(int(leaf))
            targets += [0] * len(leaves)
            weights += [leaf[0] for leaf in leaves]
        scores = []
        for target in range(n_targets):
            weights = [leaf[target] for _, _, leaves in trees for leaf in leaves]
            scores.append(
                self.add(
                    "TreeEnsemble", x, domain="ai.onnx.ml", n_targets=1, aggregate_function=1, post_transform=0,
                    tree_roots=roots, nodes_featureids=ids,
                    nodes_splits=numpy_helper.from_array(np.array(splits)),
                    nodes_modes=numpy_helper.from_array(np.zeros(len(ids), dtype=np.uint8)),
                    nodes_truenodeids=true_ids, nodes_trueleafs=true_leafs, nodes_falsenodeids=false_ids,
                    nodes_falseleafs=false_leafs, leaf_targetids=targets,
                    leaf_weights=numpy_helper.from_array(np.array(weights)),
                )
            )  # fmt: skip
        return self.add("Concat", *scores, axis=1)

    def model(self, contract: dict[str, Any] | None, outputs: list[onnx.ValueInfoProto]) -> bytes:
        types = {"float": TensorProto.FLOAT, "string": TensorProto.STRING}
        columns = contract["inputs"] if contract else INPUTS
        inputs = [helper.make_tensor_value_info(c["name"], types[c["type"]], ["N", 1]) for c in columns]
        graph = helper.make_graph(self.nodes, "model", inputs, outputs, self.constants)
        opsets = [("", 20), ("ai.onnx.ml", 5), ("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid(d, v) for d, v in opsets], ir_version=10)
        onnx.checker.check_model(model)
        if contract is not None:
            helper.set_model_props(model, {"automl_lite": json.dumps(contract)})
        return model.SerializeToString()


def classifier_contract(classes: list[str], class_kind: str = "string", **changes: Any) -> dict[str, Any]:
    binary = len(classes) == 2
    return {
        "format": 1, "task": "binary" if binary else "multiclass", "target": "y", "classes": classes,
        "class_kind": class_kind, "positive": classes[1] if binary else None, "threshold": 0.5 if binary else None,
        "inputs": INPUTS, "ignored": [{"name": "PassengerId", "reason": "It numbers the rows."}],
        "outputs": {"label": "label", "probabilities": "probabilities"}, "model": "LightGBM, by hand",
        "example": {**ROW}, "unit": "",
    } | changes  # fmt: skip


def classifier(classes: list[str], trees: list[Tree], class_kind: str = "string", **changes: Any) -> bytes:
    """Return a boosted-tree classifier: sigmoid for two classes, else softmax; the label is the likeliest."""
    graph = Graph()
    score = graph.trees(graph.features(), trees)
    if len(classes) == 2:
        p = graph.add("Sigmoid", score)
        p = graph.add("Concat", graph.add("Sub", graph.constant(np.array(1.0)), p), p, axis=1)
    else:
        p = graph.add("Softmax", score, axis=1)
    contract = classifier_contract(classes, class_kind, **changes)
    label, probabilities = contract["outputs"]["label"], contract["outputs"]["probabilities"]
    graph.add("Cast", p, to=TensorProto.FLOAT, out=probabilities)
    graph.add("Gather", graph.constant(classes), graph.add("ArgMax", p, axis=1, keepdims=0), out=label)
    return graph.model(
        contract,
        [
            helper.make_tensor_value_info(label, TensorProto.STRING, ["N"]),
            helper.make_tensor_value_info(probabilities, TensorProto.FLOAT, ["N", len(classes)]),
        ],
    )


def regression_contract(**changes: Any) -> dict[str, Any]:
    return {
        "format": 1, "task": "regression", "target": "price", "inputs": INPUTS, "ignored": [],
        "outputs": {"prediction": "prediction", "interval": "interval"}, "interval_level": 0.9,
        "target_range": {"min": 0.0, "max": 900.0, "mean": 200.0, "std": 90.0}, "model": "Formula", "example": {**ROW},
        "unit": "$",
    } | changes  # fmt: skip


def formula(row: dict[str, Any]) -> float:
    """Return what ``regressor`` answers: additive but for age × rooms; missing ages count as 28, rooms as 3."""
    age, rooms, sex, paid, months, great = features(row)
    age, rooms = 28.0 if np.isnan(age) else age, 3.0 if np.isnan(rooms) else rooms
    return 100 + 2 * age + 10 * sex - 7 * paid + 3 * months + 20 * great + 0.5 * age * rooms


def regressor(**changes: Any) -> bytes:
    """Return the model ``formula`` with an interval of ±25."""
    graph = Graph()
    x = graph.features()
    filled = graph.add("Where", graph.add("IsNaN", x), graph.constant(np.array([[28.0, 3.0, 0, 0, 0, 0]])), x)
    weights = graph.constant(np.array([[2.0], [0.0], [10.0], [-7.0], [3.0], [20.0]]))
    linear = graph.add("Add", graph.add("MatMul", filled, weights), graph.constant(np.array(100.0)))
    age = graph.add("Gather", filled, graph.constant([0]), axis=1)
    rooms = graph.add("Gather", filled, graph.constant([1]), axis=1)
    product = graph.add("Mul", graph.add("Mul", age, rooms), graph.constant(np.array(0.5)))
    y = graph.add("Add", linear, product)
    contract = regression_contract(**changes)
    prediction, interval = contract["outputs"]["prediction"], contract["outputs"]["interval"]
    graph.add("Squeeze", y, graph.constant([1]), out=prediction)
    graph.add("Add", y, graph.constant(np.array([[-25.0, 25.0]])), out=interval)
    return graph.model(
        contract,
        [
            helper.make_tensor_value_info(prediction, TensorProto.DOUBLE, ["N"]),
            helper.make_tensor_value_info(interval, TensorProto.DOUBLE, ["N", 2]),
        ],
    )


def random_rows(n: int, seed: int = 0) -> list[dict[str, Any]]:
    """Return rows in the file's own terms, a tenth of the cells missing and some categories unseen."""
    rng = np.random.default_rng(seed)
    words = ["great", "a", "view", "small", "größe", "<b>"]
    rows = []
    for _ in range(n):
        row = {
            "Age": float(np.float32(rng.uniform(0, 90))),
            "rooms": float(rng.integers(1, 10)),
            "Sex": str(rng.choice([*SEXES, "other"])),
            "paid": str(rng.choice(["true", "false", "yes", "0"])),
            "sold": f"2014-{rng.integers(1, 13):02d}-{rng.integers(1, 29):02d}" + str(rng.choice(["", "T08:30:00"])),
            "notes": " ".join(rng.choice(words, rng.integers(1, 6))),
        }
        for name in row:
            if rng.random() < 0.1:
                row[name] = float("nan") if name in {"Age", "rooms"} else ""
        rows.append(row)
    return rows
