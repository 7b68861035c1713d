from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from automl_lite.domain.columns import Column, Kind, Notice, Task
from automl_lite.inference import Contract, SchemaCheck
from automl_lite.training.contract import build_contract
from automl_lite.training.target import Target

COLUMNS = [
    Column(name="age", kind=Kind.NUMBER),
    Column(name="income", kind=Kind.NUMBER),
    Column(name="town", kind=Kind.CATEGORY),
    Column(name="plan", kind=Kind.CATEGORY),
    Column(name="member", kind=Kind.BOOLEAN),
    Column(name="since", kind=Kind.DATETIME),
]
TOWNS = ["Köln", "Düsseldorf", "Bonn"]


def table(n: int, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "age": rng.normal(40, 10, n).astype(np.float32),
        "income": rng.lognormal(8, 0.5, n).astype(np.float32),
        "town": rng.choice(np.array(TOWNS, object), n, p=[0.5, 0.4, 0.1]),
        "plan": rng.choice(np.array(["basic", "plus"], object), n),
        "member": rng.choice(np.array(["true", "false"], object), n),
        "since": np.datetime64("2020-01-01", "s") + rng.integers(0, 1000, n).astype("timedelta64[D]"),
    }


@pytest.fixture(scope="module")
def contract() -> Contract:
    target = Target(Task.REGRESSION, np.arange(2_000, dtype=float), [], "number")
    data = build_contract(
        COLUMNS, table(2_000, 0), "y", target, [], model="m", threshold=0.5, interval_level=None, unit="", seed=0
    )
    return Contract.from_dict(data | {"outputs": {"prediction": "prediction"}})


def checked(contract: Contract, columns: dict[str, Any]) -> list[Notice]:
    check = SchemaCheck(contract, columns)
    n = len(next(iter(columns.values())))
    for rows in (slice(0, n // 2), slice(n // 2, n)):
        part = {name: values[rows] for name, values in columns.items()}
        check.add(part, len(next(iter(part.values()))))
    return check.notices()


def as_text(columns: dict[str, Any]) -> dict[str, Any]:
    return {name: [str(v) for v in values] for name, values in columns.items()}


def serious(notices: list[Notice]) -> list[tuple[str, str]]:
    return [(n.code, n.column) for n in notices if n.severity == "error"]


@pytest.mark.parametrize("dress", [dict, as_text])
def test_a_table_that_fits_has_nothing_to_say(contract: Contract, dress: Any):
    for seed in range(1, 6):
        found = checked(contract, dress(table(400, seed)))
        assert [n for n in found if n.code not in ("outside-range",)] == []


@pytest.mark.parametrize("name", [c.name for c in COLUMNS])
def test_a_column_that_is_gone_or_renamed(contract: Contract, name: str):
    columns = table(200, 1)
    values = columns.pop(name)
    assert serious(checked(contract, columns)) == [("absent-column", name)]
    found = checked(contract, {**columns, name.upper(): values})
    assert serious(found) == [("absent-column", name)]
    assert found[0].remedy == f"Is {name.upper()!r} meant?"


@pytest.mark.parametrize("name", ["age", "income", "member", "since"])
def test_a_column_of_another_type(contract: Contract, name: str):
    columns = table(200, 2) | {name: np.array(["somewhere", "else"] * 100, object)}
    (found,) = [n for n in checked(contract, columns) if n.severity == "error"]
    assert (found.code, found.column) == ("wrong-type", name)
    assert "200 of 200 values" in found.message
    assert "'somewhere'" in found.message


def test_a_few_cells_of_another_type_are_a_warning(contract: Contract):
    columns = as_text(table(200, 2))
    columns["age"][7] = "old"
    (found,) = [n for n in checked(contract, columns) if n.code == "wrong-type"]
    assert (found.severity, found.column) == ("warning", "age")
    assert "1 of 200 values of 'age' are not of its kind: it expects a number, not 'old'." in found.message


def test_what_reading_could_not_understand_counts_too(contract: Contract):
    columns = table(100, 3)
    columns["age"] = np.full(100, np.nan, np.float32)
    check = SchemaCheck(contract, columns)
    check.add(columns, 100, {"age": ["forty"] * 100})
    assert serious(check.notices()) == [("wrong-type", "age")]


def test_levels_that_became_codes(contract: Contract):
    columns = table(200, 4)
    columns["town"] = np.array([TOWNS.index(t) for t in columns["town"]])
    (found,) = [n for n in checked(contract, columns) if n.severity == "error"]
    assert (found.code, found.column) == ("recoded-column", "town")
    assert "100% of the values" in found.message
    assert "coded" in found.remedy


def test_letters_read_in_a_wrong_encoding(contract: Contract):
    columns = table(200, 5)
    columns["town"] = np.array([t.encode().decode("cp1252") for t in columns["town"]], object)
    found = [n for n in checked(contract, columns) if n.column == "town"]
    assert [n.code for n in found] == ["recoded-column"]
    assert "'Köln' read in a wrong encoding" in found[0].remedy


@pytest.mark.parametrize("scale", [lambda x: (x - 40) / 10, lambda x: x * 1000, lambda x: np.log(np.abs(x))])
def test_numbers_in_another_unit(contract: Contract, scale: Any):
    columns = table(200, 6)
    columns["age"] = scale(columns["age"])
    (found,) = [n for n in checked(contract, columns) if n.column == "age"]
    assert found.code == "unlike-training"
    assert "the middle one is" in found.message
    assert "another unit" in found.remedy


def test_a_new_level_is_told_with_its_count(contract: Contract):
    columns = table(200, 7)
    columns["plan"][:10] = "gold"
    (found,) = [n for n in checked(contract, columns) if n.column == "plan"]
    assert (found.code, found.severity) == ("unseen-category", "warning")
    assert "10 of 200" in found.message


def test_columns_in_another_order_are_found_by_name(contract: Contract):
    columns = dict(reversed(table(200, 8).items()))
    (found,) = [n for n in checked(contract, columns) if n.code != "outside-range"]
    assert (found.code, found.severity) == ("column-order", "info")


def test_the_order_that_counts_is_that_of_the_table_not_of_the_graph(contract: Contract):
    columns = dict(reversed(table(200, 8).items()))
    told = Contract.from_dict({**contract.as_dict(), "order": list(columns)})
    assert "column-order" not in {n.code for n in checked(told, columns)}


@pytest.mark.parametrize(("a", "b"), [("age", "income"), ("town", "plan")])
def test_values_under_the_wrong_names(contract: Contract, a: str, b: str):
    columns = table(300, 9)
    columns[a], columns[b] = columns[b], columns[a]
    found = {n.column: n for n in checked(contract, columns) if n.column}
    assert found[a].remedy == f"They look like those of {b!r}: have columns changed places?"
    assert found[b].remedy == f"They look like those of {a!r}: have columns changed places?"


@pytest.mark.parametrize(("sign", "word"), [(";", "a semicolon"), ("\t", "a tab"), ("|", "a bar"), (",", "a comma")])
def test_a_wrong_delimiter(contract: Contract, sign: str, word: str):
    columns = table(50, 10)
    lines = [sign.join(str(v[i]) for v in columns.values()) for i in range(50)]
    found = checked(contract, {sign.join(columns): lines})
    assert found[0].code == "wrong-delimiter"
    assert word in found[0].message


def test_a_column_that_the_model_does_not_know(contract: Contract):
    (found,) = [n for n in checked(contract, table(50, 11) | {"memo": [""] * 50}) if n.code == "unknown-column"]
    assert found.severity == "info"
