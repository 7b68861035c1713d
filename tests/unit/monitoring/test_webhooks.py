"""Webhooks: signed, tried again a few times, and never led into the server's own network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from automl_lite.domain.errors import WebhookRefused
from automl_lite.notify.webhooks import Webhooks, new_secret


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((dict(self.headers), body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.seen, server.answers, server.location = [], [], ""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def url_of(server: HTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}/hook?x=1"


def local(pauses: list[float]) -> Webhooks:
    return Webhooks(["127.0.0.1"], sleep=pauses.append)


def test_what_is_sent_is_signed(receiver):
    secret = new_secret()
    delivery = local([]).post(url_of(receiver), secret, "msg_1", {"type": "alert", "name": "März"})
    assert (delivery.status, delivery.attempts, delivery.error) == (204, 1, "")
    headers, body = receiver.seen[0]
    assert json.loads(body) == {"type": "alert", "name": "März"}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_servers_that_fail_are_asked_three_times(receiver):
    pauses: list[float] = []
    receiver.answers = [500, 503, 200]
    assert local(pauses).post(url_of(receiver), new_secret(), "m", {}).attempts == 3
    assert len(pauses) == 2
    receiver.answers = [500] * 9
    delivery = local(pauses).post(url_of(receiver), new_secret(), "m", {})
    assert (delivery.attempts, delivery.status, delivery.delivered_at) == (3, 500, None)
    assert len(receiver.seen) == 6


def test_a_refusal_is_final_and_redirects_are_not_followed(receiver):
    receiver.answers = [404, 302]
    assert local([]).post(url_of(receiver), new_secret(), "m", {}).attempts == 1
    receiver.location = "http://127.0.0.1:1/"
    delivery = local([]).post(url_of(receiver), new_secret(), "m", {})
    assert (delivery.attempts, delivery.status) == (1, 302)
    assert len(receiver.seen) == 2


def test_an_address_that_does_not_answer_is_told_without_details():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    delivery = local([]).post(f"http://127.0.0.1:{port}/", new_secret(), "m", {})
    assert (delivery.attempts, delivery.error) == (3, "The address does not answer.")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://",
        "https://user:pw@example.org/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://example.org/\r\nX: y",
        "nonsense",
        "",
    ],
)
def test_urls_that_are_refused_when_they_are_set(url):
    with pytest.raises(WebhookRefused):
        Webhooks().check(url)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "fd00::1", "::1"])
def test_names_that_lead_inside_are_refused_when_they_are_called(monkeypatch, address):
    def lookup(host, port, **_):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    webhooks = Webhooks(sleep=lambda _: None)
    webhooks.check("https://harmless.example/")
    delivery = webhooks.post("https://harmless.example/", new_secret(), "m", {})
    assert "not a public one" in delivery.error


def test_one_public_address_does_not_excuse_a_private_one(monkeypatch):
    found = [(2, 1, 6, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert "not a public one" in Webhooks().post("https://mixed.example/", new_secret(), "m", {}).error
