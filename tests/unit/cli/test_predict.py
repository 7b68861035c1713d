from __future__ import annotations

import gzip
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from automl_lite.cli import rows as rows_module
from automl_lite.inference import Predictor
from tests.unit.cli.conftest import read_csv, write_csv
from tests.unit.inference import graphs
from tests.unit.inference.graphs import ROW, random_rows

pytestmark = pytest.mark.usefixtures("plain_csv")


def read_out(path: Path) -> list[dict[str, str]]:
    return read_csv(path.read_text(encoding="utf-8"))


def test_answers_stand_beside_the_rows(run, binary, tmp_path):
    rows = [{"id": f"{i:03d}", **r, "memo": "x,y"} for i, r in enumerate(random_rows(50))]
    data = write_csv(tmp_path / "rows.csv", rows)
    outcome = run("predict", binary, data, "-o", tmp_path / "out.csv")
    assert (outcome.code, outcome.out) == (0, "")
    assert "50 rows answered" in outcome.err
    answers = read_out(tmp_path / "out.csv")
    assert list(answers[0]) == [
        "id", *ROW, "memo", "prediction", "probability", "probability_no", "probability_yes", "_error",
    ]  # fmt: skip
    assert [a["id"] for a in answers] == [f"{i:03d}" for i in range(50)]
    plain = [{k: r[k] for k in ROW} for r in rows]
    predictor = Predictor(binary)
    assert [a["prediction"] for a in answers] == predictor.predict(plain).tolist()
    expected = predictor.predict_proba(plain)
    assert [float(a["probability_yes"]) for a in answers] == pytest.approx(expected[:, 1].tolist(), abs=1e-6)
    assert [float(a["probability"]) for a in answers] == pytest.approx(expected.max(axis=1).tolist(), abs=1e-6)
    assert {a["_error"] for a in answers} == {""}


def test_standard_output_is_the_csv_and_nothing_else(run, regression, tmp_path):
    data = write_csv(tmp_path / "rows.csv", [ROW, ROW])
    outcome = run("predict", regression, data)
    answers = read_csv(outcome.out)
    assert [float(a["prediction"]) for a in answers] == pytest.approx([graphs.formula(ROW | {"paid": "true"})] * 2)
    assert float(answers[0]["prediction_high"]) - float(answers[0]["prediction_low"]) == pytest.approx(50)


def test_rows_that_cannot_be_scored_say_why_and_the_others_are(run, regression, tmp_path, monkeypatch):
    monkeypatch.setattr(rows_module, "CHUNK_ROWS", 4)
    rows = random_rows(10)
    rows[1]["Age"] = "old"
    rows[6]["sold"] = "yesterday"
    data = write_csv(tmp_path / "rows.csv", rows)
    text = data.read_text(encoding="utf-8").splitlines()
    text[9] += ",1,2"
    data.write_text("\n".join(text), encoding="utf-8")
    outcome = run("predict", regression, data, "-o", tmp_path / "out.csv", "--json")
    summary = outcome.json
    assert (summary["n_rows"], summary["n_errors"]) == (10, 3)
    assert summary["errors"][0] == "Row 2: 'Age' expects a number, not 'old'."
    answers = read_out(tmp_path / "out.csv")
    assert [i for i, a in enumerate(answers) if a["_error"]] == [1, 6, 8]
    assert answers[8]["_error"] == "The row has 8 cells instead of 6."
    assert answers[1]["prediction"] == answers[1]["prediction_low"] == ""
    good = [i for i in range(10) if i not in (1, 6, 8)]
    expected = [graphs.formula(rows[i]) for i in good]
    assert [float(answers[i]["prediction"]) for i in good] == pytest.approx(expected)
    assert "7 of 10 rows answered" in outcome.err


def test_cells_that_look_like_formulas_are_defused(run, binary, tmp_path):
    row = ROW | {"notes": "=HYPERLINK(1)", "+cmd": "@x", "n": "-5", "t": "\tx"}
    run("predict", binary, write_csv(tmp_path / "rows.csv", [row]), "-o", tmp_path / "out.csv")
    (answer,) = read_out(tmp_path / "out.csv")
    assert answer["notes"] == "'=HYPERLINK(1)"
    assert (answer["'+cmd"], answer["n"], answer["t"]) == ("'@x", "-5", "'\tx")


def test_added_columns_never_hide_those_of_the_file(run, regression, tmp_path):
    data = write_csv(tmp_path / "rows.csv", [ROW | {"prediction": 1, "prediction_": 2, "_error": "mine"}])
    run("predict", regression, data, "-o", tmp_path / "out.csv")
    (answer,) = read_out(tmp_path / "out.csv")
    assert (answer["prediction"], answer["prediction_"], answer["_error"]) == ("1", "2", "mine")
    assert answer["prediction__"]
    assert answer["_error_"] == ""


def test_missing_columns_are_an_error_unless_allowed(run, regression, tmp_path):
    data = write_csv(tmp_path / "rows.csv", [{k: v for k, v in ROW.items() if k != "Sex"} | {"sex": "male"}])
    outcome = run("predict", regression, data, "-o", tmp_path / "out.csv")
    assert outcome.code == 1
    assert "Error [missing-columns]" in outcome.err
    assert "Is 'sex' meant to be 'Sex'?" in outcome.err
    assert not (tmp_path / "out.csv").exists()
    outcome = run("predict", regression, data, "-o", tmp_path / "out.csv", "--allow-missing-columns")
    assert outcome.code == 0
    assert "'Sex' was not given" in outcome.err


def test_unlike_values_are_told_once_with_counts(run, regression, tmp_path):
    data = write_csv(tmp_path / "rows.csv", [ROW | {"Age": 99, "Sex": "Male"}] * 3)
    outcome = run("predict", regression, data, "-o", tmp_path / "out.csv", "--json")
    notices = {n["column"]: n for n in outcome.json["notices"]}
    assert notices["Age"]["facts"]["n"] == 3
    assert "3 of 3 values of 'Sex' were never seen" in notices["Sex"]["message"]


def test_a_summary_needs_a_file_for_the_answers(run, regression, tmp_path):
    outcome = run("predict", regression, write_csv(tmp_path / "rows.csv", [ROW]), "--json")
    assert (outcome.code, outcome.out) == (2, "")


def test_the_rows_are_never_overwritten(run, regression, tmp_path):
    data = write_csv(tmp_path / "rows.csv", [ROW])
    before = data.read_bytes()
    assert run("predict", regression, data, "-o", data).code == 1
    assert data.read_bytes() == before


def test_a_failure_on_the_way_leaves_no_half_file(run, regression, tmp_path):
    data = write_csv(tmp_path / "rows.csv", [ROW] * 5000)
    data.write_bytes(data.read_bytes() + b"\xff\xfe\n")
    outcome = run("predict", regression, data, "-o", tmp_path / "out.csv")
    assert "Error [unreadable-file]: Line" in outcome.err
    assert sorted(p.name for p in tmp_path.glob("out*")) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable-file"),
        (b"a,a\n1,2\n", "unreadable-file"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), "extra-missing"),
    ],
)
def test_what_plain_csv_reading_cannot_do(run, regression, tmp_path, content: bytes, code: str):
    (tmp_path / "rows.csv").write_bytes(content)
    outcome = run("predict", regression, tmp_path / "rows.csv")
    assert (outcome.code, outcome.out) == (1, "")
    assert f"Error [{code}]" in outcome.err


def test_no_such_file(run, regression, tmp_path):
    assert "There is no file 'rows.csv'" in run("predict", regression, tmp_path / "rows.csv").err


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters(run, regression, tmp_path, delimiter: str):
    lines: list[list[Any]] = [list(ROW), list(ROW.values())]
    (tmp_path / "rows.csv").write_text("\n".join(delimiter.join(map(str, line)) for line in lines), encoding="utf-8")
    assert run("predict", regression, tmp_path / "rows.csv", "-o", tmp_path / "out.csv").code == 0
    assert float(read_out(tmp_path / "out.csv")[0]["prediction"]) == pytest.approx(
        graphs.formula(ROW | {"paid": "true"})
    )


def test_rows_are_only_checked_where_that_is_asked_for(run, binary, tmp_path):
    good = write_csv(tmp_path / "good.csv", [{**r, "Sex": "male"} for r in random_rows(50)])
    outcome = run("predict", binary, good, "--check")
    assert (outcome.code, outcome.out) == (0, "The rows fit the model (50 rows checked).\n")
    codes = {"male": 1, "female": 2, "": ""}
    bad = write_csv(tmp_path / "bad.csv", [{**r, "Sex": codes.get(r["Sex"], 3)} for r in random_rows(50)])
    outcome = run("predict", binary, bad, "--check", "--json")
    assert outcome.code == 1
    assert not outcome.json["fits"]
    assert [n["column"] for n in outcome.json["notices"] if n["severity"] == "error"] == ["Sex"]


def test_a_missing_column_is_named_by_the_check(run, regression, tmp_path):
    data = write_csv(tmp_path / "rows.csv", [{k: v for k, v in ROW.items() if k != "Sex"} | {"sex": "male"}])
    outcome = run("predict", regression, data, "--check")
    assert outcome.code == 1
    assert "The rows do not fit the model" in outcome.out
    assert "no column 'Sex'" in outcome.err
    assert "Is 'sex' meant?" in outcome.err


def test_a_column_in_another_code_is_told_before_the_answers(run, binary, tmp_path):
    data = write_csv(tmp_path / "rows.csv", [{**r, "Sex": "m"} for r in random_rows(50)])
    outcome = run("predict", binary, data, "-o", tmp_path / "out.csv", "--json")
    assert outcome.code == 0
    assert "recoded-column" in {n["code"] for n in outcome.json["notices"]}


def test_a_run_that_was_killed_goes_on_where_it_was(run, binary, tmp_path, monkeypatch):
    monkeypatch.setattr(rows_module, "CHUNK_ROWS", 10)
    rows = random_rows(95, seed=4)
    rows[3]["Age"] = rows[93]["Age"] = "old"
    data = write_csv(tmp_path / "rows.csv", rows)
    run("predict", binary, data, "-o", tmp_path / "whole.csv")
    real, scored = Predictor.score, []

    def killed(self: Predictor, table: Any, **options: Any) -> Any:
        if len(scored) in (4, 7):
            scored.append(0)
            raise KeyboardInterrupt
        scored.append(len(table["Age"]))
        return real(self, table, **options)

    monkeypatch.setattr(Predictor, "score", killed)
    for _ in range(2):
        assert run("predict", binary, data, "-o", tmp_path / "out.csv").code != 0
        assert not (tmp_path / "out.csv").exists()
    outcome = run("predict", binary, data, "-o", tmp_path / "out.csv", "--json")
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert sum(scored) == 95  # no row twice
    assert (outcome.json["n_rows"], outcome.json["n_errors"]) == (95, 2)
    assert [e[:6] for e in outcome.json["errors"]] == ["Row 4:", "Row 94"]
    assert "60 rows had been answered before" in outcome.err
    assert not (tmp_path / "out.csv.parts").exists()


def test_parts_of_other_rows_are_not_used(run, binary, tmp_path, monkeypatch):
    monkeypatch.setattr(rows_module, "CHUNK_ROWS", 10)
    real, calls = Predictor.score, []

    def killed(self: Predictor, table: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(self, table, **options)

    monkeypatch.setattr(Predictor, "score", killed)
    data = write_csv(tmp_path / "rows.csv", random_rows(40, seed=5))
    run("predict", binary, data, "-o", tmp_path / "out.csv")
    write_csv(data, random_rows(40, seed=6))
    run("predict", binary, data, "-o", tmp_path / "out.csv")
    run("predict", binary, data, "-o", tmp_path / "whole.csv")
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def read_table(path: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as db:
        table = db.execute(f"SELECT * FROM read_parquet('{path}')").fetchnumpy()
    names = list(table)
    return [dict(zip(names, row, strict=True)) for row in zip(*(table[n].tolist() for n in names), strict=True)]


def test_answers_as_parquet_and_as_a_workbook_are_those_of_the_csv(run, binary, tmp_path):
    rows = random_rows(40, seed=3)
    rows[3]["Age"] = "old"
    data = write_csv(tmp_path / "rows.csv", rows)
    for name in ("out.csv", "out.parquet", "out.xlsx"):
        outcome = run("predict", binary, data, "-o", tmp_path / name, "--json")
        assert (outcome.code, outcome.json["n_rows"], outcome.json["n_errors"]) == (0, 40, 1), outcome.err
        assert outcome.json["errors"] == ["Row 4: 'Age' expects a number, not 'old'."]
    plain, typed = read_out(tmp_path / "out.csv"), read_table(tmp_path / "out.parquet")
    assert list(typed[0]) == list(plain[0])
    assert [row["prediction"] or "" for row in typed] == [row["prediction"] for row in plain]
    assert [row["_error"] or "" for row in typed] == [row["_error"] for row in plain]
    chances = [float(row["probability"]) for row in plain if row["probability"]]
    assert [row["probability"] for row in typed if row["prediction"]] == pytest.approx(chances, rel=1e-6)
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 41
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("out")) == [
        "out.csv", "out.parquet", "out.xlsx",
    ]  # fmt: skip


def test_a_parquet_file_is_resumed_and_refused_as_the_csv_is(run, binary, tmp_path, monkeypatch):
    monkeypatch.setattr("automl_lite.worker.scoring.PART_ROWS", 10)
    data = write_csv(tmp_path / "rows.csv", random_rows(45, seed=4))
    run("predict", binary, data, "-o", tmp_path / "whole.parquet")
    real, calls = Predictor.score, []

    def killed(self: Predictor, table: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(self, table, **options)

    monkeypatch.setattr(Predictor, "score", killed)
    assert run("predict", binary, data, "-o", tmp_path / "out.parquet").code != 0
    assert not (tmp_path / "out.parquet").exists()
    outcome = run("predict", binary, data, "-o", tmp_path / "out.parquet")
    assert "30 rows had been answered before" in outcome.err
    assert (tmp_path / "out.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    monkeypatch.setattr("automl_lite.worker.answers.XLSX_MAX_ROWS", 44)
    refused = run("predict", binary, data, "-o", tmp_path / "out.xlsx")
    assert refused.code == 1
    assert "too-large-for-workbook" in refused.err
    lacking = write_csv(tmp_path / "lacking.csv", [{k: v for k, v in ROW.items() if k != "Sex"}])
    refused = run("predict", binary, lacking, "-o", tmp_path / "out.parquet")
    assert refused.code == 1
    assert "1 more column: 'Sex'" in refused.err
    assert run("predict", binary, lacking, "-o", tmp_path / "out.parquet", "--allow-missing-columns").code == 0
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".parts")]
