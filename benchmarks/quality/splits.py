"""Training rows, test rows and answers of a data set and a seed, written once: every system reads the same files."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.model_selection import GroupShuffleSplit, train_test_split

from automl_lite.domain.columns import Task
from benchmarks.quality.datasets import DataSet

TEST_SHARE = 0.25
TIME_TEST_SHARE = 0.2  # the latest rows
ROW = "row"  # of the answers: where a test row stood in the source
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?)?")

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The files of one data set and seed.

    ``train`` has the target, ``test`` has not; ``answers`` (row, target) lies apart and is opened by the scorer alone.
    ``classes`` are the labels of the training rows as texts, sorted; empty for regression.
    """

    train: Path
    test: Path
    answers: Path
    target: str
    task: Task
    classes: tuple[str, ...]
    dates: tuple[str, ...]
    texts: tuple[str, ...]
    n_train: int
    n_test: int
    by_time: bool


def prepare(data: DataSet, seed: int, work: Path) -> Split:
    """Write the files of a data set and a seed under ``work``, unless they are there.

    Cells are copied as they stand in the source: how to read them is each system's own business.
    """
    name = f"{data.name}-{seed}"
    files, secret = work / "splits" / name, work / "answers" / f"{name}.csv"
    facts = files / "facts.json"
    if not facts.is_file():
        files.mkdir(parents=True, exist_ok=True)
        secret.parent.mkdir(parents=True, exist_ok=True)
        facts.write_text(json.dumps(_write(data, seed, files, secret)), encoding="utf-8")
    told = json.loads(facts.read_text(encoding="utf-8"))
    return Split(
        train=files / "train.csv",
        test=files / "test.csv",
        answers=secret,
        target=data.target,
        task=data.task,
        by_time=data.split.startswith("time"),
        classes=tuple(told["classes"]),
        dates=tuple(told["dates"]),
        texts=tuple(told["texts"]),
        n_train=told["n_train"],
        n_test=told["n_test"],
    )


def _write(data: DataSet, seed: int, files: Path, secret: Path) -> dict[str, Any]:
    table = pd.read_csv(data.file, dtype=str, keep_default_na=False)
    kind, _, by = data.split.partition(":")
    known = np.flatnonzero(table[data.target] != "")
    train, test = split_rows(table, known, data.target, data.task, kind, by, seed)
    answers = table.loc[test, [data.target]]
    answers.insert(0, ROW, test)
    answers.to_csv(secret, index=False)
    dropped = [*data.drop, *([by] if kind == "group" else [])]
    inputs = table.drop(columns=dropped)
    inputs.iloc[train].to_csv(files / "train.csv", index=False)
    rest = inputs.drop(columns=data.target)
    rest.iloc[test].to_csv(files / "test.csv", index=False)
    dates = data.dates or tuple(str(c) for c in rest if _is_date(rest[c]))
    labels = table[data.target].iloc[train]
    return {
        "classes": sorted(set(labels)) if data.task.is_classification else [],
        "dates": [c for c in dates if c in rest],
        "texts": [c for c in data.texts if c in rest],
        "n_train": len(train),
        "n_test": len(test),
    }


def split_rows(
    table: pd.DataFrame, known: Rows, target: str, task: Task, kind: str, by: str, seed: int
) -> tuple[Rows, Rows]:
    """Positions of training and test rows among ``known``, each in the order of the source.

    ``kind`` is random (stratified by class), time (the latest rows of column ``by`` are the test) or group (no value
    of column ``by`` on both sides).
    """
    if kind == "time":
        ordered = known[np.argsort(table[by].to_numpy()[known].astype(str), kind="stable")]  # ISO dates sort as texts
        n_test = round(TIME_TEST_SHARE * len(known))
        return np.sort(ordered[:-n_test]), np.sort(ordered[-n_test:])
    if kind == "group":
        folds = GroupShuffleSplit(n_splits=1, test_size=TEST_SHARE, random_state=seed)
        train, test = next(folds.split(known, groups=table[by].to_numpy()[known]))
        return known[train], known[test]
    labels = table[target].iloc[known]
    can_stratify = task.is_classification and labels.value_counts().min() >= 2
    train, test = train_test_split(
        known, test_size=TEST_SHARE, random_state=seed, stratify=labels if can_stratify else None
    )
    return np.sort(train), np.sort(test)


def _is_date(cells: pd.Series[str]) -> bool:
    filled = cells[cells != ""]
    return len(filled) > 0 and all(_DATE.fullmatch(cell) for cell in filled)
