"""Terraform: format, validity, plans of both environments against the emulator, and what the plans allow."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from automl_lite.store.dynamodb.tables import INDEXES, definitions
from tests.aws.conftest import Deployment
from tests.aws.emulator import TERRAFORM, Terraform

pytestmark = pytest.mark.xdist_group("aws")

# Actions that AWS gives no resource to narrow them to, or whose resource is the account.
ANYTHING = {
    "ecr:GetAuthorizationToken": "the login belongs to the account",
    "xray:PutTraceSegments": "X-Ray has no resources for writing",
    "xray:PutTelemetryRecords": "X-Ray has no resources for writing",
    "batch:DescribeJobs": "Batch has no resources for reading",
    "batch:ListJobs": "Batch has no resources for reading",
}


@pytest.fixture(scope="module")
def plans(deployed: Deployment) -> dict[str, dict[str, Any]]:
    """Return the plans of both environments as JSON; that of dev was applied."""
    return {"dev": deployed.plan, "prod": deployed.plan_of_prod}


def resources(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    def walk(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield from module.get("resources", ())
        for child in module.get("child_modules", ()):
            yield from walk(child)

    return walk(plan["planned_values"]["root_module"])


def of_type(plan: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [r["values"] | {"address": r["address"]} for r in resources(plan) if r["type"] == kind]


def statements(plan: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every statement of every identity policy: of data sources that the plan has read, or will read."""
    state = plan.get("prior_state", {}).get("values", {}).get("root_module", {})
    modules = [plan["planned_values"]["root_module"], state]
    while modules:
        module = modules.pop()
        modules += module.get("child_modules", ())
        for resource in module.get("resources", ()):
            if resource["type"] == "aws_iam_policy_document" and resource["mode"] == "data":
                for statement in resource["values"].get("statement") or ():
                    yield resource["address"], statement
    for change in plan["resource_changes"]:
        if change["type"] == "aws_iam_policy_document" and change["change"].get("after"):
            for statement in change["change"]["after"].get("statement") or ():
                yield change["address"], statement


def test_files_are_formatted(terraform):
    done = subprocess.run(
        ["terraform", "fmt", "-check", "-recursive", "-diff", str(TERRAFORM)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_configurations_are_valid(deployed: Deployment, prod: Terraform):
    for answer in (deployed.valid, json.loads(prod("validate", "-json"))):
        assert (answer["valid"], answer["diagnostics"]) == (True, [])


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_plans_make_everything(plans, environment):
    made = {r["type"] for r in resources(plans[environment])}
    assert made >= {
        "aws_s3_bucket",
        "aws_dynamodb_table",
        "aws_lambda_function",
        "aws_apigatewayv2_stage",
        "aws_batch_job_queue",
        "aws_ecr_repository",
        "aws_cloudwatch_metric_alarm",
        "aws_cloudwatch_event_rule",
        "aws_scheduler_schedule",
        "aws_budgets_budget",
        "aws_ssm_parameter",
    }
    assert ("aws_cloudfront_distribution" in made) is (environment == "prod")
    assert all(c["change"]["actions"] in (["create"], ["read"]) for c in plans[environment]["resource_changes"])


def test_the_price_table_counts_the_alarms(plans):
    from automl_lite.services.prices import ALARMS

    assert [len(of_type(plan, "aws_cloudwatch_metric_alarm")) for plan in plans.values()] == [ALARMS, ALARMS]


def test_environments_differ_where_they_should(plans):
    dev, prod = plans["dev"], plans["prod"]
    assert [b["force_destroy"] for b in of_type(dev, "aws_s3_bucket")] == [True]
    assert [b["force_destroy"] for b in of_type(prod, "aws_s3_bucket")] == [False, False]
    assert {t["deletion_protection_enabled"] for t in of_type(prod, "aws_dynamodb_table")} == {True}
    assert of_type(dev, "aws_vpc") == []
    assert len(of_type(prod, "aws_vpc")) == 1


def test_prod_is_not_open_to_everybody(prod):
    told = prod("plan", "-no-color", "-target", "module.stack.terraform_data.guard", "-var", "auth=none", check=False)
    assert "prod is open to nobody by default" in told


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_no_policy_allows_more_than_it_must(plans, environment):
    seen, wrong = set(), []
    for address, statement in statements(plans[environment]):
        seen.add(address.split(".")[-1].split("[")[0])
        if statement.get("effect") == "Deny":
            continue
        actions, targets = statement.get("actions") or (), statement.get("resources") or ()
        wrong += [f"{address}: action {action}" for action in actions if "*" in action]
        if "*" in targets:
            wrong += [f"{address}: {action} on *" for action in actions if action not in ANYTHING]
        if statement.get("not_actions") or statement.get("not_resources"):
            wrong.append(f"{address}: everything but something")
    assert wrong == []
    assert seen >= {"api", "analyse", "score", "sweep", "schedule", "worker", "execution", "common"}


def test_policies_are_written_as_documents_only():
    """The test above reads documents; a policy written otherwise would pass it unseen."""
    for file in TERRAFORM.rglob("*.tf"):
        for line in file.read_text().splitlines():
            if line.strip().startswith("policy ") and "jsonencode" in line:
                assert file.parent.name == "training", line
                assert "ecr_lifecycle" in file.read_text()


def test_tables_are_those_of_the_store(plans):
    tables = {t["name"]: t for t in of_type(plans["dev"], "aws_dynamodb_table")}
    assert len(tables) == len(INDEXES)
    for wanted in definitions("automl-lite-dev"):
        table = tables[wanted["TableName"]]
        assert table["hash_key"] == wanted["KeySchema"][0]["AttributeName"]
        assert {(a["name"], a["type"]) for a in table["attribute"]} == {
            (a["AttributeName"], a["AttributeType"]) for a in wanted["AttributeDefinitions"]
        }
        assert {
            (i["name"], i["hash_key"], i["range_key"], i["projection_type"], tuple(i["non_key_attributes"] or ()))
            for i in table["global_secondary_index"]
        } == {
            (
                i["IndexName"],
                i["KeySchema"][0]["AttributeName"],
                i["KeySchema"][1]["AttributeName"],
                i["Projection"]["ProjectionType"],
                tuple(i["Projection"].get("NonKeyAttributes", ())),
            )
            for i in wanted["GlobalSecondaryIndexes"]
        }
        assert table["stream_enabled"]
        assert table["point_in_time_recovery"][0]["enabled"]


def test_functions_get_settings_that_exist(plans):
    from automl_lite.settings import Settings

    known = {f"AUTOML_LITE_{name.upper()}" for name in Settings.model_fields}
    for function in of_type(plans["prod"], "aws_lambda_function"):
        # Values that depend on what is not there yet are left out of a plan; names in the module say the same.
        variables = (function.get("environment") or [{}])[0].get("variables") or {}
        assert {name for name in variables if name.startswith("AUTOML_LITE_")} <= known
    text = (TERRAFORM / "modules" / "api" / "main.tf").read_text()
    words = {word for word in text.replace("=", " ").split() if word.startswith("AUTOML_LITE_")}
    assert words
    assert words <= known
