from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from automl_lite import training
from automl_lite.cli.progress import Display
from automl_lite.cli.train import new_folder
from automl_lite.domain.columns import Kind, Notice, Task
from automl_lite.errors import UnknownTarget
from tests.unit.cli.conftest import write_csv

EVALUATION = {
    "task": "binary",
    "n_rows": 120,
    "how": "test split",
    "primary": "log_loss",
    "verdict": "Clearly better than guessing.",
    "metrics": [
        {
            "name": "log_loss",
            "label": "Log loss",
            "term": "log loss",
            "value": 0.41234,
            "low": 0.38,
            "high": 0.45,
            "baseline": 0.69,
            "linear": 0.5,
        },
        {
            "name": "roc_auc",
            "label": "ROC AUC",
            "term": "area under the ROC curve",
            "value": 0.88,
            "low": None,
            "high": None,
            "baseline": 0.5,
            "linear": None,
        },
    ],
    "importance": [
        {"column": "Age [years]", "mean": 0.12, "low": 0.1, "high": 0.14},
        {"column": "dull", "mean": 0.0, "low": 0, "high": 0},
    ],
}


@dataclass(frozen=True)
class Model:
    name: str
    family: str
    score: float
    seconds: float
    weight: float


@dataclass(frozen=True)
class Event:
    stage: str
    share: float
    elapsed_s: float
    remaining_s: float
    message: str = ""
    leaderboard: tuple[Model, ...] = ()


MODELS = (Model("LightGBM [deep]", "lightgbm", 0.41, 2.5, 0.7), Model("Linear", "linear", 0.5, 0.3, 0.3))
EVENTS = [
    Event("read", 0.05, 0.5, 9.5),
    Event("search", 0.2, 1.0, 9.0, "fold 1 of 6"),
    Event("search", 0.4, 3.0, 7.0, "fold 1 of 6", MODELS[:1]),
    Event("search", 0.6, 5.0, 5.0, "fold 1 of 6", MODELS),
    Event("done", 1.0, 9.0, 0.0),
]


@dataclass
class Engine:
    """What train_file will be, as far as the command line sees it."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    error: Exception | None = None

    def train_file(self, data: Path, *, target: str, out: Path, config: Any, progress: Any, stop: Any) -> Any:
        self.calls.append({"data": data, "target": target, "out": out, "config": config, "stop": stop})
        if self.error:
            raise self.error
        for event in EVENTS:
            progress(event)
        out.mkdir(parents=True)
        (out / "model.onnx").write_bytes(b"model")
        (out / "evaluation.json").write_text(json.dumps(EVALUATION), encoding="utf-8")
        return SimpleNamespace(
            folder=out,
            metadata={"model": "Blend of 2"},
            evaluation=SimpleNamespace(as_dict=lambda: EVALUATION),
            leaderboard=MODELS,
            notices=(Notice(code="constant-column", message="'c' is constant.", remedy="It was dropped."),),
            reading=SimpleNamespace(n_rows=500, n_rejected=2),
        )


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    # Into the namespace itself: asking for the real ones would load pandas, scikit-learn and the boosters.
    monkeypatch.setitem(vars(training), "train_file", engine.train_file)
    monkeypatch.setitem(vars(training), "TrainConfig", lambda **k: SimpleNamespace(**k))
    return engine


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_csv(tmp_path / "churn.csv", [{"a": 1, "y": 0}])


def test_the_plain_call_ends_with_verdict_scores_and_files(run, engine: Engine, data: Path):
    outcome = run("train", data, "--target", "y")
    assert outcome.code == 0
    config = engine.calls[0]["config"]
    assert (config.budget_s, config.metric, config.task, config.engine) == (60, "auto", None, "portfolio")
    assert (config.quality, config.split, config.seed, config.eda) == ("balanced", "auto", 0, "skrub")
    assert engine.calls[0]["out"] == Path("runs/churn-y")
    for text in ("Clearly better than guessing.", "0.4123", "0.38 to 0.45", "Age [years]", "LightGBM [deep]"):
        assert text in outcome.out
    assert str(Path("runs/churn-y/model.onnx")) in outcome.out
    assert "dull" not in outcome.out
    assert "'c' is constant. It was dropped." in outcome.err


def test_progress_is_plain_lines_where_there_is_no_terminal(run, engine: Engine, data: Path):
    lines = run("train", data, "-t", "y").err.splitlines()
    assert lines[:4] == [
        "   0.5 s  Reading the file",
        "   1.0 s  Searching for models: fold 1 of 6",
        "   3.0 s  1 models, best LightGBM [deep] (0.41)",
        "   5.0 s  2 models, best LightGBM [deep] (0.41)",
    ]


def test_json_is_one_object_on_standard_output(run, engine: Engine, data: Path):
    found = run("train", data, "-t", "y", "--json").json
    assert found["verdict"] == EVALUATION["verdict"]
    assert found["files"] == {"model.onnx": 5, "evaluation.json": len(json.dumps(EVALUATION))}
    assert found["leaderboard"][0]["name"] == "LightGBM [deep]"
    assert (found["n_rows"], found["n_rejected"]) == (500, 2)


def test_every_option_reaches_the_engine(run, engine: Engine, data: Path, tmp_path: Path):
    run(
        "train",
        data,
        "-t",
        "y",
        "-o",
        tmp_path / "here",
        "--budget-s",
        12.5,
        "--metric",
        "f1",
        "--task",
        "binary",
        "--engine",
        "flaml",
        "--engine-workers",
        "ray",
        "--quality",
        "small",
        "--split",
        "time:sold at",
        "--test-share",
        0.3,
        "--final-fit",
        "training",
        "--drop",
        "a",
        "--drop",
        "b,c",
        "--keep",
        "id",
        "--kind",
        "zip=code=category",
        "--kind",
        "n=number",
        "--seed",
        7,
        "--max-models",
        3,
        "--eda",
        "sweetviz",
        "--name",
        "first",
    )
    call = engine.calls[0]
    assert vars(call["config"]) == {
        "budget_s": 12.5,
        "metric": "f1",
        "task": Task.BINARY,
        "engine": "flaml",
        "engine_workers": "ray",
        "quality": "small",
        "split": "time:sold at",
        "test_share": 0.3,
        "final_fit": "training",
        "drop": ("a", "b,c"),
        "keep": ("id",),
        "kinds": {"zip=code": Kind.CATEGORY, "n": Kind.NUMBER},
        "seed": 7,
        "max_models": 3,
        "eda": "sweetviz",
        "name": "first",
    }
    assert call["out"] == tmp_path / "here"


def test_settings_come_from_the_environment(run, engine: Engine, data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AUTOML_LITE_BUDGET_S", "5")
    monkeypatch.setenv("AUTOML_LITE_SEED", "3")
    monkeypatch.setenv("AUTOML_LITE_ENGINE", "flaml")
    run("train", data, "-t", "y", "--seed", 4)
    config = engine.calls[0]["config"]
    assert (config.budget_s, config.seed, config.engine) == (5, 4, "flaml")


@pytest.mark.parametrize(
    "options",
    [
        ["--split", "weekly"],
        ["--split", "time:"],
        ["--kind", "a"],
        ["--kind", "a=colour"],
        ["--budget-s", "0"],
        ["--engine", "magic"],
        ["--test-share", "2"],
        ["--task", "cooking"],
    ],
)
def test_values_out_of_range_are_wrong_usage(run, engine: Engine, data: Path, options: list[str]):
    outcome = run("train", data, "-t", "y", *options)
    assert outcome.code == 2
    assert engine.calls == []


def test_a_told_error_of_training(run, engine: Engine, data: Path):
    engine.error = UnknownTarget("z", ["a", "y"])
    outcome = run("train", data, "-t", "z")
    assert outcome.code == 1
    assert outcome.err.startswith("Error [unknown-target]: The table has no column 'z' to predict.")


def test_the_missing_extra_prints_its_pip_line(run, data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "automl_lite.training", None)
    monkeypatch.delattr("automl_lite.training", raising=False)
    import builtins

    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "automl_lite.training":
            raise ModuleNotFoundError("No module named 'lightgbm'", name="lightgbm")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    outcome = run("train", data, "-t", "y")
    assert outcome.code == 1
    assert "pip install 'automl-lite[train]'" in outcome.err


def test_a_terminal_gets_a_live_picture():
    console = Console(force_terminal=True, width=100, record=True, file=io.StringIO())
    with Display(console) as display:
        for event in EVENTS[:-1]:
            display(event)
        display.note("Stopping")
        console.print(display._picture(EVENTS[3]))
    shown = console.export_text()
    for text in ("Searching for models", "5.0 s left", "LightGBM [deep]", "70%", "Stopping"):
        assert text in shown


@pytest.mark.parametrize(
    ("name", "folder"),
    [("a b/c", "a-b-c"), ("../../etc", "etc"), ("día – y", "día-y"), ("///", "run"), ("x" * 300, "x" * 80)],
)
def test_folder_names_are_safe(tmp_path: Path, name: str, folder: str):
    assert new_folder(tmp_path, name) == tmp_path / folder


def test_a_taken_folder_gets_a_number(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a-2").mkdir()
    assert new_folder(tmp_path, "a") == tmp_path / "a-3"


INTERRUPTED = """
import sys, time, types
from pathlib import Path
import automl_lite.training as training
from tests.unit.cli import test_train as t

class Patient(t.Engine):
    def train_file(self, data, *, target, out, config, progress, stop):
        progress(t.EVENTS[0])
        print("ready", flush=True)
        if sys.argv[1] == "stubborn":
            time.sleep(60)
        stop.wait(60)
        print("stopped" if stop.is_set() else "not stopped", file=sys.stderr, flush=True)
        return super().train_file(data, target=target, out=out, config=config, progress=progress, stop=stop)

training.train_file = Patient().train_file
training.TrainConfig = lambda **k: types.SimpleNamespace(**k)
from automl_lite.cli.main import main
main(["train", sys.argv[2], "-t", "y", "-o", sys.argv[3]])
"""


def start(how: str, data: Path, out: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, how, str(data), str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_ctrl_c_keeps_the_best_so_far(data: Path, tmp_path: Path):
    process = start("patient", data, tmp_path / "out")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Press Ctrl-C again to abort" in err
    assert "stopped" in err
    assert "Clearly better than guessing." in out


def test_a_second_ctrl_c_aborts(data: Path, tmp_path: Path):
    process = start("stubborn", data, tmp_path / "out")
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    seen = threading.Event()
    lines: list[str] = []

    def read() -> None:
        for line in process.stderr or ():
            lines.append(line)
            if "again to abort" in line:
                seen.set()

    reader = threading.Thread(target=read)
    reader.start()
    assert seen.wait(30)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    reader.join(timeout=30)
    assert "Aborted.\n" in lines
    process.stderr.close()
    assert process.stdout is not None
    process.stdout.close()
