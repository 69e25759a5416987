"""The start state from claims: newest statements of fact as ranges, each with its claims. No statistics.

Where the position is computed, the pipeline gives its run rate and growth instead; the rest stays.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

import numpy as np
import numpy.typing as npt

from crossbearing.outlook.margins import stated_gross_margins, stated_margins
from crossbearing.vocabulary.assumption import Z95, Judgment
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim, Modality
from crossbearing.vocabulary.interval import IntervalKind
from crossbearing.vocabulary.period import Instant

Array = npt.NDArray[np.float64]

RECENT = 45  # days within which statements stand beside one another
GROWTH_DAYS = 150  # how far back the growth of late looks
KEPT_DRAWS = 1000  # of the position, in order of the level
GROWTH_LOOKBACK = 91  # days between the two points of a position that give its growth
LOOK_AHEAD = 182  # days of the position's forecast that give what is foreseen
APART = 20  # days two statements must lie apart to tell a growth
DAYS_A_MONTH = 365.25 / 12
_USAGE = re.compile(r"enterprise|business|developer|\bapi\b|usage|consumption", re.IGNORECASE)
_SUBSCRIPTION = re.compile(r"consumer|subscription|seat", re.IGNORECASE)
FREE_KEYS = frozenset(
    {"by", "interested", "adjusted_for", "precision", "measure", "method", "window", "threshold"}
)


@dataclass(frozen=True, slots=True)
class Fact:
    """An input that claims give.

    Attributes:
        name: Of the input.
        judgment: Its range: ends of a uniform, 5th and 95th percentile of any other family.
        unit: Symbol of the base unit.
        kind: Kind of the range.
        claims: Claims behind it.
        words: How it was read from them.
        about: Day the newest of them is about.
        sample: Equally likely values in a common order with other facts of the same source; where there are any, they are
            drawn instead of the range.
    """

    name: str
    judgment: Judgment
    unit: str
    kind: IntervalKind
    claims: tuple[str, ...]
    words: str
    about: date | None = None
    sample: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """Sales and growth at the start, from the position or from claims.

    Attributes:
        run_rate: Annualised run rate.
        growth: Log growth a month, of late.
        basis: gross, net or unspecified: what the run rate is stated on.
        note: Where it comes from, in words.
        pool: What a pool of companies says of growth in the long run, for a company of whose customers nothing is known.
        ahead: What the position foresees, for the same.
        fee: Part of gross sales that partners keep, from the bridge, where the book names no distributor.
        partners: Whether claims speak of what partners keep, though the book names no distributor.
    """

    run_rate: Fact
    growth: Fact | None
    basis: str
    note: str
    pool: Mapping[str, float] = field(default_factory=dict)
    ahead: tuple[Fact, ...] = ()
    fee: Fact | None = None
    partners: bool = False


def claimed_start(book: Book, entity: str) -> Start | None:
    """Sales and growth read from claims alone; None where the book states no run rate of the company."""
    claims = [c for c in _actual(book, entity, "revenue.run_rate") if not _part_of_the_whole(c)]
    groups = {"net": [c for c in claims if c.basis is Basis.NET and c.qualifier("interested") != "yes"]}
    groups["gross"] = [c for c in claims if c.basis is not Basis.NET]
    listed = [(max(_day(c) for c in found), basis, found) for basis, found in groups.items() if found]
    if not listed:
        return None
    _, basis, found = max(listed, key=lambda said: (said[0], said[1] == "gross"))
    kept = newest(found, RECENT // 2)
    if any(c.basis is Basis.GROSS for c in kept):
        told = "gross"
    else:
        told = basis if basis == "net" else "unspecified"
    rate = _fact(
        "stated_run_rate", kept, "USD/yr", "newest claims of the run rate, a plain range and no estimate"
    )
    note = "start from a range of claims, not from a reconciled position"
    return Start(rate, _growth(found), told, note)


@dataclass(frozen=True, slots=True)
class Sample:
    """Equally likely starts of a company, drawn from its position.

    Attributes:
        level: Run rates on the day, in rising order.
        growth: Log growth a month of late that goes with each of them.
        ahead: Log growth over the next half year that goes with each, where the position foresees that far.
        unit: Of the levels.
        kind: Of their interval.
        claims: Behind the position.
    """

    level: tuple[float, ...]
    growth: tuple[float, ...]
    ahead: tuple[float, ...]
    unit: str
    kind: IntervalKind
    claims: tuple[str, ...]


def sample_of(
    now: Array, then: Array, weights: Array, later: Array | None = None
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """Level, growth and growth ahead from draws of the position, kept together: a high level goes with its own growth.

    Args:
        now: Levels on the day. Shape: (draws,).
        then: Levels before. Shape: (draws,).
        weights: Of the draws.
        later: Levels half a year on, if foreseen. Shape: (draws,).
    """
    order = np.argsort(now, kind="stable")
    ends = np.cumsum(weights[order]) / weights.sum()
    at = np.minimum(np.searchsorted(ends, (np.arange(KEPT_DRAWS) + 0.5) / KEPT_DRAWS), order.size - 1)
    picked = order[at]
    level = now[picked]
    growth = np.log(level / then[picked]) / (GROWTH_LOOKBACK / DAYS_A_MONTH)
    ahead = () if later is None else tuple(np.log(later[picked] / level).tolist())
    return tuple(level.tolist()), tuple(growth.tolist()), ahead


def joint_start(sample: Sample, basis: str, about: date) -> Start:
    """Sales and growth from a sample of the position.

    Args:
        sample: Levels and growth.
        basis: gross or net.
        about: The day.
    """
    low, high = np.quantile(sample.level, (0.05, 0.95))
    slow, fast = np.quantile(sample.growth, (0.05, 0.95))
    rate = Judgment("lognormal", float(low), float(high), f"position, {low:.3g} to {high:.3g}")
    pace = Judgment("normal", float(slow), float(fast), f"position, {slow:.3g} to {fast:.3g}")
    words = "the position's own draws, as of the day itself"
    grown = "the position's own draws now over those 91 days before, kept with their level"
    kind, claims = sample.kind, sample.claims
    return Start(
        Fact("stated_run_rate", rate, sample.unit, kind, claims, words, about, sample.level),
        Fact("growth_at_start", pace, "1/month", kind, claims, grown, about, sample.growth),
        basis,
        "start from the reconciled position, level and growth drawn together",
        ahead=_ahead(sample, about),
    )


def _ahead(sample: Sample, about: date) -> tuple[Fact, ...]:
    """The position's forecast of half a year: its middle as a rate, what it strays a root year, and a score a draw.

    The score is drawn by itself: growth ahead hangs little together with today's level.
    """
    if not sample.ahead:
        return ()
    years, (low, middle, high) = LOOK_AHEAD / 365.25, np.quantile(sample.ahead, (0.05, 0.5, 0.95))
    rate, noise = float(middle) / years, float(high - low) / (2 * Z95) / years**0.5
    words = "the position's own forecast of half a year"
    told = {
        "growth_ahead": (Judgment("point", rate, rate, f"{rate:.3g}"), "1/yr"),
        "growth_noise": (Judgment("point", noise, noise, f"{noise:.3g}"), "1/yr"),
        "growth_score": (Judgment("normal", -Z95, Z95, "standard normal"), ""),
    }
    kind = IntervalKind.PREDICTIVE
    return tuple(Fact(n, j, unit, kind, sample.claims, words, about) for n, (j, unit) in told.items())


def _growth(claims: list[Claim]) -> Fact | None:
    """Growth of late: the slopes between pairs of statements, their middle half as the range.

    Source: Theil and Sen, pairwise slopes: one wrong statement does not move their middle.
    """
    last = max(_day(c) for c in claims)
    recent = [c for c in claims if _day(c) >= last - timedelta(days=GROWTH_DAYS) and c.quantity.value > 0]
    slopes = sorted(
        math.log(b.quantity.value / a.quantity.value) / ((_day(b) - _day(a)).days / DAYS_A_MONTH)
        for a, b in ((x, y) if _day(x) <= _day(y) else (y, x) for x, y in combinations(recent, 2))
        if (_day(b) - _day(a)).days >= APART
    )
    if not slopes:
        return None
    low, high = slopes[len(slopes) // 4], slopes[-1 - len(slopes) // 4]
    ids = tuple(sorted(c.id for c in recent))
    judgment = _uniform(low, high)
    words = "slopes between pairs of claims, their middle half"
    return Fact("growth_at_start", judgment, "1/month", IntervalKind.CLAIM_RANGE, ids, words, last)


def facts(book: Book, entity: str) -> list[Fact]:
    """Every other input that claims give: power, customers, users, people, mix, margin, rounds."""
    found = [
        _newest_fact(book, entity, "compute.power_online", "power_at_start", "W"),
        _newest_fact(book, entity, "customers.million_dollar", "large_customers_at_start", "count"),
        _newest_fact(book, entity, "headcount", "headcount_at_start", "count"),
        _users(book, entity),
        *_margin(book, entity),
        *_gross_margin(book, entity),
        _subscription_share(book, entity),
        *_rounds(book, entity),
    ]
    return [f for f in found if f]


def _newest_fact(book: Book, entity: str, metric: str, name: str, unit: str) -> Fact | None:
    claims = [c for c in _actual(book, entity, metric) if not _part_of_the_whole(c)]
    return _fact(name, newest(claims, RECENT), unit, f"newest claims of {metric}") if claims else None


def _users(book: Book, entity: str) -> Fact | None:
    """Users of the company or of its product with the most of them, by month or by week as stated."""
    names = {entity, *(e.name for e in book.entities.values() if e.parent == entity)}
    for metric in ("users.mau", "users.wau"):
        groups = [[c for c in _actual(book, n, metric) if not _part_of_the_whole(c)] for n in names]
        listed = [newest(g, RECENT) for g in groups if g]
        if listed:
            most = max(listed, key=lambda g: max(c.quantity.value for c in g))
            return _fact("users_at_start", most, "count", f"newest claims of {metric}")
    return None


def _margin(book: Book, entity: str) -> list[Fact]:
    """The claimed operating margin and how long ago the middle of its period lies."""
    today = book_day(book)
    found = stated_margins(book, entity, today) if today else []
    if not found or today is None:
        return []
    ids = tuple(sorted({c for m in found for c in m.claims}))
    ago = [(today - m.middle).days / DAYS_A_MONTH for m in found]
    words = "stated operating margins, and stated profits over the revenue stated for the same period"
    low, high = min(m.low for m in found), max(m.high for m in found)
    facts = [
        Fact("operating_margin_claimed", _uniform(low, high), "ratio", IntervalKind.CLAIM_RANGE, ids, words),
        _point("margin_months_ago", sum(ago) / len(ago), "months", ids, "the middle of their periods"),
    ]
    sales = [m.sales for m in found if m.sales]
    if len(sales) == len(found):
        span = _uniform(min(s[0] for s in sales), max(s[1] for s in sales))
        told = "revenue of the same periods, annualised"
        facts.append(Fact("margin_sales_claimed", span, "USD/yr", IntervalKind.CLAIM_RANGE, ids, told))
    return facts


def _gross_margin(book: Book, entity: str) -> list[Fact]:
    """The claimed gross margin of late."""
    today = book_day(book)
    found = stated_gross_margins(book, entity, today) if today else []
    if not found:
        return []
    ids = tuple(sorted({c for m in found for c in m.claims}))
    span = _uniform(min(m.low for m in found), max(m.high for m in found))
    words = "gross margins stated for a period of late; which costs they count is the claims' own"
    return [Fact("gross_margin_claimed", span, "ratio", IntervalKind.CLAIM_RANGE, ids, words)]


def _subscription_share(book: Book, entity: str) -> Fact | None:
    """The part of sales that is subscriptions: stated, or what usage leaves."""
    claims = _actual(book, entity, "revenue.mix")
    for pattern, rest in ((_SUBSCRIPTION, False), (_USAGE, True)):
        told = [c for c in claims if pattern.search(c.qualifier("segment")) and 0 < c.quantity.value < 1]
        if not told:
            continue
        fact = _fact("subscription_share", newest(told, RECENT), "ratio", "the stated mix of revenue")
        if rest:
            low, high = 1 - fact.judgment.high, 1 - fact.judgment.low
            return Fact(
                fact.name,
                _uniform(low, high),
                "ratio",
                fact.kind,
                fact.claims,
                "what the stated usage leaves",
                fact.about,
            )
        return fact
    return None


def _rounds(book: Book, entity: str) -> list[Fact]:
    """Rounds a year and months since the last one, from closed rounds with money in the last two years."""
    closed = [
        r
        for r in book.rounds
        if r.entity == entity and r.status == "closed" and r.raised is not None and r.date is not None
    ]
    if not closed or book_day(book) is None:
        return []
    today = book_day(book) or date.min
    days = [r.date.middle for r in closed if r.date is not None and r.date.middle <= today]
    recent = [d for d in days if d >= today - timedelta(days=730)]
    ids = tuple(sorted({claim for r in closed for claim in r.claims}))
    found = []
    if days:
        since = (today - max(days)).days / DAYS_A_MONTH
        found.append(_point("months_since_round_at_start", since, "months", ids, "the newest closed round"))
    if recent:
        pace = len(recent) / 2
        found.append(_point("rounds_per_year", pace, "1/yr", ids, "closed rounds of the last two years"))
    return found


def book_day(book: Book) -> date | None:
    """The last day the book knows."""
    days = [d for d in (book.newest, book.ends) if d]
    return max(days) if days else None


def newest(claims: Iterable[Claim], within: int) -> list[Claim]:
    """The newest claims and those whose subject lies at most some days behind."""
    listed = list(claims)
    last = max(_day(c) for c in listed)
    return [c for c in listed if _day(c) >= last - timedelta(days=within)]


def _fact(name: str, claims: list[Claim], unit: str, words: str) -> Fact:
    """A range over statements: floors count only by the highest of them, since all of them hold."""
    floors = [c.quantity.value for c in claims if c.quantity.relation.is_floor]
    plain = [
        c.quantity.bounds
        for c in claims
        if not (c.quantity.relation.is_floor or c.quantity.relation.is_ceiling)
    ]
    ends = [end for pair in plain for end in pair] + ([max(floors)] if floors else [])
    ends = ends or [c.quantity.value for c in claims]
    low = max([min(ends), *floors])
    ids = tuple(sorted(c.id for c in claims))
    judgment = _uniform(low, max(ends))
    return Fact(name, judgment, unit, IntervalKind.CLAIM_RANGE, ids, words, max(_day(c) for c in claims))


def _uniform(low: float, high: float) -> Judgment:
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        return Judgment("point", low, low, f"{low:g}")
    return Judgment("uniform", low, high, f"uniform({low:g}, {high:g})")


def _point(name: str, value: float, unit: str, claims: tuple[str, ...], words: str) -> Fact:
    return Fact(
        name, Judgment("point", value, value, f"{value:g}"), unit, IntervalKind.CLAIM_RANGE, claims, words
    )


def _actual(book: Book, entity: str, metric: str) -> list[Claim]:
    return [
        c for c in book.claims if c.entity == entity and c.metric == metric and c.modality is Modality.ACTUAL
    ]


def _part_of_the_whole(claim: Claim) -> bool:
    return any(key not in FREE_KEYS for key, _ in claim.qualifiers)


def _day(claim: Claim) -> date:
    """The middle of what a claim is about, no later than the day it was known."""
    if claim.period is None:
        return claim.known or date.min
    period = claim.period
    middle = period.cut(claim.known).middle if isinstance(period, Instant) else period.end
    return min(middle, claim.known) if claim.known else middle
