"""What to fit next: the portfolio in its order, then FLAML's cost-frugal search, one for each boosted family."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from automl_lite.training.portfolio import Config, Learns, learning, portfolio, search_spaces, searched

PATIENT_TRIALS = 24  # searched configurations without a better one before the search ends early
LEAST_GAIN = 1e-4  # relative; less is no better


@dataclass(frozen=True, slots=True)
class Proposal:
    """A configuration to fit; ``trial`` is its name in the cost-frugal search of its family, or empty."""

    config: Config
    number: int
    trial: str = ""
    found: Any = None

    @property
    def searched(self) -> bool:
        """True for what the search proposes beyond the portfolio."""
        return bool(self.trial)


class Proposals:
    """Gives configurations one by one and learns from their losses.

    Parameters
    ----------
    seed : int
    max_models : int, optional
        End after so many. Then searched configurations come one at a time, so that what the search learns, and so
        what it proposes, does not depend on which fit is quicker.
    learns : {"target", "logs", "rest"}
        What else may be learnt instead of the target.
    n_rows, n_outputs : int
        Training rows, and outputs of a model.
    """

    def __init__(
        self, seed: int, max_models: int | None, learns: Learns = "target", *, n_rows: int, n_outputs: int
    ) -> None:
        self.seed = seed
        self.max_models = max_models
        self.learns: Learns = "logs" if learns == "logs" else "target"  # by what the search proposes
        self.n_proposed = 0
        self._portfolio: Iterator[Config] = iter(portfolio(learns, n_rows=n_rows, n_outputs=n_outputs))
        self._searchers: dict[str, Any] = {}
        self._turn = 0
        self._best = np.inf
        self._since_better = 0

    def next(self, tried: set[str], *, n_open: int) -> Proposal | None:
        """Return what to fit next, or None for now; ``tried`` are the families that a model was fitted of."""
        if self.max_models and self.n_proposed >= self.max_models:
            return None
        config = next(self._portfolio, None)
        if config is not None:
            self.n_proposed += 1
            return Proposal(config, self.n_proposed)
        if self._since_better >= PATIENT_TRIALS or (self.max_models and n_open):
            return None
        return self._searched(tried)

    def _searched(self, tried: set[str]) -> Proposal | None:
        if not self._searchers:
            self._start()
        families = [family for family in self._searchers if family in tried]
        for _ in range(3 * len(families)):
            family = families[self._turn % len(families)]
            self._turn += 1
            trial = f"{family} {self._turn}"
            found = self._searchers[family].suggest(trial)
            if found is not None:
                self.n_proposed += 1
                config = searched(family, self._turn, found)
                return Proposal(learning(config, self.learns), self.n_proposed, trial, found)
        return None

    def _start(self) -> None:
        from flaml import CFO

        for i, (family, (space, cheap)) in enumerate(search_spaces().items()):
            self._searchers[family] = CFO(
                metric="loss", mode="min", space=space, low_cost_partial_config=cheap, seed=self.seed + i
            )

    def told(self, proposal: Proposal, loss: float | None = None, seconds: float = 0.0) -> None:
        """Learn how a proposal did; ``loss`` is None for one that was given up."""
        better = loss is not None and loss < self._best * (1 - LEAST_GAIN)
        self._best = min(self._best, np.inf if loss is None else loss)
        if not proposal.searched:
            return
        self._since_better = 0 if better else self._since_better + 1
        searcher = self._searchers[proposal.config.family]
        if loss is None:
            searcher.on_trial_complete(proposal.trial, error=True)
        else:
            result = {"config": proposal.found, "loss": loss, "time_total_s": seconds}
            searcher.on_trial_complete(proposal.trial, result)
