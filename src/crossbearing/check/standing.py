"""What stands now: for one entity, metric and basis, the newest statements of fact, one an origin. No statistics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Modality
from crossbearing.vocabulary.lineage import Lineage
from crossbearing.vocabulary.period import Instant, Period

WHOLE = {
    "adjusted_for",
    "by",
    "interested",
    "measure",
    "method",
    "precision",
    "window",
    "margin_definition",
    "plan_vintage",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest statements about one quantity.

    Attributes:
        entity, metric, basis: What it is about.
        claims: One claim an origin, newest subject first.
        low, high: Smallest and largest figure among them, in base units: a claim range, no probability statement.
        unit: Symbol of the base unit.
        about: Last day the newest claim is about.
        known: Day on which the newest of them became known.
        lineage: The claims.
    """

    entity: str
    metric: str
    basis: str
    claims: tuple[Claim, ...]
    low: float
    high: float
    unit: str
    about: date | None
    known: date | None
    lineage: Lineage


def standing(
    book: Book, entity: str, metric: str, basis: str | None, *, within_days: int = 45
) -> Standing | None:
    """The newest statements of fact in the commonest currency, and the range they span; None where nothing is claimed.

    Args:
        book: The book, already cut to the knowledge date.
        entity: Canonical name.
        metric: Canonical id.
        basis: Presentation, or None for any.
        within_days: How far behind the newest a statement's subject date may lie to stand beside it.
    """
    candidates = [c for c in book.claims if _fits(c, entity, metric, basis)]
    if not candidates:
        return None
    money = Counter(c.unit.currency for c in candidates)
    most = min(money, key=lambda name: (-money[name], name != book.currency, name))
    candidates = [c for c in candidates if c.unit.currency == most]
    newest = max(subject_end(c) for c in candidates)
    recent = [c for c in candidates if subject_end(c) >= newest - timedelta(days=within_days)]
    kept = sorted(one_an_origin(recent), key=lambda c: (subject_end(c), c.known or date.min), reverse=True)
    figures = [v for c in kept for v in (c.quantity.low, c.quantity.high, c.quantity.value) if v is not None]
    return Standing(
        entity=entity,
        metric=metric,
        basis=basis or "any",
        claims=tuple(kept),
        low=min(figures),
        high=max(figures),
        unit=kept[0].unit.symbol,
        about=newest if newest != date.min else None,
        known=max((c.known for c in kept if c.known), default=None),
        lineage=Lineage(tuple(sorted(c.id for c in kept))),
    )


def one_an_origin(claims: Iterable[Claim]) -> list[Claim]:
    """One claim for each origin and figure: the earliest known, so that a copy never stands beside its original."""
    first: dict[tuple[str, float], Claim] = {}
    for claim in sorted(claims, key=lambda c: (c.known or date.max, c.id)):
        first.setdefault((claim.origin or claim.source, claim.quantity.value), claim)
    return list(first.values())


def subject_end(claim: Claim) -> date:
    """Last day a claim is about, no later than the day it was known; the earliest possible day where unknown."""
    end = period_end(claim.period)
    if end is None:
        return claim.known or date.min
    return min(end, claim.known) if claim.known and isinstance(claim.period, Instant) else end


def period_end(period: Period | None) -> date | None:
    """Last day of an instant or duration, or None."""
    if period is None:
        return None
    return period.last if isinstance(period, Instant) else period.end


def _fits(claim: Claim, entity: str, metric: str, basis: str | None) -> bool:
    return (
        claim.entity == entity
        and claim.metric == metric
        and claim.modality is Modality.ACTUAL
        and (basis is None or claim.basis == basis)
        and all(key in WHOLE for key, _ in claim.qualifiers)
    )
