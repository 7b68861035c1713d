"""Fitted tree ensembles as plain arrays, and those arrays as one ONNX ``TreeEnsemble`` node.

Thresholds stay float64 and inputs are float32 values widened to float64, so that the node takes the same branch as
the library that fitted the trees, on every row; leaf values are summed in float64.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, numpy_helper

from automl_lite.training.graph import Graph

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEQ, LT = 0, 1  # branch modes of ai.onnx.ml TreeEnsemble: x <= split, x < split goes to the true side


@dataclass(frozen=True, slots=True)
class Trees:
    """Many binary trees over one matrix, summed.

    ``feature``, ``split``, ``mode``, ``missing_true``, ``yes``, ``no`` have one entry a node; ``yes`` and ``no`` hold
    the next node, or ``-1 - leaf``. ``roots`` has one entry a tree. ``value`` has shape (n_leaves, n_outputs).
    A tree that is a single leaf has the root ``-1 - leaf``.
    """

    feature: Ints
    split: Floats
    mode: Ints
    missing_true: Ints
    yes: Ints
    no: Ints
    roots: Ints
    value: Floats

    @property
    def n_outputs(self) -> int:
        """Number of summed outputs."""
        return int(self.value.shape[1])

    def predict(self, matrix: npt.NDArray[np.float32]) -> Floats:
        """Sum of leaf values, shape (n_rows, n_outputs), row by row in numpy: the reference for tests."""
        out = np.zeros((len(matrix), self.n_outputs))
        rows = np.arange(len(matrix))
        for root in self.roots:
            at = np.full(len(matrix), root)
            while (inner := at >= 0).any():
                node = at[inner]
                x = matrix[rows[inner], self.feature[node]].astype(np.float64)
                below = np.where(self.mode[node] == LEQ, x <= self.split[node], x < self.split[node])
                true_side = np.where(np.isnan(x), self.missing_true[node] == 1, below)
                at[inner] = np.where(true_side, self.yes[node], self.no[node])
            out += self.value[-1 - at]
        return out

    def owners(self) -> tuple[Ints, Ints]:
        """The tree that each node and each leaf belongs to; -1 for those that no root leads to."""
        tree_of_node = np.full(len(self.feature), -1, np.int64)
        tree_of_leaf = np.full(len(self.value), -1, np.int64)
        level, owner = self.roots, np.arange(len(self.roots))
        while len(level):
            is_leaf = level < 0
            tree_of_leaf[-1 - level[is_leaf]] = owner[is_leaf]
            level, owner = level[~is_leaf], owner[~is_leaf]
            tree_of_node[level] = owner
            level, owner = np.concatenate([self.yes[level], self.no[level]]), np.concatenate([owner, owner])
        return tree_of_node, tree_of_leaf

    def only(self, trees: Ints) -> Trees:
        """Those trees alone, by their places among the roots."""
        wanted = np.zeros(len(self.roots), bool)
        wanted[trees] = True
        of_node, of_leaf = self.owners()
        node = np.flatnonzero((of_node >= 0) & wanted[of_node])
        leaf = np.flatnonzero((of_leaf >= 0) & wanted[of_leaf])
        new_node, new_leaf = np.cumsum(_marked(node, len(of_node))) - 1, np.cumsum(_marked(leaf, len(of_leaf))) - 1

        def moved(children: Ints) -> Ints:
            is_leaf = children < 0
            out = np.empty_like(children)
            out[~is_leaf] = new_node[children[~is_leaf]]
            out[is_leaf] = -1 - new_leaf[-1 - children[is_leaf]]
            return out

        return Trees(
            self.feature[node],
            self.split[node],
            self.mode[node],
            self.missing_true[node],
            moved(self.yes[node]),
            moved(self.no[node]),
            moved(self.roots[trees]),
            self.value[leaf],
        )


def _marked(places: Ints, n: int) -> npt.NDArray[np.bool_]:
    marks = np.zeros(n, bool)
    marks[places] = True
    return marks


def concat(parts: Sequence[Trees]) -> Trees:
    """All trees of ``parts`` as one ensemble."""
    nodes = np.cumsum([0, *(len(p.feature) for p in parts)])
    leaves = np.cumsum([0, *(len(p.value) for p in parts)])

    def moved(children: Ints, i: int) -> Ints:
        return np.where(children >= 0, children + nodes[i], children - leaves[i])

    def stacked(name: str) -> npt.NDArray[Any]:
        return np.concatenate([getattr(p, name) for p in parts])

    return Trees(
        stacked("feature"),
        stacked("split"),
        stacked("mode"),
        stacked("missing_true"),
        np.concatenate([moved(p.yes, i) for i, p in enumerate(parts)]),
        np.concatenate([moved(p.no, i) for i, p in enumerate(parts)]),
        np.concatenate([moved(p.roots, i) for i, p in enumerate(parts)]),
        stacked("value"),
    )


def add_trees(graph: Graph, trees: Trees, matrix: str) -> str:
    """Add the ensemble over the float64 ``matrix``; return its sums, float64 of shape (n_rows, n_outputs).

    A leaf of ``TreeEnsemble`` (ai.onnx.ml 5) adds to one output only. Where whole trees belong to one output, each
    output has a node of its own: onnxruntime sums one target up to twice as fast as one of several. Where leaves
    have several outputs, the node finds the number of the leaf that each tree ends in, and a table gives its outputs.
    """
    _, tree_of_leaf = trees.owners()
    used = np.zeros((len(trees.roots), trees.n_outputs), bool)
    np.logical_or.at(used, tree_of_leaf, trees.value != 0)
    if (used.sum(axis=1) <= 1).all():
        parts = [trees.only(np.flatnonzero(used.argmax(axis=1) == k)) for k in range(trees.n_outputs)]
        return graph.concat([_add_sum(graph, part, matrix, k) for k, part in enumerate(parts)])
    graph.needs(len(trees.roots) * trees.n_outputs)
    numbers = np.arange(len(trees.value), dtype=np.float64)
    found = _add_node(graph, trees, matrix, numbers, tree_of_leaf, len(trees.roots))
    leaves = graph.add("Gather", graph.const(trees.value, np.float64), graph.cast(found, TensorProto.INT64))
    return graph.add("ReduceSum", leaves, graph.const([1], np.int64), keepdims=0)


def _add_sum(graph: Graph, trees: Trees, matrix: str, output: int) -> str:
    """One output of trees that have no other, shape (n_rows, 1)."""
    if not len(trees.roots):
        trees = _single_leaf(np.zeros((1, trees.n_outputs)))
    return _add_node(graph, trees, matrix, trees.value[:, output], np.zeros(len(trees.value), np.int64), 1)


def _add_node(graph: Graph, trees: Trees, matrix: str, weights: Floats, targets: Ints, n_targets: int) -> str:
    trees = _without_bare_leaves(trees)
    yes_leaf, no_leaf = trees.yes < 0, trees.no < 0
    return graph.add(
        "TreeEnsemble",
        matrix,
        domain="ai.onnx.ml",
        n_targets=n_targets,
        aggregate_function=1,  # SUM
        post_transform=0,
        tree_roots=trees.roots.tolist(),
        nodes_featureids=trees.feature.tolist(),
        nodes_modes=numpy_helper.from_array(trees.mode.astype(np.uint8), "modes"),
        nodes_splits=numpy_helper.from_array(trees.split.astype(np.float64), "splits"),
        nodes_missing_value_tracks_true=trees.missing_true.tolist(),
        nodes_truenodeids=np.where(yes_leaf, -1 - trees.yes, trees.yes).tolist(),
        nodes_trueleafs=yes_leaf.astype(np.int64).tolist(),
        nodes_falsenodeids=np.where(no_leaf, -1 - trees.no, trees.no).tolist(),
        nodes_falseleafs=no_leaf.astype(np.int64).tolist(),
        leaf_targetids=targets.tolist(),
        leaf_weights=numpy_helper.from_array(weights.astype(np.float64), "weights"),
    )


def _without_bare_leaves(trees: Trees) -> Trees:
    """Give each single-leaf tree a node whose two sides are that leaf, since ONNX roots are nodes."""
    bare = np.flatnonzero(trees.roots < 0)
    if not len(bare):
        return trees
    n, k = len(trees.feature), len(bare)
    roots = trees.roots.copy()
    leaves = roots[bare]
    roots[bare] = n + np.arange(k)
    ones = np.ones(k, np.int64)
    return Trees(
        np.append(trees.feature, 0 * ones),
        np.append(trees.split, np.zeros(k)),
        np.append(trees.mode, LEQ * ones),
        np.append(trees.missing_true, ones),
        np.append(trees.yes, leaves),
        np.append(trees.no, leaves),
        roots,
        trees.value,
    )


def from_lightgbm(booster: Any, n_outputs: int, iterations: int) -> Trees:
    """Arrays of a ``lightgbm.Booster`` over its first ``iterations`` rounds; numeric splits only."""
    text = booster.model_to_string(num_iteration=iterations)

    def all_of(field: str) -> Floats:
        return np.array(" ".join(re.findall(rf"\n{field}=([^\n]*)", text)).split(), np.float64)

    n_leaves = all_of("num_leaves").astype(np.int64)
    decision = all_of("decision_type").astype(np.int64)
    split = all_of("threshold")
    missing_kind = (decision >> 2) & 3  # 0 none, 1 zero, 2 NaN
    # Without missing values in training LightGBM reads NaN as 0.
    missing_true = np.where(missing_kind == 2, (decision & 2) > 0, split >= 0)
    leaf = all_of("leaf_value")
    value = np.zeros((len(leaf), n_outputs))
    value[np.arange(len(leaf)), np.repeat(np.arange(len(n_leaves)) % n_outputs, n_leaves)] = leaf
    return _joined(
        n_leaves,
        feature=all_of("split_feature").astype(np.int64),
        split=split,
        mode=LEQ,
        missing_true=missing_true.astype(np.int64),
        yes=all_of("left_child").astype(np.int64),
        no=all_of("right_child").astype(np.int64),
        value=value,
    )


def _joined(
    n_leaves: Ints, *, feature: Ints, split: Floats, mode: int, missing_true: Ints, yes: Ints, no: Ints, value: Floats
) -> Trees:
    """Trees whose children are numbered from 0 within each tree (nodes up, leaves from -1 down), as one ensemble."""
    n_nodes = n_leaves - 1
    first_node = np.cumsum(n_nodes) - n_nodes
    first_leaf = np.cumsum(n_leaves) - n_leaves
    node_shift, leaf_shift = np.repeat(first_node, n_nodes), np.repeat(first_leaf, n_nodes)
    return Trees(
        feature,
        split,
        np.full(len(feature), mode, np.int64),
        missing_true,
        np.where(yes >= 0, yes + node_shift, yes - leaf_shift),
        np.where(no >= 0, no + node_shift, no - leaf_shift),
        np.where(n_nodes > 0, first_node, -1 - first_leaf),
        value,
    )


def from_xgboost(booster: Any, n_outputs: int, iterations: int) -> Trees:
    """Arrays of an ``xgboost.Booster`` over its first ``iterations`` rounds; the base score is not included."""
    model = json.loads(bytes(booster[:iterations].save_raw("json")))["learner"]["gradient_booster"]["model"]
    trees = model["trees"]

    def all_of(field: str, dtype: Any) -> Any:
        return np.fromiter(chain.from_iterable(tree[field] for tree in trees), dtype)

    n = np.array([len(tree["left_children"]) for tree in trees], np.int64)
    start = np.repeat(np.cumsum(n) - n, n)
    left, right = all_of("left_children", np.int64), all_of("right_children", np.int64)
    # split_conditions holds the threshold of an inner node and the value of a leaf, both float32
    number = all_of("split_conditions", np.float32).astype(np.float64)
    is_leaf = left < 0
    inner = ~is_leaf
    n_leaves = (n + 1) // 2
    # number of each node among the inner nodes, and of each leaf among the leaves, of its own tree
    node_rank = np.cumsum(inner) - 1 - np.repeat(np.cumsum(n_leaves - 1) - (n_leaves - 1), n)
    leaf_rank = np.cumsum(is_leaf) - 1 - np.repeat(np.cumsum(n_leaves) - n_leaves, n)
    place = np.where(is_leaf, -1 - leaf_rank, node_rank)
    value = np.zeros((int(is_leaf.sum()), n_outputs))
    value[np.arange(len(value)), np.repeat(np.array(model["tree_info"], np.int64), n_leaves)] = number[is_leaf]
    return _joined(
        n_leaves,
        feature=all_of("split_indices", np.int64)[inner],
        split=number[inner],
        mode=LT,
        missing_true=all_of("default_left", np.int64)[inner],
        yes=place[(left + start)[inner]],
        no=place[(right + start)[inner]],
        value=value,
    )


def from_catboost(model: Any, n_outputs: int) -> Trees:
    """Arrays of a fitted CatBoost model of numeric features (oblivious trees), scale and bias included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        content = json.loads(path.read_text())
    scale, bias = content["scale_and_bias"]
    parts = []
    for tree in content["oblivious_trees"]:
        value = scale * np.array(tree["leaf_values"], np.float64).reshape(-1, n_outputs)
        splits = tree["splits"] or []
        if not splits:
            parts.append(_single_leaf(value))
            continue
        feature = np.array([s["float_feature_index"] for s in splits], np.int64)
        border = np.array([s["border"] for s in splits], np.float32).astype(np.float64)
        parts.append(_from_oblivious(feature, border, value))
    parts.append(_single_leaf(np.array(bias, np.float64).reshape(1, -1)))
    return concat(parts)


def _from_oblivious(feature: Ints, border: Floats, value: Floats) -> Trees:
    """A tree whose levels each ask one question, without the nodes that the questions above already answer.

    Bit i of a leaf's number is set where ``x[feature[i]] > border[i]``; a missing value is below every border.
    """
    depth = len(feature)
    number = np.arange(2**depth)
    passed = (number[:, None] >> np.arange(depth)) & 1 == 1
    implied = (feature[:, None] == feature) & (border[:, None] >= border)  # passing i means passing j as well
    possible = ~np.einsum("li,ij,lj->l", passed, implied, ~passed)
    # From the leaves up: a place is its node where both sides are possible, else the side that is.
    absent = 2**depth  # no number of a node
    place = np.where(possible, -1 - number, absent)
    node = np.arange(2**depth - 1)  # a complete binary tree in heap order; level d asks question depth - 1 - d
    yes, no = np.full(len(node), absent), np.full(len(node), absent)
    for level in reversed(range(depth)):
        here = node[2**level - 1 : 2 ** (level + 1) - 1]
        yes[here], no[here] = place[::2], place[1::2]
        place = np.where(no[here] == absent, yes[here], np.where(yes[here] == absent, no[here], here))
    kept = np.flatnonzero((yes != absent) & (no != absent))
    leaves = np.flatnonzero(possible)
    new_node, new_leaf = np.cumsum(_marked(kept, len(node))) - 1, np.cumsum(possible) - 1

    def moved(children: Ints) -> Ints:
        return np.where(children < 0, -1 - new_leaf[-1 - np.minimum(children, -1)], new_node[np.maximum(children, 0)])

    question = depth - 1 - np.floor(np.log2(kept + 1)).astype(np.int64)
    return Trees(
        feature[question],
        border[question],
        np.full(len(kept), LEQ, np.int64),
        np.ones(len(kept), np.int64),
        moved(yes[kept]),
        moved(no[kept]),
        moved(place),
        value[leaves],
    )


def xgboost_leaf_values(booster: Any, iterations: int) -> tuple[Ints, Floats]:
    """Where each tree's nodes start in one long array, and that array: leaf values as float64."""
    model = json.loads(bytes(booster[:iterations].save_raw("json")))["learner"]["gradient_booster"]["model"]
    values = [np.array(tree["split_conditions"], np.float32).astype(np.float64) for tree in model["trees"]]
    return np.cumsum([0, *(len(v) for v in values[:-1])]), np.concatenate(values)


def from_forest(estimators: Sequence[Any], n_outputs: int) -> Trees:
    """Arrays of scikit-learn decision trees, averaged; class trees give class shares (of the second class of two)."""
    parts = []
    for estimator in estimators:
        tree = estimator.tree_
        is_leaf = tree.children_left < 0
        value = tree.value[is_leaf, 0, :]
        if estimator.__class__.__name__.endswith("Classifier"):
            value = value / value.sum(axis=1, keepdims=True)
            value = value[:, 1:] if n_outputs == 1 else value
        value = value / len(estimators)
        if tree.node_count == 1:
            parts.append(_single_leaf(value))
            continue
        inner = ~is_leaf
        place = np.where(is_leaf, -np.cumsum(is_leaf), np.cumsum(inner) - 1)
        parts.append(
            Trees(
                tree.feature[inner].astype(np.int64),
                tree.threshold[inner].astype(np.float64),
                np.full(int(inner.sum()), LEQ, np.int64),
                np.asarray(tree.missing_go_to_left)[inner].astype(np.int64),
                place[tree.children_left[inner]],
                place[tree.children_right[inner]],
                np.zeros(1, np.int64),
                value,
            )
        )
    return concat(parts)


def _single_leaf(value: Floats) -> Trees:
    none = np.zeros(0, np.int64)
    return Trees(none, np.zeros(0), none, none, none, none, np.array([-1], np.int64), value)
