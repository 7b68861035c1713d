"""The benchmark of honesty: what it compares, keeps, and says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from benchmarks.quality.datasets import DataSet
from benchmarks.quality.honesty import Shown, append, read, run, standard_error, summary

from automl_lite.domain.columns import Task


def shown(**more):
    facts = {"dataset": "d", "n_rows": 250, "seed": 0, "how": "cross-validation", "of": "blend", "metric": "log_loss",
             "value": 0.5, "low": 0.4, "high": 0.6, "error": 0.05, "fresh": 0.55, "n_fresh": 6_000}  # fmt: skip
    return Shown(**facts | more)


def test_optimism_has_the_direction_of_the_metric():
    assert shown().optimism == pytest.approx(-1 * (0.5 - 0.55) / 0.05)
    assert shown(metric="accuracy", value=0.9, fresh=0.8).optimism == pytest.approx(2.0)


def test_a_range_holds_where_the_fresh_score_lies_in_it():
    assert shown().holds
    assert not shown(fresh=0.7).holds
    assert not shown(low=None, high=None).holds


def test_what_is_kept_is_read_again(tmp_path):
    file = tmp_path / "honesty.csv"
    append(file, [shown(), shown(of="LightGBM", low=None, high=None)])
    append(file, [shown(seed=1)])
    assert read(file) == [shown(), shown(of="LightGBM", low=None, high=None), shown(seed=1)]


def test_the_summary_counts_ranges_and_optimism():
    text = "\n".join(summary([shown(), shown(fresh=0.7), shown(of="Linear", how="out of fold", fresh=0.5)]))
    assert "| cross-validation | log_loss | 2 | 50.0% |" in text
    assert "| d | 250 | 1 | +0.00 |" in text


def test_the_error_of_a_mean_loss_falls_with_the_root_of_the_rows():
    p = np.array([[0.2, 0.8], [0.9, 0.1]] * 50)
    y = np.array([1, 1] * 50)
    assert standard_error("log_loss", y, p, 400) == pytest.approx(standard_error("log_loss", y, p, 100) / 2)


def test_repetitions_train_on_samples_and_are_not_done_twice(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=1_200)
    pd.DataFrame({"x": x, "z": rng.normal(size=1_200), "y": 2 * x + rng.normal(size=1_200)}).to_csv(
        tmp_path / "line.csv", index=False
    )
    data = DataSet(name="line", file=tmp_path / "line.csv", target="y", task=Task.REGRESSION)
    told = []
    for _ in range(2):
        run([data], [300, 1_000], 2, 1, tmp_path / "honesty.csv", told.append)
    assert told == ["line, 300 rows, seed 0", "line, 300 rows, seed 1"]  # 1,000 of 1,200 leave too few fresh rows
    found = [s for s in read(tmp_path / "honesty.csv") if s.metric == "rmse"]
    assert {s.of for s in found} == {"blend", "Linear"}
    assert all(0.8 < s.fresh < 1.2 for s in found)
    assert {s.how for s in found} == {"cross-validation", "out of fold"}
