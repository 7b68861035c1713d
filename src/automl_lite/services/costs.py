"""What a training may use here, and what it costs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

MB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """An amount of money and what it is made of."""

    amount: float
    currency: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The computer as a place to train; sizes in bytes, None where the system does not tell."""

    concurrency: int
    job_attempts: int
    job_memory_limit_mb: int = 0

    kind = "local"

    def cost(self, seconds: float) -> Cost:
        """Return what ``seconds`` of training cost: nothing but the user's own electricity."""
        return Cost(amount=0.0, currency="USD", basis="Runs on this computer.")

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


def memory_bytes() -> tuple[int | None, int | None]:
    """Return this machine's memory: total and in use; None where /proc is missing."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None, None
    values = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.split()[1].isdigit()}
    total = values["MemTotal"]
    return total, total - values.get("MemAvailable", values["MemFree"])
