import fcntl
import sys
from dataclasses import replace

import numpy as np
import psutil
import pytest
from benchmarks.quality import environments, runs, systems
from benchmarks.quality.environments import NoEnvironment, python_of, variables
from benchmarks.quality.measure import run_limited
from benchmarks.quality.results import FAILED, OK, Cell, read
from benchmarks.quality.runs import Plan, limit_s, losses_file, reason, run

from tests.unit.benchmarks.builders import loans

HANGING = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
open("child.draft", "w").write(str(child.pid))
os.rename("child.draft", "child")
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def own_lock(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "LOCK", tmp_path / "lock")


def test_one_benchmark_at_a_time(tmp_path):
    plan = Plan(sets=[], systems=[], budgets=[], seeds=[], work=tmp_path, kept=tmp_path)
    with runs.LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(RuntimeError, match="Another benchmark"):
            run(plan, print)


def test_a_cell_is_fitted_scored_and_not_run_twice(tmp_path, monkeypatch):
    monkeypatch.setitem(systems.SYSTEMS, "broken", systems.System(name="broken", adapter="nowhere", package="numpy"))
    plan = Plan(
        sets=[loans(tmp_path)],
        systems=["randomforest-default", "broken"],
        budgets=[5.0, 10.0],
        seeds=[0],
        work=tmp_path / "work",
        kept=tmp_path / "results",
    )
    assert len(plan.cells()) == 3  # a forest takes no budget
    plan = replace(plan, budgets=[5.0])
    told: list[str] = []
    run(replace(plan, minutes=0), told.append)
    assert told.pop() == "2 of 2 are left for another time."
    run(plan, told.append)
    forest, broken = read(plan.results).values()
    assert forest.state == OK, forest.error
    assert forest.loss is not None
    assert forest.loss < forest.baseline
    assert np.load(losses_file(forest.cell, plan.kept))["losses"].mean() == pytest.approx(forest.loss, rel=1e-5)
    assert (forest.n_train, forest.n_test) == (44, 15)
    assert forest.peak_mb > 10
    assert forest.size_mb
    assert forest.row_ms
    assert forest.many_s
    assert (broken.state, broken.loss) == (FAILED, None)
    assert "No module named 'benchmarks.quality.fitting.nowhere'" in broken.error
    assert not list((plan.work / "running").iterdir())
    run(plan, told.append)
    assert len(told) == 2


def test_the_kill_takes_children_that_left_the_group(tmp_path):
    outcome = run_limited(
        [sys.executable, "-c", HANGING],
        limit_s=600.0,
        log=tmp_path / "log",
        cwd=tmp_path,
        environment=variables(),
        milestone=tmp_path / "child",
        more_s=-598.5,
    )
    assert not outcome.in_time
    assert outcome.exit_code != 0
    assert outcome.peak_bytes > 0
    child = int((tmp_path / "child").read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


def test_the_reason_is_the_last_error_that_python_names():
    assert (
        reason("Trying\nTraceback (most recent call last):\nlib.NoLuckError: none\n  at x\nclosed\n")
        == "lib.NoLuckError: none"
    )
    assert reason("One\n\nKilled\n") == "Killed"
    assert reason("") == "It ended without a word."


def test_limits():
    assert limit_s(60.0) == 150.0
    assert limit_s(0.0) == 600.0
    assert Cell("a", "b", 7.5, 1).name == "a-b-7.5-1"


def test_an_environment_that_cannot_be_here_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(environments.shutil, "which", lambda name: None)
    with pytest.raises(NoEnvironment, match="h2o needs java"):
        python_of("h2o", tmp_path)
