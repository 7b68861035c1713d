from __future__ import annotations

from tests.unit.inference import graphs


def test_info_shows_what_the_model_takes(run, binary):
    outcome = run("info", binary)
    assert outcome.code == 0
    for text in ("binary", "no, yes", "LightGBM, by hand", "0.5 to 80", "male, female", "PassengerId", "20.0%"):
        assert text in outcome.out


def test_info_as_json_is_the_contract(run, binary):
    found = run("info", binary, "--json").json
    assert found.pop("size_bytes") == binary.stat().st_size
    assert found == graphs.classifier_contract(["no", "yes"])


def test_info_takes_the_folder_of_a_run(run, regression):
    regression.rename(regression.parent / "model.onnx")
    assert "90%" in run("info", regression.parent).out


def test_names_with_markup_are_shown_as_they_stand(run, tmp_path):
    odd = graphs.INPUTS[2] | {"values": ["[bold]x[/bold]", "[/]"]}
    (tmp_path / "m.onnx").write_bytes(graphs.regressor(inputs=[*graphs.INPUTS[:2], odd, *graphs.INPUTS[3:]]))
    assert "[bold]x[/bold], [/]" in run("info", tmp_path / "m.onnx").out


def test_doctor_names_versions_extras_and_settings(run, monkeypatch):
    monkeypatch.setenv("AUTOML_LITE_BUDGET_S", "30")
    monkeypatch.setenv("AUTOML_LITE_SECRET", "hush")
    monkeypatch.setenv("AUTOML_LITE_STORE_URL", "postgresql://me:hush@db/x")
    found = run("doctor", "--json").json
    assert found["packages"]["numpy"]
    assert found["settings"]["AUTOML_LITE_BUDGET_S"] == "30"
    assert "hush" not in str(found)
    assert "answers" in found["checks"]["predictions"]
    shown = run("doctor")
    assert shown.code == 0
    assert "hush" not in shown.out


def test_doctor_gives_the_pip_line_for_what_is_missing(run, monkeypatch):
    monkeypatch.setattr("automl_lite.cli.doctor._version", lambda name: "" if name == "lightgbm" else "1.0")
    assert "pip install 'automl-lite[train]'" in run("doctor").out
    assert run("doctor", "--json").json["missing"]["train"] == ["lightgbm"]
