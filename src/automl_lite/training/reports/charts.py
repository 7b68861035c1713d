"""Charts as inline SVG with HTML text: shapes stretch with the card, letters keep their size.

Every function returns Markup whose data is already escaped. A plot's coordinates run from 0 to 100 on both axes; lines
keep their width because the stylesheet sets ``vector-effect: non-scaling-stroke``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from markupsafe import Markup

from automl_lite.training.reports.words import amount, label, percent

_HEIGHT = 220
_LARGEST = 1e300  # beyond it differences overflow; an axis ends there


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, what stands beside its title, and the sentence under it."""

    drawn: Markup
    aside: str = ""
    reads: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear scale from ``low`` to ``high`` with labelled ticks."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...] = ()

    def at(self, value: float) -> float:
        """Return where a value lies, 0 to 100; values outside are put on the edge."""
        span = self.high - self.low or 1.0
        return min(max(100 * (value - self.low) / span, 0.0), 100.0)


def share_axis(low: float = 0.0, high: float = 1.0, steps: int = 4) -> Axis:
    """Return an axis of percentages with ``steps`` equal steps."""
    places = [low + (high - low) * i / steps for i in range(steps + 1)]
    return Axis(low, high, tuple((each, percent(each, 0)) for each in places))


def number_axis(values: Iterable[float], *, from_zero: bool = False, n_ticks: int = 5) -> Axis:
    """Return an axis over the values, ending at round numbers, with about ``n_ticks`` ticks."""
    known = [min(max(float(value), -_LARGEST), _LARGEST) for value in values if isfinite(value)] or [0.0]
    low, high = min(known), max(known)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= max(1e-12 * max(abs(low), abs(high)), 1 / _LARGEST):
        low, high = low - (abs(low) / 2 or 0.5), high + (abs(high) / 2 or 0.5)
    step = _round_step((high - low) / max(n_ticks - 1, 1))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    places = [i * step for i in range(first, last + 1)]
    return Axis(first * step, last * step, tuple((each, amount(each)) for each in places))


def percent_axis(values: Iterable[float], *, n_ticks: int = 5) -> Axis:
    """Return an axis from 0 over shares, ending at a round percentage of at most 100 %."""
    scale = number_axis([100 * value for value in values] + [1.0], from_zero=True, n_ticks=n_ticks)
    ticks = tuple((place / 100, f"{text}\N{NO-BREAK SPACE}%") for place, text in scale.ticks if place <= 100)
    return Axis(scale.low / 100, min(scale.high / 100, 1.0), ticks)


def inner_axis(low: float, high: float, *, n_ticks: int = 5) -> Axis:
    """Return an axis that ends where the data ends, with round ticks inside."""
    around = number_axis([low, high], n_ticks=n_ticks)
    return Axis(low, high, tuple(tick for tick in around.ticks if low <= tick[0] <= high))


def plot(
    marks: Sequence[Markup],
    *,
    x: Axis,
    y: Axis,
    aria: str,
    x_label: str = "",
    y_label: str = "",
    notes: Sequence[tuple[float, float, str, str]] = (),
    height: int = _HEIGHT,
    square: bool = False,
) -> Markup:
    """Lay marks over a grid with ticks in words.

    Parameters
    ----------
    marks : sequence of Markup
        What ``line``, ``dots``, … return for the same two axes; later ones on top.
    x, y : Axis
        Only y gets grid lines.
    aria : str
        What the chart shows, in a sentence, for those who cannot see it.
    notes : sequence of (x, y, text, css class)
        Labels beside the data, in data coordinates.
    square : bool, default=False
        As high as wide, for two axes of one kind.
    """
    grid = Markup("").join(
        Markup('<path class="{}" d="M0 {}H100"/>').format("ax" if i == 0 else "gl", _n(100 - y.at(place)))
        for i, (place, _) in enumerate(y.ticks)
    )
    texts = [Markup('<span class="yt" style="bottom:{}%">{}</span>').format(_n(y.at(at)), text) for at, text in y.ticks]
    texts += [Markup('<span class="xt" style="left:{}%">{}</span>').format(_n(x.at(at)), text) for at, text in x.ticks]
    texts += [
        Markup('<span class="an {}" style="left:{}%;bottom:{}%">{}</span>').format(css, _n(x.at(a)), _n(y.at(b)), text)
        for a, b, text, css in notes
    ]
    texts += [Markup('<span class="xl">{}</span>').format(x_label)] if x_label else []
    texts += [Markup('<span class="yl">{}</span>').format(y_label)] if y_label else []
    size = "aspect-ratio:1" if square else f"height:{height}px"
    return Markup(
        '<div class="plot{}" style="{}" role="img" aria-label="{}"><svg viewBox="0 0 100 100" '
        'preserveAspectRatio="none" aria-hidden="true" focusable="false">{}{}</svg>{}</div>'
    ).format(" yl-on" if y_label else "", size, aria, grid, Markup("").join(marks), Markup("").join(texts))


def line(xs: Sequence[float], ys: Sequence[float], x: Axis, y: Axis, css: str = "ln") -> Markup:
    """Draw a line through points."""
    return Markup('<path class="{}" d="M{}"/>').format(css, _path(xs, ys, x, y))


def area(xs: Sequence[float], ys: Sequence[float], x: Axis, y: Axis, css: str = "ar") -> Markup:
    """Fill from a line down to the bottom."""
    start, end = _n(x.at(xs[0])), _n(x.at(xs[-1]))
    return Markup('<path class="{}" d="M{} 100L{}L{} 100Z"/>').format(css, start, _path(xs, ys, x, y), end)


def band(xs: Sequence[float], lows: Sequence[float], highs: Sequence[float], x: Axis, y: Axis) -> Markup:
    """Fill between two lines."""
    there, back = _path(xs, highs, x, y), _path(list(xs)[::-1], list(lows)[::-1], x, y)
    return Markup('<path class="bnd" d="M{}L{}Z"/>').format(there, back)


def dots(points: Iterable[tuple[float, float]], x: Axis, y: Axis, css: str = "dt") -> Markup:
    """Draw points; their size is set by the class."""
    places = "".join(f"M{_n(x.at(a))} {_n(100 - y.at(b))}h0" for a, b in points)
    return Markup('<path class="{}" d="{}"/>').format(css, places)


def whiskers(ranges: Iterable[tuple[float, float, float]], x: Axis, y: Axis, css: str = "wk") -> Markup:
    """Draw vertical ranges (x, low, high)."""
    places = "".join(f"M{_n(x.at(a))} {_n(100 - y.at(b))}V{_n(100 - y.at(c))}" for a, b, c in ranges)
    return Markup('<path class="{}" d="{}"/>').format(css, places)


def bars(
    edges: Sequence[float],
    heights: Sequence[float],
    x: Axis,
    y: Axis,
    css: str = "br",
    *,
    base: Sequence[float] | None = None,
) -> Markup:
    """Draw a histogram from bin ``edges``; ``base`` stacks it on other bars."""
    under = base or [0.0] * len(heights)
    shapes = ""
    for left, right, foot, height in zip(edges[:-1], edges[1:], under, heights, strict=True):
        if height > 0:
            a, b = x.at(left), x.at(right)
            gap = min(0.12 * (b - a), 0.3)
            top, bottom = 100 - y.at(foot + height), 100 - y.at(foot)
            shapes += f"M{_n(a + gap)} {_n(bottom)}V{_n(top)}H{_n(b - gap)}V{_n(bottom)}Z"
    return Markup('<path class="{}" d="{}"/>').format(css, shapes)


def spark(heights: Sequence[float]) -> Markup:
    """Draw bars as high as a line of text, without axes; the numbers stand beside them."""
    top = max(heights) or 1.0
    wide = 100 / len(heights)
    shapes = "".join(
        f"M{_n(i * wide)} 100V{_n(100 - max(100 * height / top, 4))}h{_n(0.8 * wide)}V100Z"
        for i, height in enumerate(heights)
        if height > 0
    )
    return Markup(
        '<svg class="spark" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<path class="br mu" d="{}"/></svg>'
    ).format(shapes)


def upright(at: float, x: Axis, css: str = "rf") -> Markup:
    """Draw a vertical rule."""
    return Markup('<path class="{}" d="M{} 0V100"/>').format(css, _n(x.at(at)))


def level(at: float, y: Axis, css: str = "rf") -> Markup:
    """Draw a horizontal rule."""
    return Markup('<path class="{}" d="M0 {}H100"/>').format(css, _n(100 - y.at(at)))


def range_mark(
    axis: Axis,
    value: float | None,
    low: float | None,
    high: float | None,
    *,
    baseline: float | None = None,
    css: str = "",
) -> Markup:
    """Draw band = range, tick = estimate, dashed = baseline, on one line; the numbers stand beside it as text."""
    parts = Markup("")
    if low is not None and high is not None:
        left = axis.at(low)
        parts += Markup('<u style="left:{}%;width:{}%"></u>').format(_n(left), _n(max(axis.at(high) - left, 0.5)))
    if baseline is not None:
        parts += Markup('<s style="left:{}%"></s>').format(_n(axis.at(baseline)))
    if value is not None:
        parts += Markup('<i style="left:{}%"></i>').format(_n(axis.at(value)))
    return Markup('<span class="ci {}" aria-hidden="true">{}</span>').format(css, parts)


def mark_axis(values: Iterable[float | None], low: float | None = None, high: float | None = None) -> Axis:
    """Return a bare axis with some air around the values, not beyond ``low`` and ``high``."""
    known = [value for value in values if value is not None and abs(value) < _LARGEST] or [0.0, 1.0]
    air = 0.12 * ((max(known) - min(known)) or abs(known[0]) or 1.0)
    start, end = min(known) - air, max(known) + air
    return Axis(start if low is None else max(start, low), end if high is None else min(end, high))


def bar_row(
    name: str, share: float, text: str, *, low: float | None = None, high: float | None = None, css: str = ""
) -> Markup:
    """Draw one row of a bar list: name, bar of a ``share`` of the full width, thin line for its range, text."""
    whisker = Markup("")
    if low is not None and high is not None:
        left, right = (min(max(100 * each, 0.0), 100.0) for each in (low, high))
        whisker = Markup('<u style="left:{}%;width:{}%"></u>').format(_n(left), _n(right - left))
    width = _n(100 * min(max(share, 0.0), 1.0))
    return Markup(
        '<div class="hbar {}"><span class="mono nm">{}</span><span class="tr" aria-hidden="true">'
        '<i style="width:{}%"></i>{}</span><span class="v">{}</span></div>'
    ).format(css, label(name), width, whisker, text)


def legend(entries: Iterable[tuple[str, str]]) -> Markup:
    """Return a legend of (css class, text)."""
    items = Markup("").join(Markup('<span><i class="{}"></i>{}</span>').format(css, text) for css, text in entries)
    return Markup('<div class="leg">{}</div>').format(items)


def strip(rows: Sequence[tuple[str, Sequence[float], Sequence[float | None]]], x: Axis, aria: str) -> Markup:
    """Draw one strip of points per row (name, x, colour 0 to 1 or None), spread out where they crowd (a beeswarm)."""
    drawn = Markup("")
    for name, xs, colours in rows:
        by_colour: dict[str, str] = {}
        for a, b, colour in _swarm([x.at(value) for value in xs], colours):
            css = "vn" if colour is None else f"v{min(int(colour * 5), 4)}"
            by_colour[css] = by_colour.get(css, "") + f"M{_n(a)} {_n(b)}h0"
        paths = Markup("").join(Markup('<path class="dt sm {}" d="{}"/>').format(c, d) for c, d in by_colour.items())
        zero = Markup('<path class="ax" d="M{0} 0V100"/>').format(_n(x.at(0.0)))
        drawn += Markup(
            '<div class="swarm"><span class="mono nm">{}</span><svg viewBox="0 0 100 100" preserveAspectRatio="none" '
            'aria-hidden="true" focusable="false">{}{}</svg></div>'
        ).format(label(name), zero, paths)
    ticks = Markup("").join(
        Markup('<span style="left:{}%">{}</span>').format(_n(x.at(at)), text) for at, text in x.ticks
    )
    return Markup(
        '<div role="img" aria-label="{}">{}<div class="swarm ticks"><span></span><div>{}</div></div></div>'
    ).format(aria, drawn, ticks)


def _swarm(
    xs: Sequence[float], colours: Sequence[float | None], bins: int = 90
) -> list[tuple[float, float, float | None]]:
    """Stack points of one bin up and down from the middle; fuller bins are packed tighter."""
    filled: dict[int, list[int]] = {}
    for i, place in enumerate(xs):
        filled.setdefault(int(place / 100 * (bins - 1)), []).append(i)
    most = max((len(rows) for rows in filled.values()), default=1)
    step = min(9.0, 84.0 / max(most, 1))
    placed = []
    for rows in filled.values():
        for rank, i in enumerate(rows):
            offset = (rank + 1) // 2 * (1 if rank % 2 else -1)
            placed.append((xs[i], 50 + offset * step, colours[i]))
    return placed


def _path(xs: Sequence[float], ys: Sequence[float], x: Axis, y: Axis) -> str:
    return "L".join(f"{_n(x.at(a))} {_n(100 - y.at(b))}" for a, b in zip(xs, ys, strict=True))


def _n(value: float) -> str:
    """Write a coordinate: two decimals are a tenth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _round_step(step: float) -> float:
    size = 10.0 ** floor(log10(step))
    return next(each * size for each in (1, 2, 2.5, 5, 10) if each * size >= step * (1 - 1e-9))
