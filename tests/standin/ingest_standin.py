"""A small reader of plain CSV with the public names of ``automl_lite.ingest``."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

import duckdb

from automl_lite.domain.columns import Column, Kind, Task
from automl_lite.errors import AutoMLLiteError


class EmptyFile(AutoMLLiteError):
    code = "empty-file"


class ConstantTarget(AutoMLLiteError):
    code = "constant-target"


class KindDoesNotFit(AutoMLLiteError):
    code = "kind-does-not-fit"


@dataclass(frozen=True, kw_only=True)
class Limits:
    max_bytes: int
    max_unpacked_bytes: int
    max_unpack_ratio: float
    max_columns: int
    max_cell_bytes: int
    max_rows: int


@dataclass(frozen=True, kw_only=True)
class Reading:
    format: str
    encoding: str
    delimiter: str
    header: bool
    n_rows: int
    n_rejected: int
    columns: tuple
    assumptions: tuple = ()
    rejects: tuple = ()
    notices: tuple = ()
    source_sha256: str = ""
    size_bytes: int = 0

    def as_dict(self):
        return asdict(self) | {
            "columns": [c.as_dict() for c in self.columns],
            "assumptions": [],
            "rejects": [],
            "notices": [],
        }

    @classmethod
    def from_dict(cls, data):
        return cls(**data | {"columns": tuple(Column.from_dict(c) for c in data["columns"])})


KINDS = {
    "BIGINT": Kind.INTEGER,
    "DOUBLE": Kind.NUMBER,
    "BOOLEAN": Kind.BOOLEAN,
    "DATE": Kind.DATETIME,
    "TIMESTAMP": Kind.DATETIME,
}


def read_file(source, *, out, filename=None, limits=None, kinds=None):
    data = source.read_bytes()
    if not data.strip():
        raise EmptyFile("The file is empty.", hint="Check the export.")
    kinds = kinds or {}
    with duckdb.connect() as db:
        table = db.read_csv(str(source), header=True)
        columns = tuple(
            Column(name=name, kind=kinds.get(name, KINDS.get(str(kind), Kind.CATEGORY)), header=name)
            for name, kind in zip(table.columns, table.types, strict=True)
        )
        for name, kind in kinds.items():
            if kind is Kind.DATETIME and str(table.types[table.columns.index(name)]) != "TIMESTAMP":
                raise KindDoesNotFit(f"No value of {name!r} can be read as datetime.", hint="Choose another type.")
        table.write_parquet(str(out))
        n_rows = table.count("*").fetchall()[0][0]
    return Reading(
        format="csv",
        encoding="utf-8",
        delimiter=",",
        header=True,
        n_rows=n_rows,
        n_rejected=0,
        columns=columns,
        source_sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
    )


@dataclass(frozen=True)
class Profile:
    columns: list
    target: str | None

    def as_dict(self):
        return {"columns": self.columns, "notices": [], "target": self.target}


def profile_table(table, columns, *, target=None, max_bins=20):
    with duckdb.connect() as db:
        source = db.read_parquet(str(table))
        source.create_view("t")
        entries = []
        for column in columns:
            quoted = '"' + column.name.replace('"', '""') + '"'
            n, present, distinct = db.execute(
                f"SELECT count(*), count({quoted}), count(DISTINCT {quoted}) FROM t"
            ).fetchone()
            top = db.execute(
                f"SELECT {quoted}::VARCHAR v, count(*) c FROM t WHERE v IS NOT NULL GROUP BY v ORDER BY c DESC, v"
            ).fetchall()
            entries.append(
                {
                    "name": column.name,
                    "kind": column.kind.value,
                    "n_missing": n - present,
                    "missing_share": (n - present) / n if n else 0,
                    "n_distinct": distinct,
                    "top_values": [{"value": v, "count": c, "share": c / n} for v, c in top],
                }
            )
    return Profile(entries, target)


@dataclass(frozen=True)
class ProblemType:
    task: Task
    reason: str


def check_target(profile, target, task=None):
    entry = next(c for c in profile["columns"] if c["name"] == target)
    if entry["n_distinct"] < 2:
        raise ConstantTarget(f"The target {target!r} has only one value.", hint="Choose another target.")
    if task is not None:
        return ProblemType(task, "As asked.")
    if entry["n_distinct"] == 2:
        return ProblemType(Task.BINARY, "Two values.")
    if entry["kind"] in ("number", "integer") and entry["n_distinct"] > 10:
        return ProblemType(Task.REGRESSION, "Many numbers.")
    return ProblemType(Task.MULTICLASS, "A few values.")
