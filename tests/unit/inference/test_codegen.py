from __future__ import annotations

import ast
import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from automl_lite.inference import Contract, Predictor, predict_script, values, write_predict_script
from automl_lite.inference import contract as contract_module
from tests.unit.inference import graphs
from tests.unit.inference.graphs import INPUTS, ROW, random_rows

# predict.py has to work where AutoML Lite and everything that training needs is not installed.
ALONE = """
import runpy, sys
for name in ("automl_lite", "pandas", "sklearn", "scipy", "onnx", "duckdb"):
    sys.modules[name] = None
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def run(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", ALONE, str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.onnx").write_bytes(graphs.classifier(["no", "yes"], graphs.random_trees(12, 1)))
    write_predict_script(Predictor(tmp_path / "model.onnx").contract, tmp_path / "predict.py")
    return tmp_path


def write_csv(path: Path, rows: list[dict[str, Any]], delimiter: str = ",") -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("suffix", ["csv", "semicolon.csv", "json", "jsonl"])
def test_the_script_answers_as_the_predictor_does(folder: Path, suffix: str, binary: Predictor):
    rows = [{"id": i, **{k: None if v != v else v for k, v in r.items()}} for i, r in enumerate(random_rows(40))]
    data = folder / f"rows.{suffix}"
    if suffix.endswith("csv"):
        write_csv(data, rows, ";" if "semicolon" in suffix else ",")
    else:
        data.write_text(json.dumps(rows) if suffix == "json" else "\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = run(folder / "predict.py", str(data), "-o", str(folder / "out.csv"))
    assert (done.returncode, done.stderr) == (0, "")
    with (folder / "out.csv").open(newline="", encoding="utf-8") as file:
        answers = list(csv.DictReader(file))
    plain = [{k: v for k, v in r.items() if k != "id"} for r in rows]
    assert [a["prediction"] for a in answers] == binary.predict(plain).tolist()
    assert [float(a["p_yes"]) for a in answers] == pytest.approx(binary.predict_proba(plain)[:, 1].tolist(), abs=1e-6)
    assert [a["id"] for a in answers] == [str(i) for i in range(40)]


def test_without_data_it_answers_the_example(tmp_path: Path, regression: Predictor):
    (tmp_path / "model.onnx").write_bytes(graphs.regressor())
    write_predict_script(regression.contract, tmp_path / "predict.py")
    done = run(tmp_path / "predict.py")
    answer = json.loads(done.stdout)
    assert answer["prediction"] == pytest.approx(regression.answer(ROW).prediction)
    assert (answer["low"], answer["high"]) == pytest.approx(regression.answer(ROW).interval)


def test_wrong_values_and_absent_columns_are_told(folder: Path):
    write_csv(folder / "rows.csv", [ROW | {"Age": "old"}])
    done = run(folder / "predict.py", str(folder / "rows.csv"))
    assert done.returncode == 1
    assert "row 1, column 'Age'" in done.stderr
    write_csv(folder / "rows.csv", [{"Age": 1}])
    done = run(folder / "predict.py", str(folder / "rows.csv"))
    assert "lacks the columns ['rooms'," in done.stderr
    assert "Traceback" not in done.stderr


def test_formulas_in_cells_are_defused_and_names_kept_apart(folder: Path):
    write_csv(folder / "rows.csv", [ROW | {"prediction": "=1+1", "=name": "-7", "memo": "@sum"}])
    done = run(folder / "predict.py", str(folder / "rows.csv"))
    (row,) = csv.DictReader(done.stdout.splitlines())
    assert row["prediction"] == "'=1+1"
    assert row["prediction_"] in ("no", "yes")
    assert (row["'=name"], row["memo"]) == ("-7", "'@sum")


HOSTILE = [
    'he said "hi"',
    "it's",
    "'''\"\"\"",
    '"""\nimport os; os.abort()\n"""',
    "# </contract>\n",
    "a\\",
    "{x}",
    "%(prog)s",
    "line\u2028sep",
    "\u202eright-to-left",
    "<script>alert(1)</script>",
    "🦄",
    "__import__('os').abort()",
]


def test_hostile_names_stay_data(tmp_path: Path):
    inputs = [INPUTS[1] | {"name": name} for name in HOSTILE]
    example = dict.fromkeys(HOSTILE, 3.5)
    classes = [HOSTILE[3], HOSTILE[9]]
    contract = Contract.from_dict(
        graphs.classifier_contract(classes, inputs=inputs, target=HOSTILE[3], example=example)
    )
    write_predict_script(contract, tmp_path / "predict.py")
    source = (tmp_path / "predict.py").read_text(encoding="utf-8")
    assert "\u202e" not in source
    assert "\u2028" not in source
    found: dict[str, Any] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper():
            found[node.targets[0].id] = node.value
    # Literals only, and the very names.
    assert list(ast.literal_eval(found["KINDS"])) == HOSTILE
    assert ast.literal_eval(found["CLASSES"]) == classes
    assert ast.literal_eval(found["EXAMPLE"]) == example
    assert ast.literal_eval(found["TARGET"]) == HOSTILE[3]
    code = ast.dump(ast.parse(source))
    assert "abort" not in [n.attr for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Attribute)], code[:0]


def test_spellings_are_those_of_the_package():
    assert (predict_script.TRUE, predict_script.FALSE) == (contract_module._TRUE, contract_module._FALSE)
    assert predict_script.NOTHING <= values._NOTHING
