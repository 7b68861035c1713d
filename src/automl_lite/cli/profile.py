"""``automl-lite profile``: what a file holds, before anything is trained on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from automl_lite.cli.columns import columns_table
from automl_lite.cli.output import JsonOption, figure, needs, print_json, say_notices, size, stderr, stdout, table
from automl_lite.domain.columns import Task
from automl_lite.errors import AutoMLLiteError, shorten

if TYPE_CHECKING:
    from automl_lite.ingest import ProblemType

_SPOKEN = {Task.BINARY: "binary classification", Task.MULTICLASS: "classification", Task.REGRESSION: "regression"}
_REJECTS = 10  # rows and cells that could not be read, shown on the terminal; --json has up to 1,000


def profile(
    data: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV, TSV, Parquet, JSON lines or XLSX file.")
    ],
    target: Annotated[str | None, typer.Option("--target", "-t", help="Column that is to be predicted.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how DATA was read, what its columns hold, and what to mind before training."""
    with needs("Reading files", "train"):
        from automl_lite.ingest import check_target, profile_table, read_file

    with TemporaryDirectory(prefix="automl-lite-") as folder:
        out = Path(folder) / "table.parquet"
        reading = read_file(data, out=out, filename=data.name)
        found = profile_table(out, reading.columns, target=target)
    if as_json:
        print_json({"reading": reading.as_dict(), "profile": found.as_dict()})
        return
    console = stdout()
    how = ", ".join(part for part in (reading.format, reading.encoding) if part)
    rows = f"{reading.n_rows:,} rows × {len(reading.columns):,} columns"
    console.print(escape(f"{data.name}: {rows}, {size(reading.size_bytes)}, {how}"), style="bold")
    for assumption in reading.assumptions:
        console.print(escape(assumption))
    if target is not None:
        _say_task(target, lambda: check_target(found.as_dict(), target))
    console.print(columns_table(found.columns, found.n_rows, target))
    if reading.rejects:
        shown = [(r.line or None, r.column or "(row)", r.reason, r.text) for r in reading.rejects[:_REJECTS]]
        title = f"Could not be read: {figure(reading.n_rejected)} rows, and cells"
        console.print(table(title, ("line", "column", "reason", "text"), shown, right=("line",)))
    say_notices(stderr(), [*reading.notices, *found.notices])


def _say_task(target: str, check: Callable[[], ProblemType]) -> None:
    """Say what predicting the target would be, or why it cannot be."""
    try:
        found = check()
    except AutoMLLiteError as err:
        stderr().print(f"[red]error[/]: {escape(f'{err.message} {err.hint}'.strip())}", soft_wrap=True)
    else:
        stdout().print(escape(f"Predicting {shorten(target)!r} is {_SPOKEN[found.task]}. {found.reason}"))
