"""Fits as Ray tasks, over all nodes of a cluster: ``engine_workers="ray"``.

The threads of the search stay what they were, but wait for a task each; data travels to a node once. A task whose node
or worker dies is fitted again by Ray, elsewhere. The cluster is the one that RAY_ADDRESS names, else one that is
started here for the run alone.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from threadpoolctl import threadpool_limits

from automl_lite.errors import AutoMLLiteError, ExtraMissing
from automl_lite.training.candidate import Fitted
from automl_lite.training.clock import Clock
from automl_lite.training.config import TrainConfig
from automl_lite.training.fitting import FitTask, Place, RunFit, Shared, fit_task
from automl_lite.training.pool import FitPool
from automl_lite.training.problem import FitFailed, Stop

log = logging.getLogger(__name__)

SAME = ("automl-lite", "numpy", "scikit-learn", "lightgbm", "xgboost-cpu", "catboost")  # or the models would differ
POLL_S = 0.05
ASK_S = 0.1  # how often a fit asks whether it is to stop
GRACE_S = 2.0  # of a fit that was told to stop, before its worker is ended
CONNECT_LEAST_S, CONNECT_SHARE = 15.0, 0.5  # of the budget, that it may take to connect and to start
CLOSE_S = 10.0
WARM_SHARE = 0.25  # of the budget, at most, that workers may take to start


class ClusterUnusable(AutoMLLiteError):
    """The Ray cluster cannot fit models for this process."""

    code = "cluster-unusable"


class RayPlace:
    """Connects in the background, so that reading and profiling hide the time it takes.

    Parameters
    ----------
    clock : Clock
        Of the run. Workers that are not up after ``WARM_SHARE`` of its budget are not waited for.

    Raises
    ------
    ExtraMissing
        Ray is not installed.
    """

    here = False

    def __init__(self, clock: Clock) -> None:
        try:
            import ray
        except ModuleNotFoundError as err:
            raise ExtraMissing("Fitting on a Ray cluster", "ray") from err
        self._ray: Any = ray
        self._clock = clock
        self._own = False
        self._flag: Any = None
        self._open: set[Any] = set()
        self._n = 0
        self._n_shared = 0
        self._connecting: Future[None] = Future()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._stay, name="ray", daemon=True)
        self._thread.start()

    @property
    def n(self) -> int:
        """Fits side by side: one for each CPU of the cluster. Raises ClusterUnusable."""
        self._ready()
        return self._n

    def share(self, shared: Shared) -> RunFit:
        """See Place: put the data into the object store once."""
        self._ready()
        stored = self._ray.put(shared)
        self._n_shared += 1
        name = f"{self._n_shared} "
        # a fit of some hundred milliseconds shall not wait behind others on the node that asks
        remote = self._ray.remote(_fit).options(num_cpus=1, max_retries=3, scheduling_strategy="SPREAD")

        def run(task: FitTask, stop: Stop) -> Fitted:
            # each ends by itself: that the search is over says nothing about its refits, nor about later fits
            phase = name + ("refit" if task.fold is None else "folds")
            return self._wait(remote.remote(task, stored, self._flag, phase), phase, stop)

        return run

    def close(self) -> None:
        """End what still runs; shut the cluster down if it was started for this run."""
        self._closing.set()
        self._thread.join(CLOSE_S)

    def _ready(self) -> None:
        until = time.monotonic() + max(CONNECT_LEAST_S, CONNECT_SHARE * self._clock.budget_s)
        while not wait_for([self._connecting], timeout=POLL_S).done:
            if self._clock.stopped:
                raise ClusterUnusable("Stopped before Ray's cluster was ready, so there is no model.")
            if time.monotonic() > until:
                raise ClusterUnusable(
                    "Ray's cluster did not answer in time.",
                    hint="Check it with: ray status. Give more time, or use engine_workers=threads.",
                )
        self._connecting.result()

    def _wait(self, ref: Any, phase: str, stop: Stop) -> Fitted:
        self._open.add(ref)
        told_at = None
        try:
            while not self._ray.wait([ref], timeout=POLL_S)[0]:
                if told_at is None and stop():
                    told_at = time.monotonic()
                    self._flag.lift.remote(phase)
                elif told_at is not None and time.monotonic() > told_at + GRACE_S:
                    self._ray.cancel(ref, force=True)
                    raise FitFailed("a fit did not end in time")
            fitted: Fitted = self._ray.get(ref)
        except self._ray.exceptions.RayTaskError as err:
            raise err.cause from None
        finally:
            self._open.discard(ref)
        return fitted

    def _stay(self) -> None:
        """Connect, and stay: what Ray starts on this machine ends with the thread that started it.

        Not the main thread, where Ray would put its handler of SIGTERM in the place of ours.
        """
        try:
            self._connect()
        except BaseException as err:  # noqa: BLE001 - whoever asks for n gets it
            self._connecting.set_exception(err)
        else:
            self._connecting.set_result(None)
        self._closing.wait()
        for ref in list(self._open):
            self._ray.cancel(ref, force=True)
        if self._flag is not None:
            self._ray.kill(self._flag)
        if self._own:
            self._ray.shutdown()

    def _connect(self) -> None:
        ray = self._ray
        if not ray.is_initialized():
            self._own = True
            _check_address()
            os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # else it warns on every start
            try:
                if os.environ.get("RAY_ADDRESS"):
                    ray.init(configure_logging=False, log_to_driver=False)
                else:
                    # Not whatever was started here last: it may be another's, or gone.
                    ray.init(address="local", configure_logging=False, log_to_driver=False, include_dashboard=False)
            except (ConnectionError, RuntimeError) as err:
                raise ClusterUnusable(
                    f"Ray cannot start: {err}", hint="Check RAY_ADDRESS and ray status, or use engine_workers=threads."
                ) from err
        here = ray.get_runtime_context().get_node_id()
        affinity = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy
        # beside this process: a flag on a node that is lost would be lost with it
        flag = ray.remote(_Flag).options(num_cpus=0, scheduling_strategy=affinity(here, soft=False))
        self._flag = flag.remote()
        nodes = {node["NodeID"]: int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]}
        self._n = sum(nodes.values())
        if not self._n:
            raise ClusterUnusable("Ray's cluster has no CPU.", hint="Start its nodes with at least one CPU each.")
        warm = ray.remote(_warm)
        refs = [
            warm.options(num_cpus=1, scheduling_strategy=affinity(node, soft=False)).remote()
            for node, cpus in nodes.items()
            for _ in range(cpus)
        ]
        up, late = ray.wait(refs, num_returns=len(refs), timeout=WARM_SHARE * self._clock.budget_s)
        found = [self._versions(ref) for ref in up]
        for theirs in found:
            other = {name: (ours, theirs.get(name)) for name, ours in _warm().items() if theirs.get(name) != ours}
            if other:
                told = ", ".join(f"{name} {here} here and {there} there" for name, (here, there) in other.items())
                raise ClusterUnusable(
                    f"A node of the Ray cluster would fit other models: {told}.",
                    hint="Install the same versions on every node, such as the lock file's.",
                )
        log.info("Ray: %d CPUs on %d nodes, %d workers not up yet", self._n, len(nodes), len(late))

    def _versions(self, ref: Any) -> dict[str, str]:
        try:
            versions: dict[str, str] = self._ray.get(ref)
        except self._ray.exceptions.RayTaskError as err:
            raise ClusterUnusable(
                f"A node of the Ray cluster cannot fit models: {err.cause}",
                hint="Install automl-lite[train,ray] on every node.",
            ) from err
        except self._ray.exceptions.RayError:
            return _warm()  # the node is lost already; its tasks will go elsewhere
        return versions


def _check_address() -> None:
    """Knock at RAY_ADDRESS, which Ray itself would go on trying for minutes."""
    address = urlsplit("//" + os.environ.get("RAY_ADDRESS", "").rpartition("//")[2])
    if address.hostname is None or address.port is None:
        return
    try:
        socket.create_connection((address.hostname, address.port), timeout=5).close()
    except OSError as err:
        raise ClusterUnusable(
            f"Ray's cluster cannot be reached at {address.netloc}.",
            hint="Check RAY_ADDRESS, or unset it to fit here alone.",
        ) from err


class _Flag:
    """Which phases are over; an actor."""

    def __init__(self) -> None:
        self.over: set[str] = set()

    def lift(self, phase: str) -> None:
        self.over.add(phase)

    def lifted(self, phase: str) -> bool:
        return phase in self.over


@contextmanager
def place_for(config: TrainConfig, clock: Clock, opened: Place | None = None) -> Iterator[Place | None]:
    """Open where the fits of a run go, None for threads here; what was opened before stays open afterwards."""
    if opened is not None or config.engine_workers != "ray":
        yield opened
        return
    place = RayPlace(clock)
    try:
        yield place
    finally:
        place.close()


def _warm() -> dict[str, str]:
    """Load what fits need, which takes seconds; return the versions that models depend on."""
    from automl_lite.training import search  # noqa: F401

    return {name: version(name) for name in SAME}


def _fit(task: FitTask, shared: Shared, flag: Any, phase: str) -> Fitted:
    """Fit in a thread beside this one, which gives up on it if it hangs in native code."""
    pool = FitPool(1)
    with threadpool_limits(limits=1, user_api="blas"):
        future = pool.submit(lambda: fit_task(task, shared, _asking(flag, phase)))
        pool.close()
        patience = task.give_up_s if task.give_up_s < threading.TIMEOUT_MAX else None
        if wait_for([future], timeout=patience).not_done:
            # The thread cannot be ended, its process can: soon, so that this answer leaves first. Ray starts another.
            threading.Timer(1.0, os._exit, [1]).start()
            raise FitFailed("a fit did not end in time")
    fitted: Fitted = future.result()
    return fitted


def _asking(flag: Any, phase: str) -> Callable[[], bool]:
    """Return a question, whether the phase is over, that costs nothing most of the time."""
    import ray

    asked: Any = None
    over, next_at = False, 0.0

    def stop() -> bool:
        nonlocal asked, over, next_at
        if over or time.monotonic() < next_at:
            return over
        next_at = time.monotonic() + ASK_S
        if asked is None:
            asked = flag.lifted.remote(phase)
        elif ray.wait([asked], timeout=0)[0]:
            over = bool(ray.get(asked))
            asked = None
        return over

    return stop
