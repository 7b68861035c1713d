from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from automl_lite.cli.main import main
from tests.unit.inference import graphs


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Run the command line in this process, as the installed script does."""
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: Any) -> Outcome:
        with pytest.raises(SystemExit) as caught:
            main([str(a) for a in arguments])
        captured = capsys.readouterr()
        return Outcome(int(caught.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture
def plain_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that DuckDB is not installed, as in the base install."""
    monkeypatch.setattr("automl_lite.cli.rows.find_spec", lambda name: None)


@pytest.fixture
def binary(tmp_path: Path) -> Path:
    path = tmp_path / "binary.onnx"
    path.write_bytes(graphs.classifier(["no", "yes"], graphs.random_trees(12, 1)))
    return path


@pytest.fixture
def regression(tmp_path: Path) -> Path:
    path = tmp_path / "regression.onnx"
    path.write_bytes(graphs.regressor())
    return path


def write_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({k: "" if v is None or v != v else v for k, v in row.items()} for row in rows)
    return path


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))
