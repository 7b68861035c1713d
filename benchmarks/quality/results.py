"""Raw results as a CSV that only grows; the last line of a cell counts, so that a cell can be measured again."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

OK, FAILED, KILLED = "ok", "failed", "killed"


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """What is measured once. ``budget_s`` is 0 for systems that take none."""

    dataset: str
    system: str
    budget_s: float
    seed: int

    @property
    def name(self) -> str:
        """As part of a file name."""
        return f"{self.dataset}-{self.system}-{self.budget_s:g}-{self.seed}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One run. Figures that a failed run has not are None; ``loss`` is log-loss or RMSE on the test rows.

    ``baseline`` is the loss of the training rows' class shares or mean; ``fit_s`` counts from reading the file to the
    saved model, ``wall_s`` the whole process; ``busy_before`` is the share of the cores that others used before it.
    ``promised``, ``promised_low`` and ``promised_high`` are what the system told its user to expect, with the ends of
    its 95 % interval.
    """

    dataset: str
    system: str
    budget_s: float
    seed: int
    state: str
    metric: str
    loss: float | None
    baseline: float
    fit_s: float | None
    wall_s: float
    peak_mb: float
    size_mb: float | None
    row_ms: float | None
    many_s: float | None
    promised: float | None
    promised_low: float | None
    promised_high: float | None
    n_train: int
    n_test: int
    version: str
    busy_before: float
    measured_at: str
    error: str

    @property
    def cell(self) -> Cell:
        """What it measured."""
        return Cell(self.dataset, self.system, self.budget_s, self.seed)

    @property
    def overrun_s(self) -> float:
        """Seconds over the budget, 0 if within; the whole wall time counts where no model was saved."""
        if not self.budget_s:
            return 0.0
        return max((self.wall_s if self.fit_s is None else self.fit_s) - self.budget_s, 0.0)


_NAMES = [f.name for f in fields(Result)]
_TEXTS = {"dataset", "system", "state", "metric", "version", "measured_at", "error"}
_WHOLE = {"seed", "n_train", "n_test"}


def append(file: Path, result: Result) -> None:
    """Add a line; it is on the disk when this returns."""
    file.parent.mkdir(parents=True, exist_ok=True)
    is_new = not file.exists()
    is_cut = not is_new and not file.read_bytes().endswith(b"\n")  # by a crash in the middle of a line
    with file.open("a", encoding="utf-8", newline="") as handle:
        handle.write("\n" * is_cut)
        writer = csv.DictWriter(handle, _NAMES, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow({key: _told(value) for key, value in asdict(result).items()})
        handle.flush()
        os.fsync(handle.fileno())


def read(file: Path) -> dict[Cell, Result]:
    """The last result of each cell, in the order of their first lines; a line cut off by a crash does not count."""
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as handle:
        rows = [_result(row) for row in csv.DictReader(handle) if None not in row.values()]
    return {result.cell: result for result in rows}


def missing(cells: Iterable[Cell], done: dict[Cell, Result], *, again: Iterable[str] = ()) -> list[Cell]:
    """Cells still to be run: those without a result, those of the systems ``again``; ``again`` may name ``failed``."""
    redo = set(again)
    return [
        cell for cell in cells if cell not in done or cell.system in redo or (FAILED in redo and done[cell].state != OK)
    ]


def _told(value: object) -> object:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else value


def _result(row: dict[str, str]) -> Result:
    def value(name: str, text: str) -> object:
        if name in _TEXTS:
            return text
        if name in _WHOLE:
            return int(text)
        return float(text) if text else None

    return Result(**{name: value(name, row[name]) for name in _NAMES})  # type: ignore[arg-type]
