"""Tokens of an OpenID Connect issuer: what is accepted, what is refused, and when its keys are read."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from automl_lite.auth import Authenticator, Credentials, oidc, open_auth
from automl_lite.domain.callers import Caller
from automl_lite.domain.errors import BackendUnavailable, InvalidConfig, Unauthenticated
from tests.aws.issuer import AUDIENCE, Issuer


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    opened = Issuer()
    yield opened
    opened.close()


@pytest.fixture
def auth(issuer) -> Authenticator:
    return open_auth(f"oidc+{issuer.url}?audience={AUDIENCE}&audience=another")


def bearer(token: str) -> Credentials:
    return Credentials({"authorization": f"Bearer {token}"}, {})


def test_the_subject_is_the_caller(auth, issuer):
    assert auth.protects
    assert auth.authenticate(bearer(issuer.token("ana"))) == Caller(user_id="ana", name="ana@example.org")
    assert auth.authenticate(bearer(issuer.token(aud=["x", "another"]))).user_id == "ana"
    # Access tokens of Cognito.
    assert auth.authenticate(bearer(issuer.token(aud=None, client_id=AUDIENCE))).user_id == "ana"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"aud": []},
        {"iss": "https://example.org"},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"nbf": int(time.time()) + 3600},
        {"sub": None},
        {"forged": True},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_other_tokens_are_refused(auth, issuer, claims):
    with pytest.raises(Unauthenticated):
        auth.authenticate(bearer(issuer.token(**claims)))


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a.b.c", "Bearer ä", "Bearer ..."])
def test_what_is_no_token_is_refused(auth, header):
    with pytest.raises(Unauthenticated):
        auth.authenticate(Credentials({"authorization": header}, {"token": "x"}))


def test_unsigned_tokens_are_refused(auth, issuer):
    header, claims, _ = issuer.token().split(".")
    none = "eyJhbGciOiJub25lIn0"
    for token in (f"{none}.{claims}.", f"{header}.{claims}."):
        with pytest.raises(Unauthenticated):
            auth.authenticate(bearer(token))


def test_keys_are_read_once_and_again_for_an_unknown_key(auth, issuer, monkeypatch):
    read: list[str] = []
    original = oidc._json

    def counting(url: str) -> object:
        read.append(url)
        return original(url)

    monkeypatch.setattr(oidc, "_json", counting)
    for _ in range(3):
        auth.authenticate(bearer(issuer.token()))
    assert len(read) == 2  # the description and the keys
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            auth.authenticate(bearer(issuer.token(forged=True)))
    assert len(read) == 2
    monkeypatch.setattr(oidc, "KEYS_AGAIN_S", -1.0)
    with pytest.raises(Unauthenticated):
        auth.authenticate(bearer(issuer.token(forged=True)))
    assert len(read) == 4


def test_an_issuer_that_does_not_answer_is_told():
    gone = Issuer()
    gone.close()
    auth = open_auth(f"oidc+{gone.url}?audience={AUDIENCE}")
    with pytest.raises(BackendUnavailable, match="issuer"):
        auth.authenticate(bearer("a.b.c"))


def test_an_issuer_of_another_name_is_no_issuer(issuer):
    auth = open_auth(f"oidc+{issuer.url}/?audience={AUDIENCE}")
    with pytest.raises(InvalidConfig, match="calls itself"):
        auth.authenticate(bearer(issuer.token()))


@pytest.mark.parametrize(
    "url", ["oidc://", "oidc://example.org", "oidc+http://example.org?audience=a", "oidc:?audience=a"]
)
def test_incomplete_addresses_are_refused(url):
    with pytest.raises(InvalidConfig, match="auth_url"):
        open_auth(url)
