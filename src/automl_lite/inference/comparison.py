"""Two batches of one model beside each other: what has changed from one to the other, beyond chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from automl_lite.errors import shorten
from automl_lite.inference.drift import ALPHA, LEVELS, MISSING_EFFECTS, PSI_EFFECTS, graded
from automl_lite.inference.pvalues import comparable_levels, holm, homogeneity, joined, kolmogorov, psi, two_shares

_SHOWN = 20  # levels in a distribution that is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChange:
    """How a column (or the answers: ``column`` empty) differs between the batches a and b.

    ``p_value`` is the smallest of the column's tests, adjusted for all tests; ``shares`` has ``edges`` or ``levels``
    and the shares (0–1) of ``a`` and ``b``.
    """

    column: str
    kind: str
    severity: str
    p_value: float
    psi: float | None
    missing_a: float
    missing_b: float
    message: str
    shares: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed; ``columns`` has the worst first. ``prediction`` is about the answers (None: not kept)."""

    severity: str
    verdict: str
    columns: tuple[ColumnChange, ...]
    prediction: ColumnChange | None

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


@dataclass(slots=True)
class _Finding:
    column: str
    kind: str
    missing: tuple[float, float] = (0.0, 0.0)
    p: list[float] = field(default_factory=list)
    effects: list[tuple[float, tuple[float, float]]] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    psi: float | None = None
    shares: dict[str, Any] = field(default_factory=dict)


def compare_counts(a: Mapping[str, Any], b: Mapping[str, Any]) -> Comparison:
    """Compare what ``Watch.counts`` gave for two batches of the same model.

    The tests are those of ``drift`` (Kolmogorov–Smirnov, chi-square, Yates), adjusted together (Holm 1979).
    """
    findings = [
        _column(name, a["columns"][name], b["columns"][name], a["n_rows"], b["n_rows"])
        for name in a["columns"]
        if name in b["columns"]
    ]
    answers = _answers(a, b)
    tested = [*findings, *([answers] if answers else [])]
    adjusted = holm([p for finding in tested for p in finding.p])
    told, start = list[ColumnChange](), 0
    for finding in tested:
        told.append(_told(finding, adjusted[start : start + len(finding.p)]))
        start += len(finding.p)
    prediction = told.pop() if answers else None
    told.sort(key=lambda c: (-LEVELS.index(c.severity), c.p_value))
    severity = max([c.severity for c in [*told, *([prediction] if prediction else [])]], key=LEVELS.index)
    return Comparison(severity=severity, verdict=_verdict(told, prediction), columns=tuple(told), prediction=prediction)


def _column(name: str, a: Mapping[str, Any], b: Mapping[str, Any], n_a: int, n_b: int) -> _Finding:
    missing = (a["n_missing"] / max(n_a, 1), b["n_missing"] / max(n_b, 1))
    said = repr(shorten(name, 60))
    finding = _Finding(
        column=name,
        kind=a["kind"],
        missing=missing,
        p=[two_shares(a["n_missing"], n_a, b["n_missing"], n_b)],
        effects=[(abs(missing[1] - missing[0]), MISSING_EFFECTS)],
        sentences=[f"{said} has no value in {missing[1]:.1%} of rows; before in {missing[0]:.1%}."],
    )
    if "edges" in a and "edges" in b:
        _numbers(finding, said, a, b)
    elif "levels" in a and "levels" in b:
        _levels(finding, said, a["levels"], b["levels"], a["n_rest"], b["n_rest"])
    return finding


def _answers(a: Mapping[str, Any], b: Mapping[str, Any]) -> _Finding | None:
    finding = _Finding(column="", kind="prediction")
    if a["answers"] and b["answers"]:
        _numbers(finding, "The answer", a["answers"], b["answers"])
    elif a["labels"] and b["labels"]:
        _levels(finding, "The predicted label", a["labels"], b["labels"], 0, 0)
    else:
        return None
    return finding


def _numbers(finding: _Finding, said: str, a: Mapping[str, Any], b: Mapping[str, Any]) -> None:
    if a["edges"] != b["edges"]:
        return
    before, now = np.array(a["counts"], np.float64), np.array(b["counts"], np.float64)
    p, q = before / max(before.sum(), 1.0), now / max(now.sum(), 1.0)
    finding.psi = psi(before, now)
    finding.p.append(kolmogorov(before, now)[1])
    finding.effects.append((finding.psi, PSI_EFFECTS))
    gaps = np.cumsum(q)[:-1] - np.cumsum(p)[:-1]
    if len(gaps):
        at = int(np.abs(gaps).argmax())
        above = (1 - float(q[: at + 1].sum()), 1 - float(p[: at + 1].sum()))
        said = f"{said} is above {a['edges'][at]:.4g} in {above[0]:.1%} of rows; before in {above[1]:.1%}."
    finding.sentences.append(said)
    finding.shares = {"edges": list(a["edges"]), "a": p.tolist(), "b": q.tolist()}


def _levels(finding: _Finding, said: str, a: Mapping[str, int], b: Mapping[str, int], rest_a: int, rest_b: int) -> None:
    levels = sorted(comparable_levels(a, b, rest_a, rest_b), key=lambda v: (-a.get(v, 0) - b.get(v, 0), v))
    known = set(levels)
    before = np.array([*(a.get(v, 0) for v in levels), rest_a + sum(n for v, n in a.items() if v not in known)])
    now = np.array([*(b.get(v, 0) for v in levels), rest_b + sum(n for v, n in b.items() if v not in known)])
    p, q = before / max(before.sum(), 1), now / max(now.sum(), 1)
    finding.psi = psi(*joined(before, now))
    finding.p.append(homogeneity(before, now))
    finding.effects.append((finding.psi, PSI_EFFECTS))
    at = int(np.abs(q - p).argmax())
    level = repr(shorten(levels[at], 40)) if at < len(levels) else "one of its rarer levels"
    finding.sentences.append(f"{said} is {level} in {q[at]:.1%} of rows; before in {p[at]:.1%}.")
    shown = slice(0, min(len(levels), _SHOWN))
    finding.shares = {"levels": levels[shown], "a": p[shown].tolist(), "b": q[shown].tolist()}


def _told(finding: _Finding, adjusted: list[float]) -> ColumnChange:
    severity, sentences = "none", []
    for p, (effect, bounds), sentence in zip(adjusted, finding.effects, finding.sentences, strict=True):
        if p <= ALPHA:
            severity = max(severity, graded(effect, bounds), key=LEVELS.index)
            sentences.append(sentence)
    return ColumnChange(
        column=finding.column,
        kind=finding.kind,
        severity=severity,
        p_value=min(adjusted, default=1.0),
        psi=finding.psi,
        missing_a=finding.missing[0],
        missing_b=finding.missing[1],
        message=" ".join(sentences) or "No more than chance would do.",
        shares=finding.shares,
    )


def _verdict(columns: list[ColumnChange], prediction: ColumnChange | None) -> str:
    moved = prediction is not None and prediction.severity != "none"
    changed = [c for c in columns if c.severity != "none"]
    if not changed:
        return "The answers have moved, the columns have not." if moved else "Chance explains every difference."
    worst = ", ".join(repr(shorten(c.column, 40)) for c in changed[:3]) + (" …" if len(changed) > 3 else "")
    answers = " The answers have moved too." if moved else ""
    return f"{len(changed)} of {len(columns)} columns changed beyond chance, most of all {worst}.{answers}"
