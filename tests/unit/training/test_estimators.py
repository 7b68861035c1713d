"""The Python interface: scikit-learn's conventions, frames of several kinds, labels in their own type."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from automl_lite import AutoML, AutoMLClassifier, AutoMLRegressor, Predictor
from automl_lite.errors import UnknownTarget
from automl_lite.training.model import WrongCells


@parametrize_with_checks(
    [AutoMLClassifier(max_models=2, budget_s=30, n_jobs=2), AutoMLRegressor(max_models=2, budget_s=30, n_jobs=2)]
)
def test_scikit_learn_conventions(estimator, check):
    check(estimator)


def people(n=240, seed=0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 80, n).astype(float),
            "city": rng.choice(["Bern", "Genève", "Zürich"], n),
            "member": rng.choice([True, False], n),
            "since": pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 3_000, n), unit="D"),
        }
    )
    frame.loc[rng.choice(n, n // 10), "age"] = np.nan
    frame.loc[rng.choice(n, n // 10), "city"] = None
    frame["buys"] = np.where((frame.age.fillna(40) > 45) ^ frame.member, "yes", "no")
    return frame


@pytest.fixture(scope="module")
def model():
    return AutoML(max_models=2, budget_s=60).fit(people(), target="buys")


def test_a_frame_with_every_kind_of_column(model):
    frame = people(seed=1)
    assert (model.predict(frame) == frame.buys).mean() > 0.8
    probabilities = model.predict_proba(frame.drop(columns="buys"))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert model.classes_.tolist() == ["no", "yes"]
    assert model.leaderboard().iloc[0].weight >= 0
    assert model.evaluation_["how"] == "cross-validation"


def test_polars_dicts_and_rows_give_the_same(model):
    frame = people(seed=2).drop(columns="buys")
    expected = model.predict_proba(frame)
    of_polars = pl.DataFrame({c: [None if pd.isna(v) else v for v in frame[c]] for c in frame})
    np.testing.assert_array_equal(model.predict_proba(of_polars), expected)
    np.testing.assert_array_equal(model.predict_proba(frame.to_dict("list")), expected)
    np.testing.assert_array_equal(model.predict_proba(frame.to_dict("records")), expected)


def test_the_saved_file_answers_like_the_estimator(model, tmp_path):
    frame = people(seed=3).drop(columns="buys")
    folder = model.save(tmp_path / "run")
    names = {"model.onnx", "model.pkl", "metadata.json", "evaluation.json", "leaderboard.json", "predict.py"}
    assert names | {"report.html"} <= {p.name for p in folder.iterdir()}
    predictor = Predictor(folder / "model.onnx")
    np.testing.assert_allclose(predictor.predict_proba(frame), model.predict_proba(frame), atol=1e-5)
    assert predictor.predict(frame).tolist() == model.predict(frame).tolist()
    again = pickle.loads((folder / "model.pkl").read_bytes())
    np.testing.assert_array_equal(again.predict_proba(frame), model.predict_proba(frame))


@pytest.mark.parametrize(
    "labels", [np.array([3, 7]), np.array([False, True]), np.array(["a", "b"]), np.array([1.0, 2.0])]
)
def test_labels_come_back_in_their_own_type(labels):
    x = np.arange(80.0)
    y = labels[(x > 40).astype(int)]
    found = AutoMLClassifier(max_models=2).fit(x[:, None], y).predict(np.array([[3.0], [77.0]]))
    assert found.tolist() == labels.tolist()
    assert found.dtype.kind == labels.dtype.kind


def test_intervals_of_a_regressor_hold_the_prediction():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 3))
    model = AutoMLRegressor(max_models=2).fit(x, x[:, 0] * 3 + rng.normal(size=300))
    interval = model.predict_interval(x)
    prediction = model.predict(x)
    assert ((interval[:, 0] <= prediction) & (prediction <= interval[:, 1])).all()


def test_a_path_is_a_table_too(tmp_path):
    people().to_csv(tmp_path / "people.csv", index=False)
    model = AutoML(max_models=2).fit(tmp_path / "people.csv", target="buys")
    assert model.contract_["target"] == "buys"
    with pytest.raises(ValueError, match="Name the column"):
        AutoML().fit(tmp_path / "people.csv")


def test_targets_and_cells_that_are_wrong(model):
    with pytest.raises(UnknownTarget) as told:
        AutoML().fit(people(), target="buy")
    assert "buys" in told.value.hint
    with pytest.raises(WrongCells, match="age"):
        model.predict(people().assign(age="old"))


def test_y_apart_from_the_table():
    frame = people()
    model = AutoML(max_models=2, task="binary").fit(frame.drop(columns="buys"), frame.buys)
    assert model.contract_["target"] == "buys"
