"""One emulated deployment for all tests of this folder; those that need it are skipped, with the reason, without."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.aws.emulator import Account, Missing, Terraform, account, build_zips, terraform_cli


@dataclass
class Deployment:
    """The dev environment as Terraform made it in the emulated account."""

    account: Account
    terraform: Terraform
    valid: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    created: int = 0

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send a request to the API through the emulated API Gateway; return status and JSON."""
        url = f"{self.account.url}/_aws/execute-api/{self.outputs['api_id']}/api{path}"
        data = None if body is None else json.dumps(body).encode()
        return send(method, url, data, {"Content-Type": "application/json"})

    def get(self, path: str) -> Any:
        status, body = self.call("GET", path)
        assert status in (200, 202), body
        return body

    def post(self, path: str, body: Any = None) -> Any:
        status, answer = self.call("POST", path, body)
        assert status < 300, answer
        return answer


def send(method: str, url: str, data: bytes | None, headers: dict[str, str]) -> tuple[int, Any]:
    request = Request(url, data=data, headers=headers, method=method)  # noqa: S310
    try:
        with urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, _read(answer.read())
    except HTTPError as err:
        with err:
            return err.code, _read(err.read())


def _read(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data


def wait_for(look: Any, seconds: float = 90) -> Any:
    """Return the first answer of ``look`` that is true. Raises AssertionError after that many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := look():
            return answer
        time.sleep(0.3)
    raise AssertionError(f"nothing after {seconds} seconds")


@pytest.fixture(scope="session")
def aws_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("aws")


@pytest.fixture(scope="session")
def emulated(aws_folder: Path) -> Iterator[Account]:
    """Yield an emulated account."""
    try:
        with account(aws_folder) as opened:
            yield opened
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def terraform(aws_folder: Path) -> dict[str, str]:
    """Return the environment for Terraform."""
    try:
        return terraform_cli()
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def zips(aws_folder: Path) -> dict[str, str]:
    """Return Terraform's variables for the functions, built for this machine."""
    return build_zips(aws_folder)


@pytest.fixture(scope="session")
def deployed(aws_folder: Path, emulated: Account, terraform: dict[str, str], zips: dict[str, str]) -> Deployment:
    """Return the dev environment, applied; the last test of the journey destroys it."""
    run = Terraform(aws_folder, "dev", terraform)
    run.variables(auth="none", emulator={"url": emulated.url, "batch_url": emulated.batch_url}, **zips)
    run("init")
    deployment = Deployment(emulated, run, valid=json.loads(run("validate", "-json")), plan=run.plan())
    told = run("apply", "-auto-approve", "-no-color", "it.tfplan")
    deployment.created = int(told.rpartition("Resources: ")[2].partition(" added")[0])
    deployment.outputs = {name: entry["value"] for name, entry in json.loads(run("output", "-json")).items()}
    return deployment
