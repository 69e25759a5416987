"""What forecasts and targets say, against the simulation: the chance that it comes so, and where in the range it lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np

from crossbearing.outlook.equation import Array
from crossbearing.outlook.findings import ClaimChance
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim, Modality
from crossbearing.vocabulary.period import Duration, Instant
from crossbearing.vocabulary.quantity import Relation
from crossbearing.vocabulary.words import say_quantity

Values = Mapping[str, Array]
SAID = (Modality.FORECAST, Modality.TARGET)
NAMED = frozenset({"plan_vintage", "measure", "method", "by", "interested", "adjusted_for", "scope"})
COSTS = ("cash.burn", "cash.burn_per_revenue", "cost.compute", "cost.partner_fees")


def _sum(name: str, sign: float = 1.0) -> Callable[[Values, slice], Array]:
    return lambda values, span: sign * values[name][span].sum(axis=0)


def _ratio(top: str, bottom: str, sign: float = 1.0) -> Callable[[Values, slice], Array]:
    return lambda values, span: (
        sign * values[top][span].sum(axis=0) / values[bottom][span].sum(axis=0).clip(1.0)
    )


def _gross_margin(values: Values, span: slice) -> Array:
    sales = values["gross_revenue"][span]
    whole: Array = (values["gross_margin"][span] * sales).sum(axis=0) / sales.sum(axis=0).clip(1.0)
    return whole


OVER_TIME: dict[str, tuple[tuple[str, ...], Callable[[Values, slice], Array]]] = {
    "revenue.recognised": (("gross_revenue",), _sum("gross_revenue")),
    "profit.operating": (("operating_profit",), _sum("operating_profit")),
    "margin.operating": (("operating_profit", "gross_revenue"), _ratio("operating_profit", "gross_revenue")),
    "margin.gross": (("gross_margin", "gross_revenue"), _gross_margin),
    "cash.burn": (("cash_flow",), _sum("cash_flow", -1.0)),
    "cash.burn_per_revenue": (("cash_flow", "gross_revenue"), _ratio("cash_flow", "gross_revenue", -1.0)),
    "cost.compute": (("compute_cost",), _sum("compute_cost")),
    "cost.partner_fees": (("partner_fees",), _sum("partner_fees")),
}
ON_A_DAY = {
    "revenue.run_rate": "gross_run_rate",
    "compute.power_online": "power_online",
    "compute.power_planned": "power_online",
    "headcount": "headcount",
}
NET = {"gross_revenue": "net_revenue", "gross_run_rate": "net_run_rate"}
NEEDED = ("cash_flow", "partner_fees", "headcount", "compute_cost")


def claim_chances(book: Book, entity: str, values: Values, ends: tuple[date, ...]) -> tuple[ClaimChance, ...]:
    """Every forecast and target whose period lies inside the outlook, in the order of its period.

    A claim of a part of the company, or of a period that has begun before, is left out: it is not the same quantity.
    """
    found = []
    for claim in book.claims:
        if claim.entity != entity or claim.modality not in SAID or not _whole(claim):
            continue
        drawn = simulated(claim, values, ends)
        if drawn is not None:
            words = book.registry[claim.metric].label
            found.append((_end(claim), judged(claim, drawn, words)))
    return tuple(one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].claim)))


def simulated(claim: Claim, values: Values, ends: tuple[date, ...]) -> Array | None:
    """Draws of the quantity a claim states; None where its period or its metric is not simulated. Shape: (draws,)."""
    first = ends[0].replace(day=1)
    period = claim.period
    net = claim.basis is Basis.NET
    if isinstance(period, Duration) and claim.metric in OVER_TIME:
        names, measure = OVER_TIME[claim.metric]
        if period.start < first or period.end > ends[-1]:
            return None
        begins = (period.start.year - first.year) * 12 + period.start.month - first.month
        over = (period.end.year - first.year) * 12 + period.end.month - first.month + 1
        renamed = {
            n: values[NET.get(n, n) if net else n] for n in names if (NET.get(n, n) if net else n) in values
        }
        return measure(renamed, slice(begins, over)) if len(renamed) == len(names) else None
    if isinstance(period, Instant) and claim.metric in ON_A_DAY:
        name = ON_A_DAY[claim.metric]
        name = NET.get(name, name) if net else name
        day = period.last if period.last <= ends[-1] else period.middle
        if name not in values or not first <= day <= ends[-1]:
            return None
        month = next(m for m, end in enumerate(ends) if end >= day)
        found: Array = values[name][month]
        return found
    return None


def judged(claim: Claim, drawn: Array, words: str) -> ClaimChance:
    """The share of draws in which it comes as a claim says, and its place among them.

    Args:
        claim: The claim.
        drawn: Draws of what it states. Shape: (draws,).
        words: Its metric in words.
    """
    value = claim.quantity.value
    below = float((drawn < value).mean())
    at_most = claim.quantity.relation.is_ceiling or claim.metric in COSTS
    asked = value
    if claim.quantity.relation is Relation.BETWEEN:
        ends = claim.quantity.low, claim.quantity.high
        asked = next((end for end in (ends[::-1] if at_most else ends) if end is not None), value)
    reached = float((drawn <= asked).mean()) if at_most else float((drawn >= asked).mean())
    low, middle, high = (float(q) for q in np.quantile(drawn, (0.05, 0.5, 0.95)))
    error = float(np.sqrt(reached * (1 - reached) / drawn.size))
    label = f"{words} {say_quantity(claim.quantity, claim.unit)} in {claim.period}"
    return ClaimChance(
        claim.id,
        claim.entity,
        label,
        value,
        asked,
        at_most,
        claim.unit.symbol,
        reached,
        error,
        below,
        low,
        middle,
        high,
        _caveat(claim),
    )


def _whole(claim: Claim) -> bool:
    return all(key in NAMED or key == "margin_definition" for key, _ in claim.qualifiers)


def _caveat(claim: Claim) -> str:
    """Words of the claim that the simulated quantity does not share."""
    told = [
        f"{k} {v}"
        for k, v in claim.qualifiers
        if k in ("measure", "margin_definition", "scope", "adjusted_for")
    ]
    if claim.basis is Basis.UNSPECIFIED:
        told.append("basis not stated, taken as gross")
    return "; ".join(told)


def _end(claim: Claim) -> date:
    period = claim.period
    if isinstance(period, Duration):
        return period.end
    return period.last if isinstance(period, Instant) else date.max
