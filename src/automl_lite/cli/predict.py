"""``automl-lite predict``: answers for a file of rows, offline."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from automl_lite.cli.info import model_file
from automl_lite.cli.output import JsonOption, count, print_json, say_notices, span, stderr, stdout
from automl_lite.cli.rows import open_rows, output_file
from automl_lite.errors import AutoMLLiteError

_CHECKED_ROWS = 100_000  # of a file that is only checked
_WHOLE_COLUMNS = frozenset({"recoded-column", "unlike-training"})
_SHOWN = 10  # errors named on the terminal; the file has them all


class SameFile(AutoMLLiteError):
    """The answers would overwrite the rows that they are for."""

    code = "same-file"


def predict(
    model: Annotated[Path, typer.Argument(help="model.onnx, or the folder of a training run.")],
    data: Annotated[Path, typer.Argument(help="File of rows: CSV, TSV, Parquet, JSON lines or XLSX.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="CSV file to write; without it, standard output.")
    ] = None,
    allow_missing_columns: Annotated[
        bool, typer.Option(help="Count columns that the file lacks as missing values.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether the rows fit the model; nothing is answered.")
    ] = False,
    threads: Annotated[int, typer.Option(min=1, envvar="AUTOML_LITE_THREADS", help="Threads of the model.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Answer every row of DATA: its columns in their order, then prediction, probabilities or interval.

    The column _error says why a row has no prediction. With --json a summary goes to standard output, and the
    answers go to --output.
    """
    from automl_lite.inference import CsvWriter, Predictor, SchemaCheck

    if check:
        _check(model, data, as_json=as_json)
        return
    if as_json and output is None:
        raise typer.BadParameter("--json prints a summary: name a file for the answers with --output.")
    if output is not None and output.exists() and data.exists() and output.samefile(data):
        raise SameFile(f"{output.name!r} is the file of rows.", hint="Name another file with --output.")
    started = time.perf_counter()
    console = stderr()
    predictor = Predictor(model_file(model), threads=threads)
    contract = predictor.contract
    known = {c.name: c.kind for c in contract.inputs}
    tally, n_rows, errors = predictor.tally(), 0, list[str]()
    n_errors = 0
    with open_rows(data, known) as rows:
        for remark in rows.remarks:
            console.print(escape(remark), style="dim", soft_wrap=True)
        notices = predictor.check_names(rows.names, allow_absent=allow_missing_columns)
        schema = SchemaCheck(contract, rows.names)
        with output_file(output) as file:
            writer = CsvWriter(file, rows.names, contract)
            for chunk in rows.chunks():
                table = {name: values for name, values in chunk.columns.items() if name in known}
                if not n_rows:  # before the first answer: what is wrong with whole columns
                    schema.add(table, chunk.n_rows, chunk.unreadable)
                    notices += [n for n in schema.notices() if n.code in _WHOLE_COLUMNS]
                scores = predictor.score(table, collect=True, allow_absent=True, tally=tally)
                wrong = {**{row: error.problem for row, error in scores.errors.items()}, **chunk.errors}
                writer.write(chunk.columns, scores, wrong)
                errors += [f"Row {n_rows + row + 1:,}: {wrong[row]}" for row in sorted(wrong)[: _SHOWN - len(errors)]]
                n_errors += len(wrong)
                n_rows += chunk.n_rows
    notices += tally.notices()
    if as_json:
        print_json(
            {
                "output": str(output),
                "n_rows": n_rows,
                "n_errors": n_errors,
                "errors": errors,
                "notices": [n.as_dict() for n in notices],
            }
        )
    say_notices(console, notices)
    for error in errors:
        console.print(f"[red]error[/]: {escape(error)}", soft_wrap=True)
    if n_errors > len(errors):
        console.print(f"… and {n_errors - len(errors):,} more; the column {writer.columns.error} names them all.")
    answered = (f"{n_rows - n_errors:,} of " if n_errors else "") + f"{count(n_rows, 'row')} answered"
    to = f" → {output}" if output else ""
    console.print(f"{answered} in {span(time.perf_counter() - started)}{escape(to)}", soft_wrap=True)


def _check(model: Path, data: Path, *, as_json: bool) -> None:
    """Tell how well the rows fit the model; exits with 1 where the answers would mean nothing."""
    from automl_lite.inference import Predictor, SchemaCheck

    contract = Predictor(model_file(model)).contract
    known = {c.name: c.kind for c in contract.inputs}
    n_rows = 0
    with open_rows(data, known) as rows:
        schema = SchemaCheck(contract, rows.names)
        for chunk in rows.chunks():
            table = {name: values for name, values in chunk.columns.items() if name in known}
            schema.add(table, chunk.n_rows, chunk.unreadable)
            n_rows += chunk.n_rows
            if n_rows >= _CHECKED_ROWS:
                break
    notices = schema.notices()
    fits = all(n.severity != "error" for n in notices)
    if as_json:
        print_json({"fits": fits, "n_rows": n_rows, "notices": [n.as_dict() for n in notices]})
    else:
        say_notices(stderr(), notices)
        verdict = "The rows fit the model" if fits else "The rows do not fit the model"
        stdout().print(f"{verdict} ({count(n_rows, 'row')} checked).", soft_wrap=True)
    if not fits:
        raise typer.Exit(1)
