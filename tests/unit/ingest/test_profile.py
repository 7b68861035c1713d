"""The statistics of columns and what they give reason to tell."""

import json
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from automl_lite.domain.columns import Column, Kind
from automl_lite.errors import UnknownTarget
from automl_lite.ingest import profile_table, read_file, read_frame


@pytest.fixture
def profiled(tmp_path):
    """Profiles a frame as if it had been read from a file."""

    def profiled(frame, *, target=None, kinds=None, **more):
        table = tmp_path / "table.parquet"
        reading = read_frame(pd.DataFrame(frame), out=table, kinds=kinds)
        return profile_table(table, reading.columns, target=target, **more)

    return profiled


def entry(profile, name):
    return next(column for column in profile.columns if column["name"] == name)


def notice(profile, code):
    """The only notice of a code."""
    found = [n for n in profile.notices if n.code == code]
    assert len(found) == 1, [n.message for n in profile.notices]
    return found[0]


def codes(profile):
    return {n.code for n in profile.notices}


def test_numbers_are_measured(profiled):
    values = [float(i) / 4 for i in range(-10, 190)] + [None] * 50
    found = entry(profiled({"x": values, "y": range(250)}), "x")
    known = np.array(values[:200])
    assert found["n_missing"] == 50
    assert found["missing_share"] == 0.2
    assert found["n_distinct"] == 200
    assert found["min"] == known.min()
    assert found["max"] == known.max()
    assert found["mean"] == pytest.approx(known.mean())
    assert found["std"] == pytest.approx(known.std(ddof=1))
    assert found["quantiles"]["0.25"] == pytest.approx(np.quantile(known, 0.25))
    assert found["median"] == pytest.approx(np.median(known))
    assert (found["n_negative"], found["n_zero"], found["is_whole"]) == (10, 1, False)


def test_histograms_hold_every_value_once(profiled):
    rng = np.random.default_rng(0)
    frame = {
        "x": rng.normal(size=400),
        "n": rng.integers(0, 7, 400),
        "t": [datetime(2020, 1, 1) + timedelta(hours=i) for i in range(400)],
    }
    profile = profiled(frame, max_bins=12)
    for name in frame:
        histogram = entry(profile, name)["histogram"]
        assert len(histogram["edges"]) == len(histogram["counts"]) + 1 <= 13
        assert sum(histogram["counts"]) == 400
    edges, counts = entry(profile, "x")["histogram"].values()
    assert counts == np.histogram(frame["x"], edges)[0].tolist()
    assert entry(profile, "n")["histogram"]["counts"] == np.bincount(frame["n"]).tolist()
    assert entry(profile, "t")["histogram"]["edges"][0] == "2020-01-01T00:00:00"


def test_frequent_values_come_first_in_their_own_spelling(tmp_path, profiled):
    profile = profiled({"c": ["b"] * 3 + ["a"] * 5 + [None] * 2, "n": [1.5] * 4 + [2] * 6})
    assert entry(profile, "c")["top_values"] == [
        {"value": "a", "count": 5, "share": 0.625},
        {"value": "b", "count": 3, "share": 0.375},
    ]
    assert [v["value"] for v in entry(profile, "n")["top_values"]] == ["2", "1.5"]
    table = tmp_path / "flags.parquet"
    read_frame(pd.DataFrame({"flag": [True, True, False]}), out=table)
    spelled = profile_table(table, [Column(name="flag", kind=Kind.BOOLEAN, formats=("No", "Yes"))])
    assert [v["value"] for v in spelled.columns[0]["top_values"]] == ["Yes", "No"]


def test_a_profile_is_plain_json(profiled):
    frame = {
        "x": [1.5, np.nan, 1e300] * 20,
        "s": ['a "quoted" name; DROP TABLE x', "b", None] * 20,
        "t": [datetime(2020, 1, 1), None, datetime(1815, 6, 18, 12)] * 20,
        'odd "name"': [True, False, None] * 20,
        "nothing": [None] * 60,
    }
    told = profiled(frame).as_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["n_rows"] == 60
    assert [c["name"] for c in told["columns"]] == list(frame)


def test_a_single_row_and_an_unknown_target(profiled):
    profile = profiled({"x": [1.0], "c": ["a"]})
    assert entry(profile, "x")["histogram"] == {"edges": [1.0, 1.0], "counts": [1]}
    with pytest.raises(UnknownTarget, match="'z'"):
        profiled({"x": [1.0], "c": ["a"]}, target="z")


def test_columns_that_never_change_or_hardly(profiled):
    n = 200
    profile = profiled(
        {
            "x": np.arange(n) * 1.5,
            "same": ["only"] * n,
            "empty": [None] * n,
            "rare": [1] + [0] * (n - 1),
            "often": [1] * 5 + [0] * (n - 5),
            "gaps": [None] * 150 + list(np.arange(50) * 0.7),
        }
    )
    assert notice(profile, "constant-column").column == "same"
    assert notice(profile, "constant-column").action == "keep"
    assert notice(profile, "empty-column").column == "empty"
    assert '"0" in 99.5%' in notice(profile, "nearly-constant-column").message
    assert notice(profile, "nearly-constant-column").column == "rare"
    assert notice(profile, "many-missing").column == "gaps"


def test_repeated_columns_name_the_first(profiled):
    rng = np.random.default_rng(1)
    x = rng.normal(size=100)
    balanced = np.repeat([0, 1], 50)
    profile = profiled({"x": x, "again": x, "shuffled": rng.permutation(x), "a": balanced, "b": balanced[::-1].copy()})
    found = notice(profile, "duplicate-column")
    assert (found.column, found.facts, found.action) == ("again", {"same_as": "x"}, "keep")


def test_many_columns_share_one_notice(profiled):
    profile = profiled({"x": np.arange(30) * 0.1} | {f"c{i}": ["same"] * 30 for i in range(40)})
    found = notice(profile, "constant-column")
    assert found.column == ""
    assert len(found.columns) == 40
    assert found.message.startswith('40 columns have the same value in every row: "c0", "c1"')
    assert found.facts["details"]["c39"] == '"c39" is "same" in every row.'


def test_repeated_rows_are_counted_without_identifiers(profiled):
    frame = {"x": [0.5, 1.5, 2.5] * 20, "c": ["a", "b", "c"] * 20, "row_id": [f"r{i:03}x" for i in range(60)]}
    profile = profiled(frame, kinds={"row_id": Kind.ID})
    assert profile.n_duplicate_rows == 57
    assert "57 of 60 rows" in notice(profile, "duplicate-rows").message
    assert notice(profile, "identifier-column").column == "row_id"


def test_outliers_are_far_from_all_others(profiled):
    rng = np.random.default_rng(2)
    x = rng.normal(size=500)
    profile = profiled({"x": x, "slipped": np.where(np.arange(500) == 7, 1000.0, x), "skewed": np.exp(x)})
    found = notice(profile, "outliers")
    assert found.column == "slipped"
    assert "up to 1,000" in found.message


def test_more_columns_than_rows(profiled):
    rng = np.random.default_rng(3)
    wide = {f"f{i}": rng.normal(size=30) for i in range(40)}
    assert "more columns (40) than rows (30)" in notice(profiled(wide), "more-columns-than-rows").message


def test_clean_tables_get_no_notice(profiled):
    rng = np.random.default_rng(4)
    frame = {"x": rng.normal(size=300), "n": rng.integers(0, 30, 300), "c": rng.choice(list("abc"), 300)}
    assert codes(profiled(frame)) == set()


def test_a_target_with_gaps_rare_classes_and_one_common_class(profiled):
    y = ["good"] * 190 + ["bad"] * 7 + ["Bad"] * 3 + [None] * 40
    profile = profiled({"x": np.arange(240) * 1.5, "y": y}, target="y")
    assert "40 of 240 rows" in notice(profile, "target-missing").message
    assert '95.0% of the rows have the "y" "good"' in notice(profile, "imbalance").message
    assert notice(profile, "rare-classes").facts["classes"] == {"Bad": 3, "bad": 7}
    assert notice(profile, "spelling-variants").facts["variants"] == [["bad", "Bad"]]
    assert notice(profile, "spelling-variants").severity == "warning"


def test_a_long_tail_is_told_of_regression_targets(profiled):
    rng = np.random.default_rng(5)
    profile = profiled({"x": rng.normal(size=300), "y": [*np.arange(298) + 0.5, 9e3, 1e4]}, target="y")
    assert notice(profile, "skewed-target").column == "y"
    assert notice(profile, "skewed-target").severity == "info"


def test_rows_in_the_order_of_time_offer_a_split(profiled):
    rng = np.random.default_rng(6)
    days = pd.date_range("2021-03-01", periods=120, freq="D")
    assert notice(profiled({"day": days, "y": rng.normal(size=120)}), "time-order").action == "split-by-time"
    assert notice(profiled({"day": days[::-1], "y": rng.normal(size=120)}), "time-order").facts == {"order": "backward"}
    assert "time-order" not in codes(profiled({"day": rng.permutation(days), "y": rng.normal(size=120)}))


def test_columns_that_say_the_same_in_other_words(profiled):
    rng = np.random.default_rng(7)
    level = rng.integers(0, 5, 200)
    frame = {"grade": np.array(list("edcba"))[level], "number": level, "other": rng.integers(0, 5, 200)}
    found = notice(profiled(frame), "same-information")
    assert (found.column, found.facts, found.action) == ("number", {"same_as": "grade"}, "drop")


def test_spellings_of_categories(profiled):
    words = ["New York", "new york", "New-York", "Paris", "A+", "A-"] * 20
    found = notice(profiled({"city": words, "x": np.arange(120) * 0.5}), "spelling-variants")
    assert found.facts["variants"] == [["New York", "New-York", "new york"]]
    assert found.severity == "info"


def test_relations_tell_the_target_along_each_column(profiled):
    rng = np.random.default_rng(8)
    c = rng.choice(list("ab"), 400)
    frame = {"c": c, "x": rng.normal(size=400), "y": np.where(c == "a", 10.0, 0.0) + rng.normal(size=400) * 3}
    profile = profiled(frame, target="y")
    relation = entry(profile, "c")["relation"]
    assert relation["strength"] > 0.5
    assert {g["label"]: round(g["mean"]) for g in relation["groups"]} == {"a": 10, "b": 0}
    assert entry(profile, "x")["relation"]["strength"] < 0.1
    assert sum(g["n"] for g in entry(profile, "x")["relation"]["groups"]) == 400
    assert "relation" not in entry(profile, "y")
    shares = entry(profiled(frame, target="c"), "y")["relation"]
    assert sorted(shares["classes"]) == ["a", "b"]
    assert sum(shares["groups"][0]["shares"]) == pytest.approx(1, abs=1e-3)


def test_long_tables_are_sampled_and_say_so(profiled):
    n = 30_000
    profile = profiled({"x": np.arange(n) * 0.5, "y": np.arange(n) % 2}, target="y")
    assert profile.n_sampled == 20_000
    assert entry(profile, "x")["max"] == (n - 1) * 0.5
    assert sum(g["n"] for g in entry(profile, "x")["relation"]["groups"]) == pytest.approx(20_000, rel=0.05)


def test_wide_tables_are_profiled_in_parts(profiled):
    rng = np.random.default_rng(9)
    frame = {f"f{i}": rng.integers(0, 9, 60) for i in range(300)} | {"y": rng.normal(size=60)}
    profile = profiled(frame, target="y")
    assert [c["name"] for c in profile.columns] == list(frame)
    assert [c["max"] for c in profile.columns[:300]] == [frame[f"f{i}"].max() for i in range(300)]
    assert sum(bool(c["relation"]["groups"]) for c in profile.columns[:300]) == 200


def test_a_column_called_like_the_place_of_a_row(tmp_path):
    source = tmp_path / "odd.csv"
    source.write_text("file_row_number,x\n" + "".join(f"{7 * i % 5},{i / 2}\n" for i in range(30)), encoding="utf-8")
    reading = read_file(source, out=tmp_path / "table.parquet")
    profile = profile_table(tmp_path / "table.parquet", reading.columns)
    assert entry(profile, "file_row_number_2")["max"] == 4
