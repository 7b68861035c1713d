from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from automl_lite.domain.columns import Kind, Task
from automl_lite.training.evaluation import evaluate
from automl_lite.training.validation import changes, duel, overall, row_errors, worst_segments


def probabilities(logit: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    p = 1 / (1 + np.exp(-logit))
    return np.stack([1 - p, p], axis=1)


def measured(n: int, seed: int, noise: float = 0.0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, 2, n)
    y = (rng.random(n) < probabilities(truth)[:, 1]).astype(int)
    p = probabilities(truth + rng.normal(0, 1, n) * noise)
    return evaluate(
        Task.BINARY, y, p, classes=["no", "yes"], baseline_prediction=np.full((n, 2), 0.5), max_seconds=2
    ).as_dict()


def test_the_same_rows_have_not_changed():
    once = measured(500, 0)
    found = changes(once, once)
    assert len(found) == len([m for m in once["metrics"] if m["value"] is not None])
    assert {c.verdict for c in found} == {"no real difference"}
    assert all(c.gap == 0 for c in found)


def test_a_model_that_got_worse_is_told_with_figures():
    found = {c.name: c for c in changes(measured(800, 1, noise=3.0), measured(800, 2))}
    for name in ("log_loss", "f1", "accuracy", "roc_auc"):
        assert found[name].verdict == "worse"
        assert found[name].gap_high < 0
    assert found["f1"].message.startswith("worse: F1")
    assert found["f1"].message.endswith(", beyond chance")
    told = overall(list(found.values()), "log_loss")
    assert told.startswith("Worse: ")
    assert "Also worse: " in told
    assert "no evaluation" in overall([], "log_loss")


def test_chance_is_seldom_called_a_change():
    evaluations = [measured(300, seed) for seed in range(12)]
    verdicts = [c.verdict for a, b in zip(evaluations[::2], evaluations[1::2], strict=True)
                for c in changes(a, b) if c.name in ("log_loss", "accuracy")]  # fmt: skip
    assert verdicts.count("no real difference") >= len(verdicts) - 1


def test_the_segment_where_a_classifier_fails_is_named():
    rng = np.random.default_rng(0)
    n = 2_000
    town = rng.choice(np.array(["Bonn", "Ulm", "Kiel", ""], object), n)
    columns = {"age": rng.normal(40, 10, n), "town": town, "memo": np.full(n, "text", object)}
    kinds = {"age": Kind.NUMBER, "town": Kind.CATEGORY, "memo": Kind.TEXT}
    errors = (rng.random(n) < np.where(town == "Ulm", 0.4, 0.1)).astype(float)
    (found,) = worst_segments(columns, kinds, Task.BINARY, errors)
    assert (found.column, found.value) == ("town", "is 'Ulm'")
    assert found.score == pytest.approx(1 - errors[town == "Ulm"].mean())
    assert f"({(town == 'Ulm').sum()} rows)" in found.message
    assert worst_segments(columns, kinds, Task.BINARY, (rng.random(n) < 0.1).astype(float)) == []


def test_the_segment_where_numbers_are_missed_most():
    rng = np.random.default_rng(1)
    size = rng.uniform(0, 100, 1_000)
    size[:100] = np.nan
    y = rng.normal(0, np.where(size > 75, 5.0, 1.0))
    errors = row_errors(Task.REGRESSION, y, np.zeros(1_000), threshold=0.5, positive=1)
    found = worst_segments({"size": size}, {"size": Kind.NUMBER}, Task.REGRESSION, errors)
    assert len(found) == 1
    assert found[0].value.startswith("is above 7")
    assert found[0].score == pytest.approx(np.abs(y[size > float(found[0].value.split()[-1])]).mean(), rel=0.05)


@pytest.mark.parametrize("metric", ["auto", "f1"])
def test_a_better_challenger_wins_and_an_equal_one_does_not(metric: str):
    rng = np.random.default_rng(2)
    truth = rng.normal(0, 2, 1_500)
    y = (rng.random(1_500) < probabilities(truth)[:, 1]).astype(int)
    good, poor = probabilities(truth), probabilities(truth + rng.normal(0, 4, 1_500))
    won = duel(Task.BINARY, metric, y, poor, good)
    assert won.promote
    assert won.message.startswith("The challenger is better: ")
    lost = duel(Task.BINARY, metric, y, good, poor)
    assert (lost.promote, lost.comparison.verdict) == (False, "worse")
    equal = [probabilities(truth + rng.normal(0, 0.5, 1_500)) for _ in range(2)]
    draw = duel(Task.BINARY, metric, y, *equal)
    assert not draw.promote
    assert "the champion stays" in draw.message


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc"])
def test_of_two_equals_the_challenger_is_seldom_promoted(metric: str):
    promoted = 0
    for seed in range(40):  # 200 of each metric: make bench-monitoring
        rng = np.random.default_rng(seed)
        truth = rng.normal(0, 2, 500)
        y = (rng.random(500) < probabilities(truth)[:, 1]).astype(int)
        rivals = [probabilities(truth + rng.normal(0, 1, 500)) for _ in range(2)]
        promoted += duel(Task.BINARY, metric, y, *rivals, seed=seed).promote
    assert promoted <= 2


def test_each_model_is_judged_by_its_own_threshold():
    y = np.array([0, 0, 1, 1] * 50)
    p = probabilities(np.where(y == 1, -1.0, -3.0))  # right from 0.2 on, wrong at 0.5
    assert duel(Task.BINARY, "accuracy", y, p, p, thresholds=(0.5, 0.2)).promote
    assert not duel(Task.BINARY, "accuracy", y, p, p, thresholds=(0.2, 0.5)).promote


def test_numbers_duel_too():
    rng = np.random.default_rng(3)
    y = rng.normal(size=400)
    found = duel(Task.REGRESSION, "rmse", y, y + rng.normal(0, 2, 400), y + rng.normal(0, 1, 400))
    assert found.promote
    assert found.challenger == pytest.approx(1.0, abs=0.1)
