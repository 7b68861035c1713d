"""An AWS stand-in (moto, server mode) on a free port of this machine, one for each test process."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import uuid4

import pytest

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class OneAtATime:
    """An application that answers one request after the other.

    moto checks a condition and writes in two steps, between which another thread may do the same: DynamoDB never does.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        with self._lock:
            return list(self._app(environ, start_response))


@pytest.fixture(scope="session")
def moto_endpoint() -> Iterator[str]:
    """Yield the address of a running stand-in."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own
        from moto.server import ThreadedMotoServer

        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
    assert server._server is not None
    server._server.app = OneAtATime(server._server.app)
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Point the AWS SDK of this process to the stand-in; return its address."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_endpoint)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    return moto_endpoint


@pytest.fixture
def dynamodb_url(aws: str) -> str:
    """Return the URL of a store whose tables are new and empty."""
    return new_tables()


@pytest.fixture
def s3_url(aws: str) -> str:
    """Return the URL of a prefix in a new, empty bucket."""
    return new_bucket()


def client(service: str) -> Any:
    import boto3

    return boto3.session.Session().client(service)


def new_tables() -> str:
    from automl_lite.store.dynamodb.tables import definitions

    prefix = f"t{uuid4().hex[:12]}"
    dynamodb = client("dynamodb")
    for table in definitions(prefix):
        dynamodb.create_table(**table)
    dynamodb.close()
    return f"dynamodb://{prefix}"


def new_bucket() -> str:
    name = f"t{uuid4().hex}"
    s3 = client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.close()
    return f"s3://{name}/some/prefix"
