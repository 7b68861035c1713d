"""``automl-lite predict``: answers for a file of rows, offline."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer
from rich.markup import escape

from automl_lite import __version__
from automl_lite.cli.info import model_file
from automl_lite.cli.output import JsonOption, count, print_json, say_notices, span, stderr, stdout
from automl_lite.cli.rows import CHUNK_ROWS, open_rows
from automl_lite.cli.tables import SHOWN_ERRORS, TABLES, Told, write_table
from automl_lite.errors import AutoMLLiteError

if TYPE_CHECKING:
    from automl_lite.inference import Contract, Scores

_CHECKED_ROWS = 100_000  # of a file that is only checked
_WHOLE_COLUMNS = frozenset({"recoded-column", "unlike-training"})


class SameFile(AutoMLLiteError):
    """The answers would overwrite the rows that they are for."""

    code = "same-file"


def predict(
    model: Annotated[Path, typer.Argument(help="model.onnx, or the folder of a training run.")],
    data: Annotated[Path, typer.Argument(help="File of rows: CSV, TSV, Parquet, JSON lines or XLSX.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="CSV, .parquet or .xlsx file to write; without it, CSV to standard output."
        ),
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
    from automl_lite.inference import AnswerColumns, CsvWriter, Parts, Predictor, SchemaCheck

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
    if output is not None and output.suffix.lower() in TABLES:
        found = write_table(
            predictor, data, output, _key(model, data), threads=threads, allow_absent=allow_missing_columns
        )
        _tell(found, output, started, as_json=as_json)
        return
    contract = predictor.contract
    known = {c.name: c.kind for c in contract.inputs}
    parts = None if output is None else Parts(output, _key(model, data))
    tally, n_rows, n_errors, errors, n_before, n_parts = predictor.tally(), 0, 0, list[str](), 0, 0
    try:
        with open_rows(data, known) as rows:
            for remark in rows.remarks:
                console.print(escape(remark), style="dim", soft_wrap=True)
            notices = predictor.check_names(rows.names, allow_absent=allow_missing_columns)
            schema, added = SchemaCheck(contract, rows.names), AnswerColumns.beside(contract, rows.names)
            if parts is None:
                CsvWriter(sys.stdout, rows.names, contract)
            for n_parts, chunk in enumerate(rows.chunks(), 1):
                table = {name: values for name, values in chunk.columns.items() if name in known}
                if not n_rows:  # before the first answer: what is wrong with whole columns
                    schema.add(table, chunk.n_rows, chunk.unreadable)
                    notices += [n for n in schema.notices() if n.code in _WHOLE_COLUMNS]
                facts = None if parts is None else parts.done(n_parts - 1)
                if facts is None:
                    scores = predictor.score(table, collect=True, allow_absent=True, tally=tally)
                    wrong = {**{row: error.problem for row, error in scores.errors.items()}, **chunk.errors}
                    write = partial(_write, rows.names, contract, chunk.columns, scores, wrong)
                    told = [f"Row {n_rows + row + 1:,}: {wrong[row]}" for row in sorted(wrong)[:SHOWN_ERRORS]]
                    facts = {"n_errors": len(wrong), "errors": told}
                    if parts is None:
                        write(sys.stdout)
                    else:
                        parts.write(n_parts - 1, write, facts)
                else:
                    predictor.count(table, tally)
                    n_before += chunk.n_rows
                errors += facts["errors"][: SHOWN_ERRORS - len(errors)]
                n_errors += facts["n_errors"]
                n_rows += chunk.n_rows
            if parts is not None:
                parts.assemble(n_parts, lambda file: CsvWriter(file, rows.names, contract))
    except AutoMLLiteError:  # the same call would fail again; after a crash the parts stay
        if parts is not None:
            parts.discard()
        raise
    found = Told(n_rows, n_errors, errors, notices + tally.notices(), n_before, added.error)
    _tell(found, output, started, as_json=as_json)


def _tell(told: Told, output: Path | None, started: float, *, as_json: bool) -> None:
    """Sum up on the terminal, and as JSON if asked for."""
    console = stderr()
    for remark in told.remarks:
        console.print(escape(remark), style="dim", soft_wrap=True)
    if told.n_before:
        console.print(
            f"{count(told.n_before, 'row')} had been answered before, in a run that did not end.", style="dim"
        )
    if as_json:
        print_json(
            {
                "output": str(output),
                "n_rows": told.n_rows,
                "n_errors": told.n_errors,
                "errors": told.errors,
                "notices": [n.as_dict() for n in told.notices],
            }
        )
    say_notices(console, told.notices)
    for error in told.errors:
        console.print(f"[red]error[/]: {escape(error)}", soft_wrap=True)
    if told.n_errors > len(told.errors):
        more = told.n_errors - len(told.errors)
        console.print(f"… and {more:,} more; the column {told.error_column} names them all.")
    answered = (
        f"{told.n_rows - told.n_errors:,} of " if told.n_errors else ""
    ) + f"{count(told.n_rows, 'row')} answered"
    to = f" → {output}" if output else ""
    console.print(f"{answered} in {span(time.perf_counter() - started)}{escape(to)}", soft_wrap=True)


def _key(model: Path, data: Path) -> dict[str, Any]:
    """Return what the answers depend on, so that those of an earlier run are only kept if they are the same."""
    from automl_lite.inference import fingerprint

    files = [path for path in (model_file(model), data) if path.is_file()]
    return {"version": __version__, "chunk_rows": CHUNK_ROWS, "files": fingerprint(files)}


def _write(
    names: Sequence[str],
    contract: Contract,
    columns: Mapping[str, Sequence[Any]],
    scores: Scores,
    errors: Mapping[int, str],
    file: TextIO,
) -> None:
    from automl_lite.inference import CsvWriter

    CsvWriter(file, names, contract, header=False).write(columns, scores, errors)


def _check(model: Path, data: Path, *, as_json: bool) -> None:
    """Tell how well the rows fit the model; exits with 1 where the answers would mean nothing."""
    from automl_lite.inference import Predictor, SchemaCheck

    contract = Predictor(model_file(model)).contract
    known = {c.name: c.kind for c in contract.inputs}
    n_rows = 0
    with open_rows(data, known) as rows:
        schema = SchemaCheck(contract, rows.names)
        schema.read_as(*rows.written)
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
