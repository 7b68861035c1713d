"""A delimited text to a typed table: in one pass where the file is clean, with care where it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from automl_lite.domain.columns import Kind, Notice
from automl_lite.ingest import delimited, encodings, text, wide
from automl_lite.ingest.delimited import Plan
from automl_lite.ingest.engine import Workspace, identifier
from automl_lite.ingest.headers import tell_names
from automl_lite.ingest.identifiers import integer_is_id
from automl_lite.ingest.limits import Limits
from automl_lite.ingest.readers import How, plain_text_sql
from automl_lite.ingest.reading import Notes, counted
from automl_lite.ingest.remarks import tell_reader
from automl_lite.ingest.survey import choose_readers, sample_cells, tidy_cells
from automl_lite.ingest.table import RawColumn, RawTable
from automl_lite.ingest.text import TextFacts
from automl_lite.ingest.totals import TAIL_BYTES, set_aside_strangers, tail_has_total
from automl_lite.ingest.typed import MAX_AT_ONCE, Typed, copy, force_kinds, settle_stored, write_typed


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSource:
    """A UTF-8 text on disk.

    Parameters
    ----------
    path : Path
    newline : str
        The line end of its beginning.
    facts : callable
        Gives the facts of the whole text; may wait for them.
    is_sheet : bool
        Whether it was written from a spreadsheet, so that rows take the place of lines.
    """

    path: Path
    newline: str
    facts: Callable[[], TextFacts]
    is_sheet: bool = False


def read_text(
    ws: Workspace, source: TextSource, kinds: Mapping[str, Kind], notes: Notes, limits: Limits
) -> tuple[Typed, Plan]:
    """Read a UTF-8 text into a typed table.

    Most files are clean: every cell is written in the plain way that the first rows show. Then one pass converts
    the file and proves it, by failing at the first surprise. After a surprise the file is loaded as text, looked at
    cell by cell, and converted with a record of what could not be read.
    """
    plan = delimited.make_plan(source.path, source.newline, notes, limits)
    columns = plan.columns()
    force_kinds(columns, kinds)
    clean = _read_clean(ws, source, plan, columns, notes, limits)
    if clean:
        tell_names(columns if plan.dialect.header else [], notes)
        return clean, plan
    plan = _settle_text(ws, source, plan, notes, limits)
    table = delimited.load(ws, plan, notes, has_quotes=source.facts().has_quotes)
    force_kinds(table.columns, kinds)
    if source.is_sheet:
        n_above = plan.dialect.n_skip
        table.lines_of = lambda rows: {row: row + n_above + 1 for row in rows}
    tidy_cells(ws, table)
    set_aside_strangers(ws, table, plan.dialect.header, notes)
    _drop_empty_nameless(ws, table, notes)
    tell_names(table.columns if plan.dialect.header else [], notes)
    return write_typed(ws, table, notes, limits), plan


def _read_clean(
    ws: Workspace, source: TextSource, plan: Plan, columns: list[RawColumn], notes: Notes, limits: Limits
) -> Typed | None:
    """Convert and prove in one pass, or return None at the first surprise."""
    is_wide = len(columns) > MAX_AT_ONCE
    if is_wide:
        ws.prepare_for_columns(len(columns))
    relation = plan.relation(ws)
    path = ws.path / "table.parquet"
    try:
        samples = sample_cells(ws, RawTable(relation, columns), columns)
        choose_readers(columns, samples)
        if _needs_care(columns, samples) or tail_has_total(_tail(source.path), plan.dialect.delimiter):
            return None
        if is_wide and not wide.suits(columns):
            return None
        for column, sample in zip(columns, samples, strict=True):
            column.as_text = column.reader.how is How.INTEGER and column.forced is None and _counts_rows(column, sample)
        if is_wide:
            relation = plan.relation(ws, types=wide.source_types(columns))
            query = f"SELECT {', '.join(wide.typed_list(columns))} FROM {relation}"
        else:
            relation = plan.relation(ws, types=[column.reader.source_type for column in columns])
            query = RawTable(relation, columns, where=_not_blank(columns)).typed_sql(strict=True)
        n_rows = copy(ws, query, path, len(columns))
    except duckdb.Error:  # a surprise: whatever it was, the careful way finds and tells it
        return None
    if not n_rows or not _is_proven(ws, source, plan, columns, n_rows, path):
        return None
    limits.check_rows(n_rows)
    for column, sample in zip(columns, samples, strict=True):
        tell_reader(column.reader, column.name, sample, notes, forced=column.forced is not None)
    return settle_stored(ws, path, columns, n_rows, limits)


def _needs_care(columns: list[RawColumn], samples: list[Counter[str]]) -> bool:
    """Whether the first rows already show what one pass cannot settle."""
    return any(
        (column.reader.dates is not None and column.reader.dates.is_ambiguous)
        or (not column.header.strip() and not sample)
        or not column.is_as_forced
        or any(column.reader.is_missing(text) or not column.reader.fits(text) for text in sample)
        for column, sample in zip(columns, samples, strict=True)
    )


def _counts_rows(column: RawColumn, sample: Counter[str]) -> bool:
    """Whether the first whole numbers seem to name rows; they are then stored as text at once."""
    numbers = [int(text) for text in sample]
    n_values = sum(sample.values())
    return bool(numbers) and bool(
        integer_is_id(column.name, n_values=n_values, n_distinct=len(numbers), low=min(numbers), high=max(numbers))
    )


def _not_blank(columns: list[RawColumn]) -> str:
    """Return SQL that is true, or an error at a row without any value."""
    blank = " AND ".join(f"{column.cell} IS NULL" for column in columns)
    return f"CASE WHEN {blank} THEN error('surprise') ELSE true END"


def _is_proven(
    ws: Workspace, source: TextSource, plan: Plan, columns: list[RawColumn], n_rows: int, path: Path
) -> bool:
    """Whether the rows account for every line of the text, texts are plain, and no cell swallowed rows."""
    facts = source.facts()
    if facts.newline != plan.newline or facts.n_nul:
        return False
    if not facts.has_quotes and facts.n_lines != n_rows + plan.dialect.n_skip:
        return False
    if len(columns) > MAX_AT_ONCE:
        return wide.is_plain(ws, plan, columns)
    relation = f"read_parquet({ws.sql_path(path)})"
    names = [identifier(column.name) for column in columns if column.is_text]
    have_breaks, n_underscores = False, 0
    if names:
        # In Parquet most texts lie in dictionaries, whose entries are looked at once: far cheaper than on the way.
        strange = " OR ".join(f"bool_or(NOT ({plain_text_sql(name)}))" for name in names)
        breaks = " OR ".join(f"bool_or(contains({name}, chr(10)))" for name in names) if facts.has_quotes else "false"
        underscores = " + ".join(_underscores(name) for name in names) if facts.n_underscores else "0"
        found = ws.rows(f"SELECT {strange}, {breaks}, {underscores} FROM {relation}")[0]
        if found[0]:
            return False
        have_breaks, n_underscores = bool(found[1]), int(str(found[2]))
    if facts.n_underscores and _have_underscores(ws, plan, columns, facts.n_underscores - n_underscores):
        return False
    return not have_breaks or not delimited.check_swallowed_rows(ws, plan, relation, names)


def _underscores(name: str) -> str:
    return f"coalesce(sum(strlen({name}) - strlen(replace({name}, '_', ''))), 0)"


def _have_underscores(ws: Workspace, plan: Plan, columns: list[RawColumn], n_outside: int) -> bool:
    """Whether a number is written like ``1_000``, which DuckDB would read without a word.

    ``n_outside`` is the number of underscores in the file that stand in no cell of a text.
    """
    numbers = [f"contains({column.cell}, '_')" for column in columns if column.reader.how is How.NUMBER]
    in_names = sum(text.count("_") for text in (*(plan.dialect.header or ()), *plan.dialect.preamble))
    if not numbers or in_names == n_outside:
        return False
    return bool(ws.number(f"SELECT count(*) FROM {plan.relation(ws)} WHERE {' OR '.join(numbers)}"))


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        return file.read().decode("utf-8", errors="replace")


def _settle_text(ws: Workspace, source: TextSource, plan: Plan, notes: Notes, limits: Limits) -> Plan:
    """Give the text one kind of line end, no NUL and one encoding where it lacks them; plan anew if letters changed."""
    facts = source.facts()
    codec = "utf-8"
    if not facts.is_ascii and not encodings.is_utf8_file(plan.path):
        if encodings.survives_as_utf8(plan.path):
            notes.say("The text is UTF-8; rows with broken characters were set aside.")
        else:
            codec = encodings.guess_legacy(encodings.first_broken_sample(plan.path))
            notes.say(f"The text was decoded as {encodings.describe(codec)}.")
    if facts.n_nul:
        notes.say(f"{counted(facts.n_nul, 'NUL character was', 'NUL characters were')} removed.")
    if codec == "utf-8" and facts.newline == plan.newline and not facts.n_nul:
        return plan
    plain = ws.path / "plain"
    text.write_utf8(plan.path, plain, codec, keep_broken=codec == "utf-8")
    if codec == "utf-8":
        return replace(plan, path=plain, newline="\n")
    return replace(delimited.make_plan(plain, "\n", Notes(), limits), encoding=codec)


def _drop_empty_nameless(ws: Workspace, table: RawTable, notes: Notes) -> None:
    """Drop columns with neither a name nor a value, which delimiters at the ends of lines make."""
    nameless = [column for column in table.columns if not column.header.strip()]
    if not nameless:
        return
    counts = ws.rows(table.select([f"count({column.cell})" for column in nameless]))[0]
    empty = [column for column, count in zip(nameless, counts, strict=True) if not count]
    if not empty or len(empty) == len(table.columns):
        return
    table.columns = [column for column in table.columns if column not in empty]
    notes.warn(
        Notice(
            code="empty-columns-dropped",
            message=f"Dropped {counted(len(empty), 'column', 'columns')} with neither name nor value.",
            remedy="Remove the delimiters at the ends of the lines.",
            facts={"n_columns": len(empty)},
        )
    )
