"""Train on a data frame, look at the result, answer a row and say why.

python examples/train_and_predict.py [seconds]
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from automl_lite import AutoML, Predictor

HERE = Path(__file__).parent


def main(budget_s: float) -> None:
    loans = pd.read_csv(HERE / "credit.csv")
    new, past = loans.iloc[:100], loans.iloc[100:]

    model = AutoML(budget_s=budget_s).fit(past, target="Status")
    print(model.leaderboard())

    with TemporaryDirectory() as folder:
        model.save(folder)
        predictor = Predictor(Path(folder) / "model.onnx")

    right = (predictor.predict(new.drop(columns="Status")) == new["Status"].to_numpy()).mean()
    print(f"{right:.0%} of 100 loans that the model had not seen were called right.")

    # Nothing has to be complete: what is absent counts as missing, and the answer says so.
    answer = predictor.answer({"Seniority": 2, "Job": "freelance", "Income": 90, "Amount": 1500}, explain=True)
    print(f"{answer.prediction}, {answer.probability:.0%}")
    for warning in answer.warnings[:3]:
        print(f"  {warning.message}")
    assert answer.explanation is not None
    for part in answer.explanation.contributions[:5]:
        print(f"  {part.column:12} {part.contribution:+.3f} ± {part.standard_error or 0:.3f}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20)
