"""The data sets of a folder, as its ``manifest.json`` (or the ``samples.json`` of ``examples/``) describes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automl_lite.domain.columns import Task

EXAMPLES = Path(__file__).parents[2] / "examples"
_TASKS = {
    "binary": Task.BINARY,
    "text_binary": Task.BINARY,
    "multiclass": Task.MULTICLASS,
    "text_multiclass": Task.MULTICLASS,
    "regression": Task.REGRESSION,
    "timeseries_regression": Task.REGRESSION,
    "timeseries_forecast": Task.REGRESSION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """One CSV file, empty cell = missing, and what is asked of it.

    ``split`` is ``"random"``, ``"time:COLUMN"`` or ``"group:COLUMN"``; ``drop`` are columns that nobody gets, such as
    row numbers; ``dates`` and ``texts`` name the columns that peers have to be told about.
    """

    name: str
    file: Path
    target: str
    task: Task
    split: str = "random"
    drop: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


def read_manifest(folder: Path) -> list[DataSet]:
    """Every data set of a folder, in the order of its manifest.

    Raises
    ------
    FileNotFoundError
        The folder has neither ``manifest.json`` nor ``samples.json``.
    ValueError
        An entry has a task or a split that is not known.
    """
    for name in ("manifest.json", "samples.json"):
        if (file := folder / name).is_file():
            told = json.loads(file.read_text(encoding="utf-8"))
            entries = told["datasets"] if isinstance(told, dict) else told
            return [_data_set(entry, folder) for entry in entries]
    raise FileNotFoundError(f"{folder} has no manifest.json.")


def choose(sets: Sequence[DataSet], names: Sequence[str]) -> list[DataSet]:
    """The named ones, or all where no name is given. Raises ValueError for a name that no data set has."""
    known = {s.name: s for s in sets}
    for name in names:
        if name not in known:
            raise ValueError(f"There is no data set {name!r}; there are {', '.join(known)}.")
    return [known[name] for name in names] if names else list(sets)


def _data_set(entry: dict[str, Any], folder: Path) -> DataSet:
    name = entry["name"]
    if entry["task"] not in _TASKS:
        raise ValueError(f"Data set {name!r} has the task {entry['task']!r}, which is not one of {', '.join(_TASKS)}.")
    dates = tuple(entry.get("date_columns", ()))
    return DataSet(
        name=name,
        file=folder / (entry.get("file") or entry["filename"]),
        target=entry["target"],
        task=_TASKS[entry["task"]],
        split=_split(entry.get("suggested_split", "random"), name, dates),
        drop=tuple(entry.get("columns_to_drop_before_training", ())),
        dates=dates,
        texts=tuple(entry.get("text_columns", ())),
    )


def _split(told: str, name: str, dates: Sequence[str]) -> str:
    kind, _, column = told.partition(":")
    if kind.split(" ")[0] == "random":  # "random (stratified)": classification is always stratified
        return "random"
    if kind == "time" and (column or dates):
        return f"time:{column or dates[0]}"
    if kind == "group" and column:
        return told
    raise ValueError(f"Data set {name!r} has the split {told!r}; use random, time, time:COLUMN or group:COLUMN.")
