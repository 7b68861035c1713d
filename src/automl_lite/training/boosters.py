"""Gradient boosting and forests: fitting them within the clock, predicting with them, and reading their trees."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np

from automl_lite.domain.columns import Task
from automl_lite.training import trees as tree_arrays
from automl_lite.training.encoders import Matrix
from automl_lite.training.problem import FitData, Floats, Problem, Stop

PATIENCE = 40  # rounds without a better validation loss; more where steps are small
MAX_ROUNDS = 3_000
# What is predicted together stays in the processor's cache: twice to nine times as fast where rows and trees are many.
STEP_LEAVES = 1_000_000  # rows × trees, of XGBoost
STEP_TREES = 50  # of LightGBM
LEAST_GAIN = 1e-5  # of a loss, log-loss or standardised: where classes part cleanly it falls for ever by less


class TreeModel:
    """A fitted booster, or the trees of a forest, and how to read them."""

    def __init__(self, kind: str, native: Any, n_outputs: int, rounds: int, losses: Sequence[float] = ()) -> None:
        self.kind = kind
        self.native = native
        self.n_outputs = n_outputs
        self.rounds = rounds
        self.losses = losses  # on the validation rows, after each round
        self._predicting = Lock()

    def __getstate__(self) -> dict[str, Any]:
        """All but the lock, which cannot be pickled."""
        return {name: value for name, value in self.__dict__.items() if name != "_predicting"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """With a lock of its own."""
        self.__dict__.update(state, _predicting=Lock())

    def cut(self, rounds: int) -> None:
        """Forget all rounds after so many; a booster is fitted a little too long, to see that it was."""
        self.rounds = min(rounds, len(self.losses) or self.rounds)
        self.losses = self.losses[: self.rounds]
        if self.kind == "xgboost":
            self.native = self.native[: self.rounds]
        elif self.kind == "catboost" and self.rounds < self.native.tree_count_:
            self.native.shrink(self.rounds)

    def raw(self, matrix: Matrix) -> Floats:
        """Predict with the library that fitted the trees."""
        match self.kind:
            case "lightgbm":
                out = self._raw_lightgbm(matrix)
            case "xgboost":
                step = max(STEP_LEAVES // max(self.rounds * self.n_outputs, 1), 1)
                out = np.empty((len(matrix), self.n_outputs))
                for start in range(0, len(matrix), step):
                    out[start : start + step] = self._raw_xgboost(matrix[start : start + step])
            case "catboost":
                out = self.native.predict(
                    matrix, prediction_type="RawFormulaVal", ntree_end=self.rounds, thread_count=1
                )
            case _:
                out = self._raw_forest(matrix)
        return np.asarray(out, np.float64).reshape(len(matrix), self.n_outputs)

    def _raw_lightgbm(self, matrix: Matrix) -> Floats:
        step = max(STEP_TREES // self.n_outputs, 1)
        out = np.zeros(len(matrix) * self.n_outputs)
        for start in range(0, self.rounds, step):
            n = min(step, self.rounds - start)
            with self._predicting:  # a booster keeps the range to predict with as a state of its own
                part = self.native.predict(
                    matrix, raw_score=True, start_iteration=start, num_iteration=n, num_threads=1
                )
            out += part.ravel()
        return out

    def _raw_xgboost(self, matrix: Matrix) -> Floats:
        # XGBoost adds its leaves in float32; their sum in float64 is what the ONNX file gives.
        import xgboost as xgb

        if not self.rounds:
            return np.zeros((len(matrix), self.n_outputs))
        leaves = self.native.predict(
            xgb.DMatrix(matrix, nthread=1), pred_leaf=True, iteration_range=(0, self.rounds), strict_shape=True
        )
        # (n, rounds, n_outputs, 1) in the order of the trees
        nodes = leaves.reshape(len(matrix), -1).astype(np.int64)
        start, value = self.leaf_values
        by_tree = value[nodes + start[: nodes.shape[1]]]
        return by_tree.reshape(len(matrix), -1, self.n_outputs).sum(axis=1)

    @cached_property
    def leaf_values(self) -> tuple[tree_arrays.Ints, Floats]:
        """Of XGBoost: where each tree's nodes start in one long array, and that array. Reading them takes a while."""
        return tree_arrays.xgboost_leaf_values(self.native, len(self.losses) or self.rounds)

    def _raw_forest(self, matrix: Matrix) -> Floats:
        # the arrays of each tree directly: scikit-learn's own check of the input warns about very large numbers
        values = [_tree_values(tree, np.ascontiguousarray(matrix)) for tree in self.native]
        mean = np.asarray(sum(values) / len(values), np.float64)
        return mean[:, -1:] if self.n_outputs == 1 else mean

    def trees(self) -> tree_arrays.Trees:
        """The trees as arrays."""
        self.cut(self.rounds)
        match self.kind:
            case "lightgbm":
                return tree_arrays.from_lightgbm(self.native, self.n_outputs, self.rounds)
            case "xgboost":
                return tree_arrays.from_xgboost(self.native, self.n_outputs, self.rounds)
            case "catboost":
                return tree_arrays.from_catboost(self.native, self.n_outputs)
            case _:
                return tree_arrays.from_forest(self.native, self.n_outputs)

    @property
    def size_bytes(self) -> int:
        """About what the trees take in an ONNX file: 32 bytes a leaf with its node, 8 more an output of the leaf.

        For CatBoost it is the most that they take: leaves that no row can reach are not written.
        """
        self.cut(self.rounds)
        match self.kind:
            case "lightgbm":
                text = self.native.model_to_string(num_iteration=self.rounds)
                leaves = sum(int(n) for n in re.findall(r"\nnum_leaves=(\d+)", text))
            case "xgboost":
                nodes = re.findall(rb'"num_nodes":"(\d+)"', bytes(self.native.save_raw("json")))
                leaves = sum((int(n) + 1) // 2 for n in nodes)
            case "catboost":
                leaves = int(self.native.get_tree_leaf_counts().sum())
            case _:
                leaves = sum(tree.get_n_leaves() for tree in self.native)
        several = self.n_outputs > 1 and self.kind in {"catboost", "forest"}
        return int(leaves) * (32 + 8 * self.n_outputs * several)

    def contributions(self, matrix: Matrix) -> Floats | None:
        """TreeSHAP (Lundberg et al., 2020) of the raw outputs, (n, n_features, n_outputs); None for forests."""
        self.cut(self.rounds)
        n, p, k = len(matrix), matrix.shape[1], self.n_outputs
        match self.kind:
            case "lightgbm":
                out = self.native.predict(matrix, pred_contrib=True, num_iteration=self.rounds, num_threads=1)
                return np.asarray(out).reshape(n, k, p + 1)[:, :, :p].transpose(0, 2, 1)
            case "xgboost":
                import xgboost as xgb

                out = self.native.predict(
                    xgb.DMatrix(matrix, nthread=1),
                    pred_contribs=True,
                    iteration_range=(0, self.rounds),
                    strict_shape=True,
                )
                return np.asarray(out, np.float64).reshape(n, k, p + 1)[:, :, :p].transpose(0, 2, 1)
            case "catboost":
                from catboost import Pool

                out = self.native.get_feature_importance(Pool(matrix), type="ShapValues", thread_count=1)
                return np.asarray(out).reshape(n, k, p + 1)[:, :, :p].transpose(0, 2, 1)
            case _:
                return None


def _tree_values(tree: Any, matrix: Matrix) -> Floats:
    """Shares of the classes, or the mean, in the leaf of each row."""
    values = tree.tree_.predict(matrix)
    if tree.__class__.__name__.endswith("Classifier"):
        values = values / values.sum(axis=1, keepdims=True)
    return np.asarray(values, np.float64)


def fit_lightgbm(problem: Problem, params: Mapping[str, Any], data: FitData, stop: Stop) -> TreeModel:
    """Gradient boosting with leaf-wise trees (Ke et al., 2017)."""
    import lightgbm as lgb
    from lightgbm.callback import EarlyStopException

    objectives: dict[Task, dict[str, Any]] = {
        Task.BINARY: {"objective": "binary", "metric": "binary_logloss"},
        Task.MULTICLASS: {"objective": "multiclass", "metric": "multi_logloss", "num_class": problem.n_classes},
        Task.REGRESSION: {"objective": "regression_l1", "metric": "l1"}
        if problem.absolute
        else {"objective": "regression", "metric": "l2"},
    }
    objective = objectives[problem.task]
    threads = {"num_threads": data.threads}
    fixed = threads | {"verbose": -1, "seed": problem.seed, "deterministic": True, "force_col_wise": True}
    settings = {**objective, **params, **fixed}
    train = lgb.Dataset(data.train_x, data.train_y, params={"verbose": -1, **threads}, free_raw_data=True)
    watch = _Watch(params["learning_rate"], stop, data.rounds)

    def after_round(env: Any) -> None:
        loss = env.evaluation_result_list[0][2] if env.evaluation_result_list else None
        if watch.over(env.iteration + 1, loss):
            raise EarlyStopException(watch.best_round - 1, env.evaluation_result_list or [])

    valid = [] if data.valid_x is None else [lgb.Dataset(data.valid_x, data.valid_y, reference=train)]
    booster = lgb.train(settings, train, num_boost_round=watch.limit, valid_sets=valid, callbacks=[after_round])
    return TreeModel("lightgbm", booster, problem.n_outputs, watch.best_round, watch.losses)


def fit_xgboost(problem: Problem, params: Mapping[str, Any], data: FitData, stop: Stop) -> TreeModel:
    """Gradient boosting with depth-wise trees (Chen & Guestrin, 2016)."""
    import xgboost as xgb

    objectives: dict[Task, dict[str, Any]] = {
        Task.BINARY: {"objective": "binary:logistic", "eval_metric": "logloss", "base_score": 0.5},
        Task.MULTICLASS: {
            "objective": "multi:softprob",
            "eval_metric": "mlogloss",
            "num_class": problem.n_classes,
            "base_score": 0.5,
        },
        Task.REGRESSION: {"objective": "reg:absoluteerror", "eval_metric": "mae", "base_score": 0.0}
        if problem.absolute
        else {"objective": "reg:squarederror", "eval_metric": "rmse", "base_score": 0.0},
    }
    objective = objectives[problem.task]
    fixed = {"nthread": data.threads, "verbosity": 0, "seed": problem.seed, "tree_method": "hist"}
    watch = _Watch(params["learning_rate"], stop, data.rounds)

    class AfterRound(xgb.callback.TrainingCallback):
        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            loss = next(iter(evals_log["valid"].values()))[-1] if evals_log else None
            return watch.over(epoch + 1, loss)

    train = xgb.DMatrix(data.train_x, data.train_y, nthread=1)
    valid = [] if data.valid_x is None else [(xgb.DMatrix(data.valid_x, data.valid_y, nthread=1), "valid")]
    booster = xgb.train(
        objective | dict(params) | fixed, train, watch.limit, evals=valid, callbacks=[AfterRound()], verbose_eval=False
    )
    model = TreeModel("xgboost", booster, problem.n_outputs, watch.best_round, watch.losses)
    _ = model.leaf_values  # now, and not when the first rows are predicted, which are timed
    return model


def fit_catboost(problem: Problem, params: Mapping[str, Any], data: FitData, stop: Stop) -> TreeModel:
    """Gradient boosting with oblivious trees and ordered statistics (Prokhorenkova et al., 2018)."""
    from catboost import CatBoost, Pool

    loss_function = {
        Task.BINARY: "Logloss",
        Task.MULTICLASS: "MultiClass",
        Task.REGRESSION: "MAE" if problem.absolute else "RMSE",
    }[problem.task]
    watch = _Watch(params["learning_rate"], stop, data.rounds)

    class AfterRound:
        def after_iteration(self, info: Any) -> bool:
            losses = info.metrics.get("validation")
            return not watch.over(info.iteration, losses[loss_function][-1] if losses else None)

    fixed: dict[str, Any] = {
        "loss_function": loss_function,
        "iterations": watch.limit,
        "thread_count": data.threads,
        "random_seed": problem.seed,
        "verbose": False,
        "allow_writing_files": False,
    }
    if problem.task is Task.MULTICLASS:
        fixed["classes_count"] = problem.n_classes
    model = CatBoost(dict(params) | fixed)
    valid = None if data.valid_x is None else Pool(data.valid_x, data.valid_y)
    model.fit(Pool(data.train_x, data.train_y), eval_set=valid, callbacks=[AfterRound()], use_best_model=False)
    return TreeModel("catboost", model, problem.n_outputs, watch.best_round, watch.losses)


class _Watch:
    """Early stopping and the clock, the same for every booster."""

    def __init__(self, learning_rate: float, stop: Stop, rounds: int | None) -> None:
        self.stop = stop
        self.fixed = rounds
        self.limit = rounds or MAX_ROUNDS
        self.patience = round(PATIENCE * max(1.0, min(0.05 / learning_rate, 2.0)))
        self.best_loss = np.inf
        self.best_round = 1
        self.losses: list[float] = []

    def over(self, n_rounds: int, loss: float | None) -> bool:
        """True when fitting should end after ``n_rounds`` rounds."""
        if loss is None:
            self.best_round = n_rounds
            return self.stop() or n_rounds >= self.limit
        self.losses.append(float(loss))
        if loss < self.best_loss - LEAST_GAIN:
            self.best_loss, self.best_round = float(loss), n_rounds
        return n_rounds - self.best_round >= self.patience or self.stop()


FOREST_TREES = (80, 200)  # the more the fewer rows there are
TREES_TIMES_ROWS = 1_000_000
TREES_A_STEP = 8


def fit_forest(problem: Problem, params: Mapping[str, Any], data: FitData, stop: Stop) -> TreeModel:
    """Random forest (Breiman, 2001) or extra trees (Geurts et al., 2006), grown a few trees at a time."""
    from sklearn import ensemble

    kind = params["kind"]
    suffix = "Classifier" if problem.task.is_classification else "Regressor"
    make = getattr(ensemble, ("ExtraTrees" if kind == "extra trees" else "RandomForest") + suffix)
    settings = {k: v for k, v in params.items() if k != "kind"}
    n_trees = data.rounds or int(np.clip(TREES_TIMES_ROWS // len(data.train_x), *FOREST_TREES))
    if problem.task.is_classification:
        settings["criterion"] = "log_loss"
    model = make(n_estimators=0, warm_start=True, n_jobs=data.threads, random_state=problem.seed, **settings)
    while (have := len(getattr(model, "estimators_", []))) < n_trees and not (have and stop()):
        model.n_estimators = min(have + TREES_A_STEP, n_trees)
        model.fit(data.train_x, data.train_y)
    return TreeModel("forest", list(model.estimators_), problem.n_outputs, len(model.estimators_))
