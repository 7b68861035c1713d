"""Fixtures for several folders; and the summary says which adapters the contract suites ran on."""

from __future__ import annotations

import re
from collections import Counter

import pytest

pytest_plugins = ["tests.moto_server", "tests.postgres"]

_CONTRACT = re.compile(
    r"tests/contracts/test_(\w+)\.py::.*\[(?:\w+-)?(memory|sqlite|postgresql|dynamodb|file|s3|inline|process|batch|lambda)\b"
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed: dict[str, Counter[str]] = {}
    for report in terminalreporter.stats.get("passed", []):
        if found := _CONTRACT.match(report.nodeid):
            passed.setdefault(found[1], Counter())[found[2]] += 1
    if not passed:
        return
    terminalreporter.section("contracts passed")
    for suite, adapters in sorted(passed.items()):
        said = ", ".join(f"{name} {n}" for name, n in sorted(adapters.items()))
        terminalreporter.line(f"{suite}: {said}")
