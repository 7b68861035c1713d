"""GitHub's workflows: they parse, hold no keys, and call what exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


def load(file: Path) -> dict[Any, Any]:
    content = yaml.safe_load(file.read_text())
    assert isinstance(content, dict)
    return content


def steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job.get("steps", ())]


def test_there_is_one_for_every_part():
    assert {file.stem for file in FILES} == {
        "check",
        "deploy",
        "deploy-api",
        "deploy-frontend",
        "deploy-infrastructure",
        "deploy-worker",
        "destroy",
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_is_well_formed(file):
    workflow = load(file)
    # YAML 1.1 reads the key `on` as true.
    assert set(workflow) - {True} <= {"name", "permissions", "concurrency", "jobs"}
    assert workflow[True]
    assert "permissions" in workflow
    for name, job in workflow["jobs"].items():
        assert ("uses" in job) != ("runs-on" in job), name
        assert "uses" in job or job.get("timeout-minutes"), name
    for step in steps(workflow):
        assert ("uses" in step) != ("run" in step), step
        if "uses" in step and not step["uses"].startswith("./"):
            assert re.fullmatch(r"[\w.-]+/[\w./-]+@v\d+", step["uses"]), step


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_keys_only_roles(file):
    text = file.read_text()
    assert "secrets." not in text
    assert not re.search(r"AKIA|aws-access-key-id|aws-secret-access-key", text)
    if "configure-aws-credentials" in text:
        assert "id-token: write" in text
        assert "role-to-assume" in text


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_called_exists(file):
    workflow = load(file)
    for job in workflow["jobs"].values():
        if "uses" in job:
            assert (ROOT / job["uses"]).is_file()
    for step in steps(workflow):
        if step.get("uses", "").startswith("./"):
            assert (ROOT / step["uses"] / "action.yml").is_file()
        for target in re.findall(r"\bmake ([a-z-]+)", step.get("run", "")):
            assert target in TARGETS


def test_what_people_type_never_becomes_code():
    for file in FILES:
        for step in steps(load(file)):
            assert "inputs.confirm" not in step.get("run", "")
            assert "github.head_ref" not in step.get("run", "")


def test_destroying_is_guarded_and_prod_needs_approval():
    destroy = load(ROOT / ".github/workflows/destroy.yml")
    assert set(destroy[True]) == {"workflow_dispatch"}
    assert destroy[True]["workflow_dispatch"]["inputs"]["confirm"]["required"] is True
    first = next(step for step in destroy["jobs"]["deploy"]["steps"] if "run" in step)
    assert first["run"].strip() == 'test "$TYPED" = "destroy $NAME"'
    for name in ("deploy-infrastructure", "deploy-api", "deploy-worker", "deploy-frontend", "destroy"):
        job = load(ROOT / f".github/workflows/{name}.yml")["jobs"]["deploy"]
        assert job["environment"] == "${{ inputs.environment }}"


def test_every_function_gets_the_new_code():
    made = (ROOT / "infrastructure" / "terraform" / "modules" / "api" / "main.tf").read_text()
    names = re.findall(r"^ {4}(\w+) += \{ module", made, flags=re.MULTILINE)
    deployed = (ROOT / ".github" / "workflows" / "deploy-api.yml").read_text()
    assert len(names) == 4
    assert f"for function in {' '.join(names)}; do" in deployed
