"""What runs inside AutoGluon's environment: ``python script.py FOLDER``; nothing of automl_lite is there.

FOLDER holds settings.json, train.parquet and, where there are test rows, test.parquet without their answers. Left
behind are result.json, test_predictions.parquet, validation.parquet (out of fold, or of held-out rows) and
predictor.zip; or error.json. SIGINT ends the search and keeps the models so far.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

STARTED = time.monotonic()

FINISH_SHARE, FINISH_LEAST_S = 0.12, 2.0  # kept for predicting and packing
FIT_SHARE = 0.85  # of what is then left: AutoGluon takes its limit as advice
GIB = 2**30


class NoModel(Exception):
    """Not one model was fitted in the time."""


def main(folder: Path) -> int:
    """Return 0, or 1 with error.json."""
    # a shell that starts servers in the background has its children ignore this signal
    signal.signal(signal.SIGINT, signal.default_int_handler)
    settings: dict[str, Any] = json.loads((folder / "settings.json").read_text("utf-8"))
    try:
        fit(folder, settings)
    except KeyboardInterrupt:
        return told(folder, "no-model", "AutoGluon was stopped before it had a model.")
    except NoModel:
        return told(folder, "no-model", "AutoGluon fitted no model in its time.")
    except MemoryError:
        return told(folder, "out-of-memory", "AutoGluon needed more memory than there is.")
    except Exception as err:  # noqa: BLE001 - whatever it is, the other side tells it
        import traceback

        traceback.print_exc()
        return told(folder, "failed", type(err).__name__ + ": " + str(err)[:500])
    return 0


def told(folder: Path, code: str, message: str) -> int:
    """Leave the reason of a failure."""
    (folder / "error.json").write_text(json.dumps({"code": code, "message": message}), "utf-8")
    return 1


def fit(folder: Path, settings: dict[str, Any]) -> None:
    """Search, predict and pack."""
    import autogluon.tabular as autogluon

    label, classes, fold = settings["target"], settings["classes"], settings["fold"]
    train = read(folder / "train.parquet", settings)
    holdout = None
    options: dict[str, Any] = {"presets": settings["presets"]}
    if settings["holdout"]:
        holdout = train[train[fold] == settings["holdout"]].drop(columns=fold)
        train = train[train[fold] != settings["holdout"]].drop(columns=fold)
        options |= {"tuning_data": holdout}
    else:
        options |= {"dynamic_stacking": False}  # it would split by rows, not by our folds
    predictor = autogluon.TabularPredictor(
        label,
        problem_type=settings["task"],
        eval_metric=settings["metric"],
        positive_class=classes[1] if settings["task"] == "binary" else None,
        groups=fold if settings["bagged"] else None,
        path=str(folder / "search"),
        verbosity=2,
    )
    spent = time.monotonic() - STARTED
    left = settings["time_s"] - spent
    limit = FIT_SHARE * (left - max(FINISH_LEAST_S, FINISH_SHARE * left))
    print(f"AutoGluon {autogluon.__version__} started in {spent:.1f} s and has {limit:.1f} s", flush=True)
    interrupted = False
    try:
        predictor.fit(
            train,
            time_limit=max(limit, 1.0),
            num_cpus=settings["threads"],
            num_gpus=0,
            raise_on_no_models_fitted=False,
            memory_limit=settings["memory_bytes"] / GIB,
            **options,
        )
    except KeyboardInterrupt:
        interrupted = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if interrupted:
        predictor = so_far(autogluon, predictor.path)
    names = predictor.model_names(can_infer=True) if predictor._trainer is not None else []
    if not names:
        raise NoModel
    if interrupted and not any(name.startswith("WeightedEnsemble") for name in names) and len(names) > 1:
        predictor.fit_weighted_ensemble()
    finish(folder, settings, predictor, holdout, autogluon.__version__, interrupted=interrupted)


def so_far(autogluon: Any, path: str) -> Any:
    """Load what AutoGluon had saved when it was interrupted: the object in hand knows nothing of its models."""
    try:
        return autogluon.TabularPredictor.load(path)
    except Exception as err:
        raise NoModel from err


def finish(
    folder: Path, settings: dict[str, Any], predictor: Any, holdout: Any, version: str, *, interrupted: bool
) -> None:
    """Predict the test and the validation rows, and leave the predictor as a zip."""
    print("Predicting", flush=True)
    best = predictor.model_best
    parent = predictor.model_refit_map(inverse=True).get(best, best)
    if holdout is not None:
        validation = predicted(predictor, holdout, settings, parent)
    else:
        oof = predictor.predict_oof if settings["task"] == "regression" else predictor.predict_proba_oof
        validation = ordered(oof(model=parent), settings)
    board = [
        {"name": row["model"], "score": float(row["score_val"]), "seconds": float(row["fit_time_marginal"])}
        for row in predictor.leaderboard(silent=True).to_dict("records")
        if row["score_val"] == row["score_val"]
    ]
    weights = members(predictor, parent)
    small = predictor.clone_for_deployment(path=str(folder / "predictor"), model=best, return_clone=True)
    if (folder / "test.parquet").is_file():
        test = read(folder / "test.parquet", settings)
        predicted(small, test, settings, best).reset_index(drop=True).to_parquet(folder / "test_predictions.parquet")
    validation.rename_axis("row").reset_index().to_parquet(folder / "validation.parquet")
    print("Packing", flush=True)
    shutil.make_archive(str(folder / "predictor"), "zip", folder / "predictor")
    result = {
        "version": version, "python": sys.version.split()[0], "best": best, "weights": weights, "leaderboard": board,
        "interrupted": interrupted, "seconds": time.monotonic() - STARTED,
    }  # fmt: skip
    (folder / "result.json").write_text(json.dumps(result), "utf-8")


def members(predictor: Any, best: str) -> dict[str, float]:
    """Weight of each model in the best one."""
    model = predictor._trainer.load_model(best)
    weights = model._get_model_weights() if hasattr(model, "_get_model_weights") else {best: 1.0}
    return {str(name): float(weight) for name, weight in weights.items()}


def predicted(predictor: Any, rows: Any, settings: dict[str, Any], model: str) -> Any:
    """Predict ``rows``."""
    predict = predictor.predict if settings["task"] == "regression" else predictor.predict_proba
    return ordered(predict(rows, model=model), settings)


def ordered(found: Any, settings: dict[str, Any]) -> Any:
    """Name columns p0, p1, … in the order of the classes; a number's is called prediction."""
    if settings["task"] == "regression":
        return found.astype("float64").to_frame("prediction")
    found = found[settings["classes"]].astype("float64")
    return found.set_axis([f"p{i}" for i in range(len(settings["classes"]))], axis=1)


def read(file: Path, settings: dict[str, Any]) -> Any:
    """Read typed rows: categories and booleans as such, texts and dates as they are."""
    import pandas as pd

    frame = pd.read_parquet(file)
    for name, kind in settings["kinds"].items():
        if kind == "boolean":
            frame[name] = frame[name].map({True: "true", False: "false"}).astype("category")
        elif kind == "category":
            frame[name] = frame[name].astype("category")
    return frame


def die_with(parent: int, folder: Path) -> None:
    """Delete the rows, and end this process and those that it started, when the one that wants the result is gone."""
    while os.getppid() == parent:
        time.sleep(0.5)
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    if sys.path and Path(sys.path[0]) == Path(__file__).parent:
        del sys.path[0]
    threading.Thread(target=die_with, args=(os.getppid(), Path(sys.argv[1])), daemon=True).start()
    sys.exit(main(Path(sys.argv[1])))
