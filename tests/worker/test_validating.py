"""Validations and duels from their spec to their files."""

from __future__ import annotations

import hashlib
import json
import threading

import numpy as np
import pytest

from automl_lite import ingest
from automl_lite.domain.batches import BatchKind
from automl_lite.domain.columns import Kind
from automl_lite.domain.jobs import JobState
from automl_lite.domain.records import utcnow
from automl_lite.training import TrainConfig, train_file
from tests.records import a_batch, a_dataset, a_job
from tests.unit.inference import graphs
from tests.worker.test_batches import again, file_of, rows_csv, run

BEFORE = {"metrics": [{"name": "accuracy", "value": 0.99, "low": 0.985, "high": 0.995, "greater_is_better": True}]}


@pytest.fixture
def validate(bench):
    """Return a function that validates a model (or lets two compete) on a text."""

    def run_it(
        text, model, *, evaluation=BEFORE, capsule=None, challenger=None, rivals=None, metric="accuracy", **changes
    ):
        job, dataset = a_job(state=JobState.COMPLETED), a_dataset(filename="truth.csv")
        bench.store.jobs.add(job)
        bench.blobs.put(job.key("model.onnx"), model)
        bench.blobs.put(job.key("evaluation.json"), json.dumps(evaluation).encode())
        bench.blobs.put(job.key("metadata.json"), json.dumps({"capsule": capsule}).encode())
        bench.blobs.put(dataset.key("raw"), text.encode())
        if challenger is not None:
            rival = a_job(state=JobState.COMPLETED)
            bench.store.jobs.add(rival)
            bench.blobs.put(rival.key("model.onnx"), challenger)
            bench.blobs.put(rival.key("metadata.json"), json.dumps({"capsule": rivals}).encode())
            changes["challenger_id"] = rival.id
        batch = a_batch(
            job_id=job.id, dataset_id=dataset.id, kind=BatchKind.VALIDATE, metric=metric, max_attempts=3, **changes
        )
        bench.store.batches.add(batch)
        return run(bench, again(bench))

    return run_it


def with_truth(text: str, seed: int = 1) -> str:
    """Add labels that know nothing of the columns."""
    rng = np.random.default_rng(seed)
    head, *lines = text.splitlines()
    labels = rng.choice(["no", "yes"], len(lines))
    return "\n".join([f"{head};y", *(f"{line};{label}" for line, label in zip(lines, labels, strict=True))]) + "\n"


def test_a_model_is_measured_beside_its_test(bench, validate):
    model = graphs.classifier(["no", "yes"], graphs.random_trees(8, 1))
    batch = validate(with_truth(rows_csv(400)), model)
    assert (batch.state, batch.error) == (JobState.COMPLETED, None)
    metric = batch.result.metric
    assert (metric.name, metric.before, metric.verdict) == ("accuracy", 0.99, "worse")
    assert metric.low < metric.now < metric.high < 0.65
    told = json.loads(file_of(bench, batch, "validation.json"))
    assert told["verdict"].startswith("Worse: ")
    assert sum(map(sum, told["evaluation"]["confusion"]["matrix"])) == 400
    assert (told["n_left_out"], told["duel"]) == (0, None)
    assert json.loads(file_of(bench, batch, "drift.json"))["n_rows"] == 400


def test_models_that_have_learnt_from_every_row_are_told_to_be_flattered_by_them(bench, validate):
    model = graphs.classifier(["no", "yes"], graphs.random_trees(8, 1))
    text = with_truth(rows_csv(60))
    sha = hashlib.sha256(text.encode()).hexdigest()

    def noticed(**capsules):
        told = json.loads(file_of(bench, validate(text, model, **capsules), "validation.json"))
        return [(n["severity"], n["message"], n["remedy"]) for n in told["notices"] if "learnt" in n["code"]]

    elsewhere = (
        "info",
        "The model has learnt from every row of its training file; on them it looks better than it is.",
    )
    here = ("warning", "The model has learnt from every row of this very file; on them it looks better than it is.")
    unseen = "Use rows that the model has not seen."
    assert noticed(capsule={"learnt_from": "training", "n_test_rows": 9, "data_sha256": sha}) == []
    assert noticed(capsule={"n_test_rows": 9}) == []  # of a release that left the test rows alone
    assert noticed(capsule={"learnt_from": "all", "n_test_rows": 9, "data_sha256": "other"}) == [(*elsewhere, unseen)]
    assert noticed(capsule={"learnt_from": "training", "n_test_rows": 0}) == [(*elsewhere, unseen)]
    everything = {"learnt_from": "all", "n_test_rows": 9, "data_sha256": sha}
    assert noticed(capsule=everything) == [(*here, unseen)]
    batch = validate(text, model, capsule=everything)  # no good news of rows that it knows
    assert json.loads(file_of(bench, batch, "validation.json"))["verdict"] == here[1] == batch.result.verdict
    batch = validate(text, model, capsule=everything | {"data_sha256": "other"})
    assert "learnt" not in batch.result.verdict
    (told,) = noticed(capsule={"n_test_rows": 9}, challenger=model, rivals=everything)
    assert (told[0], told[1].partition(";")[0]) == (
        "warning",
        "The challenger has learnt from every row of this very file",
    )


def test_rows_without_a_truth_are_left_out_and_none_at_all_is_told(bench, validate):
    model = graphs.classifier(["no", "yes"], graphs.random_trees(8, 1))
    lines = with_truth(rows_csv(60)).splitlines()
    lines[5] = lines[5].rpartition(";")[0] + ";perhaps"
    batch = validate("\n".join(lines) + "\n", model)
    assert (batch.result.n_rows, batch.result.n_left_out) == (60, 1)
    unknown = with_truth(rows_csv(60)).replace(";yes", ";oui").replace(";no\n", ";non\n")
    assert validate(unknown, model).error.code == "nothing-to-measure"
    assert validate(rows_csv(60), model).error.code == "unknown-target"


def test_the_better_of_two_wins_and_equals_do_not(bench, validate):
    good = graphs.regressor()
    lines = rows_csv(300).splitlines()
    header, rows = lines[0].split(";"), [line.split(";") for line in lines[1:]]
    truths = []
    for row in rows:
        asked = dict(zip(header, row, strict=True))
        asked["Age"] = float(asked["Age"].replace(",", ".")) if asked["Age"] else float("nan")
        asked["rooms"] = int(asked["rooms"])
        asked["sold"] = "2014-10-" + asked["sold"][:2]
        truths.append(graphs.formula(asked))
    rng = np.random.default_rng(3)
    table = [f"{';'.join(row)};{truth + rng.normal(0, 5):.4f}" for row, truth in zip(rows, truths, strict=True)]
    text = "\n".join([lines[0] + ";price", *table]) + "\n"
    poor = shifted(good)
    batch = validate(text, poor, evaluation={"metrics": []}, challenger=good, metric="rmse")
    assert (batch.error, batch.result.winner) == (None, batch.challenger_id)
    assert json.loads(file_of(bench, batch, "validation.json"))["duel"]["promote"] is True
    batch = validate(text, good, evaluation={"metrics": []}, challenger=poor, metric="rmse")
    assert batch.result.winner == batch.job_id
    batch = validate(text, good, evaluation={"metrics": []}, challenger=good, metric="rmse")
    assert batch.result.winner == ""
    classifier = graphs.classifier(["no", "yes"], graphs.random_trees(8, 1))
    assert validate(text, good, challenger=classifier, metric="rmse").error.code == "not-rivals"


def shifted(model: bytes) -> bytes:
    """Return the model with another constant, so that it is wrong by 10 everywhere."""
    import onnx
    from onnx import numpy_helper

    loaded = onnx.load_from_string(model)
    for tensor in loaded.graph.initializer:
        value = numpy_helper.to_array(tensor)
        if value.shape == () and value.dtype == np.float64 and float(value) == 100.0:
            tensor.CopyFrom(numpy_helper.from_array(np.array(110.0), tensor.name))
            return loaded.SerializeToString()
    raise AssertionError("the formula has no constant")


def test_the_rows_of_the_test_give_the_figures_of_the_report(bench, tmp_path):
    """Validation on the training run's own test rows reproduces its metrics if it was the one measured."""
    rng = np.random.default_rng(5)
    n = 900
    x, z, colour = rng.normal(size=n), rng.exponential(size=n), rng.choice(["red", "blue", "green"], n)
    y = np.where(x + (colour == "red") + rng.normal(0, 0.7, n) > 0.4, "yes", "no")
    rows = [f"{i},{x[i]:.6f},{z[i]:.5f},{colour[i]},{y[i]}" for i in range(n)]
    head = "moment,x,z,colour,y"
    source, table = tmp_path / "t.csv", tmp_path / "t.parquet"
    source.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    reading = ingest.read_file(source, out=table, kinds={"moment": Kind.INTEGER})
    config = TrainConfig(
        budget_s=12, split="time:moment", test_share=0.3, final_fit="training", max_models=3, eda="none"
    )
    train_file(table, target="y", out=tmp_path / "run", config=config, reading=reading, stop=threading.Event())
    report = json.loads((tmp_path / "run/evaluation.json").read_text(encoding="utf-8"))
    assert report["how"] == "test split"

    job, dataset = a_job(state=JobState.COMPLETED), a_dataset(filename="test.csv")
    bench.store.jobs.add(job)
    for name in ("model.onnx", "evaluation.json", "metadata.json"):
        bench.blobs.put(job.key(name), (tmp_path / "run" / name).read_bytes())
    bench.blobs.put(dataset.key("raw"), ("\n".join([head, *rows[-270:]]) + "\n").encode())
    batch = a_batch(job_id=job.id, dataset_id=dataset.id, kind=BatchKind.VALIDATE, created_at=utcnow())
    bench.store.batches.add(batch)
    batch = run(bench, again(bench))
    assert batch.error is None
    found = json.loads(file_of(bench, batch, "validation.json"))["evaluation"]
    assert found["n_rows"] == report["n_rows"] == 270
    again_ = {m["name"]: m["value"] for m in found["metrics"]}
    assert again_ == pytest.approx({m["name"]: m["value"] for m in report["metrics"]}, abs=1e-9)
    assert len(again_) >= 8
