"""Principal or agent, channel by channel: the three indicators of control as claims record them, and what is not recorded.

An entity is principal, and presents gross, where it controls the service before it is transferred. Three indicators support
that: who is primarily responsible for fulfilment, who bears inventory risk, who sets the price. None decides alone.
Source: ASC 606-10-55-36 to 55-40.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crossbearing.fix.align import why_not_past
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim

METRIC = "presentation.principal"
INDICATORS = {
    "fulfilment": "who is primarily responsible for fulfilment (55-39a)",
    "inventory": "who bears inventory risk (55-39b)",
    "pricing": "who sets the price (55-39c)",
}
SPEAKS = ("revenue.mix", "cost.partner_fees", "cost.partner_profit_share", METRIC)


@dataclass(frozen=True)
class Channel:
    """One channel of an entity.

    Attributes:
        name: As the book writes it.
        presentation: gross or net as recorded in the book; empty where nothing is.
        indicators: Claims by indicator, each with the verdict it points to.
        points_to: principal, agent, mixed, or not recorded.
        missing: Indicators nobody speaks of, in words.
        relation: How the partner is related, as recorded; empty for a channel that is no partner.
    """

    name: str
    presentation: str
    indicators: tuple[tuple[str, str, str], ...]
    points_to: str
    missing: tuple[str, ...]
    relation: str = ""


def channels(book: Book, entity: str) -> tuple[Channel, ...]:
    """Every channel of an entity that the book names, with the evidence on who controls the service there."""
    known = book.entities.get(entity)
    shown = {name: str(basis) for name, basis in (known.presentation if known else {}).items()}
    sells = {
        r.giver: f"distributes, exclusive: {r.exclusive}"
        for r in book.relations
        if r.kind == "distributes" and r.taker == entity
    }
    mine = [c for c in book.claims if c.entity == entity and c.metric in SPEAKS and not why_not_past(c)]
    named = {c.qualifier("channel") for c in mine} - {""}
    names = dict.fromkeys((*shown, *sorted(sells), *sorted(named)))
    return tuple(_channel(name, shown.get(name, ""), sells.get(name, ""), mine) for name in names)


def _channel(name: str, presentation: str, relation: str, claims: Iterable[Claim]) -> Channel:
    told = [c for c in claims if c.metric == METRIC and c.qualifier("channel") == name]
    found = tuple(
        (c.qualifier("indicator"), c.id, _verdict(c.quantity.value)) for c in sorted(told, key=lambda c: c.id)
    )
    spoken = {indicator for indicator, _, _ in found}
    verdicts = {verdict for _, _, verdict in found}
    points = "not recorded" if not verdicts else verdicts.pop() if len(verdicts) == 1 else "mixed"
    missing = tuple(words for key, words in INDICATORS.items() if key not in spoken)
    return Channel(name, presentation, found, points, missing, relation)


def _verdict(value: float) -> str:
    if value > 0.5:
        return "principal"
    return "agent" if value < 0.5 else "mixed"
