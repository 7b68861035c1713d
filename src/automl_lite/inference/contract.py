"""The input contract: what a model file takes, gives and was trained on, read from its ONNX metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from automl_lite.domain.columns import Kind, Task
from automl_lite.inference.errors import ModelTooNew, NotAModel

FORMAT = 1
METADATA_KEY = "automl_lite"
Label = str | int | float | bool

_TYPES = {
    Kind.NUMBER: "float",
    Kind.INTEGER: "float",
    Kind.BOOLEAN: "string",
    Kind.CATEGORY: "string",
    Kind.TEXT: "string",
    Kind.ID: "string",
    Kind.DATETIME: "string",
}
_TRUE = frozenset({"true", "t", "yes", "y", "1", "1.0", "on"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "0.0", "off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class InputColumn:
    """One raw column that the model takes, with what training saw in it.

    Parameters
    ----------
    name : str
        Column name, which is also the name of the graph's input.
    kind : Kind
        What its values are.
    type : str
        ``"float"`` (NaN = missing) or ``"string"`` ("" = missing), the element type of the graph's input.
    min, max : float or str or None
        Training range; ISO 8601 strings for date-times.
    values : tuple of str
        At most 1,000 levels, most frequent first; ``n_values`` is how many there were, ``shares`` (0–1) how frequent.
    missing_share : float in [0, 1]
        Share of the training rows without a value.
    details : dict
        The rest of the entry as it stands in the file: mean, quantiles, median, example, length, ….
    """

    name: str
    kind: Kind
    type: str
    min: float | str | None = None
    max: float | str | None = None
    values: tuple[str, ...] = ()
    n_values: int = 0
    shares: tuple[float, ...] = ()
    missing_share: float = 0.0
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def knows_all_levels(self) -> bool:
        """True where ``values`` is the whole list, so that any other value was unseen in training."""
        return self.kind is Kind.CATEGORY and 0 < self.n_values <= len(self.values)

    @property
    def typical(self) -> Any:
        """A middling value: the median, the most frequent level or the example; None if training saw nothing."""
        if self.kind in (Kind.NUMBER, Kind.INTEGER):
            quantiles = self.details.get("quantiles") or []
            return quantiles[len(quantiles) // 2] if quantiles else self.details.get("mean")
        if self.kind is Kind.DATETIME:
            return self.details.get("median")
        if self.kind is Kind.BOOLEAN and self.values and self.shares:
            return self.values[self.shares.index(max(self.shares))]
        return self.values[0] if self.values else self.details.get("example")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> InputColumn:
        """Read one entry of the contract's ``inputs``. Raises NotAModel if it is malformed."""
        try:
            name, kind = data["name"], Kind(data["kind"])
        except (KeyError, TypeError, ValueError) as err:
            raise NotAModel(f"an entry of its input columns cannot be read ({err}).") from err
        if not isinstance(name, str) or data.get("type") != _TYPES[kind]:
            raise NotAModel(f"its input {name!r} of kind {kind} should have the type {_TYPES[kind]!r}.")
        values = tuple(str(v) for v in data.get("values") or ())
        return cls(
            name=name,
            kind=kind,
            type=data["type"],
            min=data.get("min"),
            max=data.get("max"),
            values=values,
            n_values=int(data.get("n_values") or len(values)),
            shares=tuple(float(s) for s in data.get("shares") or ()),
            missing_share=float(data.get("missing_share") or 0.0),
            details=data,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a model file promises; ``from_json`` reads it, ``as_dict`` gives it back as it stood.

    Parameters
    ----------
    classes : tuple of str
        Labels in the order of the probabilities; empty for regression.
    class_kind : str
        Their own type: ``"string"``, ``"integer"``, ``"number"`` or ``"boolean"``.
    positive : str
        For two classes, the one that thresholds and curves are about; else empty.
    outputs : dict of str
        Role (``label`` and ``probabilities``, or ``prediction`` and ``interval``) → name of the graph's output.
    interval_level : float or None
        Share of true values that the interval is meant to cover (0.9 = 90 %).
    width : int
        Numbers that the widest value inside the graph holds a row; 1 where the file does not say.
    """

    task: Task
    target: str
    inputs: tuple[InputColumn, ...]
    outputs: Mapping[str, str]
    classes: tuple[str, ...] = ()
    class_kind: str = "string"
    positive: str = ""
    threshold: float | None = None
    ignored: Mapping[str, str] = field(default_factory=dict)
    interval_level: float | None = None
    model: str = ""
    unit: str = ""
    width: int = 1
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, text: str) -> Contract:
        """Parse the metadata of a model file. Raises NotAModel or ModelTooNew."""
        try:
            data = json.loads(text)
        except ValueError as err:
            raise NotAModel("its metadata is not JSON.") from err
        return cls.from_dict(data)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Contract:
        """Check and read the parsed JSON. Raises NotAModel or ModelTooNew."""
        if not isinstance(data, Mapping) or not isinstance(data.get("format"), int):
            raise NotAModel("its metadata names no format.")
        if data["format"] > FORMAT:
            raise ModelTooNew(data["format"], FORMAT)
        try:
            task, target = Task(data["task"]), str(data["target"])
            inputs = tuple(InputColumn.from_dict(c) for c in data["inputs"])
            outputs = {str(role): str(name) for role, name in data["outputs"].items()}
            ignored = {str(c["name"]): str(c.get("reason") or "") for c in data.get("ignored") or ()}
        except (KeyError, TypeError, ValueError, AttributeError) as err:
            raise NotAModel(f"its metadata is incomplete ({type(err).__name__}: {err}).") from err
        contract = cls(
            task=task,
            target=target,
            inputs=inputs,
            outputs=outputs,
            classes=tuple(str(c) for c in data.get("classes") or ()),
            class_kind=str(data.get("class_kind") or "string"),
            positive=str(data.get("positive") or ""),
            threshold=data.get("threshold"),
            ignored=ignored,
            interval_level=data.get("interval_level"),
            model=str(data.get("model") or ""),
            unit=str(data.get("unit") or ""),
            width=_count(data.get("width")),
            data=data,
        )
        contract._check()
        return contract

    def _check(self) -> None:
        names = [c.name for c in self.inputs]
        if not names or len(set(names)) != len(names):
            raise NotAModel("its metadata names no input columns, or one of them twice.")
        needed = ("label", "probabilities") if self.task.is_classification else ("prediction",)
        if absent := [role for role in needed if role not in self.outputs]:
            raise NotAModel(f"its metadata names no output for {' and '.join(absent)}.")
        if self.task.is_classification and len(self.classes) < 2:
            raise NotAModel("its metadata names fewer than two classes.")
        for text in self.classes:
            try:
                self.label(text)
            except ValueError as err:
                raise NotAModel(f"its class {text!r} is not of the kind {self.class_kind!r}.") from err

    def as_dict(self) -> dict[str, Any]:
        """Return the contract as plain JSON values, as it stands in the file."""
        return dict(self.data)

    def label(self, text: str) -> Label:
        """Return a class in its own type. Raises ValueError if ``text`` is not of that type."""
        if self.class_kind == "integer":
            return int(text)
        if self.class_kind == "number":
            return float(text)
        if self.class_kind == "boolean":
            truth = truth_of(text)
            if truth is None:
                raise ValueError(f"{text!r} is neither true nor false.")
            return truth
        if self.class_kind != "string":
            raise ValueError(f"There is no class kind {self.class_kind!r}.")
        return text

    @property
    def background(self) -> tuple[Mapping[str, Any], ...]:
        """Typical rows that explanations compare with; one row of middling values where the file holds none."""
        rows = self.data.get("background") or ()
        if rows:
            return tuple(rows)
        example = self.data.get("example") or {}
        return ({c.name: example.get(c.name) if c.typical is None else c.typical for c in self.inputs},)


def _count(value: Any) -> int:
    return value if type(value) is int and value > 0 else 1


def truth_of(text: str) -> bool | None:
    """Return what a spelling such as ``"yes"``, ``"0"`` or ``"TRUE"`` means; None if it is none of them."""
    folded = text.strip().casefold()
    return True if folded in _TRUE else False if folded in _FALSE else None
