"""What examples/ shows is run here, so that it stays true."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.unit.inference import graphs

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize(
    ("name", "n_rows", "target"),
    [("credit.csv", 4454, "Status"), ("jobs.csv", 4331, "class"), ("flights.csv", 5000, "arr_delay")],
)
def test_data_sets_are_what_the_readme_says(name: str, n_rows: int, target: str):
    path = EXAMPLES / name
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert (len(rows), target in rows[0]) == (n_rows, True)
    assert path.stat().st_size < 500_000
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert f"| `{name}` | {n_rows:,} × {len(rows[0])} |" in readme
    assert f"**{name}**" in readme


@pytest.mark.parametrize("model", [graphs.classifier(["no", "yes"], graphs.random_trees(3, 1)), graphs.regressor()])
def test_a_model_file_works_with_onnxruntime_alone(tmp_path: Path, model: bytes):
    (tmp_path / "model.onnx").write_bytes(model)
    command = [sys.executable, "-W", "error", str(EXAMPLES / "plain_onnxruntime.py"), str(tmp_path / "model.onnx")]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(("{'label': '", "{'prediction': "))


def test_the_notebook_runs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EXAMPLE_BUDGET_S", "8")
    notebook = nbformat.read(EXAMPLES / "quickstart.ipynb", as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(EXAMPLES)}}).execute()
    shown = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]
    assert "model.onnx" in str(shown)


def test_the_script_runs():
    command = [sys.executable, str(EXAMPLES / "train_and_predict.py"), "8"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "were called right" in done.stdout
