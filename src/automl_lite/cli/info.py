"""``automl-lite info``: what a model file takes and gives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from automl_lite.cli.output import JsonOption, figure, print_json, size, stdout, table
from automl_lite.domain.columns import Kind
from automl_lite.domain.errors import NoPortableModel


def info(
    model: Annotated[Path, typer.Argument(help="model.onnx, or the folder of a training run.")],
    as_json: JsonOption = False,
) -> None:
    """Show the columns that MODEL takes, what it saw in them, and what it answers."""
    from automl_lite.inference import Predictor

    path = model_file(model)
    contract = Predictor(path).contract
    if as_json:
        print_json(contract.as_dict() | {"size_bytes": path.stat().st_size})
        return
    console = stdout()
    facts = [("target", contract.target), ("task", str(contract.task))]
    if contract.classes:
        facts.append(("classes", ", ".join(contract.classes[:20]) + (" …" if len(contract.classes) > 20 else "")))
    if contract.interval_level:
        facts.append(("interval", f"{contract.interval_level:.0%}"))
    facts += [("model", contract.model or "–"), ("file", size(path.stat().st_size))]
    console.print(table(str(path), ("", ""), facts))
    rows = [(c.name, str(c.kind), _range(c), f"{c.missing_share:.1%}") for c in contract.inputs]
    console.print(table("Columns", ("name", "kind", "seen in training", "missing"), rows, right=("missing",)))
    if contract.ignored:
        console.print(table("Not used", ("name", "reason"), list(contract.ignored.items())))


def model_file(path: Path) -> Path:
    """Return the model file itself: a folder stands for the model.onnx in it. Raises NoPortableModel."""
    if not path.is_dir():
        return path
    if not (path / "model.onnx").exists() and (path / "autogluon.zip").exists():
        raise NoPortableModel("AutoGluon")
    return path / "model.onnx"


def _range(column: Any) -> str:
    if column.kind in (Kind.NUMBER, Kind.INTEGER) and column.min is not None:
        return f"{figure(column.min)} to {figure(column.max)}"
    if column.kind is Kind.DATETIME and column.min:
        return f"{column.min} to {column.max}".replace("T00:00:00", "")
    if column.values:
        rest = max(column.n_values, len(column.values)) - 6
        return ", ".join(v[:30] for v in column.values[:6]) + (f" and {rest:,} more" if rest > 0 else "")
    return str(column.typical or "–")[:60]
