from __future__ import annotations

import json
import subprocess
import sys

import pytest

from automl_lite import __version__
from automl_lite.cli import main as module

COMMANDS = (
    "train",
    "profile",
    "predict",
    "evaluate",
    "drift",
    "info",
    "report",
    "serve",
    "worker",
    "engines",
    "doctor",
    "cost",
)


def test_help_lists_every_command(run):
    outcome = run("--help")
    assert outcome.code == 0
    assert [c for c in COMMANDS if c not in outcome.out] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run, command):
    outcome = run(command, "--help")
    assert outcome.code == 0
    assert "Usage: automl-lite" in outcome.out


def test_version(run):
    assert run("--version").out == f"automl-lite {__version__}\n"


@pytest.mark.parametrize("arguments", [["cook"], ["info"], ["info", "--colour", "x"], ["train", "nothing.csv"]])
def test_wrong_usage_exits_with_2(run, arguments):
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err


def test_a_told_error_shows_code_message_and_hint(run):
    outcome = run("info", "nothing.onnx")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.splitlines() == [
        "Error [model-not-found]: There is no model file 'nothing.onnx'.",
        "Hint: A training run writes it as model.onnx into its folder.",
    ]


def test_a_told_error_is_json_where_json_was_asked_for(run):
    outcome = run("info", "nothing.onnx", "--json")
    assert outcome.code == 1
    assert json.loads(outcome.err)["error"]["code"] == "model-not-found"


def test_a_bug_stays_a_traceback(monkeypatch):
    monkeypatch.setattr("automl_lite.cli.info.model_file", lambda path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        module.main(["info", "x"])


WITHOUT = """
import sys
for name in sys.argv[1].split(","):
    sys.modules[name] = None
from automl_lite.cli.main import main
main(sys.argv[2:])
"""


@pytest.mark.parametrize("absent", ["typer", "rich"])
def test_the_base_install_says_what_the_command_line_needs(absent):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, absent, "--help"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "Error [extra-missing]: The command line needs packages that are not installed.",
        "Hint: Run: pip install 'automl-lite[train]'",
    ]


def test_starting_up_loads_nothing_heavy():
    script = (
        "import sys; import automl_lite.cli.app; "
        "print(sorted({m.partition('.')[0] for m in sys.modules} & "
        "{'numpy', 'pandas', 'sklearn', 'scipy', 'duckdb', 'onnxruntime', 'lightgbm', 'onnx'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_installed_script_runs():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "automl_lite.cli.main", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"automl-lite {__version__}\n"
