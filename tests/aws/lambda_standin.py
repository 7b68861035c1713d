"""AWS Lambda's Invoke on this machine: payloads are kept, nothing runs."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4


@contextmanager
def lambda_invocations(name: str) -> Iterator[tuple[list[dict[str, Any]], str]]:
    """Yield what the function of that name has been given, and the address; others are not found."""
    given: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known = self.path == f"/2015-03-31/functions/{name}/invocations"
            if known:
                assert self.headers["X-Amz-Invocation-Type"] == "Event"
                given.append(json.loads(body))
            data = b"" if known else b'{"Message": "Function not found"}'
            self.send_response(202 if known else 404)
            self.send_header("x-amzn-RequestId", str(uuid4()))
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield given, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
