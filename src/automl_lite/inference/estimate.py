"""Accuracy without labels: what calibrated probabilities promise about rows whose truth is not known yet."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from automl_lite.inference.contract import Contract
from automl_lite.inference.encode import Array

_N_BINS = 1_000  # of the probability, for ROC AUC
_Z = 1.959964
_SMALLEST_P = 1e-15
CAVEAT = (
    "It holds while the probabilities are calibrated on rows like these. It sees that rows have become harder, "
    "not that the same rows now end differently."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Expected scores of a batch without labels.

    ``metrics`` maps the names of the training report to values; ``accuracy_low`` and ``accuracy_high`` are the 95 %
    range in which the true accuracy of so many rows falls if every probability is right.
    """

    n_rows: int
    metrics: dict[str, float]
    accuracy_low: float
    accuracy_high: float
    caveat: str = CAVEAT


class Expected:
    """Adds up expected outcomes chunk by chunk: confidence-based performance estimation (CBPE).

    A row of probability p counts as p of a case and 1 - p of a non-case; the scores of the expected confusion matrix
    are the estimate. See Białek, Kuberski, Perrakis and Bifet, "Estimating Model Performance Under Covariate Shift
    Without Labels" (2024, arXiv:2401.08348), sections 3 and 4; the name comes from the NannyML library. It fails where
    the outcome given the columns changes (concept drift), and where the model is not calibrated on the new rows.
    """

    def __init__(self, contract: Contract) -> None:
        self._classes = contract.classes
        self._positive = contract.classes.index(contract.positive) if contract.positive in contract.classes else None
        self._position = {text: i for i, text in enumerate(contract.classes)}
        k = len(contract.classes)
        self._confusion = np.zeros((k, k))  # chosen class × expected true class
        self._n_rows = 0
        self._variance = self._log_loss = self._brier = 0.0
        self._cases, self._others = np.zeros(_N_BINS), np.zeros(_N_BINS)

    def add(self, labels: Array, probabilities: Array) -> None:
        """Add rows: labels as text, shape [n], and probabilities, shape [n, K]."""
        if not len(labels):
            return
        p = np.asarray(probabilities, np.float64)
        p = p / p.sum(axis=1, keepdims=True)
        chosen = np.array([self._position[text] for text in labels], dtype=np.intp)
        np.add.at(self._confusion, chosen, p)
        right = p[np.arange(len(p)), chosen]
        self._n_rows += len(p)
        self._variance += float((right * (1 - right)).sum())
        self._log_loss -= float((p * np.log(np.maximum(p, _SMALLEST_P))).sum())
        squares = float((p * (1 - p)).sum())
        self._brier += squares / 2 if self._positive is not None else squares
        if self._positive is not None:
            case = p[:, self._positive]
            bins = np.minimum((case * _N_BINS).astype(np.intp), _N_BINS - 1)
            self._cases += np.bincount(bins, weights=case, minlength=_N_BINS)
            self._others += np.bincount(bins, weights=1 - case, minlength=_N_BINS)

    def estimate(self) -> Estimate | None:
        """Return the expected scores; None without rows."""
        n = self._n_rows
        if not n:
            return None
        accuracy = float(np.trace(self._confusion)) / n
        metrics = {"accuracy": accuracy, "log_loss": self._log_loss / n, "brier": self._brier / n}
        hits, chosen, true = self._confusion.diagonal(), self._confusion.sum(axis=1), self._confusion.sum(axis=0)
        f1 = _ratio(2 * hits, chosen + true)
        if self._positive is None:
            metrics["f1_macro"] = float(f1.mean())
        else:
            at = self._positive
            metrics |= {
                "precision": float(_ratio(hits, chosen)[at]),
                "recall": float(_ratio(hits, true)[at]),
                "f1": float(f1[at]),
            }
            auc = self._auc()
            if auc is not None:
                metrics["roc_auc"] = auc
        half = _Z * sqrt(self._variance) / n
        return Estimate(
            n_rows=n, metrics=metrics, accuracy_low=max(accuracy - half, 0.0), accuracy_high=min(accuracy + half, 1.0)
        )

    def _auc(self) -> float | None:
        cases, others = float(self._cases.sum()), float(self._others.sum())
        if not cases or not others:
            return None
        below = np.cumsum(self._others) - self._others / 2
        return float((self._cases * below).sum() / (cases * others))


def _ratio(a: Any, b: Any) -> Array:
    result: Array = np.divide(a, b, out=np.zeros(len(a)), where=b > 0)
    return result
