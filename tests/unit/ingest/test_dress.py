"""CSV in every dress that files really wear."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

PEOPLE = [("Anna", 31, 1.5), ("Björn", 28, 2.25), ("Chloé", 45, 3.0), ("Dora", 19, 0.75), ("Emil", 52, 4.125)]


def people(delimiter: str = ",", newline: str = "\n", decimal: str = ".") -> str:
    lines = [delimiter.join(("name", "age", "score"))]
    lines += [delimiter.join((name, str(age), str(score).replace(".", decimal))) for name, age, score in PEOPLE]
    return newline.join(lines) + newline


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(read: Any, delimiter: str, newline: str) -> None:
    table = read(people(delimiter, newline))
    assert table.rows == PEOPLE
    assert table.reading.delimiter == delimiter
    assert table.reading.format == ("tsv" if delimiter == "\t" else "csv")
    assert table.kinds == {"name": "category", "age": "integer", "score": "number"}


@pytest.mark.parametrize(
    ("encoding", "mark", "called"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16"),
        ("utf-16-be", b"\xfe\xff", "utf-16"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("utf-32-le", b"\xff\xfe\x00\x00", "utf-32"),
        ("utf-32-be", b"\x00\x00\xfe\xff", "utf-32"),
        ("cp1252", b"", "cp1252"),
    ],
)
def test_encodings_and_marks(read: Any, encoding: str, mark: bytes, called: str) -> None:
    table = read(mark + people().encode(encoding))
    assert table.rows == PEOPLE
    assert table.names[0] == "name"
    assert table.reading.encoding == called


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1252", ["Genève – “belle vue”", "50 € über alles", "señor Muñoz", "naïve façade"]),
        ("cp1250", ["Łódź świeży żółw", "příliš žluťoučký kůň", "gęś i ćma", "Ğdańsk".replace("Ğ", "G")]),
        ("cp1251", ["Привет мир из Москвы", "Санкт-Петербург и Казань", "Новосибирск зимой", "хорошая погода"]),
        ("shift_jis", ["東京都の人口と面積", "大阪府の天気予報です", "京都の古いお寺", "札幌の雪まつり会場"]),
    ],
)
def test_code_pages_are_told_by_what_comes_out(read: Any, encoding: str, words: list[str]) -> None:
    text = "place,n\n" + "".join(f"{words[n % len(words)]},{n}\n" for n in range(60))
    table = read(text.encode(encoding))
    assert table.column("place")[: len(words)] == words
    assert any("decoded as" in sentence for sentence in table.reading.assumptions)


def test_a_late_accent_in_another_encoding_is_still_read(read: Any) -> None:
    rows = "".join(f"plain {n % 7},{n}\n" for n in range(40_000))
    table = read(("word,n\n" + rows).encode() + "Genève,7\nZürich,8\n".encode("cp1252"))
    assert table.column("word")[-2:] == ["Genève", "Zürich"]
    assert table.reading.encoding == "cp1252"


def test_a_broken_row_in_utf8_is_set_aside_and_told(read: Any) -> None:
    rows = [f"Zürich {n % 9},{n}".encode() for n in range(50)]
    rows[20] = b"Gen\xe8ve,20"
    table = read(b"place,count\n" + b"\n".join(rows) + b"\n")
    assert table.reading.n_rows == 49
    (reject,) = table.reading.rejects
    assert (reject.line, reject.reason) == (22, "The row holds bytes that are not UTF-8.")


def test_nul_characters_are_removed_and_told(read: Any) -> None:
    table = read("a,b\nx\x00y,1\nz,2\nx\x00y,3\n" + "plain,4\n" * 60)
    assert table.column("a")[:3] == ["xy", "z", "xy"]
    assert "2 NUL characters were removed." in table.reading.assumptions


def test_decimal_commas_and_dotted_thousands(read: Any) -> None:
    table = read("price;share;n\n1.234,50;0,5;1.000\n987,25;-1,25;2.500\n12.345.678,00;0,75;12\n")
    assert table.rows == [(1234.5, 0.5, 1000), (987.25, -1.25, 2500), (12345678.0, 0.75, 12)]
    assert table.kinds == {"price": "number", "share": "number", "n": "integer"}


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1,234", "12,345,678", "999", "-1,000"], [1234, 12345678, 999, -1000]),
        (["1 234,5", "12 345 678,25", "-3,5", "7,0"], [1234.5, 12345678.25, -3.5, 7.0]),
        (["1\u00a0234.5", "2\u202f000.0", "3.5", "-4.5"], [1234.5, 2000.0, 3.5, -4.5]),
        (["1'234.50", "12'345'678.00", "1.25", "2.5"], [1234.5, 12345678.0, 1.25, 2.5]),
        (["1,234.5", "0.5", "12,000.25", "3"], [1234.5, 0.5, 12000.25, 3.0]),
        (["\u22125.5", "\u22121.25", "3.5", "4.5"], [-5.5, -1.25, 3.5, 4.5]),
        (["5.5-", "1.25-", "3.5", "4.5"], [-5.5, -1.25, 3.5, 4.5]),
        (["(5.5)", "1.25", "(3.5)", "4.5"], [-5.5, 1.25, -3.5, 4.5]),
        (["1e3", "2.5E-2", "+7.5", ".5"], [1000.0, 0.025, 7.5, 0.5]),
    ],
)
def test_numbers_in_local_dress(read: Any, cells: list[str], values: list[float]) -> None:
    table = read("word;value\n" + "".join(f"w{n};{cell}\n" for n, cell in enumerate(cells)))
    assert table.column("value") == values
    assert table.kinds["value"] in ("number", "integer")


@pytest.mark.parametrize(
    ("cells", "values", "unit"),
    [
        (["$1,234.50", "($99.25)", "$3", "-$4.75"], [1234.5, -99.25, 3.0, -4.75], "$"),
        (["€ 12.30", "€ 5", "12.5 €", "€ -3"], [12.3, 5.0, 12.5, -3.0], "€"),
        (["12 kr", "1 000 kr", "-5 kr", "7,5 kr"], [12.0, 1000.0, -5.0, 7.5], "kr"),
        (["USD 5", "USD 7.25", "USD 1,000", "8 USD"], [5.0, 7.25, 1000.0, 8.0], "USD"),
        (["12.5%", "+3.10 %", "-4%", "0%"], [12.5, 3.1, -4.0, 0.0], "%"),
    ],
)
def test_currency_and_percent_signs_become_the_unit(
    read: Any, cells: list[str], values: list[float], unit: str
) -> None:
    table = read("word\tvalue\n" + "".join(f"w{n}\t{cell}\n" for n, cell in enumerate(cells)))
    assert table.column("value") == values
    assert table.reading.columns[1].unit == unit
    assert any("sign" in sentence for sentence in table.reading.assumptions)


def test_two_currencies_in_one_column_are_not_one_number(read: Any) -> None:
    table = read("n,price\n" + "".join(f"{n},{'$' if n % 2 else '€'}{n}.50\n" for n in range(40)))
    assert table.kinds["price"] == "category"


def test_quoted_line_breaks_delimiters_and_quotes(read: Any) -> None:
    table = read('n,text\n1,"two\nlines, and a comma"\n2,"she said ""no"""\n3,plain\n')
    assert table.column("text") == ["two\nlines, and a comma", 'she said "no"', "plain"]


def test_backslash_escapes(read: Any) -> None:
    rows = "".join(f'{n},"say \\"hi\\", {n}"\n' for n in range(20))
    assert read("n,text\n" + rows).column("text")[3] == 'say "hi", 3'


def test_single_quotes_around_every_cell(read: Any) -> None:
    rows = "".join(f"'{n}','a, b {n % 3}'\n" for n in range(20))
    table = read("'n','text'\n" + rows)
    assert table.names == ["n", "text"]
    assert table.column("text")[4] == "a, b 1"


def test_apostrophes_are_not_quotes(read: Any) -> None:
    table = read("name,n\nO'Neil,1\nD'Arcy,2\n'tis,3\nrock 'n' roll,4\n")
    assert table.column("name") == ["O'Neil", "D'Arcy", "'tis", "rock 'n' roll"]


def test_lines_above_the_table_are_skipped_and_told(read: Any) -> None:
    table = read("Report of sales\nMade on 2024-05-01\n\nregion,n,amount\n" + "north,1,2.5\nsouth,2,3.5\n" * 5)
    assert table.names == ["region", "n", "amount"]
    assert table.reading.n_rows == 10
    (notice,) = [notice for notice in table.reading.notices if notice.code == "lines-above-table"]
    assert notice.facts == {"lines": ["Report of sales", "Made on 2024-05-01"]}


def test_a_title_padded_with_delimiters_is_above_the_table(read: Any) -> None:
    table = read("Sales 2024,,,\n,,,\nregion,n,amount,rate\n" + "north,1,2.5,7\nsouth,2,3.5,8\n" * 5)
    assert table.names == ["region", "n", "amount", "rate"]
    assert table.reading.n_rows == 10


@pytest.mark.parametrize("word", ["Total", "Grand total:", "Summe", "TOTAL"])
def test_a_total_below_the_table_is_set_aside(read: Any, word: str) -> None:
    table = read("region,n,amount\n" + "north,1,2.5\nsouth,2,3.5\n" * 5 + f"{word},15,30.0\n")
    assert table.reading.n_rows == 10
    (reject,) = table.reading.rejects
    assert (reject.line, reject.reason) == (12, "The row is a total, not data.")
    assert table.reading.n_rejected == 1


def test_total_as_a_level_of_its_own_is_data(read: Any) -> None:
    table = read("region,n,amount\n" + "north,1,2.5\ntotal,2,3.5\n" * 5)
    assert table.reading.n_rows == 10
    assert table.reading.n_rejected == 0


def test_a_header_that_comes_again_is_set_aside(read: Any) -> None:
    table = read("region,n\n" + "north,1\nsouth,2\n" * 5 + "region,n\n" + "north,3\n" * 5)
    assert table.reading.n_rows == 15
    assert [(reject.line, reject.reason) for reject in table.reading.rejects] == [(12, "The row repeats the header.")]
    assert table.kinds["n"] == "integer"


def test_rows_that_do_not_fit_are_set_aside_by_line(read: Any) -> None:
    rows = [f"w{n % 4},{n},{n / 4}" for n in range(60)]
    rows[9], rows[30] = "short,1", "long,1,2,3,4"
    table = read("a,b,c\n" + "\n".join(rows) + "\n")
    assert table.reading.n_rows == 58
    assert table.reading.n_rejected == 2
    assert [(reject.line, reject.reason) for reject in table.reading.rejects] == [
        (11, "The row has 2 cells instead of 3."),
        (32, "The row has 5 cells instead of 3."),
    ]
    assert "lines 11, 32" in table.reading.notices[0].message


def test_many_short_rows_are_a_habit_and_padded(read: Any) -> None:
    rows = [f"w{n % 4},{n}" if n % 3 == 0 else f"w{n % 4},{n},{n / 4}" for n in range(90)]
    table = read("a,b,c\n" + "\n".join(rows) + "\n")
    assert table.reading.n_rows == 90
    assert table.column("c").count(None) == 30
    assert "short-rows" in table.codes()


def test_repeated_and_empty_names(read: Any) -> None:
    table = read("price,,Price,price, area \n1,2,3,4,5\n6,7,8,9,10\n")
    assert table.names == ["price", "column_2", "Price_2", "price_3", "area"]
    assert table.reading.columns[3].header == "price"
    assert {"duplicate-headers", "empty-headers"} <= table.codes()


def test_no_header(read: Any) -> None:
    table = read("north,1,2.5\nsouth,2,3.5\nnorth,3,4.5\nsouth,4,5.5\n")
    assert table.names == ["column_1", "column_2", "column_3"]
    assert table.reading.n_rows == 4
    assert not table.reading.header
    assert "no-header" in table.codes()


def test_row_names_without_a_header_as_r_writes_them(read: Any) -> None:
    table = read('"mpg","cyl"\n"Mazda RX4",21.5,6\n"Datsun 710",22.8,4\n"Valiant",18.1,6\n')
    assert table.names == ["column_1", "mpg", "cyl"]
    assert table.column("mpg") == [21.5, 22.8, 18.1]


def test_delimiters_at_line_ends_make_no_columns(read: Any) -> None:
    table = read("a,b,,\n1,x,,\n2,y,,\n3,x,,\n,,,\n")
    assert table.names == ["a", "b"]
    assert table.reading.n_rows == 3
    assert {"empty-columns-dropped", "blank-rows"} <= table.codes()


def test_blank_lines_are_no_rows(read: Any) -> None:
    assert read("a,b\n\n1,x\n\n\n2,y\n  \n3,x\n\n").rows == [(1, "x"), (2, "y"), (3, "x")]


def test_excels_own_declaration_of_the_delimiter(read: Any) -> None:
    table = read("sep=;\na;b\n1,5;x\n2,5;y\n")
    assert table.names == ["a", "b"]
    assert table.column("a") == [1.5, 2.5]


def test_gzip_is_unpacked_by_content(read: Any) -> None:
    table = read(gzip.compress(people().encode()), filename="people.csv")
    assert table.rows == PEOPLE
    assert table.reading.format == "csv+gzip"


def test_a_file_of_mixed_line_ends(read: Any) -> None:
    table = read("a,b\r\n1,x\n2,y\r3,x\r\n4,y\n")
    assert table.rows == [(1, "x"), (2, "y"), (3, "x"), (4, "y")]


def test_the_last_line_needs_no_end(read: Any) -> None:
    assert read("a,b\n1,x\n2,y").rows == [(1, "x"), (2, "y")]


def test_white_space_around_cells_is_removed_and_told(read: Any) -> None:
    table = read("a,b\n north ,1\nsouth, 2\n\u00a0north,3\n")
    assert table.rows == [("north", 1), ("south", 2), ("north", 3)]
    assert '"a", "b": white space around the cells was removed.' in table.reading.assumptions


def test_hostile_cells_stay_text(read: Any) -> None:
    cells = ["=1+1", "@SUM(A1)", "<script>alert(1)</script>", "'; DROP TABLE raw; --", "${jndi:x}", "{{7*7}}"]
    table = read("n\tcell\n" + "".join(f"{n}\t{cell}\n" for n, cell in enumerate(cells)))
    assert table.column("cell") == cells


def test_names_that_sql_knows(read: Any) -> None:
    names = ["select", 'quo"te', "rowid", "c0", "from where", "a;b", "%", "_row"]
    header = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    table = read(header + "\n" + ",".join("12345678") + "\n" + ",".join("87654321") + "\n")
    assert table.names == names
    assert table.rows == [(1, 2, 3, 4, 5, 6, 7, 8), (8, 7, 6, 5, 4, 3, 2, 1)]


@pytest.mark.parametrize("cells", [["5-", "4", "3-", "5"], ["(1)", "(2)", "(3)", "(1)"], ["1-2", "3-4", "5-6", "7-8"]])
def test_marks_that_only_look_like_minus_stay_words(read: Any, cells: list[str]) -> None:
    table = read("word;mark\n" + "".join(f"w{n};{cell}\n" for n, cell in enumerate(cells)))
    assert table.column("mark") == cells


def test_a_header_with_more_names_than_the_rows_have_cells(read: Any) -> None:
    table = read("a,b,c\n" + "".join(f"w{n % 3},{n / 4}\n" for n in range(40)))
    assert table.names == ["a", "b", "c"]
    assert table.column("b") == [n / 4 for n in range(40)]
    assert table.column("c") == [None] * 40
    assert "short-rows" in table.codes()


def test_white_space_in_one_of_many_columns(read: Any) -> None:
    header = ",".join(f"c{n}" for n in range(400))
    rows = [[f"w{row % 3}"] * 400 for row in range(12)]
    rows[4][333], rows[5][120] = " w1 ", "\u00a0"
    table = read(header + "\n" + "\n".join(",".join(row) for row in rows) + "\n")
    assert table.column("c333")[4] == "w1"
    assert table.column("c120")[5] is None
    assert '"c120", "c333": white space around the cells was removed.' in table.reading.assumptions
