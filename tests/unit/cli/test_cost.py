"""The estimate of a month on AWS."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import automl_lite.services.prices as module
from automl_lite.services.costs import Fargate
from automl_lite.services.prices import load_prices

TABLE = Path(module.__file__).with_name("prices.toml")


def test_nothing_used_costs_next_to_nothing(run):
    told = json.loads(run("cost", "--jobs", "0", "--predictions", "0", "--json").out)
    assert {item["name"]: round(item["amount"], 2) for item in told["items"] if item["amount"] >= 0.005} == {
        "Lambda": 0.05,
        "DynamoDB": 0.01,
        "Logs, image, alarms": pytest.approx(1.2 * 0.10 + 7 * 0.10),
    }


def test_each_training_and_prediction_adds_to_it(run):
    def total(*options: str) -> float:
        return float(json.loads(run("cost", *options, "--json").out)["total"])

    base = total("--jobs", "10", "--predictions", "1000")
    assert total("--jobs", "20", "--predictions", "1000") > base
    assert total("--jobs", "10", "--predictions", "1000000") > base + 1.0  # API Gateway alone takes a dollar


def test_the_table_names_its_date(run):
    outcome = run("cost")
    assert load_prices().as_of in " ".join(outcome.out.split())


def test_prices_can_be_replaced(run, tmp_path):
    own = tmp_path / "prices.toml"
    own.write_text(TABLE.read_text().replace("alarm_month = 0.10", "alarm_month = 1.10"))
    told = json.loads(run("cost", "--jobs", "0", "--predictions", "0", "--prices", str(own), "--json").out)
    assert told["total"] == pytest.approx(1.2 * 0.10 + 7 * 1.10, abs=0.1)


@pytest.mark.parametrize("text", ["", "not toml [", "as_of = 'x'"])
def test_unusable_tables_are_told(run, tmp_path, text):
    own = tmp_path / "prices.toml"
    own.write_text(text)
    outcome = run("cost", "--prices", str(own))
    assert outcome.code == 1
    assert "price table" in outcome.err


def test_serving_on_aws_is_paid_by_the_request():
    machine = Fargate(concurrency=1, job_attempts=1, prices=load_prices())
    serving = machine.serving_cost()
    prices = machine.prices
    per_row = prices.aws_lambda["gb_second"] * 0.02 * 2 + 1e-6 * (
        prices.aws_lambda["request_million"] + prices.api_gateway["request_million"]
    )
    assert serving.per_million == pytest.approx(1e6 * per_row, rel=0.3)  # reads and logs come on top
    assert serving.per_million > 1e6 * per_row
    assert serving.idle_per_month == pytest.approx(
        1.2 * prices.other["image_gb_month"] + 7 * prices.other["alarm_month"], abs=0.1
    )
    assert serving.always_on_per_month == pytest.approx(730 * prices.always_on["hour"])
    assert prices.as_of in serving.always_on_basis


def test_every_price_names_its_source():
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    prices = [line for line in lines if re.match(r"\w+ = [\d.]+", line)]
    assert len(prices) == 17
    assert [line for line in prices if not re.search(r"#.*(seen|Seen|not seen)", line)] == []
