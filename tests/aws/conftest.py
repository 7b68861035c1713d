"""One emulated deployment for all tests of this folder; those that need it are skipped, with the reason, without."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.aws.emulator import Account, Missing, Terraform, account, build_zips, terraform_cli
from tests.aws.issuer import AUDIENCE


@dataclass
class Deployment:
    """The dev environment as Terraform made it in the emulated account."""

    account: Account
    terraform: Terraform
    valid: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)
    plan_of_prod: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    created: int = 0

    def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        """Send a request to the API through the emulated API Gateway; return status and JSON.

        It is Ana's request unless there is another ``token``; an empty one is not sent.
        """
        token = self.account.issuer.token() if token is None else token
        url = f"{self.account.url}/_aws/execute-api/{self.outputs['api_id']}/api{path}"
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        return send(method, url, data, headers)

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
def prod(aws_folder: Path, terraform: dict[str, str], emulated: Account, zips: dict[str, str]) -> Terraform:
    """Return the prod environment, ready for commands."""
    run = Terraform(aws_folder, "prod", terraform)
    emulator = {"url": emulated.url, "batch_url": emulated.batch_url}
    image = "000000000000.dkr.ecr.eu-central-1.amazonaws.com/w@sha256:0"
    run.variables(auth="iam", emulator=emulator, web_hosting="static", worker_image=image, **zips)
    run("init", "-backend=false")
    return run


@pytest.fixture(scope="session")
def deployed(
    aws_folder: Path, emulated: Account, terraform: dict[str, str], zips: dict[str, str], prod: Terraform
) -> Deployment:
    """Return the dev environment, applied, and the plan of prod; the last test of the journey destroys it."""
    run = Terraform(aws_folder, "dev", terraform)
    who = {"auth": "jwt", "jwt_issuer": emulated.issuer.url, "jwt_audience": [AUDIENCE]}
    emulator = {"url": emulated.url, "batch_url": emulated.batch_url}
    # What receives webhooks in these tests is on this machine, whose address is a private one.
    run.variables(emulator=emulator, webhook_hosts=["127.0.0.1"], **who, **zips)
    run("init")
    deployment = Deployment(emulated, run, valid=json.loads(run("validate", "-json")), plan=run.plan())
    # While it is applied, the provider sleeps for most of a minute: time for the other plan.
    with ThreadPoolExecutor(1) as beside:
        planning = beside.submit(prod.plan)
        told = run("apply", "-auto-approve", "-no-color", "-parallelism=30", "it.tfplan")
        deployment.plan_of_prod = planning.result()
    deployment.created = int(told.rpartition("Resources: ")[2].partition(" added")[0])
    deployment.outputs = {name: entry["value"] for name, entry in json.loads(run("output", "-json")).items()}
    return deployment
