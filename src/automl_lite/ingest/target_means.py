"""Columns that were computed as the mean of the target within groups: target encodings that hold the answers.

Such a column may explain no more than the groups themselves, and still each row's own answer is in it. It is known
by being too good: an honest estimate of the mean of a group misses it by about its standard error, this one does not.
Means that were shrunk towards the overall mean, and means without the row's own answer, are known in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from automl_lite.domain.columns import NUMERIC_KINDS, Column, Kind, Notice
from automl_lite.ingest.engine import Workspace, identifier, literal
from automl_lite.ingest.notices import quoted
from automl_lite.ingest.sample import Codes, Drawn, Floats

_MAX_ANSWERS = 30  # classes that are tried
_MAX_SUSPECTS = 20
_MAX_GROUPINGS = 20
_MIN_GROUPS = 3
_CHANCE = 1e-6  # probability of means being so close by chance
_WITHIN = 0.1  # share of the column's variance that may lie within the groups
_SAME_MEAN = 0.1  # standard deviations of the target between its mean and the column's
_EXACT_MEAN = 0.01
_LINEAR = 0.999  # correlation with the target within groups: a mean without the row's own answer
_CATEGORIES = (Kind.CATEGORY, Kind.INTEGER, Kind.TEXT, Kind.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Answer:
    """A number that stands for the target, or for one class of it: in SQL, and in the sampled rows (NaN is missing)."""

    sql: str
    values: Floats
    what: str


def answers(drawn: Drawn, *, is_classes: bool) -> list[Answer]:
    """Return the numbers whose means an encoding may hold."""
    column, cell, missing = drawn.column, identifier(drawn.column.name), drawn.missing
    found = []
    if column.kind in NUMERIC_KINDS and drawn.numbers is not None:
        found.append(Answer(f"({cell})::DOUBLE", drawn.numbers, f"mean of {quoted(column.name)}"))
    if is_classes and not missing.all():
        texts = _texts(drawn)
        levels, counts = np.unique(drawn.codes[~missing], return_counts=True)
        frequent = levels[np.argsort(-counts, kind="stable")][:_MAX_ANSWERS]
        for level in frequent.tolist():
            inside = np.where(missing, np.nan, (drawn.codes == level).astype(float))
            sql = f"(({cell})::VARCHAR = {literal(texts[level])})::DOUBLE"
            found.append(Answer(sql, inside, f'share of "{texts[level]}" in {quoted(column.name)}'))
        if column.kind not in NUMERIC_KINDS and 2 < len(levels) <= 100:
            # The codes that scikit-learn's LabelEncoder gives to the classes.
            ordered = sorted(texts[level] for level in levels.tolist())
            place = {text: float(i) for i, text in enumerate(ordered)}
            by_code = np.full(int(drawn.codes.max()) + 1, math.nan)
            for code, text in texts.items():
                by_code[code] = place[text]
            sql = f"list_position([{', '.join(map(literal, ordered))}], ({cell})::VARCHAR) - 1.0"
            found.append(Answer(sql, by_code[drawn.codes], f"mean code of {quoted(column.name)}"))
    return found


def _texts(drawn: Drawn) -> dict[int, str]:
    """The value behind each code, as SQL's cast to VARCHAR writes it."""
    if drawn.numbers is None:
        return {i: level for i, level in enumerate(drawn.levels) if level is not None}
    known = ~drawn.missing
    codes, first = np.unique(drawn.codes[known], return_index=True)
    numbers = zip(codes.tolist(), drawn.numbers[known][first].tolist(), strict=True)
    if drawn.column.kind is Kind.BOOLEAN:
        return {code: "true" if number else "false" for code, number in numbers}
    whole = drawn.column.kind is Kind.INTEGER
    return {code: str(int(number)) if whole else str(number) for code, number in numbers}


class MeanSearch:
    """Collects columns that may hold means of the target and columns that may be their groups."""

    def __init__(self, truth: Sequence[Answer]) -> None:
        self._truth = truth
        self._suspects: list[tuple[float, Drawn, Answer]] = []
        self._groupings: list[tuple[Column, Codes]] = []

    def add(self, drawn: Drawn) -> None:
        """Take in a column."""
        if drawn.column.kind in _CATEGORIES and len(self._groupings) < _MAX_GROUPINGS:
            n_levels = int(drawn.codes.max(initial=-1)) + 1
            if _MIN_GROUPS <= n_levels <= len(drawn) // 2:
                self._groupings.append((drawn.column, drawn.codes))
        self._suspects += [(distance, drawn, answer) for distance, answer in self._resembled(drawn)]
        self._suspects = sorted(self._suspects, key=lambda suspect: suspect[0])[:_MAX_SUSPECTS]

    def _resembled(self, drawn: Drawn) -> list[tuple[float, Answer]]:
        """The answers whose means the numbers of a column may be, with the distance between the overall means."""
        if drawn.column.kind not in NUMERIC_KINDS or drawn.numbers is None:
            return []
        found = []
        for answer in self._truth:
            known = ~np.isnan(drawn.numbers) & ~np.isnan(answer.values)
            x, y = drawn.numbers[known], answer.values[known]
            if len(x) < 20 or not 0 < x.std() <= 1.05 * y.std():
                continue
            slope = float(np.mean((x - x.mean()) * (y - y.mean())) / x.var())
            distance = abs(float(x.mean() - y.mean())) / float(y.std())
            # A mean of means is the mean, and a group's mean goes one to one with its answers (more if it was shrunk).
            if distance <= (_SAME_MEAN if 0.3 <= slope <= 10 else _EXACT_MEAN):
                found.append((distance - slope * float(x.std() / y.std()), answer))
        return sorted(found, key=lambda pair: pair[0])[:3]

    def notices(self, ws: Workspace, source: str, known: set[str]) -> list[Notice]:
        """Return a notice for each column that holds means, as all rows of the table show; none for ``known`` ones."""
        found: dict[str, Notice] = {}
        for _, drawn, answer in self._suspects:
            name = drawn.column.name
            if name in known or name in found:
                continue
            own = (drawn.column, drawn.codes)
            for column, codes in [*self._groupings, own]:
                if column.name == name and int(codes.max()) + 1 > len(codes) // 2:
                    continue
                if _may_group(codes, drawn, answer) and _are_means(ws, source, column, drawn.column, answer):
                    found[name] = _notice(drawn.column, column, answer)
                    break
        return list(found.values())


def _notice(column: Column, grouping: Column, answer: Answer) -> Notice:
    within = f"within each {quoted(grouping.name)}" if grouping is not column else "within groups of rows"
    return Notice(
        code="leak-suspect",
        message=f"{quoted(column.name)} is the {answer.what} {within}: it was computed from the answers of these rows.",
        column=column.name,
        remedy="Leave it out. Training encodes categories by itself, without a row's own answer.",
        action="drop",
        facts={"pattern": "target mean", "within": grouping.name},
    )


def _may_group(codes: Codes, drawn: Drawn, answer: Answer) -> bool:
    """Whether the sampled rows allow that the column holds means within these groups."""
    if drawn.numbers is None:
        return False
    known = ~np.isnan(drawn.numbers) & ~np.isnan(answer.values)
    g, x, y = codes[known], drawn.numbers[known], answer.values[known]
    size = np.bincount(g)
    x_inside = x - (np.bincount(g, x) / np.maximum(size, 1))[g]
    y_inside = y - (np.bincount(g, y) / np.maximum(size, 1))[g]
    if float((x_inside**2).sum()) <= 2 * _WITHIN * float(((x - x.mean()) ** 2).sum()):
        return True
    # Means without the row's own answer fall as it rises, in a straight line within each group.
    across = np.bincount(g, x_inside * y_inside)
    both = np.sqrt(np.bincount(g, x_inside**2) * np.bincount(g, y_inside**2))
    return float(both.sum()) > 0 and float(across.sum()) <= -0.9 * float(both.sum())


def _are_means(ws: Workspace, source: str, grouping: Column, column: Column, answer: Answer) -> bool:
    group, number = identifier(grouping.name), identifier(column.name)
    rows = ws.rows(
        "SELECT count(*), avg(x), var_pop(x), avg(y), var_pop(y), covar_pop(x, y) FROM "
        f"(SELECT {group} AS g, ({number})::DOUBLE AS x, {answer.sql} AS y FROM {source}) "
        "WHERE x IS NOT NULL AND y IS NOT NULL GROUP BY g"
    )
    return len(rows) >= _MIN_GROUPS and is_too_close(np.array(rows, np.float64))


def is_too_close(rows: Floats) -> bool:
    """Whether means of x are closer to the means of y than sampling allows.

    Parameters
    ----------
    rows : ndarray, shape (n_groups, 6)
        For each group its size, mean and variance of x, mean and variance of y, and their covariance.
    """
    size, x, x_within, y, y_within, across = rows.T
    n = float(size.sum())
    noise = float((size * y_within).sum()) / max(n - len(size), 1)
    middle = float((size * x).sum()) / n
    spread = float((size * (x - middle) ** 2).sum()) / n
    inside = float((size * x_within).sum()) / n
    if noise <= 0 or spread + inside <= 0:
        return False
    weights = size * np.sqrt(np.maximum(x_within * y_within, 0))
    linear = -float((size * across).sum()) / float(weights.sum()) if weights.sum() > 0 else 0.0
    if inside > _WITHIN * (spread + inside) and linear < _LINEAR:
        return False
    overall = float((size * y).sum()) / n
    # Shrunk means are (n y + m overall) / (n + m): the same m for all groups undoes it.
    away = x - overall
    moved = np.abs(away) > 1e-9 * math.sqrt(noise)
    strength = float(np.median(size[moved] * (y - x)[moved] / away[moved])) if moved.any() else 0.0
    shrunk = x + max(strength, 0.0) * away / size
    plain, unshrunk = (np.sort(np.abs(means - y) * np.sqrt(size / noise)) for means in (x, shrunk))
    # Choosing m brought one group into place.
    return min(_closeness(plain), _closeness(unshrunk[1:])) < _CHANCE


def _closeness(misses: Floats) -> float:
    """Probability that so many of so many normal deviates, sorted, lie so close to 0, at the most telling distance."""
    n = len(misses)
    best = 1.0
    for k, miss in enumerate(misses, start=1):
        p = max(min(0.8 * float(miss), 1.0), 1e-12)  # the density of |N(0, 1)| at 0 is 0.798
        if k < max(_MIN_GROUPS - 1, n / 3) or k / n <= p:
            continue
        # Chernoff's bound for k or more of n, each with probability p.
        share = k / n
        exponent = share * math.log(share / p)
        if share < 1:
            exponent += (1 - share) * math.log((1 - share) / (1 - p))
        best = min(best, math.exp(-n * exponent))
    return best
