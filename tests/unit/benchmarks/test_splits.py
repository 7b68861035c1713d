import pandas as pd
import pytest
from benchmarks.quality.splits import prepare

from tests.unit.benchmarks.builders import loans


def cells(file):
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def test_every_known_row_is_on_one_side(tmp_path):
    data = loans(tmp_path, drop=())
    split = prepare(data, 0, tmp_path / "work")
    train, test = cells(split.train), cells(split.test)
    assert (split.n_train, split.n_test) == (len(train), len(test)) == (44, 15)
    assert sorted(train["id"].astype(int).tolist() + test["id"].astype(int).tolist()) == [
        i for i in range(60) if i != 7
    ]
    assert split.classes == ("no", "yes")
    assert train["paid"].value_counts(normalize=True)["yes"] == pytest.approx(39 / 59, abs=0.02)


def test_answers_lie_apart_from_what_systems_read(tmp_path):
    split = prepare(loans(tmp_path), 0, tmp_path / "work")
    assert "paid" not in cells(split.test).columns
    assert split.answers.parent != split.test.parent
    answers, source = cells(split.answers), cells(tmp_path / "loans.csv")
    assert source["paid"].iloc[answers["row"].astype(int)].tolist() == answers["paid"].tolist()


def test_nobody_gets_a_dropped_column(tmp_path):
    split = prepare(loans(tmp_path), 0, tmp_path / "work")
    assert list(cells(split.train)) == ["amount", "city", "day", "paid"]


def test_dates_are_found_where_the_manifest_names_none(tmp_path):
    assert prepare(loans(tmp_path), 0, tmp_path / "work").dates == ("day",)


def test_seeds_differ_and_a_second_call_writes_nothing(tmp_path):
    data = loans(tmp_path)
    first = prepare(data, 0, tmp_path / "work")
    text, at = first.train.read_bytes(), first.train.stat().st_mtime_ns
    assert prepare(data, 0, tmp_path / "work") == first
    assert first.train.stat().st_mtime_ns == at
    assert prepare(data, 1, tmp_path / "work").train.read_bytes() != text


def test_time_puts_the_latest_rows_into_the_test(tmp_path):
    split = prepare(loans(tmp_path, split="time:day"), 0, tmp_path / "work")
    assert split.by_time
    assert cells(split.train)["day"].max() <= cells(split.test)["day"].min()


def test_groups_are_never_on_both_sides_nor_inputs(tmp_path):
    data = loans(tmp_path, split="group:city", drop=())
    split = prepare(data, 0, tmp_path / "work")
    assert "city" not in cells(split.train).columns
    city = cells(tmp_path / "loans.csv")["city"]
    of = [set(city.iloc[cells(file)["id"].astype(int)]) for file in (split.train, split.test)]
    assert not of[0] & of[1]
