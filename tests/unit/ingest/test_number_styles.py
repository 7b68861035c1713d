"""What counts as a number: signs do, letters in front do not."""

from __future__ import annotations

import pytest

from automl_lite.ingest import read_file
from automl_lite.ingest.numbers import NumberStyle


@pytest.mark.parametrize("text", ["5", "-5", "+5", "\u22125", "\u20135", "- 5", "1,234.5", "(5)", "5-"])
def test_signs_belong_to_numbers(text):
    assert NumberStyle(".", ",").fits(text)


@pytest.mark.parametrize("text", ["c1", "V28", "A 5", "/5", ":5", "x0.5"])
def test_letters_and_other_marks_do_not(text):
    assert not NumberStyle(".", ",").fits(text)
    assert not NumberStyle(",", ".").fits(text)


def test_numbered_names_over_numbers_are_a_header(tmp_path):
    lines = [",".join(f"V{column}" for column in range(1, 6))]
    lines += [",".join(str((row * 31 + column) % 11) for column in range(5)) for row in range(30)]
    (tmp_path / "t.csv").write_text("\n".join(lines), encoding="utf-8")
    reading = read_file(tmp_path / "t.csv", out=tmp_path / "t.parquet")
    assert [column.name for column in reading.columns] == ["V1", "V2", "V3", "V4", "V5"]
    assert reading.n_rows == 30


def test_codes_of_a_letter_and_a_number_are_categories(tmp_path):
    rows = "\n".join(f"{row % 2},c{row % 4}" for row in range(200))
    (tmp_path / "t.csv").write_text(f"y,code\n{rows}\n", encoding="utf-8")
    reading = read_file(tmp_path / "t.csv", out=tmp_path / "t.parquet")
    assert {column.name: str(column.kind) for column in reading.columns}["code"] == "category"
