"""The settings of a job as the training gets them."""

from __future__ import annotations

import json
import threading
from types import SimpleNamespace

import pytest

from automl_lite import ingest
from automl_lite.domain.records import from_plain, to_plain
from automl_lite.domain.runs import Engines, RunConfig
from automl_lite.worker import training
from tests.records import a_job
from tests.worker.conftest import CSV


@pytest.fixture
def settings_of(monkeypatch, tmp_path):
    """Return a function that says with which settings the training of a job begins."""
    source, table = tmp_path / "t.csv", tmp_path / "t.parquet"
    source.write_text(CSV, encoding="utf-8")
    reading = ingest.read_file(source, out=table).as_dict()
    given = []

    def noted(*args, config, **rest):
        given.append(config)
        return SimpleNamespace(test_rows=None)

    monkeypatch.setattr("automl_lite.training.train_file", noted)

    def ask(config):
        training.train(
            table, reading, a_job(), config, tmp_path / "out",
            profile=None, progress=lambda event: None, stop=threading.Event(), engines=Engines(),
        )  # fmt: skip
        return given.pop()

    return ask


@pytest.mark.parametrize(("asked", "begins"), [("", "all"), ("all", "all"), ("training", "training")])
def test_what_the_model_learns_from_is_passed_on(settings_of, asked, begins):
    config = RunConfig(budget_s=6.0, final_fit=asked)
    assert settings_of(from_plain(RunConfig, json.loads(json.dumps(to_plain(config))))).final_fit == begins


def test_settings_stored_before_there_was_a_choice_are_read(settings_of):
    old = to_plain(RunConfig(budget_s=6.0))
    del old["final_fit"]
    assert settings_of(from_plain(RunConfig, old)).final_fit == "all"
