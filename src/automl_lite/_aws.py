"""Clients of AWS for the adapters: region, credentials and endpoints from the environment, as the SDK reads them."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config


def config(**more: Any) -> Config:
    """Return what all clients keep to: five tries, and no long waits for a connection."""
    return Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=3, **more)


def session() -> boto3.session.Session:
    """Return a new session. Descriptions of services are parsed once in a process: that is most of a cold start."""
    core = botocore.session.get_session()
    core.register_component("data_loader", _descriptions())
    return boto3.session.Session(botocore_session=core)


def client(service: str, **more: Any) -> Any:
    """Return a client of a service; it may be shared by threads."""
    return session().client(service, config=config(**more))


@cache
def _descriptions() -> botocore.loaders.Loader:
    return botocore.loaders.create_loader()
