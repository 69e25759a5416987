"""Prices side by side: expected listing values, the football field, and what a listing or a sale leaves each class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from crossbearing.value.captable import CapTable
from crossbearing.value.inputs import Inputs
from crossbearing.value.ipo import Listing
from crossbearing.value.readings import Readings
from crossbearing.value.tape import PriceType, TapeRow, newest
from crossbearing.value.term import Term, combine, missing
from crossbearing.value.waterfall import liquidation, listing, ratchet_shares


@dataclass(frozen=True, slots=True)
class Exits:
    """Outcomes a trade is held against.

    Attributes:
        bears: Expected listing values as claimed: low end, middle and high end of a range, or the one figure.
        bull: The better case, a judgment.
    """

    bears: tuple[Term, ...]
    bull: Term


def exits(rows: Sequence[TapeRow], at: date, inputs: Inputs, currency: str) -> Exits:
    """Expected listing values known on a day, and the better case."""
    views = [r for r in newest(rows, at) if r.type is PriceType.BANKER]
    bears = tuple(end for row in views for end in ends(row))
    if not bears:
        need = f"a claim of valuation.ipo_estimate for {inputs.entity}"
        bears = (missing("exit.bear", "expected listing value", currency, need),)
    return Exits(bears, inputs.term("ipo_bull", "bull case at the listing", currency))


def ends(row: TapeRow) -> tuple[Term, ...]:
    """The ends and the middle of a price stated as a range, each a plain figure; the figure itself where it is none."""
    price = row.price
    if price.value is None or price.rounding or price.low is None or price.high is None:
        return (price,)
    span = [("low", price.low), ("middle", price.value), ("high", price.high)]
    half = (price.high - price.low - 2 * (price.value - price.low)) / 2
    return tuple(
        replace(
            price, name=f"{price.name}.{k}", label=f"{row.type}, {k}", value=v + half, low=None, high=None
        )
        for k, v in span
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the football field.

    Attributes:
        label: Kind of price and date.
        group: paid, asked or talked, expected, ratio, or trade.
        term: The figure with its range.
        note: What the bar is not.
        stale: Whether the price is old.
    """

    label: str
    group: str
    term: Term
    note: str = ""
    stale: bool = False


_NOTES = {
    PriceType.TALKS: "nobody has paid it",
    PriceType.TARGET: "nobody has paid it",
    PriceType.BID: "a bid is not a price",
    PriceType.ASK: "an ask is not a price",
    PriceType.MODEL: "a model's mark, not a trade",
    PriceType.SECONDARY: "whether anybody paid it is not said",
    PriceType.HYPOTHETICAL: "a supposition",
}


def bars(
    rows: Sequence[TapeRow],
    found: Readings,
    inputs: Inputs,
    entry: Term | None,
    offer: Listing | None,
    effective: Term | None,
) -> tuple[Bar, ...]:
    """The football field: prices by kind, never merged; value from the run rate; the trade in hand.

    Args:
        rows: The newest prices of each kind.
        found: Revenue figures.
        inputs: Judgments, for the multiple.
        entry: Headline price of the trade, or None.
        offer: Terms of the listing, or None.
        effective: Effective price of the trade, or None.
    """
    drawn = [Bar(r.label, group(r), r.price, _NOTES.get(r.type, ""), r.stale) for r in rows]
    if found.now is not None:
        ratio = inputs.term("multiple.run_rate", "multiple of the run rate (judgment)", "x")
        value = combine(
            "value.run_rate_multiple",
            f"{found.now.label} x multiple",
            found.now.term.unit.partition("/")[0],
            "run rate x multiple",
            lambda r, m: r * m,
            found.now.term,
            ratio,
        )
        drawn.append(
            Bar(f"{found.now.label}, at a judged multiple", "ratio", value, "a judgment, not a price")
        )
    if offer is not None:
        low, middle, high = offer.values
        span = replace(middle, low=low.value, high=high.value, rounding=False)
        drawn.append(Bar(f"price range of the listing, {offer.day}", "expected", span))
    if entry is not None:
        drawn.append(Bar("entry, headline", "trade", entry))
    if effective is not None:
        drawn.append(Bar("entry, effective", "trade", effective, "fees, first refusal and transfer risk in"))
    return tuple(drawn)


def base_of(found: Sequence[Bar]) -> Bar | None:
    """What the ladder is measured against: the entry, else the last priced round, else nothing."""
    for wanted in ("entry, headline", str(PriceType.ROUND)):
        for bar in found:
            if bar.label.startswith(wanted) and bar.term.value:
                return bar
    return None


def rungs(found: Sequence[Bar]) -> tuple[Term, ...]:
    """Each bar over the base of the ladder, less one."""
    base = base_of(found)
    if base is None:
        return ()
    return tuple(
        combine(
            f"rung.{bar.term.name}",
            f"{bar.label} against {base.label}",
            "return",
            "price / base - 1",
            lambda p, b: p / b - 1,
            bar.term,
            base.term,
            decimals=0,
        )
        for bar in found
        if bar is not base and bar.term.value is not None
    )


def group(row: TapeRow) -> str:
    """paid, expected, or asked or talked."""
    if row.type.is_paid:
        return "paid"
    return "expected" if row.type is PriceType.BANKER else "asked or talked"


@dataclass(frozen=True, slots=True)
class Shared:
    """What one exit leaves each class of shares.

    Attributes:
        outcome: The exit value.
        route: listing or sale.
        classes: Class name, its part and its part a share.
    """

    outcome: Term
    route: str
    classes: tuple[tuple[str, Term, Term], ...]


def shared_out(table: CapTable, views: Exits) -> tuple[Shared, ...]:
    """Every outcome through the cap table, as a listing and as a sale; what the table lacks is what the figures need."""
    outcomes = [t for t in (*views.bears, views.bull) if t.value is not None]
    return tuple(_shared(table, o, route) for o in outcomes for route in ("listing", "sale"))


def _shared(table: CapTable, outcome: Term, route: str) -> Shared:
    if table.needs:
        lacking = missing(
            f"share_out.{route}.{outcome.name}",
            f"{route} at {outcome.label}, by class",
            outcome.unit,
            *table.needs,
        )
        return Shared(outcome, route, (("every class", lacking, lacking),))
    divide = listing if route == "listing" else liquidation
    held = Term("captable", "cap table", "count", table.fully_diluted, table.lineage)
    rows = []
    for index, c in enumerate(table.classes):
        tag = f"share_out.{route}.{outcome.name}.{index}"
        label = f"{route} at {outcome.label}: {c.name}"
        part = partial(_part, divide, table, index)
        total = combine(tag, label, outcome.unit, f"{route} waterfall", part, outcome, held)
        each = combine(
            f"{tag}.per_share",
            f"{label}, a share",
            f"{outcome.unit}/share",
            f"{route} waterfall / shares of the class",
            lambda v, n, part=part, count=c.shares: part(v, n) / count,
            outcome,
            held,
        )
        rows.append((c.name, total, each))
        if route == "listing" and c.ratchet:
            count = partial(_new_shares, table, c.name)
            new = combine(f"{tag}.new_shares", f"{label}, new shares", "count", RATCHET, count, outcome, held)
            rows.append((f"{c.name}: new shares of the ratchet", new, new))
    return Shared(outcome, route, tuple(rows))


RATCHET = "ratchet x money paid / listing price - shares of the class"


def _new_shares(table: CapTable, name: str, value: Any, count: Any) -> Any:  # noqa: ARG001 - the count carries lineage
    return ratchet_shares(table.classes, value)[name]


def _part(divide: Any, table: CapTable, index: int, value: Any, count: Any) -> Any:  # noqa: ARG001 - the count carries lineage
    return divide(table.classes, np.asarray(value, float))[index]
