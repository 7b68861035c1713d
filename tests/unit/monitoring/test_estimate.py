from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, log_loss, precision_score, recall_score, roc_auc_score

from automl_lite.inference import Contract, Expected
from tests.unit.inference import graphs


def outcome(p: np.ndarray[Any, Any], rng: np.random.Generator) -> np.ndarray[Any, Any]:
    return (p.cumsum(axis=1) < rng.random((len(p), 1))).sum(axis=1)


def test_two_classes_with_true_probabilities():
    rng = np.random.default_rng(0)
    case = rng.beta(0.8, 1.6, 60_000)
    p = np.stack([1 - case, case], axis=1)
    y, chosen = outcome(p, rng), (case >= 0.4).astype(int)
    expected = Expected(Contract.from_dict(graphs.classifier_contract(["no", "yes"])))
    labels = np.array(["no", "yes"], object)[chosen]
    for part in np.array_split(np.arange(len(y)), 7):
        expected.add(labels[part], p[part])
    found = expected.estimate()
    assert found is not None
    truth = {
        "accuracy": accuracy_score(y, chosen),
        "precision": precision_score(y, chosen),
        "recall": recall_score(y, chosen),
        "f1": f1_score(y, chosen),
        "roc_auc": roc_auc_score(y, case),
        "log_loss": log_loss(y, case),
        "brier": float(np.mean((case - y) ** 2)),
    }
    assert found.metrics == pytest.approx(truth, abs=0.01)
    assert found.accuracy_low < truth["accuracy"] < found.accuracy_high


def test_harder_rows_are_seen_without_labels():
    contract = Contract.from_dict(graphs.classifier_contract(["a", "b", "c"]))
    rng = np.random.default_rng(1)
    found = []
    for sharpness in (0.2, 3.0):
        p = rng.dirichlet([sharpness] * 3, 20_000)
        y, chosen = outcome(p, rng), p.argmax(axis=1)
        expected = Expected(contract)
        expected.add(np.array(["a", "b", "c"], object)[chosen], p)
        estimate = expected.estimate()
        assert estimate is not None
        assert estimate.metrics["accuracy"] == pytest.approx(accuracy_score(y, chosen), abs=0.015)
        assert estimate.metrics["f1_macro"] == pytest.approx(f1_score(y, chosen, average="macro"), abs=0.015)
        assert "roc_auc" not in estimate.metrics
        found.append(estimate.metrics["accuracy"])
    assert found[0] > found[1] + 0.2


def test_no_rows_no_estimate():
    expected = Expected(Contract.from_dict(graphs.classifier_contract(["a", "b"])))
    expected.add(np.empty(0, object), np.empty((0, 2)))
    assert expected.estimate() is None
