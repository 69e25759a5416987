"""From positions to outlooks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from crossbearing.problems import Refusal, UsageError

if TYPE_CHECKING:
    from crossbearing.outlook.facts import Start
    from crossbearing.vocabulary.book import Book


def start_of(book: Book, entity: str, seed: int, *, reconciled: bool = True) -> Start | None:
    """Where the outlook of a company starts: the position's run rate and growth, or a range of claims where it refuses."""
    from crossbearing.fix.path import prior_of
    from crossbearing.fix.reconcile import joint_draws
    from crossbearing.growth.prior import GrowthPrior
    from crossbearing.outlook.facts import GROWTH_LOOKBACK, book_day, claimed_start, joint_start

    claimed = claimed_start(book, entity)
    day = book_day(book)
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
