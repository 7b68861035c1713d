"""Fixtures for several folders."""

from __future__ import annotations

pytest_plugins = ["tests.moto_server", "tests.postgres"]
