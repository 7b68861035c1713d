"""A test double of ``autogluon.tabular``: one tree. The environment variable STAND_IN makes it misbehave."""

import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

__version__ = "0.0-stand-in"
MODE = os.environ.get("STAND_IN", "")


MADE = {}  # path -> predictor


def numbers(frame):
    out = {}
    for name in frame:
        column = frame[name]
        if column.dtype == "category" or column.dtype == object or str(column.dtype).startswith("str"):
            out[name] = [sum(map(ord, str(cell))) % 997 for cell in column]
        elif column.dtype.kind == "M":
            out[name] = column.astype("int64") / 1e15
        else:
            out[name] = column.astype(float)
    return pd.DataFrame(out).fillna(-1.0).to_numpy()


class TabularPredictor:
    def __init__(self, label, *, problem_type, eval_metric, positive_class, groups, path, verbosity):
        self.label, self.problem_type, self.groups, self.path = label, problem_type, groups, Path(path)
        self.metric, self.positive = eval_metric, positive_class
        self.models, self.oof = {}, None
        self.path.mkdir()
        MADE[str(path)] = self

    @classmethod
    def load(cls, path):
        return MADE[str(path)]

    @property
    def is_regression(self):
        return self.problem_type == "regression"

    def fit(self, train, *, time_limit, num_cpus, num_gpus, raise_on_no_models_fitted, memory_limit, presets, **more):
        assert raise_on_no_models_fitted is False
        assert time_limit > 0
        assert num_cpus > 0
        assert memory_limit > 0
        (self.path / "asked.txt").write_text(f"{presets} {self.metric} {sorted(more)}")
        if MODE == "crash":
            raise ValueError("the stand-in was told to crash")
        if MODE == "nothing":
            return
        if MODE == "memory":
            raise MemoryError
        if MODE == "kill":
            os.kill(os.getpid(), 9)
        if MODE == "deaf":  # neither its limit nor SIGINT stop it, and it has a child of its own
            helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=False)
            Path(os.environ["STAND_IN_PIDS"]).write_text(f"{os.getpid()} {helper.pid}")
            while True:
                try:
                    time.sleep(600)
                except KeyboardInterrupt:
                    continue
        y = train[self.label]
        print("Fitting model: Tree ... Training model for up to 9.99s of the 9.99s of remaining time.", flush=True)
        self.x_columns = [c for c in train if c not in (self.label, self.groups)]
        self.classes = sorted(y.unique()) if not self.is_regression else []
        if self.groups:
            folds = train[self.groups]
            width = 1 if self.is_regression else len(self.classes)
            out = np.zeros((len(train), width))
            for fold in folds.unique():
                tree = self._tree().fit(numbers(train.loc[folds != fold, self.x_columns]), y[folds != fold])
                out[(folds == fold).to_numpy()] = self._ask(tree, train.loc[folds == fold, self.x_columns])
            self.oof = self._framed(out, train.index)
        self.models["Tree"] = self._tree().fit(numbers(train[self.x_columns]), y)
        print("\t-0.5\t = Validation score   (-log_loss)\n\t0.01s\t = Training   runtime", flush=True)
        if MODE == "slow":
            time.sleep(600)  # SIGINT ends this

    def _tree(self):
        kind = DecisionTreeRegressor if self.is_regression else DecisionTreeClassifier
        return kind(max_depth=4, min_samples_leaf=5, random_state=0)

    def _ask(self, tree, rows):
        if self.is_regression:
            return tree.predict(numbers(rows))[:, None]
        out = np.full((len(rows), len(self.classes)), 0.01)
        out[:, [self.classes.index(c) for c in tree.classes_]] += tree.predict_proba(numbers(rows))
        return out / out.sum(axis=1, keepdims=True)

    def _framed(self, values, index):
        if self.is_regression:
            return pd.Series(values[:, 0], index=index)
        return pd.DataFrame(values, columns=self.classes, index=index)

    def model_names(self, can_infer=None):
        return list(self.models)

    @property
    def model_best(self):
        return "Tree"

    def model_refit_map(self, inverse=False):
        return {}

    def predict(self, rows, model=None):
        return self._framed(self._ask(self.models["Tree"], rows[self.x_columns]), rows.index)

    predict_proba = predict

    def predict_oof(self, model=None):
        return self.oof

    predict_proba_oof = predict_oof

    def leaderboard(self, silent=True):
        return pd.DataFrame({"model": ["Tree"], "score_val": [-0.5], "fit_time_marginal": [0.01]})

    @property
    def _trainer(self):
        return self

    def load_model(self, name):
        return object()

    def clone_for_deployment(self, path, model=None, return_clone=False):
        Path(path).mkdir()
        (Path(path) / "predictor.pkl").write_bytes(pickle.dumps(self.models))
        return self
