"""``automl-lite evaluate``: how good a model is on a file that holds the true answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from automl_lite.cli.info import model_file
from automl_lite.cli.output import JsonOption, count, needs, print_json, say_notices, stderr, stdout, table
from automl_lite.cli.report import print_evaluation, read_json
from automl_lite.cli.rows import open_rows
from automl_lite.errors import UnknownTarget


def evaluate(
    model: Annotated[Path, typer.Argument(help="model.onnx, or the folder of a training run.")],
    data: Annotated[Path, typer.Argument(help="File of rows with the target: CSV, TSV, Parquet, JSON lines or XLSX.")],
    metric: Annotated[
        str, typer.Option(envvar="AUTOML_LITE_METRIC", help="The metric that the verdict is about.")
    ] = "auto",
    challenger: Annotated[
        Path | None, typer.Option(help="A second model that answers the same rows: which of the two is better?")
    ] = None,
    allow_missing_columns: Annotated[
        bool, typer.Option(help="Count columns that the file lacks as missing values.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure MODEL on the rows of DATA, which must hold the target: every metric with its 95 % interval.

    From the folder of a training run the scores at test time are set beside them. Where the model fails most is named.
    """
    from automl_lite.inference import Predictor

    with needs("Evaluation", "train"):
        from automl_lite.training.actuals import Actuals, truth_kind

    predictors = [Predictor(model_file(file)) for file in (model, challenger) if file is not None]
    contract = predictors[0].contract
    actuals, tally = Actuals(predictors), predictors[0].tally()
    kinds = {c.name: c.kind for predictor in reversed(predictors) for c in predictor.contract.inputs}
    console = stderr()
    with open_rows(data, kinds | {contract.target: truth_kind(contract)}) as rows:
        if contract.target not in rows.names:
            raise UnknownTarget(contract.target, rows.names)
        for remark in rows.remarks:
            console.print(escape(remark), style="dim", soft_wrap=True)
        notices, *_ = [p.check_names(rows.names, allow_absent=allow_missing_columns) for p in predictors]
        for chunk in rows.chunks():
            actuals.add(chunk.columns, chunk.n_rows, wrong=chunk.errors, tally=tally)
    before = model_file(model).parent / "evaluation.json"
    found = actuals.validate(metric=metric, before=read_json(before) if before.is_file() else None)
    notices += tally.notices()
    if as_json:
        told = found.as_dict()
        print_json(
            found.evaluation
            | {
                "n_left_out": found.n_left_out,
                "notices": [n.as_dict() for n in notices],
                "since_test": {"verdict": found.summary, "changes": told["changes"]} if found.changes else None,
                "segments": told["segments"],
                "duel": told["duel"],
            }
        )
        return
    say_notices(console, notices)
    if found.n_left_out:
        why = "no target, an unknown class, or a value of a wrong type"
        console.print(f"Left out: {count(found.n_left_out, 'row')} with {why}.", soft_wrap=True)
    out = stdout()
    print_evaluation(out, found.evaluation)
    if found.changes:
        out.print(escape(f"Since the test: {found.summary}"), style="bold", soft_wrap=True)
        lines = [(c.name, c.before, c.now, c.verdict or "–") for c in found.changes]
        columns = ("metric", "test", "now", "verdict")
        out.print(table("", columns, lines, right=columns[1:3]))
    for segment in found.segments:
        out.print(escape(segment.message), soft_wrap=True)
    if found.duel is not None:
        out.print(escape(found.duel.message), style="bold", soft_wrap=True)
