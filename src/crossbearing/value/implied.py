"""What must be true: the sales, growth, margin, capacity and share that a price and a hurdle ask for by a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from crossbearing.value.term import Term, combine, same_currency, stated
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Modality


@dataclass(frozen=True, slots=True)
class MustBeTrue:
    """What one exit multiple asks for.

    Attributes:
        multiple: Price over run rate paid at the end.
        target: Value needed at the end.
        run_rate: Run rate needed at the end.
        growth: Growth a year from the run rate now.
        times: The same as a factor on the run rate now.
        margin: Operating margin at which the multiple equals the earnings multiple.
        power: Compute needed online at today's sales per unit of power.
        share: Share of the market needed.
    """

    multiple: Term
    target: Term
    run_rate: Term
    growth: Term
    times: Term
    margin: Term
    power: Term
    share: Term


@dataclass(frozen=True, slots=True)
class Now:
    """Where the company stands and what is assumed of the end.

    Attributes:
        price: Valuation paid now.
        hurdle: Return a year asked for.
        years: Until the end.
        dilution: Part of the company given to new holders by then.
        run_rate: Now.
        earnings_multiple: Price over operating profit at the end.
        sales_per_power: Run rate a unit of power, now.
        market: Revenue of the market at the end, a year.
    """

    price: Term
    hurdle: Term
    years: Term
    dilution: Term
    run_rate: Term
    earnings_multiple: Term
    sales_per_power: Term
    market: Term


def must_be_true(now: Now, multiples: Sequence[Term]) -> tuple[MustBeTrue, ...]:
    """What each exit multiple asks for: V (1 + h) ** T / (1 - d) = run rate x multiple.

    Raises:
        Refusal: Price, revenue and market are in different currencies.
    """
    same_currency(now.price, now.run_rate, now.market)
    return tuple(_row(now, m) for m in multiples)


def _row(now: Now, multiple: Term) -> MustBeTrue:
    tag = f"implied.{now.price.name}.{multiple.text}"
    ends = (now.price, now.hurdle, now.years, now.dilution)

    def value(v: Any, h: Any, t: Any, d: Any) -> Any:
        return v * (1 + h) ** t / (1 - d)

    def rate(m: Any, *a: Any) -> Any:
        return value(*a) / m

    rr_unit = now.run_rate.unit
    target = combine(
        f"{tag}.target", "value needed", now.price.unit, "V (1 + h) ** T / (1 - dilution)", value, *ends
    )
    run_rate = combine(
        f"{tag}.run_rate",
        f"run rate needed at {multiple.text}",
        rr_unit,
        "value needed / multiple",
        rate,
        multiple,
        *ends,
    )
    growth = combine(
        f"{tag}.growth",
        f"growth a year from {now.run_rate.label}",
        "return",
        "(run rate needed / run rate now) ** (1 / T) - 1",
        lambda r, m, *a: (rate(m, *a) / r) ** (1 / a[2]) - 1,
        now.run_rate,
        multiple,
        *ends,
        decimals=0,
    )
    times = combine(
        f"{tag}.times",
        f"run rate needed over {now.run_rate.label}",
        "x",
        "needed / now",
        lambda r, *a: rate(*a) / r,
        now.run_rate,
        multiple,
        *ends,
    )
    margin = combine(
        f"{tag}.margin",
        "operating margin needed",
        "ratio",
        "revenue multiple / earnings multiple",
        lambda m, k: m / k,
        multiple,
        now.earnings_multiple,
    )
    power = combine(
        f"{tag}.power",
        "compute needed online",
        "W",
        "run rate needed / sales per W",
        lambda s, *a: rate(*a) / s,
        now.sales_per_power,
        multiple,
        *ends,
    )
    share = combine(
        f"{tag}.share",
        "share of the market needed",
        "ratio",
        "run rate needed / market",
        lambda k, *a: rate(*a) / k,
        now.market,
        multiple,
        *ends,
    )
    return MustBeTrue(multiple, target, run_rate, growth, times, margin, power, share)


def claimed_growth(book: Book, entity: str, run_rate: Term) -> tuple[Term, ...]:
    """Growth by a factor a year that somebody supposes or foresees, carried on for two years from the run rate now."""
    ahead = (Modality.HYPOTHETICAL, Modality.FORECAST, Modality.TARGET)
    found = [
        c
        for c in book.claims
        if c.entity == entity
        and c.metric == "revenue.growth_multiple"
        and c.modality in ahead
        and (c.unit.per == "yr" or c.qualifier("step") in ("a year", "year", "yearly"))
    ]
    factors = [replace(stated(c, f"factor.{c.id}", f"growth of {c.id}"), unit="x") for c in found]
    return tuple(t for f in factors for t in repeated_growth(run_rate, f, 2))


def repeated_growth(run_rate: Term, factor: Term, years: int) -> tuple[Term, ...]:
    """Run rate after each of so many years of growth by a claimed factor a year: a sanity check of big words."""
    return tuple(
        combine(
            f"repeated_growth.{factor.name}.{n}",
            f"{run_rate.label} after {n} year{'s' if n > 1 else ''} at {factor.text} a year",
            run_rate.unit,
            f"run rate x factor ** {n}",
            lambda r, f, n=n: r * f**n,
            run_rate,
            factor,
        )
        for n in range(1, years + 1)
    )
