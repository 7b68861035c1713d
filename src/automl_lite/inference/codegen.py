"""Standalone programs around a model file: ``predict.py``, which needs numpy and onnxruntime and nothing of ours."""

from __future__ import annotations

import math
import os
from importlib.resources import files
from pathlib import Path

from automl_lite.inference.contract import Contract

_START, _END = "# <contract>\n", "# </contract>\n"


def write_predict_script(contract: Contract, path: str | os.PathLike[str]) -> None:
    """Write ``predict.py`` for a model file that will lie beside it.

    The script is ``predict_script.py`` of this package with the contract's columns in it as Python literals: names
    and values come from the data and stay data, whatever they contain.
    """
    template = files("automl_lite.inference").joinpath("predict_script.py").read_text("utf-8")
    head, rest = template.split(_START)
    tail = rest.split(_END)[1]
    Path(path).write_text(f"{head}{_START}{_literals(contract)}{_END}{tail}", encoding="utf-8", newline="\n")


def _literals(contract: Contract) -> str:
    # repr() escapes quotes, line ends and characters that do not show, such as those that turn text around.
    kinds = "".join(f"    {c.name!r}: {c.kind.value!r},\n" for c in contract.inputs)
    example = {**contract.background[0], **(contract.as_dict().get("example") or {})}
    shown = "".join(f"    {c.name!r}: {_plain(example.get(c.name))!r},\n" for c in contract.inputs)
    return (
        f"TARGET = {contract.target!r}\n"
        f"KINDS = {{  # column -> kind, in the order of training\n{kinds}}}\n"
        f"CLASSES = {list(contract.classes)!r}\n"
        f"OUTPUTS = {dict(contract.outputs)!r}  # what it is -> name in the graph\n"
        f"EXAMPLE = {{\n{shown}}}\n"
    )


def _plain(value: object) -> object:
    """Return only what has a literal: JSON's scalars."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (str, int, float)) else str(value)
