"""Kinds by evidence: what makes an identifier, a boolean, a date, and what a forced kind does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from automl_lite.domain.columns import Kind
from automl_lite.errors import UnknownColumn
from automl_lite.ingest.errors import KindDoesNotFit


def column(name: str, cells: list[Any], *, beside: str = "other") -> str:
    """A table of one column of interest and one that is never missing."""
    return f"{name}\t{beside}\n" + "".join(f"{cell}\tw{n % 5}\n" for n, cell in enumerate(cells))


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("product_width", [round(1.5 + n / 8, 3) for n in range(60)], "number"),
        ("product_width", [1000 + n * 7 for n in range(60)], "integer"),
        ("humidity", [n * 13 % 997 for n in range(60)], "integer"),
        ("customer_residence", [f"street {n % 40}" for n in range(60)], "category"),
        ("paid", [5 * n + 3 for n in range(60)], "integer"),
        ("zip_code", [10001 + 17 * (n % 30) for n in range(60)], "integer"),
        ("zip_code", [f"{(n * 37) % 40:05d}" for n in range(60)], "category"),
        ("store_id", [n % 6 for n in range(60)], "integer"),
        ("store_id", [f"S{n % 6}" for n in range(60)], "category"),
        ("year", [1960 + n for n in range(60)], "integer"),
        ("day", list(range(1, 61)), "integer"),
        ("price", [n * 3 for n in range(60)], "integer"),
    ],
)
def test_a_name_alone_makes_no_identifier(read: Any, name: str, cells: list[Any], kind: str) -> None:
    assert read(column(name, cells)).kinds[name] == kind


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("PassengerId", list(range(1, 61))),
        ("row", list(range(60))),
        ("anything", list(range(1, 61))),
        ("customer_id", [7919 * n % 100_003 for n in range(60)]),
        ("tweet", [9_007_199_254_740_993 + 2 * n for n in range(60)]),
        ("key", [f"{n:08x}-1234-4abc-8def-{n * 7:012x}" for n in range(60)]),
        ("contact", [f"user{n}@example.org" for n in range(60)]),
        ("account", [f"{n * 31:08d}" for n in range(60)]),
        ("order", [f"ORD-{n * 37:05d}" for n in range(60)]),
    ],
)
def test_values_and_names_together_make_identifiers(read: Any, name: str, cells: list[Any]) -> None:
    table = read(column(name, cells))
    assert table.kinds[name] == "id"
    assert table.column(name) == [str(cell) for cell in cells]
    assert table.reading.columns[0].reason


def test_in_few_rows_nothing_is_an_identifier(read: Any) -> None:
    assert read(column("customer_id", [3, 1, 2, 7])).kinds["customer_id"] == "integer"


@pytest.mark.parametrize(
    ("spellings", "kept"),
    [
        (("no", "yes"), ("no", "yes")),
        (("FALSE", "TRUE"), ("FALSE", "TRUE")),
        (("N", "Y"), ("N", "Y")),
        (("f", "t"), ("f", "t")),
        (("off", "on"), ("off", "on")),
    ],
)
def test_booleans_keep_their_spellings(read: Any, spellings: tuple[str, str], kept: tuple[str, str]) -> None:
    table = read(column("flag", [spellings[n % 3 == 0] for n in range(60)]))
    assert table.kinds["flag"] == "boolean"
    assert table.column("flag") == [n % 3 == 0 for n in range(60)]
    assert table.reading.columns[0].formats == kept


def test_the_most_frequent_spellings_of_all_rows_are_kept(read: Any) -> None:
    cells = ["no", "yes"] * 1_500 + ["False"] * 4_000 + ["True"] * 4_000
    assert read(column("flag", cells)).reading.columns[0].formats == ("False", "True")


def test_one_side_that_was_never_met_is_written_like_the_other(read: Any) -> None:
    assert read(column("flag", ["FALSE"] * 30)).reading.columns[0].formats == ("FALSE", "TRUE")


def test_zero_and_one_are_whole_numbers(read: Any) -> None:
    assert read(column("flag", [n % 2 for n in range(30)])).kinds["flag"] == "integer"


@pytest.mark.parametrize("cells", [["Y"] * 30, ["no"] * 30, ["yes", "no", "maybe"] * 10])
def test_words_that_are_not_both_sides_stay_words(read: Any, cells: list[str]) -> None:
    assert read(column("answer", cells)).column("answer") == cells


MOMENT = dt.datetime(2014, 10, 13, 8, 30)


@pytest.mark.parametrize(
    ("cell", "format"),
    [
        ("2014-10-13 08:30", "%Y-%m-%d %H:%M"),
        ("2014-10-13T08:30:00", "%Y-%m-%dT%H:%M:%S"),
        ("2014-10-13 08:30:00.000", "%Y-%m-%d %H:%M:%S.%f"),
        ("2014/10/13 08:30", "%Y/%m/%d %H:%M"),
        ("13/10/2014 08:30", "%d/%m/%Y %H:%M"),
        ("10/13/2014 8:30 AM", "%m/%d/%Y %I:%M %p"),
        ("13.10.2014 08:30:00", "%d.%m.%Y %H:%M:%S"),
        ("13-10-14 08:30", "%d-%m-%y %H:%M"),
        ("October 13, 2014 08:30", "%B %d, %Y %H:%M"),
        ("13 Oct 2014 08:30", "%d %b %Y %H:%M"),
        ("13-Oct-2014 08:30", "%d-%b-%Y %H:%M"),
        ("Mon, 13 Oct 2014 08:30:00", "%d %b %Y %H:%M:%S"),
    ],
)
def test_dates_and_times_as_people_write_them(read: Any, cell: str, format: str) -> None:
    table = read(column("at", [cell] * 6))
    assert table.column("at") == [MOMENT] * 6
    assert table.reading.columns[0].formats == (format,)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2014-10-13T08:30:00Z", MOMENT),
        ("2014-10-13T10:30:00+02:00", MOMENT),
        ("2014-10-13 03:30:00-05", MOMENT),
        ("2014-10-13 08:30:00 UTC", MOMENT),
    ],
)
def test_times_with_a_zone_come_to_utc(read: Any, cell: str, value: dt.datetime) -> None:
    table = read(column("at", [cell] * 6))
    assert table.column("at") == [value] * 6
    assert '"at": times with a zone were brought to UTC.' in table.reading.assumptions


def test_an_offset_far_down_is_not_dropped(read: Any) -> None:
    cells = ["2014-10-13 08:30:00"] * 5_000 + ["2014-10-13 10:30:00+02"]
    assert set(read(column("at", cells)).column("at")) == {MOMENT}


def test_one_thirteen_settles_day_and_month_for_all_rows(read: Any) -> None:
    cells = [f"0{1 + n % 9}/0{1 + n % 7}/2015" for n in range(5_000)] + ["13/02/2015"]
    table = read(column("on", cells))
    assert table.column("on")[0] == dt.datetime(2015, 1, 1)
    assert table.column("on")[1] == dt.datetime(2015, 2, 2)
    assert table.column("on")[2] == dt.datetime(2015, 3, 3)
    assert table.column("on")[9] == dt.datetime(2015, 3, 1)  # 01/03: the first of March
    assert "ambiguous-dates" not in table.codes()


def test_dates_that_do_not_tell_are_read_by_convention_with_a_warning(read: Any) -> None:
    table = read(column("on", [f"0{1 + n % 9}/05/2015" for n in range(30)]))
    assert table.column("on")[2] == dt.datetime(2015, 3, 5)
    assert "ambiguous-dates" in table.codes()


def test_contradictory_dates_are_told_and_the_rarer_ones_reported(read: Any) -> None:
    cells = [f"{13 + n % 15}/02/2015" for n in range(60)] + ["02/25/2015", "02/26/2015"]
    table = read(column("on", cells))
    assert table.column("on")[-2:] == [None, None]
    assert "contradictory-dates" in table.codes()
    assert [reject.line for reject in table.reading.rejects] == [62, 63]


def test_eight_digits_are_dates_only_by_evidence(read: Any) -> None:
    days = [f"201410{1 + n % 28:02d}" for n in range(40)]
    assert read(column("order_date", days)).kinds["order_date"] == "datetime"
    assert read(column("amount", [20141301 + n for n in range(40)])).kinds["amount"] != "datetime"


def test_whole_numbers_written_with_decimals(read: Any) -> None:
    table = read(column("n", ["3.0", "4.0", "", "5.0"] * 6))
    assert table.kinds["n"] == "integer"
    assert table.column("n")[:4] == [3, 4, None, 5]


@pytest.mark.parametrize(
    ("late", "kind"), [("007", "category"), ("1.5", "number"), ("1e3", "number"), ("1.0", "integer"), ("x9", None)]
)
def test_a_late_cell_is_never_bent_to_fit_whole_numbers(read: Any, late: str, kind: str | None) -> None:
    cells = [str(3 * n % 1000) for n in range(5_000)]
    table = read(column("code", [*cells, late]))
    if kind is None:  # one cell in five thousand that is no number is told, and missing
        assert table.kinds["code"] == "integer"
        assert [(reject.line, reject.text) for reject in table.reading.rejects] == [(5_002, "x9")]
        return
    assert table.kinds["code"] == kind
    last = table.column("code")[-1]
    assert last == (late if kind == "category" else float(late))


@pytest.mark.parametrize("late", ["1_000", "inf", "-nan", "0x10", "1,000"])
def test_a_late_cell_is_never_bent_to_fit_decimals(read: Any, late: str) -> None:
    cells = [f"{n % 997}.25" for n in range(5_000)]
    table = read(column("value", [*cells, late], beside="some_words"))
    value = table.column("value")[-1]
    if late == "1,000":
        assert value == 1000.0 or any(reject.text == late for reject in table.reading.rejects)
        return
    assert value is None
    told = " ".join(table.reading.assumptions) + " ".join(reject.text for reject in table.reading.rejects)
    assert late in told


def test_odd_cells_among_numbers_become_missing_and_are_told(read: Any) -> None:
    cells = [str(n) for n in range(100)]
    cells[10:14] = ["n/a", "?", "twelve", "-"]
    table = read(column("n", cells))
    assert table.column("n")[10:14] == [None] * 4
    assert [(reject.line, reject.column, reject.text) for reject in table.reading.rejects] == [(14, "n", "twelve")]
    assert table.reading.rejects[0].reason == "The cell is not a whole number."
    assert table.reading.n_rejected == 0
    assert any("3 cells" in sentence for sentence in table.reading.assumptions)


def test_a_frequent_odd_cell_is_a_level_and_keeps_the_column_words(read: Any) -> None:
    cells = [str(n % 30) for n in range(95)] + ["refused"] * 5
    table = read(column("n", cells))
    assert table.kinds["n"] == "category"
    assert table.column("n") == cells


def test_prose_is_text_and_codes_are_categories(read: Any) -> None:
    prose = [f"the {n}th visitor liked it more than the other {n * 7} did" for n in range(60)]
    assert read(column("review", prose)).kinds["review"] == "text"
    assert read(column("colour", ["deep red", "sea green"] * 30)).kinds["colour"] == "category"


FORCED = "id\tzip\tyes\tday\n" + "".join(f"{n}\t{n % 9}0{n % 7}\t{n % 2}\t2014101{n % 9}\n" for n in range(1, 41))


def test_forced_kinds_are_obeyed(read: Any) -> None:
    kinds = {"id": Kind.NUMBER, "zip": Kind.CATEGORY, "yes": Kind.BOOLEAN, "day": Kind.CATEGORY}
    table = read(FORCED, kinds=kinds)
    assert table.kinds == {name: kind.value for name, kind in kinds.items()}
    assert table.rows[0] == (1.0, "101", True, "20141011")
    assert all(column.reason == "The kind was chosen by the user." for column in table.reading.columns)


def test_forced_integer_on_an_identifier_gives_it_back_as_a_number(read: Any) -> None:
    assert read(FORCED).kinds["id"] == "id"
    assert read(FORCED, kinds={"id": Kind.INTEGER}).column("id")[:3] == [1, 2, 3]


def test_forced_number_reports_the_cells_that_do_not_fit(read: Any) -> None:
    cells = [str(n) if n % 3 else "none of it" for n in range(30)]
    table = read(column("n", cells), kinds={"n": Kind.NUMBER})
    assert table.kinds["n"] == "number"
    assert table.column("n")[:3] == [None, 1.0, 2.0]
    assert [reject.line for reject in table.reading.rejects][:2] == [2, 5]


def test_a_kind_that_no_cell_fits_is_refused(read: Any) -> None:
    with pytest.raises(KindDoesNotFit, match='No value of "word" can be read as number'):
        read("word,n\nred,1\nblue,2\n", kinds={"word": Kind.NUMBER})


def test_a_forced_column_that_is_not_there_names_the_closest(read: Any) -> None:
    with pytest.raises(UnknownColumn) as caught:
        read("colour,n\nred,1\nblue,2\n", kinds={"color": Kind.CATEGORY})
    assert "colour" in caught.value.hint


CLEAN = "when,n,price,colour,ok\n" + "".join(
    f"2024-01-{1 + n % 28:02d},{n % 9},{n / 8},{('red', 'blue')[n % 2]},{('no', 'yes')[n % 3 == 0]}\n"
    for n in range(300)
)


def test_clean_files_are_read_in_one_pass_in_guessed_kinds_and_in_the_same_given(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: Any, **__: Any) -> None:
        raise AssertionError("the careful way was taken")

    monkeypatch.setattr("automl_lite.ingest.delimited.load", slow)
    guessed = read(CLEAN)
    given = read(CLEAN, kinds={name: Kind(kind) for name, kind in guessed.kinds.items()})
    assert (given.kinds, given.rows) == (guessed.kinds, guessed.rows)
    assert set(guessed.kinds.values()) == {"datetime", "integer", "number", "category", "boolean"}


def test_forced_integers_may_be_written_with_a_zero_after_the_point_anywhere(read: Any) -> None:
    cells = [f"{n}.0" if n in (7, 2_900) else str(n) for n in range(3_000)]
    table = read(column("n", cells), kinds={"n": Kind.INTEGER})
    assert table.kinds["n"] == "integer"
    assert table.column("n") == list(range(3_000))
    assert table.reading.rejects == ()
