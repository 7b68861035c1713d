"""The sample tables."""

from __future__ import annotations

import csv
from collections import Counter

from automl_lite.server.samples.schemas import SamplesOut
from automl_lite.services.samples import samples_folder


def test_every_sample_is_what_its_entry_says(api):
    samples = SamplesOut.model_validate(api.client.get("/api/samples").json()).items
    assert {sample.task for sample in samples} == {"binary", "multiclass", "regression"}
    for sample in samples:
        with (samples_folder() / sample.filename).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert (len(rows), len(header)) == (sample.n_rows, sample.n_columns), sample.name
        assert sample.target in header
        if sample.task != "regression":
            place = header.index(sample.target)
            counted = Counter(row[place] for row in rows if row[place])
            assert sample.target_counts == [count for _, count in counted.most_common()], sample.name
        assert sum(sample.target_counts) >= 0.97 * sample.n_rows
        assert sample.licence
        assert sample.source


def test_a_sample_becomes_a_data_set(api):
    made = api.client.post("/api/samples/credit")
    assert (made.status_code, made.json()["status"], made.json()["sample"]) == (201, "waiting", "credit")
    found = api.client.post(f"/api/datasets/{made.json()['id']}/confirm").json()
    assert (found["status"], found["n_rows"], found["n_columns"]) == ("ready", 4454, 14)


def test_unknown_samples_name_the_closest(api):
    answer = api.client.post("/api/samples/credits")
    assert (answer.status_code, answer.json()["hint"]) == (404, "Did you mean 'credit'?")
