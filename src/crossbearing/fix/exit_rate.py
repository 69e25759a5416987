"""The run rate at the end of a period that a stated revenue of the period implies."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from crossbearing.fix.align import Aligned, align
from crossbearing.fix.assemble import LEVELS, observation_of
from crossbearing.fix.cache import fitted
from crossbearing.fix.dependence import collapse, parts_of
from crossbearing.fix.fixed import Fixed, Triple, triple
from crossbearing.fix.observe import Evidence, Reading, operators
from crossbearing.problems import Refusal
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Modality
from crossbearing.vocabulary.period import DAYS_A_YEAR, Duration

PLANNED = (Modality.FORECAST, Modality.TARGET, Modality.ACTUAL)
TAKEN_AT_ITS_WORD = 0.03  # error left to a figure that is supposed to come true
NO_DOUBT = 1e-6


@dataclass(frozen=True)
class Exit:
    """What a stated revenue of a period implies for its end, if it comes true.

    Attributes:
        claim: Id of the claim; empty where the figure is the user's own.
        says: The figure as written.
        revenue: In money.
        modality: Of the claim.
        trailing: 5, 50 and 95 % of the mean rate of the last 28 days of the period, in money a year.
        on_the_day: The same of the rate on its last day.
        against_flat: The revenue if the rate stayed where the last claim leaves it, in money: 5, 50 and 95 %.
        expected: Revenue of the period by the position alone, in money: 5, 50 and 95 %.
    """

    claim: str
    says: str
    revenue: float
    modality: str
    trailing: Triple
    on_the_day: Triple
    against_flat: Triple
    expected: Triple


def stated_for(book: Book, entity: str, period: Duration) -> list[Claim]:
    """Claims of an entity's whole recognised revenue over exactly one period, each statement once."""
    found = [
        c
        for c in book.claims
        if c.entity == entity
        and c.metric == LEVELS[1]
        and c.modality in PLANNED
        and isinstance(c.period, Duration)
        and (c.period.start, c.period.end) == (period.start, period.end)
        and not parts_of(c)
    ]
    return [s.claim for s in collapse(found)]


def implied_exit(book: Book, fix: Fixed, claim: Claim, seed: int, *, mine: bool = False) -> Exit:
    """The run rate at the end of a claim's period if the claim comes true: the position fitted again with it as a fact.

    Args:
        book: The book as known.
        fix: The position without the claim.
        claim: Recognised revenue of a period.
        seed: Seed of the random numbers.
        mine: Whether the figure is the user's own and no claim of the book.

    Raises:
        Refusal: The claim cannot be read on the position's presentation, or lies where the fit cannot be trusted.
    """
    supposed = replace(claim, modality=Modality.ACTUAL)
    item = align(collapse([supposed])[0], book)
    if isinstance(item, str):
        raise Refusal(f"{fix.entity}: {claim.id} implies no exit run rate", item)
    reading = _read(book, fix, item)
    if isinstance(reading, str):
        raise Refusal(f"{fix.entity}: {claim.id} implies no exit run rate", reading)
    observation = replace(observation_of(item, reading), sd=TAKEN_AT_ITS_WORD, outlier=NO_DOUBT)
    model = fix.assembly.model
    others = tuple(o for o in model.observations if o.name != claim.id)
    scalars = {**model.scalars, **reading.scalars}
    posterior = fitted(replace(model, observations=(*others, observation), scalars=scalars), seed)
    if not posterior.is_trusted:
        raise Refusal(
            f"{fix.entity}: revenue of {claim.quantity} over {claim.period} is outside what the claims allow",
            f"k-hat {posterior.khat:.2f}, effective sample size {posterior.ess:.0f}, claim {claim.id}",
            f"look at it with `xb trace {claim.id}`",
        )
    if_true = replace(fix, posterior=posterior)
    assert item.span is not None
    first, after = item.span
    years = (after - first) / DAYS_A_YEAR
    return Exit(
        "" if mine else claim.id,
        str(claim.quantity),
        claim.quantity.value,
        str(claim.modality),
        triple(if_true.trailing(np.array([after]))[:, 0], posterior.weights),
        triple(if_true.mean_rate(after - 0.5, after), posterior.weights),
        _flat(fix, first, after),
        triple(fix.mean_rate(first, after) * years, fix.posterior.weights),
    )


def _read(book: Book, fix: Fixed, item: Aligned) -> Reading | str:
    """What the claim says of the path, by the operator of recognised revenue."""
    evidence = Evidence(
        book=book,
        paths=(fix.entity,),
        bases={fix.entity: fix.basis},
        kept={fix.entity: fix.kept[max(fix.kept)]} if fix.kept else {},
    )
    return operators()[LEVELS[1]](item, evidence)


def _flat(fix: Fixed, first: float, after: float) -> Triple:
    """Revenue of a period if the trailing rate stays, from the last claim on, where that claim leaves it."""
    last = min(max(fix.span[1], first), after)
    held = fix.trailing(np.array([last]))[:, 0] * (after - last)
    before = fix.mean_rate(first, last) * (last - first) if last > first else 0.0
    return triple((held + before) / DAYS_A_YEAR, fix.posterior.weights)
