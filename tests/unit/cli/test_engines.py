"""``automl-lite engines``, and what the other commands say to a run of another engine."""

import sys

import pytest

from automl_lite.training.autogluon import environment


@pytest.fixture(autouse=True)
def no_environment(monkeypatch, tmp_path):
    monkeypatch.delenv(environment.PYTHON_ENV, raising=False)
    monkeypatch.setenv(environment.DATA_DIR_ENV, str(tmp_path))


def test_what_is_not_there_is_shown_with_the_way_to_get_it(run):
    (found,) = run("engines", "list", "--json").json["engines"]
    assert (found["name"], found["state"], found["version"]) == ("autogluon", "missing", "")
    assert "automl-lite engines install autogluon" in found["hint"]
    assert "missing" in run("engines", "list").out
    assert run("doctor", "--json").json["engines"] == [found]


def test_a_python_without_autogluon_is_broken(run, monkeypatch):
    monkeypatch.setenv(environment.PYTHON_ENV, sys.executable)
    (found,) = run("engines", "list", "--json").json["engines"]
    assert (found["state"], found["python"]) == ("broken", sys.executable)


def test_install_and_remove(run, monkeypatch, tmp_path):
    made = []

    def install(data_dir):
        made.append(data_dir)
        (environment.folder_in(data_dir)).mkdir(parents=True)
        return environment.find(data_dir=data_dir)

    monkeypatch.setattr(environment, "install", install)
    outcome = run("engines", "install", "autogluon")
    assert (outcome.code, outcome.out, made) == (0, "", [tmp_path])
    assert run("engines", "remove", "autogluon").err.startswith("Removed.")
    assert run("engines", "remove", "autogluon").err.startswith("There was none.")
    assert run("engines", "install", "weka").err.startswith("Error [unknown-engine]")


@pytest.mark.parametrize("command", ["info", "predict", "evaluate", "drift"])
def test_a_run_without_a_portable_model_says_so(run, tmp_path, command):
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "autogluon.zip").write_bytes(b"")
    rows = tmp_path / "rows.csv"
    rows.write_text("x\n1\n")
    outcome = run(command, folder, *([] if command == "info" else [rows]))
    assert outcome.code == 1
    assert "Error [no-portable-model]: This run was made by AutoGluon" in outcome.err
    assert "portfolio" in outcome.err


def test_training_without_the_environment_ends_before_it_begins(run, tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("x,y\n" + "".join(f"{n},{n % 2}\n" for n in range(60)))
    outcome = run("train", rows, "--target", "y", "--out", tmp_path / "out", "--engine", "autogluon")
    assert outcome.code == 1
    assert "Error [engine-missing]" in outcome.err
