"""From settings to adapters to services: the only place that knows all of them."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from automl_lite._adapters import scheme_of
from automl_lite.auth import Authenticator, open_auth
from automl_lite.blobs import Blobs, open_blobs
from automl_lite.domain.runs import Engines, JobSpec
from automl_lite.notify import Notifier, open_notifier
from automl_lite.runners import Runner, Workbench, open_runner
from automl_lite.services.alerts import Alerts
from automl_lite.services.analysis import AnalysisQueue, ProcessAnalyser, ReadLimits
from automl_lite.services.batches import Batches, BatchLimits
from automl_lite.services.checks import FileChecks
from automl_lite.services.costs import Fargate, Machine
from automl_lite.services.datasets import Datasets
from automl_lite.services.dispatch import Dispatcher
from automl_lite.services.jobs import Jobs
from automl_lite.services.lanes import Here, Lane
from automl_lite.services.monitors import Monitors
from automl_lite.services.prediction_log import PredictionLog
from automl_lite.services.predictions import Model, Predictions
from automl_lite.services.prices import load_prices
from automl_lite.services.retraining import Retraining
from automl_lite.services.samples import Samples, samples_folder
from automl_lite.services.specs import SpecWriter
from automl_lite.services.system import System
from automl_lite.services.tally import BatchTally
from automl_lite.services.training import Training
from automl_lite.services.uploads import UploadLimits, Uploads
from automl_lite.settings import Settings
from automl_lite.store import Store, open_store

if TYPE_CHECKING:
    from automl_lite.runners.function import AnalysisFunction

log = logging.getLogger("automl_lite.wiring")


class RunJob(Protocol):
    """The work itself: ``worker.run.run_job``."""

    def __call__(self, spec: JobSpec, store: Store, blobs: Blobs, notifier: Notifier, *, engines: Engines) -> None:
        """Run one job or batch to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """One adapter for each port."""

    store: Store
    blobs: Blobs
    runner: Runner
    at_once: Runner
    notifier: Notifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that a server needs, opened once."""

    settings: Settings
    auth: Authenticator
    blobs: Blobs
    uploads: Uploads
    datasets: Datasets
    samples: Samples
    training: Training
    jobs: Jobs
    predictions: Predictions
    batches: Batches
    retraining: Retraining
    monitors: Monitors
    alerts: Alerts
    system: System
    dispatcher: Dispatcher
    tally: BatchTally
    closing: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Begin to run jobs, where this server does."""
        if self.settings.serve_jobs:
            self.dispatcher.start()

    def close(self) -> None:
        """Let go of everything, in reverse order of opening."""
        self.closing.close()


def open_adapters(settings: Settings, run_job: RunJob) -> Adapters:
    """Open store, blobs, runner and notifier. Raises UnknownScheme, ExtraMissing, BackendUnavailable."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    store = open_store(settings.store_url)
    blobs = open_blobs(settings.blobs_url, secret=link_secret(settings))
    notifier = open_notifier(settings.notify_url, webhook_hosts=settings.webhook_hosts)

    def work(spec: JobSpec) -> None:
        run_job(spec, store, blobs, notifier, engines=engines_of(settings))

    bench = Workbench(work=work, environment=worker_environment(settings))
    runner = open_runner(settings.runner_url, bench)
    # A queue elsewhere needs a minute to start; small files are scored at once meanwhile.
    elsewhere = f"lambda://{settings.batch_function}" if settings.batch_function else "process://"
    at_once = open_runner(elsewhere, bench) if runner.queues else runner
    return Adapters(store=store, blobs=blobs, runner=runner, at_once=at_once, notifier=notifier)


def open_services(settings: Settings, *, run_job: RunJob) -> Services:
    """Open everything for a server or a worker host; ``run_job`` is the work itself. The caller closes it."""
    adapters = open_adapters(settings, run_job)
    store, blobs, runner = adapters.store, adapters.blobs, adapters.runner
    machine = open_machine(settings)
    specs = SpecWriter(
        runner=runner,
        machine=machine,
        heartbeat_s=settings.heartbeat_seconds,
        overtime_s=settings.overtime_seconds,
        batch_s=settings.batch_seconds,
    )
    elsewhere = _reader_elsewhere(settings)
    analyser = ProcessAnalyser(read_limits(settings), spare=elsewhere is None)
    uploads = Uploads(
        store,
        blobs,
        UploadLimits(
            max_bytes=settings.max_upload_bytes,
            part_threshold_bytes=settings.part_threshold_bytes,
            part_bytes=settings.part_bytes,
            link_seconds=settings.link_seconds,
        ),
        expect=analyser.prepare,
    )
    queue = AnalysisQueue(settings.analyses)
    datasets = Datasets(
        store,
        blobs,
        uploads,
        analyser,
        queue,
        seconds=settings.analysis_seconds,
        elsewhere=elsewhere.read if elsewhere else None,
        inline_bytes=settings.inline_analysis_bytes,
    )
    jobs = Jobs(store, blobs, datasets, specs, machine, link_seconds=settings.link_seconds)
    training = Training(
        store, blobs, datasets, specs, machine, has_autogluon=lambda: not runner.queues and _has_autogluon(settings)
    )
    retraining = Retraining(store, datasets, jobs, training)
    monitors = Monitors(store, adapters.notifier, retraining)
    kept = PredictionLog(store, blobs, at_once=not settings.streaming)
    here = Here.now()
    how: dict[str, Any] = {"notifier": adapters.notifier, "here": here, "cancel_grace_s": settings.cancel_grace_seconds}
    tally = BatchTally(store.batches, here.host)
    scored = {**how, "concurrency": settings.batch_concurrency, "follow": tally.follow}
    batches = Batches(
        store,
        blobs,
        uploads,
        datasets,
        jobs,
        specs,
        FileChecks(
            blobs,
            analyser,
            queue,
            elsewhere=elsewhere.check if elsewhere else None,
            inline_bytes=settings.inline_analysis_bytes,
        ),
        Lane(store.batches, adapters.at_once, specs, **scored),
        BatchLimits(
            inline_bytes=settings.inline_batch_bytes,
            retention_days=settings.batch_retention_days,
            validates_inline=not settings.batch_function,
        ),
    )
    dispatcher = Dispatcher(
        Lane(store.jobs, runner, specs, **how, concurrency=settings.n_concurrent),
        Lane(store.batches, runner, specs, **scored),
        poll_s=settings.poll_seconds,
        chores=[datasets.free_stuck, batches.sweep, monitors.run_due, kept.flush],
    )
    closing = ExitStack()
    for close in (
        store.close,
        runner.close,
        adapters.at_once.close,
        queue.close,
        analyser.close,
        kept.flush,
        dispatcher.close,
    ):
        closing.callback(close)
    return Services(
        settings=settings,
        auth=open_auth(settings.auth_url),
        blobs=blobs,
        uploads=uploads,
        datasets=datasets,
        samples=Samples(store, blobs, samples_folder()),
        training=training,
        retraining=retraining,
        monitors=monitors,
        alerts=Alerts(store),
        jobs=jobs,
        predictions=Predictions(
            store,
            blobs,
            jobs,
            load_model,
            kept,
            max_rows=settings.max_predict_rows,
            cache_bytes=settings.model_cache_bytes,
            fresh_s=settings.deployed_seconds,
        ),
        batches=batches,
        system=System(store=store, blobs=blobs, machine=machine, settings=settings, engines=training.engines),
        dispatcher=dispatcher,
        tally=tally,
        closing=closing,
    )


def open_machine(settings: Settings) -> Machine:
    """Return where trainings run, and what that costs."""
    prices = load_prices(settings.prices_file)
    if scheme_of(settings.runner_url) == "batch":
        return Fargate(concurrency=settings.n_concurrent, job_attempts=settings.job_attempts, prices=prices)
    return Machine(
        prices=prices,
        concurrency=settings.n_concurrent,
        job_attempts=settings.job_attempts,
        job_memory_limit_mb=settings.job_memory_mb,
    )


@contextmanager
def open_worker(settings: Settings) -> Iterator[tuple[Store, Blobs, Notifier]]:
    """Open what one job needs."""
    store = open_store(settings.store_url)
    try:
        yield (
            store,
            open_blobs(settings.blobs_url),
            open_notifier(settings.notify_url, webhook_hosts=settings.webhook_hosts),
        )
    finally:
        store.close()


def _reader_elsewhere(settings: Settings) -> AnalysisFunction | None:
    if not settings.analysis_function:
        return None
    from automl_lite.runners.function import AnalysisFunction

    return AnalysisFunction(settings.analysis_function)


def read_limits(settings: Settings) -> ReadLimits:
    """Return the limits of reading a file."""
    return ReadLimits(
        max_bytes=settings.max_upload_bytes,
        max_unpacked_bytes=settings.max_unpacked_bytes,
        max_unpack_ratio=settings.max_unpack_ratio,
        max_columns=settings.max_columns,
        max_cell_bytes=settings.max_cell_bytes,
        max_rows=settings.max_rows,
        memory_mb=settings.analysis_memory_mb,
        seconds=settings.analysis_seconds,
    )


def load_model(data: bytes) -> Model:
    """Load an ONNX file for predictions."""
    from automl_lite.inference import Predictor

    model: Any = Predictor(data)
    loaded: Model = model
    return loaded


def engines_of(settings: Settings) -> Engines:
    """Return what this host decides about its trainings; AutoGluon is found in the data folder of the settings."""
    from automl_lite.training.autogluon import environment  # a function of AWS has no training in its zip

    found = environment.find(settings.autogluon_python, settings.data_dir)
    return Engines(workers=settings.engine_workers, autogluon_python=str(found.python))


def _has_autogluon(settings: Settings) -> bool:
    from automl_lite.training.autogluon import environment

    return environment.find(settings.autogluon_python, settings.data_dir).is_there


def worker_environment(settings: Settings) -> Mapping[str, str]:
    """Return the variables that make a worker process see the same store and blobs."""
    environment = {
        "AUTOML_LITE_DATA_DIR": str(settings.data_dir),
        "AUTOML_LITE_STORE_URL": settings.store_url,
        "AUTOML_LITE_BLOBS_URL": settings.blobs_url,
        "AUTOML_LITE_NOTIFY_URL": settings.notify_url,
        "AUTOML_LITE_WEBHOOK_HOSTS": ",".join(settings.webhook_hosts),
        "AUTOML_LITE_ENGINE_WORKERS": settings.engine_workers,
        "AUTOML_LITE_AUTOGLUON_PYTHON": settings.autogluon_python,
        "AUTOML_LITE_LOG_FORMAT": settings.log_format,
        "AUTOML_LITE_LOG_LEVEL": settings.log_level,
        # One arena per thread would count as memory of a worker that never uses it.
        "MALLOC_ARENA_MAX": "2",
    }
    return environment


def link_secret(settings: Settings) -> bytes:
    """Return the key of signed links: as set, or a random one that is made once and kept in the data folder."""
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    if scheme_of(settings.blobs_url) in ("memory", "s3"):
        return secrets.token_bytes(32)
    file = settings.data_dir / "link.key"
    fresh = settings.data_dir / f"link.key.{secrets.token_hex(4)}"
    if not file.exists():
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as target:
            target.write(secrets.token_bytes(32))
        try:
            os.link(fresh, file)  # atomic, and the first of two processes wins
        except FileExistsError:
            log.debug("another process made the link key first")
        finally:
            fresh.unlink()
    return file.read_bytes()
