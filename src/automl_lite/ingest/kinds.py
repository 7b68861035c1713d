"""The last word on kinds, from the typed table: category, text or id for words, integer or id for whole numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from automl_lite.domain.columns import Column, Kind
from automl_lite.ingest.engine import Workspace, chunks, identifier
from automl_lite.ingest.errors import LimitExceeded
from automl_lite.ingest.fetch import Cells, fetch
from automl_lite.ingest.identifiers import integer_is_id, text_is_id
from automl_lite.ingest.limits import Limits, readable
from automl_lite.ingest.readers import SQL_TYPES, How
from automl_lite.ingest.table import RawColumn

_SAMPLE_ROWS = 2_000
_FETCHED_ROWS = 20_000  # up to here columns are looked at in memory, which spares many expressions their planning
_EXACT_ROWS = 100_000  # up to here distinct values are counted exactly


@dataclass(frozen=True, slots=True)
class WordFacts:
    """A column of words: values, distinct ones, longest in bytes, and mean length and words of a sample."""

    n_values: int
    n_distinct: int
    max_bytes: int
    sample: list[str]

    @property
    def mean_words(self) -> float:
        """Words in a value of the sample, on average."""
        return sum(len(text.split()) for text in self.sample) / max(len(self.sample), 1)

    @property
    def mean_length(self) -> float:
        """Characters in a value of the sample, on average."""
        return sum(map(len, self.sample)) / max(len(self.sample), 1)


def word_kind(name: str, facts: WordFacts) -> tuple[Kind, str]:
    """Tell category, text and id apart.

    Text is prose: many words or long cells, few of them alike. Everything else is a category, however many levels.
    """
    if not facts.n_values:
        return Kind.CATEGORY, "The column has no value."
    why = text_is_id(name, n_values=facts.n_values, n_distinct=facts.n_distinct, sample=facts.sample)
    if why:
        return Kind.ID, why
    share = facts.n_distinct / facts.n_values
    if facts.n_distinct > 20 and (
        (share > 0.5 and (facts.mean_words >= 3 or facts.mean_length > 40))
        or (share > 0.1 and (facts.mean_words >= 8 or facts.mean_length > 100))
    ):
        return Kind.TEXT, f"The cells hold {facts.mean_words:.0f} words on average and seldom repeat."
    return Kind.CATEGORY, f"{facts.n_distinct:,} different words or codes in {facts.n_values:,} cells."


def settle(ws: Workspace, relation: str, columns: Sequence[RawColumn], n_rows: int, limits: Limits) -> list[Column]:
    """Return the columns of a typed relation with their kinds and reasons.

    Raises
    ------
    LimitExceeded
        If a cell is too long.
    """
    settled: dict[str, Column] = {}
    words = [column for column in columns if column.kind is Kind.TEXT]
    whole = [column for column in columns if column.kind is Kind.INTEGER]
    in_memory = n_rows <= _FETCHED_ROWS
    word_facts = _fetched_words(ws, relation, words, n_rows) if in_memory else _word_facts(ws, relation, words, n_rows)
    for column, facts in zip(words, word_facts, strict=True):
        _check_cell(column, facts, limits)
        kind, reason = word_kind(column.name, facts)
        if column.forced is not None:
            kind, reason = column.forced, "The kind was chosen by the user."
        settled[column.name] = column.as_column(kind, reason)
    reasons = _fetched_id_reasons(ws, relation, whole, n_rows) if in_memory else _id_reasons(ws, relation, whole)
    for column, reason in zip(whole, reasons, strict=True):
        is_id = bool(reason) and column.forced is None
        settled[column.name] = column.as_column(
            Kind.ID if is_id else Kind.INTEGER, reason if is_id else _reason(column)
        )
    for column in columns:
        if column.name not in settled:
            settled[column.name] = column.as_column(column.kind, _reason(column))
    return [settled[column.name] for column in columns]


def _check_cell(column: RawColumn, facts: WordFacts, limits: Limits) -> None:
    if facts.max_bytes > limits.max_cell_bytes:
        raise LimitExceeded(
            f'A cell of "{column.name}" has {readable(facts.max_bytes)}',
            f"{readable(limits.max_cell_bytes)} in one cell",
        )


def _fetched(ws: Workspace, relation: str, columns: Sequence[RawColumn], n_rows: int) -> Iterator[Cells]:
    return fetch(ws, relation, [column.as_column(column.kind, "") for column in columns], n_rows)


def _fetched_words(ws: Workspace, relation: str, columns: Sequence[RawColumn], n_rows: int) -> Iterator[WordFacts]:
    for cells in _fetched(ws, relation, columns, n_rows):
        words: list[str] = cells.known.tolist()
        n_first = _SAMPLE_ROWS - int(cells.missing[:_SAMPLE_ROWS].sum())
        longest = max((len(word.encode()) for word in set(words)), default=0)
        yield WordFacts(len(words), len(set(words)), longest, [word[:1000] for word in words[:n_first]])


def _word_facts(ws: Workspace, relation: str, columns: Sequence[RawColumn], n_rows: int) -> Iterator[WordFacts]:
    distinct = "count(DISTINCT {})" if n_rows <= _EXACT_ROWS else "approx_count_distinct({})"
    for chunk in chunks(columns):
        names = [identifier(column.name) for column in chunk]
        expressions = [f"count({name}), {distinct.format(name)}, max(strlen({name}))" for name in names]
        row = [int(str(value or 0)) for value in ws.rows(f"SELECT {', '.join(expressions)} FROM {relation}")[0]]
        samples = _samples(ws, relation, names)
        for index in range(len(chunk)):
            n_values, n_distinct, max_bytes = row[3 * index : 3 * index + 3]
            yield WordFacts(n_values, min(n_distinct, n_values), max_bytes, samples[index])


def _samples(ws: Workspace, relation: str, names: Sequence[str]) -> list[list[str]]:
    rows = ws.rows(f"SELECT {', '.join(f'{name}[:1000]' for name in names)} FROM {relation} LIMIT {_SAMPLE_ROWS}")
    return [[str(text) for text in column if text is not None] for column in zip(*rows, strict=True)] or [
        [] for _ in names
    ]


def _fetched_id_reasons(ws: Workspace, relation: str, columns: Sequence[RawColumn], n_rows: int) -> Iterator[str]:
    for column, cells in zip(columns, _fetched(ws, relation, columns, n_rows), strict=True):
        numbers = cells.known.astype(np.int64)  # ids are stored as text at once
        low, high = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
        yield integer_is_id(
            column.name, n_values=len(numbers), n_distinct=len(set(numbers.tolist())), low=low, high=high
        )


def _id_reasons(ws: Workspace, relation: str, columns: Sequence[RawColumn]) -> Iterator[str]:
    for chunk in chunks(columns):
        yield from _chunk_id_reasons(ws, relation, chunk)


def _chunk_id_reasons(ws: Workspace, relation: str, columns: Sequence[RawColumn]) -> list[str]:
    names = [
        f"CAST({identifier(column.name)} AS BIGINT)" if column.as_text else identifier(column.name)
        for column in columns
    ]
    expressions = [f"count({name}), min({name}), max({name})" for name in names]
    row = [int(str(value or 0)) for value in ws.rows(f"SELECT {', '.join(expressions)} FROM {relation}")[0]]
    reasons = []
    for index, (column, name) in enumerate(zip(columns, names, strict=True)):
        n_values, low, high = row[3 * index : 3 * index + 3]
        most = min(high - low + 1, n_values)  # distinct values; counting them is dear, so only where they may matter
        reason = integer_is_id(column.name, n_values=n_values, n_distinct=most, low=low, high=high)
        if reason:
            in_order = high - low == n_values - 1 and _counts_up(ws, relation, name, low)
            n_distinct = n_values if in_order else ws.number(f"SELECT count(DISTINCT {name}) FROM {relation}")
            reason = integer_is_id(column.name, n_values=n_values, n_distinct=n_distinct, low=low, high=high)
        reasons.append(reason)
    return reasons


def _counts_up(ws: Workspace, relation: str, name: str, low: int) -> bool:
    """Whether the values are ``low``, ``low`` + 1 and so on, row by row; far cheaper than counting distinct ones."""
    numbered = f"SELECT {name} AS value, row_number() OVER () AS place FROM {relation}"
    return not ws.number(f"SELECT count(*) FROM ({numbered}) WHERE value - place IS DISTINCT FROM {low} - 1")


def _reason(column: RawColumn) -> str:
    if column.forced is not None:
        return "The kind was chosen by the user."
    if column.native is not None:
        return "The file says so."
    match column.reader.how:
        case How.BOOLEAN:
            return "All values are spellings of true and false."
        case How.DATETIME:
            return "The values are dates."
        case How.WHOLE:
            return "All numbers are whole, though some are written with a decimal."
        case How.INTEGER:
            return "All values are whole numbers."
        case _:
            return "The values are numbers."


def cast_list(columns: Sequence[RawColumn], settled: Sequence[Column]) -> tuple[list[str], bool]:
    """Return SQL that brings typed columns to the types of their settled kinds, and whether one changes."""
    expressions, has_changed = [], False
    for before, after in zip(columns, settled, strict=True):
        name, wanted = identifier(after.name), SQL_TYPES[after.kind]
        stored = "VARCHAR" if before.as_text else SQL_TYPES[before.kind]
        has_changed = has_changed or stored != wanted
        expressions.append(name if stored == wanted else f"CAST({name} AS {wanted}) AS {name}")
    return expressions, has_changed
