"""A measured ledger as claims: exact sums, so exact values; each says which rows and definition it rests on."""

from __future__ import annotations

from decimal import Decimal

from crossbearing.gather.measure.claims import Measured
from crossbearing.gather.measure.columns import month_text
from crossbearing.gather.measure.run_revenue import RevenueResult
from crossbearing.gather.measure.runrate import Money
from crossbearing.vocabulary.quantity import print_number
from crossbearing.vocabulary.unit import parse_unit

PRESENTATIONS = ("gross", "net")


def revenue_claims(result: RevenueResult, entity: str, currency: str, *, method: str) -> list[Measured]:
    """Claims of run rates, recognised revenue, customers, retention, mix and concentration.

    Args:
        result: The measurement.
        entity: Whose ledger it is.
        currency: ISO code of its money.
        method: Method version kept with every claim.
    """
    found = [*_rates(result, entity, currency, method), *_recognised(result, entity, currency, method)]
    found += [
        *_customers(result, entity, method),
        *_retention(result, entity, method),
        *_mix(result, entity, method),
    ]
    return found


def _rates(result: RevenueResult, entity: str, currency: str, method: str) -> list[Measured]:
    return [
        Measured(
            entity, "revenue.run_rate", _cents(getattr(rate.money, basis), f"{currency}/yr"), f"{currency}/yr", rate.at.isoformat(), basis,
            rate.definition, (("method", method),), f"flat sales would print {rate.flat:.4f} of their yearly sum by this definition",
        )
        for rate in result.rates if rate.definition != "28d*365/28" for basis in PRESENTATIONS
    ]  # fmt: skip


def _recognised(result: RevenueResult, entity: str, currency: str, method: str) -> list[Measured]:
    periods: dict[str, Money] = {
        f"{month_text(m)}": money for m, money in result.months.items()
    } | result.quarters
    return [
        Measured(
            entity, "revenue.recognised", _cents(getattr(money, basis), currency), currency, period, basis,
            qualifiers=(("method", method),), note=f"{'sales to end customers' if basis == 'gross' else 'sales less partner fees'}, terms earned day by day",
        )
        for period, money in periods.items() for basis in PRESENTATIONS
    ]  # fmt: skip


def _customers(result: RevenueResult, entity: str, method: str) -> list[Measured]:
    at = result.ledger.at.isoformat()
    found = [
        Measured(
            entity,
            cohort.metric,
            str(cohort.customers),
            "count",
            at,
            qualifiers=(("measure", cohort.measure), ("method", method)),
            note=f"they bring {cohort.money:,.0f} a year by that measure",
        )
        for cohort in result.cohorts
    ]
    spread = result.concentration
    if spread is not None:
        last = f"{month_text(result.ledger.months[-12:][0])}..{month_text(result.ledger.months[-1])}"
        found += [
            Measured(
                entity,
                "customers.revenue_concentration",
                _share(part),
                "ratio",
                last,
                qualifiers=(("customer", f"largest {n}"), ("method", method)),
                note=f"of {spread.customers:,} paying customers",
            )
            for n, part in spread.top.items()
        ]
    return found


def _retention(result: RevenueResult, entity: str, method: str) -> list[Measured]:
    kept = result.retention
    if kept is None:
        return []
    window = f"{kept.after - kept.before} months to {month_text(kept.after)}"
    note = f"{kept.customers:,} customers of {month_text(kept.before)}, {kept.kept:,} of them in {month_text(kept.after)}"
    return [
        Measured(
            entity,
            metric,
            _share(value),
            "ratio",
            month_text(kept.after),
            qualifiers=(("method", method), ("window", window)),
            note=note,
        )
        for metric, value in (
            ("retention.net_dollar", kept.net_dollar),
            ("retention.gross_dollar", kept.gross_dollar),
        )
    ]


def _mix(result: RevenueResult, entity: str, method: str) -> list[Measured]:
    """Share of each channel and of usage in the last twelve months, gross."""
    year = result.ledger.months[-12:]
    period = f"{month_text(year[0])}..{month_text(year[-1])}"
    total = result.totals.of(year).gross
    if total <= 0:
        return []
    parts = [
        ("channel", name, result.totals.of(year, channel=name).gross)
        for name in result.totals.names(2)
        if name
    ]
    parts += [
        ("product", name, result.totals.of(year, product=name).gross)
        for name in result.totals.names(1)
        if name
    ]
    return [
        Measured(entity, "revenue.mix", _share(part / total), "ratio", period, "gross", qualifiers=tuple(sorted([(key, name), ("method", method)])), note="part of sales to end customers")
        for key, name, part in parts if part > 0
    ]  # fmt: skip


def _cents(cents: int, unit: str) -> str:
    """Money to the cent, in the notation of the value column."""
    return print_number(float(Decimal(cents) / 100), parse_unit(unit))


def _share(part: float) -> str:
    return f"{100 * part:.4f}%"
