"""Reports of other libraries inside ours: skrub's TableReport as part of the page, Sweetviz as a frame in it."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import sys
import tempfile
import warnings
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from types import ModuleType
from typing import TYPE_CHECKING

from markupsafe import Markup

from automl_lite.domain.columns import NUMERIC_KINDS
from automl_lite.errors import ExtraMissing
from automl_lite.training.reports.words import clean

if TYPE_CHECKING:
    import pandas as pd

    from automl_lite.domain.columns import Column

MAX_ROWS = 10_000
MAX_COLUMNS = 40
MAX_PLOTTED = 20  # columns: 35 KB of picture each
# Measured on a busy core: skrub takes 2.5 s to import, a column 10 ms in the table and 100 ms to draw.
_IMPORT_S, _START_S, _COLUMN_S, _PLOT_S = 2.5, 0.3, 0.015, 0.11
_ID = "table-report"
_SCRIPT = re.compile("<script[^>]*>(.*?)</script>", re.DOTALL)
# Links to explanations and authors elsewhere, and icons: a report leads nowhere and asks for nothing.
_LINK = re.compile('<a [^>]*href="(?:https?:|mailto:)[^>]*>(.*?)</a>|<link rel="icon"[^>]*>', re.DOTALL)
_REPORT_ID = re.compile('id="(report_[0-9A-Za-z_-]+)-wrapper"')


@dataclass(frozen=True, slots=True)
class Embedded:
    """A part of the page from elsewhere.

    ``scripts`` are the exact texts of the scripts it may run; ``note`` says what was left out.
    """

    html: Markup
    scripts: tuple[str, ...]
    note: str = ""


def sampled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return at most ``MAX_ROWS`` rows, drawn at random and in order."""
    return frame.sample(MAX_ROWS, random_state=0).sort_index() if len(frame) > MAX_ROWS else frame


def table_report(frame: pd.DataFrame, *, n_rows: int, n_columns: int, max_seconds: float) -> Embedded | None:
    """Return skrub's TableReport of the first ``MAX_COLUMNS`` columns, or None if there is no time for it.

    Parameters
    ----------
    frame : DataFrame
        ``sampled`` rows, the most interesting columns first.
    n_rows, n_columns : int
        Of the whole table, for the note.
    max_seconds : float
        Distributions are drawn only if they are likely to fit.

    Raises
    ------
    ExtraMissing
        If skrub is not installed.
    """
    n_shown = min(frame.shape[1], MAX_COLUMNS)
    start_s = _START_S if "skrub" in sys.modules else _START_S + _IMPORT_S
    if not len(frame) or max_seconds < start_s + n_shown * _COLUMN_S:
        return None
    plots = n_shown <= MAX_PLOTTED and max_seconds >= start_s + n_shown * (_COLUMN_S + _PLOT_S)
    shown = frame.iloc[:, :n_shown]
    html = _skrub(shown, plots=plots)
    left_out = _left_out(shown, n_rows, n_columns)
    if not plots:
        left_out.append("no distributions, for want of time" if n_shown <= MAX_PLOTTED else "no distributions")
    return Embedded(Markup(html), _trusted_scripts(), ", ".join(left_out))  # noqa: S704 - escaped by skrub; see below


def _skrub(frame: pd.DataFrame, *, plots: bool) -> str:
    """Return the snippet under a fixed id, so that its scripts are the same for every table."""
    report_class = _table_report_class()
    with warnings.catch_warnings():
        # Odd data makes matplotlib and numpy warn; the pictures are bounded and nothing is computed from them.
        warnings.simplefilter("ignore")
        html: str = report_class(
            frame, verbose=0, plot_distributions=plots, compute_associations=len(frame) > 1
        ).html_snippet()
    found = _REPORT_ID.search(html)
    html = html.replace(found.group(1), _ID) if found else html
    return _LINK.sub(_inner, html)


def _inner(link: re.Match[str]) -> str:
    return link.group(1) or ""


def sweetviz(frame: pd.DataFrame, target: Column, *, n_rows: int, n_columns: int) -> Embedded:
    """Return Sweetviz's report in a frame that cannot reach the page around it.

    Parameters are those of ``table_report``. The target is compared with the other columns if it is a number or has
    two values; Sweetviz compares nothing else.

    Raises
    ------
    ExtraMissing
        If Sweetviz is not installed.
    """
    library = _sweetviz_library()
    shown = frame.iloc[:, :MAX_COLUMNS]
    safe, of_target = _escaped(shown, target)
    level = logging.getLogger("matplotlib").level
    try:
        logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it asks for a font that is nowhere installed
        with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
            warnings.simplefilter("ignore")
            report = library.DataframeReport(safe, of_target, None, "off", None, verbosity="off")
            place = os.path.join(folder, "report.html")
            with contextlib.redirect_stdout(io.StringIO()):  # results go to stdout, and these are not results
                report.show_html(place, open_browser=False, layout="vertical", scale=0.9)
            with open(place, encoding="utf-8") as file:
                html = _LINK.sub(_inner, file.read())
    finally:
        logging.getLogger("matplotlib").setLevel(level)
    framed = Markup('<iframe title="Sweetviz report" sandbox="allow-scripts" srcdoc="{}"></iframe>').format(html)
    # Names and values were escaped before Sweetviz saw them, so no script in its page comes from the data.
    return Embedded(framed, tuple(_SCRIPT.findall(html)), ", ".join(_left_out(shown, n_rows, n_columns)))


def _sweetviz_library() -> ModuleType:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it reads its settings by a deprecated way
            import sweetviz as library
    except ImportError as err:
        raise ExtraMissing("The data report by Sweetviz", "sweetviz") from err
    return library


def _escaped(frame: pd.DataFrame, target: Column) -> tuple[pd.DataFrame, str | None]:
    """Return a copy in which names and words are HTML already, since Sweetviz escapes nothing, and the target's name.

    The name is None where Sweetviz would refuse the target.
    """
    safe = frame.rename(columns=lambda name: escape(clean(name)))
    for column in safe.select_dtypes(include=["object", "str"]):
        safe[column] = safe[column].map(lambda value: escape(clean(value)), na_action="ignore")
    name = escape(clean(target.name))
    levels = safe[name].dropna().unique()
    if target.kind in NUMERIC_KINDS:
        return safe, name
    if len(levels) != 2 or safe[name].isna().any():
        return safe, None
    safe[name] = safe[name] == max(levels)
    return safe, name


def _left_out(shown: pd.DataFrame, n_rows: int, n_columns: int) -> list[str]:
    told = []
    if len(shown) < n_rows:
        told.append(f"a sample of {len(shown):,} of {n_rows:,} rows")
    if shown.shape[1] < n_columns:
        told.append(f"the target and the {shown.shape[1] - 1} columns that say most about it, of {n_columns:,}")
    return told


@lru_cache
def _trusted_scripts() -> tuple[str, ...]:
    """Return skrub's own scripts, taken from the report of a table that holds nothing.

    The page's policy allows these texts alone, so a cell that slipped through its escaping still could not run.
    """
    import pandas as pd

    return tuple(_SCRIPT.findall(_skrub(pd.DataFrame({"a": [0, 1]}), plots=False)))


def _table_report_class() -> type:
    variable = "SKB_DATA_DIRECTORY"
    given = os.environ.get(variable)
    if given is None:
        # Importing skrub makes a folder for its sample data, by default in the home directory.
        os.environ[variable] = os.path.join(tempfile.gettempdir(), "skrub_data")
    try:
        from skrub import TableReport
    except ImportError as err:
        raise ExtraMissing("The data report", "train") from err
    finally:
        if given is None:
            os.environ.pop(variable, None)
    return TableReport
