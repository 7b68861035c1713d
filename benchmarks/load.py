"""A load generator for loopback: keep-alive connections that send again as soon as they are answered."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import numpy as np

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(slots=True)
class Load:
    """What was measured: seconds of each answer, answers by status, and how long all of it took."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    elapsed_s: float = 0.0

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.elapsed_s

    def percentile_ms(self, q: float) -> float:
        """Latency in milliseconds that ``q`` % of the answers stay below."""
        return float(np.percentile(self.seconds, q)) * 1000


class _Connection(asyncio.Protocol):
    def __init__(self, request: bytes, load: Load, until: float) -> None:
        self._request = request
        self._load = load
        self._until = until
        self._buffer = b""
        self._sent = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._buffer, 0, end)
        if length is None or len(self._buffer) < end + 4 + int(length[1]):
            return
        now = time.perf_counter()
        status = int(self._buffer[9:12])
        self._load.statuses[status] = self._load.statuses.get(status, 0) + 1
        self._load.seconds.append(now - self._sent)
        self._buffer = b""
        if now < self._until:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None) if error is None else self.done.set_exception(error)

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(self._request)


async def _run(url: str, request: bytes, connections: int, seconds: float) -> Load:
    address, load = urlsplit(url), Load()
    start = time.perf_counter()
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(
            lambda: _Connection(request, load, start + seconds), address.hostname, address.port
        )
        for _ in range(connections)
    ]
    # The fuse is for a server that stops answering: the measurement fails instead of waiting for ever.
    await asyncio.wait_for(asyncio.gather(*(connection.done for _, connection in made)), seconds + 60)
    load.elapsed_s = time.perf_counter() - start
    return load


def drive(url: str, *, body: bytes | None = None, connections: int, seconds: float) -> Load:
    """Send the same request (GET, or POST with a JSON ``body``) on every connection for ``seconds``."""
    address = urlsplit(url)
    head = f"{'GET' if body is None else 'POST'} {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    request = head.encode() + b"\r\n" + (body or b"")
    try:
        import uvloop
    except ModuleNotFoundError:
        return asyncio.run(_run(url, request, connections, seconds))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_run(url, request, connections, seconds))


def in_turns(loads: Sequence[tuple[str, bytes | None]], *, connections: int, seconds: float, rounds: int) -> list[Load]:
    """Drive several requests by turns, so that a busy moment of the machine meets all of them alike."""
    totals = [Load() for _ in loads]
    for _ in range(rounds):
        for total, (url, body) in zip(totals, loads, strict=True):
            part = drive(url, body=body, connections=connections, seconds=seconds)
            total.seconds += part.seconds
            total.elapsed_s += part.elapsed_s
            for status, n in part.statuses.items():
                total.statuses[status] = total.statuses.get(status, 0) + n
    return totals
