import json

import pytest
from benchmarks.quality.datasets import EXAMPLES, choose, read_manifest

from automl_lite.domain.columns import Task

ENTRY = {"name": "rides", "file": "rides.csv", "target": "riders", "task": "timeseries_regression"}


def write(folder, **changes):
    entry = ENTRY | {"suggested_split": "time", "date_columns": ["day"]} | changes
    (folder / "manifest.json").write_text(json.dumps({"datasets": [entry]}), encoding="utf-8")
    return folder


def test_manifest_says_what_is_asked(tmp_path):
    (found,) = read_manifest(write(tmp_path, columns_to_drop_before_training=["id"], text_columns=["note"]))
    assert (found.name, found.target, found.task) == ("rides", "riders", Task.REGRESSION)
    assert found.file == tmp_path / "rides.csv"
    assert found.split == "time:day"
    assert (found.drop, found.dates, found.texts) == (("id",), ("day",), ("note",))


@pytest.mark.parametrize(
    ("told", "split"),
    [("random (stratified)", "random"), ("random", "random"), ("time:at", "time:at"), ("group:person", "group:person")],
)
def test_splits_by_name(tmp_path, told, split):
    assert read_manifest(write(tmp_path, suggested_split=told))[0].split == split


@pytest.mark.parametrize("changes", [{"suggested_split": "group"}, {"suggested_split": "odd"}, {"task": "ranking"}])
def test_unknown_words_name_the_data_set(tmp_path, changes):
    with pytest.raises(ValueError, match="'rides'"):
        read_manifest(write(tmp_path, **changes))


def test_time_without_a_date_column_is_refused(tmp_path):
    with pytest.raises(ValueError, match="'time'"):
        read_manifest(write(tmp_path, date_columns=[]))


def test_the_samples_are_data_sets():
    sets = read_manifest(EXAMPLES)
    assert [s.name for s in sets] == ["credit", "jobs", "flights"]
    assert all(s.file.is_file() for s in sets)


def test_folder_without_manifest(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"manifest\.json"):
        read_manifest(tmp_path)


def test_choose_keeps_the_order_asked_for():
    sets = read_manifest(EXAMPLES)
    assert [s.name for s in choose(sets, ["flights", "credit"])] == ["flights", "credit"]
    assert choose(sets, []) == sets
    with pytest.raises(ValueError, match=r"'moon'.*credit"):
        choose(sets, ["moon"])
