"""Costs and gross profit as levels of revenue, through the margin or the ratio stated for the same period."""

from __future__ import annotations

import math

from crossbearing.fix.align import Aligned
from crossbearing.fix.credence import credence
from crossbearing.fix.dependence import parts_of, span
from crossbearing.fix.grid import ordinal
from crossbearing.fix.model import Term
from crossbearing.fix.observe import Evidence, Reading, observes
from crossbearing.vocabulary.claim import Claim

MARGIN_ERROR = 0.05  # a margin is stated to a point or two and its costs are defined loosely


@observes("cost.compute", "cash.burn")
def cost_over_revenue(statement: Aligned, evidence: Evidence) -> Reading | str:
    """Log cost = log revenue + log(cost over revenue), where the ratio is stated for the same period."""
    claim = statement.claim
    if claim.entity not in evidence.paths or statement.span is None:
        return "needs the entity's revenue and a period"
    if parts_of(claim):
        return "a part of the cost, and the ratio is of all of it"
    ratio = ratio_over(claim, f"{claim.metric}_per_revenue", statement.span, evidence)
    if ratio is None:
        return "no ratio to revenue is stated for the same period"
    share = ratio.quantity.value
    if not 0.0 < share < 10.0:
        return "the ratio stated for the same period is no share of revenue"
    first, after = statement.span
    return Reading(
        (Term(claim.entity, ((after - first, 1.0),), after),),
        shift=-math.log(share),
        error=math.hypot(credence(ratio, evidence.book).sd, MARGIN_ERROR),
        doubt=credence(ratio, evidence.book).outlier,
        rests_on=(ratio.id,),
        operator="cost through its ratio to revenue",
    )


@observes("cost.revenue", "profit.gross")
def cost_of_revenue(statement: Aligned, evidence: Evidence) -> Reading | str:
    """Log cost of revenue = log revenue + log(1 - gross margin); log gross profit = log revenue + log margin."""
    claim = statement.claim
    if claim.entity not in evidence.paths or statement.span is None:
        return "needs the entity's revenue and a period"
    margin = margin_over(claim, statement.span, evidence)
    if margin is None:
        return "no gross margin of the same period"
    m = margin.quantity.value
    share = 1.0 - m if claim.metric == "cost.revenue" else m
    if not 0.0 < share < 3.0:
        return "the gross margin of the same period leaves no such share of revenue"
    first, after = statement.span
    term = Term(claim.entity, ((after - first, 1.0),), after)
    return Reading(
        (term,),
        shift=-math.log(share),
        error=MARGIN_ERROR / share,
        rests_on=(margin.id,),
        operator="cost through gross margin",
    )


def margin_over(claim: Claim, days: tuple[float, float], evidence: Evidence) -> Claim | None:
    """The gross margin stated for the same period, if there is one."""
    return ratio_over(claim, "margin.gross", days, evidence)


def ratio_over(claim: Claim, metric: str, days: tuple[float, float], evidence: Evidence) -> Claim | None:
    """A ratio of the same entity stated for the same period, if there is one."""
    for ratio in sorted(evidence.about(claim.entity, metric), key=lambda c: c.id):
        if ratio.period is None or any(k in ("segment", "product") for k, _ in ratio.qualifiers):
            continue
        first, last = span(ratio.period)
        if abs(ordinal(first) - days[0]) <= 3 and abs(ordinal(last) + 1 - days[1]) <= 3:
            return ratio
    return None
