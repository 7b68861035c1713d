from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from automl_lite.domain.columns import Column, Kind
from automl_lite.inference import Contract, Predictor, Watch
from automl_lite.inference.comparison import compare_counts
from automl_lite.inference.encode import Encoder
from automl_lite.inference.sketch import Sketch
from tests.unit.inference import graphs
from tests.unit.monitoring.worlds import Table, contract_of, counted, watched, world

N = 2_000


@pytest.fixture(scope="module")
def model() -> Contract:
    return contract_of(world(8_000, np.random.default_rng(1)))


def test_rows_like_those_of_training_raise_no_alarm():
    alarms = 0
    for seed in range(25):  # each with its own training sample: its chance counts too
        rng = np.random.default_rng(seed)
        alarms += watched(contract_of(world(3_000, rng)), world(N, rng)).severity != "none"
    assert alarms <= 2  # 0.25 expected at most


def endless(n: int, rng: np.random.Generator) -> Table:
    """A column of some 4,000 levels, of which each sample holds other ones."""
    return {"tail": np.array([f"N{i}" for i in (4_000 * rng.random(n) ** 2).astype(int)], object)}


@pytest.mark.parametrize("n_levels_kept", [1_000, 5_000])
def test_levels_of_endless_variety_are_no_drift(monkeypatch, n_levels_kept: int):
    monkeypatch.setattr("automl_lite.training.contract.MAX_VALUES", n_levels_kept)
    column = [Column(name="tail", kind=Kind.CATEGORY)]
    for seed in range(10):
        rng = np.random.default_rng(seed)
        trained = contract_of(endless(3_500, rng), column)
        assert watched(trained, endless(1_500, rng)).severity == "none"
        moved = endless(1_500, rng)
        moved["tail"][:300] = "N0"
        assert watched(trained, moved).severity != "none"


def test_two_batches_of_endless_variety_are_alike():
    column = [Column(name="tail", kind=Kind.CATEGORY)]
    for seed in range(10):
        rng = np.random.default_rng(seed)
        trained = contract_of(endless(3_500, rng), column)
        first, second = (counted(trained, endless(3_000, rng)) for _ in range(2))
        assert compare_counts(first, second).severity == "none"


def shifted(table: Table, rng: np.random.Generator) -> str:
    table["x3"] += np.float32(0.5)
    return "x3"


def new_level(table: Table, rng: np.random.Generator) -> str:
    table["c2"][rng.random(N) < 0.05] = "new"
    return "c2"


def more_missing(table: Table, rng: np.random.Generator) -> str:
    table["x8"][rng.random(N) < 0.1] = np.nan
    return "x8"


def more_missing_text(table: Table, rng: np.random.Generator) -> str:
    table["c0"][rng.random(N) < 0.1] = ""
    return "c0"


def other_shares(table: Table, rng: np.random.Generator) -> str:
    table["c3"][rng.random(N) < 0.15] = "z"
    return "c3"


@pytest.mark.parametrize("change", [shifted, new_level, more_missing, more_missing_text, other_shares])
def test_planted_drift_is_found_and_named(model: Contract, change: Callable[[Table, np.random.Generator], str]):
    for seed in range(4):
        rng = np.random.default_rng(100 + seed)
        table = world(N, rng)
        name = change(table, rng)
        report = watched(model, table)
        assert [c.column for c in report.drifted] == [name]
        assert repr(name) in report.verdict
        assert repr(name) in report.drifted[0].message
        assert report.severity == report.drifted[0].severity


def test_the_words_hold_the_figures(model: Contract):
    rng = np.random.default_rng(3)
    table = world(N, rng)
    table["c1"][:200] = "new"
    found = watched(model, table).drifted[0]
    assert "never seen in training in 10.3% of rows, such as 'new'" in found.message
    assert found.new_levels == {"new": 200}
    assert found.new_share == pytest.approx(200 / (table["c1"] != "").sum())


def test_a_rare_level_that_training_missed_is_no_alarm(model: Contract):
    table = world(N, np.random.default_rng(4))
    table["c2"][0] = "once"
    report = watched(model, table)
    assert report.severity == "none"
    assert {c.column: c for c in report.columns}["c2"].new_levels == {"once": 1}


def test_the_report_is_plain_json_and_says_what_it_cannot_compare(model: Contract):
    report = watched(model, world(300, np.random.default_rng(5)))
    told = json.loads(json.dumps(report.as_dict(), allow_nan=False))
    assert told["n_rows"] == 300
    assert len(told["columns"]) == 20
    assert report.not_compared == {}
    bare = Watch(Contract.from_dict(graphs.regression_contract())).report()
    assert "train again" in bare.verdict
    assert set(bare.not_compared) == {c["name"] for c in graphs.INPUTS}


def test_texts_of_endless_variety_do_not_fill_the_memory(model: Contract):
    watch, encoder = Watch(model), Encoder(model)
    for start in range(0, 30_000, 10_000):
        table = world(10_000, np.random.default_rng(start))
        table["c0"] = np.array([f"t{start + i}" for i in range(10_000)], object)
        watch.add(encoder.columns(dict(table), 10_000))
    assert len(watch._seen["c0"].levels) <= 10_006
    found = next(c for c in watch.report().columns if c.column == "c0")
    assert (found.severity, found.new_share) == ("strong", 1.0)


def test_answers_are_watched_too():
    rows = graphs.random_rows(1_500, seed=1)
    answers = Predictor(graphs.regressor()).predict(rows[:750])
    model = Predictor(graphs.regressor(n_training_rows=750, predictions=Sketch.of(answers).as_dict()))
    moved = []
    for changed in (rows[750:], [r | {"rooms": 9.0} for r in rows[750:]]):
        watch = Watch(model.contract)
        watch.add_scores(model.score(changed, tally=watch))
        prediction = watch.report().prediction
        assert prediction is not None
        moved.append(prediction.severity)
    assert moved == ["none", "strong"]


def test_labels_of_many_classes_are_watched():
    trees = graphs.random_trees(8, 3)
    rows = graphs.random_rows(600, seed=2)
    plain = Predictor(graphs.classifier(["a", "b", "c"], trees))
    labels, counts = np.unique(plain.predict(rows).astype(str), return_counts=True)
    before = {"labels": dict(zip(labels.tolist(), counts.tolist(), strict=True))}
    model = Predictor(graphs.classifier(["a", "b", "c"], trees, predictions=before, n_training_rows=600))
    watch = Watch(model.contract)
    watch.add_scores(model.score(graphs.random_rows(600, seed=3), tally=watch))
    report = watch.report()
    assert report.prediction is not None
    assert report.prediction.severity == "none"
    assert report.estimate is not None
    assert report.estimate.n_rows == 600


def test_a_sketch_has_the_same_bins_after_nine_digits():
    values = np.random.default_rng(0).normal(size=5_000).astype(np.float32) / 3
    sketch = Sketch.of(values)
    assert sketch.count(values).tolist() == list(sketch.counts)
    assert max(sketch.counts) - min(sketch.counts) <= 1
    assert Sketch.from_dict(json.loads(json.dumps(sketch.as_dict()))) == sketch
    assert Sketch.of(np.array([2.0, 2.0])) == Sketch((), (2,))
    assert Sketch.of(np.array([1.0, 1.0, 2.0, np.nan])).count(np.array([1.0, 1.5, 2.0, 9.0])).tolist() == [1, 3]
    assert Sketch.from_dict({"edges": [1], "counts": [1]}) is None
