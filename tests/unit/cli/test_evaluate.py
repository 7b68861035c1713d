from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from automl_lite.inference import Predictor
from tests.unit.cli.conftest import write_csv
from tests.unit.inference import graphs
from tests.unit.inference.graphs import ROW, random_rows

pytestmark = pytest.mark.usefixtures("plain_csv")


def metric(evaluation: dict[str, Any], name: str) -> Any:
    return next(m for m in evaluation["metrics"] if m["name"] == name)


def test_a_classifier_is_measured_on_true_answers(run, binary, tmp_path):
    rows = random_rows(300, seed=8)
    found = Predictor(binary).predict(rows).tolist()
    truth = [{"no": "yes", "yes": "no"}[label] if i % 5 == 0 else label for i, label in enumerate(found)]
    data = write_csv(tmp_path / "rows.csv", [{**r, "y": t} for r, t in zip(rows, truth, strict=True)])
    evaluation = run("evaluate", binary, data, "--json").json
    assert metric(evaluation, "accuracy")["value"] == pytest.approx(0.8)
    assert metric(evaluation, "accuracy")["low"] < 0.8 < metric(evaluation, "accuracy")["high"]
    assert (evaluation["n_rows"], evaluation["n_left_out"]) == (300, 0)
    shown = run("evaluate", binary, data)
    assert shown.code == 0
    assert evaluation["verdict"] in shown.out.replace("\n", " ")


def test_a_regression_is_measured_with_its_interval(run, regression, tmp_path):
    rows = random_rows(200, seed=9)
    noise = np.random.default_rng(0).uniform(-30, 30, 200)
    table = [{**r, "price": graphs.formula(r) + e} for r, e in zip(rows, noise, strict=True)]
    evaluation = run("evaluate", regression, write_csv(tmp_path / "rows.csv", table), "--json").json
    assert metric(evaluation, "rmse")["value"] == pytest.approx(np.sqrt((noise**2).mean()))
    assert evaluation["intervals"]["coverage"] == pytest.approx((np.abs(noise) <= 25).mean(), abs=0.01)


def test_rows_without_a_known_answer_are_left_out_and_counted(run, binary, tmp_path):
    rows = [ROW | {"y": y} for y in ("no", "yes", "no", "yes", "", "maybe")] + [ROW | {"Age": "old", "y": "no"}]
    data = write_csv(tmp_path / "rows.csv", rows)
    outcome = run("evaluate", binary, data, "--json")
    assert (outcome.json["n_rows"], outcome.json["n_left_out"]) == (4, 3)
    assert "Left out: 3 rows" in run("evaluate", binary, data).err


@pytest.mark.parametrize(("kind", "spellings"), [("integer", ["0", "1.0"]), ("boolean", ["FALSE", "yes"])])
def test_answers_may_be_spelled_as_other_programs_do(run, tmp_path, kind: str, spellings: list[str]):
    classes = ["0", "1"] if kind == "integer" else ["false", "true"]
    (tmp_path / "m.onnx").write_bytes(graphs.classifier(classes, graphs.random_trees(12, 1), kind))
    data = write_csv(tmp_path / "rows.csv", [r | {"y": spellings[i % 2]} for i, r in enumerate(random_rows(20))])
    assert run("evaluate", tmp_path / "m.onnx", data, "--json").json["n_rows"] == 20


def test_a_file_without_the_target(run, binary, tmp_path):
    outcome = run("evaluate", binary, write_csv(tmp_path / "rows.csv", [ROW | {"Y": "no"}]))
    assert (outcome.code, outcome.out) == (1, "")
    assert "Error [unknown-target]: The table has no column 'y' to predict." in outcome.err


def test_a_file_without_a_single_answer(run, binary, tmp_path):
    outcome = run("evaluate", binary, write_csv(tmp_path / "rows.csv", [ROW | {"y": "perhaps"}]))
    assert "Error [nothing-to-measure]: None of the 1 rows" in outcome.err


def test_columns_may_be_missing_where_that_is_allowed(run, regression, tmp_path):
    rows = [{k: v for k, v in r.items() if k != "Age"} | {"price": i} for i, r in enumerate(random_rows(20))]
    data = write_csv(tmp_path / "rows.csv", rows)
    assert "Error [missing-columns]" in run("evaluate", regression, data).err
    assert run("evaluate", regression, data, "--allow-missing-columns", "--json").json["n_rows"] == 20


@pytest.fixture
def later(binary, tmp_path):
    """Return rows with the model's answers as truth, but for every fifth, and half of those where Sex is other."""
    rows = random_rows(600, seed=11)
    found = Predictor(binary).predict(rows).tolist()
    wrong = [i % 5 == 0 or (r["Sex"] == "other" and i % 2 == 0) for i, r in enumerate(rows)]
    truth = [{"no": "yes", "yes": "no"}[label] if w else label for label, w in zip(found, wrong, strict=True)]
    return write_csv(tmp_path / "later.csv", [{**r, "y": t} for r, t in zip(rows, truth, strict=True)])


def test_where_a_model_fails_most_is_named(run, binary, later):
    segments = run("evaluate", binary, later, "--json").json["segments"]
    assert [(s["column"], s["value"]) for s in segments] == [("Sex", "is 'other'")]
    assert segments[0]["message"] in run("evaluate", binary, later).out


def test_scores_stand_beside_those_of_the_test(run, binary, later, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(binary.read_bytes())
    once = run("evaluate", folder, later, "--json")
    assert once.json["since_test"] is None
    (folder / "evaluation.json").write_text(once.out, encoding="utf-8")
    same = run("evaluate", folder, later, "--json").json["since_test"]
    assert {c["verdict"] for c in same["changes"]} == {"no real difference"}
    assert all(abs(c["now"] - c["before"]) < 1e-9 for c in same["changes"])
    rows = random_rows(600, seed=12)
    perfect = [{**r, "y": t} for r, t in zip(rows, Predictor(binary).predict(rows).tolist(), strict=True)]
    better = run("evaluate", folder, write_csv(tmp_path / "perfect.csv", perfect))
    assert "Since the test: Better: log loss" in better.out


def test_a_challenger_is_tried_on_the_same_rows(run, binary, tmp_path):
    rows = random_rows(400, seed=13)
    rival = tmp_path / "rival.onnx"
    rival.write_bytes(graphs.classifier(["yes", "no"], graphs.random_trees(12, 1, seed=5), positive="yes"))
    truth = Predictor(rival).predict(rows).tolist()
    data = write_csv(tmp_path / "rows.csv", [{**r, "y": t} for r, t in zip(rows, truth, strict=True)])
    fight = run("evaluate", binary, data, "--challenger", rival, "--json").json["duel"]
    assert fight["promote"]
    assert not run("evaluate", rival, data, "--challenger", binary, "--json").json["duel"]["promote"]
    assert "The challenger is better: log loss" in run("evaluate", binary, data, "--challenger", rival).out
    stays = run("evaluate", binary, data, "--challenger", binary)
    assert "No real difference" in stays.out


def test_models_of_different_targets_are_no_rivals(run, binary, regression, tmp_path):
    outcome = run("evaluate", binary, write_csv(tmp_path / "rows.csv", [ROW | {"y": "no"}]), "--challenger", regression)
    assert (outcome.code, outcome.out) == (1, "")
    assert "Error [not-rivals]" in outcome.err
