"""The sizes of training containers on AWS Fargate."""

from __future__ import annotations

# With two virtual processors Fargate offers 4 to 16 GB in steps of one.
VCPU = 2
STEP_MB, LEAST_MB, MOST_MB = 1024, 4096, 16384


def container_memory_mb(needed_mb: int) -> int:
    """Return the smallest size in MiB that holds ``needed_mb``, or the largest there is."""
    return min(MOST_MB, max(LEAST_MB, -(-needed_mb // STEP_MB) * STEP_MB))
