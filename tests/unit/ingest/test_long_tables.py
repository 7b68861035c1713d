"""Long tables: what is counted of all rows is exact, what is sampled comes close and says so."""

import numpy as np
import pandas as pd
import pytest

from automl_lite.domain.columns import Kind
from automl_lite.ingest import long_columns, measure, profile_table, read_frame

N = 24_000


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(11)
    x = rng.normal(size=N)
    return pd.DataFrame(
        {
            "x": np.where(rng.random(N) < 0.1, np.nan, x),
            "again": x,
            "same": x,
            "whole": rng.integers(-50_000, 50_000, N).astype(float),
            "n": rng.integers(0, 7, N),
            "many": rng.integers(-40_000, 40_000, N),
            "flag": rng.random(N) < 0.3,
            "other_flag": rng.random(N) < 0.3,
            "when": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 10**8, N), "s"),
            "colour": rng.choice(["red", "green", "blue", None], N, p=[0.5, 0.3, 0.1, 0.1]),
            "word": [f"w{int(v)}" for v in rng.exponential(400, N)],
            "text": [f"note number {i} of {i % 91}" for i in rng.permutation(N)],
        }
    )


@pytest.fixture(scope="module")
def entries(frame, tmp_path_factory):
    table = tmp_path_factory.mktemp("long") / "table.parquet"
    reading = read_frame(frame, out=table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_columns, "EXACT_ROWS", 5_000)
        patch.setattr(long_columns, "DRAWN_ROWS", 6_000)
        patch.setattr(long_columns, "_FEW_WORDS", 500)
        patch.setattr(measure, "_FETCHED_ROWS", 1_000)
        profile = profile_table(table, reading.columns)
    assert [c.kind for c in reading.columns][-1] is Kind.TEXT
    return {entry["name"]: entry for entry in profile.columns} | {"notices": profile.notices}


@pytest.mark.parametrize("name", ["x", "again", "whole", "many"])
def test_numbers_of_many_values_are_summed_exactly_and_sampled_for_their_shape(frame, entries, name):
    known = frame[name].dropna()
    found = entries[name]
    assert found["n_missing"] == N - len(known)
    assert (found["min"], found["max"]) == (known.min(), known.max())
    assert found["mean"] == pytest.approx(known.mean())
    assert found["std"] == pytest.approx(known.std())
    assert (found["n_zero"], found["n_negative"]) == ((known == 0).sum(), (known < 0).sum())
    assert found["is_whole"] == (name in ("whole", "many"))
    assert found["n_distinct"] == pytest.approx(known.nunique(), rel=0.1)
    assert not found["n_distinct_is_exact"]
    assert found["n_sampled"] == pytest.approx(6_000 * len(known) / N, rel=0.1)
    assert sum(found["histogram"]["counts"]) == found["n_sampled"]
    for share, value in found["quantiles"].items():
        assert (known <= value).mean() == pytest.approx(float(share), abs=0.02)


@pytest.mark.parametrize("name", ["n", "flag", "colour", "word"])
def test_few_different_values_are_counted_exactly(frame, entries, name):
    found, known = entries[name], frame[name].dropna()
    counts = known.astype(str).str.lower().value_counts()
    assert "n_sampled" not in found
    assert (found["n_distinct"], found["n_distinct_is_exact"]) == (len(counts), True)
    if name != "flag":  # written as the file spells it
        assert found["top_values"][0]["value"] == counts.index[0]
    assert [value["count"] for value in found["top_values"]] == counts.head(20).tolist()


def test_counted_numbers_have_exact_figures(frame, entries):
    found, known = entries["n"], frame["n"]
    assert found["mean"] == pytest.approx(known.mean())
    assert found["std"] == pytest.approx(known.std())
    assert found["quantiles"]["0.25"] == np.quantile(known, 0.25)
    assert found["histogram"]["counts"] == np.bincount(known).tolist()


def test_times_and_texts(frame, entries):
    assert entries["when"]["min"] == frame["when"].min().isoformat()
    assert entries["when"]["max"] == frame["when"].max().isoformat()
    assert sum(entries["when"]["histogram"]["counts"]) == entries["when"]["n_sampled"]
    assert abs(pd.Timestamp(entries["when"]["median"]) - frame["when"].median()) < pd.Timedelta(days=60)
    lengths = frame["text"].str.len()
    assert entries["text"]["length"]["max"] == lengths.max()
    assert entries["text"]["length"]["mean"] == pytest.approx(lengths.mean(), rel=1e-2)
    assert entries["text"]["top_values"] == []
    assert entries["text"]["examples"]


def test_equal_columns_are_found_and_similar_ones_told_apart(entries):
    (notice,) = [n for n in entries["notices"] if n.code == "duplicate-column"]
    assert (notice.column, notice.facts) == ("same", {"same_as": "again"})
