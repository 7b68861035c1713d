"""What a browser would make of a report: its text, its scripts, and whatever it would fetch."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

_FETCHING = {"src", "href", "srcset", "data", "action", "formaction", "poster", "background", "xlink:href", "ping"}
_OUTSIDE_CSS = re.compile(r"url\(\s*['\"]?(?!data:|#)|@import", re.IGNORECASE)


class Page(HTMLParser):
    """A parsed page; a frame with its own document is read as part of it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.words: list[str] = []
        self.scripts: list[str] = []
        self.fetched: list[str] = []
        self.handlers: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.anchors: list[str] = []
        self.policy = ""
        self._inside = ""
        self.feed(html)
        self.close()

    @classmethod
    def read(cls, path: Path) -> Page:
        return cls(path.read_text(encoding="utf-8"))

    @property
    def text(self) -> str:
        """Everything that is shown, on one line."""
        return " ".join("".join(self.words).split())

    @property
    def allowed_scripts(self) -> set[str]:
        return set(re.findall(r"'sha256-([^']+)'", self.policy))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in {"br", "meta", "link", "input", "img", "path", "rect", "circle"}:
            self._inside = tag
        found = dict(attrs)
        if tag == "meta" and found.get("http-equiv") == "Content-Security-Policy":
            self.policy = found["content"] or ""
        if found.get("srcdoc"):
            inner = Page(found["srcdoc"])
            for name in ("words", "scripts", "fetched", "handlers", "tags"):
                getattr(self, name).extend(getattr(inner, name))
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name.startswith("on"):
                self.handlers.append(f"{tag} {name}={value}")
            if name in _FETCHING and value and value.startswith("#"):
                self.anchors.append(value[1:])
            elif name in _FETCHING and value and not value.startswith("data:"):
                self.fetched.append(f"{tag} {name}={value}")
            if name == "style" and value and _OUTSIDE_CSS.search(value):
                self.fetched.append(f"{tag} style={value}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inside = self._inside
        self.handle_starttag(tag, attrs)
        self._inside = inside

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "div", "td", "th", "li", "tr", "h1", "h2", "h3", "summary", "dt", "dd", "section"}:
            self.words.append(" ")
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts.append(data)
        elif self._inside == "style":
            if _OUTSIDE_CSS.search(data):
                self.fetched.append("style")
        else:
            self.words.append(data)


def assert_self_contained(page: Page) -> None:
    """Check that a page fetches nothing and that only scripts named by its policy run."""
    assert page.fetched == []
    assert page.handlers == []
    assert page.policy.startswith("default-src 'none'")
    assert "script-src" not in page.policy or "unsafe" not in page.policy.split("script-src")[1]
    hashes = {base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in page.scripts}
    assert hashes <= page.allowed_scripts
    assert not {"link", "object", "embed", "base", "form"} & set(page.tags)
