"""Work as invocations of a Lambda function: ``lambda://FUNCTION``, and the reading of large files.

For what takes seconds to minutes: a container of AWS Batch takes a minute to start. Region, credentials and, for an
emulator, ``AWS_ENDPOINT_URL`` come from the environment, as the AWS SDK reads them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from automl_lite._aws import client
from automl_lite.domain.errors import BackendUnavailable
from automl_lite.domain.runs import JobSpec
from automl_lite.runners import Look, Workbench

_HANDLE = "lambda:"


class _Function:
    """Invokes a function asynchronously: Lambda keeps the event and tries again if the function fails."""

    def __init__(self, name: str, what: str) -> None:
        self._name = name
        self._what = what

    @cached_property
    def _client(self) -> Any:
        # Most requests invoke nothing; they need not wait for this.
        return client("lambda", read_timeout=10)

    def invoke(self, payload: Mapping[str, Any]) -> str:
        """Hand over ``payload``; return the id of the request. Raises BackendUnavailable."""
        data = json.dumps(payload).encode()
        try:
            answer = self._client.invoke(FunctionName=self._name, InvocationType="Event", Payload=data)
        except (ClientError, BotoCoreError) as err:
            raise BackendUnavailable(self._what) from err
        return str(answer["ResponseMetadata"]["RequestId"])

    def close(self) -> None:
        """Close idle connections."""
        if "_client" in vars(self):
            self._client.close()


class AnalysisFunction:
    """The function that reads large files."""

    def __init__(self, name: str) -> None:
        self._function = _Function(name, "reader")

    def read(self, dataset_id: str, kinds: Mapping[str, str]) -> None:
        """Ask for an analysis that has been noted in the store. Raises BackendUnavailable."""
        self._function.invoke({"analyse": dataset_id, "kinds": dict(kinds)})

    def check(self, job_id: str, dataset_id: str) -> None:
        """Ask for a comparison of a file with a model. Raises BackendUnavailable."""
        self._function.invoke({"check": {"job_id": job_id, "dataset_id": dataset_id}})


class FunctionRunner:
    """One invocation for each spec. Nobody can look at an invocation or end it: heartbeats and the store decide."""

    queues = False

    def __init__(self, url: str, bench: Workbench) -> None:
        self._function = _Function(urlsplit(url).netloc, "worker function")

    def start(self, spec: JobSpec) -> str:
        """Invoke the function with the spec."""
        return _HANDLE + self._function.invoke({"spec": spec.to_json()})

    def look(self, handle: str) -> Look:
        """Say that it cannot be told, of what this runner started."""
        return Look(alive=None) if handle.startswith(_HANDLE) else Look(alive=False, reason="it is unknown")

    def stop(self, handle: str, *, hard: bool) -> None:
        """Do nothing: the worker asks the store whether to go on."""

    def close(self) -> None:
        """Close idle connections."""
        self._function.close()
