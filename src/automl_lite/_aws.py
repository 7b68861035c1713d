"""Clients of AWS for the adapters: region, credentials and endpoints from the environment, as the SDK reads them.

botocore alone, since a Lambda function waits for every import: boto3 on top would add its resources and transfers.
"""

from __future__ import annotations

import gzip
import os
from functools import cache
from pathlib import Path
from typing import Any

import botocore.loaders
import botocore.session
import orjson
from botocore.config import Config


def client(service: str, **more: Any) -> Any:
    """Return a client of a service; it may be shared by threads.

    All keep to five tries, and to no long waits for a connection. ``more`` are further options of botocore's Config.
    """
    config = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=3, **more)
    return _session().create_client(service, config=config)


def _session() -> botocore.session.Session:
    """Return a new session: credentials may have changed. What describes the services is read once in a process."""
    session = botocore.session.get_session()
    session.register_component("data_loader", _descriptions(session.get_config_variable("data_path") or ""))
    return session


@cache
def _descriptions(folders: str) -> botocore.loaders.Loader:
    return _Descriptions(extra_search_paths=[os.path.expanduser(f) for f in folders.split(os.pathsep) if f])


class _JsonFiles(botocore.loaders.JSONFileLoader):  # type: ignore[misc]  # botocore has no types
    """Reads the same files as botocore's own, some megabytes of JSON, several times as fast."""

    def load_file(self, file_path: str) -> Any:
        """Return the content of ``file_path`` with ``.json`` or ``.json.gz`` added, None if there is neither."""
        plain, packed = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
        if plain.is_file():
            return orjson.loads(plain.read_bytes())
        return orjson.loads(gzip.decompress(packed.read_bytes())) if packed.is_file() else None


class _Descriptions(botocore.loaders.Loader):  # type: ignore[misc]
    """Finds descriptions without looking into the folders of all 400 services."""

    FILE_LOADER_CLASS = _JsonFiles

    def list_available_services(self, type_name: str) -> list[str]:
        """Return the names of all services; one that lacks ``type_name`` says so when that is loaded."""
        return sorted({name for path in self.search_paths if os.path.isdir(path) for name in os.listdir(path)})
