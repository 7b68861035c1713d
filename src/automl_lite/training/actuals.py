"""Rows whose true answer is known: what models say about them is gathered piece by piece, then measured."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from automl_lite.domain.columns import Kind
from automl_lite.errors import AutoMLLiteError
from automl_lite.inference import Contract, Predictor
from automl_lite.inference.contract import truth_of
from automl_lite.inference.encode import Encoded
from automl_lite.inference.predictor import Counting, Scores
from automl_lite.training import validation
from automl_lite.training.evaluation import evaluate

MAX_SEGMENT_ROWS = 200_000  # among so many rows the worst segments are looked for; their columns stay in memory


class NothingToMeasure(AutoMLLiteError):
    """No row of the file has both an answer of the model and a true one."""

    code = "nothing-to-measure"

    def __init__(self, target: str, n_rows: int) -> None:
        super().__init__(
            f"None of the {n_rows:,} rows has a value of {target!r} that the model knows.",
            hint="Check that the target column holds the true answers, spelled as in training.",
        )


class NotRivals(AutoMLLiteError):
    """Two models that cannot answer the same question."""

    code = "not-rivals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """How a model does on rows with a truth.

    ``evaluation`` is that of the training report, made of these rows; ``changes`` and ``summary`` set it beside the
    one at test time (empty without one); ``n_left_out`` counts rows without a truth that the model knows, or without
    an answer.
    """

    evaluation: dict[str, Any]
    changes: list[validation.Change]
    summary: str
    segments: list[validation.Segment]
    duel: validation.Duel | None
    n_rows: int
    n_left_out: int

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def truth_kind(contract: Contract) -> Kind:
    """Return the kind that the target column is to be read as: labels as they stand, or numbers."""
    return Kind.CATEGORY if contract.task.is_classification else Kind.NUMBER


def check_rivals(champion: Contract, challenger: Contract) -> None:
    """Raise NotRivals unless both models answer the same question."""
    same = champion.task is challenger.task and set(champion.classes) == set(challenger.classes)
    if not same or champion.target != challenger.target:
        raise NotRivals(
            f"One model answers {champion.target!r} ({champion.task}), the other {challenger.target!r} "
            f"({challenger.task}) or has other classes.",
            hint="Compare models that were trained for the same target.",
        )


class Actuals:
    """Truths and the answers of one or two models to the same rows; kept are rows that every model could read.

    Parameters
    ----------
    predictors : sequence of Predictor
        The model, and its challenger if there is one.
    n_rows : int, optional
        How many rows there will be; of more than ``MAX_SEGMENT_ROWS`` a random part is searched for segments.
    """

    def __init__(self, predictors: Sequence[Predictor], *, n_rows: int = 0) -> None:
        if len(predictors) > 1:
            check_rivals(predictors[0].contract, predictors[1].contract)
        self._predictors = predictors
        self._contract = predictors[0].contract
        self._share = min(1.0, MAX_SEGMENT_ROWS / max(n_rows, 1))
        self._rng = np.random.default_rng(0)
        self._kept = _Kept()
        self._truths: list[Any] = []
        self._answers: list[list[Any]] = [[] for _ in predictors]
        self._intervals: list[Any] = []
        self._searched: list[NDArray[np.bool_]] = []
        self._n_rows = 0

    def add(
        self, columns: Mapping[str, Any], n_rows: int, *, wrong: Collection[int] = (), tally: Counting | None = None
    ) -> Scores:
        """Let every model answer some rows; return what the first one says.

        ``columns`` holds the target as well; ``wrong`` are rows (0-based) that are known to be unreadable; ``tally``
        looks at the rows as the first model takes them.
        """
        contract = self._contract
        scored = []
        for i, predictor in enumerate(self._predictors):
            known = {c.name: columns[c.name] for c in predictor.contract.inputs if c.name in columns}
            own = tally or predictor.tally()
            counting: Counting = _Both(own, self._kept) if i == 0 else predictor.tally()
            scored.append(predictor.score(known, collect=True, allow_absent=True, tally=counting))
        bad = set(wrong).union(*(s.errors for s in scored))
        values = columns[contract.target]
        found = truths_of(self._predictors[0], values.tolist() if hasattr(values, "tolist") else values)
        good = [i for i, truth in enumerate(found) if truth is not None and i not in bad]
        self._n_rows += n_rows
        self._truths += [found[i] for i in good]
        searched = self._rng.random(len(good)) < self._share if self._share < 1 else np.ones(len(good), bool)
        self._searched.append(searched)
        self._kept.close(np.asarray(good, dtype=np.intp)[searched])
        for i, (predictor, scores) in enumerate(zip(self._predictors, scored, strict=True)):
            told = scores.probabilities if contract.task.is_classification else scores.predictions
            order = [predictor.contract.classes.index(c) for c in contract.classes]
            array = np.asarray(told, dtype=np.float64)[good]
            self._answers[i].append(array[:, order] if contract.task.is_classification else array)
        if scored[0].intervals is not None:
            self._intervals.append(scored[0].intervals[good])
        return scored[0]

    def validate(self, *, metric: str = "auto", before: Mapping[str, Any] | None = None) -> Validation:
        """Measure what was gathered.

        Parameters
        ----------
        metric : str, default="auto"
            The metric that verdict and duel are about.
        before : mapping, optional
            The evaluation at test time, as ``Evaluation.as_dict`` gave it.

        Raises
        ------
        NothingToMeasure
            No row has both a truth and an answer.
        """
        contract = self._contract
        if not self._truths:
            raise NothingToMeasure(contract.target, self._n_rows)
        y = np.array(self._truths)
        answers = [np.concatenate(parts) for parts in self._answers]
        thresholds = [0.5 if p.contract.threshold is None else p.contract.threshold for p in self._predictors]
        positive = contract.classes.index(contract.positive) if contract.positive else 1
        evaluation = evaluate(
            contract.task,
            y,
            answers[0],
            classes=contract.classes,
            metric=metric,
            baseline_prediction=_constant_guess(contract, y),
            positive=contract.positive or None,
            threshold=thresholds[0],
            intervals=np.concatenate(self._intervals) if self._intervals else None,
            level=contract.interval_level or 0.9,
            unit=contract.unit,
        ).as_dict()
        searched = np.concatenate(self._searched)
        errors = validation.row_errors(contract.task, y, answers[0], threshold=thresholds[0], positive=positive)
        kinds = {c.name: c.kind for c in contract.inputs}
        changes = validation.changes(evaluation, before, unit=contract.unit) if before else []
        duel = None
        if len(answers) > 1:
            both = (thresholds[0], thresholds[1])
            duel = validation.duel(contract.task, metric, y, *answers, thresholds=both, positive=positive)
        return Validation(
            evaluation=evaluation,
            changes=changes,
            summary=validation.overall(changes, evaluation["primary"]) if changes else "",
            segments=validation.worst_segments(self._kept.columns(), kinds, contract.task, errors[searched]),
            duel=duel,
            n_rows=self._n_rows,
            n_left_out=self._n_rows - len(y),
        )


class _Kept:
    """The columns as the graph took them, for rows that are looked at again."""

    def __init__(self) -> None:
        self._open: list[Encoded] = []
        self._parts: dict[str, list[Any]] = {}

    def add(self, encoded: Encoded) -> None:
        self._open.append(encoded)

    def close(self, rows: NDArray[np.intp]) -> None:
        """Keep these rows (0-based in the chunk that was scored) of what was added since the last call."""
        for name in self._open[0].feed if self._open else ():
            whole = np.concatenate([encoded.feed[name][:, 0] for encoded in self._open])
            self._parts.setdefault(name, []).append(whole[rows])
        self._open.clear()

    def columns(self) -> dict[str, Any]:
        return {name: np.concatenate(parts) for name, parts in self._parts.items()}


@dataclass(frozen=True, slots=True)
class _Both:
    """Two that look at every chunk."""

    first: Counting
    second: Counting

    def add(self, encoded: Encoded) -> None:
        self.first.add(encoded)
        self.second.add(encoded)


def truths_of(predictor: Predictor, values: Sequence[Any]) -> list[Any]:
    """Return class positions or numbers; None for rows whose true answer is missing or unknown to the model."""
    contract = predictor.contract
    if not contract.task.is_classification:
        return [_number(v) for v in values]
    position = {text: i for i, text in enumerate(contract.classes)}
    own = {label: i for i, label in enumerate(predictor.classes_)}
    # A column of "yes" and "no" may come typed, as true and false.
    truths = {truth_of(text): i for i, text in enumerate(contract.classes)}
    if None not in truths and len(truths) == 2 and any(isinstance(v, bool) for v in values):
        return [truths.get(v) if isinstance(v, bool) else None for v in values]
    return [None if v is None else position.get(str(v), own.get(_own(contract, v))) for v in values]


def _own(contract: Contract, value: Any) -> Any:
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


def _constant_guess(contract: Contract, y: NDArray[Any]) -> NDArray[np.float64]:
    """Return the best constant answer: training's mean or class shares; those of these rows where it kept none."""
    if not contract.task.is_classification:
        mean = (contract.as_dict().get("target_range") or {}).get("mean")
        return np.full(len(y), float(y.mean()) if mean is None else float(mean))
    shares = contract.as_dict().get("class_shares") or np.bincount(y, minlength=len(contract.classes)) / len(y)
    return np.tile(np.asarray(shares, dtype=np.float64), (len(y), 1))
