"""The look of both reports: colour tokens, stylesheet, page shell and the policy that forbids outside requests."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from automl_lite.training.reports import words

# The product's design tokens; light, dark.
_TOKENS = {
    "bg": ("#F6F8F7", "#0B0F10"), "surface": ("#FFFFFF", "#111718"), "sunken": ("#F0F3F2", "#0D1213"),
    "hover": ("#F3F6F5", "#171F20"), "line": ("#E2E7E6", "#212A2C"), "line-2": ("#CBD3D2", "#324043"),
    "ink": ("#111819", "#E8EEEE"), "ink-2": ("#455153", "#ABB8B9"), "ink-3": ("#5F6B6D", "#8A999B"),
    "accent-ink": ("#075F5A", "#62D3C6"), "accent-soft": ("#E1F1EF", "#0E2A28"), "accent-line": ("#A9D5D0", "#1F544F"),
    "warn": ("#8A4F00", "#F1B864"), "warn-soft": ("#FDF4E3", "#271E0F"), "warn-line": ("#F0D7A8", "#513D18"),
    "bad": ("#B3261E", "#FF9188"), "bad-soft": ("#FDEEEC", "#2C1615"), "bad-line": ("#F2C6C1", "#5C2B28"),
    "c1": ("#0A7F78", "#3FBFB1"), "c2": ("#D2691E", "#F0934A"), "c3": ("#5566D9", "#8E9BFF"),
    "c4": ("#B0437F", "#E07FB4"), "c5": ("#8F7A12", "#CDB54A"), "c6": ("#7F8C8E", "#829094"),
    "c1-fill": ("#0A7F7824", "#3FBFB12b"), "c2-fill": ("#D2691E24", "#F0934A2b"), "mute": ("#C3CCCB", "#3B494C"),
    "grid": ("#E9EDEC", "#1B2325"), "axis": ("#B4BEBD", "#445356"),
    "d-2": ("#3F9C95", "#2F9C92"), "d2": ("#E08A3C", "#B4662A"),
    "s1": ("#E6F2F0", "#13302E"), "s2": ("#BFE0DC", "#18504B"), "s3": ("#86C4BD", "#1F7770"),
    "s4": ("#43A098", "#2C9E94"), "s5": ("#0A7F78", "#5FD9CB"),
    "shadow": ("0 1px 2px #10202010", "0 0 0 #0000"), "ring": ("#0A716B", "#43C6B7"),
}  # fmt: skip
_HERE = files("automl_lite.training.reports")
# Nothing may be fetched, framed from elsewhere, submitted or run; inline styles place the marks of the charts.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
)


def render(template: str, *, scripts: tuple[str, ...] = (), **context: Any) -> str:
    """Fill a template of this package; everything in ``context`` is escaped unless it is Markup.

    ``scripts`` are the exact texts of inline scripts that may run (of an embedded frame); all others are refused.
    """
    return _environment().get_template(template).render(policy=policy(scripts), style=stylesheet(), **context)


def policy(scripts: tuple[str, ...] = ()) -> str:
    """Return the Content-Security-Policy of a report: no requests, and no script but the given ones, by hash."""
    if not scripts:
        return _POLICY
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    return f"{_POLICY}; script-src {hashes}"


@lru_cache
def stylesheet() -> Markup:
    """Return the whole stylesheet: fonts as data, tokens for light, dark and print, rules."""
    fonts = "".join(
        f'@font-face{{font-family:"{name}";src:url(data:font/woff2;base64,{_encoded(path)}) format("woff2");'
        "font-weight:100 900;font-display:swap}"
        for name, path in (("Geist", "geist.woff2"), ("Geist Mono", "geist-mono.woff2"))
    )
    light, dark = (";".join(f"--{name}:{pair[i]}" for name, pair in _TOKENS.items()) for i in (0, 1))
    tokens = (
        f":root{{color-scheme:light;{light}}}"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}"
        # Twice the class weight of the rules above: paper is light whatever the screen was.
        f"@media print{{:root:root:root{{color-scheme:light;{light}}}}}"
    )
    rules = _HERE.joinpath("templates/style.css").read_text(encoding="utf-8")
    return Markup(fonts + tokens + rules)  # noqa: S704 - our own files, no data


def _encoded(name: str) -> str:
    return base64.b64encode(_HERE.joinpath("fonts", name).read_bytes()).decode()


@lru_cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: _HERE.joinpath("templates", name).read_text(encoding="utf-8")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    for name in ("amount", "clean", "count", "label", "percent", "plain_size", "seconds", "sentence"):
        environment.filters[name] = getattr(words, name)
    return environment
