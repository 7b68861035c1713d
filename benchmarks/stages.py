"""Where the time of a run goes: until a first model could be used, and all that is around the fits."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from automl_lite.training import Progress, TrainConfig, train_file
from automl_lite.training.engine import FITTING
from benchmarks.quality.datasets import EXAMPLES, DataSet, choose, read_manifest
from benchmarks.report import show, write

AROUND = ("read", "profile", "prepare", "blend", "evaluate", "explain", "export", "report")


def measure(data: DataSet, budget_s: float) -> dict[str, Any]:
    """Train once, with the data report, and return seconds: of each stage, in all, and until the first model.

    A model counts as usable once all its folds are fitted. ``fit_s`` is the search and the fits of the chosen models.
    """
    events: list[Progress] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        config = TrainConfig(budget_s=budget_s, drop=data.drop, split=data.split)
        run = train_file(
            data.file, target=data.target, out=Path(folder), config=config, progress=events.append, started=began
        )
        size_bytes = len(run.onnx)
    wall_s = time.monotonic() - began
    seconds: dict[str, float] = defaultdict(float)
    ends = [*(event.elapsed_s for event in events[1:]), wall_s]
    for event, end in zip(events, ends, strict=True):
        fits = event.stage == "search" or event.message.startswith(FITTING)
        seconds["fit" if fits else event.stage] += end - event.elapsed_s
    first = next(e.elapsed_s for e in events if e.stage == "search" and e.message.endswith(" finished"))
    scored = {metric["name"]: metric for metric in run.metadata["metrics"]}[run.metadata["primary"]]
    return {
        "wall_s": round(wall_s, 2),
        "first_model_s": round(first, 2),
        "fit_s": round(seconds.pop("fit"), 2),
        "around_s": round(sum(seconds.values()), 2),
        "stages": {name: round(seconds[name], 2) for name in AROUND},
        "metric": scored["name"],
        "value": scored["value"],
        "baseline": scored["baseline"],
        "size_mb": round(size_bytes / 1e6, 2),
        "agreement": run.metadata["agreement"],
    }


def main() -> None:
    """Measure every data set, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=EXAMPLES, help="folder with manifest.json and CSV files")
    parser.add_argument("--sets", nargs="*", default=[], help="data sets; all by default")
    parser.add_argument("--budget-s", type=float, default=60.0, help="seconds of each training")
    options = parser.parse_args()
    found = {}
    for data in choose(read_manifest(options.data), options.sets):
        found[data.name] = result = measure(data, options.budget_s)
        print(f"{data.name}: {result}", flush=True)
    show(
        f"Where the time goes, budget {options.budget_s:g} s",
        ("data set", "wall s", "first model s", "around the fits s", "share of the budget", *AROUND),
        [
            (
                name,
                result["wall_s"],
                result["first_model_s"],
                result["around_s"],
                f"{result['around_s'] / options.budget_s:.0%}",
                *result["stages"].values(),
            )
            for name, result in found.items()
        ],
    )
    write("stages", {"budget_s": options.budget_s, "sets": found})


if __name__ == "__main__":
    main()
