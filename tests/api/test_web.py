"""The web app's files: deep links, the data behind them, real 404s, tags and policies."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from automl_lite.server.web import web_routes

FILES = {
    "index.html": "<p>home</p><script>theme()</script>",
    "404.html": "<p>nothing here</p>",
    "datasets.html": "<p>list</p>",
    "results/_.html": "<p>shell of results</p>",
    "results/_.txt": "data of results",
    "results/_/__next._tree.txt": "tree of results",
    "_next/static/app.js": "run()",
}


@pytest.fixture
def client(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with TestClient(Starlette(routes=web_routes(tmp_path))) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("/", "<p>home</p>", "text/html"),
        ("/datasets", "<p>list</p>", "text/html"),
        ("/results/7f3f0a52", "<p>shell of results</p>", "text/html"),
        ("/results/7f3f0a52.txt", "data of results", "text/plain"),
        ("/results/7f3f0a52/__next._tree.txt", "tree of results", "text/plain"),
        ("/_next/static/app.js", "run()", "text/javascript"),
    ],
)
def test_paths_lead_to_their_files(client, path, text, kind):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.text.startswith(text)
    assert answer.headers["content-type"].startswith(kind)
    head = client.head(path)
    assert (head.status_code, head.headers["etag"]) == (200, answer.headers["etag"])


@pytest.mark.parametrize("path", ["/nothing", "/results/a/b", "/datasets/x/y", "/_next/static/gone.js"])
def test_what_is_not_there_is_a_404(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (404, "<p>nothing here</p>")


def test_an_unchanged_page_is_not_sent_again(client):
    tag = client.get("/results/a").headers["etag"]
    assert client.get("/results/b", headers={"If-None-Match": tag}).status_code == 304


def test_inline_scripts_are_allowed_by_their_hash_alone(client):
    policy = client.get("/").headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "'unsafe-inline'" not in scripts
    assert scripts.count("'sha256-") == 1
    assert "immutable" in client.get("/_next/static/app.js").headers["cache-control"]
