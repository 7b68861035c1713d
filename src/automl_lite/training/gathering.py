"""The fits of all folds to one candidate: how long its models learn, and what they say of rows they have not seen."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from automl_lite.training.candidate import Candidate, Fitted, loss_on
from automl_lite.training.families import SHARE_FAMILIES
from automl_lite.training.fitting import Shared
from automl_lite.training.logs import LogTargetModel, share_smear
from automl_lite.training.problem import link, validation_loss
from automl_lite.training.proposals import Proposal
from automl_lite.training.stopping import agreed_rounds

ELIMINATE_AFTER = 2  # folds
ELIMINATE_MARGIN = 0.03  # relative loss over the best so far
AGREE_BELOW = 30_000  # rows × outputs: with more, a fold's own rows tell its best round well enough


@dataclass(slots=True)
class Running:
    """A proposal under way: its open fits with their folds, those that ended, and when to give up waiting."""

    proposal: Proposal
    futures: dict[Future[Any], int] = field(default_factory=dict)
    fitted: dict[int, Fitted] = field(default_factory=dict)
    give_up_at: dict[int, float] = field(default_factory=dict)
    error: str = ""


def hopeless(shared: Shared, running: Running, candidates: Sequence[Candidate]) -> bool:
    """True for a searched configuration whose first folds are clearly worse than those of the best candidate."""
    if not running.proposal.searched or len(running.fitted) < ELIMINATE_AFTER or not candidates:
        return False
    best = min(candidates, key=lambda c: c.loss)
    rows = np.concatenate([shared.folds[k][1] for k in running.fitted])
    raw = np.concatenate([fit.raw for fit in running.fitted.values()])
    loss = validation_loss(shared.problem, raw, shared.y[rows])
    return loss > (1 + ELIMINATE_MARGIN) * loss_on(shared.problem, best, rows, shared.y)


def gathered(shared: Shared, running: Running, *, by_time: bool) -> Candidate:
    """Make a candidate of the fits that ended; what no fold validated has the prediction NaN."""
    config, fitted = running.proposal.config, running.fitted
    problem, y = shared.problem, shared.y
    shape = (len(y), problem.n_classes) if problem.task.is_classification else (len(y),)
    prediction = np.full(shape, np.nan)
    raws = _settled(shared, dict(sorted(fitted.items())), by_time=by_time)
    for k, raw in raws.items():
        prediction[shared.folds[k][1]] = link(problem, raw, shares=config.family in SHARE_FAMILIES)
    models = [fitted[k].model for k in raws]
    seconds = sum(fit.seconds for fit in fitted.values())
    candidate = Candidate(config, models, prediction, np.nan, seconds, running.proposal.number)
    rows = np.concatenate([shared.folds[k][1] for k in raws])
    candidate.row_s = sum(fit.predict_s for fit in fitted.values()) / len(rows)
    candidate.loss = loss_on(problem, candidate, rows, y)
    return candidate


def _settled(shared: Shared, fitted: dict[int, Fitted], *, by_time: bool) -> dict[int, npt.NDArray[np.float64]]:
    """Raw outputs on the validation rows of each fold, once it is settled for how long its model learns."""
    models = [fit.model for fit in fitted.values()]
    valid = [shared.folds[k][1] for k in fitted]
    rounds = None
    if not by_time and len(shared.y) * shared.problem.n_outputs < AGREE_BELOW:
        rounds = agreed_rounds(models, [len(rows) for rows in valid])
    for model in models:
        model.cut(rounds or model.rounds)
    if rounds is None:
        return {k: fit.raw for k, fit in fitted.items()}
    valid_x = [shared.of_folds.rows(shared.matrix, rows, k) for k, rows in zip(fitted, valid, strict=True)]
    on_logs = [model for model in models if isinstance(model, LogTargetModel)]
    if on_logs and not shared.problem.absolute:
        share_smear(on_logs, [(x, shared.y[rows]) for x, rows in zip(valid_x, valid, strict=True)])
    return {k: model.raw(x) for k, model, x in zip(fitted, models, valid_x, strict=True)}
