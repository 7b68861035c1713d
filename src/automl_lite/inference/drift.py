"""Has the world moved? A batch of rows, counted chunk by chunk, against what the model file keeps of its training."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from automl_lite.domain.columns import Kind
from automl_lite.errors import shorten
from automl_lite.inference.contract import Contract, InputColumn
from automl_lite.inference.encode import Array, Encoded
from automl_lite.inference.estimate import Estimate, Expected
from automl_lite.inference.predictor import Scores
from automl_lite.inference.pvalues import (
    Counts,
    all_new,
    comparable_levels,
    holm,
    homogeneity,
    joined,
    kolmogorov,
    psi,
    two_shares,
)
from automl_lite.inference.sketch import Sketch

ALPHA = 0.01  # chance of any alarm at all in a batch that is like training; all tests share it
MAX_KEPT_LEVELS = 1_000  # of a column, in what is kept of a batch
MAX_NEW_LEVELS = 10_000  # told apart in a column; a free text would fill the memory
LEVELS = ("none", "slight", "moderate", "strong")
# Effects from which a change that is not chance is moderate, and strong. PSI: Siddiqi (2006); the others are ours.
PSI_EFFECTS, MISSING_EFFECTS, _NEW = (0.1, 0.25), (0.05, 0.2), (0.01, 0.1)
_SHOWN = 20  # levels in a distribution that is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDrift:
    """How a column of a batch differs from training.

    Parameters
    ----------
    severity : str
        ``"none"`` (chance would explain it), ``"slight"``, ``"moderate"`` or ``"strong"``.
    p_value : float
        The smallest of the column's tests, adjusted for all tests of the batch.
    psi : float or None
        Population stability index; None where the file keeps no distribution (text, date-times).
    test, distance :
        ``"Kolmogorov-Smirnov"`` with its distance, ``"chi-square"`` without one, or empty.
    new_levels : dict
        Levels that training never saw → rows, the commonest 10; ``new_share`` is the share (0–1) of all such rows.
    shares : dict
        ``edges`` or ``levels`` with the shares (0–1) of ``training`` and ``batch``, for a picture.
    """

    column: str
    kind: str
    severity: str
    p_value: float
    message: str
    missing_share: float
    missing_share_training: float
    psi: float | None = None
    test: str = ""
    distance: float | None = None
    new_levels: dict[str, int] = field(default_factory=dict)
    new_share: float = 0.0
    shares: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """A batch against training; ``columns`` has the worst first, ``as_dict`` is plain JSON."""

    n_rows: int
    n_training_rows: int
    alpha: float
    severity: str
    verdict: str
    columns: tuple[ColumnDrift, ...]
    prediction: ColumnDrift | None
    not_compared: dict[str, str]
    estimate: Estimate | None

    @property
    def drifted(self) -> tuple[ColumnDrift, ...]:
        """The columns that changed beyond chance, the worst first."""
        return tuple(c for c in self.columns if c.severity != "none")

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


@dataclass(slots=True)
class _Seen:
    """What one column of the batch held so far."""

    n_missing: int = 0
    bins: Counts | None = None
    levels: Counter[str] = field(default_factory=Counter)
    n_overflow: int = 0


@dataclass(slots=True)
class _Finding:
    """One column before the tests are adjusted for each other."""

    column: InputColumn | None
    p: list[float]
    effects: list[tuple[float, tuple[float, float]]]
    sentences: list[str]
    facts: dict[str, Any]


class Watch:
    """Counts the rows of a batch, chunk by chunk; ``report`` compares them with training.

    Parameters
    ----------
    contract : Contract
        Of the model; it keeps the training distribution of each column.

    Examples
    --------
    ``watch = Watch(predictor.contract)``, then for each chunk ``watch.add_scores(predictor.score(chunk, tally=watch))``
    and at the end ``watch.report()``.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._n_rows = 0
        self._sketches = {c.name: Sketch.from_dict(c.details.get("histogram")) for c in contract.inputs}
        self._seen = {c.name: _Seen() for c in contract.inputs}
        reference = contract.as_dict().get("predictions") or {}
        self._answers_before = Sketch.from_dict(reference)
        self._labels_before: dict[str, int] = dict(reference.get("labels") or {})
        self._answers: Counts | None = None
        self._labels: Counter[str] = Counter()
        self._expected = Expected(contract) if contract.task.is_classification else None

    def add(self, encoded: Encoded) -> None:
        """Count the columns of one chunk."""
        self._n_rows += encoded.n_rows
        for column in self._contract.inputs:
            seen, values = self._seen[column.name], encoded.feed[column.name][:, 0]
            if column.type == "float":
                seen.n_missing += int(np.isnan(values).sum())
                sketch = self._sketches[column.name]
                if sketch is not None:
                    counts = sketch.count(values)
                    seen.bins = counts if seen.bins is None else seen.bins + counts
                continue
            seen.n_missing += int((values == "").sum())
            if column.kind in (Kind.CATEGORY, Kind.BOOLEAN):
                self._add_levels(seen, values, frozenset(column.values))

    def _add_levels(self, seen: _Seen, values: Array, known: frozenset[str]) -> None:
        for level, n in Counter(values.tolist()).items():
            if level in known or level in seen.levels or len(seen.levels) < len(known) + MAX_NEW_LEVELS:
                seen.levels[level] += n
            else:
                seen.n_overflow += n
        seen.levels.pop("", None)

    def add_scores(self, scores: Scores) -> None:
        """Count the answers of one chunk; rows without an answer are left out."""
        keep = np.ones(len(scores.predictions), bool)
        keep[[row for row in scores.errors if row < len(keep)]] = False
        predictions = scores.predictions[keep]
        if scores.probabilities is None:
            self._count_answers(predictions)
            return
        probabilities = scores.probabilities[keep].astype(np.float64)
        if self._expected is not None:
            self._expected.add(predictions, probabilities)
        if self._answers_before is not None and self._contract.positive:
            self._count_answers(probabilities[:, self._contract.classes.index(self._contract.positive)])
        self._labels.update(predictions.tolist())

    def _count_answers(self, values: Array) -> None:
        if self._answers_before is not None:
            counts = self._answers_before.count(values)
            self._answers = counts if self._answers is None else self._answers + counts

    def counts(self) -> dict[str, Any]:
        """Return what was counted as plain JSON values, for ``inference.comparison`` of two batches.

        Levels beyond the commonest ``MAX_KEPT_LEVELS`` of a column are one number, ``n_rest``.
        """
        columns = {}
        for column in self._contract.inputs:
            seen = self._seen[column.name]
            told: dict[str, Any] = {"kind": column.kind.value, "n_missing": seen.n_missing}
            sketch = self._sketches[column.name]
            if sketch is not None and seen.bins is not None:
                told |= {"edges": list(sketch.edges), "counts": seen.bins.astype(int).tolist()}
            elif column.kind in (Kind.CATEGORY, Kind.BOOLEAN):
                kept = dict(seen.levels.most_common(MAX_KEPT_LEVELS))
                told |= {"levels": kept, "n_rest": seen.levels.total() + seen.n_overflow - sum(kept.values())}
            columns[column.name] = told
        answers = None
        if self._answers_before is not None and self._answers is not None:
            answers = {"edges": list(self._answers_before.edges), "counts": self._answers.astype(int).tolist()}
        return {"n_rows": self._n_rows, "columns": columns, "answers": answers, "labels": dict(self._labels)}

    def report(self) -> DriftReport:
        """Compare everything counted so far with training."""
        data = self._contract.as_dict()
        n_training = int(data.get("n_training_rows") or 0)
        findings = [self._column(c, n_training) for c in self._contract.inputs]
        answers = self._prediction()
        tested = [*findings, answers] if answers is not None else findings
        adjusted = holm([p for finding in tested for p in finding.p])
        told, start = list[ColumnDrift](), 0
        for finding in tested:
            told.append(_told(finding, adjusted[start : start + len(finding.p)]))
            start += len(finding.p)
        prediction = told.pop() if answers is not None else None
        told.sort(key=lambda c: (-LEVELS.index(c.severity), c.p_value))
        severity = max([c.severity for c in [*told, *([prediction] if prediction else [])]], key=LEVELS.index)
        return DriftReport(
            n_rows=self._n_rows,
            n_training_rows=n_training,
            alpha=ALPHA,
            severity=severity,
            verdict=_verdict(told, prediction, self._n_rows, n_training),
            columns=tuple(told),
            prediction=prediction,
            not_compared=self._not_compared(n_training),
            estimate=self._expected.estimate() if self._expected is not None else None,
        )

    def _not_compared(self, n_training: int) -> dict[str, str]:
        reasons = {}
        for column in self._contract.inputs:
            if not n_training:
                reasons[column.name] = "The model file does not say how many rows it was trained on: train again."
            elif column.kind is Kind.DATETIME:
                reasons[column.name] = "Time goes on: only missing values are compared."
            elif column.kind in (Kind.TEXT, Kind.ID):
                reasons[column.name] = "The file keeps no distribution of texts: only missing values are compared."
            elif column.type == "float" and self._sketches[column.name] is None:
                reasons[column.name] = "The model file keeps no distribution of it: train again."
        return reasons

    def _column(self, column: InputColumn, n_training: int) -> _Finding:
        seen, name = self._seen[column.name], repr(shorten(column.name, 60))
        n_before = round(n_training * column.missing_share)
        now = seen.n_missing / self._n_rows if self._n_rows else 0.0
        finding = _Finding(
            column=column,
            p=[two_shares(n_before, n_training, seen.n_missing, self._n_rows)],
            effects=[(abs(now - column.missing_share), MISSING_EFFECTS)],
            sentences=[f"{name} has no value in {now:.1%} of rows; in training in {column.missing_share:.1%}."],
            facts={"missing_share": now, "missing_share_training": column.missing_share},
        )
        sketch = self._sketches[column.name]
        if sketch is not None and seen.bins is not None:
            _compare_numbers(finding, name, sketch, seen.bins)
        elif column.kind in (Kind.CATEGORY, Kind.BOOLEAN) and n_training:
            _compare_levels(finding, name, column, seen, n_training - n_before)
        return finding

    def _prediction(self) -> _Finding | None:
        facts = {"missing_share": 0.0, "missing_share_training": 0.0}
        finding = _Finding(column=None, p=[], effects=[], sentences=[], facts=facts)
        if self._answers_before is not None and self._answers is not None:
            what = f"The probability of {self._contract.positive!r}" if self._contract.positive else "The prediction"
            _compare_numbers(finding, what, self._answers_before, self._answers)
        elif self._labels_before:
            _compare_shares(finding, "The predicted label", self._labels_before, self._labels)
        else:
            return None
        return finding


def _compare_numbers(finding: _Finding, name: str, sketch: Sketch, now: Counts) -> None:
    before = np.array(sketch.counts, np.float64)
    distance, p = kolmogorov(before, now)
    n, m = max(before.sum(), 1.0), max(now.sum(), 1.0)
    finding.p.append(p)
    finding.effects.append((psi(before, now), PSI_EFFECTS))
    if sketch.edges:
        gaps = np.cumsum(now)[:-1] / m - np.cumsum(before)[:-1] / n
        at = int(np.abs(gaps).argmax())
        above = [1 - float(c[: at + 1].sum()) / total for c, total in ((now, m), (before, n))]
        finding.sentences.append(
            f"{name} is above {sketch.edges[at]:.4g} in {above[0]:.1%} of rows; in training in {above[1]:.1%}."
        )
    else:
        finding.sentences.append(f"{name} was always the same in training, and is not now.")
    finding.facts |= {
        "psi": psi(before, now),
        "test": "Kolmogorov-Smirnov",
        "distance": distance,
        "shares": {"edges": list(sketch.edges), "training": (before / n).tolist(), "batch": (now / m).tolist()},
    }


def _compare_levels(finding: _Finding, name: str, column: InputColumn, seen: _Seen, n_known: int) -> None:
    before = {v: round(s * n_known) for v, s in zip(column.values, column.shares, strict=False)}
    _compare_shares(finding, name, before, seen.levels, n_rare=max(n_known - sum(before.values()), 0))
    if not column.knows_all_levels:
        return
    m = seen.levels.total() + seen.n_overflow
    new = Counter({level: n for level, n in seen.levels.items() if level not in before})
    n_new = new.total() + seen.n_overflow
    if not n_new:
        return
    # A rare level may have missed the training rows. If these rows are like training, each level's rows are spread
    # over both at random; the bound of Bonferroni is over the levels that are as common.
    _, most = new.most_common(1)[0]
    as_common = sum(n + seen.levels[level] >= most for level, n in before.items())
    as_common += sum(n >= most for n in new.values())
    finding.p.append(min(1.0, as_common * all_new(most, n_known, m)))
    finding.effects.append((n_new / m, _NEW))
    shown = ", ".join(repr(shorten(level, 40)) for level, _ in new.most_common(3))
    finding.sentences.append(f"{name} holds values never seen in training in {n_new / m:.1%} of rows, such as {shown}.")
    finding.facts |= {"new_levels": dict(new.most_common(10)), "new_share": n_new / m}


def _compare_shares(
    finding: _Finding, name: str, before: dict[str, int], now: Counter[str], *, n_rare: int = 0
) -> None:
    levels = comparable_levels(before, now, n_rare, 0)
    known = set(levels)
    a = np.array([*(before.get(v, 0) for v in levels), n_rare + sum(n for v, n in before.items() if v not in known)])
    b = np.array([*(now[v] for v in levels), sum(n for v, n in now.items() if v not in known)])
    p, q = a / max(a.sum(), 1.0), b / max(b.sum(), 1.0)
    at = int(np.abs(q - p).argmax())
    moved = psi(*joined(a, b))
    finding.p.append(homogeneity(a, b))
    finding.effects.append((moved, PSI_EFFECTS))
    level = repr(shorten(levels[at], 40)) if at < len(levels) else "one of its rarer levels"
    finding.sentences.append(f"{name} is {level} in {q[at]:.1%} of rows; in training in {p[at]:.1%}.")
    shown = slice(0, min(len(levels), _SHOWN))
    finding.facts |= {
        "psi": moved,
        "test": "chi-square",
        "shares": {"levels": levels[shown], "training": p[shown].tolist(), "batch": q[shown].tolist()},
    }


def graded(effect: float, bounds: tuple[float, float]) -> str:
    """Return how severe a change is that is not chance: moderate and strong from the two bounds on."""
    moderate, strong = bounds
    return "strong" if effect >= strong else "moderate" if effect >= moderate else "slight"


def _told(finding: _Finding, adjusted: list[float]) -> ColumnDrift:
    severity, sentences = "none", []
    for p, (effect, bounds), sentence in zip(adjusted, finding.effects, finding.sentences, strict=True):
        if p <= ALPHA:
            severity = max(severity, graded(effect, bounds), key=LEVELS.index)
            sentences.append(sentence)
    column = finding.column
    return ColumnDrift(
        column="" if column is None else column.name,
        kind="prediction" if column is None else column.kind.value,
        severity=severity,
        p_value=min(adjusted),
        message=" ".join(sentences) or "No more than chance would do.",
        **finding.facts,
    )


def _verdict(columns: list[ColumnDrift], prediction: ColumnDrift | None, n_rows: int, n_training: int) -> str:
    if not n_training:
        return "The model file does not say how many rows it was trained on, so nothing can be compared: train again."
    if not n_rows:
        return "There are no rows to compare."
    drifted = [c for c in columns if c.severity != "none"]
    answers = "" if prediction is None or prediction.severity == "none" else " The answers have moved too."
    if not drifted:
        moved = " The answers have moved, though." if answers else ""
        return f"These {n_rows:,} rows are like those of training; chance explains every difference.{moved}"
    worst = ", ".join(repr(shorten(c.column, 40)) for c in drifted[:3]) + (" …" if len(drifted) > 3 else "")
    n = f"{len(drifted)} of {len(columns)} columns"
    return f"{drifted[0].severity.capitalize()} drift: {n} changed beyond chance, most of all {worst}.{answers}"
