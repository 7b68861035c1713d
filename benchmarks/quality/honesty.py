"""Do the numbers that a user is shown come true? Many small trainings on samples, judged by all other rows.

A repetition draws rows at random and trains on them as a user would, with few models instead of seconds. All other
rows are fresh: they are many, so that their score is nearly the expected one, which is what a 95 % range is about.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl_lite.domain.columns import Column, Task
from automl_lite.training import metrics
from automl_lite.training.clock import Clock
from automl_lite.training.config import TrainConfig
from automl_lite.training.engine import Trained, train_frame
from automl_lite.training.features import raw_columns
from automl_lite.training.inputs import choose_inputs
from automl_lite.training.measured import Reporter
from automl_lite.training.metrics.resampling import wilson
from automl_lite.training.run import type_frame
from automl_lite.training.target import read_target
from benchmarks.quality.datasets import DataSet

UNLIMITED_S = 86_400.0  # the number of models ends the search, not the clock
MOST_FRESH = 6_000
FEWEST_FRESH = 2  # times the rows of a sample; with fewer the fresh score errs as much as the one shown
BLEND = "blend"
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A score that a user was shown, and the score of the same model on fresh rows.

    ``of`` is the blend or the name of one of its members, whose ``low`` and ``high`` are empty; ``error`` is the
    standard error of ``value``.
    """

    dataset: str
    n_rows: int
    seed: int
    how: str
    of: str
    metric: str
    value: float
    low: float | None
    high: float | None
    error: float
    fresh: float
    n_fresh: int

    @property
    def holds(self) -> bool:
        """True where the fresh score lies in the range."""
        return self.low is not None and self.high is not None and self.low <= self.fresh <= self.high

    @property
    def optimism(self) -> float:
        """By how many standard errors the shown score is better than the fresh one."""
        sign = 1 if metrics.METRICS[self.metric].greater_is_better else -1
        return sign * (self.value - self.fresh) / self.error if self.error > 0 else 0.0


def repetitions(
    data: DataSet, n_rows: int, seeds: Iterable[int], n_models: int, done: set[tuple[str, int, int]]
) -> Iterator[list[Shown]]:
    """What each repetition showed; nothing for a data set that has too few other rows, or for what is ``done``.

    Raises
    ------
    AutoMLLiteError
        The data set cannot be learnt at all.
    """
    seeds = [seed for seed in seeds if (data.name, n_rows, seed) not in done]
    table = pd.read_csv(data.file, keep_default_na=False, na_values=[""], low_memory=False) if seeds else pd.DataFrame()
    if len(table) < (1 + FEWEST_FRESH) * n_rows:
        return
    frame, columns = type_frame(table.drop(columns=list(data.drop)), {})
    frame = frame[frame[data.target].notna()].reset_index(drop=True)
    for seed in seeds:
        order = np.random.default_rng(seed).permutation(len(frame))[: n_rows + MOST_FRESH]
        yield repetition(frame.iloc[order].reset_index(drop=True), columns, data, n_rows, seed, n_models)


def repetition(
    frame: pd.DataFrame, columns: list[Column], data: DataSet, n_rows: int, seed: int, n_models: int
) -> list[Shown]:
    """Train on the first ``n_rows`` of a typed frame and look what is shown of it against the other rows."""
    config = TrainConfig(budget_s=UNLIMITED_S, max_models=n_models, seed=seed)
    known = frame.iloc[:n_rows].reset_index(drop=True)
    target_column = next(c for c in columns if c.name == data.target)
    inputs, dropped = choose_inputs(columns, data.target, (), config)
    clock = Clock(config.budget_s)
    trained = train_frame(
        known, columns, inputs, dropped, target_column, data.task, config, clock, Reporter(clock, None)
    )
    y, fresh = _truth(trained, frame, target_column, n_rows)
    raw = raw_columns(fresh, inputs)
    facts: dict[str, Any] = {"dataset": data.name, "n_rows": n_rows, "seed": seed, "n_fresh": len(y)}
    return [*_of_blend(trained, y, trained.pipeline.predict(raw), facts), *_of_members(trained, y, raw, facts)]


def _truth(trained: Trained, frame: pd.DataFrame, column: Column, n_rows: int) -> tuple[npt.NDArray[Any], pd.DataFrame]:
    """Answers of the rows after ``n_rows`` as the engine codes them; classes that training never saw are left out."""
    whole = read_target(frame[column.name], column, trained.target.task)
    y, fresh = whole.y[n_rows:], frame.iloc[n_rows:]
    if trained.target.task is Task.REGRESSION:
        return y, fresh
    known = {name: code for code, name in enumerate(trained.target.classes)}
    found = np.array([known.get(name, -1) for name in whole.classes])[y]
    return found[found >= 0], fresh[found >= 0]


def _of_blend(trained: Trained, y: npt.NDArray[Any], prediction: Floats, facts: dict[str, Any]) -> list[Shown]:
    positive = trained.contract.get("positive")
    threshold = trained.pipeline.threshold
    found = trained.evaluated(seed=facts["seed"], max_seconds=UNLIMITED_S)
    code = 1 if positive is None else trained.target.classes.index(positive)
    shown = []
    for result in found.metrics:
        if result.value is None or result.low is None or result.high is None or result.name == "ece":
            continue  # the calibration error of so few rows is mostly chance, which its range says
        now = metrics.score(result.name, y, prediction, threshold=threshold, positive=code)
        half = (result.high - result.low) / 2
        shown.append(
            Shown(
                of=BLEND,
                how=trained.how,
                metric=result.name,
                value=result.value,
                low=result.low,
                high=result.high,
                error=half / 1.96,
                fresh=now,
                **facts,
            )
        )
    return shown


def _of_members(trained: Trained, y: npt.NDArray[Any], raw: Any, facts: dict[str, Any]) -> list[Shown]:
    """Out-of-fold scores of the leaderboard, of those models that were fitted on all rows."""
    matrix = trained.pipeline.encoder.transform(raw)
    scores = {row.name: row.score for row in trained.leaderboard}
    shown = []
    for k, member in enumerate(trained.pipeline.members):
        alone = trained.pipeline.predict_matrix(matrix, member=k)
        shown.append(
            Shown(
                of=member.name,
                how="out of fold",
                metric=trained.metric,
                value=scores[member.name],
                low=None,
                high=None,
                error=standard_error(trained.metric, y, alone, len(trained.split.train)),
                fresh=metrics.score(trained.metric, y, alone),
                **facts,
            )
        )
    return shown


def standard_error(metric: str, y: npt.NDArray[Any], prediction: Floats, n: int) -> float:
    """Standard error of a mean log-loss or an RMSE over ``n`` rows like these."""
    if metric == "log_loss":
        losses = -np.log(np.maximum(prediction[np.arange(len(y)), y], 1e-15))
        return float(losses.std() / math.sqrt(n))
    squares = (y - prediction) ** 2
    return float(squares.std() / (2 * math.sqrt(squares.mean()) * math.sqrt(n)))


_NAMES = [f.name for f in fields(Shown)]
_TEXTS = {"dataset", "how", "of", "metric"}
_WHOLE = {"n_rows", "seed", "n_fresh"}


def append(file: Path, shown: Iterable[Shown]) -> None:
    """Add what one repetition showed to a CSV."""
    file.parent.mkdir(parents=True, exist_ok=True)
    is_new = not file.exists()
    with file.open("a", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, _NAMES, lineterminator="\n")
        if is_new:
            writer.writeheader()
        for each in shown:
            told = {k: f"{v:.8g}" if isinstance(v, float) else v for k, v in asdict(each).items()}
            writer.writerow(told | {k: "" for k, v in told.items() if v is None})


def read(file: Path) -> list[Shown]:
    """What earlier repetitions showed."""
    if not file.exists():
        return []

    def value(name: str, text: str) -> Any:
        if name in _TEXTS:
            return text
        if name in _WHOLE:
            return int(text)
        return float(text) if text else None

    with file.open(encoding="utf-8", newline="") as handle:
        return [Shown(**{name: value(name, row[name]) for name in _NAMES}) for row in csv.DictReader(handle)]


def run(
    sets: Iterable[DataSet], sizes: Iterable[int], n_seeds: int, n_models: int, file: Path, tell: Callable[[str], None]
) -> None:
    """Repeat what has not been repeated yet, set by set and size by size."""
    done = {(s.dataset, s.n_rows, s.seed) for s in read(file)}
    sizes = list(sizes)
    for data in sets:
        if data.split != "random":
            continue  # the rows of a series are not exchangeable, so nothing is promised of a sample
        for n_rows in sizes:
            for shown in repetitions(data, n_rows, range(n_seeds), n_models, done):
                append(file, shown)
                tell(f"{data.name}, {n_rows} rows, seed {shown[0].seed}")


def summary(shown: Iterable[Shown]) -> list[str]:
    """Lines of two tables: how often the ranges hold, and how optimistic the shown scores are."""
    every = list(shown)
    lines = [
        "| measured by | metric | ranges | hold | 95 % range of that share | shown better by, in standard errors |",
        "|---|---|---|---|---|---|",
    ]
    for how in ("test split", "cross-validation"):
        found = [s for s in every if s.of == BLEND and s.how == how]
        for metric in dict.fromkeys(s.metric for s in found):
            some = [s for s in found if s.metric == metric and math.isfinite(s.fresh)]
            held = sum(s.holds for s in some) / len(some)
            low, high = wilson(held, len(some))
            optimism = float(np.mean([s.optimism for s in some]))
            lines.append(f"| {how} | {metric} | {len(some)} | {held:.1%} | {low:.1%} to {high:.1%} | {optimism:+.2f} |")
    lines += ["", "| data set | rows | out-of-fold scores | shown better by, in standard errors |", "|---|---|---|---|"]
    members = [s for s in every if s.of != BLEND]
    for dataset, n_rows in dict.fromkeys((s.dataset, s.n_rows) for s in members):
        some = [s for s in members if (s.dataset, s.n_rows) == (dataset, n_rows)]
        lines.append(f"| {dataset} | {n_rows:,} | {len(some)} | {np.mean([s.optimism for s in some]):+.2f} |")
    if members:
        lines.append(f"| all | | {len(members)} | {np.mean([s.optimism for s in members]):+.2f} |")
    return lines
