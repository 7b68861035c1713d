"""Tables of very many columns: the same cells mean the same as in narrow ones."""

import duckdb
import pytest

from automl_lite.domain.columns import Kind
from automl_lite.ingest import read_file

N_COLUMNS, N_ROWS = 260, 40


def cell(row, column):
    match column % 5:
        case 0:
            return f"{row * column / 8}"
        case 1:
            return f"{(row * 7 + column) % 23 - 5}"
        case 2:
            return ("red", "green", "blue sky")[(row + column) % 3] if (row + column) % 7 else ""
        case 3:
            return f"{(row + 1) * 1.25e3:.1f}" if row % 4 else ""
        case _:
            return f"2020-01-{1 + (row + column) % 28:02}" if column == 4 else f"{row % 2}"


@pytest.fixture
def read(tmp_path):
    """Read rows of cells; return the columns, the values of each and the report."""

    def read(rows, columns):
        source, out = tmp_path / "t.csv", tmp_path / "t.parquet"
        lines = [",".join(f"c{column}" for column in columns)]
        lines += [",".join(row[column] for column in columns) for row in rows]
        source.write_text("\n".join(lines) + "\n", encoding="utf-8")
        reading = read_file(source, out=out)
        values = duckdb.sql(f"SELECT * FROM '{out}'").fetchall()
        return {c.name: c.kind for c in reading.columns}, list(zip(*values, strict=True)), reading

    return read


@pytest.mark.parametrize(
    "strange", ["", "1_000", " 7", "007", "NA", "1.5", "+3", "-0", "inf", "red  ", "x\x1fy", '"a\nb"']
)
def test_a_cell_means_the_same_in_wide_and_narrow_tables(read, strange):
    rows = [[cell(row, column) for column in range(N_COLUMNS)] for row in range(N_ROWS)]
    for place in (1, 2, 3):
        rows[27 + place][place] = strange
    kinds, values, _ = read(rows, range(N_COLUMNS))
    narrow_kinds, narrow_values, _ = read(rows, range(10))
    assert {name: kinds[name] for name in narrow_kinds} == narrow_kinds
    assert values[:10] == narrow_values


def test_blank_rows_of_wide_tables_are_no_rows(read):
    rows = [[cell(row, column) for column in range(N_COLUMNS)] for row in range(N_ROWS)]
    rows[20] = [""] * N_COLUMNS
    _, values, reading = read(rows, range(N_COLUMNS))
    _, narrow_values, narrow = read(rows, range(10))
    assert reading.n_rows == narrow.n_rows
    assert values[:10] == narrow_values


def test_row_numbers_of_wide_tables_are_ids(read):
    rows = [[str(1 + row), *(cell(row, column) for column in range(1, N_COLUMNS))] for row in range(N_ROWS)]
    kinds, values, _ = read(rows, range(N_COLUMNS))
    assert kinds["c0"] is Kind.ID
    assert values[0] == tuple(str(1 + row) for row in range(N_ROWS))


def test_a_header_may_be_longer_than_the_first_look(tmp_path):
    names = [f"{'gene' * 40}_{i}" for i in range(1000)]
    source = tmp_path / "genes.csv"
    rows = "".join(",".join(str((row + i) % 9) for i in range(1000)) + "\n" for row in range(30))
    source.write_text(",".join(names) + "\n" + rows, encoding="utf-8")
    reading = read_file(source, out=tmp_path / "genes.parquet")
    assert [column.name for column in reading.columns] == names
    assert {column.kind for column in reading.columns} == {Kind.INTEGER}
    assert reading.n_rows == 30


def test_names_of_thousands_of_characters_are_cut_and_told(tmp_path):
    source = tmp_path / "long.csv"
    source.write_text(f"{'x' * 3000},{'x' * 3000},y\n" + "1,2,3\n" * 30, encoding="utf-8")
    reading = read_file(source, out=tmp_path / "long.parquet")
    lengths = [len(column.name) for column in reading.columns]
    assert lengths == [200, 194, 1]
    assert len({column.name for column in reading.columns}) == 3
    (told,) = [notice for notice in reading.notices if notice.code == "long-header"]
    assert "more than 200 characters" in told.message
