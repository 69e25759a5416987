"""The cap table of a book as share classes for the waterfall; nothing unknown is taken as zero."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from crossbearing.problems import Refusal
from crossbearing.value.waterfall import ShareClass
from crossbearing.vocabulary.book import Book, Round
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.lineage import Lineage
from crossbearing.vocabulary.quantity import Quantity, parse_quantity
from crossbearing.vocabulary.unit import parse_unit

_MULTIPLE = re.compile(r"(?:capped?\s+(?:at\s+)?)?([0-9]+(?:\.[0-9]+)?)\s*x")
_NONE = ("none", "no", "non-participating")
_FULL = ("full", "participating", "yes")
_COMMON = ("common", "ordinary", "class a common", "class b common")


@dataclass(frozen=True, slots=True)
class CapTable:
    """Share classes of one company.

    Attributes:
        classes: In the order of the table, later rounds senior where the book does not rank them equal.
        fully_diluted: Sum of all classes.
        lineage: Claims and table rows behind it.
        needs: What is missing; the classes are then not to be used.
    """

    classes: tuple[ShareClass, ...]
    fully_diluted: float
    lineage: Lineage
    needs: tuple[str, ...] = ()


def cap_table(book: Book, entity: str) -> CapTable:
    """The share classes a book states for a company.

    Raises:
        Refusal: The classes do not add up to the fully diluted count, or a currency differs from another.
    """
    rounds = [r for r in book.rounds if r.entity == entity and r.status == "closed"]
    if not rounds:
        return CapTable((), 0.0, Lineage(), (f"captable rows of {entity}",))
    needs = [need for r in rounds for need in _lacking(r)]
    claims = tuple(sorted({c for r in rounds for c in r.claims}))
    secrecy = max((r.visibility for r in rounds), key=lambda v: v.rank)
    lineage = Lineage(claims, tuple(sorted(f"captable {r.id}" for r in rounds)), visibility=secrecy)
    if needs:
        return CapTable((), 0.0, lineage, tuple(needs))
    _one_currency(rounds)
    classes = tuple(_share_class(r, rank) for rank, r in enumerate(rounds))
    total = sum(c.shares for c in classes)
    _adds_up(rounds, total)
    return CapTable(classes, total, lineage)


def _lacking(deal: Round) -> list[str]:
    """Terms of a round the waterfall needs and the book does not state."""
    what = f"of round {deal.name or deal.id}"
    lacks = [] if deal.shares else [f"shares {what}"]
    if _is_common(deal):
        return lacks
    if deal.raised is None and deal.price_per_share is None:
        lacks.append(f"money raised {what}")
    if deal.preference is None:
        lacks.append(f"preference {what}")
    lacks += [f"{word} {what}" for word in ("participation", "ratchet") if not getattr(deal, word).strip()]
    return lacks


def _is_common(deal: Round) -> bool:
    return deal.share_class.casefold() in _COMMON


def _share_class(deal: Round, rank: int) -> ShareClass:
    assert deal.shares is not None
    shares = deal.shares.quantity.value
    name = deal.share_class or deal.name
    if _is_common(deal):
        return ShareClass(name, shares)
    if deal.raised is not None:
        invested = deal.raised.quantity.value
    else:
        assert deal.price_per_share is not None
        invested = deal.price_per_share.quantity.value * shares
    preference = deal.preference or 0.0
    return ShareClass(
        name, shares, invested, preference, participation(deal), ratchet(deal), rank if preference else 0
    )


def participation(deal: Round) -> float:
    """Cap of a participating class as a multiple of the money paid: 0 for none, infinite for full.

    Raises:
        Refusal: The words of the cell are not known.
    """
    words = deal.participation.strip().casefold()
    if words in _NONE:
        return 0.0
    if words in _FULL:
        return math.inf
    return _multiple(deal, "participation", words)


def ratchet(deal: Round) -> float:
    """Value promised at a listing as a multiple of the money paid; 0 for none."""
    words = deal.ratchet.strip().casefold()
    return 0.0 if words in _NONE else _multiple(deal, "ratchet", words)


def _multiple(deal: Round, column: str, words: str) -> float:
    match = _MULTIPLE.fullmatch(words)
    if not match:
        raise Refusal(
            f"{deal.position or deal.id}: cannot read the {column} {words!r}",
            "terms enter the waterfall as figures",
            "write none, full or a multiple such as 2x"
            if column == "participation"
            else "write none or 1.2x",
        )
    return float(match[1])


def _one_currency(rounds: Sequence[Round]) -> None:
    amounts = [a for r in rounds for a in (r.raised, r.price_per_share, r.valuation) if a]
    found = {a.unit.currency for a in amounts if a.unit.currency}
    if len(found) > 1:
        raise Refusal(
            f"the cap table is in {' and '.join(sorted(found))}",
            "an exchange rate is a claim of its own, and none is assumed",
            "state every round in one currency",
        )


def _adds_up(rounds: Sequence[Round], total: float) -> None:
    """Refuse a table whose classes do not add up to the fully diluted count its newest row states."""
    stated = [(r, q) for r in rounds if (q := _count(r.fully_diluted))]
    if not stated:
        return
    deal, quantity = stated[-1]
    if abs(total - quantity.value) > quantity.half_unit + 1e-9 * total:
        raise Refusal(
            f"{deal.position or deal.id}: the classes add up to {total:,.0f} shares, fully diluted are {quantity.text}",
            "a share is in one class and all classes together are the company",
            "correct the counts, or add the class that is missing (options, pool)",
        )


def _count(text: str) -> Quantity | None:
    try:
        return parse_quantity(text, parse_unit("count"))
    except CellError:
        return None
