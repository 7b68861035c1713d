"""The port for telling people and programs that something happened. Adapters: log, Amazon EventBridge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from automl_lite._adapters import load_adapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something worth telling: ``kind`` is ``job-`` or ``batch-`` and how it ended, or ``alert``."""

    kind: str
    user_id: str
    job_id: str
    title: str
    text: str = ""
    batch_id: str = ""


class Notifier(Protocol):
    """Tells somebody."""

    def send(self, event: Event) -> None:
        """Deliver ``event`` or log why not: a notice that cannot be delivered never fails the work it is about."""


ADAPTERS = {
    "log": ("automl_lite.notify.log:LogNotifier", ""),
    "eventbridge": ("automl_lite.notify.eventbridge:EventBridgeNotifier", "aws"),
}


def open_notifier(url: str) -> Notifier:
    """Open the notifier at ``url``. Raises UnknownScheme or ExtraMissing."""
    notifier: Notifier = load_adapter("notifier", url, ADAPTERS)(url)
    return notifier
