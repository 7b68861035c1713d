from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.test_train import EVALUATION


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "evaluation.json").write_text(json.dumps(EVALUATION), encoding="utf-8")
    (tmp_path / "report.html").write_text("<p>", encoding="utf-8")
    return tmp_path


def test_report_shows_the_verdict_and_the_files(run, folder: Path):
    outcome = run("report", folder)
    assert outcome.code == 0
    for text in ("Clearly better than guessing.", "Log loss", "report.html"):
        assert text in outcome.out
    assert run("report", folder / "report.html").out == outcome.out


def test_report_as_json(run, folder: Path):
    found = run("report", folder, "--json").json
    assert found["evaluation"] == EVALUATION
    assert found["files"] == {"report.html": 3, "evaluation.json": len(json.dumps(EVALUATION))}


def test_report_opens_the_page(run, folder: Path, monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []
    monkeypatch.setattr("automl_lite.cli.report.typer.launch", opened.append)
    run("report", folder, "--open")
    assert opened == [str(folder / "report.html")]


def test_a_folder_that_is_no_run(run, tmp_path: Path):
    outcome = run("report", tmp_path)
    assert (outcome.code, outcome.out) == (1, "")
    assert "Error [not-a-run]: There is no evaluation.json" in outcome.err
    (tmp_path / "evaluation.json").write_text("{", encoding="utf-8")
    assert "is not JSON" in run("report", tmp_path).err
