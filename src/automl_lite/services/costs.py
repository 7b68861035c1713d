"""What a training may use here, and what it costs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from automl_lite.domain.fargate import VCPU, container_memory_mb
from automl_lite.services.prices import Prices, Usage

MB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """An amount of money and what it is made of."""

    amount: float
    currency: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingCost:
    """What answering costs here, and on an endpoint that always runs; amounts in ``currency``, a month is 730 hours."""

    currency: str
    per_million: float
    idle_per_month: float
    basis: str
    always_on_per_month: float
    always_on_basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The computer as a place to train; sizes in bytes, None where the system does not tell."""

    concurrency: int
    job_attempts: int
    prices: Prices
    job_memory_limit_mb: int = 0

    kind = "local"

    def cost(self, seconds: float, memory_mb: int = 0) -> Cost:
        """Return what ``seconds`` of a training that needs ``memory_mb`` cost: nothing but one's own electricity."""
        return Cost(amount=0.0, currency="USD", basis="Runs on this computer.")

    def serving_cost(self) -> ServingCost:
        """Return what predictions cost: nothing but the user's own electricity."""
        month, basis = self.prices.always_on_month()
        return ServingCost(
            currency=self.prices.currency,
            per_million=0.0,
            idle_per_month=0.0,
            basis="Runs on this computer, beside whatever else it does.",
            always_on_per_month=month,
            always_on_basis=basis,
        )

    @property
    def cores(self) -> int:
        """Processor cores that this process may use."""
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    @property
    def threads_per_job(self) -> int:
        """Cores for each of the trainings that run side by side."""
        return max(1, self.cores // self.concurrency)

    @property
    def memory_mb_per_job(self) -> int:
        """Limit of a training in MiB: as set, else three quarters of the memory shared by those side by side."""
        if self.job_memory_limit_mb:
            return self.job_memory_limit_mb
        total, _ = memory_bytes()
        return int(total * 0.75 / self.concurrency / MB) if total else 0

    def memory_mb_for(self, needed_mb: int) -> int:
        """Return the limit in MiB of a training that is expected to need ``needed_mb``."""
        return self.memory_mb_per_job


@dataclass(frozen=True, slots=True, kw_only=True)
class Fargate(Machine):
    """Containers on AWS Fargate Spot as a place to train: two processors, memory by need, paid by the second."""

    kind = "aws-batch"
    # The estimate of a training's memory is rough; what libraries reserve beyond it must fit as well.
    headroom = 1.5
    # Of the container's memory, this much is left to the system; the worker's own limit is told before Linux acts.
    system_mb = 256

    def cost(self, seconds: float, memory_mb: int = 0) -> Cost:
        """Return what ``seconds`` of training cost at the prices in force, Spot reclaims not counted."""
        container_mb = self.container_mb(memory_mb)
        prices = self.prices
        hourly = prices.fargate_hour(vcpu=self.cores, memory_gb=container_mb / 1024)
        billed_s = max(60.0, seconds + prices.STARTUP_S)
        basis = (
            f"{self.cores} vCPU, {container_mb // 1024} GB on Fargate Spot for {billed_s / 60:.1f} minutes, "
            f"list prices of {prices.as_of} in {prices.region}."
        )
        return Cost(amount=round(hourly * billed_s / 3600, 6), currency=prices.currency, basis=basis)

    def serving_cost(self) -> ServingCost:
        """Return what predictions cost: functions and gateway by the request; alarms and the image always."""
        prices = self.prices
        month, basis = prices.always_on_month()
        idle = sum(item.amount for item in prices.month(Usage(jobs=0, predictions=0)))
        busy = sum(item.amount for item in prices.month(Usage(jobs=0, predictions=1_000_000)))
        return ServingCost(
            currency=prices.currency,
            per_million=round(busy - idle, 4),
            idle_per_month=round(idle, 4),
            basis=f"Lambda and API Gateway, one row a request, list prices of {prices.as_of} in {prices.region}.",
            always_on_per_month=month,
            always_on_basis=basis,
        )

    @property
    def cores(self) -> int:
        """Processors of every container."""
        return VCPU

    @property
    def threads_per_job(self) -> int:
        """All processors of the container."""
        return self.cores

    def memory_mb_for(self, needed_mb: int) -> int:
        """Return the limit of the worker in the container that ``needed_mb`` asks for."""
        return self.container_mb(needed_mb) - self.system_mb

    def container_mb(self, needed_mb: int) -> int:
        """Return the container's memory: ``needed_mb`` with headroom, in the sizes that Fargate has."""
        return container_memory_mb(int(self.headroom * needed_mb) + self.system_mb)


def memory_bytes() -> tuple[int | None, int | None]:
    """Return this machine's memory: total and in use; None where /proc is missing."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None, None
    values = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.split()[1].isdigit()}
    total = values["MemTotal"]
    return total, total - values.get("MemAvailable", values["MemFree"])
