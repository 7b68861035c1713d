"""A private work folder and a DuckDB that can reach nothing else.

File names and column names are data: they reach SQL only through ``literal`` and ``identifier``, files only through
the work folder and the paths named at the start, and no extension is ever fetched.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import duckdb

DEFAULT_MEMORY_BYTES = 700_000_000  # DuckDB spills to the work folder beyond; Python and the buffers come on top
_COLUMN_BYTES, _MOST_BYTES = 200_000, 1_600_000_000
_CHUNK = 100  # columns in one query: planning time grows faster than the number of expressions

T = TypeVar("T")


class Workspace:
    """A temporary folder with a DuckDB connection, both gone at the end of the ``with`` block.

    Parameters
    ----------
    reads : sequence of Path
        The files outside the folder that may be read.
    parent : Path, optional
        Where the folder is made; the system's place for temporary files by default.
    memory_bytes : int, optional
        What DuckDB may hold in memory before it spills to the folder.
    threads : int, optional
        All cores by default.
    """

    def __init__(
        self,
        *,
        reads: Sequence[Path] = (),
        parent: Path | None = None,
        memory_bytes: int | None = None,
        threads: int | None = None,
    ) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=".ingest-", dir=parent)).resolve()
        self._links: dict[Path, Path] = {}
        self._reads = [path.resolve() for path in reads]
        self._memory_bytes = memory_bytes
        self.db = self._connect(threads or os.cpu_count() or 1, memory_bytes or DEFAULT_MEMORY_BYTES)

    def _connect(self, threads: int, memory_bytes: int) -> duckdb.DuckDBPyConnection:
        db = duckdb.connect(
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
                "python_enable_replacements": "false",
                "memory_limit": f"{memory_bytes}B",
                "temp_directory": str(self.path / "spill"),
                "threads": str(threads),
            }
        )
        db.execute(f"SET allowed_directories = [{literal(str(self.path))}]")
        db.execute(f"SET allowed_paths = [{', '.join(literal(str(path)) for path in self._reads)}]")
        db.execute("SET enable_external_access = false")
        db.execute("SET TimeZone = 'UTC'")
        db.execute("SET lock_configuration = true")
        return db

    def prepare_for_columns(self, n_columns: int) -> None:
        """Start again as suits very many columns, while there are no tables yet.

        Every thread, and every step of a query, sets room aside for 2,048 rows of all columns: 32 kB for each. Most
        of that is never touched, but DuckDB counts it against its limit.
        """
        self.db.close()
        wanted = min(max(DEFAULT_MEMORY_BYTES, _COLUMN_BYTES * n_columns), _MOST_BYTES)
        self.db = self._connect(1, self._memory_bytes or wanted)

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.db.close()
        shutil.rmtree(self.path, ignore_errors=True)

    def sql_path(self, path: Path) -> str:
        """Return ``path`` as an SQL literal under which DuckDB reads this one file and expands no pattern."""
        if path.parent == self.path:
            return literal(str(path))
        if path not in self._links:
            link = self.path / f"source-{len(self._links)}"
            try:
                link.symlink_to(path.resolve())
            except OSError:  # no right to make links (Windows): the path itself is allowed too
                link = path.resolve()
            self._links[path] = link
        return literal(str(self._links[path]))

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Run ``sql`` and return every row; for small results."""
        return self.db.execute(sql).fetchall()

    def number(self, sql: str) -> int:
        """Run ``sql`` and return its one number (0 for NULL)."""
        found = self.db.execute(sql).fetchall()
        return int(found[0][0] or 0) if found else 0


def literal(text: str) -> str:
    """Quote ``text`` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Quote ``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def string_list(texts: Sequence[str]) -> str:
    """Write strings as the inside of an SQL list."""
    return ", ".join(literal(text) for text in texts)


def chunks(items: Sequence[T], size: int = _CHUNK) -> Iterator[Sequence[T]]:
    """Cut ``items`` into pieces that fit one query."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
