"""Whole runs from a file: the folder, the promises of seed and stop, and the tables that are refused or just small."""

import json
import pickle
import threading

import numpy as np
import pandas as pd
import pytest

from automl_lite import Predictor
from automl_lite.domain.columns import Kind, Task
from automl_lite.errors import AutoMLLiteError, UnknownTarget
from automl_lite.ingest.errors import ConstantTarget, EmptyTarget, NoFeatures, TooFewRows, TooManyClasses
from automl_lite.training.config import TrainConfig
from automl_lite.training.run import train_file
from automl_lite.training.target import UnusableTarget


def loans(n=160, seed=0):
    rng = np.random.default_rng(seed)
    income = rng.lognormal(10, 0.5, n).round(2)
    job = rng.choice(["fixed", "freelance", "partime"], n)
    frame = pd.DataFrame(
        {
            "income": income,
            "job": job,
            "since": pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 2_000, n), unit="D"),
            "empty": np.nan,
            "paid_back": np.where((income > 20_000) ^ (rng.random(n) < 0.1), "Yes", "No"),
        }
    )
    frame.loc[rng.choice(n, n // 8, replace=False), "income"] = np.nan
    return frame


def write(frame, folder, name="data.csv"):
    path = folder / name
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    events = []
    frame = loans()
    frame.loc[:4, "paid_back"] = None
    done = train_file(
        write(frame, folder),
        target="paid_back",
        out=folder / "out",
        config=TrainConfig(max_models=2, budget_s=60, name="Loans & more"),
        progress=events.append,
    )
    return done, events, frame


def test_everything_is_in_the_folder(run):
    done, _, _ = run
    names = {path.name for path in done.folder.iterdir()}
    assert names == {
        "model.onnx", "model.pkl", "metadata.json", "evaluation.json", "leaderboard.json",
        "eda.html", "report.html", "predict.py", "log.txt",
    }  # fmt: skip
    metadata = json.loads((done.folder / "metadata.json").read_text())
    assert metadata["problem_type"]["task"] == "binary"
    assert metadata["capsule"]["n_rows"] == 155
    assert len(metadata["capsule"]["data_sha256"]) == 64
    assert {"automl-lite", "numpy", "onnx", "python"} <= set(metadata["capsule"]["versions"])
    assert json.loads((done.folder / "evaluation.json").read_text())["verdict"] == metadata["verdict"]


def test_few_rows_are_told_whether_more_would_help(run):
    folder = run[0].folder
    told = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))["learning_curve"]
    assert [point["n_rows"] for point in told["points"]] == [31, 62, 124]
    assert told["sentence"].startswith("Twice the rows would ")
    assert "Would more rows help?" in (folder / "report.html").read_text(encoding="utf-8")


def test_labels_keep_their_spelling_in_file_and_pickle(run):
    done, _, frame = run
    predictor = Predictor(done.folder / "model.onnx")
    rows = frame.drop(columns="paid_back")
    model = pickle.loads((done.folder / "model.pkl").read_bytes())
    assert predictor.contract.classes == ("No", "Yes")
    assert predictor.predict(rows).tolist() == model.predict(rows).tolist()
    np.testing.assert_allclose(predictor.predict_proba(rows), model.predict_proba(rows), atol=1e-5)


def test_what_was_left_out_is_told_with_its_reason(run):
    done, _, _ = run
    assert [d.column for d in done.dropped] == ["empty"]
    assert done.dropped[0].reason
    missing = [n for n in done.notices if n.code == "target-missing"]
    assert len(missing) == 1
    assert "5" in missing[0].message


def test_progress_only_goes_forward(run):
    _, events, _ = run
    shares = [e.share for e in events]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert events[0].stage == "read"
    assert events[-1].stage == "done"
    assert max(len(e.leaderboard) for e in events) == 2


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_the_same_seed_gives_the_same_bytes(task, tmp_path):
    frame = loans()
    target = "paid_back" if task is Task.BINARY else "income"
    config = TrainConfig(max_models=3, budget_s=100, seed=5, eda="none")
    path = write(frame, tmp_path)
    files = [
        train_file(path, target=target, out=tmp_path / str(i), config=config).folder / "model.onnx" for i in range(2)
    ]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_stopped_run_keeps_the_best_so_far(tmp_path):
    stop = threading.Event()

    def progress(event):
        if event.leaderboard:
            stop.set()

    done = train_file(
        write(loans(600), tmp_path),
        target="paid_back",
        out=tmp_path / "out",
        config=TrainConfig(budget_s=600, eda="none"),
        progress=progress,
        stop=stop,
    )
    assert 1 <= len(done.leaderboard) <= 4
    assert done.metadata["capsule"]["seconds"] < 300


def test_flaml_alone(tmp_path):
    done = train_file(
        write(loans(200), tmp_path),
        target="paid_back",
        out=tmp_path / "out",
        config=TrainConfig(engine="flaml", max_models=3, budget_s=90, eda="none"),
    )
    assert done.leaderboard[0].name.startswith("FLAML")
    assert done.metadata["agreement"]["label_share"] == 1.0


@pytest.mark.parametrize("n", [3, 5, 12, 50])
def test_a_handful_of_rows_gives_a_sane_model(n, tmp_path):
    frame = loans(n).drop(columns="empty")
    frame["income"] = np.arange(n) * 100.5
    frame["paid_back"] = ["Yes", "No"] * (n // 2) + ["Yes"] * (n % 2)
    done = train_file(
        write(frame, tmp_path), target="paid_back", out=tmp_path / "out", config=TrainConfig(max_models=2, eda="none")
    )
    answer = Predictor(done.folder / "model.onnx").answer({"income": 50.0, "job": "fixed"})
    assert answer.prediction in {"Yes", "No"}
    assert 0 < answer.probability < 1


@pytest.mark.parametrize(
    ("change", "target", "error"),
    [
        (lambda f: f[["paid_back"]], "paid_back", NoFeatures),
        (lambda f: f.head(1), "paid_back", TooFewRows),
        (lambda f: f.head(2).assign(paid_back=["Yes", "No"], income=[1.5, 2.5]), "paid_back", UnusableTarget),
        (lambda f: f.assign(paid_back="Yes"), "paid_back", ConstantTarget),
        (lambda f: f, "empty", EmptyTarget),
        (lambda f: f.assign(who=[f"person {i}" for i in range(len(f))]), "who", TooManyClasses),
        (
            lambda f: f.assign(who=[f"Person {i} of a long street, {i * 7}" for i in range(len(f))]),
            "who",
            TooManyClasses,
        ),
        (lambda f: f, "payed_back", UnknownTarget),
        (lambda f: f[["empty", "paid_back"]], "paid_back", AutoMLLiteError),
    ],
)
def test_tables_that_cannot_be_learnt_are_refused_before_training(change, target, error, tmp_path):
    with pytest.raises(error) as told:
        train_file(write(change(loans()), tmp_path), target=target, out=tmp_path / "out", config=TrainConfig())
    assert told.value.hint


def test_kinds_and_task_are_the_users_to_choose(tmp_path):
    frame = loans().assign(rooms=np.tile([1, 2, 3, 4], 40))
    config = TrainConfig(max_models=2, task=Task.REGRESSION, kinds={"job": Kind.TEXT}, eda="none")
    done = train_file(write(frame, tmp_path), target="rooms", out=tmp_path / "out", config=config)
    assert done.metadata["task"] == "regression"
    assert next(i for i in done.metadata["inputs"] if i["name"] == "job")["kind"] == "text"
    assert done.metadata["problem_type"]["reason"].startswith("You chose")
