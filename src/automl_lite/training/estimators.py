"""scikit-learn estimators: ``AutoML`` takes frames and files by target name; the other two follow ``fit(X, y)``."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import assert_all_finite, check_consistent_length, column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from automl_lite.domain.columns import Column, Kind, Task
from automl_lite.training.clock import Clock
from automl_lite.training.config import InvalidSetting, ProgressCallback, TrainConfig
from automl_lite.training.frames import as_frame, free_name, own_type
from automl_lite.training.measured import Reporter
from automl_lite.training.run import TrainedRun, read_and_train, train_in_memory, train_table, type_frame
from automl_lite.training.saving import save_run
from automl_lite.training.target import UnusableTarget

_TARGET = "y"


class _Settings(BaseEstimator):
    """What all three share: the settings, which the constructor only stores, and what can be asked after ``fit``."""

    def __init__(
        self,
        *,
        budget_s: float = 60.0,
        metric: str = "auto",
        engine: str = "portfolio",
        quality: str = "balanced",
        split: str = "auto",
        test_share: float | None = None,
        final_fit: str = "all",
        drop: Sequence[str] = (),
        keep: Sequence[str] = (),
        kinds: Mapping[str, Kind] | None = None,
        random_state: int = 0,
        max_models: int | None = None,
        n_jobs: int | None = None,
        engine_workers: str = "threads",
        progress: ProgressCallback | None = None,
    ) -> None:
        self.budget_s = budget_s
        self.metric = metric
        self.engine = engine
        self.quality = quality
        self.split = split
        self.test_share = test_share
        self.final_fit = final_fit
        self.drop = drop
        self.keep = keep
        self.kinds = kinds
        self.random_state = random_state
        self.max_models = max_models
        self.n_jobs = n_jobs
        self.engine_workers = engine_workers
        self.progress = progress

    def _config(self, task: Task | None) -> TrainConfig:
        seed = self.random_state
        return TrainConfig(
            budget_s=self.budget_s,
            metric=self.metric,
            task=task,
            engine=self.engine,
            quality=self.quality,
            split=self.split,
            test_share=self.test_share,
            final_fit=self.final_fit,
            drop=tuple(self.drop),
            keep=tuple(self.keep),
            kinds=dict(self.kinds or {}),
            seed=int(seed.integers(2**31 - 1)) if isinstance(seed, np.random.Generator) else int(seed or 0),
            max_models=self.max_models,
            workers=self.n_jobs,
            engine_workers=self.engine_workers,
        )

    def leaderboard(self) -> pd.DataFrame:
        """Every configuration tried, best first: name, family, out-of-fold score, seconds, weight in the blend."""
        check_is_fitted(self)
        return pd.DataFrame([row.as_dict() for row in self.run_.leaderboard])

    @property
    def evaluation_(self) -> dict[str, Any]:
        """The full evaluation, as in ``evaluation.json``."""
        check_is_fitted(self)
        return self.run_.evaluation.as_dict()

    def save(self, folder: str | Path) -> Path:
        """Write the model and its reports into ``folder``; return it."""
        check_is_fitted(self)
        return save_run(self.run_, Path(folder))


class AutoML(_Settings):
    """Find the best model for one column of a table.

    Parameters
    ----------
    budget_s : float, default=60
        Seconds that ``fit`` may take.
    metric, engine, quality, split, test_share, final_fit, drop, keep, kinds, max_models
        See ``TrainConfig``.
    task : {"binary", "multiclass", "regression"}, optional
        Overrides the detected problem type.
    random_state : int or numpy Generator, default=0
    n_jobs : int, optional
        Fits side by side; one for each core by default.
    engine_workers : {"threads", "ray"}, default="threads"
        Where fits run: here, or as tasks of a Ray cluster.
    progress : callable, optional
        Called with ``Progress`` events, in the thread that calls ``fit``.

    Attributes
    ----------
    task_ : Task
    classes_ : array of labels in their own type (classification only)
    contract_ : dict, what the ONNX file says about itself
    evaluation_ : dict

    Examples
    --------
    >>> from automl_lite import AutoML
    >>> import pandas as pd
    >>> table = pd.DataFrame({"x": range(60), "y": ["low"] * 30 + ["high"] * 30})
    >>> model = AutoML(max_models=2).fit(table, target="y")
    >>> model.predict(pd.DataFrame({"x": [3, 57]})).tolist()
    ['low', 'high']
    """

    def __init__(
        self,
        *,
        budget_s: float = 60.0,
        metric: str = "auto",
        task: str | Task | None = None,
        engine: str = "portfolio",
        quality: str = "balanced",
        split: str = "auto",
        test_share: float | None = None,
        final_fit: str = "all",
        drop: Sequence[str] = (),
        keep: Sequence[str] = (),
        kinds: Mapping[str, Kind] | None = None,
        random_state: int = 0,
        max_models: int | None = None,
        n_jobs: int | None = None,
        engine_workers: str = "threads",
        progress: ProgressCallback | None = None,
    ) -> None:
        super().__init__(
            budget_s=budget_s,
            metric=metric,
            engine=engine,
            quality=quality,
            split=split,
            test_share=test_share,
            final_fit=final_fit,
            drop=drop,
            keep=keep,
            kinds=kinds,
            random_state=random_state,
            max_models=max_models,
            n_jobs=n_jobs,
            engine_workers=engine_workers,
            progress=progress,
        )
        self.task = task

    def fit(self, X: Any, y: Any = None, *, target: str | None = None) -> AutoML:
        """Train on ``X``: a pandas or polars frame, a 2-D array, or the path of a file.

        Name the column to predict with ``target``, or give its values as ``y`` of shape (n_rows,).
        """
        clock = Clock(self.budget_s)
        config = self._config(Task(self.task) if self.task else None)
        tell = Reporter(clock, self.progress)
        if isinstance(X, str | Path):
            if target is None:
                raise ValueError("Name the column to predict: fit(path, target=...).")
            with tempfile.TemporaryDirectory() as folder:
                self.run_ = read_and_train(Path(X), target, config, clock, tell, work=Path(folder))
        else:
            frame = as_frame(X)
            if target is None:
                if y is None:
                    raise ValueError("Name the column to predict with target=..., or give its values as y.")
                target = getattr(y, "name", None) or free_name(frame)
                frame = frame.assign(**{target: np.asarray(y)})
            self.run_ = train_in_memory(frame, target, config, clock, tell)
        self._set_fitted()
        return self

    def _set_fitted(self) -> None:
        self.task_ = Task(self.run_.model.contract["task"])
        self.contract_ = self.run_.model.contract
        self.feature_names_in_ = np.array([i["name"] for i in self.contract_["inputs"]], object)
        self.n_features_in_ = len(self.feature_names_in_)
        if self.task_.is_classification:
            self.classes_ = own_type(np.array(self.contract_["classes"], object), self.contract_["class_kind"])

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Labels in their own type, or numbers; shape (n_rows,)."""
        check_is_fitted(self)
        out = self.run_.model.predict(as_frame(X))
        return own_type(out, self.contract_["class_kind"]) if self.task_.is_classification else out

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """Probabilities, shape (n_rows, n_classes), in the order of ``classes_``."""
        check_is_fitted(self)
        return self.run_.model.predict_proba(as_frame(X))

    def predict_interval(self, X: Any) -> npt.NDArray[np.float64]:
        """Lower and upper bounds of 90 % intervals, shape (n_rows, 2); regression only."""
        check_is_fitted(self)
        return self.run_.model.predict_interval(as_frame(X))


class _ArrayEstimator(_Settings):
    """``fit(X, y)`` on arrays and frames as scikit-learn's conventions have it."""

    run_: TrainedRun

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        return tags

    def _fit(
        self, frame: pd.DataFrame, columns: list[Column], series: pd.Series[Any], column: Column, task: Task
    ) -> None:
        names = [c.name for c in columns]
        name = column.name
        while name in names:
            name += "_"
        if self.engine == "autogluon":
            raise InvalidSetting(
                "AutoGluon's models cannot predict here, which scikit-learn's conventions ask for.",
                hint='Use AutoML(engine="autogluon"), which measures without a model to predict with.',
            )
        column = Column(name=name, kind=column.kind)
        clock = Clock(self.budget_s)
        table = frame.assign(**{name: series.to_numpy()})
        self.run_ = train_table(
            table,
            [*columns, column],
            name,
            self._config(task),
            clock,
            Reporter(clock, self.progress),
            task=task,
        )

    def _table(self, X: Any, *, reset: bool) -> tuple[pd.DataFrame, list[Column]]:
        """The input as a typed frame; names and number of columns are recorded or checked."""
        if hasattr(X, "columns"):
            frame = as_frame(X)
            validate_data(self, X=frame, reset=reset, skip_check_array=True)
            if reset:
                typed, columns = type_frame(frame, dict(self.kinds or {}))
                return typed, columns
            return frame, []
        array = validate_data(self, X=X, reset=reset, dtype="numeric", ensure_all_finite="allow-nan")
        names = [f"x{i}" for i in range(array.shape[1])]
        return (
            pd.DataFrame(np.asarray(array, np.float64), columns=names),
            [Column(name=n, kind=Kind.NUMBER) for n in names],
        )

    def _predict_frame(self, X: Any) -> pd.DataFrame:
        check_is_fitted(self)
        return self._table(X, reset=False)[0]


class AutoMLClassifier(ClassifierMixin, _ArrayEstimator):
    """A classifier by scikit-learn's conventions; see ``AutoML`` for the parameters.

    Attributes
    ----------
    classes_ : array of shape (n_classes,), sorted
    n_features_in_ : int
    """

    def fit(self, X: Any, y: Any) -> AutoMLClassifier:
        """Train on X of shape (n_rows, n_columns) and labels y of shape (n_rows,)."""
        frame, columns = self._table(X, reset=True)
        y = _checked_y(frame, y)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise UnusableTarget(
                f"The target has only one class, {self.classes_[0]!r}, so there is nothing to learn.",
                hint="Add rows of another class.",
            )
        kind = {"i": Kind.INTEGER, "u": Kind.INTEGER, "f": Kind.NUMBER, "b": Kind.BOOLEAN}.get(y.dtype.kind)
        task = Task.BINARY if len(self.classes_) == 2 else Task.MULTICLASS
        values = y if kind else np.array([str(c) for c in self.classes_], object)[codes]
        self._fit(frame, columns, pd.Series(values), Column(name=_TARGET, kind=kind or Kind.CATEGORY), task)
        labels = own_type(np.array(self.run_.model.contract["classes"], object), self._class_kind)
        place = {label: i for i, label in enumerate(labels.tolist())}
        wanted = self.classes_.tolist() if kind else [str(c) for c in self.classes_]
        self._order = np.array([place[label] for label in wanted])
        return self

    @property
    def _class_kind(self) -> str:
        return str(self.run_.model.contract["class_kind"])

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """Probabilities, shape (n_rows, n_classes), in the order of ``classes_``."""
        frame = self._predict_frame(X)
        return self.run_.model.predict_proba(frame)[:, self._order]

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """The label of each row, shape (n_rows,)."""
        frame = self._predict_frame(X)
        model = self.run_.model
        codes = model.labels(model.predict_proba(frame))
        return self.classes_[np.argsort(self._order)[codes]]


class AutoMLRegressor(RegressorMixin, _ArrayEstimator):
    """A regressor by scikit-learn's conventions; see ``AutoML`` for the parameters."""

    def fit(self, X: Any, y: Any) -> AutoMLRegressor:
        """Train on X of shape (n_rows, n_columns) and numbers y of shape (n_rows,)."""
        frame, columns = self._table(X, reset=True)
        y = _checked_y(frame, y, numeric=True)
        self._fit(frame, columns, pd.Series(y), Column(name=_TARGET, kind=Kind.NUMBER), Task.REGRESSION)
        return self

    def predict(self, X: Any) -> npt.NDArray[np.float64]:
        """The predicted number of each row, shape (n_rows,)."""
        frame = self._predict_frame(X)
        return np.asarray(self.run_.model.predict(frame), np.float64)

    def predict_interval(self, X: Any) -> npt.NDArray[np.float64]:
        """Lower and upper bounds of 90 % intervals, shape (n_rows, 2)."""
        frame = self._predict_frame(X)
        return self.run_.model.predict_interval(frame)


def _checked_y(X: Any, y: Any, *, numeric: bool = False) -> npt.NDArray[Any]:
    if y is None:
        raise ValueError("This estimator requires y to be passed, but the target y is None.")
    y = column_or_1d(y, warn=True)
    assert_all_finite(y)
    if numeric and y.dtype.kind == "O":
        y = y.astype(np.float64)
    check_consistent_length(X, y)
    return np.asarray(y)
