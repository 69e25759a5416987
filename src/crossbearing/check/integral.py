"""The mean of a run rate over a span of days, from dated claims."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from crossbearing.check.bar import Bar
from crossbearing.check.evidence import Evidence
from crossbearing.check.pairing import same_span, usable, whole
from crossbearing.check.statement import Stated
from crossbearing.vocabulary.claim import Basis, Modality

RATE = "revenue.run_rate"
AROUND = 45  # days beyond either end of the span from which a rate may still be read
TRAILING = 14  # days by which a trailing rate lags the day it is told for
OPEN = 1.05  # a floor is passed by little when it is told
Point = tuple[float, float]


def dated_rates(evidence: Evidence, entity: str) -> list[Stated]:
    """The run rates of an entity as a path: no odd ones, and net ones only where there are no others."""
    rates = [
        s
        for s in whole(usable(evidence.of(entity, RATE), (Modality.ACTUAL,)))
        if s.dated and s.bar.mid > 0 and s.id not in evidence.odd
    ]
    others = [s for s in rates if s.claim.basis is not Basis.NET]
    return sorted(others if len(others) > 1 else rates, key=lambda s: (s.middle, s.id))


def mean_rate(rates: Sequence[Stated], start: int, end: int) -> tuple[list[Stated], Bar] | None:
    """Mean of the run rate over the days from start to end, both included, with the statements used.

    Log-linear between the statements. The low end reads every rate at its lowest and latest, the high end at its
    highest and earliest, a trailing window late. None where the statements do not reach over the span.
    """
    used = _spread([s for s in rates if start - AROUND <= s.middle <= end + AROUND])
    if len(used) < 2 or used[0].middle > start + TRAILING or used[-1].middle < end - AROUND:
        return None
    first, last = float(start), float(end + 1)
    mid = _mean([(s.middle, s.bar.mid) for s in used], first, last)
    low = _mean(_in_order([(s.last, max(s.bar.low, s.bar.mid / 2)) for s in used]), first, last)
    early = [(s.first - TRAILING, s.bar.mid * OPEN if s.bar.is_open else s.bar.high) for s in used]
    high = _mean(_in_order(early), first, last)
    return used, Bar(mid, min(low, mid), max(high, mid))


def _spread(rates: Sequence[Stated]) -> list[Stated]:
    """One rate for each ten days: the one of the best known day, so that repetitions do not bend the path."""
    kept: list[Stated] = []
    for s in sorted(rates, key=lambda s: (s.last - s.first, s.middle, s.id)):
        if all(abs(s.middle - k.middle) >= 10 for k in kept):
            kept.append(s)
    return sorted(kept, key=lambda s: s.middle)


def _in_order(points: Sequence[Point]) -> list[Point]:
    """Points in order of time, a day apart at least."""
    found: list[Point] = []
    for day, value in sorted(points):
        if not found or day - found[-1][0] >= 1:
            found.append((day, value))
    return found


def _mean(points: Sequence[Point], first: float, last: float) -> float:
    """Mean over [first, last) of the path that is log-linear between points and extended by its end slopes."""
    if len(points) == 1:
        return points[0][1]
    days = [first, *(d for d, _ in points if first < d < last), last]
    total = 0.0
    for a, b in pairwise(days):
        ya, yb = _at(points, a), _at(points, b)
        total += (b - a) * (ya if abs(yb - ya) < 1e-12 * ya else (yb - ya) / math.log(yb / ya))
    return total / (last - first)


def _at(points: Sequence[Point], day: float) -> float:
    i = next((i for i, (d, _) in enumerate(points[1:], start=1) if d >= day), len(points) - 1)
    (d0, y0), (d1, y1) = points[i - 1], points[i]
    return y0 * math.exp((day - d0) / (d1 - d0) * math.log(y1 / y0))


def annual_revenue(evidence: Evidence, entity: str, about: Stated) -> tuple[list[Stated], Bar] | None:
    """Revenue a year over the time of a statement: recognised for the same days, else the mean of the run rate."""
    recognised = [
        s
        for s in whole(usable(evidence.of(entity, "revenue.recognised"), (Modality.ACTUAL,)))
        if same_span(s, about) and s.rated and s.id not in evidence.odd
    ]
    if recognised:
        first = min(recognised, key=lambda s: (s.claim.source != about.claim.source, s.id))
        return [first], first.bar
    return mean_rate(dated_rates(evidence, entity), about.first, about.last)
