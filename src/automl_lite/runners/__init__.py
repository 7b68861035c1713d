"""The port for running a JobSpec somewhere: start it, stop it, ask whether it is alive; nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from automl_lite._adapters import load_adapter
from automl_lite.domain.runs import JobSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the runner knows: ``alive`` is None where it cannot tell; ``reason`` says how a dead worker ended."""

    alive: bool | None
    reason: str = ""


class Runner(Protocol):
    """Runs workers. Methods may be called from any thread; outcomes are in the store, not here."""

    @property
    def queues(self) -> bool:
        """True where the back end has a queue of its own (Batch): its workers claim their jobs themselves.

        False: a dispatcher claims jobs and starts them when there is room.
        """

    def start(self, spec: JobSpec) -> str:
        """Start a worker and return its handle, which another process can use. Raises BackendUnavailable."""

    def look(self, handle: str) -> Look:
        """Tell whether the worker is alive; a handle from another machine or an unknown one gives None or False."""

    def stop(self, handle: str, *, hard: bool) -> None:
        """Ask the worker to end, or end it whatever it does; one that is gone is no error."""

    def close(self) -> None:
        """Let go of everything but the workers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """What runners on this machine need: the work itself, or the environment for a process that does it."""

    work: Callable[[JobSpec], None]
    environment: Mapping[str, str]


ADAPTERS = {
    "inline": ("automl_lite.runners.inline:InlineRunner", ""),
    "process": ("automl_lite.runners.process:ProcessRunner", ""),
    "batch": ("automl_lite.runners.batch:BatchRunner", "aws"),
    "lambda": ("automl_lite.runners.function:FunctionRunner", "aws"),
}


def open_runner(url: str, bench: Workbench) -> Runner:
    """Open the runner at ``url``. Raises UnknownScheme or ExtraMissing."""
    runner: Runner = load_adapter("runner", url, ADAPTERS)(url, bench)
    return runner
