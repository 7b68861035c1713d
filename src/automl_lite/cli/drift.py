"""``automl-lite drift``: whether new rows are still like those that a model was trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from automl_lite.cli.info import model_file
from automl_lite.cli.output import JsonOption, count, figure, print_json, say_notices, stderr, stdout, table
from automl_lite.cli.rows import open_rows

_STYLES = {"none": "green", "slight": "yellow", "moderate": "yellow", "strong": "red"}


def drift(
    model: Annotated[Path, typer.Argument(help="model.onnx, or the folder of a training run.")],
    data: Annotated[Path, typer.Argument(help="File of new rows: CSV, TSV, Parquet, JSON lines or XLSX.")],
    allow_missing_columns: Annotated[
        bool, typer.Option(help="Count columns that the file lacks as missing values.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Compare the rows of DATA with those of training: columns, new levels, missing values, answers."""
    from automl_lite.inference import Predictor, Watch

    predictor = Predictor(model_file(model))
    known = {c.name: c.kind for c in predictor.contract.inputs}
    watch = Watch(predictor.contract)
    with open_rows(data, known) as rows:
        notices = predictor.check_names(rows.names, allow_absent=allow_missing_columns)
        for chunk in rows.chunks():
            columns = {name: values for name, values in chunk.columns.items() if name in known}
            watch.add_scores(predictor.score(columns, collect=True, allow_absent=True, tally=watch))
    report = watch.report()
    if as_json:
        print_json(report.as_dict() | {"notices": [n.as_dict() for n in notices]})
        return
    say_notices(stderr(), notices)
    console = stdout()
    console.print(f"[{_STYLES[report.severity]}]{escape(report.verdict)}[/]", soft_wrap=True)
    changed = [*report.drifted]
    if report.prediction is not None and report.prediction.severity != "none":
        changed.append(report.prediction)
    if changed:
        cells = [(c.column or "(answers)", c.severity, c.psi, c.message) for c in changed]
        title = f"{count(report.n_rows, 'row')} against {figure(report.n_training_rows)} of training"
        console.print(table(title, ("column", "drift", "PSI", "what"), cells, right=("PSI",)))
    if report.estimate is not None:
        expected = report.estimate
        low, high = figure(expected.accuracy_low), figure(expected.accuracy_high)
        console.print(
            f"Accuracy to be expected: {figure(expected.metrics['accuracy'])} ({low} to {high}). {expected.caveat}",
            soft_wrap=True,
        )
    for name, reason in report.not_compared.items():
        console.print(f"{escape(repr(name))}: {reason}", style="dim", soft_wrap=True)
