"""Revenue for prices to be divided by: the position asked anew, or what a page has already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from crossbearing.pipeline import position
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Visibility

if TYPE_CHECKING:
    from crossbearing.publish.report.content import Sales
    from crossbearing.value.sales import Estimate, SalesAt
    from crossbearing.value.valuation import Valuation


def sales_at(book: Book, seed: int) -> SalesAt:
    """The position as prices are divided by it: quantiles of one revenue figure at one time, or why there is none."""
    from crossbearing.fix.bridge import bridge
    from crossbearing.value.sales import NET_TO_GROSS, from_log_ratio, from_series
    from crossbearing.vocabulary.lineage import Lineage

    @cache
    def read(entity: str, metric: str, basis: str, at: str) -> Estimate | str:
        try:
            if metric == NET_TO_GROSS:
                found = bridge(book, entity, date.fromisoformat(at), seed)
                ids = sorted({c for h in found.heard for c in h.voice.claims})
                claims = [c for i in ids if (c := book.claim(i))]
                secrecy = max((c.visibility for c in claims), key=lambda v: v.rank, default=Visibility.PUBLIC)
                lineage = Lineage(tuple(ids), ("credence of sources",), ("bridge",), secrecy)
                return from_log_ratio(*found.kept, entity, lineage, seed)
            series = position(book, entity, metric, at=(at,), basis=basis, seed=seed)
        except (Refusal, UsageError) as refused:
            return ": ".join(part for part in (refused.what, refused.why) if part)
        return from_series(series, series.points[-1])

    return read


def valuations(
    book: Book,
    companies: Iterable[str],
    today: date,
    as_of: date | None,
    seed: int,
    sales: Sequence[Sales] = (),
) -> tuple[Valuation, ...]:
    """Each company as a page shows it, the trade in hand being the price last talked about.

    Args:
        book: Cut to the knowledge date and visibility.
        companies: Canonical names.
        today: Day of the prices and of the revenue now.
        as_of: Knowledge date, or None for all that is known.
        seed: Of the random numbers.
        sales: Positions the page already has: prices are divided by these and by claims, and no other position is asked for.
    """
    from crossbearing.value.inputs import Inputs
    from crossbearing.value.tape import PriceType, priced
    from crossbearing.value.valuation import Question, valuation

    at_hand = _at_hand(sales)
    found = []
    for entity in companies:
        inputs = Inputs(book, entity, seed, ())
        value = valuation(book, entity, Question(at=today, as_of=as_of), inputs, at_hand)
        talked = [row for row in value.newest if row.type is PriceType.TALKS]
        if talked:
            entry = priced(talked[0]).named("entry", f"entry at {talked[0].label}")
            question = Question(at=today, as_of=as_of, entry=entry)
            value = valuation(book, entity, question, inputs, at_hand)
        found.append(value)
    return tuple(found)


def _at_hand(sales: Sequence[Sales]) -> SalesAt:
    """The run rates a page shows, by company, basis and day; silence about everything else."""
    from crossbearing.value.sales import from_series

    known = {
        (s.entity, s.series.metric, s.basis, p.at): (s.series, p)
        for s in sales
        if s.series is not None
        for p in s.series.points
    }

    def read(entity: str, metric: str, basis: str, at: str) -> Estimate | str:
        found = known.get((entity, metric, basis, at))
        return from_series(*found) if found else ""

    return read
