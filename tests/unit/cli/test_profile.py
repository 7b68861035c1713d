"""``automl-lite profile``: the columns, their shapes, and what to mind."""

import pytest

from automl_lite.cli.columns import MAX_COLUMNS


@pytest.fixture
def flats(tmp_path):
    """A small table of flats with a column that gives the rent away."""
    lines = ["rent,rooms,town,built,deposit,note"]
    towns = ("Ulm", "Jena", "Köln")
    for i in range(60):
        rent = 400 + 37 * i % 900 + i / 4
        lines.append(f"{rent},{1 + i % 4},{towns[i % 3]},{1950 + i},{3 * rent},{'[b]x[/b]' if i % 2 else ''}")
    path = tmp_path / "flats.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_columns_are_shown_with_shape_and_values(run, flats):
    outcome = run("profile", flats)
    assert outcome.code == 0
    lines = {line.split()[0]: line for line in outcome.out.splitlines() if line.strip()}
    assert "Ulm 33%" in lines["town"]
    assert "1950 to 2009" in lines["built"]
    assert any(block in lines["rent"] for block in "▁▂▃▄▅▆▇█")
    assert "50%" in lines["note"]
    assert "[b]x[/b]" in lines["note"]


def test_with_a_target_the_strongest_column_comes_first_and_leaks_are_named(run, flats):
    outcome = run("profile", flats, "--target", "rent")
    assert "Predicting 'rent' is regression." in outcome.out
    names = [line.split()[0] for line in outcome.out.splitlines() if line.strip()]
    assert names.index("rent") < names.index("deposit") < names.index("town")
    assert '"deposit" alone explains' in outcome.err


def test_a_target_that_cannot_be_learnt_is_told(run, flats):
    outcome = run("profile", flats, "--target", "note")
    assert outcome.code == 0
    assert "only one value" in outcome.err


def test_json_holds_reading_and_profile(run, flats):
    told = run("profile", flats, "--target", "rent", "--json").json
    assert told["reading"]["n_rows"] == told["profile"]["n_rows"] == 60
    assert [c["name"] for c in told["profile"]["columns"]] == ["rent", "rooms", "town", "built", "deposit", "note"]
    assert "leak-suspect" in {n["code"] for n in told["profile"]["notices"]}


def test_wide_tables_are_cut_and_say_so(run, tmp_path):
    path = tmp_path / "wide.csv"
    header = ",".join(f"c{i}" for i in range(200))
    rows = [",".join(str((i * j) % 7) for i in range(200)) for j in range(1, 30)]
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    outcome = run("profile", path)
    assert f"the first {MAX_COLUMNS}; --json has all" in outcome.out
    assert sum(" integer " in line for line in outcome.out.splitlines()) == MAX_COLUMNS
