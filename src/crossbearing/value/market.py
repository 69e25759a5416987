"""Addressable markets, and the triangle of users, revenue per user and market share: what claimed shares would imply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from crossbearing.value.alike import span
from crossbearing.value.inputs import Inputs
from crossbearing.value.sales import RECOGNISED, whole_company
from crossbearing.value.term import Term, combine, missing, same_currency, stated
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim, Modality, Status
from crossbearing.vocabulary.period import Period


def implied_sales(market: Term, share: Term) -> Term:
    """Sales a year that a share of a market's revenue (or wage bill) would be."""
    how = "market x share"
    return combine(
        f"implied_sales.{market.name}.{share.name}",
        f"{share.label} of {market.label}",
        market.unit,
        how,
        lambda m, s: m * s,
        market,
        share,
    )


def capture(market: Term, automated: Term, priced: Term) -> Term:
    """Sales a year from a wage bill: the share of the work automated times the part of the saving the vendor charges."""
    return combine(
        f"capture.{market.name}.{automated.name}",
        f"{automated.label} of {market.label}, at the part of the wage that is charged",
        market.unit,
        "wage bill x share automated x part charged",
        lambda m, a, p: m * a * p,
        market,
        automated,
        priced,
    )


def times_now(implied: Term, run_rate: Term) -> Term:
    """Implied sales over the run rate now.

    Raises:
        Refusal: The two are in different currencies.
    """
    same_currency(implied, run_rate)
    return combine(
        f"{implied.name}.times_now",
        f"{implied.label}, over {run_rate.label}",
        "x",
        "implied / now",
        lambda i, r: i / r,
        implied,
        run_rate,
    )


def users_revenue(users: Term, per_user: Term, months: int) -> Term:
    """Revenue that users times monthly revenue per user comes to over so many months."""
    unit = per_user.unit.partition("/")[0]

    def total(u: Any, a: Any) -> Any:
        return u * a * months

    return combine(
        f"triangle.users.{users.name}",
        f"{users.label} x {per_user.label} x {months} months",
        unit,
        f"users x monthly revenue per user x {months}",
        total,
        users,
        per_user,
    )


def users_that_fit(revenue: Term, per_user: Term, months: int) -> Term:
    """Users at which revenue and revenue per user agree."""
    how = f"revenue / (monthly revenue per user x {months})"
    return combine(
        f"triangle.users_that_fit.{revenue.name}",
        f"users that fit {revenue.label}",
        "count",
        how,
        lambda r, a: r / (a * months),
        revenue,
        per_user,
    )


def market_size(revenue: Term, share: Term) -> Term:
    """Revenue of the market that a company's revenue and its share imply."""
    return combine(
        f"triangle.market.{revenue.name}",
        f"market from {revenue.label} and {share.label}",
        revenue.unit,
        "revenue / share",
        lambda r, s: r / s,
        revenue,
        share,
    )


def rival_revenue(market: Term, share: Term) -> Term:
    """Revenue of another vendor with a share of the same market, from the same estimator."""
    return combine(
        f"triangle.rival.{market.name}.{share.name}",
        f"{share.label} of {market.label}",
        market.unit,
        "market x share",
        lambda m, s: m * s,
        market,
        share,
    )


def consumer_per_user(revenue: Term, consumer_share: Term, users: Term, months: int) -> Term:
    """Monthly revenue per user from consumers alone: business revenue does not belong to consumer users."""
    unit = f"{revenue.unit}/user/month"
    how = f"revenue x consumer share / users / {months}"
    return combine(
        f"triangle.consumer_per_user.{users.name}",
        f"consumer revenue per user a month, {revenue.label}",
        unit,
        how,
        lambda r, c, u: r * c / u / months,
        revenue,
        consumer_share,
        users,
    )


@dataclass(frozen=True, slots=True)
class MarketView:
    """What claimed shares would imply.

    Attributes:
        triangle: Users, revenue per user, market share and recognised revenue of one period against each other.
        addressable: Sales that shares of a labour or software market would be, and how many times today's.
    """

    triangle: tuple[Term, ...]
    addressable: tuple[Term, ...]


def market_view(book: Book, entity: str, at: date, inputs: Inputs, run_rate: Term | None) -> MarketView:
    """Every triangle and every addressable market the book's claims allow, up to a day."""
    triangle = [t for c in _of(book, entity, "revenue.market_share", at) for t in _from_share(book, c)]
    triangle += [t for c in _of(book, entity, "revenue.arpu", at) for t in _from_users(book, c, inputs)]
    addressable: list[Term] = []
    for claim in book.claims:
        if claim.metric == "market.automation_share":
            addressable += _from_work(claim, inputs, run_rate)
        elif claim.metric == "market.revenue" and claim.unit.kind == "money":
            addressable += _from_market(book, claim, entity, run_rate)
    return MarketView(_once(triangle), _once(addressable))


def _once(terms: list[Term]) -> tuple[Term, ...]:
    return tuple({t.name: t for t in terms}.values())


def _of(book: Book, entity: str, metric: str, at: date) -> list[Claim]:
    return [
        c
        for c in book.claims
        if c.entity == entity
        and c.metric == metric
        and c.modality is Modality.ACTUAL
        and c.period is not None
        and span(c.period)[0] <= at
        and span(c.period)[1] > span(c.period)[0]
    ]


def _revenue_of(book: Book, entity: str, period: Period | None) -> Term | None:
    """Recognised revenue claimed for the same period, the best claim first."""
    found = [
        c
        for c in book.claims
        if c.entity == entity
        and c.metric == RECOGNISED
        and c.modality is Modality.ACTUAL
        and period is not None
        and c.period is not None
        and span(c.period) == span(period)
        and whole_company(c)
    ]
    best = min(found, key=lambda c: (list(Status).index(c.status), c.id), default=None)
    return stated(best, f"revenue.{best.id}", f"{entity} recognised revenue {period}") if best else None


def _from_share(book: Book, claim: Claim) -> list[Term]:
    """The market that a share and the recognised revenue imply, and each rival's part of it by the same estimator."""
    revenue = _revenue_of(book, claim.entity, claim.period)
    if revenue is None:
        need = f"recognised revenue of {claim.entity} in {claim.period}"
        return [missing(f"triangle.market.{claim.id}", f"market in {claim.period}", book.currency, need)]
    share = stated(claim, f"share.{claim.id}", f"{claim.entity} market share {claim.period}")
    size = market_size(revenue, share)
    rivals = [
        c
        for c in book.claims
        if c.metric == claim.metric
        and c.entity != claim.entity
        and c.period == claim.period
        and c.source == claim.source
        and c.qualifiers == claim.qualifiers
    ]
    shares = [stated(c, f"share.{c.id}", f"{c.entity} market share {c.period}") for c in rivals]
    return [size, *(rival_revenue(size, s) for s in shares)]


def _from_users(book: Book, claim: Claim, inputs: Inputs) -> list[Term]:
    """Users times revenue per user over the period, against the recognised revenue, and the users that would fit."""
    assert claim.period is not None
    first, last = span(claim.period)
    months = round(((last - first).days + 1) / 30.4375)
    if claim.unit.symbol.rpartition("/")[2] != "month" or months < 1:
        return []
    per_user = stated(claim, f"arpu.{claim.id}", f"revenue per user {claim.period}")
    counted = [
        c for c in book.claims if c.entity == claim.entity and c.metric == "users.mau" and whole_company(c)
    ]
    found = [c for c in counted if c.modality is Modality.ACTUAL and c.period is not None]
    terms: list[Term] = []
    if found:
        newest = max(found, key=lambda c: (c.period.middle if c.period else date.min, c.id))
        users = stated(newest, f"users.{newest.id}", f"users of {newest.period}")
        terms.append(users_revenue(users, per_user, months))
    else:
        need = f"monthly users of {claim.entity}"
        terms.append(missing(f"triangle.users.{claim.id}", "revenue from users", book.currency, need))
    revenue = _revenue_of(book, claim.entity, claim.period)
    if revenue is None:
        return terms
    terms.append(users_that_fit(revenue, per_user, months))
    if found:
        terms.append(consumer_per_user(revenue, _consumer_share(book, inputs, claim.entity), users, months))
    return terms


def _consumer_share(book: Book, inputs: Inputs, entity: str) -> Term:
    """Consumers' part of revenue: the newest claim of it, else a judgment."""
    found = [
        c
        for c in book.claims
        if c.entity == entity
        and c.metric == "revenue.mix"
        and c.modality is Modality.ACTUAL
        and c.qualifier("segment").casefold() in ("consumer", "consumers")
        and c.period is not None
    ]
    if found:
        best = max(found, key=lambda c: (c.period.middle if c.period else date.min, c.id))
        return stated(best, f"mix.{best.id}", f"consumers' part of revenue, {best.period}")
    return inputs.term("consumer_revenue_share", "consumers' part of revenue", "ratio")


def _from_work(claim: Claim, inputs: Inputs, run_rate: Term | None) -> list[Term]:
    """Sales from automating a share of a field's work: needs its wage bill and the part of the wage that is charged."""
    field = claim.qualifier("segment") or claim.entity
    slug = field.casefold().replace(" ", "_")
    share = stated(claim, f"automation.{claim.id}", f"share of {field} automated")
    bill = inputs.term(f"wage_bill.{slug}", f"wage bill of {field}", f"{inputs.book.currency}/yr")
    charged = inputs.term("wage_part_charged_share", "part of the wage that is charged", "ratio")
    sales = capture(bill, share, charged)
    return [sales, times_now(sales, run_rate)] if run_rate is not None else [sales]


def _from_market(book: Book, claim: Claim, entity: str, run_rate: Term | None) -> list[Term]:
    """Sales that an entity's claimed share of a market would be, by the same estimator and period, against what it reports."""
    name = claim.qualifier("segment") or claim.entity
    size = stated(claim, f"market.{claim.id}", f"{name} market in {claim.period or 'unknown period'}")
    shares = [
        c
        for c in book.claims
        if c.entity == entity
        and (c.metric.startswith("share.") or c.metric == "revenue.market_share")
        and c.modality is Modality.ACTUAL
        and c.period is not None
        and c.period == claim.period
        and c.qualifier("method") == claim.qualifier("method")
    ]
    terms: list[Term] = []
    for share in shares:
        part = stated(
            share, f"share.{share.id}", f"{entity} {share.metric.removeprefix('share.')} {share.period}"
        )
        sales = implied_sales(size, part)
        reported = _revenue_of(book, entity, claim.period) or run_rate
        terms += [sales, times_now(sales, reported)] if reported is not None else [sales]
    return terms
