"""Published numbers as figures with lineage, so that a number on a page can be looked up and recomputed without a claim."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crossbearing.check.standing import Standing
from crossbearing.vocabulary.conflict import IdentityCheck
from crossbearing.vocabulary.figure import Figure
from crossbearing.vocabulary.interval import Interval, IntervalKind
from crossbearing.vocabulary.lineage import Lineage
from crossbearing.vocabulary.series import Series
from crossbearing.vocabulary.words import say


def slug(*parts: str) -> str:
    """A stable name from words: lower case, dots between parts, dashes inside."""
    return ".".join(re.sub(r"[^a-z0-9_@.+-]+", "-", p.lower()).strip("-") for p in parts if p)


def stated_figures(standings: Iterable[Standing]) -> tuple[Figure, ...]:
    """What is stated now: both ends of the range the newest claims span."""
    found = []
    for s in standings:
        for end, value in (("low", s.low), ("high", s.high)) if s.low != s.high else (("stated", s.low),):
            interval = Interval(s.low, s.high, IntervalKind.CLAIM_RANGE, 1.0)
            label = f"{s.entity} {s.metric} {s.basis}, as stated about {s.about} ({end})"
            name = slug(s.entity, s.metric, s.basis, end) + f"@{s.about}"
            found.append(
                Figure(
                    name,
                    label,
                    value,
                    s.unit,
                    say(value, s.unit),
                    s.lineage,
                    interval,
                    "newest statements of fact, one an origin",
                )
            )
    return tuple(found)


def identity_figures(checks: Iterable[IdentityCheck]) -> tuple[Figure, ...]:
    """What arithmetic gives from the claims, beside what was stated."""
    return tuple(
        Figure(
            id=f"check.{k.id}",
            label=f"{k.what} (expected)",
            value=k.expected,
            unit="",
            text="" if k.expected is None else f"{k.expected:,.4g}",
            lineage=Lineage(tuple(sorted(k.claims))),
            formula=k.name,
        )
        for k in checks
    )


def series_figures(series: Iterable[Series]) -> tuple[Figure, ...]:
    """The median of every identified point of a position, with its 90 % interval."""
    found = []
    for s in series:
        for point in s.points:
            if point.p50 is None or point.p5 is None or point.p95 is None:
                continue
            interval = Interval(point.p5, point.p95, s.interval_kind, 0.9)
            label = f"{s.entity} {s.metric} {s.basis}, {s.rate}, {point.at} ({point.kind})"
            name = slug(s.entity, s.metric, s.basis) + f"@{point.at}"
            found.append(
                Figure(
                    name,
                    label,
                    point.p50,
                    s.unit,
                    say(point.p50, s.unit),
                    s.lineage,
                    interval,
                    "median of the position",
                )
            )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure before and after something was taken out of the book.

    Attributes:
        before: The figure with it.
        after: The figure without it, or None where it can no longer be computed.
    """

    before: Figure
    after: Figure | None

    @property
    def change(self) -> float | None:
        """Relative change of the value, or None where one of the two is missing or zero."""
        if self.after is None or not self.before.value or self.after.value is None:
            return None
        return self.after.value / self.before.value - 1


def moved(before: Iterable[Figure], after: Iterable[Figure]) -> tuple[Moved, ...]:
    """Figures that change or vanish, most changed first; those that can no longer be computed last."""
    later = {_key(f): f for f in after}
    changes = [Moved(f, later.get(_key(f))) for f in before]
    kept = [m for m in changes if m.after is None or m.after.value != m.before.value]
    return tuple(sorted(kept, key=lambda m: (m.change is None, -abs(m.change or 0.0), m.before.id)))


def _key(figure: Figure) -> str:
    """What a figure is about, its date left out: without a claim, the newest statement may be an older one."""
    return figure.id.partition("@")[0] if "@" in figure.id and ".stated" in figure.id else figure.id
