"""The operating margin that claims state, as a range: what the cost side of the outlook is held to at the start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim, Modality
from crossbearing.vocabulary.period import DAYS_A_YEAR, Duration

NEAR = (
    200  # days between the middle of a margin's period, or the day of a plan, and the newest day of the book
)
LONGEST = 370  # days of a period: sums over several years are no margin of today
TOLD = frozenset({"plan_vintage", "measure", "method", "by", "interested"})
ALIKE = frozenset({("margin_definition", "incl_free_users")})
PARTS = ("supplier", "counterparty", "segment")  # a part of the whole
MOST_LOSS = 3.0  # a gross margin below minus this is no margin of a business that sells
SPOKEN = (Modality.ACTUAL, Modality.FORECAST)


@dataclass(frozen=True, slots=True)
class Margin:
    """A stated operating margin.

    Attributes:
        low, high: Range of the margin.
        middle: Of its period.
        claims: Behind it.
        sales: Revenue of the period, annualised, from and to; None where only the margin is stated.
    """

    low: float
    high: float
    middle: date
    claims: tuple[str, ...]
    sales: tuple[float, float] | None = None


def stated_margins(book: Book, entity: str, today: date) -> list[Margin]:
    """Margins stated as such, and profits over the revenue stated for the same period.

    Plans count while they are fresh; a sum over several years does not.
    """
    found: list[Margin] = []
    for claim in book.claims:
        if claim.entity != entity or not usable(claim, today):
            continue
        assert isinstance(claim.period, Duration)
        low, high = claim.quantity.bounds
        if claim.metric == "margin.operating":
            found.append(Margin(low, high, claim.period.middle, (claim.id,)))
        elif claim.metric == "profit.operating":
            revenue = _revenue(book, claim)
            if revenue:
                ends = [profit / sales for profit in (low, high) for sales in revenue[:2]]
                sales = [r * DAYS_A_YEAR / claim.period.days for r in revenue[:2]]
                behind = (claim.id, *revenue[2])
                found.append(Margin(min(ends), max(ends), claim.period.middle, behind, (sales[0], sales[1])))
    return found


def stated_gross_margins(book: Book, entity: str, today: date) -> list[Margin]:
    """Gross margins stated of the whole company for a period of late, whatever costs they say they count.

    A margin of a part of the company, or with other users or costs left out than the simulation leaves out, is another quantity.
    """
    found = []
    for claim in book.claims:
        if claim.entity != entity or claim.metric != "margin.gross" or not usable(claim, today):
            continue
        if any(
            key not in TOLD and (key, value) not in ALIKE for key, value in claim.qualifiers
        ) or not isinstance(claim.period, Duration):
            continue
        low, high = claim.quantity.bounds
        found.append(Margin(max(low, -MOST_LOSS), min(high, 1.0), claim.period.middle, (claim.id,)))
    return found


def usable(claim: Claim, today: date) -> bool:
    """Whether a claim is of a period of late: told as it was, or planned not long ago."""
    period, known = claim.period, claim.known
    if claim.modality not in SPOKEN or not isinstance(period, Duration) or period.days > LONGEST:
        return False
    fresh = claim.modality is Modality.ACTUAL or (known is not None and (today - known).days <= NEAR)
    return fresh and abs((period.middle - today).days) <= NEAR and not _other_vintage(claim, today)


def _other_vintage(claim: Claim, today: date) -> bool:
    """Whether the plan behind a claim is old, however lately it was told."""
    year, _, month = claim.qualifier("plan_vintage").partition("-")
    if not (year.isdigit() and month[:2].isdigit()):
        return False
    return (today - date(int(year), max(1, min(12, int(month[:2]))), 1)).days > NEAR


def _revenue(book: Book, profit: Claim) -> tuple[float, float, tuple[str, ...]] | None:
    """Revenue stated for the period of a profit: the range over statements as recent as the profit's."""
    period = profit.period
    same = [
        c
        for c in book.claims
        if c.entity == profit.entity
        and c.metric == "revenue.recognised"
        and c.modality in SPOKEN
        and isinstance(c.period, Duration)
        and isinstance(period, Duration)
        and (c.period.start, c.period.end) == (period.start, period.end)
        and c.basis is not Basis.NET
        and c.quantity.value > 0
    ]
    newest = max((c.known for c in same if c.known), default=None)
    kept = [c for c in same if newest is None or (c.known and (newest - c.known).days <= NEAR)]
    if not kept:
        return None
    values = [c.quantity.value for c in kept]
    return min(values), max(values), tuple(sorted(c.id for c in kept))
