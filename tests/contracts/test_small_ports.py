"""What authenticators and notifiers promise, and that every adapter of every port can be loaded."""

from __future__ import annotations

import logging

import pytest

from automl_lite import auth, blobs, notify, runners, store
from automl_lite._adapters import load_adapter, scheme_of
from automl_lite.auth import Credentials, open_auth
from automl_lite.domain.callers import Caller
from automl_lite.domain.errors import Unauthenticated, UnknownScheme
from automl_lite.errors import ExtraMissing
from automl_lite.notify import Event, open_notifier

PORTS = {"store": store, "blob store": blobs, "runner": runners, "authenticator": auth, "notifier": notify}


@pytest.mark.parametrize(("port", "scheme"), [(p, s) for p, module in PORTS.items() for s in module.ADAPTERS])
def test_every_adapter_loads(port, scheme):
    assert callable(load_adapter(port, f"{scheme}://", PORTS[port].ADAPTERS))


def test_a_missing_extra_names_its_pip_line():
    table = {"x": ("no_such_module:X", "aws")}
    with pytest.raises(ExtraMissing) as caught:
        load_adapter("blob store", "x://bucket", table)
    assert caught.value.hint == "Run: pip install 'automl-lite[aws]'"


def test_a_driver_is_no_part_of_the_scheme():
    assert scheme_of("postgresql+psycopg://h/d") == "postgresql"
    with pytest.raises(UnknownScheme, match="''"):
        load_adapter("store", "/just/a/path", store.ADAPTERS)


def test_without_authentication_everybody_is_the_local_user():
    adapter = open_auth("none://")
    assert adapter.protects is False
    assert adapter.authenticate(Credentials({}, {})) == Caller(user_id="local", name="This computer")


ARN = "arn:aws:sts::123456789012:assumed-role/analysts/ana"


@pytest.mark.parametrize(
    ("context", "caller"),
    [
        (
            {"authorizer": {"jwt": {"claims": {"sub": "7f", "email": "ana@example.org"}, "scopes": None}}},
            Caller(user_id="7f", name="ana@example.org"),
        ),
        ({"authorizer": {"claims": {"sub": "7f", "cognito:username": "ana"}}}, Caller(user_id="7f", name="ana")),
        ({"authorizer": {"iam": {"userArn": ARN, "userId": "AROA:ana"}}}, Caller(user_id=ARN, name="ana")),
        ({"identity": {"userArn": ARN, "sourceIp": "203.0.113.7"}}, Caller(user_id=ARN, name="ana")),
    ],
    ids=["http-jwt", "rest-jwt", "http-iam", "rest-iam"],
)
def test_api_gateway_says_who_calls(context, caller):
    adapter = open_auth("gateway://")
    assert adapter.protects
    assert adapter.authenticate(Credentials({}, {}, gateway=context)) == caller


@pytest.mark.parametrize(
    "context",
    [{}, {"authorizer": None}, {"authorizer": {"jwt": {"claims": {}}}}, {"identity": {"userArn": None}}],
)
def test_a_gateway_that_names_nobody_lets_nobody_in(context):
    headers = {"authorization": "Bearer x", "x-amzn-oidc-identity": "ana"}
    with pytest.raises(Unauthenticated):
        open_auth("gateway://").authenticate(Credentials(headers, {"user": "ana"}, gateway=context))


def test_notices_reach_the_log(caplog):
    event = Event(kind="job-failed", user_id="ana", job_id="j1", title="a run", text="why")
    with caplog.at_level(logging.INFO, logger="automl_lite.notify"):
        open_notifier("log://").send(event)
    assert caplog.messages == ["job-failed: a run"]
    assert caplog.records[0].job_id == "j1"
