"""Evidence on the part of gross sales that partners keep: fees, profit shares, channel shares, restatements."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crossbearing.fix.align import why_not_past
from crossbearing.fix.assemble import reference_basis
from crossbearing.fix.credence import credence, is_interested
from crossbearing.fix.dependence import collapse, origin_of, span
from crossbearing.fix.observe.revenue import is_restatement
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim, Modality
from crossbearing.vocabulary.period import Duration

LEVELS = ("revenue.run_rate", "revenue.recognised")
PLANNED = (Modality.ACTUAL, Modality.FORECAST, Modality.TARGET, Modality.SUPERSEDED)
PLAN_ERROR = 0.30  # a plan's fee over the same plan's revenue
VINTAGE_ERROR = 0.30  # further, where fee and revenue come from plans of different dates
SCOPE_ERROR = 0.20  # whose fees are counted
SHARE_ERROR = 0.25  # logit units: a share of revenue by channel
RESTATED_ERROR = 0.08  # what a restatement leaves out beside fees
FARTHEST_DAYS = 60.0


@dataclass(frozen=True)
class Voice:
    """One piece of evidence on share and fee.

    Attributes:
        claim: Its id; `rests_on` names further claims.
        kind: kept (log of share x fee), net (log of one less share x fee), fee (log of fee over channel margin), share (logit of share).
        value: On the scale of its kind.
        sd: Its error.
        outlier: Prior probability of contamination.
        year: Calendar year it is about.
        interested: Whether the speaker has a stake.
        words: What it says, in words.
    """

    claim: str
    kind: str
    value: float
    sd: float
    outlier: float
    year: int
    interested: bool
    words: str
    rests_on: tuple[str, ...] = ()

    @property
    def claims(self) -> tuple[str, ...]:
        """All claims behind it."""
        return (self.claim, *self.rests_on)


def gather(book: Book, entity: str) -> tuple[list[Voice], dict[str, str]]:
    """Every voice on an entity's ratio of net to gross, and why a claim has none."""
    left_out: dict[str, str] = {}
    mine = [c for c in book.claims if c.entity == entity and c.modality in PLANNED]
    said = [c for c in mine if c.modality is not Modality.SUPERSEDED]
    voices: list[Voice] = []
    for reader, chosen in (
        (_fee, [c for c in said if c.metric == "cost.partner_fees"]),
        (_profit_share, [c for c in said if c.metric == "cost.partner_profit_share"]),
        (_channel, [c for c in said if c.metric == "revenue.mix" and c.qualifier("channel")]),
        (_ratio, [c for c in said if c.metric in LEVELS and c.basis is Basis.NET and not why_not_past(c)]),
    ):
        for statement in collapse(chosen):
            found = reader(statement.claim, mine, book)
            if isinstance(found, str):
                left_out.update(dict.fromkeys(statement.copies, found))
            else:
                voices.append(found)
    return sorted(voices, key=lambda v: (v.year, v.kind, v.claim)), left_out


def _fee(claim: Claim, mine: Iterable[Claim], book: Book) -> Voice | str:
    """Fees of a year over the revenue of that year, from the nearest plan or report."""
    if not isinstance(claim.period, Duration):
        return "fees need a period"
    same = [
        c
        for c in mine
        if c.metric == "revenue.recognised"
        and isinstance(c.period, Duration)
        and abs((c.period.start - claim.period.start).days) <= 3
        and abs((c.period.end - claim.period.end).days) <= 3
        and c.unit.currency == claim.unit.currency
        and c.basis is not Basis.NET
    ]
    if not same:
        return "no revenue of the same period to put the fees over"
    revenue = min(same, key=lambda c: (_vintage_gap(c, claim), c.status, c.id))
    plan = Modality.FORECAST in (claim.modality, revenue.modality)
    own, base = credence(claim, book), credence(revenue, book)
    error = [own.sd, base.sd, SCOPE_ERROR, PLAN_ERROR if plan else 0.0]
    error.append(VINTAGE_ERROR if plan and _vintage_gap(revenue, claim) > 45 else 0.0)
    share = claim.quantity.value * claim.unit.per_year / (revenue.quantity.value * revenue.unit.per_year)
    if not 0 < share < 1:
        return "fees above revenue"
    doubt = min(0.5, own.outlier + base.outlier + (0.1 if plan else 0.0))
    words = f"fees of {claim.quantity} on revenue of {revenue.quantity}, {claim.period}{', planned' if plan else ''}"
    year = claim.period.middle.year
    return Voice(
        claim.id, "kept", math.log(share), math.hypot(*error), doubt, year, False, words, (revenue.id,)
    )


def _vintage_gap(one: Claim, two: Claim) -> float:
    """Days between the plans two figures come from; reports of facts are near everything."""
    if Modality.FORECAST not in (one.modality, two.modality):
        return 0.0
    if origin_of(one) == origin_of(two):
        return 0.0
    if one.known is None or two.known is None:
        return 400.0
    return float(abs((one.known - two.known).days))


def _profit_share(claim: Claim, mine: Iterable[Claim], book: Book) -> Voice | str:
    """A fee that is a share of the channel's gross profit: fee = share x channel margin."""
    if not 0 < claim.quantity.value < 1:
        return "not a share"
    trust = credence(claim, book)
    margins = [c for c in mine if c.metric == "margin.gross"]
    year = _year(claim, book)
    words = f"{claim.quantity} of the gross profit of the channel"
    return Voice(
        claim.id,
        "fee",
        math.log(claim.quantity.value),
        math.hypot(trust.sd, 0.05),
        trust.outlier,
        year,
        is_interested(claim),
        words,
        tuple(sorted(c.id for c in margins if _sensible(c))[:6]),
    )


def _sensible(claim: Claim) -> bool:
    return 0.05 < claim.quantity.value < 0.95 and not claim.quantity.relation.is_ceiling


def _channel(claim: Claim, mine: Iterable[Claim], book: Book) -> Voice | str:  # noqa: ARG001 - one shape for all readers
    """The part of sales that goes through partners."""
    share = claim.quantity.value
    if claim.qualifier("channel") in ("direct", "own", "api"):
        share = 1.0 - share
    if not 0 < share < 1:
        return "not a share"
    trust = credence(claim, book)
    words = f"{claim.quantity} of revenue through {claim.qualifier('channel')}"
    sd = math.hypot(trust.sd / (1 - share), SHARE_ERROR)
    return Voice(
        claim.id,
        "share",
        math.log(share / (1 - share)),
        sd,
        trust.outlier,
        _year(claim, book),
        is_interested(claim),
        words,
    )


def _ratio(claim: Claim, mine: Iterable[Claim], book: Book) -> Voice | str:
    """A net figure over the gross figure of the same time; a rival's is one interested voice.

    A gross figure since restated still says what the same sales were on the other basis. Where an entity reports net, a
    figure without a stated basis is net too.
    """
    bases = (
        (Basis.GROSS,)
        if reference_basis(book, claim.entity) is Basis.NET
        else (Basis.GROSS, Basis.UNSPECIFIED)
    )
    gross = [
        c
        for c in mine
        if c.metric == claim.metric
        and c.id != claim.id
        and c.basis in bases
        and c.unit.currency == claim.unit.currency
        and (not why_not_past(c) or c.modality is Modality.SUPERSEDED)
        and _apart(c, claim) <= FARTHEST_DAYS
    ]
    if not gross:
        return "no gross figure of the same time"
    near = min(gross, key=lambda c: (c.source != claim.source, _apart(c, claim), c.status, c.id))
    ratio = claim.quantity.value / near.quantity.value
    if not 0 < ratio < 1:
        return "net above gross"
    trust, other = credence(claim, book), credence(near, book)
    interested = is_interested(claim)
    sd = math.hypot(trust.sd, RESTATED_ERROR) if is_restatement(claim) else math.hypot(trust.sd, other.sd)
    words = f"{claim.quantity} net for {near.quantity} gross" + (
        f", said by {claim.qualifier('by')}" if claim.qualifier("by") else ""
    )
    return Voice(
        claim.id, "net", math.log(ratio), sd, trust.outlier, _year(claim, book), interested, words, (near.id,)
    )


def _apart(one: Claim, two: Claim) -> float:
    """Days between the middles of two periods; the day of knowledge where a period is not stated."""
    first, second = _day(one), _day(two)
    return float("inf") if first is None or second is None else float(abs((first - second).days))


def _day(claim: Claim) -> date | None:
    if claim.period is None:
        return claim.known
    start, end = span(claim.period)
    return start + (end - start) / 2


def _year(claim: Claim, book: Book) -> int:
    day = _day(claim) or book.newest or book.ends
    return day.year if day else 0
