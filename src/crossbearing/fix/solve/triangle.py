"""Share x market, users x revenue a user, and stated revenue: three roads to one figure, with what is left over.

Revenue of a period = users x revenue a user x months = share x market. The market of a panel is known from another company's
share and revenue. A residual is the log of a road's figure over the reference; what would close it is printed beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from crossbearing.fix.align import printed_bounds, why_not_past
from crossbearing.fix.dependence import parts_of, span
from crossbearing.fix.observe.market import market_key
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.period import Duration
from crossbearing.vocabulary.words import say

MONTH_DAYS = 365.25 / 12
FARTHEST_DAYS = 200
SHORTEST_DAYS = 27
MEETS = 0.02  # log units: a residual this small needs no explanation
BY_USERS = "users x revenue a user"
Span3 = tuple[float, float, float]


@dataclass(frozen=True)
class Road:
    """One road to the revenue of a period.

    Attributes:
        name: In words.
        low, value, high: Money over the period, as printed.
        claims: Ids it rests on.
        residual: Log of value over the reference; None for the reference itself.
        closes: What would have to be true for it to meet the reference.
        how: The arithmetic.
        notes: What else follows.
    """

    name: str
    low: float
    value: float
    high: float
    claims: tuple[str, ...]
    residual: float | None
    closes: tuple[str, ...]
    how: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Triangle:
    """All roads to the revenue of one period; `reference` names the one that residuals are taken from."""

    period: str
    currency: str
    reference: str
    roads: tuple[Road, ...]


def triangles(book: Book, entity: str, expected: dict[str, Span3]) -> tuple[Triangle, ...]:
    """Every period of an entity for which revenue a user or a share of market is claimed.

    Args:
        book: The book as known.
        entity: Canonical name.
        expected: 5, 50 and 95 % of revenue of a period by the position, by the period's words; may be empty.
    """
    past = [c for c in book.claims if not why_not_past(c)]
    found = []
    for period in periods_of(book, entity):
        roads = [*_stated(past, entity, period), *_position(expected.get(str(period)))]
        if not roads:
            continue
        reference = roads[0]
        others = [*roads[1:], *_users(past, entity, period), *_shares(past, entity, period, book.currency)]
        closed = [_against(road, reference, past, (entity, period, book.currency)) for road in others]
        if closed:
            found.append(Triangle(str(period), book.currency, reference.name, (reference, *closed)))
    return tuple(found)


def periods_of(book: Book, entity: str) -> tuple[Duration, ...]:
    """Periods over which revenue a user or a share of market is claimed."""
    held = {
        (period.start, period.end): period
        for c in book.claims
        if c.entity == entity
        and c.metric in ("revenue.arpu", "revenue.market_share")
        and (period := _duration(c))
        and not why_not_past(c)
    }
    return tuple(held[k] for k in sorted(held))


def _duration(claim: Claim) -> Duration | None:
    """The days a claim is about, where they are a month or more: a ratio of a quarter is told of the whole quarter."""
    if claim.period is None or isinstance(claim.period, Duration):
        return claim.period
    first, last = claim.period.first, claim.period.last
    return Duration(first, last, claim.period.text) if (last - first).days >= SHORTEST_DAYS else None


def _stated(past: Iterable[Claim], entity: str, period: Duration) -> Iterator[Road]:
    for c in past:
        if c.entity == entity and c.metric == "revenue.recognised" and _over(c, period) and not parts_of(c):
            low, high = printed_bounds(c.quantity)
            yield Road(
                "stated revenue", low, c.quantity.value, high, (c.id,), None, (), f"{c.quantity} as stated"
            )
            return


def _position(expected: Span3 | None) -> Iterator[Road]:
    if expected is not None:
        low, middle, high = expected
        yield Road(
            "our estimate",
            low,
            middle,
            high,
            (),
            None,
            (),
            "the position over the period, 90 % credible interval",
        )


def _over(claim: Claim, period: Duration) -> bool:
    days = _duration(claim)
    return days is not None and (days.start, days.end) == (period.start, period.end)


def months(period: Duration) -> float:
    """Months in a period: a whole number where it is one to within two days."""
    count = period.days / MONTH_DAYS
    return float(round(count)) if abs(count - round(count)) * MONTH_DAYS <= 2.5 and round(count) else count


def _users(past: Iterable[Claim], entity: str, period: Duration) -> Iterator[Road]:
    for c in past:
        if c.entity != entity or c.metric != "revenue.arpu" or not _over(c, period):
            continue
        users = _nearest_users(past, entity, period)
        if users is None:
            continue
        times = months(period) / 12.0 * c.unit.per_year
        value = users.quantity.value * c.quantity.value * times
        (a, b), (x, y) = printed_bounds(users.quantity), printed_bounds(c.quantity)
        how = f"{users.quantity} users ({users.period}) x {c.quantity} {c.unit} x {times:g}"
        yield Road(BY_USERS, a * x * times, value, b * y * times, (c.id, users.id), None, (), how)


def _nearest_users(past: Iterable[Claim], entity: str, period: Duration) -> Claim | None:
    counted = []
    for c in past:
        if (
            c.entity == entity
            and c.metric in ("users.mau", "users.wau")
            and c.period
            and not c.qualifier("product")
        ):
            first, last = span(c.period)
            away = abs(((first + (last - first) / 2) - period.middle).days)
            if away <= FARTHEST_DAYS:
                counted.append((away, c.metric != "users.mau", c.id, c))
    return min(counted, key=lambda row: row[:3])[3] if counted else None


def _shares(past: Iterable[Claim], entity: str, period: Duration, currency: str) -> Iterator[Road]:
    """Share of a panel times its market, known from every other company with a share of it and revenue of the period."""
    panel = [c for c in past if c.metric == "revenue.market_share" and _over(c, period)]
    for mine in (c for c in panel if c.entity == entity):
        for other in (c for c in panel if c.entity != entity and market_key(c) == market_key(mine)):
            for told, revenue, how in _revenues(past, other.entity, period):
                market = revenue / other.quantity.value
                value = market * mine.quantity.value
                (a, b), (x, y) = printed_bounds(mine.quantity), printed_bounds(other.quantity)
                words = f"{mine.quantity} of a market of {say(market, currency)} ({other.entity}: {how} over {other.quantity})"
                yield Road(
                    f"share x market, by {other.entity}",
                    revenue * a / y,
                    value,
                    revenue * b / x,
                    (mine.id, other.id, told),
                    None,
                    (),
                    words,
                )


def _revenues(past: Iterable[Claim], entity: str, period: Duration) -> Iterator[tuple[str, float, str]]:
    """Another company's revenue of a period: as stated, or its run rate told nearest the period's middle."""
    for c in past:
        if c.entity == entity and c.metric == "revenue.recognised" and _over(c, period) and not parts_of(c):
            yield c.id, c.quantity.value, str(c.quantity)
            return
    near = [
        (abs((c.period.middle - period.middle).days), c.id, c)
        for c in past
        if c.entity == entity and c.metric == "revenue.run_rate" and c.period and not parts_of(c)
    ]
    if near and min(near)[0] <= FARTHEST_DAYS:
        c = min(near, key=lambda row: row[:2])[2]
        yield c.id, c.quantity.value * c.unit.per_year * months(period) / 12.0, f"{c.quantity} a year"


def _against(road: Road, reference: Road, past: Sequence[Claim], about: tuple[str, Duration, str]) -> Road:
    """A road with its residual and what would close it."""
    entity, period, currency = about
    residual = math.log(road.value / reference.value)
    held = {c.id: c for c in past}
    closes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    if road.name == BY_USERS and abs(residual) > MEETS:
        closes, notes = _close_users(
            reference, math.exp(-residual), [held[c] for c in road.claims], past, entity, period
        )
    elif road.name.startswith("share") and abs(residual) > MEETS:
        mine, other = held[road.claims[0]], held[road.claims[1]]
        market = reference.value / mine.quantity.value
        money = f"{say(market, currency)} in the period, and {other.entity} had {say(market * other.quantity.value, currency)} of it"
        closes = (f"the market was {money}",)
    return replace(road, residual=residual, closes=closes, notes=notes)


def _close_users(
    reference: Road, scale: float, pair: Sequence[Claim], past: Iterable[Claim], entity: str, period: Duration
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What users or revenue a user would have to be; and what a user brings if only a part of revenue is theirs."""
    arpu, users = pair
    closes = (
        f"users of the period averaged {say(users.quantity.value * scale, users.unit)}, not {users.quantity}",
        f"a user brought {arpu.quantity.value * scale:.3g} {arpu.unit}, not {arpu.quantity}",
    )
    notes = tuple(
        f"if users bring only what is not {mix.qualifier('segment')} ({mix.id}), one brings"
        f" {(1.0 - mix.quantity.value) * reference.value / users.quantity.value / months(period):.2g} a month"
        for mix in past
        if mix.entity == entity and mix.metric == "revenue.mix" and mix.qualifier("segment")
    )
    return closes, notes
