"""Which columns the model takes, and the reason for each that it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from automl_lite.domain.columns import Column, Kind, Notice
from automl_lite.errors import AutoMLLiteError, UnknownColumn, UnknownTarget
from automl_lite.training.config import TrainConfig


class NoInputs(AutoMLLiteError, ValueError):
    """No column is left to predict from."""

    code = "no-inputs"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A column that the model does not take; ``keep=`` brings it back."""

    column: str
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def choose_inputs(
    columns: Sequence[Column], target: str, notices: Sequence[Notice], config: TrainConfig
) -> tuple[list[Column], list[Dropped]]:
    """Split the columns besides ``target`` into inputs and dropped ones.

    Raises UnknownTarget, UnknownColumn (a name in ``drop`` or ``keep``), or NoInputs.
    """
    names = [c.name for c in columns]
    if target not in names:
        raise UnknownTarget(target, names)
    for name in (*config.drop, *config.keep):
        if name not in names:
            raise UnknownColumn(name, names)
    left_out = {name: _reason(n, name) for n in notices if n.action == "keep" for name in n.columns}
    kind, _, by = config.split.partition(":")
    inputs, dropped = [], []
    for column in columns:
        if column.name == target:
            continue
        reason = ""
        if column.name in config.drop:
            reason = "You asked to leave it out."
        elif column.name in config.keep:
            reason = ""
        elif column.name in left_out:
            reason = left_out[column.name]
        elif column.kind is Kind.ID:
            reason = column.reason or "Its values identify rows."
        elif kind == "group" and column.name == by:
            reason = "It names the groups that the split keeps apart."
        if reason:
            dropped.append(Dropped(column.name, reason))
        else:
            inputs.append(column)
    if not inputs:
        why = f" {len(dropped)} were left out: {dropped[0].reason}" if dropped else ""
        raise NoInputs(
            f"At least one column besides the target is needed.{why}",
            hint="Bring a column back with keep, or add columns." if dropped else "Add columns to predict from.",
        )
    return inputs, dropped


def _reason(notice: Notice, column: str) -> str:
    """What a notice says about one of its columns."""
    details: dict[str, str] = (notice.facts or {}).get("details", {})
    return details.get(column, notice.message)
