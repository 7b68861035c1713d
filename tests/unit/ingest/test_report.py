"""The report: what it says, that it goes through JSON, and that nothing remains of a failed reading."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from automl_lite.ingest import Reading, Reject, read_file
from automl_lite.ingest.errors import NoRows

ROWS = "1.234,5;13/10/2014; a ;;x\n7,25;14/10/2014;b;;y\n"
MESSY = "Zürich report\n\nprice;day;word;;word\n" + ROWS * 30 + "n.a.;;c;;z;9\n"


def test_a_report_goes_through_json_and_back(read: Any) -> None:
    reading = read(MESSY).reading
    assert reading.rejects
    assert reading.notices
    assert reading.assumptions
    assert Reading.from_dict(json.loads(json.dumps(reading.as_dict()))) == reading


def test_a_report_knows_its_source(read: Any) -> None:
    reading = read(MESSY).reading
    assert reading.size_bytes == len(MESSY.encode())
    assert reading.source_sha256 == hashlib.sha256(MESSY.encode()).hexdigest()


def test_assumptions_name_their_columns(read: Any) -> None:
    sentences = read(MESSY).reading.assumptions
    assert any(sentence.startswith('"price"') and "comma is the decimal mark" in sentence for sentence in sentences)
    assert any(sentence.startswith('"day"') and "%d/%m/%Y" in sentence for sentence in sentences)
    assert any(sentence.startswith('"word"') and "white space" in sentence for sentence in sentences)


def test_a_reject_is_cut_at_200_characters() -> None:
    reject = Reject(line=1, column="", reason="", text="x" * 500)
    assert len(reject.text) == 200
    assert reject.text.endswith("…")


def test_at_most_a_thousand_rejects_are_listed_and_all_are_counted(read: Any) -> None:
    rows = ["a,b,c"] + [f"w{n % 4},{n},1.5" if n % 3 else f"w{n % 4},{n},1.5,9" for n in range(6_000)]
    reading = read("\n".join(rows) + "\n").reading
    assert reading.n_rejected == 2_000
    assert reading.n_rows == 4_000
    assert len(reading.rejects) == 1_000
    assert reading.rejects[0].line == 2
    assert reading.rejects[999].line == 2 + 3 * 999


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_those_of_the_file(read: Any, newline: str) -> None:
    rows = ["title", "", "a,b,c", '"two', 'lines",1,2', "x,2,3", "y,3", "z,4,5", "z,five,6"]
    rows += [f"w{n % 3},{n},{n}" for n in range(30)]
    reading = read(newline.join(rows) + newline).reading
    found = {(reject.line, reject.column) for reject in reading.rejects}
    assert found == {(7, ""), (9, "b")}


def test_a_failed_reading_leaves_the_old_table(tmp_path: Path) -> None:
    source, out = tmp_path / "source.csv", tmp_path / "out.parquet"
    source.write_text("a,b\n1,2\n")
    read_file(source, out=out)
    before = out.read_bytes()
    source.write_text("a,b\n")
    with pytest.raises(NoRows):
        read_file(source, out=out)
    assert out.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.parquet", "source.csv"]


def test_a_file_name_with_signs_of_sql_and_patterns_is_read(tmp_path: Path) -> None:
    source = tmp_path / "día [a-z]*? 'x' – (v2) 😀.csv"
    source.write_text("a,b\n1,2\n")
    (tmp_path / "día b 'x' – (v2) 😀.csv").write_text("c\n3\n")
    assert [column.name for column in read_file(source, out=tmp_path / "out.parquet").columns] == ["a", "b"]


def test_a_name_that_does_not_match_the_content_is_told(read: Any) -> None:
    assert "The file is called .xlsx but holds delimited text; it was read as that." in (
        read("a,b\n1,2\n", filename="sales.xlsx").reading.assumptions
    )
    assert read("a,b\n1,2\n", filename="sales.csv").reading.assumptions == ()


def test_reading_needs_neither_pandas_nor_scikit_learn_nor_pyarrow(tmp_path: Path) -> None:
    source = tmp_path / "source.csv"
    source.write_text("a,b\n1,x\n2,y\n")
    code = (
        "import sys; from pathlib import Path; from automl_lite.ingest import read_file;"
        f"read_file(Path({str(source)!r}), out=Path({str(tmp_path / 'out.parquet')!r}));"
        "print([name for name in ('pandas', 'sklearn', 'pyarrow', 'scipy') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert answer.stdout.strip() == "[]"


def test_the_same_bytes_give_the_same_table_with_any_number_of_threads(tmp_path: Path) -> None:
    source = tmp_path / "source.csv"
    source.write_text("a,b,c\n" + "".join(f"w{n % 9},{n},{n / 7}\n" for n in range(20_000)))
    outs = [tmp_path / f"out-{threads}.parquet" for threads in (1, 2)]
    readings = [read_file(source, out=out, threads=threads) for out, threads in zip(outs, (1, 2), strict=True)]
    assert readings[0] == readings[1]
    assert outs[0].read_bytes() == outs[1].read_bytes()
