"""Notices as events on an Amazon EventBridge bus: ``eventbridge://BUS``; rules of the account take it from there."""

from __future__ import annotations

import json
import logging
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from automl_lite._aws import client
from automl_lite.notify import Event

log = logging.getLogger("automl_lite.notify")

SOURCE = "automl-lite"


class EventBridgeNotifier:
    """Puts one event for each notice; its detail type is the notice's kind: ``job-completed``, ``batch-failed``, …."""

    def __init__(self, url: str) -> None:
        self._bus = urlsplit(url).netloc or "default"

    @cached_property
    def _client(self) -> Any:
        return client("events", read_timeout=5)

    def send(self, event: Event) -> None:
        """Put the event, or log why that was not possible."""
        detail = {
            "user_id": event.user_id,
            "job_id": event.job_id,
            "batch_id": event.batch_id,
            "title": event.title,
            "text": event.text,
        }
        entry = {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": event.kind,
            "Detail": json.dumps(detail, ensure_ascii=False),
        }
        try:
            answer = self._client.put_events(Entries=[entry])
        except (ClientError, BotoCoreError) as err:
            log.warning("%s could not be told: %s", event.kind, err, extra={"job_id": event.job_id})
            return
        if answer["FailedEntryCount"]:
            reason = answer["Entries"][0].get("ErrorCode", "unknown")
            log.warning("%s was not taken: %s", event.kind, reason, extra={"job_id": event.job_id})
