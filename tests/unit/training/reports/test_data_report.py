"""The data report shows the profile's figures and what goes with the target, and lets no cell out of its text."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from automl_lite.domain.columns import Column, Kind, Notice, Task
from automl_lite.errors import ExtraMissing
from automl_lite.training.config import InvalidSetting
from automl_lite.training.reports import embedded
from tests.unit.training.reports.page import Page, assert_self_contained
from tests.unit.training.reports.tables import report, shop

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(2)>",
    "\"'><svg onload=alert(3)>",
    "</template></style><iframe src=//evil.example></iframe>",
    "{{ 7 * 7 }}{% raw %}",
]
MAX_BYTES = 3_000_000


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Page, dict]:
    frame, columns = shop()
    return report(tmp_path_factory.mktemp("orders"), frame, columns, "late", Task.BINARY)


def test_report_leads_with_the_column_that_says_most(orders: tuple[Page, dict]) -> None:
    page, _ = orders
    assert "“days” says most: alone it explains" in page.text
    assert "400 rows" in page.text
    assert page.html.count("<main") == 1


def test_figures_are_those_of_the_profile(orders: tuple[Page, dict]) -> None:
    page, profile = orders
    entries = {entry["name"]: entry for entry in profile["columns"]}
    most = entries["late"]["top_values"][0]
    assert f"Always saying “{most['value']}” would be right {100 * most['share']:.1f} % of the time." in page.text
    assert f"Missing cells {100 * entries['days']['n_missing'] / (400 * 7):.1f} %" in page.text
    assert f"{100 * entries['days']['missing_share']:.1f} %" in page.text
    assert f"{400 - entries['days']['n_missing']:,} of 400 rows are complete" in page.text
    assert "id. Its values name rows, so there are no groups to compare." in page.text


def test_report_is_self_contained_and_small(orders: tuple[Page, dict]) -> None:
    page, _ = orders
    assert_self_contained(page)
    assert len(page.html) < MAX_BYTES
    assert set(page.anchors) <= set(page.ids)
    assert len(page.scripts) == 2  # skrub's


def test_notices_come_with_reason_and_remedy(tmp_path: Path) -> None:
    frame, columns = shop(60)
    told = [
        Notice(code="x", message="A remark.", severity="info"),
        Notice(code="leak-suspect", message="“days” gives it away.", column="days", remedy="Leave it out."),
    ]
    page, _ = report(tmp_path, frame, columns, "late", Task.BINARY, notices=told, max_seconds=0.1)
    assert page.text.index("“days” gives it away. Leave it out.") < page.text.index("A remark.")
    assert "1 thing needs a look" in page.text


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS, Task.REGRESSION])
def test_nothing_in_the_data_becomes_markup(tmp_path: Path, task: Task) -> None:
    rng = np.random.default_rng(0)
    n = 120
    classes = HOSTILE[: 2 if task is Task.BINARY else 5]
    number = rng.normal(size=n)
    target = pd.Series(rng.choice(classes, n), dtype=object)
    frame = pd.DataFrame({HOSTILE[0]: number if task is Task.REGRESSION else target})
    columns = [Column(name=HOSTILE[0], kind=Kind.NUMBER if task is Task.REGRESSION else Kind.CATEGORY)]
    for i, name in enumerate(HOSTILE[1:]):
        values = pd.Series([HOSTILE[(k + i) % 5] if k % 7 else None for k in range(n)], dtype=object)
        frame[name] = number + i if i == 3 else values
        columns.append(
            Column(name=name, kind=Kind.NUMBER if i == 3 else Kind.CATEGORY, reason=HOSTILE[0], unit=HOSTILE[2])
        )
    page, _ = report(tmp_path, frame, columns, HOSTILE[0], task, title=HOSTILE[1])
    assert_self_contained(page)
    assert page.tags.count("script") == len(page.scripts) == 2
    assert not [tag for tag in page.tags if tag == "iframe"]
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7 * 7 }}" in page.text


@pytest.mark.parametrize(
    ("frame", "kinds", "task", "told"),
    [
        pytest.param(
            {"y": ["a", "b"], "x": [1.0, 2.0]}, [Kind.CATEGORY, Kind.NUMBER], Task.BINARY, "too few rows", id="2 rows"
        ),
        pytest.param(
            {"y": ["a"] * 9, "x": np.arange(9.0)},
            [Kind.CATEGORY, Kind.NUMBER],
            Task.BINARY,
            "has fewer than two values",
            id="one class",
        ),
        pytest.param(
            {"y": np.arange(30.0), "x": [np.nan] * 30, "z": [None] * 30},
            [Kind.NUMBER, Kind.NUMBER, Kind.CATEGORY],
            Task.REGRESSION,
            "No column could be compared",
            id="all missing",
        ),
        pytest.param(
            {"y": np.r_[np.full(29, 1e300), -1e300], "x": np.r_[np.full(29, np.inf), 0.0], "z": np.zeros(30)},
            [Kind.NUMBER, Kind.NUMBER, Kind.NUMBER],
            Task.REGRESSION,
            "30 rows",
            id="extremes",
        ),
        pytest.param(
            {"y": [f"class {i % 500}" for i in range(2000)], "x": np.arange(2000.0) % 500},
            [Kind.CATEGORY, Kind.NUMBER],
            Task.MULTICLASS,
            "488 more classes",
            id="500 classes",
        ),
        pytest.param(
            {"y": [True, False, None] * 20, "when": pd.to_datetime(["2024-01-01", None, "2024-03-01"] * 20)},
            [Kind.BOOLEAN, Kind.DATETIME],
            Task.BINARY,
            "20 rows have no value here",
            id="booleans and dates",
        ),
    ],
)
def test_odd_tables(tmp_path: Path, frame: dict, kinds: list[Kind], task: Task, told: str) -> None:
    table = pd.DataFrame({name: pd.Series(v, dtype=None if k in _TYPED else object) for (name, v), k in
                          zip(frame.items(), kinds, strict=True)})  # fmt: skip
    columns = [Column(name=name, kind=kind) for name, kind in zip(frame, kinds, strict=True)]
    page, _ = report(tmp_path, table, columns, "y", task)
    assert told in page.text or told in page.html
    assert_self_contained(page)


_TYPED = {Kind.NUMBER, Kind.INTEGER, Kind.DATETIME}


def test_two_thousand_columns_stay_small_and_are_all_listed(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    cells = rng.normal(size=(60, 2000))
    frame = pd.DataFrame(cells, columns=[f"column {i}" for i in range(2000)])
    frame.insert(0, "y", np.where(cells[:, 1234] > 0, "up", "down").astype(object))
    frame["y"] = frame["y"].astype(object)
    columns = [Column(name="y", kind=Kind.CATEGORY)]
    columns += [Column(name=f"column {i}", kind=Kind.NUMBER) for i in range(2000)]
    page, _ = report(tmp_path, frame, columns, "y", Task.BINARY)
    assert "“column 1234” says most" in page.text
    assert "the target and the 39 columns that say most about it, of 2,001" in page.text
    assert all(f">column {i}<" in page.html for i in range(2000))
    assert len(page.html) < MAX_BYTES


def test_large_tables_are_sampled_and_say_so(tmp_path: Path) -> None:
    frame, columns = shop(25_000)
    page, _ = report(tmp_path, frame, columns, "price", Task.REGRESSION)
    assert "Columns are compared with the target on a random 20,000 rows." in page.text
    assert "a sample of 10,000 of 25,000 rows" in page.text


def test_without_time_the_table_is_left_out_and_the_report_says_it(tmp_path: Path) -> None:
    frame, columns = shop()
    page, _ = report(tmp_path, frame, columns, "late", Task.BINARY, max_seconds=0.0)
    assert "There was no time left to compare it." in page.html
    assert "There was no time for it within this run's budget." in page.text
    assert page.scripts == []
    assert "script-src" not in page.policy


def test_failure_of_another_library_leaves_the_rest_of_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise ZeroDivisionError("odd data")

    monkeypatch.setattr(embedded, "_skrub", fail)
    frame, columns = shop(80)
    with caplog.at_level(logging.WARNING):
        page, _ = report(tmp_path, frame, columns, "late", Task.BINARY)
    assert "Skrub could not describe this table (ZeroDivisionError)." in page.text
    assert "What is missing" in page.text
    assert "odd data" in caplog.text


def test_unknown_engine_is_refused(tmp_path: Path) -> None:
    frame, columns = shop(20)
    with pytest.raises(InvalidSetting, match="pandas-profiling") as caught:
        report(tmp_path, frame, columns, "late", Task.BINARY, engine="pandas-profiling")
    assert "skrub, sweetviz, none" in caught.value.hint


def test_sweetviz_names_its_extra_when_it_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sweetviz", None)
    frame, columns = shop(20)
    with pytest.raises(ExtraMissing) as caught:
        report(tmp_path, frame, columns, "late", Task.BINARY, engine="sweetviz")
    assert caught.value.hint == "Run: pip install 'automl-lite[sweetviz]'"


class _Careless:
    """As Sweetviz: it writes names and values as they are."""

    def __init__(self, frame: pd.DataFrame, target: str | None, *args: object, verbosity: str) -> None:
        self.cells = [*frame.columns, *frame.astype(str).to_numpy().ravel(), f"compared with {target}"]

    def show_html(self, path: str, **options: object) -> None:
        print("Report was generated.")
        Path(path).write_text(
            f'<html><script>draw("all")</script><a href="https://x.example">{"<p>".join(self.cells)}</a></html>',
            encoding="utf-8",
        )


@pytest.mark.parametrize(("n_classes", "compared"), [(2, HOSTILE[0]), (3, None)])
def test_sweetviz_gets_names_and_words_that_are_safe_as_markup(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    n_classes: int,
    compared: str | None,
) -> None:
    library = type("Library", (), {"DataframeReport": _Careless})
    monkeypatch.setattr(embedded, "_sweetviz_library", lambda: library)
    frame = pd.DataFrame(
        {HOSTILE[0]: HOSTILE[:n_classes] * 20, HOSTILE[1]: HOSTILE[3:4] * 20 * n_classes}, dtype=object
    )
    columns = [Column(name=name, kind=Kind.CATEGORY) for name in frame]
    task = Task.BINARY if n_classes == 2 else Task.MULTICLASS
    page, _ = report(tmp_path, frame, columns, HOSTILE[0], task, engine="sweetviz")
    assert_self_contained(page)
    assert page.scripts == ['draw("all")']
    assert page.tags.count("iframe") == 1
    assert 'sandbox="allow-scripts"' in page.html
    assert f"compared with {compared}" in page.text
    assert capsys.readouterr().out == ""


def test_real_sweetviz_fits_in(tmp_path: Path) -> None:
    pytest.importorskip("sweetviz", reason="an optional extra that is not part of the development set")
    frame, columns = shop(150)
    page, _ = report(tmp_path, frame, columns, "late", Task.BINARY, engine="sweetviz")
    assert_self_contained(page)
    assert "by Sweetviz" in page.text
    assert "Sweetviz could not describe" not in page.text
