"""Answers as Parquet parts, and the finished table in three forms: Parquet, CSV that spreadsheets open safely, XLSX."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from automl_lite.domain.columns import Column, Kind
from automl_lite.inference import AnswerColumns, Contract, Scores, safe_cell
from automl_lite.ingest.engine import identifier, literal

MEMORY = "256MB"
# Excel's own limit is 1,048,576 lines; beyond some millions of cells the file takes minutes to write and to open.
XLSX_MAX_ROWS, XLSX_MAX_CELLS = 1_048_575, 3_000_000
XLSX_MAX_CHARACTERS = 32_767
_FORMULA = "'=', '+', '-', '@', chr(9), chr(13)"
_NUMERAL = r"[-+]?\d[\d.,]*([eE][-+]?\d+)?%?"


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB of one thread and little memory, so that the same answers give the same bytes."""
    return duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "temp_directory": str(folder / "spill")})


def write_part(path: Path, contract: Contract, scores: Scores, errors: Mapping[int, str], folder: Path) -> None:
    """Write the answers of some rows: ``prediction``, ``p0`` … or ``low``, ``high``, and ``error``."""
    n = len(scores.predictions)
    said = np.full(n, None, dtype=object)
    for row, text in errors.items():
        said[row] = text
    arrays: dict[str, Any] = {"prediction": scores.predictions, "error": said}
    kind = "VARCHAR" if contract.task.is_classification else "DOUBLE"
    selected = [f"CASE WHEN error IS NULL THEN CAST(prediction AS {kind}) END AS prediction"]
    if scores.probabilities is not None:
        arrays |= {f"p{k}": np.ascontiguousarray(scores.probabilities[:, k]) for k in range(len(contract.classes))}
        selected += [
            f"CASE WHEN error IS NULL THEN CAST(p{k} AS FLOAT) END AS p{k}" for k in range(len(contract.classes))
        ]
    if scores.intervals is not None:
        for k, name in enumerate(("low", "high")):
            arrays[name] = np.ascontiguousarray(scores.intervals[:, k])
            selected.append(f"CASE WHEN error IS NULL THEN {name} END AS {name}")
    selected.append("CAST(error AS VARCHAR) AS error")
    with connect(folder) as db:
        db.register("answers", arrays)
        db.execute(f"COPY (SELECT {', '.join(selected)} FROM answers) TO {literal(str(path))} (FORMAT parquet)")


def read_part(path: Path, contract: Contract) -> tuple[Scores, dict[int, str]]:
    """Read back what ``write_part`` wrote."""
    with duckdb.connect(config={"threads": 1, "memory_limit": MEMORY}) as db:
        columns = db.execute(f"SELECT * FROM read_parquet({literal(str(path))})").fetchnumpy()
    errors = {row: text for row, text in enumerate(columns["error"].tolist()) if text is not None}
    kept = ~np.isin(np.arange(len(columns["error"])), list(errors))
    predictions = np.ma.getdata(columns["prediction"])
    probabilities = intervals = None
    if contract.task.is_classification:
        predictions = predictions.astype(object)
        predictions[~kept] = contract.classes[0]
        probabilities = np.column_stack([np.ma.filled(columns[f"p{k}"], 0.0) for k in range(len(contract.classes))])
    elif "low" in columns:
        intervals = np.column_stack([np.ma.filled(columns[name], np.nan) for name in ("low", "high")])
    scores = Scores(predictions=predictions, probabilities=probabilities, intervals=intervals, errors={}, notices=())
    return scores, errors


class Answered:
    """The rows of a file beside their answers.

    Parameters
    ----------
    table : Path
        The rows, Parquet.
    columns : sequence of Column
        Its columns.
    folder : Path
        For temporary files.
    """

    def __init__(self, table: Path, columns: Sequence[Column], contract: Contract, folder: Path) -> None:
        self._table, self._columns, self._contract, self._folder = table, columns, contract, folder
        self.added = AnswerColumns.beside(contract, [c.name for c in columns])

    @property
    def names(self) -> list[str]:
        """All columns of the result, those of the file first."""
        return [*(c.name for c in self._columns), *self.added.names()]

    def _answers(self) -> list[tuple[str, str]]:
        contract, added = self._contract, self.added
        found = [(added.prediction, "a.prediction")]
        if contract.task.is_classification:
            chosen = " ".join(f"WHEN {literal(c)} THEN a.p{k}" for k, c in enumerate(contract.classes))
            found.append((added.probability, f"CASE a.prediction {chosen} END"))
            found += [(name, f"a.p{k}") for k, name in enumerate(added.probabilities)]
        if added.interval:
            found += [(added.interval[0], "a.low"), (added.interval[1], "a.high")]
        return [*found, (added.error, "a.error")]

    def _query(self, parts: Sequence[Path], start: int = 0, size: int | None = None) -> str:
        """Return SQL of rows beside the answers of ``parts``, which are in the order of the rows."""
        table = f"read_parquet({literal(str(self._table))})"
        if size is not None:
            # The row number lets DuckDB skip to the right part of the file.
            table = (
                f"(SELECT * FROM read_parquet({literal(str(self._table))}, file_row_number = true)"
                f" WHERE file_row_number >= {start} AND file_row_number < {start + size})"
            )
        rows = ", ".join(f"t.{identifier(c.name)}" for c in self._columns)
        answers = ", ".join(f"{sql} AS {identifier(name)}" for name, sql in self._answers())
        files = ", ".join(literal(str(part)) for part in parts)
        return f"SELECT {rows}, {answers} FROM {table} t POSITIONAL JOIN read_parquet([{files}]) a"

    def write_parquet(self, path: Path, parts: Sequence[Path]) -> None:
        """Write everything in its own types; ``parts`` are the answers, in the order of the rows."""
        with connect(self._folder) as db:
            db.execute(f"COPY ({self._query(parts)}) TO {literal(str(path))} (FORMAT parquet)")

    def append_csv(self, path: Path, part: Path, start: int, size: int) -> None:
        """Append ``size`` rows from ``start`` (0-based) on with their answers; the first rows bring the header."""
        spelled = {c.name: c for c in self._columns}
        query, piece = self._query([part], start, size), self._folder / "piece.csv"
        with connect(self._folder) as db:
            types = db.execute(f"DESCRIBE {query}").fetchall()
            shown = ", ".join(
                f"{_cell(identifier(name), kind, spelled.get(name))} AS {identifier(safe_cell(name))}"
                for name, kind, *_ in types
            )
            db.execute(
                f"COPY (SELECT {shown} FROM ({query})) TO {literal(str(piece))} "
                f"(FORMAT csv, HEADER {start == 0}, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '')"
            )
        with piece.open("rb") as source, path.open("ab") as out:
            shutil.copyfileobj(source, out, 1 << 20)
        piece.unlink()

    def write_xlsx(self, path: Path, source: Path, n_rows: int) -> bool:
        """Write a workbook with one sheet, unless it would be too large for one; tell whether it was written."""
        import xlsxwriter

        if n_rows > XLSX_MAX_ROWS or n_rows * len(self.names) > XLSX_MAX_CELLS:
            return False
        book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"})
        try:
            sheet = book.add_worksheet("Predictions")
            bold = book.add_format({"bold": True})
            for at, name in enumerate(self.names):
                sheet.write_string(0, at, name[:XLSX_MAX_CHARACTERS], bold)
            sheet.freeze_panes(1, 0)
            with connect(self._folder) as db:
                found = db.execute(f"SELECT * FROM read_parquet({literal(str(source))})")
                line = 1
                while rows := found.fetchmany(2_000):
                    for row in rows:
                        for at, value in enumerate(row):
                            _write_cell(sheet, line, at, value)
                        line += 1
        finally:
            book.close()
        return True

    def head(self, source: Path, n_rows: int) -> list[tuple[Any, ...]]:
        """Return the first rows."""
        with connect(self._folder) as db:
            return db.execute(f"SELECT * FROM read_parquet({literal(str(source))}) LIMIT ?", [n_rows]).fetchall()


def _write_cell(sheet: Any, line: int, at: int, value: Any) -> None:
    if value is None or value != value:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, at, value)
    elif isinstance(value, int | float):
        # Beyond 15 digits a spreadsheet rounds whole numbers, and it knows no infinity: both are kept as text.
        if abs(value) < (1e15 if isinstance(value, int) else float("inf")):
            sheet.write_number(line, at, value)
        else:
            sheet.write_string(line, at, str(value))
    elif isinstance(value, str):
        # As a string it never is a formula.
        sheet.write_string(line, at, value[:XLSX_MAX_CHARACTERS])
    else:
        sheet.write_datetime(line, at, value) if value.year >= 1900 else sheet.write_string(line, at, value.isoformat())


def _cell(name: str, kind: str, column: Column | None) -> str:
    """Return the SQL of a cell of the CSV: whole numbers without a point, no text that a spreadsheet would compute."""
    if kind == "VARCHAR":
        risky = f"substr({name}, 1, 1) IN ({_FORMULA}) AND NOT regexp_full_match({name}, {literal(_NUMERAL)})"
        return f"CASE WHEN {risky} THEN chr(39) || {name} ELSE {name} END"
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"isfinite({name}) AND {name} = trunc({name}) AND abs({name}) < 1e15"
        text = f"CASE WHEN {whole} THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) ELSE CAST({name} AS VARCHAR) END"
        return f"CASE WHEN NOT isnan({name}) THEN {text} END"
    if kind == "BOOLEAN":
        spelled = column.formats if column is not None and len(column.formats) == 2 else ("false", "true")
        no, yes = (literal(safe_cell(text)) for text in spelled)
        return f"CASE {name} WHEN true THEN {yes} WHEN false THEN {no} END"
    if kind.startswith("TIMESTAMP") or (column is not None and column.kind is Kind.DATETIME):
        fraction = f"date_part('microsecond', {name}) % 1000000 <> 0"
        long, short = (f"strftime({name}, '%Y-%m-%dT%H:%M:%S{more}')" for more in (".%f", ""))
        return f"CASE WHEN {fraction} THEN {long} ELSE {short} END"
    return name
