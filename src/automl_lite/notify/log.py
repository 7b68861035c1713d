"""Notices as lines of the log: ``log://``."""

from __future__ import annotations

import logging

from automl_lite.notify import Event

log = logging.getLogger("automl_lite.notify")


class LogNotifier:
    """Writes every notice to the log."""

    def __init__(self, url: str = "log://") -> None:
        self._url = url

    def send(self, event: Event) -> None:
        """Log one line."""
        log.info("%s: %s", event.kind, event.title, extra={"job_id": event.job_id, "text": event.text})
