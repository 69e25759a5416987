"""The commitment ledger: what a company must buy, in power and money by month, from the rows of commitments.csv.

Contracts of one overlap group may be parts of one another: within a group the largest counts, never the sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from crossbearing.vocabulary.book import Amount, Book, Commitment
from crossbearing.vocabulary.quantity import Relation
from crossbearing.vocabulary.unit import PERIODS_A_YEAR

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = re.compile(r"(?P<n>[0-9]+(?:\.[0-9]+)?)\s*[- ]?(?P<unit>year|month|yr)s?\b", re.IGNORECASE)
_UNTIL = re.compile(
    r"\b(?:to|until|through)\s+(?:(?P<month>[A-Za-z]{3})[a-z]*\s+)?(?P<year>[0-9]{4})(?:-(?P<number>[0-9]{2}))?"
)
_NOTICE = re.compile(r"(?P<n>[0-9]+)\s*(?P<unit>day|month)s?", re.IGNORECASE)
DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Contract:
    """One purchase commitment, its words read as numbers where they give them.

    Attributes:
        id: Of the row.
        supplier: Counterparty as written.
        kind: compute, cloud, chips or power.
        firm: Whether the money is owed; otherwise it is an option, a ceiling or a letter of intent.
        sureness: How much of the power is promised: firm, up_to, option, loi or unknown.
        power: Contracted power in W, or None.
        money_a_month: Contracted money a month in the book's currency, or None where the term or the money is not stated.
        money: Contracted money in total, or None.
        start: Months from the start of the outlook to the first delivery; negative where it has begun.
        term: Months from the first delivery to the end, or None.
        ramp: Months from the first delivery to full power, or None.
        floor: Take-or-pay share, or None.
        cancellable: Share that can be left, or None.
        notice: Months of notice, or None.
        group: Overlap group; the id of the row where it stands alone.
        claims: Claims it rests on.
    """

    id: str
    supplier: str
    kind: str
    firm: bool
    sureness: str
    power: float | None
    money_a_month: float | None
    money: float | None
    start: float
    term: float | None
    ramp: float | None
    floor: float | None
    cancellable: float | None
    notice: float | None
    group: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Contracts of a company, and rows that are no purchase, with the reason.

    Attributes:
        contracts: What it pays for.
        aside: Row id to why it is not in the schedule: money comes in, or the direction is not stated.
    """

    contracts: tuple[Contract, ...]
    aside: tuple[tuple[str, str], ...]

    @property
    def suppliers(self) -> tuple[str, ...]:
        """Suppliers by name."""
        return tuple(sorted({c.supplier for c in self.contracts}))


def ledger_of(book: Book, entity: str, origin: date) -> Ledger:
    """The commitments of a company as contracts, in months from a day.

    Args:
        book: The book as known.
        entity: Canonical name.
        origin: First day of the outlook.
    """
    rows = [c for c in book.commitments if c.entity == entity]
    aside = [(r.id, reason) for r in rows if (reason := _aside(r))]
    left_out = {row_id for row_id, _ in aside}
    contracts = [_contract(r, origin) for r in rows if r.id not in left_out]
    return Ledger(tuple(contracts), tuple(aside))


def _aside(row: Commitment) -> str:
    if row.direction == "receives":
        return "money comes in: not a purchase"
    if row.direction != "pays":
        return "who pays whom is not stated"
    if row.power is None and row.money is None:
        return "neither power nor money is stated"
    if row.start is None:
        return "no start is stated"
    return ""


def _contract(row: Commitment, origin: date) -> Contract:
    assert row.start is not None
    start = (row.start.middle - origin).days / DAYS_A_MONTH
    term = months_of_term(row.term, row.start.middle)
    whole, monthly = _money(row.money, term)
    ceiling = row.power is not None and row.power.quantity.relation is Relation.UP_TO
    return Contract(
        id=row.id,
        supplier=row.counterparty,
        kind=row.kind,
        firm=row.firmness == "firm",
        sureness="up_to" if ceiling else row.firmness,
        power=row.power.quantity.value if row.power else None,
        money_a_month=monthly,
        money=whole,
        start=start,
        term=term,
        ramp=months_of_term(row.ramp, row.start.middle) if _LONG.search(row.ramp) else None,
        floor=row.take_or_pay,
        cancellable=row.cancellable_share,
        notice=months_of_notice(row.notice),
        group=row.overlap_group or row.id,
        claims=row.claims,
    )


def _money(money: Amount | None, term: float | None) -> tuple[float | None, float | None]:
    """Total and monthly money; one from the other where the term is stated."""
    if money is None:
        return None, None
    value = money.quantity.value
    if money.unit.per:
        monthly = value * PERIODS_A_YEAR[money.unit.per] / 12
        return (monthly * term if term else None), monthly
    return value, (value / term if term else None)


def months_of_term(text: str, start: date) -> float | None:
    """Months in words such as `10 years`, `36 months` or `to May 2029`; None where they give no length."""
    long = _LONG.search(text)
    if long:
        return float(long["n"]) * (1 if long["unit"].lower() == "month" else 12)
    until = _UNTIL.search(text)
    if not until:
        return None
    named = (until["month"] or "").lower()
    month = int(until["number"]) if until["number"] else _MONTHS.index(named) + 1 if named in _MONTHS else 12
    if not 1 <= month <= 12:
        return None
    months = (int(until["year"]) - start.year) * 12 + month - start.month + 1 - start.day / DAYS_A_MONTH
    return float(months) if months > 0 else None


def months_of_notice(text: str) -> float | None:
    """Months of notice in words such as `90 days, either side`."""
    found = _NOTICE.search(text)
    if not found:
        return None
    return float(found["n"]) / (DAYS_A_MONTH if found["unit"].lower() == "day" else 1)


def grouped(contracts: Iterable[Contract]) -> dict[str, tuple[Contract, ...]]:
    """Contracts by overlap group, in order."""
    found: dict[str, list[Contract]] = {}
    for contract in contracts:
        found.setdefault(contract.group, []).append(contract)
    return {group: tuple(members) for group, members in found.items()}


def with_term(contract: Contract, term: float) -> Contract:
    """The contract with a judged term where none is stated, its monthly money following."""
    if contract.term is not None:
        return contract
    monthly = contract.money / term if contract.money is not None else contract.money_a_month
    return replace(contract, term=term, money_a_month=monthly)
