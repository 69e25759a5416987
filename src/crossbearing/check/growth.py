"""How fast a quantity may move between two dates, taken from the entity's own dated claims."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right

from crossbearing.check.evidence import Series
from crossbearing.check.statement import Stated

REACH = 270  # days on either side from which growth is read
APART = 20  # days between two statements from which a slope is read
ENOUGH = (
    24  # distinct dates above which single statements no longer matter and a month's median stands for it
)
UNKNOWN = 0.04 / 30  # log change a day allowed either way where nothing is known of the growth
STRETCH = 1.5  # growth between two dates may exceed the usual by half


class Band:
    """Log change a day between which the quantity moves, and the usual one (None where unknown)."""

    __slots__ = ("high", "low", "usual")

    def __init__(self, low: float, high: float, usual: float | None) -> None:
        self.low = low
        self.high = high
        self.usual = usual


class Path:
    """The dated claims of one series as points of a path."""

    def __init__(self, series: Series) -> None:
        self._points = [(s.middle, math.log(s.bar.mid), s) for s in series.leads if s.bar.mid > 0 and s.dated]
        self._days = [p[0] for p in self._points]
        self._coarse: list[tuple[float, float]] | None = None
        self._cached: dict[int, Band] = {}
        self._shared: dict[tuple[int, int], Band] = {}

    def band(self, a: Stated, b: Stated) -> Band:
        """What the claims other than this pair say of the growth around them."""
        low, high = min(a.first, b.first) - REACH, max(a.last, b.last) + REACH
        start, end = bisect_left(self._days, low), bisect_right(self._days, high)
        if end - start <= ENOUGH:
            return self._close(start, end, a, b)
        month = int((a.first + b.last) // 60)
        if month not in self._cached:
            if self._coarse is None:
                self._coarse = self._monthly()
            self._cached[month] = _band(_slopes([p for p in self._coarse if low <= p[0] <= high]))
        return self._cached[month]

    def _close(self, start: int, end: int, a: Stated, b: Stated) -> Band:
        """From single statements. A pair too close in time to give a slope need not be left out, so the band is shared."""
        shared = abs(a.middle - b.middle) < APART
        if shared and (start, end) in self._shared:
            return self._shared[start, end]
        near = _slopes_without(self._points[start:end], a, b)
        band = _band(near or _slopes_without(self._points[-ENOUGH:], a, b))
        if shared:
            self._shared[start, end] = band
        return band

    def _monthly(self) -> list[tuple[float, float]]:
        """The median of each month, in which no single statement matters."""
        months: dict[int, list[float]] = {}
        for day, value, _ in self._points:
            months.setdefault(int(day // 30), []).append(value)
        return [(m * 30.0 + 15.0, sorted(v)[len(v) // 2]) for m, v in months.items()]


def _slopes(points: list[tuple[float, float]]) -> list[float]:
    return [
        (y2 - y1) / (x2 - x1)
        for i, (x1, y1) in enumerate(points)
        for x2, y2 in points[i + 1 :]
        if x2 - x1 >= APART
    ]


def _slopes_without(points: list[tuple[float, float, Stated]], a: Stated, b: Stated) -> list[float]:
    """Slopes between all statements except between the two in question, whose growth is what is asked."""
    slopes = []
    for i, (x1, y1, one) in enumerate(points):
        for x2, y2, two in points[i + 1 :]:
            apart = x2 - x1
            if apart >= APART and not (one in (a, b) and two in (a, b)):
                slopes.append((y2 - y1) / apart)
    return slopes


def _band(slopes: list[float]) -> Band:
    if not slopes:
        return Band(-UNKNOWN, UNKNOWN, None)
    slopes.sort()
    count = len(slopes)
    lower, usual, upper = slopes[count // 4], slopes[count // 2], slopes[min(count - 1, 3 * count // 4)]
    return Band(min(0.0, STRETCH * lower), max(0.0, STRETCH * upper), usual)


def excess(a: Stated, b: Stated, band: Band) -> float:
    """Log ratio by which b stands off what a, the dates and the growth allow; 0 where they agree.

    Both figures must be positive. Positive means b is too high for a.
    """
    low = _log(b.bar.low) - _log(a.bar.high)
    high = _log(b.bar.high) - _log(a.bar.low)
    on = max(0, b.last - a.first)
    back = max(0, a.last - b.first)
    if on and b.first > a.last:
        back = 0
    if back and a.first > b.last:
        on = 0
    floor = min(band.low * on, -band.high * back)
    ceiling = max(band.high * on, -band.low * back)
    if low >= ceiling:
        return low - ceiling if low > ceiling else 1e-9
    if high <= floor:
        return high - floor if high < floor else -1e-9
    return 0.0


def _log(value: float) -> float:
    if value <= 0.0:
        return -math.inf
    return math.inf if math.isinf(value) else math.log(value)
