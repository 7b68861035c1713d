"""Axes hold every value, marks stay inside their plot, and words are short and safe."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from automl_lite.training.reports import charts, words

VALUES = st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=20)


@given(VALUES, st.booleans())
@example([-1.7e308, 1.7e308], False)
@example([5e-324, 1e-323], False)
@example([1.0, 1.0000000000000002], True)
def test_axis_covers_all_values_with_few_ascending_ticks(values: list[float], from_zero: bool) -> None:
    axis = charts.number_axis(values, from_zero=from_zero)
    known = [value for value in values if abs(value) < 1e300]
    assert axis.low < axis.high
    reach = max(abs(axis.low), abs(axis.high)) * 1e-9
    assert all(axis.low - reach <= value <= axis.high + reach for value in known)
    places = [place for place, _ in axis.ticks]
    assert places == sorted(places)
    assert 2 <= len(places) <= 12
    assert not from_zero or axis.low <= 0 <= axis.high
    assert all(0 <= axis.at(value) <= 100 for value in known)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_axis_of_shares_never_passes_a_hundred_percent(shares: list[float]) -> None:
    axis = charts.percent_axis(shares)
    assert axis.low == 0
    assert axis.high <= 1
    assert axis.at(max(shares)) <= 100


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=2, max_size=30))
def test_marks_stay_inside_the_plot(points: list[tuple[float, float]]) -> None:
    xs, ys = [a for a, _ in points], [b for _, b in points]
    x, y = charts.number_axis(xs), charts.number_axis(ys)
    drawn = (
        charts.line(xs, ys, x, y) + charts.dots(points, x, y) + charts.whiskers([(a, b, b) for a, b in points], x, y)
    )
    for path in re.findall(r' d="([^"]*)"', str(drawn)):
        assert all(0 <= float(n) <= 100 for n in re.findall(r"-?\d+\.?\d*", path))


def test_names_are_escaped_in_every_kind_of_mark() -> None:
    name = "<b>&\"'"
    axis = charts.share_axis()
    drawn = [
        charts.bar_row(name, 0.5, name),
        charts.plot([], x=axis, y=axis, aria=name, x_label=name, y_label=name, notes=[(0.5, 0.5, name, "k1")]),
        charts.legend([("", name)]),
        charts.strip([(name, [0.1, 0.2], [None, 0.5])], axis, name),
    ]
    assert all("<b>" not in str(each) and "&lt;b&gt;&amp;&#34;&#39;" in str(each) for each in drawn)


def test_bars_of_nothing_and_one_bar_are_drawn() -> None:
    assert 'd=""' in str(charts.bars([0, 1], [0], charts.share_axis(), charts.share_axis()))
    assert str(charts.spark([0, 0])).count("<path") == 1
    assert charts.mark_axis([None]).at(0.5) == pytest.approx(50, abs=1)


@given(st.text(max_size=300))
def test_words_from_the_data_are_one_short_line_that_can_be_written(text: str) -> None:
    shown = words.clean(text, 40)
    assert 0 < len(shown) <= 40
    assert not set(shown) & set("\n\r\x00\u2028")
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("given_text", "written"),
    [
        ("2026-03-04T05:06:07+00:00", "4 March 2026, 05:06 UTC"),
        ("2026-03-14T05:06:07+02:00", "14 March 2026, 03:06 UTC"),
        ("2026-12-01T23:59:00", "1 December 2026, 23:59"),
        ("yesterday", "yesterday"),
    ],
)
def test_moments_are_written_for_people(given_text: str, written: str) -> None:
    assert words.moment(given_text) == written


def test_quantities_in_words() -> None:
    gap = "\N{NO-BREAK SPACE}"
    assert [words.plain_size(n) for n in (12, 34_567, 1_234_567)] == [f"12{gap}B", f"35{gap}KB", f"1.2{gap}MB"]
    assert [words.seconds(s) for s in (0.44, 12.3, 124)] == [f"0.4{gap}s", f"12{gap}s", f"2{gap}min 04{gap}s"]
    assert [words.count(n, "class", "classes") for n in (1, 2000)] == ["1 class", "2,000 classes"]
    shares = (0.0, 0.0001, 0.0005, 0.2)
    assert [words.small_share(s) for s in shares] == [f"0.0{gap}%", f"<0.1{gap}%", f"0.1{gap}%", f"20.0{gap}%"]
    assert words.small_share(0.001, 0) == f"<1{gap}%"
