"""Columns that alone give the target away; how well this works is told in ``docs/adr/0006-leak-suspects.md``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from automl_lite.domain.columns import Column, Kind, Notice
from automl_lite.errors import shorten
from automl_lite.ingest.association import (
    MAX_CLASSES,
    Truth,
    accuracy,
    bins,
    class_skills,
    groups,
    joint_skill,
    neighbour_skill,
    skill,
)
from automl_lite.ingest.fetch import STRING_KINDS, Flags
from automl_lite.ingest.notices import quoted
from automl_lite.ingest.sample import Codes, Drawn

MIN_ROWS = 30  # known answers; among fewer, chance alone fits a column to them
# The share of the target's variation that a column must explain by itself, and how much of what all other columns
# leave open may remain. On clean data no column passes either pair: see the ADR.
CLASS_SKILL, CLASS_REST = 0.45, 0.6
NUMBER_SKILL, NUMBER_REST = 0.9, 0.5
PATTERN_SKILL = 0.85  # of a pattern in texts: how a text begins may well say what it is about
# The same for one class against all others, of three or more.
ONE_SKILL, ONE_REST = 0.82, 0.4
CLASS_COVERED, NUMBER_COVERED = (
    0.9,
    0.97,
)  # where the others together explain so much, one that explains more is no wonder
_LEAST_SHARE = 0.02  # of the class
CERTAIN = 0.99  # from here on the other columns do not matter
_PENALTY = 1.0  # added to the limits, over the root of the number of rows
_KEPT = 40  # columns whose groups stay in memory for comparing
_COMPARED = 16
_COARSE_BINS = 24
_FEW_LEVELS = 20
_GLIMPSE = 200  # rows
_PRESENCE = "whether there is a value in "
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"\w+")

# What in a text may give the target away besides the whole of it: (what it is, how to take it).
_PATTERNS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("the first character of ", lambda text: text[:1]),
    ("the first 2 characters of ", lambda text: text[:2]),
    ("the first 3 characters of ", lambda text: text[:3]),
    ("the letters at the beginning of ", lambda text: _first(_LETTERS, text)),
    ("the first word of ", lambda text: _first(_WORD, text)),
    ("the last character of ", lambda text: text[-1:]),
    ("the last 2 characters of ", lambda text: text[-2:]),
    ("the length of ", len),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one column, or a pattern in it, tells of the target by itself.

    Parameters
    ----------
    column : Column
    what : str
        Stands before the column's name in a sentence; empty for its values.
    skill : float
        Share of the target's variation that is explained, at most 1; ``-inf`` if nothing was tried.
    codes : ndarray of int64
        The groups that explain it, one for each row with a known target.
    coarse : ndarray of int64
        Fewer groups, for the mix with others.
    same : bool
        Whether each value goes with one class, and each class with one value.
    one : int
        The class, of three or more, that is told best from all others; -1 if there are fewer.
    one_skill : float
        The same share for this class against all others.
    one_codes : ndarray of int64, optional
        The groups that explain it.
    one_what : str
        As ``what``.
    """

    column: Column
    what: str
    skill: float
    codes: Codes
    coarse: Codes
    same: bool = False
    one: int = -1
    one_skill: float = -np.inf
    one_codes: Codes | None = None
    one_what: str = ""

    @property
    def is_pattern(self) -> bool:
        """Whether it is a part of the text that tells, rather than the value or its absence."""
        return self.what not in ("", _PRESENCE)


def tells(drawn: Drawn, truth: Truth) -> Told:
    """Find what a column tells of the target, by its values or by the best of the patterns in them."""
    codes = groups(drawn, truth.known)
    coarse = codes if drawn.numbers is None else bins(drawn.numbers[truth.known], _COARSE_BINS)
    tried = list(_tried(drawn, truth, codes))
    what, best, best_codes = max(tried, key=lambda item: item[1], default=("", -np.inf, codes))
    same = truth.classes is not None and not what and _is_same(drawn, truth.known, truth.classes)
    told = Told(drawn.column, what, best, best_codes, coarse, same)
    if truth.values.shape[1] < 3 or truth.classes is None:
        return told
    frequent = truth.values.mean(axis=0) >= _LEAST_SHARE
    frequent[MAX_CLASSES - 1 :] = False  # a mixture of rare ones
    for one_what, _, one_codes in tried:
        skills = np.where(frequent, class_skills(one_codes, truth), -np.inf)
        if one_what in ("", _PRESENCE) and skills.max() > told.one_skill:
            one = int(skills.argmax())
            told = replace(told, one=one, one_skill=float(skills[one]), one_codes=one_codes, one_what=one_what)
    return told


def _tried(drawn: Drawn, truth: Truth, codes: Codes) -> Iterator[tuple[str, float, Codes]]:
    kind = drawn.column.kind
    missing = drawn.missing[truth.known]
    if missing.any() and not missing.all():
        # First, so that it is named where the values add nothing to it.
        yield _PRESENCE, skill(missing.astype(np.int64), truth) + 1e-9, missing.astype(np.int64)
    if kind is Kind.DATETIME:
        return  # that things change with time is no leak
    if kind is not Kind.ID:
        yield "", skill(codes, truth), codes
        if drawn.numbers is not None:
            yield "", neighbour_skill(drawn.numbers[truth.known], truth), codes
    if kind in STRING_KINDS and len(drawn.levels) > _FEW_LEVELS:
        if kind is Kind.ID and all(level is None or level.isdecimal() for level in drawn.levels):
            yield from _number_tried(drawn, truth)
            return
        for what, take in _PATTERNS:
            known: dict[object, int] = {}
            parts = (None if level is None else take(level) for level in drawn.levels)
            place = np.array([known.setdefault(part, len(known)) for part in parts], np.int64)
            if 1 < len(known) <= len(drawn.levels) // 2:
                taken = place[drawn.codes[truth.known]]
                yield what, skill(taken, truth), taken


def _number_tried(drawn: Drawn, truth: Truth) -> Iterator[tuple[str, float, Codes]]:
    """What the number that identifies a row tells: its rank may be that of the target."""
    values = np.array([np.nan if level is None else float(level) for level in drawn.levels])
    numbers = values[drawn.codes[truth.known]]
    steps = np.diff(numbers[~np.isnan(numbers)])
    if (steps > 0).all() or (steps < 0).all():
        return  # it follows the order of the rows, as a running number does
    codes = bins(numbers, _COARSE_BINS)
    found = max(skill(codes, truth), neighbour_skill(numbers, truth))
    if found >= CERTAIN:
        yield "", found, codes


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.match(text)
    return found.group() if found else ""


def _is_same(drawn: Drawn, known: Flags, classes: Codes) -> bool:
    n_classes = int((np.bincount(classes) > 0).sum())
    if drawn.numbers is not None:
        first = drawn.numbers[known][:_GLIMPSE]
        if len(set(first[~np.isnan(first)].tolist())) > n_classes:
            return False  # without numbering all values
    codes = drawn.codes[known]
    pairs = len(np.unique(codes * (int(classes.max(initial=0)) + 1) + classes))
    return pairs == len(np.unique(codes)) == n_classes > 1


class LeakSearch:
    """Collects what the columns tell, one by one, and names the suspects at the end."""

    def __init__(self, truth: Truth, classes: Sequence[str]) -> None:
        self._truth = truth
        self._classes = classes
        self._told: list[Told] = []
        n = len(truth.values)
        self._is_possible = n >= MIN_ROWS and bool((truth.values.std(axis=0) > 0).any())
        least, self._rest = (CLASS_SKILL, CLASS_REST) if truth.classes is not None else (NUMBER_SKILL, NUMBER_REST)
        self._covered = CLASS_COVERED if truth.classes is not None else NUMBER_COVERED
        self._least = least + _PENALTY * (1 - least) / max(n, 1) ** 0.5

    def add(self, told: Told) -> None:
        """Take in a column; only those that tell most are kept."""
        self._told.append(told)
        if len(self._told) > 2 * _KEPT:
            self._told = sorted(self._told, key=lambda told: -max(told.skill, told.one_skill))[:_KEPT]

    def suspects(self) -> list[tuple[Told, float]]:
        """Return the suspects, the surest first, each with the skill of the other columns together."""
        found: list[tuple[Told, float]] = []
        for candidate in sorted(self._told, key=lambda told: -told.skill):
            if not self._is_possible or candidate.skill < self._least:
                break
            if candidate.is_pattern and candidate.skill < PATTERN_SKILL:
                continue
            together = self._others([*(suspect for suspect, _ in found), candidate], self._truth)
            stands_out = together < self._covered and 1 - candidate.skill <= self._rest * (1 - together)
            if candidate.skill >= CERTAIN or stands_out:
                found.append((candidate, together))
        return found

    def one_class_suspects(self, known: Sequence[Told]) -> list[tuple[Told, float]]:
        """Return columns that give one class of several away, the ``known`` suspects left out."""
        found: list[tuple[Told, float]] = []
        for candidate in sorted(self._told, key=lambda told: -told.one_skill):
            if not self._is_possible or candidate.one_skill < ONE_SKILL:
                break
            suspected = [*known, *(suspect for suspect, _ in found), candidate]
            if _in(candidate, known):
                continue
            together = self._others(suspected, self._truth.one(candidate.one))
            if together < CLASS_COVERED and 1 - candidate.one_skill <= ONE_REST * (1 - together):
                found.append((candidate, together))
        return found

    def _others(self, suspected: Sequence[Told], truth: Truth) -> float:
        """What the columns that are not suspected tell together."""
        others = [told for told in self._told if not _in(told, suspected) and max(told.skill, told.one_skill) > 0]
        others.sort(key=lambda told: -max(told.skill, told.one_skill))
        return joint_skill([told.coarse for told in others[:_COMPARED]], truth)

    def notices(self, target: str, n_columns: int) -> list[Notice]:
        """Return a notice for each suspect."""
        found = self.suspects()
        told = [self._notice(told, together, target, n_columns > len(found)) for told, together in found]
        for suspect, together in self.one_class_suspects([suspect for suspect, _ in found]):
            what = _subject(suspect.one_what, suspect.column)
            message = f'{what} alone tells "{shorten(self._classes[suspect.one], 40)}" from all other values of '
            message += f"{quoted(target)}: it explains {_percent(suspect.one_skill)} of the difference"
            facts = {"skill": round(suspect.one_skill, 4), "others": round(together, 4), "class": suspect.one}
            told.append(_suspicion(suspect.column, message + _beside(suspect.one_skill, together), facts))
        return told

    def _notice(self, told: Told, together: float, target: str, others_remain: bool) -> Notice:
        what = _subject(told.what, told.column)
        facts = {"skill": round(told.skill, 4), "others": round(together, 4), "pattern": told.what.strip()}
        if told.same and others_remain:
            return Notice(
                code="leak-suspect",
                message=f"{what} says the same as {quoted(target)} in other words: each value goes with one answer.",
                column=told.column.name,
                remedy="It is left out, since it would not be known when a prediction is needed.",
                action="keep",
                facts=facts,
            )
        if self._truth.classes is not None:
            right = accuracy(told.codes, self._truth.classes)
            facts["accuracy"] = round(right, 4)
            message = f"{what} alone gives the right {quoted(target)} in {_percent(right)} of the rows"
        else:
            message = f"{what} alone explains {_percent(told.skill)} of the differences in {quoted(target)}"
        return _suspicion(told.column, message + _beside(told.skill, together), facts)


def _suspicion(column: Column, message: str, facts: dict[str, Any]) -> Notice:
    return Notice(
        code="leak-suspect",
        message=message,
        column=column.name,
        remedy="Leave it out unless it is known before the answer is: such columns are often filled in afterwards or "
        "computed from the answer, and the model will fail in use.",
        action="drop",
        facts=facts,
    )


def _subject(what: str, column: Column) -> str:
    return what[:1].upper() + what[1:] + quoted(column.name)


def _in(told: Told, suspected: Sequence[Told]) -> bool:
    """Whether a column is a suspect or a copy of one."""
    return any(
        told is suspect or (len(told.codes) == len(suspect.codes) and np.array_equal(told.codes, suspect.codes))
        for suspect in suspected
    )


def _percent(share: float) -> str:
    return "100%" if share >= 0.9999 else f"{min(share, 0.999):.1%}"


def _beside(alone: float, together: float) -> str:
    if together <= 0.01:
        return "; the other columns together tell next to nothing."
    if together >= alone:
        return "."
    return f"; all other columns together explain {_percent(together)} of what there is to tell."
