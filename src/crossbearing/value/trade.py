"""The trade in hand, from its terms to its pay-off table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from crossbearing.problems import UsageError
from crossbearing.value.entry import (
    Odds,
    PayOff,
    Trade,
    break_even,
    odds,
    pay_off,
    per_share,
    stack,
)
from crossbearing.value.ipo import Listing, listing_day
from crossbearing.value.ladder import Exits
from crossbearing.value.term import Term, combine


@dataclass(frozen=True, slots=True)
class TradeResult:
    """The trade in hand.

    Attributes:
        trade: Its terms.
        stack: From headline to effective price.
        per_share: Effective price of one underlying share.
        pay_offs: By outcome.
        odds: By bear outcome, two-point.
        break_even: Listing value for a zero return.
        break_even_hurdle: Listing value for the hurdle.
        break_even_share: The first as a price a share.
        listing_day: Pay-off at the prices of the listing; empty before there are any.
    """

    trade: Trade
    stack: tuple[Term, ...]
    per_share: Term
    pay_offs: tuple[PayOff, ...]
    odds: tuple[Odds, ...]
    break_even: Term
    break_even_hurdle: Term
    break_even_share: Term
    listing_day: tuple[PayOff, ...]

    @property
    def effective(self) -> Term:
        """The effective price; the headline where the holding is direct."""
        return next((t for t in self.stack if t.name == "stack.effective"), self.stack[0])


def traded(trade: Trade, views: Exits, shares: Term, offer: Listing | None, at: date) -> TradeResult:
    """Everything a buyer asks of a trade.

    Args:
        trade: Its terms; the entry is a valuation of the whole company.
        views: Outcomes it is held against.
        shares: Fully diluted shares.
        offer: Terms of the listing, or None before there are any.
        at: Day of the purchase.

    Raises:
        Refusal: Currencies differ, the entry is not above zero, or the bull case is not above the bear case.
    """
    rungs = stack(trade)
    even = break_even(trade)
    outcomes = (*views.bears, *((views.bull,) if views.bull.value is not None else ()))
    effective = next((t for t in rungs if t.name == "stack.effective"), rungs[0])
    return TradeResult(
        trade,
        rungs,
        per_share(effective, shares),
        tuple(pay_off(trade, o) for o in outcomes),
        tuple(odds(trade, views.bull, bear) for bear in views.bears),
        even,
        break_even(trade, trade.hurdle),
        per_share(even, shares),
        listing_day(trade, offer, at) if offer else (),
    )


def whole_company(entry: Term, shares: Term) -> Term:
    """A price as a valuation of the whole company: a price a share times the fully diluted count, a valuation as it is.

    Raises:
        UsageError: The price is neither money nor money a share.
    """
    if entry.unit.endswith("/share"):
        unit = entry.unit.removesuffix("/share")
        how = "price a share x fully diluted shares"
        return combine(
            entry.name, f"{entry.label} x fully diluted shares", unit, how, lambda p, n: p * n, entry, shares
        )
    if "/" in entry.unit:
        raise UsageError(f"an entry price is not in {entry.unit}", "", "write 900B, or 120/share")
    return entry


def trade_terms(result: TradeResult) -> Iterator[Term]:
    """Every figure of a trade."""
    yield from (*result.stack, result.per_share)
    for row in (*result.pay_offs, *result.listing_day):
        yield from (row.outcome, row.undiluted, row.diluted, row.net, row.expected, row.annualised)
    for o in result.odds:
        yield from (o.zero, o.hurdle, o.zero_undiluted, o.hurdle_undiluted, o.bull_at_even)
    yield from (result.break_even, result.break_even_hurdle, result.break_even_share)
