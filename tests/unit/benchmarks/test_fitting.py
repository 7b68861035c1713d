import numpy as np
import pandas as pd
import pytest
from benchmarks.quality.environments import ENVS
from benchmarks.quality.fitting.__main__ import in_order
from benchmarks.quality.fitting.job import Job, folder_bytes, read_frame
from benchmarks.quality.fitting.plain import PlainModel, with_date_parts
from benchmarks.quality.systems import SYSTEMS


def job(task="binary", classes=("no", "yes"), dates=(), **changes):
    told = dict.fromkeys(("train", "test", "adapter", "package", "folder"), "") | {"target": "paid", "texts": []}
    told |= {"options": {}, "budget_s": 5.0, "seed": 0, "cores": 1, "task": task, "classes": list(classes)}
    return Job(**(told | {"dates": list(dates)} | changes))


def test_probabilities_follow_the_classes_of_the_job():
    found = in_order([[0.9, 0.1]], ["yes", "no"], job())
    assert found.tolist() == [[0.1, 0.9]]


def test_a_class_that_a_system_does_not_know_has_no_chance():
    assert in_order([[0.3, 0.7]], ["c", "a"], job(classes="abc")).tolist() == [[0.7, 0, 0.3]]


def test_strange_labels_are_refused():
    with pytest.raises(ValueError, match="'maybe'"):
        in_order([[0.3, 0.7]], ["maybe", "no"], job())
    with pytest.raises(ValueError, match="shape"):
        in_order([0.3, 0.7], ["no", "yes"], job())


def test_numbers_are_one_column():
    assert in_order([[1.0], [2.0]], [], job("regression", ())).shape == (2,)


def test_only_empty_cells_are_missing_and_labels_stay_texts(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("city,day,paid\nNA,2024-01-02T03:00:00Z,1\n,,0\n", encoding="utf-8")
    frame = read_frame(str(file), job(dates=["day"]))
    assert frame["city"].tolist()[0] == "NA"
    assert frame["city"].isna().tolist() == [False, True]
    assert frame["day"][0] == pd.Timestamp("2024-01-02 03:00")
    assert frame["paid"].tolist() == ["1", "0"]


@pytest.mark.parametrize("categories", [True, False])
def test_levels_that_training_did_not_have_are_missing(categories):
    model = PlainModel(job(), categories=categories)
    model.learn(pd.DataFrame({"city": ["b", "a", None], "n": [1, 2, 3], "paid": ["x", "y", "x"]}))
    found = model.prepared(pd.DataFrame({"city": ["a", "new", None], "n": [1, 2, 3]}))
    codes = found["city"].cat.codes if categories else found["city"]
    assert codes.tolist() == [0, -1, -1]


def test_dates_become_parts():
    found = with_date_parts(pd.DataFrame({"day": pd.to_datetime(["1970-01-03 06:00", None])}), ["day"])
    assert found["day days"].tolist()[0] == 2.25
    assert found["day hour"].tolist()[0] == 6
    assert np.isnan(found["day days"].tolist()[1])


def test_folder_bytes(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a").write_bytes(b"123")
    (tmp_path / "b").write_bytes(b"45")
    assert folder_bytes(tmp_path) == 5
    assert folder_bytes(tmp_path / "b") == 2


def test_every_environment_has_pins_and_no_sources():
    for name in {s.environment for s in SYSTEMS.values()} - {""}:
        lines = (ENVS / f"{name}.txt").read_text(encoding="utf-8").split()
        assert lines
        assert all("==" in line and not line.startswith("-") and "/" not in line for line in lines)
