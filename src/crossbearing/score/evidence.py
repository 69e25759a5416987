"""Which claims tell the truth about a quantity at a time: comparable ones, the best evidence first, copies once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import PART_KEYS, Basis, Claim, Modality, Status
from crossbearing.vocabulary.period import Duration
from crossbearing.vocabulary.quantity import Quantity, Relation

# Keys that say how or on whose panel it is measured: another value is another method, and a break in a series.
METHODS = ("method", "measure", "margin_definition", "valuation_basis", "price_type", "threshold", "scope")
NEAR_DAYS = 3  # one figure is told for days so far apart
COPIED_DAYS = 150  # a statement is still printed as news so long after
STATED = (Basis.GROSS, Basis.NET)
TRUSTED = (Status.FILED, Status.AUDITED, Status.MEASURED, Status.COMPANY, Status.REPORTED, Status.LEAKED)
_GRADES = list(Status)


def grade(claim: Claim) -> tuple[bool, int]:
    """How good the evidence is, the smaller the better: disinterested first, then by who stands behind it."""
    return claim.qualifier("interested") == "yes", _GRADES.index(claim.status)


def known_by(claims: Iterable[Claim], day: date) -> list[Claim]:
    """Claims public at the end of a day; undated ones never are."""
    return [c for c in claims if c.known is not None and c.known <= day]


def time_of(claim: Claim) -> tuple[date, date] | None:
    """First and last day a claim may be about, none after it was known; None where it does not say."""
    period = claim.period
    if period is None:
        return None
    if isinstance(period, Duration):
        return period.start, period.end
    cut = period.cut(claim.known) if claim.modality is Modality.ACTUAL else period
    return cut.first, cut.last


def own_basis(book: Book, entity: str) -> Basis:
    """The presentation in which an entity's own revenue is told most often: what an unstated one is taken for."""
    said = Counter(
        c.basis
        for c in book.claims
        if c.entity == entity and c.basis in STATED and c.qualifier("interested") != "yes"
    )
    return max(sorted(said), key=lambda basis: said[basis]) if said else Basis.UNSPECIFIED


def basis_fits(claim: Claim, wanted: Basis | None, own: Basis) -> bool:
    """Whether a claim is on the presentation wanted; one that does not say is taken for the entity's own."""
    if wanted is None or wanted not in STATED or claim.basis is Basis.NOT_APPLICABLE:
        return True
    stated = claim.basis if claim.basis in STATED else own
    return stated in (wanted, Basis.UNSPECIFIED)


def is_about(claim: Claim, qualifiers: Iterable[tuple[str, str]]) -> bool:
    """Whether a claim carries the qualifiers asked for, and no part that was not asked for."""
    wanted = dict(qualifiers)
    carried = {**dict(claim.qualifiers), "status": str(claim.status)}
    if any(carried.get(key, "").casefold() != value.casefold() for key, value in wanted.items()):
        return False
    return not any(key in PART_KEYS and key not in wanted for key, _ in claim.qualifiers)


def method_of(claim: Claim) -> tuple[tuple[str, str], ...]:
    """How a figure is measured: figures of two methods are never scored against each other."""
    return tuple(pair for pair in claim.qualifiers if pair[0] in METHODS)


def extent(quantity: Quantity) -> tuple[float, float]:
    """Smallest and largest figure the words allow, rounding at most 5 % of the figure."""
    low, high = quantity.bounds
    if quantity.relation.is_floor or quantity.relation.is_ceiling or quantity.relation is Relation.BETWEEN:
        return low, high
    spread = min(quantity.value - low, (2 if quantity.relation is Relation.ABOUT else 1) * quantity.tolerance)
    return quantity.value - spread, quantity.value + spread


def same_statement(one: Claim, two: Claim) -> bool:
    """Whether two claims go back to one first report and print one figure: a copy, however late it is printed."""
    return _origin(one) == _origin(two) and one.quantity.value == two.quantity.value


def _origin(claim: Claim) -> str:
    return claim.origin or (claim.via[-1] if claim.via else claim.source)


@dataclass(frozen=True, slots=True)
class Truth:
    """What came out: the best claim about a quantity at a time, and what else was said of it.

    Attributes:
        claim: The best evidence.
        first, last: Days it may be about.
        others: Other claims about the same time, best first; copies of one statement are left out.
        restated: A later figure by as good a source for the same time, where there is one.
    """

    claim: Claim
    first: date
    last: date
    others: tuple[Claim, ...] = ()
    restated: Claim | None = None

    @property
    def middle(self) -> date:
        """The day half-way through what it is about."""
        return self.first + (self.last - self.first) / 2

    @property
    def value(self) -> float:
        """The figure as printed, in base units; the middle of a range and the bound of a bound."""
        return self.claim.quantity.value

    @property
    def is_bound(self) -> bool:
        """Whether only a bound is known, such as `over 30B`: the day it was passed, not the level."""
        return self.claim.quantity.relation.is_floor or self.claim.quantity.relation.is_ceiling


def truths(claims: Iterable[Claim]) -> list[Truth]:
    """What came out about one quantity on one method, in order of time: of claims about one time the best evidence.

    Args:
        claims: Comparable claims of one entity and metric. Forecasts, superseded figures and claims without a date are no truth;
            a superseded figure of the same source and time makes the figure a restatement.
    """
    usable = [
        c
        for c in claims
        if c.modality is Modality.ACTUAL and c.status in TRUSTED and time_of(c) and not grade(c)[0]
    ]
    ranked = sorted(
        usable, key=lambda c: (grade(c), _breadth(c), c.quantity.relation.is_floor, c.known or date.max, c.id)
    )
    found: list[list[Claim]] = []
    for claim in ranked:
        copied = (g for g in found if same_statement(g[0], claim) and _apart(g[0], claim) <= COPIED_DAYS)
        home = next(copied, None) or next((g for g in found if _one_time(g[0], claim)), None)
        if home is None:
            found.append([claim])
        else:
            home.append(claim)
    return sorted((_truth(group) for group in found), key=lambda t: (t.middle, t.claim.id))


def _truth(group: list[Claim]) -> Truth:
    best = group[0]
    times = time_of(best)
    assert times is not None
    others = [c for c in group[1:] if not same_statement(best, c)]
    restated = next(
        (
            c
            for c in others
            if grade(c) == grade(best)
            and c.basis is best.basis
            and (c.known or date.min) > (best.known or date.max)
        ),
        None,
    )
    return Truth(best, *times, tuple(others), restated)


def _breadth(claim: Claim) -> int:
    times = time_of(claim)
    return (times[1] - times[0]).days if times else 0


def _one_time(one: Claim, two: Claim) -> bool:
    """Whether two claims are about one time: equal spans, or the days of one within those of the other."""
    a, b = time_of(one), time_of(two)
    assert a is not None
    assert b is not None
    if isinstance(one.period, Duration) or isinstance(two.period, Duration):
        return (
            type(one.period) is type(two.period)
            and abs((a[0] - b[0]).days) <= 3
            and abs((a[1] - b[1]).days) <= 3
        )
    near = timedelta(days=NEAR_DAYS)
    narrow, wide = sorted((a, b), key=lambda days: days[1] - days[0])
    return wide[0] - near <= narrow[0] and narrow[1] <= wide[1] + near


def _apart(one: Claim, two: Claim) -> int:
    a, b = time_of(one), time_of(two)
    assert a is not None
    assert b is not None
    return abs(((a[0] - b[0]) + (a[1] - b[1])).days) // 2
