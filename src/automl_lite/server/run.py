"""Starting the server process: checks that must hold before it listens, then uvicorn."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Callable

import uvicorn

from automl_lite import logs
from automl_lite.auth import open_auth
from automl_lite.domain.errors import UnsafeSetting
from automl_lite.server.app import create_app
from automl_lite.settings import Settings
from automl_lite.wiring import open_services

# Idle connections of load balancers and browsers live longer than uvicorn's five seconds.
KEEP_ALIVE_S = 30


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_exposure(settings: Settings) -> None:
    """Raise UnsafeSetting if other machines could reach a server that lets everybody in."""
    if not is_loopback(settings.host) and not open_auth(settings.auth_url).protects:
        raise UnsafeSetting(
            f"{settings.host} can be reached from other machines, but there is no authentication.",
            hint="Use --host 127.0.0.1 (and a tunnel or proxy that authenticates), or set AUTOML_LITE_AUTH_URL.",
        )


def listen(settings: Settings) -> socket.socket:
    """Bind the address. Raises UnsafeSetting with a hint if it is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((settings.host.strip("[]"), settings.port))
    except OSError as err:
        sock.close()
        raise UnsafeSetting(
            f"{settings.host}:{settings.port} cannot be used: {err.strerror}.",
            hint="Another server may be running; choose a port with --port, or --port 0 for a free one.",
        ) from err
    sock.set_inheritable(False)
    return sock


def serve(settings: Settings, *, announce: Callable[[str], None]) -> None:
    """Serve until interrupted; ``announce`` is told the address once it can be used.

    Raises UnsafeSetting before anything is opened.
    """
    check_exposure(settings)
    logs.configure(settings.log_format, settings.log_level)
    app = create_app(settings, open_services)
    with contextlib.closing(listen(settings)) as sock:
        host, port = sock.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=5,
        )
        server = _Server(config, lambda: announce(f"http://{shown}:{port}"))
        server.run(sockets=[sock])


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()
