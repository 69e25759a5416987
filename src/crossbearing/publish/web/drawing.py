"""Small fan charts drawn as SVG on the server; `web.js` draws the same from the same numbers when a slider moves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from crossbearing.vocabulary.words import say

WIDTH, HEIGHT = 560, 240
LEFT, RIGHT, TOP, BOTTOM = 66, 12, 12, 28


@dataclass(frozen=True, slots=True)
class Frame:
    """Where values fall in a chart: the number of points and the ends of the value axis."""

    count: int
    low: float
    high: float

    def x(self, n: int) -> str:
        """Place of a point across."""
        return _near(LEFT + (WIDTH - LEFT - RIGHT) * n / max(1, self.count - 1))

    def y(self, value: float) -> str:
        """Place of a value down."""
        share = (value - self.low) / (self.high - self.low)
        return _near(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share)


def _near(place: float) -> str:
    return f"{math.floor(place * 10 + 0.5) / 10:.1f}"


def frame(fans: Sequence[Mapping[str, Any]]) -> Frame:
    """A frame that holds the 90 % ranges of all the fans, its ends on ticks."""
    low = min(min(f["p5"]) for f in fans)
    high = max(max(f["p95"]) for f in fans)
    if high <= low:
        high = low + (abs(low) or 1.0)
    step = step_of(low, high)
    return Frame(len(fans[0]["p50"]), math.floor(low / step) * step, math.ceil(high / step) * step)


def step_of(low: float, high: float) -> float:
    """Distance of ticks: 1, 2 or 5 times a power of ten, about four of them."""
    raw = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)


def ticks(found: Frame) -> list[float]:
    """Ticks of the value axis."""
    step = step_of(found.low, found.high)
    first = math.ceil(found.low / step - 1e-9)
    last = math.floor(found.high / step + 1e-9)
    return [n * step for n in range(first, last + 1)]


def band(found: Frame, low: Sequence[float], high: Sequence[float]) -> str:
    """The path of an area between two lines."""
    up = [f"{found.x(n)},{found.y(v)}" for n, v in enumerate(high)]
    down = [f"{found.x(n)},{found.y(v)}" for n, v in reversed(list(enumerate(low)))]
    return f"M{' L'.join([*up, *down])}Z"


def line(found: Frame, values: Sequence[float]) -> str:
    """The path of a line."""
    return "M" + " L".join(f"{found.x(n)},{found.y(v)}" for n, v in enumerate(values))


def fan_svg(fan: Mapping[str, Any], at: Sequence[str], base: Mapping[str, Any] | None = None) -> Markup:
    """One fan: 90 % and 50 % bands, the median, and the median of the base as a dashed line.

    Args:
        fan: label, unit and p5 to p95, each a list by month.
        at: Month ends.
        base: The same quantity as things stand.
    """
    found = frame([fan, base] if base else [fan])
    parts = [*_axes(found, str(fan["unit"]), at)]
    parts.append(f'<path class="b90" d="{band(found, fan["p5"], fan["p95"])}"/>')
    parts.append(f'<path class="b50" d="{band(found, fan["p25"], fan["p75"])}"/>')
    if base:
        parts.append(f'<path class="was" d="{line(found, base["p50"])}"/>')
    parts.append(f'<path class="mid" d="{line(found, fan["p50"])}"/>')
    last = {k: say(fan[k][-1], str(fan["unit"])) for k in ("p5", "p50", "p95")}
    words = escape(f"{fan['label']} to {at[-1]}: {last['p50']}, 90 % {last['p5']} to {last['p95']}")
    return Markup(  # noqa: S704 - every part is a number or escaped
        f'<svg class="fan" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{words}">{"".join(parts)}</svg>'
    )


def _axes(found: Frame, unit: str, at: Sequence[str]) -> list[str]:
    parts = []
    for value in ticks(found):
        y = found.y(value)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        label = escape(say(0.0 if abs(value) < 1e-12 else value, unit))
        parts.append(f'<text x="{LEFT - 6}" y="{y}" dy="4" text-anchor="end">{label}</text>')
    for n, day in enumerate(at):
        if (len(at) - 1 - n) % 6 == 0:
            anchor = "end" if n == len(at) - 1 else "middle"
            parts.append(
                f'<text x="{found.x(n)}" y="{HEIGHT - 8}" text-anchor="{anchor}">{escape(day[:7])}</text>'
            )
    return parts
