"""Tables of a steady world with known changes, and the contract of a model that was trained on one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from automl_lite.domain.columns import Column, Kind, Task
from automl_lite.inference import Contract, DriftReport, Watch
from automl_lite.inference.encode import Encoder
from automl_lite.training.contract import build_contract
from automl_lite.training.target import Target

NUMBERS = [f"x{i}" for i in range(15)]
LEVELS = {"c0": "abcdef", "c1": "ab", "c2": [str(i) for i in range(60)], "c3": "xyz", "c4": "pq"}
COLUMNS = [Column(name=n, kind=Kind.NUMBER) for n in NUMBERS] + [Column(name=n, kind=Kind.CATEGORY) for n in LEVELS]
Table = dict[str, np.ndarray[Any, Any]]


def world(n: int, rng: np.random.Generator) -> Table:
    """Return twenty columns: normal, skewed and discrete numbers, few and many levels, some values missing."""
    table: Table = {}
    for i, name in enumerate(NUMBERS):
        z = rng.normal(size=n)
        values = z if i < 5 else np.exp(z) if i < 10 else rng.poisson(3, n).astype(float)
        values[rng.random(n) < 0.02 * (i % 3)] = np.nan
        table[name] = values.astype(np.float32)
    for name, levels in LEVELS.items():
        weights = 1 / np.arange(1, len(levels) + 1)
        values = rng.choice(np.array(list(levels), object), n, p=weights / weights.sum())
        values[rng.random(n) < 0.03] = ""
        table[name] = values
    return table


def contract_of(table: Table, columns: Sequence[Column] = COLUMNS) -> Contract:
    """Return the contract of a model that was trained on the table."""
    n = len(next(iter(table.values())))
    target = Target(Task.REGRESSION, np.arange(n, dtype=float), [], "number")
    data = build_contract(
        columns, table, "y", target, [], model="m", threshold=0.5, interval_level=None, unit="", seed=0
    )
    return Contract.from_dict(data | {"outputs": {"prediction": "prediction"}})


def watched(contract: Contract, table: Table) -> DriftReport:
    """Return the report about a table, counted in two chunks."""
    return _seen(contract, table).report()


def counted(contract: Contract, table: Table) -> dict[str, Any]:
    """Return what is kept of a table to compare it with another."""
    return _seen(contract, table).counts()


def _seen(contract: Contract, table: Table) -> Watch:
    watch, encoder, n = Watch(contract), Encoder(contract), len(next(iter(table.values())))
    for rows in (slice(0, n // 3), slice(n // 3, n)):
        chunk = {k: v[rows] for k, v in table.items()}
        watch.add(encoder.columns(chunk, len(next(iter(chunk.values())))))
    return watch
