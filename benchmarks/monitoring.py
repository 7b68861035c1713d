"""What watching a model promises, measured: drift alarms, accuracy without labels, fair duels.

``make bench-monitoring`` (about ten minutes; ``--budget 10`` trains less). Three studies:

- 200 batches that are like training, and 100 of each planted change (n = 2,000 rows of 20 columns): false alarms at
  most 5 %, found at least 95 % (the worlds of the tests);
- accuracy without labels (CBPE) on six data sets whose rows are divided by a column, so that the half with the model
  differs from the half it answers: mean absolute error at most 0.03;
- 200 duels of two models of the same quality on resampled rows, for each of four metrics: promoted at most 5 %.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.report import show, write

EXAMPLES = Path(__file__).parents[1] / "examples"
MAX_ERROR, MAX_ALARMS, MIN_FOUND, MAX_PROMOTED = 0.03, 0.05, 0.95, 0.05
N_CALM, N_PLANTED, N_DUELS, N_ROWS = 200, 100, 200, 2_000


def credit() -> tuple[pd.DataFrame, str, str]:
    return pd.read_csv(EXAMPLES / "credit.csv"), "Status", "Amount"


def jobs() -> tuple[pd.DataFrame, str, str]:
    return pd.read_csv(EXAMPLES / "jobs.csv"), "class", "compounds"


def flights() -> tuple[pd.DataFrame, str, str]:
    frame = pd.read_csv(EXAMPLES / "flights.csv")
    late = np.where(frame["arr_delay"] > 15, "late", "in time")
    return frame.drop(columns="arr_delay").assign(outcome=late)[frame["arr_delay"].notna()], "outcome", "distance"


def cancer() -> tuple[pd.DataFrame, str, str]:
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer(as_frame=True)
    return data.frame.assign(target=data.frame["target"].map(str)), "target", "mean texture"


def digits() -> tuple[pd.DataFrame, str, str]:
    from sklearn.datasets import load_digits

    frame = load_digits(as_frame=True).frame
    return frame.assign(target="d" + frame["target"].astype(str)), "target", "pixel_3_4"


def rings() -> tuple[pd.DataFrame, str, str]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(6_000, 6))
    chance = 1 / (1 + np.exp(-2 * (np.hypot(x[:, 0], x[:, 1]) - 1.2 + 0.5 * x[:, 2])))
    frame = pd.DataFrame(x, columns=list("abcdef"))
    return frame.assign(y=np.where(rng.random(len(x)) < chance, "out", "in")), "y", "a"


SETS: dict[str, Callable[[], tuple[pd.DataFrame, str, str]]] = {
    "credit": credit, "jobs": jobs, "flights": flights, "breast cancer": cancer, "digits": digits, "rings": rings,
}  # fmt: skip


def halves(frame: pd.DataFrame, column: str, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Divide rows so that low values of a column are three to four times as likely in the first half as high ones."""
    rank = frame[column].rank(pct=True).fillna(0.5)
    first = np.random.default_rng(seed).random(len(frame)) < 0.8 - 0.6 * rank
    return frame[first], frame[~first]


def without_labels(name: str, budget_s: float, folder: Path) -> dict[str, Any]:
    """Train on one half; estimate the accuracy on the other, and look."""
    from automl_lite.inference import Expected, Predictor
    from automl_lite.training import TrainConfig, train_file

    frame, target, column = SETS[name]()
    known, new = halves(frame, column)
    source = folder / "known.csv"
    known.to_csv(source, index=False)
    train_file(source, target=target, out=folder / name, config=TrainConfig(budget_s=budget_s, eda="none"))
    predictor = Predictor(folder / name / "model.onnx")
    (folder / "new.csv").write_text(new.drop(columns=target).to_csv(index=False), encoding="utf-8")

    from automl_lite.ingest.rows import RowFile
    from automl_lite.worker.scoring import kinds_of

    expected, hits, n = Expected(predictor.contract), 0, 0
    truth = new[target].astype(str).to_numpy()
    with RowFile(folder / "new.csv", kinds_of(predictor.contract)) as rows:
        for chunk in rows.chunks(kinds_of(predictor.contract), size=50_000):
            scores = predictor.score(chunk.columns, collect=True, allow_absent=True)
            expected.add(scores.predictions, scores.probabilities)
            hits += int((scores.predictions == truth[n : n + chunk.n_rows]).sum())
            n += chunk.n_rows
    told = expected.estimate()
    if told is None:
        raise SystemExit(f"{name}: nothing was answered")
    guess, true = told.metrics["accuracy"], hits / n
    return {"n_known": len(known), "n_new": n, "divided_by": column, "estimated": guess, "true": true,
            "error": abs(guess - true)}  # fmt: skip


def drift() -> dict[str, Any]:
    """Count false alarms (each batch with a training sample of its own) and planted changes that were found."""
    from tests.unit.monitoring.worlds import contract_of, watched, world

    calm = 0
    for seed in range(N_CALM):
        rng = np.random.default_rng(seed)
        calm += watched(contract_of(world(3_000, rng)), world(N_ROWS, rng)).severity != "none"
    model = contract_of(world(8_000, np.random.default_rng(10_001)))
    found = dict.fromkeys(("mean shift of 0.5 sd", "new category at 5 %", "missing share + 10 points"), 0)
    for seed in range(N_PLANTED):
        for change in found:
            rng = np.random.default_rng(20_000 + seed)
            table = world(N_ROWS, rng)
            if change.startswith("mean"):
                table["x3"] += np.float32(0.5)
            elif change.startswith("new"):
                table["c2"][rng.random(N_ROWS) < 0.05] = "new"
            else:
                table["x8"][rng.random(N_ROWS) < 0.1] = np.nan
            found[change] += watched(model, table).severity != "none"
    return {"false_alarms": calm / N_CALM, "found": {change: n / N_PLANTED for change, n in found.items()}}


def duels() -> dict[str, float]:
    """Let two models that err alike compete on fresh rows, again and again; return how often the challenger won."""
    from automl_lite.domain.columns import Task
    from automl_lite.training.validation import duel

    won = dict.fromkeys(("log_loss", "roc_auc", "f1", "rmse"), 0)
    for seed in range(N_DUELS):
        rng = np.random.default_rng(seed)
        truth = rng.normal(0, 2, 1_000)
        heard = [truth + rng.normal(0, 1, 1_000) for _ in range(2)]
        chance = [1 / (1 + np.exp(-z)) for z in (truth, *heard)]
        y = (rng.random(1_000) < chance[0]).astype(np.int64)
        rivals = [np.column_stack([1 - p, p]) for p in chance[1:]]
        for metric in won:
            if metric == "rmse":
                numbers = truth + rng.normal(0, 1, 1_000)
                won[metric] += duel(Task.REGRESSION, metric, numbers, *heard, seed=seed).promote
            else:
                won[metric] += duel(Task.BINARY, metric, y, *rivals, seed=seed).promote
    return {metric: n / N_DUELS for metric, n in won.items()}


def main() -> int:
    """Measure, print, write; 1 if a promise does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--budget", type=float, default=20.0, help="Seconds of training for each data set.")
    given = parser.parse_args()
    watched = drift()
    fair = duels()
    with tempfile.TemporaryDirectory(prefix="bench-monitoring-") as folder:
        sets = {name: without_labels(name, given.budget, Path(folder)) for name in SETS}
    error = mean(found["error"] for found in sets.values())
    show(
        "Accuracy without labels",
        ["", "rows known", "rows answered", "estimated", "true", "error"],
        [[n, f["n_known"], f["n_new"], f["estimated"], f["true"], f["error"]] for n, f in sets.items()],
    )
    print(f"Mean error {error:.4f} (at most {MAX_ERROR})")
    print(f"False alarms {watched['false_alarms']:.1%} (at most {MAX_ALARMS:.0%}); found: {watched['found']}")
    print(f"Wrong promotions: {fair} (at most {MAX_PROMOTED:.0%} each)")
    held = (
        error <= MAX_ERROR
        and watched["false_alarms"] <= MAX_ALARMS
        and min(watched["found"].values()) >= MIN_FOUND
        and max(fair.values()) <= MAX_PROMOTED
    )
    result = {"budget_s": given.budget, "without_labels": sets, "mean_error": error, "drift": watched, "duels": fair}
    write("monitoring", {**result, "holds": held})
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
