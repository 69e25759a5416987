"""Copies of one statement are counted once: claims that go back to one origin and say the same thing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crossbearing.vocabulary.claim import Basis, Claim, Status
from crossbearing.vocabulary.period import Duration, Instant

PARTS = ("product", "segment", "industry", "region", "channel", "customer", "counterparty", "threshold")
SAME_FIGURE = 0.04
SAME_TIME_DAYS = 62
_ORDER = list(Status)


@dataclass(frozen=True)
class Statement:
    """One statement with every claim that repeats it.

    Attributes:
        claim: The best-evidenced wording.
        copies: Ids of all claims that stand for it, sorted, the best one included.
    """

    claim: Claim
    copies: tuple[str, ...]


def parts_of(claim: Claim) -> tuple[tuple[str, str], ...]:
    """The qualifiers that make a claim one about a part."""
    return tuple(pair for pair in claim.qualifiers if pair[0] in PARTS)


def collapse(claims: Iterable[Claim]) -> list[Statement]:
    """Statements, each once, in an order that depends on their content alone."""
    groups: list[list[Claim]] = []
    alike: dict[tuple[object, ...], list[list[Claim]]] = {}  # only these can be copies
    for claim in sorted(claims, key=_content):
        told = alike.setdefault((*_subject(claim), origin_of(claim)), [])
        for group in told:
            if any(are_copies(claim, other) for other in group):
                group.append(claim)
                break
        else:
            groups.append([claim])
            told.append(groups[-1])
    return [_statement(group) for group in groups]


def are_copies(one: Claim, two: Claim) -> bool:
    """Whether two claims repeat one statement: same origin, same quantity, same figure, about the same time."""
    if _subject(one) != _subject(two) or origin_of(one) != origin_of(two) or _clash(one.basis, two.basis):
        return False
    if one.status is two.status is Status.MEASURED and one.source == two.source and one.period != two.period:
        return False  # a table measures each month anew, even where the figure stays
    return _same_figure(one, two) and _near(one, two)


def _subject(claim: Claim) -> tuple[object, ...]:
    return claim.entity, claim.metric, parts_of(claim)


def origin_of(claim: Claim) -> str:
    """The first report of a claim."""
    return claim.origin or (claim.via[-1] if claim.via else claim.source)


def _clash(one: Basis, two: Basis) -> bool:
    return {one, two} == {Basis.GROSS, Basis.NET}


def _same_figure(one: Claim, two: Claim) -> bool:
    a, b = one.quantity.value, two.quantity.value
    if a * b <= 0:
        return a == b
    return abs(math.log(a / b)) < SAME_FIGURE


def _near(one: Claim, two: Claim) -> bool:
    if one.period is None or two.period is None:
        return True
    if isinstance(one.period, Duration) and isinstance(two.period, Duration):
        return (one.period.start, one.period.end) == (two.period.start, two.period.end)
    (a, b), (c, d) = span(one.period), span(two.period)
    return (max(a, c) - min(b, d)).days <= SAME_TIME_DAYS


def span(period: Instant | Duration) -> tuple[date, date]:
    """First and last day of a period."""
    if isinstance(period, Instant):
        return period.first, period.last
    return period.start, period.end


def _content(claim: Claim) -> tuple[object, ...]:
    """An order that does not depend on ids or on the order of lines."""
    first, last = span(claim.period) if claim.period else (date.min, date.max)
    return (
        claim.entity,
        claim.metric,
        first,
        last,
        claim.quantity.value,
        str(claim.quantity.relation),
        _ORDER.index(claim.status),
        claim.known or date.max,
        str(claim.basis),
        claim.source,
        claim.id,
    )


def _statement(group: list[Claim]) -> Statement:
    """The best wording: best status, a stated date, the narrowest date, the earliest known."""

    def rank(claim: Claim) -> tuple[object, ...]:
        width = (span(claim.period)[1] - span(claim.period)[0]).days if claim.period else 10_000
        return (_ORDER.index(claim.status), width, claim.known or date.max, _content(claim))

    return Statement(min(group, key=rank), tuple(sorted(c.id for c in group)))
