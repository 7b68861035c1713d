"""``automl-lite evaluate``: how good a model is on a file that holds the true answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from automl_lite.cli.info import model_file
from automl_lite.cli.output import JsonOption, count, needs, print_json, say_notices, stderr, stdout, table
from automl_lite.cli.report import print_evaluation, read_json
from automl_lite.cli.rows import open_rows
from automl_lite.domain.columns import Kind, Notice
from automl_lite.errors import AutoMLLiteError, UnknownTarget

if TYPE_CHECKING:
    from automl_lite.inference import Contract, Predictor
    from automl_lite.inference.encode import Encoded
    from automl_lite.inference.predictor import Counting


class NothingToMeasure(AutoMLLiteError):
    """No row of the file has both an answer of the model and a true one."""

    code = "nothing-to-measure"


class NotRivals(AutoMLLiteError):
    """Two models that cannot answer the same question."""

    code = "not-rivals"


@dataclass(slots=True)
class _Measured:
    """What the rows of a file said: truths, and the answers of each model to the same rows."""

    truths: list[Any]
    answers: list[Any]
    intervals: Any
    columns: dict[str, Any]
    notices: list[Notice]
    n_rows: int


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
    import numpy as np

    from automl_lite.inference import Predictor

    with needs("Evaluation", "train"):
        from automl_lite.training import validation
        from automl_lite.training.evaluation import evaluate as measure

    predictor = Predictor(model_file(model))
    contract = predictor.contract
    rival = None if challenger is None else Predictor(model_file(challenger))
    if rival is not None:
        _check_rivals(contract, rival.contract)
    console = stderr()
    found = _measure([predictor] if rival is None else [predictor, rival], data, allow_missing_columns, console)
    if not found.truths:
        raise NothingToMeasure(
            f"None of the {found.n_rows:,} rows has a value of {contract.target!r} that the model knows.",
            hint="Check that the target column holds the true answers, spelled as in training.",
        )
    y = np.array(found.truths)
    threshold = 0.5 if contract.threshold is None else contract.threshold
    evaluation = measure(
        contract.task,
        y,
        found.answers[0],
        classes=contract.classes,
        metric=metric,
        baseline_prediction=_constant_guess(contract, y),
        positive=contract.positive or None,
        threshold=threshold,
        intervals=found.intervals,
        level=contract.interval_level or 0.9,
        unit=contract.unit,
    ).as_dict()
    positive = contract.classes.index(contract.positive) if contract.positive else 1
    errors = validation.row_errors(contract.task, y, found.answers[0], threshold=threshold, positive=positive)
    kinds = {c.name: c.kind for c in contract.inputs}
    segments = validation.worst_segments(found.columns, kinds, contract.task, errors)
    before = model_file(model).parent / "evaluation.json"
    changes = validation.changes(evaluation, read_json(before), unit=contract.unit) if before.is_file() else []
    fight = None
    if rival is not None:
        rival_threshold = 0.5 if rival.contract.threshold is None else rival.contract.threshold
        fight = validation.duel(
            contract.task, metric, y, *found.answers, thresholds=(threshold, rival_threshold), positive=positive
        )
    n_left_out = found.n_rows - len(y)
    summary = validation.overall(changes, evaluation["primary"]) if changes else ""
    if as_json:
        print_json(
            evaluation
            | {
                "n_left_out": n_left_out,
                "notices": [n.as_dict() for n in found.notices],
                "since_test": {"verdict": summary, "changes": [asdict(c) for c in changes]} if changes else None,
                "segments": [asdict(s) for s in segments],
                "duel": None if fight is None else asdict(fight),
            }
        )
        return
    say_notices(console, found.notices)
    if n_left_out:
        why = "no target, an unknown class, or a value of a wrong type"
        console.print(f"Left out: {count(n_left_out, 'row')} with {why}.", soft_wrap=True)
    out = stdout()
    print_evaluation(out, evaluation)
    if changes:
        out.print(escape(f"Since the test: {summary}"), style="bold", soft_wrap=True)
        rows = [(c.name, c.before, c.now, c.verdict or "–") for c in changes]
        columns = ("metric", "test", "now", "verdict")
        out.print(table("", columns, rows, right=columns[1:3]))
    for segment in segments:
        out.print(escape(segment.message), soft_wrap=True)
    if fight is not None:
        out.print(escape(fight.message), style="bold", soft_wrap=True)


def _check_rivals(champion: Contract, challenger: Contract) -> None:
    same = champion.task is challenger.task and set(champion.classes) == set(challenger.classes)
    if not same or champion.target != challenger.target:
        raise NotRivals(
            f"One model answers {champion.target!r} ({champion.task}), the other {challenger.target!r} "
            f"({challenger.task}) or has other classes.",
            hint="Compare models that were trained for the same target.",
        )


def _measure(predictors: Sequence[Predictor], data: Path, allow_missing_columns: bool, console: Console) -> _Measured:
    """Let every model answer the rows; kept are rows with a truth that every model could read."""
    import numpy as np

    contract = predictors[0].contract
    classifies = contract.task.is_classification
    kinds = {c.name: c.kind for predictor in reversed(predictors) for c in predictor.contract.inputs}
    truth_kind = Kind.CATEGORY if classifies else Kind.NUMBER
    tally, kept = predictors[0].tally(), _Kept()
    truths, n_rows = list[Any](), 0
    answers: list[list[Any]] = [[] for _ in predictors]
    intervals = list[Any]()
    with open_rows(data, kinds | {contract.target: truth_kind}) as rows:
        if contract.target not in rows.names:
            raise UnknownTarget(contract.target, rows.names)
        for remark in rows.remarks:
            console.print(escape(remark), style="dim", soft_wrap=True)
        notices = predictors[0].check_names(rows.names, allow_absent=allow_missing_columns)
        for other in predictors[1:]:
            other.check_names(rows.names, allow_absent=allow_missing_columns)
        for chunk in rows.chunks():
            known = {name: values for name, values in chunk.columns.items() if name in kinds}
            scored = []
            for i, predictor in enumerate(predictors):
                counting = _Both(tally, kept) if i == 0 else predictor.tally()
                scored.append(predictor.score(known, collect=True, allow_absent=True, tally=counting))
            wrong = set(chunk.errors).union(*(s.errors for s in scored))
            found = _truths(predictors[0], chunk.columns[contract.target])
            good = [i for i, truth in enumerate(found) if truth is not None and i not in wrong]
            n_rows += chunk.n_rows
            truths += [found[i] for i in good]
            kept.close(good)
            for i, (predictor, scores) in enumerate(zip(predictors, scored, strict=True)):
                told = scores.probabilities if classifies else scores.predictions
                order = [predictor.contract.classes.index(c) for c in contract.classes]
                values = np.asarray(told, dtype=np.float64)[good]
                answers[i].append(values[:, order] if classifies else values)
            if scored[0].intervals is not None:
                intervals.append(scored[0].intervals[good])
    return _Measured(
        truths=truths,
        answers=[np.concatenate(parts) for parts in answers] if n_rows else [],
        intervals=np.concatenate(intervals) if intervals else None,
        columns=kept.columns(),
        notices=[*notices, *tally.notices()],
        n_rows=n_rows,
    )


class _Kept:
    """The columns as the graph took them, for the rows that are measured."""

    def __init__(self) -> None:
        self._open: list[Encoded] = []
        self._parts: dict[str, list[Any]] = {}

    def add(self, encoded: Encoded) -> None:
        self._open.append(encoded)

    def close(self, good: Sequence[int]) -> None:
        """Keep these rows (0-based in the chunk that was scored) of what was added since the last call."""
        import numpy as np

        for name in self._open[0].feed if self._open else ():
            whole = np.concatenate([encoded.feed[name][:, 0] for encoded in self._open])
            self._parts.setdefault(name, []).append(whole[np.asarray(good, dtype=np.intp)])
        self._open.clear()

    def columns(self) -> dict[str, Any]:
        import numpy as np

        return {name: np.concatenate(parts) for name, parts in self._parts.items()}


@dataclass(frozen=True, slots=True)
class _Both:
    """Two that look at every chunk."""

    first: Counting
    second: Counting

    def add(self, encoded: Encoded) -> None:
        self.first.add(encoded)
        self.second.add(encoded)


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
