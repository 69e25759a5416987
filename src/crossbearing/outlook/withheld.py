"""A claim held back and predicted: the outlook starts where its period starts, from the book without it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from crossbearing.outlook.claimed import NEEDED, judged, simulated
from crossbearing.outlook.facts import Start
from crossbearing.outlook.findings import ClaimChance
from crossbearing.outlook.labels import RECORDED
from crossbearing.outlook.prepare import Ready, Setting, prepare
from crossbearing.outlook.summary import draws_of, month_ends
from crossbearing.problems import UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.period import Duration


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is asked of a claim that is held back.

    Attributes:
        claim: The claim.
        book: The book without it and without what repeats it.
        origin: First day of its period.
        months: From there to its end.
        left_out: Ids of the claims held back with it.
    """

    claim: Claim
    book: Book
    origin: date
    months: int
    left_out: tuple[str, ...]


def held_back(book: Book, claim_id: str) -> Withheld:
    """The book without a claim, and the span to predict it over.

    Raises:
        UsageError: There is no such claim, or it states nothing over a period.
    """
    claim = next((c for c in book.claims if c.id == claim_id), None)
    if claim is None:
        raise UsageError(f"no claim {claim_id}", "", "see `xb claims`")
    period = claim.period
    if not isinstance(period, Duration):
        raise UsageError(
            f"{claim_id} is about {period}, not about a period",
            "",
            "hold back a claim of a quarter or a year",
        )
    same = tuple(
        c.id
        for c in book.claims
        if (c.entity, c.metric) == (claim.entity, claim.metric)
        and isinstance(c.period, Duration)
        and (c.period.start, c.period.end) == (period.start, period.end)
    )
    origin = period.start.replace(day=1)
    months = (period.end.year - origin.year) * 12 + period.end.month - origin.month + 1
    rest = replace(book, claims=tuple(c for c in book.claims if c.id not in same))
    return Withheld(claim, rest, origin, months, same)


def predicted(
    withheld: Withheld, setting: Setting, start: Start | None
) -> tuple[ClaimChance, tuple[str, ...]]:
    """The predicted range and the place of the claim in it, as it comes out, and assumptions judged with the claim in view.

    Raises:
        UsageError: The quantity the claim states is not simulated, or cannot be.
    """
    claim = withheld.claim
    then = replace(setting, book=withheld.book, origin=withheld.origin, months=withheld.months)
    ready = prepare(then, claim.entity, start)
    values = draws_of(ready, then, (*RECORDED, *NEEDED))
    drawn = simulated(claim, values, month_ends(then.origin, then.months))
    if drawn is None:
        raise UsageError(
            f"{claim.metric} of {claim.entity} is not simulated",
            "",
            "hold back a claim of sales, profit or cost",
        )
    words = withheld.book.registry[claim.metric].label
    return judged(claim, drawn, words), in_view(ready, withheld.left_out)


def in_view(ready: Ready, claims: Collection[str]) -> tuple[str, ...]:
    """Assumptions the simulation reads whose reasons cite one of the claims: with them a prediction is not blind."""
    found = [i.lineage for name, i in ready.inputs.table.items() if name in ready.run.given]
    return tuple(a for one in found if set(one.claims) & set(claims) for a in one.assumptions)
