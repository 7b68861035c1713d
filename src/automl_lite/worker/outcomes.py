"""What becomes of the record of a piece of work, however it ends: every failure with its reason."""

from __future__ import annotations

import logging
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from automl_lite.domain.batches import Batch
from automl_lite.domain.errors import BlobNotFound, Failure
from automl_lite.domain.jobs import Cancel, Job
from automl_lite.domain.records import utcnow
from automl_lite.errors import AutoMLLiteError
from automl_lite.worker.heart import Cancelled, Heart, logging_to, watch_signals

log = logging.getLogger("automl_lite.worker")

W = TypeVar("W", Job, Batch)
H = TypeVar("H", bound=Heart[Any])


@dataclass(frozen=True, slots=True)
class Reasons:
    """What is said of failures that no error of the product's own describes."""

    data_gone: Failure
    out_of_memory: Failure
    crashed: Failure


@contextmanager
def at_work(make_heart: Callable[[Path], H], leave: Callable[[int], None] | None) -> Iterator[tuple[Path, H]]:
    """Give a folder to work in and a heart, made for the log file given to it, that beats until the work is over."""
    with tempfile.TemporaryDirectory(prefix="automl-lite-") as name:
        folder = Path(name)
        log_file = folder / "log.txt"
        log_file.touch()
        with logging_to(log_file):
            heart = make_heart(log_file)
            watch_signals(heart, leave)
            heart.start()
            try:
                yield folder, heart
            finally:
                heart.close()


def outcome_of(work: Callable[[], Callable[[W], W]], heart: Heart[W], reasons: Reasons) -> Callable[[W], W]:
    """Do the work and return what is to be done with its record; an error makes it cancelled or failed."""

    def cancelled(current: W) -> W:
        return current.cancelled(now=utcnow())

    def failed(failure: Failure) -> Callable[[W], W]:
        return lambda current: current.failed(failure, now=utcnow())

    try:
        return work()
    except Cancelled:
        return cancelled
    except BlobNotFound:
        return failed(reasons.data_gone)
    except AutoMLLiteError as err:
        log.error("%s %s", err.message, err.hint)
        return failed(Failure.of(err))
    except MemoryError:
        log.error("out of memory")
        return failed(reasons.out_of_memory)
    except Exception:  # noqa: BLE001 - whatever it is, it is the work that failed, and its log that tells
        if heart.cancel is Cancel.CANCEL:
            # A library may wrap what unwound it in an error of its own.
            return cancelled
        log.error("unexpected error\n%s", traceback.format_exc())
        return failed(reasons.crashed)
