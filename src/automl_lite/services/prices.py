"""The price table of AWS, and what a month of use comes to."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar

from automl_lite.domain.errors import InvalidConfig

GB = 1024**3
ALARMS = 7  # that Terraform makes (a test compares)
# The sweeper is called every five minutes of 730 hours; 0.13 to 0.24 s were measured, most of it waiting.
SWEEPS, SWEEP_S, SWEEP_GB = 8760, 0.2, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A month of use; sizes in bytes, times in seconds.

    Parameters
    ----------
    jobs, predictions : int
        Trainings, and rows predicted one request at a time.
    budget_s, memory_gb : float
        Length of a training, and its container's memory.
    dataset_bytes, model_bytes : int
        Size of an uploaded file, and of all files of a run.
    prediction_s, api_memory_gb : float
        Time that a prediction holds the function, and the function's memory.
    """

    jobs: int
    predictions: int
    budget_s: float = 120.0
    memory_gb: float = 4.0
    dataset_bytes: int = 10 * 1024**2
    model_bytes: int = 20 * 1024**2
    prediction_s: float = 0.02
    api_memory_gb: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a bill."""

    name: str
    amount: float
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """List prices; the table's own comments give units and sources."""

    STARTUP_S: ClassVar[float] = 60.0  # image and imports, billed as well
    HOURS_PER_MONTH: ClassVar[int] = 730

    as_of: str
    region: str
    currency: str
    fargate: Mapping[str, float]
    aws_lambda: Mapping[str, float]
    api_gateway: Mapping[str, float]
    dynamodb: Mapping[str, float]
    s3: Mapping[str, float]
    other: Mapping[str, float]
    always_on: Mapping[str, Any]

    def always_on_month(self) -> tuple[float, str]:
        """Return what a month of the cheapest endpoint that never sleeps costs, and what it is."""
        hour = float(self.always_on["hour"])
        basis = (
            f"One {self.always_on['name']} at {hour:g} {self.currency} an hour ({self.region}, {self.as_of}), "
            f"{self.HOURS_PER_MONTH} hours a month."
        )
        return hour * self.HOURS_PER_MONTH, basis

    def fargate_hour(self, *, vcpu: int, memory_gb: float) -> float:
        """Return the price of an hour on Fargate Spot, with its public address."""
        on_demand = vcpu * self.fargate["vcpu_hour"] + memory_gb * self.fargate["memory_gb_hour"]
        return on_demand * self.fargate["spot_share"] + self.fargate["ipv4_hour"]

    def month(self, usage: Usage) -> tuple[Item, ...]:
        """Return the bill of a month, without the free tier. Nothing of it is due while nothing is used but storage."""
        training_h = usage.jobs * (usage.budget_s + self.STARTUP_S) / 3600
        # A job's page is asked for every two seconds while it runs, an upload takes about ten requests.
        requests = usage.predictions + usage.jobs * (usage.budget_s / 2 + 10)
        lambda_s = usage.predictions * usage.prediction_s + (requests - usage.predictions) * 0.05 + usage.jobs * 10
        # A heartbeat or progress each 5 seconds writes a record of about 8 KB into the table and its indexes.
        writes = usage.jobs * (usage.budget_s / 5 * 12 + 40)
        reads = requests - usage.predictions + usage.predictions / 100 + SWEEPS * 8
        stored = usage.jobs * (2 * usage.dataset_bytes + usage.model_bytes) / GB
        s3_calls = usage.jobs * (self.s3["put_thousand"] * 60 + self.s3["get_thousand"] * 100) / 1000
        hourly = self.fargate_hour(vcpu=2, memory_gb=usage.memory_gb)
        gb_s = lambda_s * usage.api_memory_gb + SWEEPS * SWEEP_S * SWEEP_GB
        compute = gb_s * self.aws_lambda["gb_second"]
        calls = requests / 1e6
        return (
            Item(
                name="Training (Batch on Fargate Spot)",
                amount=training_h * hourly,
                basis=f"{usage.jobs} × {usage.budget_s + self.STARTUP_S:.0f} s, 2 vCPU, {usage.memory_gb:g} GB",
            ),
            Item(
                name="Lambda",
                amount=(requests + SWEEPS) / 1e6 * self.aws_lambda["request_million"] + compute,
                basis=f"{requests:,.0f} requests, {SWEEPS:,} calls of the sweeper, {gb_s:,.0f} GB-seconds",
            ),
            Item(
                name="API Gateway",
                amount=calls * self.api_gateway["request_million"],
                basis=f"{requests:,.0f} requests",
            ),
            Item(
                name="DynamoDB",
                amount=(writes * self.dynamodb["write_million"] + reads * self.dynamodb["read_million"]) / 1e6,
                basis=f"{writes:,.0f} writes, {reads:,.0f} reads",
            ),
            Item(
                name="S3",
                amount=stored * self.s3["storage_gb_month"] + s3_calls,
                basis=f"{stored:.2f} GB kept, {usage.jobs} uploads and runs",
            ),
            Item(
                name="Logs, image, alarms",
                amount=(requests * 1000 + usage.jobs * 200_000) / GB * self.other["log_gb"]
                + 1.2 * self.other["image_gb_month"]
                + ALARMS * self.other["alarm_month"],
                basis=f"1 KB of log a request, an image of 1.2 GB, {ALARMS} alarms",
            ),
        )


def load_prices(file: Path | None = None) -> Prices:
    """Read a price table; the one of this release by default. Raises InvalidConfig naming what it lacks."""
    if file is None:
        text = (files("automl_lite.services") / "prices.toml").read_text(encoding="utf-8")
    else:
        try:
            text = file.read_text(encoding="utf-8")
        except OSError as err:
            raise InvalidConfig(f"The price table {file.name!r} cannot be read.", hint=str(err.strerror)) from err
    try:
        table: dict[str, Any] = tomllib.loads(text)
        table["aws_lambda"] = table.pop("lambda")
        prices = Prices(**table)
        prices.month(Usage(jobs=1, predictions=1))  # this and the next use every number
        prices.always_on_month()
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as err:
        raise InvalidConfig(
            f"The price table is not usable: {err}.",
            hint="Begin with a copy of automl_lite/services/prices.toml, and change numbers only.",
        ) from err
    return prices
