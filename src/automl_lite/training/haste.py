"""How many rows can be prepared in time: some are, with a clock beside them, and the rest is inferred."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pandas as pd

from automl_lite.domain.columns import Column, Notice
from automl_lite.training.clock import Clock
from automl_lite.training.encoders import Targets
from automl_lite.training.features import FeatureEncoder, raw_columns

PREPARE_SHARE = 0.2  # of the time left that turning columns into features may take
PROBE_ROWS = 10_000
FEWEST_ROWS = 50_000  # never sampled below, since preparing them is quick on any machine


def rows_in_time(
    frame: pd.DataFrame, inputs: Sequence[Column], clock: Clock, *, seed: int
) -> tuple[pd.DataFrame, Notice | None]:
    """The frame, or a sample of its rows and a notice where preparing all of them would leave no time to learn."""
    n = len(frame)
    if n <= FEWEST_ROWS:
        return frame, None
    rng = np.random.default_rng(seed)
    seconds_a_row = _seconds_a_row(frame.iloc[np.sort(rng.permutation(n)[:PROBE_ROWS])], inputs, seed)
    most = max(int(PREPARE_SHARE * clock.remaining_s / seconds_a_row), FEWEST_ROWS)
    if n <= most:
        return frame, None
    rows = np.sort(rng.permutation(n)[:most])
    return frame.iloc[rows].reset_index(drop=True), Notice(
        code="sampled-for-time",
        message=f"{most:,} of {n:,} rows were drawn at random: preparing all of them would leave too little time.",
        severity="info",
        remedy="Give more time to use all rows.",
        facts={"n_rows": most, "of": n},
    )


def _seconds_a_row(probe: pd.DataFrame, inputs: Sequence[Column], seed: int) -> float:
    started = time.monotonic()
    nothing = Targets(np.zeros((len(probe), 1)), np.arange(len(probe)) % 2)
    FeatureEncoder(inputs, seed=seed).fit(raw_columns(probe, inputs), nothing)
    return (time.monotonic() - started) / len(probe)
