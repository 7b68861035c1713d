"""``automl-lite profile``: what a file holds, before anything is trained on it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.markup import escape

from automl_lite.cli.output import JsonOption, figure, needs, print_json, say_notices, size, stderr, stdout, table

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
        from automl_lite.ingest import profile_table, read_file

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
    console.print(table("Columns", ("name", "kind", "why"), [(c.name, str(c.kind), c.reason) for c in reading.columns]))
    if reading.rejects:
        shown = [(r.line or None, r.column or "(row)", r.reason, r.text) for r in reading.rejects[:_REJECTS]]
        title = f"Could not be read: {figure(reading.n_rejected)} rows, and cells"
        console.print(table(title, ("line", "column", "reason", "text"), shown, right=("line",)))
    say_notices(stderr(), [*reading.notices, *_notices(found)])


def _notices(found: Any) -> list[Any]:
    return list(found.notices)
