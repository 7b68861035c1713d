"""The port for telling people and programs that something happened. Adapters: log, Amazon EventBridge."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from automl_lite._adapters import load_adapter
from automl_lite.domain.monitors import Delivery
from automl_lite.notify.webhooks import Webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something worth telling: ``kind`` is ``job-`` or ``batch-`` and how it ended, or ``alert``."""

    kind: str
    user_id: str
    job_id: str
    title: str
    text: str = ""
    batch_id: str = ""


class Channel(Protocol):
    """Tells people; what the adapters are."""

    def send(self, event: Event) -> None:
        """Deliver ``event`` or log why not: a notice that cannot be delivered never fails the work it is about."""


class Notifier(Channel, Protocol):
    """Tells people and programs."""

    def check(self, url: str) -> None:
        """Raise WebhookRefused unless ``url`` may be called."""

    def post(self, url: str, secret: str, message_id: str, payload: Mapping[str, Any]) -> Delivery:
        """Send ``payload`` to a webhook, signed with ``secret``; never raises, the delivery says how it went."""


ADAPTERS = {
    "log": ("automl_lite.notify.log:LogNotifier", ""),
    "eventbridge": ("automl_lite.notify.eventbridge:EventBridgeNotifier", "aws"),
}


class Notices(Webhooks):
    """A channel for people, and webhooks for programs."""

    def __init__(self, channel: Channel, webhook_hosts: Collection[str] = ()) -> None:
        super().__init__(webhook_hosts)
        self._channel = channel

    def send(self, event: Event) -> None:
        """Deliver ``event`` through the channel."""
        self._channel.send(event)


def open_notifier(url: str, *, webhook_hosts: Collection[str] = ()) -> Notifier:
    """Open the notifier at ``url``; webhooks may call ``webhook_hosts`` even where these are private.

    Raises UnknownScheme or ExtraMissing.
    """
    return Notices(load_adapter("notifier", url, ADAPTERS)(url), webhook_hosts)
