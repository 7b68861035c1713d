"""The emulated account: ministack in a process of its own, AWS Batch beside it, Terraform with a provider on disk."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tests.aws.batch_standin import BatchStandin, serve
from tests.aws.issuer import Issuer

ROOT = Path(__file__).parents[2]
TERRAFORM = ROOT / "infrastructure" / "terraform"
MINISTACK = ROOT / ".venv-aws" / "bin" / "ministack"
REGION = "eu-central-1"
_PROGRAM = shutil.which("terraform") or "terraform"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
}


class Missing(Exception):
    """Something that the tests need cannot be had here; the message says what."""


@dataclass
class Account:
    """Where the emulated services are."""

    url: str
    batch_url: str
    batch: BatchStandin
    issuer: Issuer

    def client(self, service: str) -> Any:
        import boto3

        return boto3.session.Session().client(
            service,
            region_name=REGION,
            endpoint_url=self.batch_url if service == "batch" else self.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator takes any
        )


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def account(folder: Path) -> Iterator[Account]:
    """Run the emulator while the block runs. Raises Missing."""
    if not MINISTACK.is_file():
        raise Missing("the emulator is not installed (make emulator)")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AUTOML_LITE_", "PYTHON"))},
        **CREDENTIALS,
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "TMPDIR": str(folder),
        "LOG_LEVEL": "WARNING",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
    }
    with (folder / "ministack.log").open("wb") as log:
        process = subprocess.Popen([MINISTACK], env=environment, cwd=folder, stdout=log, stderr=log)
    standin = BatchStandin()
    standin.folder = folder
    standin.aws = dict(CREDENTIALS) | {"AWS_ENDPOINT_URL": url}
    server, batch_url = serve(standin)
    issuer = Issuer()
    standin.aws["AWS_ENDPOINT_URL_BATCH"] = batch_url
    try:
        _await(f"{url}/_ministack/health", process)
        yield Account(url, batch_url, standin, issuer)
    finally:
        standin.close()
        issuer.close()
        server.shutdown()
        server.server_close()
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the emulator ended with status {process.returncode}")
        try:
            with urlopen(url, timeout=5):  # noqa: S310
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError("the emulator did not begin to answer")


def terraform_cli() -> dict[str, str]:
    """Return the environment in which ``terraform init`` finds a provider. Raises Missing."""
    if shutil.which("terraform") is None:
        raise Missing("terraform is not installed")
    environment = {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1"}
    config = os.environ.get("TF_CLI_CONFIG_FILE", "")
    if config and Path(config).is_file():
        return environment | {"TF_CLI_CONFIG_FILE": config}
    if os.environ.get("AUTOML_LITE_TEST_TERRAFORM_REGISTRY") == "1":
        return environment
    raise Missing(
        "no Terraform provider can be had: TF_CLI_CONFIG_FILE names no file that points to a mirror, and "
        "AUTOML_LITE_TEST_TERRAFORM_REGISTRY=1 does not allow the registry"
    )


class Terraform:
    """One environment in a copy of the tree, so that nothing is left in the work tree."""

    def __init__(self, folder: Path, environment: str, cli: Mapping[str, str]) -> None:
        self.tree = folder / "terraform"
        if not self.tree.exists():
            shutil.copytree(TERRAFORM, self.tree, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        self.folder = self.tree / "environments" / environment
        cache = folder / "plugins"
        cache.mkdir(exist_ok=True)
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))},
            **CREDENTIALS,
            **cli,
            "TF_PLUGIN_CACHE_DIR": str(cache),
        }

    def __call__(self, *arguments: str, check: bool = True) -> str:
        """Run a command; return what it printed. Raises AssertionError with its words if it fails."""
        done = subprocess.run(
            [_PROGRAM, *arguments],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if check:
            assert done.returncode == 0, f"terraform {arguments[0]}: {(done.stdout + done.stderr)[-6000:]}"
        return done.stdout + ("" if check else done.stderr)

    def variables(self, **values: Any) -> None:
        """Write the variables that every command takes."""
        (self.folder / "terraform.tfvars.json").write_text(json.dumps(values))

    def plan(self) -> dict[str, Any]:
        """Return the plan as Terraform's JSON."""
        self("plan", "-out", "it.tfplan", "-no-color")
        plan: dict[str, Any] = json.loads(self("show", "-json", "it.tfplan"))
        return plan


def build_zips(folder: Path) -> dict[str, str]:
    """Build the functions for this machine's Python and processor; return Terraform's variables for them."""
    import platform

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    arch = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
    out, layer = folder / "lambda.zip", folder / "reader-layer.zip"
    command = [sys.executable, str(ROOT / "infrastructure" / "lambda" / "build.py")]
    subprocess.run(
        [*command, "--arch", arch, "--python-version", version, "--out", str(out), "--layer", str(layer)],
        check=True,
        capture_output=True,
    )
    return {
        "lambda_zip": str(out),
        "reader_zip": str(layer),
        "lambda_runtime": f"python{version}",
        "lambda_architecture": arch,
    }
