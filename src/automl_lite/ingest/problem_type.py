"""The problem type of a target: one rule, with its reason, and the targets that cannot be learnt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from automl_lite.domain.columns import NUMERIC_KINDS, Kind, Task
from automl_lite.errors import UnknownTarget
from automl_lite.ingest.errors import (
    ConstantTarget,
    EmptyTarget,
    NoFeatures,
    TooFewRows,
    TooManyClasses,
    UnfitTarget,
)

MAX_INTEGER_CLASSES = 10  # whole numbers with more distinct values are quantities
MIN_ROWS = 2
_MANY_CLASSES = 0.5  # of the rows: with more distinct values than that a class has hardly a second row


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A problem type and why, as a sentence for the user."""

    task: Task
    reason: str


def problem_type(kind: Kind, n_distinct: int) -> ProblemType:
    """Tell the problem type from the kind of the target and the number of its distinct values.

    Words, booleans and categories are classes; whole numbers are, up to ten distinct ones; decimals never are.

    Examples
    --------
    >>> problem_type(Kind.INTEGER, 3).task, problem_type(Kind.INTEGER, 11).task, problem_type(Kind.NUMBER, 2).task
    (<Task.MULTICLASS: 'multiclass'>, <Task.REGRESSION: 'regression'>, <Task.REGRESSION: 'regression'>)
    """
    if kind is Kind.NUMBER:
        return ProblemType(Task.REGRESSION, "Its values are decimal numbers.")
    if kind is Kind.INTEGER and n_distinct > MAX_INTEGER_CLASSES:
        return ProblemType(Task.REGRESSION, f"It holds {n_distinct:,} different whole numbers.")
    what = {Kind.INTEGER: "whole numbers", Kind.BOOLEAN: "answers (true or false)"}.get(kind, "words or codes")
    task = Task.BINARY if n_distinct <= 2 else Task.MULTICLASS
    return ProblemType(task, f"It holds {n_distinct:,} different {what}.")


def check_target(profile: Mapping[str, Any], target: str, *, task: Task | None = None) -> ProblemType:
    """Return the problem type of ``target``, or say why it cannot be learnt.

    Parameters
    ----------
    profile : mapping
        As ``Profile.as_dict`` gives it.
    target : str
        A column of it.
    task : Task, optional
        The user's choice in place of the rule.

    Raises
    ------
    UnknownTarget
        There is no such column.
    TargetError
        Its subclasses: no other column, too few rows, no or one value, a class in every row, a kind that cannot be
        predicted, or a ``task`` that does not fit the values.
    """
    entries = {entry["name"]: entry for entry in profile["columns"]}
    if target not in entries:
        raise UnknownTarget(target, list(entries))
    entry = entries[target]
    kind, n_distinct, n_missing = Kind(entry["kind"]), int(entry["n_distinct"]), int(entry["n_missing"])
    n_values = int(profile["n_rows"]) - n_missing
    if len(entries) < 2:
        raise NoFeatures
    if n_distinct == 0:
        raise EmptyTarget(target)
    if n_values < MIN_ROWS:
        raise TooFewRows(n_values, MIN_ROWS, without_target=n_missing)
    if n_distinct == 1:
        top = entry.get("top_values") or [{"value": entry.get("min", "")}]
        raise ConstantTarget(target, str(top[0]["value"]))
    if kind is Kind.DATETIME:
        raise UnfitTarget(target, "its values are points in time")
    found = problem_type(kind, n_distinct)
    if task is not None and task is not found.task:
        found = _chosen(task, kind, n_distinct, target)
    if found.task.is_classification and n_distinct > max(MAX_INTEGER_CLASSES, _MANY_CLASSES * n_values):
        raise TooManyClasses(target, n_distinct, n_values)
    return found


def _chosen(task: Task, kind: Kind, n_distinct: int, target: str) -> ProblemType:
    """The user's problem type, where the values allow it."""
    if task is Task.REGRESSION:
        if kind not in NUMERIC_KINDS:
            raise UnfitTarget(target, "regression needs numbers, and its values are not")
    elif task is Task.BINARY and n_distinct > 2:
        raise UnfitTarget(target, f"binary classification needs two values, and it has {n_distinct:,}")
    elif n_distinct == 2:
        return ProblemType(Task.BINARY, "You chose classification; there are two classes.")
    return ProblemType(task, f"You chose {_SPOKEN[task]}.")


_SPOKEN = {
    Task.BINARY: "binary classification",
    Task.MULTICLASS: "classification",
    Task.REGRESSION: "regression",
}
