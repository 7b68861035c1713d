from __future__ import annotations

import json
from typing import Any

import pytest

from automl_lite.domain.columns import Kind, Task
from automl_lite.inference import Contract, ModelNotFound, ModelTooNew, NotAModel, Predictor
from tests.unit.inference import graphs


def test_contract_reads_what_the_exporter_writes():
    data = graphs.classifier_contract(["no", "yes"])
    contract = Contract.from_json(json.dumps(data))
    assert (contract.task, contract.target, contract.classes) == (Task.BINARY, "y", ("no", "yes"))
    assert [c.kind for c in contract.inputs][:3] == [Kind.NUMBER, Kind.INTEGER, Kind.CATEGORY]
    assert contract.ignored == {"PassengerId": "It numbers the rows."}
    assert contract.as_dict() == data


@pytest.mark.parametrize(
    ("kind", "text", "label"),
    [
        ("string", "07", "07"),
        ("integer", "7", 7),
        ("number", "7", 7.0),
        ("boolean", "Yes", True),
        ("boolean", "0", False),
    ],
)
def test_labels_come_back_in_their_own_type(kind: str, text: str, label: Any):
    contract = Contract.from_dict(graphs.classifier_contract(["0", "1"], kind))
    assert contract.label(text) == label
    assert type(contract.label(text)) is type(label)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": None}, "names no format"),
        ({"inputs": []}, "names no input columns"),
        ({"inputs": [graphs.INPUTS[0]] * 2}, "one of them twice"),
        ({"inputs": [{"name": "a", "kind": "colour", "type": "string"}]}, "cannot be read"),
        ({"inputs": [{"name": "a", "kind": "number", "type": "string"}]}, "should have the type 'float'"),
        ({"outputs": {"label": "label"}}, "no output for probabilities"),
        ({"classes": ["only"]}, "fewer than two classes"),
        ({"class_kind": "integer"}, "class 'no' is not of the kind 'integer'"),
        ({"class_kind": "colour"}, "is not of the kind 'colour'"),
        ({"task": "cooking"}, "incomplete"),
        ({"outputs": None}, "incomplete"),
    ],
)
def test_a_malformed_contract_says_what_is_wrong(changes: dict[str, Any], said: str):
    with pytest.raises(NotAModel, match=said):
        Contract.from_dict(graphs.classifier_contract(["no", "yes"]) | changes)


def test_a_later_format_asks_for_an_upgrade():
    with pytest.raises(ModelTooNew, match="format 2") as caught:
        Contract.from_dict(graphs.regression_contract(format=2))
    assert "--upgrade" in caught.value.hint


def test_background_falls_back_on_typical_values():
    (row,) = Contract.from_dict(graphs.regression_contract()).background
    assert row == {
        "Age": 28.0, "rooms": 3, "Sex": "male", "paid": "true", "sold": "2014-10-16T00:00:00", "notes": "great view",
    }  # fmt: skip


def test_background_is_the_files_own_where_it_has_one():
    rows = [{"Age": 1.0}, {"Age": 2.0}]
    assert Contract.from_dict(graphs.regression_contract(background=rows)).background == tuple(rows)


def test_no_such_file(tmp_path):
    with pytest.raises(ModelNotFound, match=r"'nothing\.onnx'") as caught:
        Predictor(tmp_path / "nothing.onnx")
    assert str(tmp_path) not in caught.value.message


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x08\x07" + bytes(100)])
def test_bytes_that_are_no_model(content: bytes, capfd: pytest.CaptureFixture[str]):
    with pytest.raises(NotAModel, match="cannot read it"):
        Predictor(content)
    assert capfd.readouterr() == ("", "")


def test_an_onnx_model_of_someone_else():
    graph = graphs.Graph()
    x = graph.features()
    graph.add("Identity", x, out="y")
    foreign = graph.model(None, [graphs.helper.make_tensor_value_info("y", graphs.TensorProto.DOUBLE, ["N", 6])])
    with pytest.raises(NotAModel, match="no entry 'automl_lite'"):
        Predictor(foreign)


def test_graph_and_contract_must_agree():
    renamed = [*graphs.INPUTS[:-1], graphs.INPUTS[-1] | {"name": "memo"}]
    model = graphs.onnx.load_from_string(graphs.regressor())
    graphs.helper.set_model_props(model, {"automl_lite": json.dumps(graphs.regression_contract(inputs=renamed))})
    with pytest.raises(NotAModel, match="disagree about the input 'memo'"):
        Predictor(model.SerializeToString())
    graphs.helper.set_model_props(
        model, {"automl_lite": json.dumps(graphs.regression_contract(outputs={"prediction": "elsewhere"}))}
    )
    with pytest.raises(NotAModel, match="no output 'elsewhere'"):
        Predictor(model.SerializeToString())
