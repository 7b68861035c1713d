"""``automl-lite evaluate``: how good a model is on a file that holds the true answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from automl_lite.cli.info import model_file
from automl_lite.cli.output import JsonOption, needs, print_json, say_notices, stderr, stdout
from automl_lite.cli.report import print_evaluation
from automl_lite.cli.rows import open_rows
from automl_lite.domain.columns import Kind
from automl_lite.errors import AutoMLLiteError, UnknownTarget


class NothingToMeasure(AutoMLLiteError):
    """No row of the file has both an answer of the model and a true one."""

    code = "nothing-to-measure"


def evaluate(
    model: Annotated[Path, typer.Argument(help="model.onnx, or the folder of a training run.")],
    data: Annotated[Path, typer.Argument(help="File of rows with the target: CSV, TSV, Parquet, JSON lines or XLSX.")],
    metric: Annotated[
        str, typer.Option(envvar="AUTOML_LITE_METRIC", help="The metric that the verdict is about.")
    ] = "auto",
    allow_missing_columns: Annotated[
        bool, typer.Option(help="Count columns that the file lacks as missing values.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure MODEL on the rows of DATA, which must hold the target: every metric with its 95 % interval."""
    import numpy as np

    from automl_lite.inference import Predictor

    with needs("Evaluation", "train"):
        from automl_lite.training.evaluation import evaluate as measure

    predictor = Predictor(model_file(model))
    contract = predictor.contract
    console = stderr()
    kinds = {c.name: c.kind for c in contract.inputs}
    truth_kind = Kind.CATEGORY if contract.task.is_classification else Kind.NUMBER
    truths, answers, intervals = list[Any](), list[Any](), list[Any]()
    tally, n_rows = predictor.tally(), 0
    with open_rows(data, kinds | {contract.target: truth_kind}) as rows:
        if contract.target not in rows.names:
            raise UnknownTarget(contract.target, rows.names)
        for remark in rows.remarks:
            console.print(escape(remark), style="dim")
        notices = predictor.check_names(rows.names, allow_absent=allow_missing_columns)
        for chunk in rows.chunks():
            table = {name: values for name, values in chunk.columns.items() if name in kinds}
            scores = predictor.score(table, collect=True, allow_absent=True, tally=tally)
            wrong = set(scores.errors) | set(chunk.errors)
            found = _truths(predictor, chunk.columns[contract.target])
            good = [i for i, truth in enumerate(found) if truth is not None and i not in wrong]
            n_rows += chunk.n_rows
            truths += [found[i] for i in good]
            told = scores.probabilities if contract.task.is_classification else scores.predictions
            answers.append(np.asarray(told, dtype=np.float64)[good])
            if scores.intervals is not None:
                intervals.append(scores.intervals[good])
    if not truths:
        raise NothingToMeasure(
            f"None of the {n_rows:,} rows has a value of {contract.target!r} that the model knows.",
            hint="Check that the target column holds the true answers, spelled as in training.",
        )
    y = np.array(truths)
    evaluation = measure(
        contract.task,
        y,
        np.concatenate(answers),
        classes=contract.classes,
        metric=metric,
        baseline_prediction=_constant_guess(contract, y),
        positive=contract.positive or None,
        threshold=0.5 if contract.threshold is None else contract.threshold,
        intervals=np.concatenate(intervals) if intervals else None,
        level=contract.interval_level or 0.9,
        unit=contract.unit,
    ).as_dict()
    n_left_out = n_rows - len(truths)
    if as_json:
        print_json(evaluation | {"n_left_out": n_left_out, "notices": [n.as_dict() for n in notices]})
        return
    say_notices(console, [*notices, *tally.notices()])
    if n_left_out:
        console.print(f"{n_left_out:,} rows were left out: no target, an unknown class, or a value of a wrong type.")
    print_evaluation(stdout(), evaluation)


def _truths(predictor: Any, values: Sequence[Any]) -> list[Any]:
    """Return class positions or numbers; None for rows whose true answer is missing or unknown to the model."""
    contract = predictor.contract
    if not contract.task.is_classification:
        return [_number(v) for v in values]
    position = {text: i for i, text in enumerate(contract.classes)}
    own = {label: i for i, label in enumerate(predictor.classes_)}
    return [None if v is None else position.get(str(v), own.get(_own(contract, v))) for v in values]


def _own(contract: Any, value: Any) -> Any:
    """Return the label in its own type, so that 1.0 and 1 are one class; None if it is not of that type."""
    try:
        return contract.label(str(value))
    except ValueError:
        number = _number(value)
        return int(number) if contract.class_kind == "integer" and number is not None and number.is_integer() else None


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if abs(number) < float("inf") else None


def _constant_guess(contract: Any, y: Any) -> Any:
    """Return the best constant answer: training's mean or class shares; those of these rows where it kept none."""
    import numpy as np

    if not contract.task.is_classification:
        mean = (contract.as_dict().get("target_range") or {}).get("mean")
        return np.full(len(y), float(y.mean()) if mean is None else float(mean))
    shares = contract.as_dict().get("class_shares") or np.bincount(y, minlength=len(contract.classes)) / len(y)
    return np.tile(np.asarray(shares, dtype=np.float64), (len(y), 1))
