"""What raw results say at one budget: losses by data set, ranks, duels, costs; plain values, no layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.quality.comparison import Duel, duel, mean_of, normalised, ranks
from benchmarks.quality.results import OK, Cell, Result
from benchmarks.quality.runs import losses_file
from benchmarks.quality.systems import SYSTEMS, is_ablation

ALLOWED_SHARE = 0.05  # of the budget…
ALLOWED_S = 5.0  # …or so many seconds: more is an overrun


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One system over all data sets that every system has been run on."""

    system: str
    rank: float
    score: float
    n_runs: int
    n_failed: int
    n_late: int
    mean_overrun_s: float
    most_overrun_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Medians over runs, and the largest of memory and size; None where no run got so far."""

    system: str
    fit_s: float | None
    peak_mb: float | None
    most_mb: float | None
    size_mb: float | None
    most_size_mb: float | None
    row_ms: float | None
    many_s: float | None


class Standings:
    """The comparison at one budget; systems without a budget take part in every one.

    Parameters
    ----------
    results : mapping of Cell to Result
    budget_s : float
    kept : Path
        Where the losses of test rows are.

    Attributes
    ----------
    systems : list of str, without ablations
    losses : dict of data set -> system -> mean loss over the seeds that all systems of that data set have run; a
        failed run counts as guessing, None means that every one failed
    baselines : dict of data set -> loss of guessing
    incomplete : dict of data set -> systems that have not been run on it; such sets take no part
    """

    def __init__(self, results: Mapping[Cell, Result], budget_s: float, kept: Path) -> None:
        self.budget_s = budget_s
        self.kept = kept
        mine = [r for r in results.values() if r.budget_s in (0.0, budget_s)]
        self.by_set: dict[str, dict[str, dict[int, Result]]] = {}
        for result in mine:
            self.by_set.setdefault(result.dataset, {}).setdefault(result.system, {})[result.seed] = result
        names = list(dict.fromkeys(r.system for r in mine))
        self.systems = [name for name in names if not is_ablation(name)]
        self.ablations = [name for name in names if is_ablation(name)]
        self.losses: dict[str, dict[str, float | None]] = {}
        self.baselines: dict[str, float] = {}
        self.incomplete: dict[str, list[str]] = {}
        for dataset, found in self.by_set.items():
            absent = [name for name in self.systems if name not in found]
            seeds = set.intersection(*(set(found[name]) for name in self.systems if name in found))
            if absent or not seeds:
                self.incomplete[dataset] = absent or ["no seed in common"]
                continue
            chosen = {name: [found[name][seed] for seed in sorted(seeds)] for name in self.systems}
            self.losses[dataset] = {name: _mean_loss(runs) for name, runs in chosen.items()}
            self.baselines[dataset] = float(np.mean([r.baseline for r in chosen[self.systems[0]]]))

    def standings(self) -> list[Standing]:
        """Every system, the best mean rank first."""
        rank = mean_of([ranks(losses) for losses in self.losses.values()])
        score = mean_of([normalised(losses, self.baselines[name]) for name, losses in self.losses.items()])
        return sorted((self._standing(name, rank[name], score[name]) for name in rank), key=lambda s: s.rank)

    def _standing(self, system: str, rank: float, score: float) -> Standing:
        runs = self._runs(system)
        over = [r.overrun_s for r in runs]
        late = [s for r, s in zip(runs, over, strict=True) if s > max(ALLOWED_S, ALLOWED_SHARE * r.budget_s)]
        return Standing(
            system=system,
            rank=rank,
            score=score,
            n_runs=len(runs),
            n_failed=sum(r.state != OK for r in runs),
            n_late=len(late),
            mean_overrun_s=float(np.mean(over)),
            most_overrun_s=max(over),
        )

    def duels(self, ours: str, others: Standings | None = None) -> dict[str, list[Duel]]:
        """Our system against each other one: data sets on which both have row losses of a seed in common.

        ``others`` are standings at a larger budget: then our system meets those that used it.
        """
        found: dict[str, list[Duel]] = {}
        theirs = others or self
        for peer in theirs.systems:
            if peer == ours or (others and not SYSTEMS[peer].takes_budget):
                continue
            fought = [
                self._duel(name, runs.get(ours, {}), theirs.by_set[name].get(peer, {}))
                for name, runs in self.by_set.items()
                if name in theirs.by_set
            ]
            if met := [d for d in fought if d is not None]:
                found[peer] = met
        return found

    def _duel(self, dataset: str, *sides: dict[int, Result]) -> Duel | None:
        met = []
        for seed in sorted(set(sides[0]) & set(sides[1])):
            files = [losses_file(side[seed].cell, self.kept) for side in sides]
            states = [side[seed].state == OK for side in sides]
            if all(states) and all(file.is_file() for file in files):
                met.append([np.load(file) for file in files])
            elif states == [True, False]:
                return Duel(dataset, -np.inf, 0.0)
            elif states == [False, True]:
                return Duel(dataset, np.inf, 0.0)
        if not met:
            return None
        a, b, rows = (
            np.concatenate([pair[side][key] for pair in met])
            for side, key in ((0, "losses"), (1, "losses"), (0, "rows"))
        )
        return duel(dataset, a, b, rows, by_time=bool(met[0][0]["by_time"]))

    def costs(self) -> list[Costs]:
        """What each system takes besides time."""
        return [self._costs(name) for name in self.systems]

    def _costs(self, system: str) -> Costs:
        runs = self._runs(system)

        def middle(values: list[float | None]) -> float | None:
            known = [v for v in values if v is not None]
            return median(known) if known else None

        return Costs(
            system=system,
            fit_s=middle([r.fit_s for r in runs]),
            peak_mb=middle([r.peak_mb for r in runs]),
            most_mb=max((r.peak_mb for r in runs), default=None),
            size_mb=middle([r.size_mb for r in runs]),
            most_size_mb=max((r.size_mb for r in runs if r.size_mb is not None), default=None),
            row_ms=middle([r.row_ms for r in runs]),
            many_s=middle([r.many_s for r in runs]),
        )

    def behind(self, ours: str) -> dict[str, float]:
        """How far our system is behind the best other one, as a share of that one's distance to guessing.

        Negative where it leads; sets on which it failed, or no other beats guessing, are left out.
        """
        found = {}
        for name, losses in self.losses.items():
            mine, rest = losses.get(ours), [v for k, v in losses.items() if k != ours and v is not None]
            if mine is not None and rest and (gain := self.baselines[name] - min(rest)) > 0:
                found[name] = (mine - min(rest)) / gain
        return found

    def promises(self, ours: str) -> tuple[int, int]:
        """Runs whose loss on the test rows lay within the interval that the system had promised, and all with one."""
        runs = [r for r in self._runs(ours) if r.loss is not None and r.promised_low is not None]
        return sum(r.promised_low <= r.loss <= r.promised_high for r in runs), len(runs)  # type: ignore[operator]

    def ablated(self, whole: str) -> dict[str, list[float]]:
        """For each ablation the change of the normalised score by data set, seeds in common; negative: it is missed.

        0 and 1 are guessing and the best of all other systems on that data set, as in the standings.
        """
        found: dict[str, list[float]] = {}
        for name in self.ablations:
            for dataset, runs in self.by_set.items():
                seeds = sorted(set(runs.get(name, {})) & set(runs.get(whole, {})))
                if not seeds:
                    continue
                pair = {side: _mean_loss([runs[side][seed] for seed in seeds]) for side in (name, whole)}
                baseline = runs[whole][seeds[0]].baseline
                others = self.losses.get(dataset, {})
                scores = normalised({**others, **pair}, baseline)
                found.setdefault(name, []).append(scores[name] - scores[whole])
        return found

    def _runs(self, system: str) -> list[Result]:
        return [r for found in self.by_set.values() for r in found.get(system, {}).values()]


def _mean_loss(runs: list[Result]) -> float | None:
    """Mean over seeds; a failed run counts as guessing. None if all failed."""
    if all(r.loss is None for r in runs):
        return None
    return float(np.mean([r.baseline if r.loss is None else r.loss for r in runs]))
