"""Very many rows are sampled where preparing them would eat the time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from automl_lite.domain.columns import Column, Kind
from automl_lite.training import haste
from automl_lite.training.clock import Clock
from automl_lite.training.haste import FEWEST_ROWS, rows_in_time

COLUMNS = [Column(name="x", kind=Kind.NUMBER), Column(name="c", kind=Kind.CATEGORY)]


def table(n):
    return pd.DataFrame({"x": np.arange(n, dtype=float), "c": np.array(["a", "b"], object)[np.arange(n) % 2]})


def test_few_rows_are_not_even_timed(monkeypatch):
    monkeypatch.setattr(haste, "_seconds_a_row", lambda *_: 1 / 0)
    frame = table(FEWEST_ROWS)
    assert rows_in_time(frame, COLUMNS, Clock(0.001), seed=0) == (frame, None)


def test_rows_that_fit_stay_as_they_are():
    frame = table(FEWEST_ROWS + 1)
    same, notice = rows_in_time(frame, COLUMNS, Clock(10_000), seed=0)
    assert same is frame
    assert notice is None


def test_too_many_rows_are_drawn_in_their_order(monkeypatch):
    monkeypatch.setattr(haste, "_seconds_a_row", lambda *_: 1e-3)
    frame = table(FEWEST_ROWS + 50_000)
    fewer, notice = rows_in_time(frame, COLUMNS, Clock(375), seed=0)
    assert 70_000 < len(fewer) <= 75_000
    assert fewer["x"].is_monotonic_increasing
    assert fewer.index[-1] == len(fewer) - 1
    assert notice is not None
    assert notice.code == "sampled-for-time"
    assert notice.facts == {"n_rows": len(fewer), "of": 100_000}
    again, _ = rows_in_time(frame, COLUMNS, Clock(1), seed=0)
    assert len(again) == FEWEST_ROWS


def test_preparing_takes_time():
    assert haste._seconds_a_row(table(2_000), COLUMNS, 0) > 0
