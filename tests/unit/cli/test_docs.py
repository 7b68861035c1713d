"""Every command, option, variable and error code is documented."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from automl_lite.cli import doctor, drift, evaluate, info, predict, profile, report, rows, train  # noqa: F401 – their errors
from automl_lite.errors import AutoMLLiteError
from automl_lite.inference import Contract
from tests.unit.cli.test_main import COMMANDS
from tests.unit.inference import graphs

DOCS = Path(__file__).parents[3] / "docs"
CLI = (DOCS / "cli.md").read_text(encoding="utf-8")
MODEL_FILE = (DOCS / "model-file.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_and_their_options(run, command):
    section = CLI.split(f"\n## {command}\n")[1].split("\n## ")[0]
    words = run(command, "--help").out
    options = set(re.findall(r"--[a-z-]+", words)) - {"--help", "--no-allow-missing-columns"}
    variables = set(re.findall(r"AUTOML_LITE_[A-Z_]+", words))
    assert [word for word in sorted(options | variables) if f"`{word}`" not in section] == []


def test_error_codes():
    import_module("automl_lite.inference.errors")
    codes = {
        kind.code
        for kind in _all(AutoMLLiteError)
        if kind.__module__.startswith(("automl_lite.inference", "automl_lite.cli"))
    }
    assert len(codes) >= 10
    assert [code for code in sorted(codes) if f"`{code}`" not in CLI + MODEL_FILE] == []


def _all(kind: type[AutoMLLiteError]) -> list[type[AutoMLLiteError]]:
    return [kind, *(sub for child in kind.__subclasses__() for sub in _all(child))]


def test_every_key_of_the_contract():
    keys = {*graphs.classifier_contract(["a", "b"]), *graphs.regression_contract(background=[])}
    keys |= {key for column in graphs.INPUTS for key in column}
    table = MODEL_FILE.split("## The contract")[1].split("\n## ")[0]
    assert [key for key in sorted(keys) if f"`{key}`" not in table] == []
    assert Contract.from_dict(graphs.regression_contract()).as_dict()["format"] == 1


def test_the_python_lines_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    code = MODEL_FILE.split("## Python, with onnxruntime alone")[1].split("```python\n")[1].split("```")[0]
    (tmp_path / "model.onnx").write_bytes(graphs.regressor())
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    exec(compile(code, "model-file.md", "exec"), scope)  # noqa: S102 – our own documentation
    expected = graphs.formula(graphs.ROW | {"Age": np.nan, "paid": "true"})
    assert scope["answers"]["prediction"].tolist() == pytest.approx([expected])  # type: ignore[index]
