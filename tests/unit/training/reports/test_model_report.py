"""The model report says what the evaluation says, whatever the names in the data are and however little there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from automl_lite.domain.columns import Task
from automl_lite.training.evaluation import Evaluation, evaluate
from automl_lite.training.reports import write_report
from automl_lite.training.verdict import in_words, percent
from tests.unit.training.reports.page import Page, assert_self_contained

HOSTILE = ["<script>alert(1)</script>", "</script><img src=x onerror=alert(2)>", "\"'><svg onload=alert(3)>"]
MAX_BYTES = 3_000_000


def _classes(n_rows: int, names: list[str], seed: int = 0) -> Evaluation:
    rng = np.random.default_rng(seed)
    k = len(names)
    y = rng.permutation(np.arange(n_rows) % k)
    logits = rng.normal(size=(n_rows, k)) + 2 * np.eye(k)[y]
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return evaluate(
        Task.BINARY if k == 2 else Task.MULTICLASS,
        y,
        p,
        classes=names,
        baseline_prediction=np.full((n_rows, k), 1 / k),
        linear_prediction=0.7 * p + 0.3 / k,
        max_seconds=1.0,
    )


def _numbers(n_rows: int, seed: int = 0) -> Evaluation:
    rng = np.random.default_rng(seed)
    p = np.exp(rng.normal(12, 0.6, n_rows))
    y = p * np.exp(rng.normal(0, 0.2, n_rows))
    return evaluate(
        Task.REGRESSION,
        y,
        p,
        baseline_prediction=np.full(n_rows, y.mean() if n_rows else 0.0),
        linear_prediction=p * 1.1,
        intervals=np.column_stack([p * 0.7, p * 1.4]),
        max_seconds=1.0,
        unit="€",
    )


def _explained(evaluation: Evaluation, names: list[str]) -> Evaluation:
    rows = [
        {"column": name, "mean": 0.2 / (i + 1), "low": 0.1 / (i + 1) - 0.02, "high": 0.3 / (i + 1)}
        for i, name in enumerate(names)
    ]
    points = [{"column": name, "x": [-0.4, 0.0, 0.7], "value": [0.1, None, 0.9]} for name in names[:14]]
    columns = [{"column": name, "mean_abs": 0.5} for name in names[:14]]
    return evaluation.with_explanation(
        {
            "columns": rows,
            "metric": "log_loss",
            "n_rows": 500,
            "n_repeats": 5,
            "not_measured": [],
            "caveat": "Careful.",
        },
        {"columns": columns, "points": points, "unit": "log-odds"},
    )


def _written(folder: Path, evaluation: Evaluation, **more: Any) -> tuple[Page, dict[str, Any]]:
    told = json.loads(json.dumps(evaluation.as_dict()))  # as it comes from evaluation.json
    path = folder / "report.html"
    write_report(path, {"name": "A run", "target": "y", "evaluation": told} | more)
    return Page.read(path), told


EVALUATIONS = {
    "binary": lambda: _classes(300, ["good", "bad"]),
    "multiclass": lambda: _classes(300, ["a", "b", "c", "d"]),
    "regression": lambda: _numbers(300),
}


@pytest.mark.parametrize("task", EVALUATIONS)
def test_every_figure_is_the_evaluation_s(tmp_path: Path, task: str) -> None:
    page, told = _written(tmp_path, EVALUATIONS[task](), unit="€")
    assert " ".join(told["verdict"].split()) in page.text
    assert told["basis"] in page.text
    for metric in told["metrics"]:
        unit = "€" if metric["unit"] == "target" else ""
        for key in ("value", "baseline", "linear"):
            if metric[key] is not None:
                assert " ".join(in_words(metric[key], metric["unit"], unit).split()) in page.text, (metric["name"], key)
        assert metric["label"] in page.text or metric["name"] == "recall"
    for remark in told["remarks"]:
        assert " ".join(remark.split()) in page.text


@pytest.mark.parametrize("task", EVALUATIONS)
def test_report_is_self_contained_and_small(tmp_path: Path, task: str) -> None:
    page, _ = _written(tmp_path, _explained(EVALUATIONS[task](), ["x", "z"]))
    assert_self_contained(page)
    assert page.scripts == []
    assert "script-src" not in page.policy
    assert len(page.html) < MAX_BYTES
    assert set(page.anchors) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_confusion_matrix_and_thresholds_are_counted_from_the_positive_class(tmp_path: Path) -> None:
    page, told = _written(tmp_path, _classes(400, ["good", "bad"]))
    (left, wrong), (miss, hit) = told["confusion"]["matrix"]
    assert told["positive"] == "bad"
    for n, words in ((left, "rightly left alone"), (wrong, "flagged by mistake"), (miss, "missed"), (hit, "caught")):
        assert f"{n} {words}" in page.text.replace(f"{n}{words}", f"{n} {words}")
    row = next(each for each in told["thresholds"] if each["threshold"] == told["threshold"])
    assert (row["tp"], row["fn"], row["fp"], row["tn"]) == (hit, miss, wrong, left)
    assert percent(row["precision"]).replace("\N{NO-BREAK SPACE}", " ") in page.text


def test_leaderboard_left_out_columns_settings_and_files_are_all_there(tmp_path: Path) -> None:
    page, _ = _written(
        tmp_path,
        _classes(200, ["no", "yes"]),
        created_at="2026-03-04T05:06:07+00:00",
        leaderboard=[
            {"name": "LightGBM 3", "family": "lightgbm", "score": 0.31234, "seconds": 12.3, "weight": 0.7},
            {"name": "Linear", "family": "linear", "score": 0.4, "seconds": 0.2, "weight": 0.0},
        ],
        dropped=[{"column": "PassengerId", "reason": "Its values identify rows."}],
        notices=[{"code": "x", "message": "Two columns repeat.", "remedy": "Drop one.", "severity": "warning"}],
        columns=[{"name": "Age", "kind": "number"}],
        settings={"budget_s": 60.0, "drop": ["a", "b"], "kinds": {}, "keep": []},
        capsule={"data_sha256": "ab12", "settings": {"secret_copy": 1}, "versions": {"numpy": "2.4.0"}},
        files=[{"name": "model.onnx", "size_bytes": 1_400_000}, {"name": "notes.txt", "size_bytes": None}],
    )
    for text in (
        "4 March 2026, 05:06 UTC", "LightGBM 3", "0.3123", "70 %", "12 s", "PassengerId", "Its values identify rows.",
        "Two columns repeat. Drop one.", "1 column used", "budget_s", "a, b", "ab12", "versions.numpy", "2.4.0",
        "1.4 MB", "notes.txt",
    ):  # fmt: skip
        assert text in page.text, text
    assert "secret_copy" not in page.text  # settings stand once


@pytest.mark.parametrize("names", [HOSTILE[:2], [*HOSTILE, "plain"]])
def test_nothing_in_the_data_becomes_markup(tmp_path: Path, names: list[str]) -> None:
    page, _ = _written(
        tmp_path,
        _explained(_classes(200, names), HOSTILE),
        name=HOSTILE[0],
        target=HOSTILE[1],
        model=HOSTILE[2],
        created_at=HOSTILE[0],
        leaderboard=[{"name": HOSTILE[0], "family": HOSTILE[1], "score": 0.5, "seconds": 1.0, "weight": 1.0}],
        dropped=[{"column": HOSTILE[0], "reason": f"It is “{HOSTILE[1]}”."}],
        notices=[{"code": "x", "message": HOSTILE[1], "column": HOSTILE[2], "remedy": HOSTILE[0], "severity": "error"}],
        columns=[{"name": HOSTILE[1], "kind": HOSTILE[0]}],
        settings={HOSTILE[0]: HOSTILE[1], "nested": {HOSTILE[2]: [HOSTILE[0]]}},
        capsule={HOSTILE[1]: HOSTILE[2]},
        files=[{"name": HOSTILE[0], "what": HOSTILE[1], "size_bytes": 3}],
    )
    assert_self_contained(page)
    assert not {"script", "img"} & set(page.tags)
    assert HOSTILE[0] in page.text


def test_regression_with_hostile_columns_is_escaped(tmp_path: Path) -> None:
    page, _ = _written(tmp_path, _explained(_numbers(100), HOSTILE), unit=HOSTILE[0])
    assert_self_contained(page)
    assert "script" not in page.tags


@pytest.mark.parametrize("n_rows", [0, 1, 2, 5])
@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_few_rows_are_reported_without_invented_numbers(tmp_path: Path, task: str, n_rows: int) -> None:
    names = {"binary": ["no", "yes"], "multiclass": ["a", "b", "c"]}
    evaluation = _numbers(n_rows) if task == "regression" else _classes(n_rows, names[task])
    page, told = _written(tmp_path, evaluation)
    assert " ".join(told["verdict"].split()) in page.text
    assert page.text.count("Not measured") >= sum(metric["value"] is None for metric in told["metrics"])
    assert "nan" not in page.text.casefold().split()
    assert_self_contained(page)


def test_test_rows_of_one_class(tmp_path: Path) -> None:
    p = np.column_stack([np.linspace(0.6, 0.9, 30), np.linspace(0.4, 0.1, 30)])
    evaluation = evaluate(
        Task.BINARY, np.zeros(30, int), p, classes=["no", "yes"], baseline_prediction=np.full((30, 2), 0.5)
    )
    page, _ = _written(tmp_path, evaluation)
    assert "Not measured: the test rows hold one class only." in page.text


def test_five_hundred_classes_and_two_thousand_columns_stay_small(tmp_path: Path) -> None:
    columns = [f"column {i}" for i in range(2000)]
    evaluation = _explained(_classes(2000, [f"class {i}" for i in range(500)]), columns)
    page, _ = _written(
        tmp_path,
        evaluation,
        dropped=[{"column": name, "reason": "It is constant."} for name in columns],
        notices=[{"code": "constant", "message": f"{name} is constant.", "column": name} for name in columns],
        columns=[{"name": name, "kind": "number"} for name in columns],
        leaderboard=[{"name": f"m{i}", "family": "f", "score": 0.1, "seconds": 1.0, "weight": 0.0} for i in range(300)],
    )
    assert len(page.html) < MAX_BYTES
    assert "1980 columns with less are not shown." in page.text.replace(",", "")
    assert "1,900 more are in metadata.json" in page.text
    assert_self_contained(page)


def test_no_importances_is_no_section(tmp_path: Path) -> None:
    page, _ = _written(tmp_path, _classes(100, ["no", "yes"]))
    assert "What matters" not in page.text


def test_importances_that_were_not_measured_say_why(tmp_path: Path) -> None:
    nothing = {"columns": [], "metric": "log_loss", "n_rows": 100, "n_repeats": 0, "not_measured": ["x"],
               "caveat": "", "reason": "There was no time to measure."}  # fmt: skip
    page, _ = _written(tmp_path, _classes(100, ["no", "yes"]).with_explanation(nothing))
    assert "was not measured. There was no time to measure." in page.text


def test_matrix_of_many_classes_is_drawn_and_all_classes_are_listed(tmp_path: Path) -> None:
    page, told = _written(tmp_path, _classes(400, [f"kind {i:02d}" for i in range(26)]))
    assert page.html.count('<table class="hm many">') == 1
    for row in told["per_class"]:
        assert f"{row['class']} {row['n']} " in page.text


@pytest.mark.parametrize(("how", "told"), [("test split", "never used to choose"), ("cross-validation", "same rows")])
def test_leaderboard_says_whether_the_numbers_are_independent_of_the_choice(
    tmp_path: Path, how: str, told: str
) -> None:
    told_by = _classes(90, ["no", "yes"]).as_dict() | {"how": how}
    path = tmp_path / "report.html"
    rows = [{"name": "Linear", "family": "linear", "score": 0.4, "seconds": 0.2, "weight": 1.0}]
    write_report(path, {"evaluation": told_by, "leaderboard": rows})
    page = Page.read(path)
    assert told in page.text
    assert ("90 cross-validated rows" in page.text) == (how == "cross-validation")
