"""How names and numbers are written in reports: escaped, isolated, short."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

from markupsafe import Markup, escape

from automl_lite.errors import shorten
from automl_lite.training.verdict import amount, in_words, percent, signed

__all__ = [
    "amount",
    "clean",
    "count",
    "in_words",
    "label",
    "percent",
    "plain_size",
    "seconds",
    "sentence",
    "signed",
    "small_share",
]

_QUOTED = re.compile("“([^“”]{1,200})”")
_FIRST_SHARE = re.compile("\\d[\\d.,]*(?:\N{NO-BREAK SPACE}%)|(?<=within )[−\\d][^\\s]*")


def clean(text: object, length: int = 60) -> str:
    """Return one line of at most ``length`` characters, without control characters or lone surrogates."""
    kept = "".join(" " if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} else char for char in str(text)[:2000])
    return shorten(" ".join(kept.split()), length) or "(empty)"


def label(text: object, length: int = 60) -> Markup:
    """Return a name from the data, escaped, and isolated so that right-to-left text does not reorder its neighbours."""
    return Markup("<bdi>{}</bdi>").format(clean(text, length))


def sentence(text: str, *, highlight: bool = False) -> Markup:
    """Return a sentence of ours: quoted names isolated, its first percentage and its “no real difference” marked."""
    safe = str(escape(" ".join(text.replace("\N{NO-BREAK SPACE}", "\0").split()).replace("\0", "\N{NO-BREAK SPACE}")))
    safe = _QUOTED.sub(r"“<bdi>\1</bdi>”", safe)
    if highlight:
        safe = _FIRST_SHARE.sub(lambda found: f'<span class="hl">{found.group()}</span>', safe, count=1)
        safe = safe.replace("no real difference", '<span class="hl">no real difference</span>', 1)
    return Markup(safe)  # noqa: S704 - escaped above, before any tag of ours was added


def count(n: int, singular: str, plural: str = "") -> str:
    """Write ``1 row``, ``2,000 rows``."""
    return f"{n:,} {singular if n == 1 else plural or singular + 's'}"


def small_share(share: float, digits: int = 1) -> str:
    """Write a share; one that would round to nothing as ``<0.1 %``."""
    least = 10.0 ** -(digits + 2)
    return f"<{percent(least, digits)}" if 0 < share < least / 2 else percent(share, digits)


def moment(iso: str) -> str:
    """Write an ISO 8601 time as ``21 November 2026, 15:13 UTC``; anything else stays as it is."""
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    if at.tzinfo is not None:
        return f"{at.astimezone(UTC):%d %B %Y, %H:%M} UTC".lstrip("0")
    return f"{at:%d %B %Y, %H:%M}".lstrip("0")


def plain_size(size_bytes: float) -> str:
    """Write bytes as B, KB or MB (1,000 each)."""
    if size_bytes < 1000:
        return f"{size_bytes:.0f}\N{NO-BREAK SPACE}B"
    if size_bytes < 999_500:
        return f"{size_bytes / 1000:.0f}\N{NO-BREAK SPACE}KB"
    return f"{size_bytes / 1e6:.1f}\N{NO-BREAK SPACE}MB"


def seconds(duration_s: float) -> str:
    """Write ``0.4 s``, ``12 s``, ``2 min 04 s``."""
    if duration_s < 9.95:
        return f"{duration_s:.1f}\N{NO-BREAK SPACE}s"
    whole = round(duration_s)
    if whole < 60:
        return f"{whole}\N{NO-BREAK SPACE}s"
    return f"{whole // 60}\N{NO-BREAK SPACE}min {whole % 60:02d}\N{NO-BREAK SPACE}s"
