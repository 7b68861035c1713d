"""Files of rows in any dress, read through ingest as the command line does where it is installed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from automl_lite.cli import rows as rows_module
from automl_lite.cli.rows import open_rows
from automl_lite.domain.columns import Kind
from automl_lite.inference import Predictor
from tests.unit.cli.conftest import read_csv, write_csv
from tests.unit.inference import graphs
from tests.unit.inference.graphs import random_rows

MESSY = """\
Age;rooms;Sex;paid;sold;notes;id;price
29,5;3;male;true;13.10.2014;great view;007;1.234,50
;4;female;false;14.10.2014;small;008;99,00
old;2;male;true;15.10.2014;great;009;-1
30,5;NA;other;no;not a date;"a
b";010;
1;2;3
28,0;1;male;yes;16.10.2014;x;011;=1+1
"""


def test_a_european_csv_is_read_as_training_would_read_it(run, regression, tmp_path):
    (tmp_path / "rows.csv").write_text(MESSY, encoding="utf-8")
    outcome = run("predict", regression, tmp_path / "rows.csv", "-o", tmp_path / "out.csv", "--json")
    assert (outcome.code, outcome.json["n_rows"], outcome.json["n_errors"]) == (0, 5, 2)
    answers = read_csv((tmp_path / "out.csv").read_text(encoding="utf-8").replace("a\nb", "a b"))
    first = {"Age": 29.5, "rooms": 3, "Sex": "male", "paid": "true", "sold": "2014-10-13", "notes": "great view"}
    assert float(answers[0]["prediction"]) == pytest.approx(graphs.formula(first))
    assert [a["id"] for a in answers] == ["007", "008", "009", "010", "011"]
    assert [bool(a["_error"]) for a in answers] == [False, False, True, True, False]
    assert answers[2]["_error"] == "'Age' expects a number, not 'old'."
    assert answers[3]["_error"] == "'sold' expects a date or a time, not 'not a date'."
    assert answers[4]["price"] == "'=1+1"
    assert "Left out, because unreadable: 1 row (line 7)" in outcome.err


def test_chunks_keep_the_order_and_the_values(run, binary, tmp_path, monkeypatch):
    monkeypatch.setattr(rows_module, "CHUNK_ROWS", 7)
    rows = [{"n": i, **r} for i, r in enumerate(random_rows(40))]
    data = write_csv(tmp_path / "rows.csv", rows)
    assert run("predict", binary, data, "-o", tmp_path / "out.csv").code == 0
    answers = read_csv((tmp_path / "out.csv").read_text(encoding="utf-8"))
    assert [a["n"] for a in answers] == [str(i) for i in range(40)]
    plain = [{k: v for k, v in r.items() if k != "n"} for r in rows]
    assert [a["prediction"] for a in answers] == Predictor(binary).predict(plain).tolist()


def test_other_formats(run, regression, tmp_path):
    rows = random_rows(30)
    data = write_csv(tmp_path / "rows.csv", rows)
    target = tmp_path / "rows.parquet"
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{data}', all_varchar = true)) TO '{target}' (FORMAT parquet)")
    run("predict", regression, data, "-o", tmp_path / "a.csv")
    run("predict", regression, target, "-o", tmp_path / "b.csv")
    a, b = ((tmp_path / name).read_text(encoding="utf-8") for name in ("a.csv", "b.csv"))
    assert [r["prediction"] for r in read_csv(a)] == [r["prediction"] for r in read_csv(b)]


def test_missing_columns_are_named_all_at_once(run, regression, tmp_path):
    data = write_csv(tmp_path / "rows.csv", [{"Age": 1 + i, "rooms": 2} for i in range(5)])
    outcome = run("predict", regression, data)
    assert outcome.code == 1
    assert "The model needs 4 more columns: 'Sex', 'paid', 'sold', 'notes'." in outcome.err
    assert run("predict", regression, data, "--allow-missing-columns").code == 0


def test_an_error_of_reading_is_told(run, regression, tmp_path):
    (tmp_path / "rows.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    outcome = run("predict", regression, tmp_path / "rows.csv")
    assert (outcome.code, outcome.out) == (1, "")
    assert "Error [not-a-table]" in outcome.err


def test_nothing_stays_behind(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    data = write_csv(tmp_path / "rows.csv", random_rows(5))
    with open_rows(data, {"Age": Kind.NUMBER}) as rows:
        assert sum(chunk.n_rows for chunk in rows.chunks()) == 5
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_column_mostly_of_another_kind_does_not_fit(run, regression, tmp_path):
    data = write_csv(
        tmp_path / "rows.csv", [r | {"Age": "forty" if i % 3 else 40} for i, r in enumerate(random_rows(30))]
    )
    outcome = run("predict", regression, data, "--check")
    assert outcome.code == 1
    assert "20 of 30 values of 'Age' are not of its kind" in outcome.err
    assert "not 'forty'" in outcome.err
