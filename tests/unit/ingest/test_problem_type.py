"""The one rule for problem types, and the targets that are refused with their reason."""

import pytest

from automl_lite.domain.columns import Kind, Task
from automl_lite.errors import UnknownTarget
from automl_lite.ingest import check_target, problem_type
from automl_lite.ingest.errors import (
    ConstantTarget,
    EmptyTarget,
    NoFeatures,
    TooFewRows,
    TooManyClasses,
    UnfitTarget,
)


@pytest.mark.parametrize(
    ("kind", "n_distinct", "task"),
    [
        (Kind.BOOLEAN, 2, Task.BINARY),
        (Kind.CATEGORY, 2, Task.BINARY),
        (Kind.CATEGORY, 40, Task.MULTICLASS),
        (Kind.TEXT, 40, Task.MULTICLASS),
        (Kind.INTEGER, 2, Task.BINARY),
        (Kind.INTEGER, 10, Task.MULTICLASS),
        (Kind.INTEGER, 11, Task.REGRESSION),
        (Kind.NUMBER, 2, Task.REGRESSION),
        (Kind.NUMBER, 500, Task.REGRESSION),
    ],
)
def test_the_rule(kind, n_distinct, task):
    found = problem_type(kind, n_distinct)
    assert found.task is task
    assert found.reason.endswith(".")


def profile(kind="category", n_distinct=3, n_missing=0, n_rows=100, others=1):
    entry = {
        "name": "y",
        "kind": kind,
        "n_distinct": n_distinct,
        "n_missing": n_missing,
        "top_values": [{"value": "a"}],
    }
    return {"n_rows": n_rows, "columns": [entry, *({"name": f"x{i}"} for i in range(others))]}


@pytest.mark.parametrize(
    ("facts", "error", "says"),
    [
        ({"others": 0}, NoFeatures, "At least one column besides the target"),
        ({"n_rows": 1, "n_distinct": 1}, TooFewRows, "At least 2 rows are needed to train; the file has 1"),
        ({"n_distinct": 0, "n_missing": 100}, EmptyTarget, "has no values"),
        ({"n_distinct": 1}, ConstantTarget, 'only one value ("a")'),
        ({"kind": "datetime", "n_distinct": 90}, UnfitTarget, "points in time"),
        ({"n_distinct": 90}, TooManyClasses, "90 different values in 100 rows"),
        ({"kind": "id", "n_distinct": 100}, TooManyClasses, "cannot be a class"),
    ],
)
def test_targets_that_cannot_be_learnt(facts, error, says):
    with pytest.raises(error) as told:
        check_target(profile(**facts), "y")
    assert says in told.value.message
    assert told.value.hint


def test_an_unknown_target_is_told_with_the_closest_name():
    with pytest.raises(UnknownTarget) as told:
        check_target(profile(), "x")
    assert "x0" in told.value.hint


def test_a_few_rows_may_each_be_of_their_own_class():
    assert check_target(profile(n_rows=6, n_distinct=5), "y").task is Task.MULTICLASS


@pytest.mark.parametrize(
    ("kind", "n_distinct", "chosen", "task"),
    [
        ("integer", 50, Task.MULTICLASS, Task.MULTICLASS),
        ("integer", 5, Task.REGRESSION, Task.REGRESSION),
        ("number", 2, Task.BINARY, Task.BINARY),
        ("category", 2, Task.MULTICLASS, Task.BINARY),
    ],
)
def test_the_user_may_choose(kind, n_distinct, chosen, task):
    found = check_target(profile(kind, n_distinct), "y", task=chosen)
    assert found.task is task
    assert found.reason.startswith("You chose")


@pytest.mark.parametrize(
    ("kind", "n_distinct", "chosen"), [("category", 3, Task.REGRESSION), ("category", 3, Task.BINARY)]
)
def test_a_choice_that_does_not_fit_is_refused(kind, n_distinct, chosen):
    with pytest.raises(UnfitTarget):
        check_target(profile(kind, n_distinct), "y", task=chosen)
