"""The report: the same tables on the terminal and, between two marks, in ``docs/benchmark.md``."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from benchmarks.quality.comparison import ALPHA, Duel
from benchmarks.quality.results import OK, Cell, Result
from benchmarks.quality.standings import ALLOWED_S, ALLOWED_SHARE, Standings
from benchmarks.report import show

START, END = "<!-- measured: written by the benchmark -->", "<!-- /measured -->"
NOISY = 0.25  # share of the cores in other hands before a run


@dataclass(frozen=True, slots=True)
class Section:
    """One table with the sentences below it."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: tuple[str, ...] = ()


class Report:
    """All budgets that were measured; ``ours`` is the system that duels with every other."""

    def __init__(self, results: Mapping[Cell, Result], kept: Path, *, ours: str) -> None:
        self.results = results
        self.ours = ours
        budgets = sorted({r.budget_s for r in results.values()} - {0.0}) or [0.0]
        self.at = {budget: Standings(results, budget, kept) for budget in budgets}

    def sections(self) -> list[Section]:
        """Every table in its order."""
        found = []
        for budget, standings in self.at.items():
            when = f"{budget:g} s"
            found += [
                _standings(standings, when),
                _losses(standings, self.ours, when),
                _duels(standings.duels(self.ours), f"{self.ours} against each, {when}"),
                _costs(standings, when),
            ]
            for longer, others in self.at.items():
                if longer > budget:
                    title = f"{self.ours} at {when} against those that had {longer:g} s"
                    found.append(_duels(standings.duels(self.ours, others), title))
            if standings.ablations:
                found.append(_ablations(standings, self.ours, when))
        return [section for section in found if section.rows]

    def circumstances(self) -> list[str]:
        """When, on what, with which versions, and what makes the figures doubtful, in sentences."""
        runs = list(self.results.values())
        days = sorted({r.measured_at[:10] for r in runs})
        when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
        versions = sorted({f"{r.system} {r.version}" for r in runs if r.version and "~" not in r.system})
        memory = psutil.virtual_memory().total / 2**30
        sentences = [
            f"Measured {when} on {os.cpu_count()} cores ({_processor()}), {memory:.0f} GB of memory, "
            f"{platform.system()}, Python {platform.python_version()}; one training at a time.",
            f"Versions: {', '.join(versions)}." if versions else "No run ended with a model.",
        ]
        noisy = sum(r.busy_before > NOISY for r in runs)
        if noisy:
            sentences.append(
                f"**Doubtful:** before {noisy} of {len(runs)} runs other programs used more than {NOISY:.0%} of the "
                "cores. Libraries with two threads a model lose most by that."
            )
        failed = [r for r in runs if r.state != OK]
        sentences += [f"{r.cell.name}: {r.state}. {r.error}" for r in failed]
        return sentences

    def show(self) -> None:
        """Print."""
        for section in self.sections():
            show(section.title, section.header, [[cell.strip("*") for cell in row] for row in section.rows])
            for note in section.notes:
                print(note)
        print("\n".join(self.circumstances()))

    def markdown(self) -> str:
        """The tables for the docs."""
        lines = list(_paragraphs(self.circumstances()))
        for section in self.sections():
            lines += [f"### {section.title}", "", _row(section.header)]
            lines.append(_row(["---", *["---:"] * (len(section.header) - 1)]))
            lines += [_row(row) for row in section.rows]
            lines += ["", *_paragraphs(section.notes)]
        return "\n".join(lines).rstrip() + "\n"


def publish(report: Report, file: Path) -> None:
    """Put the tables between the marks of a document. Raises ValueError if it has no marks."""
    text = file.read_text(encoding="utf-8")
    if START not in text or END not in text:
        raise ValueError(f"{file.name} lacks the marks {START} and {END}.")
    head, rest = text.split(START, 1)
    tail = rest.split(END, 1)[1]
    file.write_text(f"{head}{START}\n\n{report.markdown()}\n{END}{tail}", encoding="utf-8")


def _standings(standings: Standings, when: str) -> Section:
    rows = [
        (
            s.system,
            f"{s.rank:.2f}",
            f"{s.score:.3f}",
            str(s.n_runs),
            str(s.n_failed),
            str(s.n_late),
            f"{s.mean_overrun_s:.1f}",
            f"{s.most_overrun_s:.1f}",
        )
        for s in standings.standings()
    ]
    notes = [
        f"Ranks and scores over {len(standings.losses)} data sets. Score: 0 is guessing, 1 the best of all on that "
        f"set. Late: over the budget by more than {ALLOWED_S:g} s and {ALLOWED_SHARE:.0%}."
    ]
    notes += [f"Not counted: {name}, lacks {', '.join(absent)}." for name, absent in standings.incomplete.items()]
    header = ("system", "mean rank", "mean score", "runs", "failed", "late", "overrun, mean s", "overrun, most s")
    return Section(f"Standings at {when}", header, rows, tuple(notes))


def _losses(standings: Standings, ours: str, when: str) -> Section:
    rows, behind = [], standings.behind(ours)
    for dataset, losses in standings.losses.items():
        known = [loss for loss in losses.values() if loss is not None]
        best = min(known) if known else None
        cells = ("failed" if v is None else f"**{v:.5g}**" if v == best else f"{v:.5g}" for v in losses.values())
        gap = f"{behind[dataset]:+.1%}" if dataset in behind else "–"
        rows.append((dataset, *cells, f"{standings.baselines[dataset]:.5g}", gap))
    notes = [
        "Log-loss, or RMSE for numbers; lower is better, the best is bold. Behind: how far "
        f"{ours} is behind the best other system, as a share of that one's distance to guessing; minus: ahead."
    ]
    kept, told = standings.promises(ours)
    if told:
        notes.append(
            f"In {kept} of {told} runs the loss lay within the 95 % interval that {ours} had promised its user. That "
            "interval is about its own test rows; these are others, so that less than 95 % is to be expected."
        )
    return Section(f"Losses at {when}", ("data set", *standings.systems, "guessing", "behind"), rows, tuple(notes))


def _duels(duels: Mapping[str, Sequence[Duel]], title: str) -> Section:
    rows = []
    for peer, fought in duels.items():
        verdicts = [d.verdict for d in fought]
        lost = ", ".join(d.dataset for d in fought if d.verdict == "loss")
        rows.append((peer, *(str(verdicts.count(v)) for v in ("win", "tie", "loss")), lost or "–"))
    note = (
        f"Paired sign-flip test over test rows, all seeds together; a tie is p ≥ {ALPHA:g}. "
        "A run that failed has lost against one that did not."
    )
    return Section(title, ("against", "wins", "ties", "losses", "lost on"), rows, (note,))


def _costs(standings: Standings, when: str) -> Section:
    def told(value: float | None) -> str:
        return "–" if value is None else f"{value:,.3g}" if value < 1_000 else f"{value:,.0f}"

    rows = [
        (c.system, *map(told, (c.fit_s, c.peak_mb, c.most_mb, c.size_mb, c.most_size_mb, c.row_ms, c.many_s)))
        for c in standings.costs()
    ]
    header = ("system", "training s", "memory MB", "most MB", "model MB", "largest MB", "one row ms", "10,000 rows s")
    note = (
        "Medians over runs. Memory is the peak of all processes of a run, shared pages counted once, training and "
        "predictions together. One row goes in as a frame of one row, for automl_lite as a dict."
    )
    return Section(f"Costs at {when}", header, rows, (note,))


def _ablations(standings: Standings, whole: str, when: str) -> Section:
    rows = []
    for name, changes in sorted(standings.ablated(whole).items(), key=lambda item: float(np.mean(item[1]))):
        worse, better = sum(c < 0 for c in changes), sum(c > 0 for c in changes)
        rows.append((name.partition("~")[2], f"{np.mean(changes):+.4f}", str(worse), str(better), str(len(changes))))
    header = ("without", "mean score", "worse on", "better on", "sets")
    note = "Change of the mean score; what is not missed has no minus."
    return Section(f"{whole} without an ingredient, {when}", header, rows, (note,))


def _paragraphs(sentences: Sequence[str]) -> list[str]:
    return [line for sentence in sentences for line in (sentence, "")]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()
