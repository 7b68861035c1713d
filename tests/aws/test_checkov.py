"""What checkov may find in the Terraform files stands in its configuration, each with a reason."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "infrastructure" / "terraform" / ".checkov.yaml"
CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"


def test_every_accepted_finding_has_its_reason():
    lines = CONFIG.read_text().splitlines()
    accepted = [number for number, line in enumerate(lines) if re.match(r"  - CKV", line)]
    assert accepted
    for number in accepted:
        assert re.search(r" # \w+", lines[number]) or lines[number - 1].lstrip().startswith("#"), lines[number]
    assert len({lines[number].split()[1] for number in accepted}) == len(accepted)


@pytest.mark.skipif(not CHECKOV.is_file(), reason="checkov is not installed (make checkov)")
def test_nothing_else_is_found():
    done = subprocess.run([CHECKOV, "--config-file", CONFIG], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
