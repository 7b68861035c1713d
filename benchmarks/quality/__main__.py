"""``python -m benchmarks.quality run | report | systems | honesty``: see ``docs/benchmark.md``."""

from __future__ import annotations

import argparse
import math
import shutil
import signal
import sys
from pathlib import Path

from benchmarks.quality import honesty
from benchmarks.quality.datasets import EXAMPLES, choose, read_manifest
from benchmarks.quality.environments import ROOT
from benchmarks.quality.report import Report, publish
from benchmarks.quality.results import read
from benchmarks.quality.runs import Plan, results_file, run
from benchmarks.quality.systems import SYSTEMS

WORK = ROOT / "build" / "quality"
SHORT = ("automl_lite-balanced", "lightgbm-default", "catboost-default", "randomforest-default", "flaml")


def main() -> None:
    """Run a subset, print the report, or write it into the docs."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what is being measured ends with us
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    runs = commands.add_parser("run", help="run what is missing, then print the report")
    runs.add_argument("--data", type=Path, default=EXAMPLES, help="folder with manifest.json and CSV files")
    runs.add_argument("--sets", nargs="*", default=[], help="data sets; all by default")
    runs.add_argument("--systems", nargs="*", default=list(SHORT), help="systems; see the command systems")
    runs.add_argument("--budgets", nargs="*", type=float, default=[60.0], help="seconds")
    runs.add_argument("--seeds", nargs="*", type=int, default=[0], help="each is a split and a seed of the systems")
    runs.add_argument("--again", nargs="*", default=[], help="systems to measure once more; or: failed")
    runs.add_argument("--quiet", type=float, help="wait until others use at most this share of the cores, such as 0.1")
    reports = commands.add_parser("report", help="print the report of what has been measured")
    reports.add_argument("--ours", default=SHORT[0], help="the system that duels with every other")
    reports.add_argument("--publish", action="store_true", help="write docs/benchmark.md and keep the raw results")
    commands.add_parser("systems", help="list the systems")
    honest = commands.add_parser("honesty", help="train on many small samples: do the shown numbers come true?")
    honest.add_argument("--data", type=Path, default=EXAMPLES, help="folder with manifest.json and CSV files")
    honest.add_argument("--sets", nargs="*", default=[], help="data sets; all by default")
    honest.add_argument("--rows", nargs="*", type=int, default=[250, 1500], help="rows of a sample")
    honest.add_argument("--repetitions", type=int, default=10, help="samples of each data set and size")
    honest.add_argument("--models", type=int, default=3, help="configurations to fit on each sample")
    honest.add_argument("--file", type=Path, default=WORK / "results" / "honesty.csv", help="grows; done is done")
    for command in (runs, reports):
        command.add_argument("--work", type=Path, default=WORK, help="folder for environments, splits and logs")
        command.add_argument("--results", type=Path, help="folder of the results; WORK/results by default")
    runs.add_argument("--minutes", type=float, default=math.inf, help="begin nothing after so many minutes")
    options = parser.parse_args()
    if options.command == "systems":
        print("\n".join(SYSTEMS))
        return
    if options.command == "honesty":
        sets = choose(read_manifest(options.data), options.sets)
        tell = lambda line: print(line, flush=True)  # noqa: E731
        honesty.run(sets, options.rows, options.repetitions, options.models, options.file, tell)
        print("\n".join(honesty.summary(honesty.read(options.file))))
        return
    kept = options.results or options.work / "results"
    if options.command == "run":
        unknown = [name for name in options.systems if name not in SYSTEMS]
        if unknown:
            parser.error(f"There is no system {unknown[0]!r}; there are {', '.join(SYSTEMS)}.")
        plan = Plan(
            sets=choose(read_manifest(options.data), options.sets),
            systems=options.systems,
            budgets=options.budgets,
            seeds=options.seeds,
            work=options.work,
            kept=kept,
            minutes=options.minutes,
            again=options.again,
            quiet=options.quiet,
        )
        run(plan, lambda line: print(line, flush=True))
    results = read(results_file(kept))
    if not results:
        parser.error(f"Nothing has been measured in {kept}.")
    report = Report(results, kept, ours=getattr(options, "ours", SHORT[0]))
    report.show()
    if getattr(options, "publish", False):
        publish(report, ROOT / "docs" / "benchmark.md")
        shutil.copyfile(results_file(kept), ROOT / "benchmarks" / "results" / "quality.csv")
        print("Written: docs/benchmark.md, benchmarks/results/quality.csv")


if __name__ == "__main__":
    main()
