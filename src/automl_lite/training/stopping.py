"""How long to learn: where rows are few, all folds of a configuration agree on it.

A fold that stops at the best round of its own thirty rows looks better than it is, more so the more the rounds differ
by chance; and the mean of such rounds is a poor guess of how long the final model should learn.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from automl_lite.training.problem import FoldModel


def agreed_rounds(models: Sequence[FoldModel], n_valid: Sequence[int]) -> int | None:
    """The rounds with the least mean loss over the validation rows of all folds; None where losses were not kept.

    A fold that stopped before is taken to stay where it was.
    """
    curves = [np.asarray(model.losses, np.float64) for model in models]
    longest = max(map(len, curves))
    if not min(map(len, curves)) or not longest:
        return None
    even = np.stack([np.pad(curve, (0, longest - len(curve)), mode="edge") for curve in curves])
    mean = np.average(even, axis=0, weights=n_valid)
    return int(np.nanargmin(mean)) + 1 if np.isfinite(mean).any() else None
