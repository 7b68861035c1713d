"""Handing the reading of a large file to a Lambda function, which has minutes where a request has seconds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from automl_lite._aws import client
from automl_lite.domain.errors import BackendUnavailable


class AnalysisFunction:
    """Invokes a function asynchronously: Lambda keeps the event and tries again if the function fails."""

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def _client(self) -> Any:
        return client("lambda", read_timeout=10)

    def __call__(self, dataset_id: str, kinds: Mapping[str, str]) -> None:
        """Ask for an analysis that has been noted in the store. Raises BackendUnavailable."""
        payload = json.dumps({"analyse": dataset_id, "kinds": dict(kinds)}).encode()
        try:
            self._client.invoke(FunctionName=self._name, InvocationType="Event", Payload=payload)
        except (ClientError, BotoCoreError) as err:
            raise BackendUnavailable("reader") from err
