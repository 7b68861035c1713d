"""The real AutoGluon on a real table, where AUTOML_LITE_AUTOGLUON_PYTHON or the data folder has it; else skipped."""

import subprocess
import zipfile
from pathlib import Path

import pytest

from automl_lite.training import TrainConfig, train_file
from automl_lite.training.autogluon import environment

CREDIT = Path(__file__).parents[3] / "examples" / "credit.csv"
FOUND = environment.find()

pytestmark = pytest.mark.skipif(
    not FOUND.is_there or not environment.version_in(FOUND.python),
    reason="AutoGluon is not here; automl-lite engines install autogluon",
)


def test_thirty_seconds_on_credit(tmp_path):
    config = TrainConfig(engine="autogluon", budget_s=30, eda="none")
    run = train_file(CREDIT, target="Status", out=tmp_path / "run", config=config)
    capsule = run.metadata["capsule"]
    assert capsule["seconds"] < 30 + 5
    assert capsule["versions"]["autogluon"] == environment.version_in(FOUND.python)
    told = run.evaluation.as_dict()
    assert (told["how"], told["n_rows"]) == ("test split", 891)
    auc = next(m for m in told["metrics"] if m["name"] == "roc_auc")
    assert auc["low"] > 0.7
    assert run.leaderboard[0].score < 0.5
    assert sum(row.weight for row in run.leaderboard) == pytest.approx(1)
    with zipfile.ZipFile(tmp_path / "run" / "autogluon.zip") as file:
        file.extractall(tmp_path / "theirs")
    code = (
        "import sys, pandas; from autogluon.tabular import TabularPredictor\n"
        "rows = pandas.read_csv(sys.argv[2]).head(3)\n"
        "print(TabularPredictor.load(sys.argv[1]).predict(rows).tolist())"
    )
    done = subprocess.run(
        [FOUND.python, "-c", code, tmp_path / "theirs", CREDIT], capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split("[")[-1].strip("]\n ").replace("'", "").split(", ")) <= {"good", "bad"}


def test_small_tables_are_bagged_on_our_folds(tmp_path):
    few = tmp_path / "few.csv"
    few.write_text("\n".join(CREDIT.read_text().splitlines()[:401]) + "\n")
    config = TrainConfig(engine="autogluon", budget_s=90, eda="none", quality="fast")
    told = train_file(few, target="Status", out=tmp_path / "run", config=config).evaluation.as_dict()
    assert (told["how"], told["n_rows"]) == ("cross-validation", 400)
