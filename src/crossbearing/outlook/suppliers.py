"""Suppliers of a company: how concentrated its contracts are, and what else each supplier is to it."""

from __future__ import annotations

from datetime import date

from crossbearing.outlook.findings import Concentration, Dependence
from crossbearing.outlook.ledger import Contract, Ledger, grouped
from crossbearing.vocabulary.book import Book, Relation

ROLES = {"invests_in": "investor", "distributes": "distributor", "owns": "owner", "partner_of": "partner"}


def concentration(book: Book, ledger: Ledger, entity: str, at: date, months: float) -> Concentration | None:
    """Shares of contracted power and money a year by supplier; of each overlap group the largest contract counts.

    Args:
        book: With the relations.
        ledger: The company's contracts.
        entity: Company.
        at: The day.
        months: From the start of the outlook to that day.
    """
    power: dict[str, float] = {}
    money: dict[str, float] = {}
    claims: dict[str, set[str]] = {}
    for members in grouped(ledger.contracts).values():
        running = [c for c in members if c.start <= months and (c.term is None or c.start + c.term > months)]
        if not running:
            continue
        _largest(running, power, money)
        for contract in running:
            claims.setdefault(contract.supplier, set()).update(contract.claims)
    if not claims:
        return None
    found = [_dependence(book, entity, s, power, money, claims[s]) for s in claims]
    found.sort(key=lambda d: (-(d.money or 0) - (d.power or 0), d.supplier))
    circles = tuple(d.supplier for d in found if "investor" in d.roles or "owner" in d.roles)
    return Concentration(at, tuple(found), _hhi(power), _hhi(money), circles)


def _largest(running: list[Contract], power: dict[str, float], money: dict[str, float]) -> None:
    for amounts, stated in (
        (power, [(c.power, c.supplier) for c in running if c.power]),
        (money, [(c.money_a_month, c.supplier) for c in running if c.money_a_month]),
    ):
        if stated:
            most, supplier = max(stated)
            amounts[supplier] = amounts.get(supplier, 0.0) + most


def _hhi(amounts: dict[str, float]) -> float | None:
    """The Herfindahl-Hirschman index: the sum of squared shares."""
    total = sum(amounts.values())
    return sum((v / total) ** 2 for v in amounts.values()) if total else None


def _dependence(
    book: Book, entity: str, supplier: str, power: dict[str, float], money: dict[str, float], claims: set[str]
) -> Dependence:
    parties = {part.strip() for part in supplier.split(";")}
    tied = [r for r in book.relations if {r.giver, r.taker} & parties and entity in (r.giver, r.taker)]
    roles = sorted({role for r in tied if (role := _role(r, entity))})
    behind = claims | {claim for r in tied if _role(r, entity) for claim in r.claims}
    return Dependence(
        supplier, _share(power, supplier), _share(money, supplier), tuple(roles), tuple(sorted(behind))
    )


def _role(relation: Relation, entity: str) -> str:
    """What the other side is to the company besides its supplier."""
    if relation.kind == "competes_with":
        return "competitor"
    if relation.kind == "buys_from":
        return "customer" if relation.taker == entity else ""
    return ROLES.get(relation.kind, "") if relation.taker == entity else ""


def _share(amounts: dict[str, float], supplier: str) -> float | None:
    return amounts.get(supplier, 0.0) / sum(amounts.values()) if amounts else None
