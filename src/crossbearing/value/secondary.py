"""The secondary market: what a price there is a premium over, how deep it is, and how far scarcity alone explains it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

import numpy as np

from crossbearing.value.inputs import Inputs
from crossbearing.value.sales import apart, whole_company
from crossbearing.value.tape import PriceType, TapeRow
from crossbearing.value.term import Term, combine, missing, same_currency, stated
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Modality
from crossbearing.vocabulary.period import Instant

MARKET_TYPES = (PriceType.TRADE, PriceType.BID, PriceType.ASK, PriceType.MODEL, PriceType.SECONDARY)
SAME_TIME_DAYS = 62
REFERENCE_TYPES = (PriceType.ROUND, PriceType.TENDER, PriceType.TALKS, PriceType.TARGET, PriceType.BANKER)


@dataclass(frozen=True, slots=True)
class Premium:
    """A secondary price over a reference price.

    Attributes:
        price, reference: Ids of the tape rows.
        premium: Price over reference, less one; negative for a discount.
        note: What the price is and is not.
        gap_days: Days between the two; None where one is undated or looks ahead.
    """

    price: str
    reference: str
    premium: Term
    note: str
    gap_days: int | None = None


@dataclass(frozen=True, slots=True)
class SecondaryPanel:
    """The secondary market of one company.

    Attributes:
        premiums: Each market price over each reference.
        last_trade_days: Days since the last trade anybody reported.
        imbalance: (bids - asks) / (bids + asks), by volume.
        spread: Best ask over best bid, less one.
        scarcity: Rows of the scarcity model.
        warnings: What a reader must know.
    """

    premiums: tuple[Premium, ...]
    last_trade_days: Term
    imbalance: Term
    spread: Term
    scarcity: tuple[Term, ...]
    warnings: tuple[str, ...]


def panel(book: Book, rows: Sequence[TapeRow], inputs: Inputs, at: date) -> SecondaryPanel:
    """The secondary market as the tape shows it, with depth from claims and judgments.

    Args:
        book: Cut to the knowledge date.
        rows: The newest prices of each kind.
        inputs: Judgments of the entity.
        at: Day from which days are counted.
    """
    market = [r for r in rows if r.type in MARKET_TYPES]
    references = [r for r in rows if r.type in REFERENCE_TYPES]
    premiums = tuple(premium(m, r) for m in market for r in references)
    warnings = []
    kinds = {r.type for r in market}
    if market and PriceType.TRADE not in kinds:
        warnings.append("no trade is claimed: bids, marks and prices of unstated kind are not prices paid")
    if PriceType.BID in kinds and PriceType.ASK not in kinds:
        warnings.append("bids without an ask: nobody is known to sell at them")
    return SecondaryPanel(
        premiums,
        last_trade(market, at),
        imbalance(book, inputs, at),
        spread(market),
        scarcity(inputs, [p for p in premiums if p.gap_days is not None and p.gap_days <= SAME_TIME_DAYS]),
        tuple(warnings),
    )


def premium(market: TapeRow, reference: TapeRow) -> Premium:
    """A market price over a reference, less one.

    Raises:
        Refusal: The two are in different currencies.
    """
    same_currency(market.price, reference.price)
    label = f"{market.label} against {reference.label}"
    term = combine(
        f"premium.{market.id}.{reference.id}",
        label,
        "return",
        "price / reference - 1",
        lambda p, r: p / r - 1,
        market.price,
        reference.price,
        decimals=0,
    )
    notes = {
        PriceType.BID: "a bid, not a price: it binds nobody to sell",
        PriceType.ASK: "an ask, not a price: nobody has paid it",
        PriceType.MODEL: "a model's mark, not a trade",
        PriceType.SECONDARY: "the source does not say whether anybody paid it",
    }
    return Premium(market.id, reference.id, term, notes.get(market.type, ""), _gap(market, reference))


def _gap(market: TapeRow, reference: TapeRow) -> int | None:
    if market.when is None or reference.when is None or reference.type is PriceType.BANKER:
        return None
    return apart(market.when.first, market.when.last, reference.when.first, reference.when.last)


def last_trade(market: Sequence[TapeRow], at: date) -> Term:
    """Days since the last secondary trade on the tape."""
    trades = [r for r in market if r.type is PriceType.TRADE and r.when]
    if not trades:
        return missing(
            "secondary.last_trade_days", "days since the last trade", "days", "a claim with price_type=trade"
        )
    newest = max(trades, key=lambda r: r.when.last if r.when else date.min)
    assert newest.when is not None
    days = float(max(0, (at - newest.when.last).days))
    return Term(
        "secondary.last_trade_days",
        f"days from {newest.label} to {at.isoformat()}",
        "days",
        days,
        newest.price.lineage,
        formula="date asked for - date of the trade",
    )


def spread(market: Sequence[TapeRow]) -> Term:
    """Lowest ask over highest bid, less one."""
    name, label = "secondary.spread", "lowest ask over highest bid"
    bids = [r.price for r in market if r.type is PriceType.BID]
    asks = [r.price for r in market if r.type is PriceType.ASK]
    lacking = [f"a claim with price_type={k}" for k, found in (("bid", bids), ("ask", asks)) if not found]
    if lacking:
        return missing(name, label, "return", *lacking)
    best = (max(bids, key=lambda t: t.value or 0.0), min(asks, key=lambda t: t.value or 0.0))
    same_currency(*best)
    return combine(name, label, "return", "ask / bid - 1", lambda b, a: a / b - 1, *best)


def imbalance(book: Book, inputs: Inputs, at: date) -> Term:
    """Order-book imbalance by volume: (bids - asks) / (bids + asks), from -1 (only sellers) to 1 (only buyers)."""
    bids = volume(book, inputs, "secondary.bid_volume", "interest to buy", at)
    asks = volume(book, inputs, "secondary.ask_volume", "interest to sell", at)
    if bids.value is not None and asks.value is not None:
        same_currency(bids, asks)
    how = "(bids - asks) / (bids + asks)"
    return combine(
        "secondary.imbalance",
        "order-book imbalance",
        "ratio",
        how,
        lambda b, a: (b - a) / (b + a),
        bids,
        asks,
    )


def volume(book: Book, inputs: Inputs, metric: str, label: str, at: date) -> Term:
    """Volume of orders: the newest claim up to a day, else a judgment."""
    found = [
        c
        for c in book.claims
        if c.entity == inputs.entity
        and c.metric == metric
        and c.modality is Modality.ACTUAL
        and whole_company(c)
    ]
    dated = [c for c in found if isinstance(c.period, Instant) and c.period.first <= at]
    if dated:
        best = max(dated, key=lambda c: (c.period.middle if c.period else date.min, c.id))
        return stated(best, f"volume.{best.id}", f"{label}, {best.period}")
    return inputs.term(metric, label, book.currency)


def scarcity(inputs: Inputs, premiums: Sequence[Premium]) -> tuple[Term, ...]:
    """How much of a premium few sellers and many buyers explain by themselves.

    Buyers' opinions of the value are lognormal around a median with a given dispersion; every seller parts with one lot and
    the lots go to the highest opinions. With b buyers a seller the clearing price stands at the 1 - 1/b quantile of
    opinions: premium = exp(sigma * ndtri(1 - 1/b)) - 1, though the median opinion has not moved. The last rows turn it
    round: the number of buyers a seller that gives each premium seen over a reference of about the same time.

    Source: E. M. Miller (1977), Risk, Uncertainty, and Divergence of Opinion, Journal of Finance 32(4).
    """
    sigma = inputs.term("secondary.opinion_dispersion", "dispersion of buyers' opinions (log)", "ratio")
    buyers = inputs.term("secondary.buyers_per_seller", "buyers for each seller", "count")
    how = "exp(dispersion x ndtri(1 - 1 / buyers per seller)) - 1"
    model = combine(
        "secondary.scarcity_premium",
        "premium over the median opinion from scarcity alone",
        "return",
        how,
        scarcity_premium,
        sigma,
        buyers,
    )
    inverse = [
        combine(
            f"secondary.buyers_needed.{p.price}.{p.reference}",
            f"buyers for each seller that explain the premium of {p.premium.label}",
            "count",
            "1 / (1 - Phi(ln(1 + premium) / dispersion))",
            buyers_needed,
            p.premium,
            sigma,
        )
        for p in premiums
        if sigma.value is not None and (p.premium.value or -1.0) > 0
    ]
    return (sigma, buyers, model, *inverse)


def scarcity_premium(sigma: object, buyers: object) -> object:
    """Premium of the clearing price over the median opinion; below two buyers a seller it is a discount."""
    b = np.asarray(buyers, float)
    z = np.vectorize(lambda p: NormalDist().inv_cdf(min(max(p, 1e-12), 1 - 1e-12)))(
        1 - 1 / np.maximum(b, 1 + 1e-9)
    )
    return np.exp(np.asarray(sigma, float) * z) - 1


def buyers_needed(premium_seen: object, sigma: object) -> object:
    """Buyers a seller at which scarcity alone gives a premium."""
    z = np.log1p(np.asarray(premium_seen, float)) / np.asarray(sigma, float)
    tail = np.vectorize(lambda x: NormalDist().cdf(-x))(z)
    return 1 / np.maximum(tail, 1e-15)
