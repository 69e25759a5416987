"""What nobody says: quantities an analyst needs for which a company has no statement of fact, and whom to ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from crossbearing.check.standing import period_end
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Modality

NEEDED = (
    (
        "cash.balance",
        "runway and solvency cannot be computed",
        "finance: balance sheet, restricted cash, undrawn facilities",
    ),
    (
        "revenue.mix",
        "the bridge from gross to net rests on guesses about channels",
        "finance: sales by channel, and who is principal in each",
    ),
    (
        "cost.partner_fees",
        "fees paid to distribution partners decide net sales",
        "finance: fee schedule and where it stands in the accounts",
    ),
    (
        "margin.gross",
        "profit quality cannot be judged",
        "finance: cost of revenue by kind, with partner fees and free users stated",
    ),
    (
        "retention.net_dollar",
        "growth cannot be split into old and new customers",
        "sales operations: cohort table by quarter of first purchase",
    ),
    ("retention.gross_dollar", "churn hides behind expansion", "sales operations: renewals by cohort"),
    ("cash.burn", "funding need cannot be dated", "finance: operating cash flow and capital expenditure"),
    ("headcount", "sales a head and the pace of hiring are unknown", "people team"),
    (
        "customers.count",
        "concentration and breadth are unknown",
        "sales operations: customers by annual spend",
    ),
    (
        "compute.power_online",
        "sales per unit of capacity are unknown",
        "infrastructure: power in use, contracted and firm",
    ),
)
STALE_DAYS = 365


@dataclass(frozen=True, slots=True)
class Unknown:
    """A quantity nobody states, or nobody has stated for a year.

    Attributes:
        entity, metric: What is missing.
        label: The metric in words.
        why: What cannot be computed without it.
        ask: Whom to ask, and for what.
        last: Subject date of the newest statement of fact, or None where there never was one.
        claims: Forecasts, estimates or stale statements that exist instead.
    """

    entity: str
    metric: str
    label: str
    why: str
    ask: str
    last: date | None
    claims: tuple[str, ...]


def unknowns(book: Book, entities: Iterable[str], today: date) -> tuple[Unknown, ...]:
    """What is missing for each company, in the order of need.

    Args:
        book: The book, already cut to the knowledge date.
        entities: Canonical names.
        today: Knowledge date against which age is measured.
    """
    found = []
    for entity in entities:
        for metric, why, ask in NEEDED:
            if metric not in book.registry:
                continue
            stated = [c for c in book.claims if c.entity == entity and c.metric == metric]
            ends = [end for c in stated if c.modality is Modality.ACTUAL and (end := period_end(c.period))]
            last = max(ends, default=None)
            if last is None or last < today - timedelta(days=STALE_DAYS):
                label = book.registry[metric].label
                found.append(Unknown(entity, metric, label, why, ask, last, tuple(c.id for c in stated)))
    return tuple(found)
