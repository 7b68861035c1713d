"""What a training does more when it follows another one: rows appended to those of before, and a duel at the end."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import orjson

from automl_lite.blobs import Blobs
from automl_lite.domain.columns import Kind
from automl_lite.domain.errors import BlobNotFound, NotFound
from automl_lite.domain.jobs import Duel, Job
from automl_lite.errors import AutoMLLiteError
from automl_lite.store import Store

if TYPE_CHECKING:
    import pandas as pd

log = logging.getLogger("automl_lite.worker")

MIN_ROWS = 30  # fewer say nothing about which of two models is better
MEMORY = "512MB"


def appended(blobs: Blobs, before: Sequence[str], dataset_id: str, folder: Path) -> tuple[Path, dict[str, Any]]:
    """Put the rows of several data sets into one table, in the columns and types of the first.

    Columns that only a later data set has are left out; those that it lacks are missing there. Returns the table and
    its reading. Raises BlobNotFound if a data set is gone.
    """
    from automl_lite.ingest.rows import RowFile

    with blobs.open(f"datasets/{before[0]}/reading.json") as file:
        reading: dict[str, Any] = orjson.loads(file.read())
    kinds = {column["name"]: Kind(column["kind"]) for column in reading["columns"]}
    with ExitStack() as stack:
        tables = [stack.enter_context(blobs.local(f"datasets/{before[0]}/table.parquet"))]
        shas, n_rows = [reading["source_sha256"]], reading["n_rows"]
        for other in (*before[1:], dataset_id):
            raw = stack.enter_context(blobs.local(f"datasets/{other}/raw"))
            rows = stack.enter_context(RowFile(raw, kinds, filename="rows", folder=folder))
            tables.append(rows.table)
            shas.append(rows.reading.source_sha256)
            n_rows += rows.n_rows
            log.info("appended %s rows", f"{rows.n_rows:,}")
        out = folder / "table.parquet"
        _union(tables, list(kinds), out)
    digest = hashlib.sha256("".join(shas).encode()).hexdigest()
    return out, reading | {"n_rows": n_rows, "source_sha256": digest}


def _union(tables: Sequence[Path], names: Sequence[str], out: Path) -> None:
    from automl_lite.ingest.engine import identifier, literal

    with duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "temp_directory": str(out.parent)}) as db:
        parts = []
        for table in tables:
            source = f"read_parquet({literal(str(table))})"
            found = {row[0] for row in db.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
            columns = ", ".join(identifier(name) for name in names if name in found)
            parts.append(f"SELECT {columns} FROM {source}")
        query = " UNION ALL BY NAME ".join(parts)
        db.execute(f"COPY ({query}) TO {literal(str(out))} (FORMAT parquet)")


def duel(job: Job, model: bytes, test: pd.DataFrame | None, store: Store, blobs: Blobs) -> Duel:
    """Let a fresh model and its champion answer the test rows that neither was trained on, and compare.

    ``test`` holds the new model's own test rows, typed; None where it was measured by cross-validation.
    """
    try:
        champion = store.jobs.get(job.champion_id)
        if test is None:
            return _undecided(job, "The table is too small for test rows that no model was trained on.")
        fresh = _unseen(test, champion, blobs)
        if len(fresh) < MIN_ROWS:
            return _undecided(
                job,
                f"Only {len(fresh)} test rows are new to the champion, too few to compare the two.",
                n_rows=len(fresh),
            )
        return _fought(job, champion, model, fresh, blobs)
    except (NotFound, BlobNotFound):
        return _undecided(job, "The champion is gone.")
    except AutoMLLiteError as err:
        return _undecided(job, f"The two cannot be compared: {err.message}")


def _fought(job: Job, champion: Job, model: bytes, rows: pd.DataFrame, blobs: Blobs) -> Duel:
    from automl_lite.inference import Predictor
    from automl_lite.training.actuals import Actuals

    with blobs.open(champion.key("model.onnx")) as file:
        actuals = Actuals([Predictor(file.read()), Predictor(model)])
    actuals.add({name: rows[name].to_numpy() for name in rows.columns}, len(rows))
    found = actuals.validate(metric=job.metric or "auto")
    if found.duel is None:
        raise AssertionError("two models give a duel")
    log.info("%s", found.duel.message)
    return Duel(
        champion_id=champion.id,
        metric=found.duel.metric,
        champion=found.duel.champion,
        challenger=found.duel.challenger,
        n_rows=found.n_rows - found.n_left_out,
        verdict=found.duel.comparison.verdict or "",
        message=found.duel.message,
    )


def _undecided(job: Job, why: str, *, n_rows: int = 0) -> Duel:
    log.info("%s", why)
    return Duel(champion_id=job.champion_id, n_rows=n_rows, message=why)


def _unseen(test: pd.DataFrame, champion: Job, blobs: Blobs) -> pd.DataFrame:
    """Leave out rows that stand in the champion's own data, whatever they were there: it may have learnt them."""
    with blobs.open(champion.key("config.json")) as file:
        config = orjson.loads(file.read())
    kept = test
    for dataset_id in (*(config.get("append_to") or ()), champion.dataset_id):
        try:
            with blobs.local(f"datasets/{dataset_id}/table.parquet") as table:
                kept = kept[_absent(kept, table)]
        except BlobNotFound:
            log.info("the champion's data %s is gone: which rows it saw cannot be told", dataset_id)
    return kept


def _absent(rows: pd.DataFrame, table: Path) -> list[bool]:
    """Tell for each row whether the table has no equal one, in the columns that both have."""
    from automl_lite.ingest.engine import identifier, literal

    with duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "temp_directory": str(table.parent)}) as db:
        source = f"read_parquet({literal(str(table))})"
        types = {row[0]: row[1] for row in db.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
        names = [name for name in rows.columns if name in types]
        # NaN and NULL are both "missing"; numbers are compared as numbers, all else as text.
        db.register(
            "rows", {"n": np.arange(len(rows)), **{f"c{i}": _plain(rows[name]) for i, name in enumerate(names)}}
        )
        pairs = []
        for i, name in enumerate(names):
            theirs = f"t.{identifier(name)}"
            if types[name] in ("DOUBLE", "BIGINT"):
                pairs.append(f"nullif(TRY_CAST(r.c{i} AS DOUBLE), 'nan') IS NOT DISTINCT FROM CAST({theirs} AS DOUBLE)")
            else:
                pairs.append(f"lower(CAST(r.c{i} AS VARCHAR)) IS NOT DISTINCT FROM lower(CAST({theirs} AS VARCHAR))")
        query = f"SELECT n FROM rows r WHERE NOT EXISTS (SELECT 1 FROM {source} t WHERE {' AND '.join(pairs)})"
        fresh = {row[0] for row in db.execute(query).fetchall()}
    return [n in fresh for n in range(len(rows))]


def _plain(values: pd.Series[Any]) -> Any:
    """Return a column as an array that DuckDB takes: numbers, times or texts with None."""
    array = values.to_numpy()
    if array.dtype.kind in "fiuM":
        return array
    return values.map(lambda value: None if value is None else str(value)).to_numpy(dtype=object)
