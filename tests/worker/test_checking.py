"""Every single thing that can be wrong with a file is named before anything is scored."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import pytest

from automl_lite.domain.columns import Column, Kind, Task
from automl_lite.ingest import Limits
from automl_lite.training.contract import build_contract
from automl_lite.training.target import Target
from automl_lite.worker.checking import check
from tests.unit.inference import graphs

SEED = 3
NAMES = ["Age", "rooms", "Sex", "paid", "sold", "notes"]
KINDS = [Kind.NUMBER, Kind.INTEGER, Kind.CATEGORY, Kind.BOOLEAN, Kind.DATETIME, Kind.TEXT]
Rows = list[dict[str, str]]


def rows(n: int, seed: int) -> Rows:
    rng = np.random.default_rng(seed)
    return [
        {
            "Age": f"{rng.normal(40, 12):.1f}",
            "rooms": str(rng.integers(1, 9)),
            "Sex": str(rng.choice(["male", "female"])),
            "paid": str(rng.choice(["true", "false"])),
            "sold": f"2014-{rng.integers(1, 13):02d}-{rng.integers(1, 29):02d}",
            "notes": str(rng.choice(["a great view", "small and quiet", "near the station"])),
        }
        for _ in range(n)
    ]


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> str:
    """A model file whose contract was made of rows like those that are checked."""
    known = rows(2_000, 1)
    table = {
        "Age": np.array([float(row["Age"]) for row in known], np.float32),
        "rooms": np.array([float(row["rooms"]) for row in known], np.float32),
        **{name: np.array([row[name] for row in known], object) for name in ("Sex", "paid", "notes")},
        "sold": np.array([row["sold"] for row in known], "datetime64[us]"),
    }
    spelled = {Kind.BOOLEAN: ("false", "true")}
    columns = [Column(name=n, kind=k, formats=spelled.get(k, ())) for n, k in zip(NAMES, KINDS, strict=True)]
    target = Target(Task.REGRESSION, np.arange(2_000, dtype=float), [], "number")
    data = build_contract(
        columns, table, "price", target, [], model="m", threshold=0.5, interval_level=None, unit="", seed=0
    )
    path = tmp_path_factory.mktemp("model") / "model.onnx"
    path.write_bytes(graphs.regressor(inputs=data["inputs"], n_training_rows=data.get("n_training_rows")))
    return str(path)


def as_csv(table: Rows, *, names: list[str] = NAMES, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row[name] for name in names] for row in table)
    return text.getvalue().encode(encoding)


@pytest.fixture
def checked(model, tmp_path) -> Callable[[bytes], dict]:
    def run(content: bytes) -> dict:
        raw = tmp_path / "rows.csv"
        raw.write_bytes(content)
        return check({"raw": str(raw), "filename": "rows.csv", "model": model, "limits": asdict(Limits())})

    return run


def codes(found: dict) -> set[tuple[str, str, str]]:
    return {(notice["code"], notice["severity"], notice["column"]) for notice in found["notices"]}


def test_rows_like_those_of_training_have_nothing_to_say(checked):
    found = checked(as_csv(rows(600, SEED)))
    assert (found["fits"], found["missing"], found["extra"]) == (True, [], [])
    told = {code for code, severity, _ in codes(found) if severity != "info"}
    assert told <= {"outside-range"}  # a value or two beyond those of training


@pytest.mark.parametrize("name", NAMES)
def test_a_column_that_was_dropped(checked, name):
    found = checked(as_csv(rows(300, SEED), names=[n for n in NAMES if n != name]))
    assert not found["fits"]
    assert ("absent-column", "error", name) in codes(found)


@pytest.mark.parametrize("name", NAMES)
def test_a_column_that_was_renamed(checked, name):
    table = [{**row, f"{name}_1": row[name]} for row in rows(300, SEED)]
    found = checked(as_csv(table, names=[f"{n}_1" if n == name else n for n in NAMES]))
    assert not found["fits"]
    assert found["missing"] == [{"name": name, "closest": f"{name}_1"}]
    assert found["extra"] == [f"{name}_1"]


@pytest.mark.parametrize("name", ["Age", "rooms", "paid", "sold"])
def test_a_column_that_was_retyped(checked, name):
    found = checked(as_csv([{**row, name: "word"} for row in rows(300, SEED)]))
    assert not found["fits"]
    assert ("wrong-type", "error", name) in codes(found)


def test_levels_that_were_coded(checked):
    table = [{**row, "Sex": str(["male", "female"].index(row["Sex"]))} for row in rows(300, SEED)]
    found = checked(as_csv(table))
    assert not found["fits"]
    assert ("recoded-column", "error", "Sex") in codes(found)


def test_a_new_category(checked):
    table = rows(300, SEED)
    for row in table[:15]:
        row["Sex"] = "unknown"
    found = checked(as_csv(table))
    notice = next(n for n in found["notices"] if n["column"] == "Sex")
    assert notice["severity"] == "warning"
    assert "unknown" in notice["message"]


def test_shuffled_columns_are_told_and_shuffled_values_too(checked):
    order = ["sold", *NAMES[:4], "notes"]
    found = checked(as_csv(rows(300, SEED), names=order))
    assert found["fits"]
    assert ("column-order", "info", "") in codes(found)
    swapped = [{**row, "Age": row["rooms"], "rooms": str(round(float(row["Age"])))} for row in rows(300, SEED)]
    found = checked(as_csv(swapped))
    assert {column for code, _, column in codes(found) if code == "unlike-training"} == {"Age", "rooms"}


def test_other_spellings_of_true_and_false_are_told(checked):
    found = checked(as_csv([{**row, "paid": str(int(row["paid"] == "true"))} for row in rows(300, SEED)]))
    assert found["fits"]
    (notice,) = [n for n in found["notices"] if n["column"] == "paid"]
    assert (notice["code"], notice["severity"]) == ("other-spelling", "info")
    assert (
        notice["message"] == "'paid' is written '0' and '1', in training 'false' and 'true'; '1' was taken for 'true'."
    )


@pytest.mark.parametrize(("sign", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_another_delimiter_is_read_as_what_it_is_and_told(checked, sign, word):
    found = checked(as_csv(rows(300, SEED), delimiter=sign))
    assert found["fits"]
    (notice,) = found["notices"]
    assert (notice["code"], notice["severity"]) == ("delimiter", "info")
    assert notice["message"] == f"The cells are separated by {word}, and were read so."


def test_a_wrong_delimiter(checked):
    content = as_csv(rows(300, SEED), delimiter=";")
    glued = b"\n".join(b'"' + line.replace(b'"', b'""') + b'"' for line in content.splitlines())
    found = checked(glued + b"\n")
    assert not found["fits"]


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "cp1252"])
def test_other_encodings_are_read_as_what_they_are(checked, encoding):
    table = [{**row, "notes": "schön"} for row in rows(300, SEED)]
    found = checked(as_csv(table, encoding=encoding))
    assert found["fits"]
    assert any("decoded" in remark for remark in found["remarks"])
    assert found["preview"]["rows"][0][5] == "schön"


def test_an_extra_column_is_kept_and_told(checked):
    found = checked(as_csv([{**row, "id": "7"} for row in rows(300, SEED)], names=["id", *NAMES]))
    assert (found["fits"], found["extra"]) == (True, ["id"])
    assert ("unknown-column", "info", "id") in codes(found) or ("unknown-column", "warning", "id") in codes(found)


def test_the_preview_shows_rows_and_their_answers(checked):
    found = checked(as_csv(rows(50, SEED)))
    preview = found["preview"]
    assert (len(preview["rows"]), preview["columns"]) == (20, NAMES)
    assert preview["answers"]["columns"] == ["prediction", "prediction_low", "prediction_high", "_error"]
    assert all(isinstance(row[0], float) for row in preview["answers"]["rows"])
