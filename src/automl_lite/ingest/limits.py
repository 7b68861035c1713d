"""The caps that protect reading from files that are too large or made to be."""

from __future__ import annotations

from dataclasses import dataclass

from automl_lite.ingest.errors import LimitExceeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Caps on what a file may contain; passing one raises LimitExceeded with the limit in its message.

    Parameters
    ----------
    max_bytes : int, default=5 GB
        Size of the file as it lies on disk.
    max_unpacked_bytes : int, default=10 GB
        Size after unpacking gzip, XLSX or Parquet.
    max_unpack_ratio : float, default=300
        Unpacked size over packed size, looked at from 64 MB of unpacked text on; real tables stay under 100.
    max_columns : int, default=10,000
    max_cell_bytes : int, default=1 MB
        One cell, in UTF-8.
    max_rows : int, default=100,000,000
    """

    max_bytes: int = 5_000_000_000
    max_unpacked_bytes: int = 10_000_000_000
    max_unpack_ratio: float = 300.0
    max_columns: int = 10_000
    max_cell_bytes: int = 1_000_000
    max_rows: int = 100_000_000

    def check_bytes(self, size_bytes: int) -> None:
        """Raise LimitExceeded if a file of ``size_bytes`` is too large."""
        if size_bytes > self.max_bytes:
            raise LimitExceeded(f"The file has {readable(size_bytes)}", readable(self.max_bytes))

    def check_unpacked(self, unpacked_bytes: int, packed_bytes: int) -> None:
        """Raise LimitExceeded if unpacking goes beyond the size or the ratio allowed."""
        if unpacked_bytes > self.max_unpacked_bytes:
            raise LimitExceeded(
                f"Unpacked, the file has more than {readable(self.max_unpacked_bytes)}",
                readable(self.max_unpacked_bytes),
            )
        if unpacked_bytes > 64_000_000 and unpacked_bytes > self.max_unpack_ratio * max(packed_bytes, 1):
            raise LimitExceeded(
                f"The file unpacks to more than {self.max_unpack_ratio:g} times its size",
                f"{self.max_unpack_ratio:g} times",
                hint="Upload the unpacked file.",
            )

    def check_columns(self, n_columns: int) -> None:
        """Raise LimitExceeded if a table of ``n_columns`` is too wide."""
        if n_columns > self.max_columns:
            raise LimitExceeded(f"The table has {n_columns:,} columns", f"{self.max_columns:,}")

    def check_rows(self, n_rows: int) -> None:
        """Raise LimitExceeded if a table of ``n_rows`` is too long."""
        if n_rows > self.max_rows:
            raise LimitExceeded(f"The table has {n_rows:,} rows", f"{self.max_rows:,}")


def readable(size_bytes: int) -> str:
    """Write a size as a person would.

    Examples
    --------
    >>> readable(5_000_000_000), readable(1_500), readable(12)
    ('5 GB', '1.5 kB', '12 bytes')
    """
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= factor:
            return f"{size_bytes / factor:.3g} {unit}"
    return f"{size_bytes} bytes"
