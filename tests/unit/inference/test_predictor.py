from __future__ import annotations

import json
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import numpy as np
import onnxruntime
import pandas as pd
import polars as pl
import pytest

from automl_lite.inference import InputWarning, MissingColumns, Predictor, UnreadableRows, WrongTask, WrongType
from automl_lite.inference import predictor as module
from tests.unit.inference import graphs
from tests.unit.inference.graphs import ROW, random_rows


def as_columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [r[name] for r in rows] for name in rows[0]}


def plain(model: bytes, rows: list[dict[str, Any]]) -> list[Any]:
    """What someone gets who follows docs/model-file.md with onnxruntime alone."""
    types = {c["name"]: np.float32 if c["type"] == "float" else object for c in graphs.INPUTS}
    feed = {name: np.array([[r[name]] for r in rows], dtype=dtype) for name, dtype in types.items()}
    return onnxruntime.InferenceSession(model).run(None, feed)


def test_answers_equal_the_graph_and_plain_python(binary: Predictor):
    rows = random_rows(300)
    model = graphs.classifier(["no", "yes"], graphs.random_trees(12, 1))
    label, probabilities = plain(model, rows)
    assert binary.predict(rows).tolist() == label.tolist()
    np.testing.assert_array_equal(binary.predict_proba(rows), probabilities)
    score = np.array([graphs.raw_scores(graphs.random_trees(12, 1), r)[0] for r in rows])
    np.testing.assert_allclose(probabilities[:, 1], 1 / (1 + np.exp(-score)), atol=1e-6)


def test_multiclass_probabilities(multiclass: Predictor):
    rows = random_rows(100, seed=1)
    scores = np.array([graphs.raw_scores(graphs.random_trees(8, 3), r) for r in rows])
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(multiclass.predict_proba(rows), expected, atol=1e-6)
    assert multiclass.predict(rows).tolist() == [multiclass.classes_[i] for i in expected.argmax(axis=1)]


def test_regression_gives_number_and_interval(regression: Predictor):
    rows = random_rows(100, seed=2)
    expected = np.array([graphs.formula(r) for r in rows])
    np.testing.assert_allclose(regression.predict(rows), expected)
    np.testing.assert_allclose(regression.predict_interval(rows), np.stack([expected - 25, expected + 25], axis=1))
    answer = regression.answer(ROW)
    assert answer.interval == (answer.prediction - 25, answer.prediction + 25)
    assert answer.probability is None


def test_one_row_says_everything(binary: Predictor):
    answer = binary.answer(ROW)
    assert answer.prediction in ("no", "yes")
    assert answer.probabilities is not None
    assert sum(answer.probabilities.values()) == pytest.approx(1)
    assert answer.probability == answer.probabilities[str(answer.prediction)] == max(answer.probabilities.values())
    assert answer.warnings == ()
    assert json.loads(json.dumps(answer.as_dict()))["prediction"] == answer.prediction


@pytest.mark.parametrize(
    ("kind", "classes", "dtype"),
    [("integer", ["0", "1"], np.int64), ("number", ["0.5", "1"], np.float64), ("boolean", ["false", "true"], np.bool_)],
)
def test_labels_in_their_own_type(kind: str, classes: list[str], dtype: type):
    model = Predictor(graphs.classifier(classes, graphs.random_trees(12, 1), kind))
    labels = model.predict(random_rows(50))
    assert labels.dtype == dtype
    assert set(labels.tolist()) == set(model.classes_)
    assert type(model.answer(ROW).prediction) is type(model.classes_[0])


def test_outputs_are_looked_up_in_the_contract():
    model = Predictor(graphs.regressor(outputs={"prediction": "prediction_1", "interval": "interval_1"}))
    assert model.answer(ROW).prediction == pytest.approx(graphs.formula(ROW | {"paid": "true"}))


def test_every_shape_of_rows_gives_the_same(binary: Predictor, regression: Predictor):
    rows = random_rows(60, seed=3)
    columns = as_columns(rows)
    typed = pd.DataFrame(columns)
    typed["sold"] = pd.to_datetime(typed["sold"], format="ISO8601")
    typed["Sex"] = typed["Sex"].astype("category")
    typed["rooms"] = typed["rooms"].astype("Int64")
    typed["paid"] = typed["paid"].map({"true": True, "yes": True, "false": False, "0": False}).astype("boolean")
    shapes = [
        columns,
        {n: np.array(v, dtype=None if n in ("Age", "rooms") else object) for n, v in columns.items()},
        {n: np.array(v) for n, v in columns.items()},
        pd.DataFrame(columns),
        typed,
        pl.DataFrame(columns),
        pl.DataFrame(columns).with_columns(
            pl.col("Sex").cast(pl.Categorical),
            pl.col("rooms").fill_nan(None).cast(pl.Int16),
            pl.col("paid").replace_strict({"true": True, "yes": True, "false": False, "0": False, "": None}),
            pl.Series("sold", [None if r["sold"] == "" else datetime.fromisoformat(r["sold"]) for r in rows]),
            pl.col("notes").replace("", None),
        ),
    ]
    for predictor in (binary, regression):
        expected = predictor.predict(rows)
        assert np.concatenate([predictor.predict(r) for r in rows]).tolist() == expected.tolist()
        assert [predictor.answer(r).prediction for r in rows] == expected.tolist()
        assert [a.prediction for a in predictor.answers(rows)] == expected.tolist()
        for shape in shapes:
            assert predictor.predict(shape).tolist() == expected.tolist()
            assert predictor.score(shape).predictions.tolist() == expected.tolist()


def test_masked_arrays_and_dates(regression: Predictor):
    columns = {
        "Age": np.ma.array([1.0, 2.0], mask=[True, False]),
        "rooms": np.ma.array([1, 2], mask=[False, True]),
        "Sex": np.ma.array(["male", "x"], dtype=object, mask=[False, True]),
        "paid": np.ma.array([True, False], mask=[True, False]),
        "sold": np.ma.array(["2014-10-13", "2014-11-13"], dtype="datetime64[us]", mask=[False, True]),
        "notes": ["great", None],
    }
    rows = [
        {"rooms": 1, "Sex": "male", "sold": date(2014, 10, 13), "notes": "great"},
        {"Age": 2.0, "paid": False},
    ]
    assert regression.predict(columns).tolist() == regression.predict(rows).tolist()


def test_dates_with_fractions_and_without(regression: Predictor):
    columns = as_columns([{k: v for k, v in ROW.items() if k != "sold"}] * 3)
    columns["sold"] = np.array(["2014-10-13T00:00:00.25", "NaT", "2014-10-13"], dtype="datetime64[ms]")
    expected = [graphs.formula(ROW | {"paid": "true", "sold": s}) for s in ("2014-10-13", "", "2014-10-13")]
    np.testing.assert_allclose(regression.predict(columns), expected)


def test_numbers_beyond_float32_are_clipped_in_every_shape(regression: Predictor):
    huge = [10**400, 1e300, float("inf"), -(10**400)]
    rows = [ROW | {"Age": age} for age in huge]
    columns = as_columns(rows)
    expected = regression.predict(rows)
    assert np.isfinite(expected).all()
    assert regression.predict(columns).tolist() == expected.tolist()
    columns["Age"] = np.array([1e300, 1e300, np.inf, -1e300])
    assert regression.predict(columns).tolist() == expected.tolist()


def test_it_says_what_it_is(binary: Predictor):
    assert repr(binary) == "Predictor(LightGBM, by hand for 'y': binary, 6 columns)"


def test_no_rows_give_no_answers(binary: Predictor, regression: Predictor):
    assert binary.predict([]).shape == (0,)
    assert binary.predict_proba({n: [] for n in ROW}).shape == (0, 2)
    assert regression.predict_interval([]).shape == (0, 2)
    assert regression.answers([]) == []
    scores = binary.score([])
    assert (len(scores.predictions), scores.notices) == (0, ())


def test_large_tables_go_through_in_chunks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_CHUNK_CELLS", 0)
    small_steps = Predictor(graphs.regressor())
    rows = random_rows(600, seed=4)
    rows[550] = rows[550] | {"Age": "old"}
    calls = []
    graph = small_steps._graph

    def spy(names: list[str], feed: dict[str, Any]) -> Any:
        calls.append(len(feed["Age"]))
        return graph(names, feed)

    monkeypatch.setattr(small_steps, "_graph", spy)
    for table in (rows, as_columns(rows)):
        calls.clear()
        scores = small_steps.score(table, collect=True)
        assert calls == [256, 256, 88]
        assert {row: error.row for row, error in scores.errors.items()} == {550: 550}
        good = [i for i in range(600) if i != 550]
        np.testing.assert_allclose(scores.predictions[good], [graphs.formula(rows[i]) for i in good])
    with pytest.raises(WrongType, match="Row 551: 'Age' expects a number, not 'old'"):
        small_steps.answers(rows)


def test_wrong_values_name_their_row_in_tables(regression: Predictor):
    rows = random_rows(3)
    rows[1]["sold"] = "yesterday"
    rows[2]["Age"] = "old"
    for table in (rows, as_columns(rows), pd.DataFrame(rows)):
        with pytest.raises(WrongType, match="Row") as caught:
            regression.predict(table)
        assert caught.value.row in (1, 2)
    with pytest.raises(WrongType, match=r"^'Age' expects a number, not 'old'") as caught:
        regression.answer(rows[2])
    assert caught.value.row is None


def test_collected_errors_leave_the_other_rows_alone(regression: Predictor):
    rows = random_rows(5)
    good = regression.predict(rows)
    rows[1] |= {"Age": [1], "Sex": {}}
    rows[3]["paid"] = "perhaps"
    for table in (rows, as_columns(rows)):
        scores = regression.score(table, collect=True)
        assert sorted(scores.errors) == [1, 3]
        assert scores.errors[3].column == "paid"
        assert scores.predictions[[0, 2, 4]].tolist() == good[[0, 2, 4]].tolist()


def test_missing_column_of_a_table_is_an_error_that_suggests(regression: Predictor):
    table = pd.DataFrame(random_rows(3)).rename(columns={"Sex": "sex", "rooms": "Rooms count"})
    with pytest.raises(MissingColumns, match="2 more columns: 'rooms', 'Sex'") as caught:
        regression.predict(table)
    assert "is 'sex' meant to be 'Sex'?" in caught.value.hint.replace("Is", "is")
    scores = regression.score(table, allow_absent=True)
    assert [n.code for n in scores.notices][:2] == ["absent-column", "absent-column"]


def test_missing_key_of_a_row_counts_as_missing_with_a_warning(regression: Predictor):
    row = {k: v for k, v in ROW.items() if k != "Age"}
    answer = regression.answer(row)
    assert answer.prediction == pytest.approx(graphs.formula(row | {"paid": "true"}))
    assert [(w.code, w.column) for w in answer.warnings] == [("absent-column", "Age")]
    with pytest.warns(InputWarning, match="'Age' was not given"):
        regression.predict(row)


@pytest.mark.parametrize("row", [{}, {"colour": "red"}])
def test_a_row_without_any_known_column_is_an_error(regression: Predictor, row: dict[str, Any]):
    with pytest.raises(MissingColumns):
        regression.answer(row)
    with pytest.raises(MissingColumns):
        regression.predict(row)


def test_unknown_columns_warn_with_the_closest_name(regression: Predictor):
    answer = regression.answer({**ROW, "Agee": 1})
    assert [(w.code, w.column) for w in answer.warnings] == [("unknown-column", "Agee")]
    assert "Did you mean 'Age'?" in answer.warnings[0].remedy
    extra = regression.answer({**ROW, "colour": 1}).warnings[0]
    assert (extra.severity, extra.remedy) == ("info", "")
    with pytest.warns(InputWarning, match="does not know the column 'Agee'") as caught:
        regression.predict(pd.DataFrame([{**ROW, "Agee": 1}]))
    assert caught[0].filename == __file__


def test_target_and_ignored_columns_pass_in_silence(binary: Predictor):
    row = {**ROW, "y": "no", "PassengerId": 7}
    assert binary.answer(row).warnings == ()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        binary.predict([row])


def test_values_unlike_training_warn(regression: Predictor):
    answer = regression.answer(ROW | {"Age": 120, "Sex": "Male", "sold": "2031-01-01"})
    found = {w.column: w for w in answer.warnings}
    assert set(found) == {"Age", "Sex", "sold"}
    assert found["Age"].message == "'Age' is 120, outside the training range (0.5 to 80)."
    assert found["Sex"].remedy == "Did you mean 'male'?"
    assert found["sold"].code == "outside-range"
    assert regression.answer(ROW | {"Age": 80.0, "sold": "2015-05-14"}).warnings == ()


def test_a_range_holds_its_own_ends_in_float32():
    age = graphs.INPUTS[0] | {"min": 0.1, "max": 80.1}
    model = Predictor(graphs.regressor(inputs=[age, *graphs.INPUTS[1:]]))
    assert model.answer(ROW | {"Age": 80.1}).warnings == ()
    assert model.answer(ROW | {"Age": 0.1}).warnings == ()


def test_levels_beyond_the_listed_ones_cannot_be_called_unseen():
    many = graphs.INPUTS[2] | {"n_values": 5000}
    model = Predictor(graphs.regressor(inputs=[*graphs.INPUTS[:2], many, *graphs.INPUTS[3:]]))
    assert model.answer(ROW | {"Sex": "rare"}).warnings == ()


def test_a_table_is_told_in_counts(regression: Predictor):
    rows = [ROW | {"Age": 100 + i, "Sex": "x" if i < 3 else "y", "sold": f"20{i + 10}-01-01"} for i in range(10)]
    for table in (rows, as_columns(rows)):
        found = {n.column: n for n in regression.score(table).notices}
        assert found["Age"].message.startswith("10 of 10 values of 'Age' are outside the training range, such as 109")
        assert found["Sex"].facts == {"values": ["y", "x"], "n": 10, "n_rows": 10}
        assert found["sold"].facts is not None
        assert found["sold"].facts["n"] == 9


def test_answers_of_many_rows_warn_row_by_row(regression: Predictor):
    answers = regression.answers([ROW, ROW | {"Age": 99}, {"Age": 5}])
    assert [len(a.warnings) for a in answers] == [0, 1, 5]


def test_answers_take_tables_too(regression: Predictor):
    rows = random_rows(5)
    assert regression.answers(pd.DataFrame(rows)) == regression.answers(rows)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (7, "Rows cannot be read from an int"),
        ("a,b", "Rows cannot be read from a str"),
        ([{"Age": 1}, 7], "Row 2 is an int"),
        ({"Age": [1, 2], "rooms": [1]}, "differ in length: 'rooms' has 1 values, 'Age' has 2"),
        ({"Age": [1, 2], "rooms": 1}, "'rooms' is an int"),
        (pd.DataFrame([[1, 2]], columns=["Age", "Age"]), "two columns of the same name"),
    ],
)
def test_rows_in_no_known_shape(regression: Predictor, rows: Any, said: str):
    with pytest.raises(UnreadableRows, match=said):
        regression.predict(rows)


def test_answer_takes_one_dict(regression: Predictor):
    with pytest.raises(UnreadableRows):
        regression.answer([ROW])
    with pytest.raises(WrongType):
        regression.answer({name: [value] for name, value in ROW.items()})


def test_the_wrong_question(binary: Predictor, regression: Predictor):
    with pytest.raises(WrongTask, match="no probabilities"):
        regression.predict_proba(ROW)
    with pytest.raises(WrongTask, match="no prediction interval"):
        binary.predict_interval(ROW)


def test_a_path_works_as_well_as_bytes(tmp_path):
    (tmp_path / "model.onnx").write_bytes(graphs.regressor())
    assert Predictor(str(tmp_path / "model.onnx"), threads=2).answer(ROW) == Predictor(graphs.regressor()).answer(ROW)


def test_one_object_serves_many_threads(binary: Predictor):
    rows = random_rows(200, seed=5)
    expected = [binary.answer(r) for r in rows]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(binary.answer, rows)) == expected
