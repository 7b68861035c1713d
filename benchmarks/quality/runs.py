"""One cell after another: files, environment, process, score; a result for each, whatever happened."""

from __future__ import annotations

import fcntl
import json
import math
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.quality.datasets import DataSet
from benchmarks.quality.environments import ROOT, NoEnvironment, python_of, variables
from benchmarks.quality.fitting.job import Job
from benchmarks.quality.measure import Outcome, busy_share, run_limited, wait_for_quiet
from benchmarks.quality.results import FAILED, KILLED, OK, Cell, Result, append, missing, read
from benchmarks.quality.scoring import guess, row_losses, score
from benchmarks.quality.splits import ROW, Split, prepare
from benchmarks.quality.systems import SYSTEMS

CORES = 2
_ERROR = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Interrupt)\b(:|$)")
UNLIMITED_S = 600.0  # what a system without a budget may take
MEASURING_S = 180.0  # after the model is saved: predictions and latencies
QUIET_PATIENCE_S = 300.0
LOCK = Path(tempfile.gettempdir()) / "automl_lite_quality.lock"


def limit_s(budget_s: float) -> float:
    """Seconds after which a training is killed."""
    return budget_s * 1.5 + 60 if budget_s else UNLIMITED_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run, and where.

    ``work`` takes environments, splits and logs, all of which can be made again; ``kept`` takes the results.
    ``again`` names systems to measure once more, or ``failed``; ``quiet`` is a share of the cores; no cell begins
    after ``minutes``.
    """

    sets: Sequence[DataSet]
    systems: Sequence[str]
    budgets: Sequence[float]
    seeds: Sequence[int]
    work: Path
    kept: Path
    again: Sequence[str] = ()
    quiet: float | None = None
    minutes: float = math.inf

    @property
    def results(self) -> Path:
        """The raw results."""
        return results_file(self.kept)

    def cells(self) -> list[Cell]:
        """All cells, seed by seed and set by set, so that a run cut short has compared everybody on something."""
        found = [
            Cell(data.name, name, budget if SYSTEMS[name].takes_budget else 0.0, seed)
            for budget in self.budgets
            for seed in self.seeds
            for data in self.sets
            for name in self.systems
        ]
        return list(dict.fromkeys(found))


def run(plan: Plan, tell: Callable[[str], None]) -> None:
    """Run what is missing; ``tell`` gets a line for each cell."""
    with _alone():
        todo = missing(plan.cells(), read(plan.results), again=plan.again)
        sets = {data.name: data for data in plan.sets}
        ends = time.monotonic() + 60 * plan.minutes
        for i, cell in enumerate(todo, 1):
            if time.monotonic() > ends:
                tell(f"{len(todo) - i + 1} of {len(todo)} are left for another time.")
                return
            split = prepare(sets[cell.dataset], cell.seed, plan.work)
            busy = busy_share() if plan.quiet is None else wait_for_quiet(plan.quiet, patience_s=QUIET_PATIENCE_S)
            result = run_cell(cell, split, plan.work, plan.kept, busy=busy)
            append(plan.results, result)
            told = (
                f"{result.metric} {result.loss:.5g}" if result.loss is not None else f"{result.state}: {result.error}"
            )
            tell(f"{i}/{len(todo)} {cell.name}: {told}, {result.fit_s or result.wall_s:.1f} s")


def run_cell(cell: Cell, split: Split, work: Path, kept: Path, *, busy: float) -> Result:
    """Fit, measure and score one cell; its losses stay in ``kept``, its model does not."""
    system = SYSTEMS[cell.system]
    folder = work / "running" / cell.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    job = Job(
        train=str(split.train.resolve()),
        test=str(split.test.resolve()),
        target=split.target,
        task=split.task.value,
        classes=list(split.classes),
        dates=list(split.dates),
        texts=list(split.texts),
        adapter=system.adapter,
        package=system.package,
        options=dict(system.options),
        budget_s=cell.budget_s,
        seed=cell.seed,
        cores=CORES,
        folder=str(folder.resolve()),
    )
    (folder / "job.json").write_text(json.dumps(asdict(job)), encoding="utf-8")
    logs = work / "logs"
    logs.mkdir(exist_ok=True)
    log = logs / f"{cell.name}.txt"
    error = ""
    try:
        python = python_of(system.environment, work)
        outcome = run_limited(
            [python.absolute(), "-m", "benchmarks.quality.fitting", folder.resolve() / "job.json"],
            limit_s=limit_s(cell.budget_s),
            log=log,
            cwd=folder,
            environment=variables(),
            milestone=folder / "fitted.json",
            more_s=MEASURING_S,
        )
    except NoEnvironment as err:
        outcome, error = Outcome(wall_s=0.0, peak_bytes=0, in_time=True, exit_code=1), str(err)
    result = _result(cell, split, folder, log, outcome, kept, busy=busy, error=error)
    shutil.rmtree(folder, ignore_errors=True)
    return result


def _result(
    cell: Cell, split: Split, folder: Path, log: Path, outcome: Outcome, kept: Path, *, busy: float, error: str
) -> Result:
    fitted, measured = _facts(folder / "fitted.json"), _facts(folder / "measured.json")
    answers = pd.read_csv(split.answers, dtype=str, keep_default_na=False)
    truth = answers[split.target].tolist()
    targets = pd.read_csv(split.train, dtype=str, keep_default_na=False, usecols=[split.target])[split.target].tolist()
    regression = not split.classes
    baseline = score(row_losses(truth, guess(targets, len(truth), split.classes), split.classes), regression=regression)
    promise = [*fitted.get("promise", ()), None, None, None]
    loss, predictions = None, folder / "predictions.npy"
    if predictions.is_file():
        try:
            losses = row_losses(truth, np.load(predictions), split.classes)
        except ValueError as err:
            error = str(err)
        else:
            loss = score(losses, regression=regression)
            file = losses_file(cell, kept)
            file.parent.mkdir(parents=True, exist_ok=True)
            rows = answers[ROW].to_numpy(np.int32)
            np.savez_compressed(file, losses=losses.astype(np.float32), rows=rows, by_time=split.by_time)
    elif not outcome.in_time:
        error = f"Ended after {outcome.wall_s:.0f} s."
    elif not error:
        error = reason(log.read_text(encoding="utf-8", errors="replace") if log.is_file() else "")
    return Result(
        dataset=cell.dataset,
        system=cell.system,
        budget_s=cell.budget_s,
        seed=cell.seed,
        state=OK if loss is not None else FAILED if outcome.in_time else KILLED,
        metric="RMSE" if regression else "log-loss",
        loss=loss,
        baseline=baseline,
        fit_s=fitted.get("fit_s"),
        wall_s=outcome.wall_s,
        peak_mb=outcome.peak_bytes / 1e6,
        size_mb=fitted["size_bytes"] / 1e6 if fitted else None,
        row_ms=measured.get("row_ms"),
        many_s=measured.get("many_s"),
        promised=promise[0],
        promised_low=promise[1],
        promised_high=promise[2],
        n_train=split.n_train,
        n_test=split.n_test,
        version=_version(fitted.get("version", ""), cell),
        busy_before=round(busy, 3),
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
        error=error,
    )


def results_file(kept: Path) -> Path:
    """The raw results in a folder of results."""
    return kept / "results.csv"


def losses_file(cell: Cell, kept: Path) -> Path:
    """Where the losses of each test row of a cell are kept for the paired test."""
    return kept / "losses" / f"{cell.name}.npz"


def _version(told: str, cell: Cell) -> str:
    """The version; for our own engine also the commit, with a plus where files differ from it."""
    if not told or SYSTEMS[cell.system].adapter != "ours" or shutil.which("git") is None:
        return told
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return f"{told} ({commit})" if commit else told


def _facts(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def reason(text: str) -> str:
    """Why a run failed: the last error that Python names in its output, or the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [line for line in lines if _ERROR.match(line)]
    return ["It ended without a word.", *lines, *named][-1][:300]


@contextmanager
def _alone() -> Iterator[None]:
    """One benchmark at a time on a machine. Raises RuntimeError if there is another."""
    with LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            raise RuntimeError("Another benchmark is running on this machine; wait for its end.") from err
        yield
