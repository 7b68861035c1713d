"""Training again: the settings of a model on new or more rows, and the better model into service."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from automl_lite.domain.callers import Caller
from automl_lite.domain.errors import InvalidRequest
from automl_lite.domain.jobs import Job
from automl_lite.services.datasets import Datasets
from automl_lite.services.jobs import Jobs
from automl_lite.services.records import own_job
from automl_lite.services.training import Plan, Training, TrainRequest
from automl_lite.store import Store

log = logging.getLogger("automl_lite.retraining")

MAX_APPENDED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrainRequest:
    """What a caller asks for.

    ``append`` adds the data set to the rows that the model was trained on; otherwise it takes their place. ``promote``
    is the rule of ``Job.promote``. An absent budget or name is the model's own.
    """

    job_id: str
    dataset_id: str
    append: bool = False
    promote: str = ""
    budget_s: float | None = None
    name: str = ""


class Retraining:
    """Trainings after the first."""

    def __init__(self, store: Store, datasets: Datasets, jobs: Jobs, training: Training) -> None:
        self._store = store
        self._datasets = datasets
        self._jobs = jobs
        self._training = training

    def start(self, caller: Caller, wanted: RetrainRequest) -> tuple[Job, Plan]:
        """Queue a training with the settings of a completed one.

        Raises NotTrained, NoPortableModel, DatasetNotReady, InvalidRequest for a data set that the model was trained on
        already, and what ``Training.start`` says about the columns.
        """
        champion = own_job(self._store, caller, wanted.job_id)
        champion.check_servable()
        config = self._jobs.config(champion)
        before = (*config.append_to, champion.dataset_id)
        if wanted.append and wanted.dataset_id in before:
            raise InvalidRequest(
                "The model was trained on this data set already.", hint="Append a data set with new rows."
            )
        if wanted.append and len(before) >= MAX_APPENDED:
            raise InvalidRequest(
                f"{len(before)} data sets have been appended already.",
                hint="Upload them as one file and train on that.",
            )
        names = self._datasets.column_names(self._datasets.ready(caller, wanted.dataset_id))
        for dataset_id in before if wanted.append else ():
            self._datasets.ready(caller, dataset_id)
        request = TrainRequest(
            dataset_id=wanted.dataset_id,
            target=champion.target,
            budget_s=wanted.budget_s or config.budget_s,
            metric=config.metric,
            task=config.task,
            split_by=config.split.by,
            split_column=config.split.column,
            test_share=config.split.test_share,
            final_fit="training",  # champion and challenger meet on test rows that the challenger has not learnt from
            drop=_there(config.drop, names),
            keep=_there(config.keep, names),
            seed=config.seed,
            name=wanted.name.strip() or f"{champion.name[:180]} · again",
            engine=config.engine,
            quality=config.quality,
            max_models=config.max_models,
            eda=config.eda,
            tags=champion.tags,
            cloned_from=champion.id,
            champion_id=champion.id,
            promote=wanted.promote,
            append_to=before if wanted.append else (),
        )
        return self._training.start(caller, request)


def _there(chosen: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that the new data set has."""
    return tuple(name for name in chosen if name in set(names))
