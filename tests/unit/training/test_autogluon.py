"""The protocol with another engine, spoken by a stand-in: what goes over, what comes back, how it ends."""

import json
import os
import signal
import sys
import threading
import time
import zipfile
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from automl_lite import AutoML, AutoMLClassifier
from automl_lite.domain.columns import Task
from automl_lite.domain.errors import NoPortableModel
from automl_lite.training import TrainConfig, train_file
from automl_lite.training.autogluon import environment, process
from automl_lite.training.autogluon.engine import leaderboard_of
from automl_lite.training.config import InvalidSetting
from tests.stand_in import stand_in as made


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """Put the test double where AutoGluon is looked for; call it to make the double misbehave."""
    monkeypatch.setenv(environment.PYTHON_ENV, str(made(tmp_path / "python")))
    return partial(made, tmp_path / "python")


def table(folder, n=700, task="binary", **columns):
    rng = np.random.default_rng(3)
    x, level = rng.normal(size=n), np.array(["north", "south", None], object)[rng.integers(0, 3, n)]
    signal = x + (level == "north") + 0.3 * rng.normal(size=n)
    y = {"binary": np.where(signal > 0.3, "yes", "no"), "regression": signal * 100}
    y["multiclass"] = np.array(["a", "b", "c"])[np.digitize(signal, [-0.3, 0.6])]
    frame = pd.DataFrame({"x": x, "level": level, "odd name, 'quoted'": rng.integers(0, 2, n) > 0, "y": y[task]})
    frame.assign(**columns).to_csv(folder / "table.csv", index=False)
    return folder / "table.csv"


def config(**more):
    return TrainConfig(**({"engine": "autogluon", "budget_s": 40, "eda": "none"} | more))


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_a_run_is_measured_on_the_rows_of_our_own(stand_in, tmp_path, task):
    data = table(tmp_path, task=task)
    seen = []
    run = train_file(data, target="y", out=tmp_path / "theirs", config=config(), progress=seen.append)
    ours = train_file(
        data, target="y", out=tmp_path / "ours", config=TrainConfig(max_models=1, eda="none", budget_s=100)
    )
    theirs = run.evaluation.as_dict()
    assert theirs["n_rows"] == ours.evaluation.as_dict()["n_rows"] == 140
    assert [m["name"] for m in theirs["metrics"]] == [m["name"] for m in ours.evaluation.as_dict()["metrics"]]
    assert [m["baseline"] for m in theirs["metrics"]] == [m["baseline"] for m in ours.evaluation.as_dict()["metrics"]]
    pd.testing.assert_frame_equal(run.test_rows, ours.test_rows)
    score = {m["name"]: m["value"] for m in theirs["metrics"]}
    assert score["r2"] > 0.5 if task == "regression" else score["accuracy"] > 0.7
    assert [(row.name, row.weight) for row in run.leaderboard] == [("Tree", 1.0)]
    assert any(event.leaderboard for event in seen if event.stage == "search")
    assert {event.stage for event in seen} >= {"read", "profile", "prepare", "search", "blend", "evaluate", "report"}


def test_the_folder_has_everything_but_a_portable_model(stand_in, tmp_path):
    out = tmp_path / "run"
    train_file(table(tmp_path), target="y", out=out, config=config())
    assert {p.name for p in out.iterdir()} == {
        "autogluon.zip", "evaluation.json", "leaderboard.json", "log.txt", "metadata.json", "report.html",
    }  # fmt: skip
    metadata = json.loads((out / "metadata.json").read_text())
    assert metadata["engine"] == "autogluon"
    assert metadata["model"] == "AutoGluon 0.0-stand-in: Tree"
    assert metadata["capsule"]["versions"]["autogluon"] == "0.0-stand-in"
    assert "no-portable-model" in [n["code"] for n in metadata["notices"]]
    assert zipfile.ZipFile(out / "autogluon.zip").namelist()[-1] == "predictor.pkl"
    assert "its own environment alone" in (out / "report.html").read_text()
    assert "AutoGluon: Fitting model: Tree" in (out / "log.txt").read_text()


def test_the_answers_of_the_test_rows_stay_here(stand_in, tmp_path, monkeypatch):
    seen = {}

    def look(python, folder, clock, finish_s, on_line):
        for name in ("train", "test"):
            seen[name] = _columns(folder / f"{name}.parquet")
        raise process.EngineFailed("that is enough")

    monkeypatch.setattr(process, "run", look)
    with pytest.raises(process.EngineFailed, match="enough"):
        train_file(table(tmp_path), target="y", out=tmp_path / "run", config=config())
    assert seen["test"] == {"x": "DOUBLE", "level": "VARCHAR", "odd name, 'quoted'": "BOOLEAN"}
    assert seen["train"] == seen["test"] | {"y": "VARCHAR", "__fold__": "BIGINT"}


def _columns(file):
    import duckdb

    return {row[0]: row[1] for row in duckdb.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(file)]).fetchall()}


def test_small_tables_are_cross_validated_on_our_folds(stand_in, tmp_path):
    run = train_file(table(tmp_path, n=300, task="regression"), target="y", out=tmp_path / "run", config=config())
    told = run.evaluation.as_dict()
    assert (told["how"], told["n_rows"]) == ("cross-validation", 300)
    assert told["intervals"]["coverage"] == pytest.approx(0.9, abs=0.06)


def test_a_series_is_validated_on_its_latest_rows(stand_in, tmp_path):
    data = table(tmp_path, task="regression", day=pd.date_range("2020-01-01", periods=700))
    run = train_file(data, target="y", out=tmp_path / "run", config=config(quality="best", budget_s=70))
    assert "not-bagged" in [n.code for n in run.notices]
    assert run.metadata["capsule"]["split"]["kind"] == "time"


@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.default_int_handler])
def test_stopping_keeps_the_models_so_far(stand_in, tmp_path, handler, request):
    """Also below a server that a shell started in the background, which has children ignore the signal."""
    request.addfinalizer(partial(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, handler)))
    stand_in("slow")
    stop = threading.Event()
    run = train_file(
        table(tmp_path),
        target="y",
        out=tmp_path / "run",
        config=config(budget_s=600),
        stop=stop,
        progress=lambda event: stop.set() if "finished" in event.message else None,
    )
    assert run.metadata["capsule"]["seconds"] < 120
    assert "cut-short" in [n.code for n in run.notices]
    assert run.leaderboard[0].name == "Tree"


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("crash", "AutoGluon failed. ValueError: the stand-in was told to crash"),
        ("nothing", "AutoGluon fitted no model in its time."),
        ("memory", "AutoGluon needed more memory than there is."),
        ("kill", "AutoGluon was killed, probably for lack of memory."),
    ],
)
def test_failures_say_why(stand_in, tmp_path, monkeypatch, mode, said):
    stand_in(mode)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with pytest.raises(process.EngineFailed) as failed:
        train_file(table(tmp_path), target="y", out=tmp_path / "run", config=config())
    assert failed.value.message == said
    assert failed.value.hint
    assert not list(tmp_path.glob("automl-lite-autogluon-*"))


def test_what_does_not_stop_is_ended_with_all_that_it_started(stand_in, tmp_path):
    pids = tmp_path / "pids"
    stand_in("deaf", STAND_IN_PIDS=pids)
    started = time.monotonic()
    with pytest.raises(process.EngineFailed, match=r"left no model. It was not done after 2\d seconds and was ended"):
        train_file(table(tmp_path), target="y", out=tmp_path / "run", config=config(budget_s=20))
    assert time.monotonic() - started < 20 + 5  # the promise
    for pid in map(int, pids.read_text().split()):
        assert not _runs(pid)


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_it_ends_with_the_one_that_wants_its_result(stand_in, tmp_path):
    pids = tmp_path / "pids"
    stand_in("deaf", STAND_IN_PIDS=pids)
    data = table(tmp_path)
    (tmp_path / "tmp").mkdir()
    pid = os.fork()
    if pid == 0:
        os.environ["TMPDIR"] = str(tmp_path / "tmp")
        os.setsid()
        code = (
            "from pathlib import Path; from automl_lite.training import TrainConfig, train_file\n"
            f"train_file(Path({str(data)!r}), target='y', out=Path({str(tmp_path / 'run')!r}),"
            " config=TrainConfig(engine='autogluon', budget_s=300, eda='none'))"
        )
        os.execv(sys.executable, [sys.executable, "-c", code])  # noqa: S606
    deadline = time.monotonic() + 60
    while not pids.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.2)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    left = [int(p) for p in pids.read_text().split()]
    while any(map(_runs, left)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(_runs, left))
    assert not list((tmp_path / "tmp").glob("automl-lite-autogluon-*/*.parquet"))  # nor any rows


def test_a_missing_environment_is_told_before_anything_is_read(tmp_path, monkeypatch):
    monkeypatch.delenv(environment.PYTHON_ENV, raising=False)
    monkeypatch.setenv(environment.DATA_DIR_ENV, str(tmp_path))
    with pytest.raises(environment.EngineMissing) as missing:
        train_file(table(tmp_path), target="y", out=tmp_path / "run", config=config())
    assert "automl-lite engines install autogluon" in missing.value.hint


def test_python_api(stand_in, tmp_path):
    frame = pd.read_csv(table(tmp_path))
    model = AutoML(engine="autogluon", budget_s=40).fit(frame, target="y")
    assert model.leaderboard()["name"].tolist() == ["Tree"]
    assert model.task_ is Task.BINARY
    with pytest.raises(NoPortableModel, match="made by AutoGluon"):
        model.predict(frame)
    assert (model.save(tmp_path / "saved") / "autogluon.zip").is_file()
    with pytest.raises(InvalidSetting, match="cannot predict here"):
        AutoMLClassifier(engine="autogluon").fit(frame[["x"]], frame["y"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"max_models": 3}, "no number of models"), ({"budget_s": 10}, "at least 20 seconds"),
     ({"metric": "brier"}, "cannot optimise")],
)  # fmt: skip
def test_what_autogluon_cannot_do_is_refused(stand_in, tmp_path, wrong, said):
    with pytest.raises(InvalidSetting, match=said):
        train_file(table(tmp_path), target="y", out=tmp_path / "run", config=config(**wrong))


def test_scores_are_told_in_the_direction_of_the_metric():
    result = {
        "leaderboard": [
            {"name": "LightGBM_BAG_L1", "score": -0.4, "seconds": 2.0},
            {"name": "WeightedEnsemble_L2", "score": -0.3, "seconds": 0.1},
        ],
        "weights": {"LightGBM_BAG_L1_FULL": 0.7},
    }
    best, second = leaderboard_of(result, "log_loss")
    assert (best.name, best.family, best.score, best.weight) == ("WeightedEnsemble_L2", "Blend", 0.3, 0.0)
    assert (second.family, second.score, second.weight) == ("LightGBM", 0.4, 0.7)


def test_an_environment_is_made_from_pins_shown_and_removed(tmp_path, monkeypatch):
    monkeypatch.delenv(environment.PYTHON_ENV, raising=False)
    pins = tmp_path / "requirements.txt"
    pins.write_text("# nothing: the network is not for tests\n")
    assert not environment.find(data_dir=tmp_path).is_there
    made = environment.install(tmp_path, pins)
    assert (made.state, made.own) == ("ready", True)
    assert environment.version_in(made.python) == ""
    (environment.folder_in(tmp_path) / "pins.sha256").write_text("of another release")
    assert environment.find(data_dir=tmp_path).state == "older pins"
    assert environment.remove(tmp_path)
    assert not environment.find(data_dir=tmp_path).is_there
    pins.write_text("automl-lite-no-such-package==0\n")
    with pytest.raises(environment.EngineNotInstalled, match="could not be installed"):
        environment.install(tmp_path, pins)
