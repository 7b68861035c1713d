"""What the handed-over model has learnt from, and which models were measured."""

from __future__ import annotations

import threading

import numpy as np
import pandas as pd
import pytest

from automl_lite import Predictor
from automl_lite.training import TrainConfig, train_file
from automl_lite.training.config import InvalidSetting
from automl_lite.training.metrics import score

N = 900


@pytest.fixture
def table(tmp_path):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"x": rng.normal(size=N).round(3), "group": rng.choice(list("abcdefghijklmnop"), N)})
    y = frame.x + (frame.group < "f") + rng.normal(size=N)
    frame["y"] = np.where(y > 0.3, "high", "low")
    frame["day"] = pd.date_range("2020-01-01", periods=N).strftime("%Y-%m-%d")
    frame.to_csv(tmp_path / "rows.csv", index=False)
    return tmp_path / "rows.csv"


def trained(table, **settings):
    config = TrainConfig(budget_s=60, max_models=3, eda="none", **settings)
    return train_file(table, target="y", out=table.parent / "run", config=config)


def shown(run):
    return {m["name"]: m["value"] for m in run.metadata["metrics"]}


def test_the_file_learns_from_all_rows_and_its_score_is_of_models_that_did_not(table):
    run = trained(table, split="random")
    capsule = run.metadata["capsule"]
    assert (capsule["learnt_from"], capsule["n_training_rows"], capsule["n_test_rows"]) == ("all", 720, 180)
    assert run.metadata["n_training_rows"] == N
    (notice,) = [n for n in run.notices if n.code == "learnt-from-test-rows"]
    assert "180 test rows" in notice.message
    assert run.metadata["how"] == "test split"
    assert run.metadata["agreement"]["n_rows"] == 180
    again = trained(table, split="random", final_fit="training")
    assert again.metadata["capsule"]["learnt_from"] == "training"
    assert again.metadata["n_training_rows"] == 720
    by_folds, by_itself = (
        next(m["value"] for m in r.metadata["metrics"] if m["name"] == "log_loss") for r in (run, again)
    )
    assert by_folds == pytest.approx(by_itself, rel=0.05)
    assert by_folds != by_itself


def test_a_model_that_learns_from_the_training_rows_alone_is_the_one_that_was_measured(table):
    run = trained(table, split="random", final_fit="training")
    rows = run.test_rows
    probabilities = Predictor(table.parent / "run" / "model.onnx").predict_proba(rows)
    y = (rows["y"] == run.metadata["classes"][1]).to_numpy().astype(int)
    for name in ("log_loss", "roc_auc"):
        assert score(name, y, probabilities.astype(np.float64)) == pytest.approx(shown(run)[name], abs=1e-9)


def test_a_series_is_measured_on_its_latest_rows_and_then_learns_from_them(table):
    run = trained(table, split="time:day")
    assert (run.metadata["how"], run.metadata["capsule"]["learnt_from"]) == ("test split", "all")
    assert run.metadata["n_training_rows"] == N
    day = next(i for i in run.metadata["inputs"] if i["name"] == "day")
    assert day["max"].startswith("2022-06-18")


def test_a_run_that_is_stopped_hands_over_what_it_has(table):
    stop = threading.Event()
    stop.set()
    config = TrainConfig(budget_s=60, eda="none", split="random")
    run = train_file(table, target="y", out=table.parent / "run", config=config, stop=stop)
    assert run.metadata["capsule"]["learnt_from"] == "training"


def test_an_unknown_final_fit_is_refused():
    with pytest.raises(InvalidSetting, match="no final fit"):
        TrainConfig(final_fit="some")
