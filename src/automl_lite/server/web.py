"""The built web app: a static export served with deep links, ETags, a strict CSP and real 404s."""

from __future__ import annotations

import base64
import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

FOLDER = Path(__file__).parent / "web"
# The export has one page for each route with an id; its folder or file bears one of these names instead.
PLACEHOLDERS = ("[id]", "_", "__id__", "placeholder")
_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_COMPRESSIBLE = ("text/", "application/json", "application/javascript", "image/svg+xml", "application/wasm")
_MIN_GZIP_BYTES = 1000
_IMMUTABLE = "public, max-age=31536000, immutable"

_MISSING = """<!doctype html><html lang="en"><meta charset="utf-8"><title>AutoML Lite</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}
code{background:#8882;padding:.1em .3em;border-radius:4px}</style>
<h1>AutoML Lite is running</h1>
<p>The API answers under <a href="/api/docs">/api</a>. The web app is not part of this installation yet.</p>
<p>In a checkout, build it with <code>make web</code> and start the server again.</p></html>"""


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    packed: bytes | None
    headers: dict[str, str]


class WebApp:
    """All files of a build, by URL path; read once, since they never change while the server runs."""

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, _File] = {}
        self._shells: list[tuple[re.Pattern[str], _File]] = []
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self._add(path.relative_to(folder).as_posix(), path.read_bytes())

    def find(self, path: str) -> _File | None:
        """Return what is at a URL path (without its leading slash), looking into routes with ids last."""
        clean = path.rstrip("/")
        for name in (clean, f"{clean}.html", f"{clean}/index.html".lstrip("/")):
            if name in self._files:
                return self._files[name]
        return next((file for pattern, file in self._shells if pattern.fullmatch(clean)), None)

    async def get(self, request: Request) -> Response:
        """Answer GET and HEAD."""
        file = self.find(request.path_params.get("path", ""))
        status = 200
        if file is None:
            file, status = self._files.get("404.html"), 404
            if file is None:
                return Response("Not found", 404, media_type="text/plain")
        headers = dict(file.headers)
        if status == 200 and headers["ETag"] in [
            tag.strip() for tag in request.headers.get("if-none-match", "").split(",")
        ]:
            return Response(status_code=304, headers={k: headers[k] for k in ("ETag", "Cache-Control", "Vary")})
        if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.packed, status, headers | {"Content-Encoding": "gzip"})
        return Response(file.body, status, headers)

    def _add(self, name: str, body: bytes) -> None:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if name.endswith((".js", ".mjs")):
            kind = "text/javascript"
        if name.endswith(".wasm"):
            kind = "application/wasm"
        headers = {
            "Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
            "ETag": f'"{hashlib.sha256(body).hexdigest()[:24]}"',
            "Cache-Control": _IMMUTABLE if name.startswith("_next/static/") else "no-cache",
            "Vary": "Accept-Encoding",
        }
        if kind == "text/html":
            headers["Content-Security-Policy"] = policy(body.decode("utf-8", "replace"))
        packed = None
        if kind.startswith(_COMPRESSIBLE) and len(body) >= _MIN_GZIP_BYTES:
            packed = gzip.compress(body, 6, mtime=0)
        file = self._files[name] = _File(body, packed, headers)
        parts = name.split("/")
        shells = [_shell_part(part) for part in parts]
        if any(shells):
            pattern = "/".join(shell or re.escape(part) for part, shell in zip(parts, shells, strict=True))
            page = pattern.removesuffix(r"\.html").removesuffix("/index")
            # A page's pattern would also match `<id>.txt`, which is the data that navigation asks for: pages come last.
            place = len(self._shells) if page != pattern else 0
            self._shells.insert(place, (re.compile(page), file))


def _shell_part(part: str) -> str:
    """Return a pattern for a path segment that stands for an id, or nothing for any other."""
    for placeholder in PLACEHOLDERS:
        if part == placeholder:
            return "[^/]+"
        if part.startswith(f"{placeholder}."):
            return "[^/]+" + re.escape(part[len(placeholder) :])
    return ""


def policy(page: str) -> str:
    """Return a page's Content-Security-Policy: its own inline scripts by hash, nothing else inline, no other host."""
    hashes = sorted(
        {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in _SCRIPT.findall(page)}
    )
    scripts = " ".join(["'self'", "'wasm-unsafe-eval'", *(f"'sha256-{value}'" for value in hashes)])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self' blob: data:; worker-src 'self' blob:; frame-src 'self'; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


async def _missing(request: Request) -> Response:
    if request.path_params.get("path", ""):
        return Response("Not found", 404, media_type="text/plain")
    return HTMLResponse(_MISSING, headers={"Content-Security-Policy": policy(_MISSING)})


def web_routes(folder: Path = FOLDER) -> list[BaseRoute]:
    """Return the route of the web app, or of a small page that says how to build it."""
    endpoint = WebApp(folder).get if (folder / "index.html").is_file() else _missing
    return [Route("/{path:path}", endpoint, methods=["GET", "HEAD"])]
