import numpy as np
import pytest
from benchmarks.quality.comparison import WORST, Duel, duel, mean_of, normalised, p_value, ranks


def test_ranks_share_ties_and_put_failures_last():
    assert ranks({"a": 0.3, "b": 0.1, "c": 0.3, "d": None}) == {"a": 2.5, "b": 1.0, "c": 2.5, "d": 4.0}
    assert ranks({"a": None, "b": None}) == {"a": 1.5, "b": 1.5}


def test_scores_run_from_guessing_to_the_best():
    found = normalised({"best": 0.2, "half": 0.6, "guess": 1.0, "wild": 99.0, "failed": None}, 1.0)
    assert found == pytest.approx({"best": 1.0, "half": 0.5, "guess": 0.0, "wild": WORST, "failed": 0.0})


def test_scores_where_nobody_beats_guessing():
    assert normalised({"a": 1.0, "b": 1.5}, 0.5) == pytest.approx({"a": 0.0, "b": -1.0})
    assert normalised({"a": None}, 0.5) == {"a": 0.0}


def test_mean_over_sets():
    assert mean_of([{"a": 1, "b": 2}, {"a": 2, "b": 2}]) == {"a": 1.5, "b": 2}
    assert mean_of([]) == {}


def test_p_of_a_clear_and_of_no_difference():
    rows = np.arange(100)
    assert p_value(np.full(100, -0.1), rows) < 0.001
    assert p_value(np.zeros(100), rows) == 1.0
    assert p_value(np.tile([0.1, -0.1], 50), rows) == 1.0


def test_p_is_uniform_without_a_difference():
    rng = np.random.default_rng(1)
    found = [p_value(rng.normal(size=60), np.arange(60), seed=i) for i in range(300)]
    assert 0.02 < np.mean(np.array(found) < 0.05) < 0.09
    assert 0.4 < np.mean(found) < 0.6


def test_a_row_tested_by_many_seeds_counts_once():
    assert p_value(np.full(50, -0.1), np.zeros(50, np.int64)) == 1.0


def test_neighbours_of_a_series_flip_together():
    difference = np.repeat([0.3, -0.1, 0.2, 0.1], 25)
    rows = np.arange(100)
    assert p_value(difference, rows) < 0.01
    assert p_value(difference, rows, block=25) > 0.1


def test_duels_are_told_by_chance_and_direction():
    rows = np.arange(80)
    better = np.linspace(0.1, 0.2, 80)
    assert duel("a", better, better + 0.1, rows, by_time=False).verdict == "win"
    assert duel("a", better + 0.1, better, rows, by_time=False).verdict == "loss"
    assert duel("a", better, better, rows, by_time=True).verdict == "tie"
    assert Duel("a", -0.5, 0.05).verdict == "tie"
