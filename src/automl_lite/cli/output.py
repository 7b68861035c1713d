"""What commands say and where: results on standard output, progress and remarks on standard error."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from automl_lite.domain.columns import Notice
from automl_lite.errors import ExtraMissing

JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]


def stdout() -> Console:
    """Return a console for results."""
    return Console(highlight=False, soft_wrap=False)


def stderr() -> Console:
    """Return a console for progress and remarks."""
    return Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """Print one JSON value as it is, numbers that JSON lacks (NaN, ±∞) as null."""
    print(json.dumps(_finite(value), ensure_ascii=False, indent=2))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@contextmanager
def needs(feature: str, extra: str) -> Iterator[None]:
    """Turn a package that is not installed into ExtraMissing, with the pip line that brings it."""
    try:
        yield
    except ModuleNotFoundError as err:
        if (err.name or "").partition(".")[0] == "automl_lite":
            raise
        raise ExtraMissing(feature, extra) from err


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Sequence[str] = ()) -> Table:
    """Build a table; every cell is shown as it stands, markup in it included."""
    built = Table(title=escape(title) or None, title_justify="left", title_style="bold", header_style="bold")
    for name in columns:
        built.add_column(escape(name), justify="right" if name in right else "left", overflow="fold")
    for row in rows:
        built.add_row(*(escape(cell if isinstance(cell, str) else figure(cell)) for cell in row))
    return built


def figure(value: Any, digits: int = 4) -> str:
    """Write a number with so many significant digits, thousands with commas; a dash for nothing.

    Examples
    --------
    >>> figure(0.41312), figure(1234567), figure(25407.33), figure(None), figure(3.0)
    ('0.4131', '1,234,567', '25,407', '–', '3')
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer() and abs(value) < 1e15):
        return f"{int(value):,}"
    if isinstance(value, float):
        if abs(value) >= 10 ** (digits - 1):
            return f"{value:,.0f}"
        return f"{value:.{digits}g}"
    return str(value)


def size(n_bytes: int) -> str:
    """Write a size in the unit that fits.

    Examples
    --------
    >>> size(812), size(1_400_000)
    ('812 bytes', '1.4 MB')
    """
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= factor:
            return f"{n_bytes / factor:.3g} {unit}"
    return f"{n_bytes} bytes"


def span(seconds: float) -> str:
    """Write a duration.

    Examples
    --------
    >>> span(7.26), span(75), span(3700)
    ('7.3 s', '1:15 min', '1:01 h')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d} min" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d} h"


def say_notices(console: Console, notices: Iterable[Notice]) -> None:
    """Print notices, the serious ones first, each with its remedy."""
    styles = {"error": "red", "warning": "yellow", "info": "dim"}
    for notice in sorted(notices, key=lambda n: list(styles).index(n.severity)):
        remedy = f" {notice.remedy}" if notice.remedy else ""
        console.print(f"[{styles[notice.severity]}]{notice.severity}[/]: {escape(notice.message)}{escape(remedy)}")
