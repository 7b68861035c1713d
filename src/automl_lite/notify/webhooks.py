"""Webhooks: signed POSTs to addresses that users name, which must not lead into the server's own network.

Signatures follow Standard Webhooks (https://www.standardwebhooks.com): ``webhook-signature`` is ``v1,`` and the base64
HMAC-SHA256 of ``id.timestamp.body`` under the secret, so that ready-made libraries can check them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import logging
import secrets
import socket
import ssl
import time
from collections.abc import Callable, Collection, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from automl_lite.domain.errors import WebhookRefused
from automl_lite.domain.monitors import Delivery
from automl_lite.domain.records import utcnow

log = logging.getLogger("automl_lite.notify")

TIMEOUT_S = 5.0
# Seconds before the second and the third attempt.
PAUSES_S = (1.0, 4.0)
PREFIX = "whsec_"


def new_secret() -> str:
    """Return a random secret as Standard Webhooks writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of ``webhook-signature``."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


class Webhooks:
    """Sends webhooks.

    Parameters
    ----------
    allowed_hosts : collection of str
        Hosts that may have private addresses, or be called without TLS.
    sleep : callable, default=time.sleep
        How to wait between attempts.
    """

    def __init__(self, allowed_hosts: Collection[str] = (), *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._allowed = frozenset(host.casefold() for host in allowed_hosts)
        self._sleep = sleep

    def check(self, url: str) -> None:
        """Raise WebhookRefused unless ``url`` is one that may be called; names are looked up when it is."""
        self._target(url)

    def post(self, url: str, secret: str, message_id: str, payload: Mapping[str, Any]) -> Delivery:
        """Send ``payload`` as JSON, at most three times; never raises, the delivery says how it went.

        Redirects are not followed. Answers of 2xx are success; 4xx but 408 and 429 end the attempts.
        """
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        delivery = Delivery()
        for attempt in range(1, len(PAUSES_S) + 2):
            if attempt > 1:
                self._sleep(PAUSES_S[attempt - 2])
            try:
                status = self._once(url, secret, message_id, body)
            except WebhookRefused as err:
                return Delivery(attempts=attempt, error=err.message)
            except (OSError, HTTPException) as err:
                log.info("a webhook was not taken: %s", err)
                # What lies behind a name is not told to whoever typed it.
                delivery = Delivery(attempts=attempt, error="The address does not answer.")
                continue
            if 200 <= status < 300:
                return Delivery(attempts=attempt, delivered_at=utcnow(), status=status)
            delivery = Delivery(attempts=attempt, status=status, error=f"The address answered with status {status}.")
            if status < 500 and status not in (408, 429):
                break
        return delivery

    def _once(self, url: str, secret: str, message_id: str, body: bytes) -> int:
        host, port, secure, path = self._target(url)
        address = self._address(host, port)
        timestamp = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "automl-lite",
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(secret, message_id, timestamp, body),
        }
        connection = _Pinned(host, port, address) if not secure else _PinnedTls(host, port, address)
        try:
            connection.request("POST", path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def _target(self, url: str) -> tuple[str, int, bool, str]:
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").casefold(), parts.port
        except ValueError as err:
            raise WebhookRefused("it is not a URL") from err
        if not host or parts.username is not None or parts.scheme not in ("http", "https"):
            raise WebhookRefused("it must be https://host/path, without a user name")
        if any(ord(c) <= 32 or ord(c) == 127 for c in url):
            raise WebhookRefused("it holds spaces or control characters")
        secure = parts.scheme == "https"
        if not secure and host not in self._allowed:
            raise WebhookRefused("it must begin with https://")
        try:
            literal = ipaddress.ip_address(host)
        except ValueError:
            pass
        else:
            self._check_address(host, literal)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return host, port or (443 if secure else 80), secure, path

    def _address(self, host: str, port: int) -> str:
        """Look the name up once, and connect to what was checked: a second look could find another address."""
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        for address in found:
            self._check_address(host, ipaddress.ip_address(address.partition("%")[0]))
        return found[0]

    def _check_address(self, host: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
        inner = getattr(address, "ipv4_mapped", None) or address
        if host not in self._allowed and (not inner.is_global or inner.is_multicast):
            raise WebhookRefused("its address is not a public one")


class _Pinned(HTTPConnection):
    """A connection to a host at an address that was chosen before."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT_S)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _PinnedTls(HTTPSConnection):
    """The same with TLS; the certificate must be the host's."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(host, port, timeout=TIMEOUT_S, context=self._tls)
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
