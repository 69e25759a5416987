"""From positions to outlooks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from crossbearing.problems import Refusal, UsageError

if TYPE_CHECKING:
    from crossbearing.outlook.facts import Start
    from crossbearing.outlook.findings import ClaimChance
    from crossbearing.outlook.prepare import Setting
    from crossbearing.vocabulary.book import Book


def start_of(
    book: Book, entity: str, seed: int, *, reconciled: bool = True, at: date | None = None
) -> Start | None:
    """Where the outlook of a company starts: the position's run rate and growth, or a range of claims where it refuses.

    Args:
        book: The book as known.
        entity: Company.
        seed: Of the random numbers.
        reconciled: From the position, not from claims alone.
        at: The day to start from; the last day the book knows by default.
    """
    from crossbearing.fix.path import prior_of
    from crossbearing.fix.reconcile import joint_draws
    from crossbearing.growth.prior import GrowthPrior
    from crossbearing.outlook.facts import GROWTH_LOOKBACK, book_day, claimed_start, joint_start

    claimed = claimed_start(book, entity)
    day = at or book_day(book)
    if claimed is None or day is None or not reconciled:
        return claimed
    days = [(day - timedelta(days=GROWTH_LOOKBACK)).isoformat(), day.isoformat()]
    basis = "net" if claimed.basis == "net" else "gross"
    prior = prior_of(GrowthPrior.load().process())
    try:
        found = joint_draws(
            book,
            entity,
            "revenue.run_rate",
            days,
            rate="instantaneous",
            basis=basis,
            seed=seed,
            prior=prior,
        )
    except (Refusal, UsageError) as refused:
        return replace(claimed, note=f"{claimed.note}: the position refused ({refused.what})")
    then, now = found.values
    return joint_start(
        now, then, found.weights, found.unit, found.interval_kind, found.lineage.claims, basis, day
    )


def withheld_claim(
    setting: Setting, claim_id: str, *, reconciled: bool = True
) -> tuple[ClaimChance, tuple[str, ...]]:
    """A claim predicted from the book without it, and the claims held back with it.

    Raises:
        UsageError: There is no such claim, or what it states is not simulated.
    """
    from crossbearing.outlook.withheld import held_back, predicted

    withheld = held_back(setting.book, claim_id)
    day = min(withheld.origin, setting.origin)
    start = start_of(withheld.book, withheld.claim.entity, setting.seed, reconciled=reconciled, at=day)
    return predicted(withheld, setting, start), withheld.left_out
